"""Files that are written into a text as lines between `begin 644 name` and `end` (POSIX uuencode)."""

import binascii
import io
import re
from collections.abc import Iterator

BEGINNINGS = 200  # places in a text where a file may begin
LINES = 700_000  # of one mail: as many as 30 MB have, of 45 encoded bytes each

_BEGIN = re.compile(rb"(?:\A|(?<=\n))begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n")


class UuDecoder:
    """Finds the files in the texts of one mail, and reads no more lines than `lines` altogether."""

    def __init__(self, lines=LINES):
        self._lines_left = lines

    def files(self, text: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield the (raw name, content) of each file in a text; one that breaks off ends there."""
        position = text.find(b"begin ")
        for _number in range(BEGINNINGS):
            if position < 0:
                return
            match = _BEGIN.match(text, position)
            position += 6
            if match:
                content, position = self._decoded(text, match.end())
                if content:
                    yield match[1], content
            position = text.find(b"begin ", position)

    def _decoded(self, text, position):
        content = io.BytesIO()
        while position < len(text) and self._lines_left:
            self._lines_left -= 1
            following = text.find(b"\n", position) + 1 or len(text)
            line = text[position:following].rstrip(b"\r\n")
            position = following
            chunk = None if line == b"end" else _line_content(line)
            if chunk is None:
                break
            content.write(chunk)
        return content.getvalue(), position


def _line_content(line):
    """Return what a line encodes, None when it is none."""
    # Some encoders pad a line's end wrongly: its first byte tells what counts.
    size = ((line[0] - 32) & 63) * 4 // 3 + 2 if line else 0
    for candidate in (line, line[:size]):
        try:
            return binascii.a2b_uu(candidate)
        except binascii.Error:
            continue
    return None
