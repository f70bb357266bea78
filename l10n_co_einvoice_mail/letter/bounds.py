"""How much HTML a person may write into a text: what is more is refused before anything reads it.

It is counted, not timed: the same text is refused on every machine. What is counted is what readers of HTML are slow
at, the sanitiser too: several of them look from each opening mark for its closing one, however far that is.
"""

import re

#: Characters, without the pictures that stand in the text itself.
MAX_LENGTH = 100_000
#: Characters of those pictures, in base64: 2 MB of logo.
MAX_PICTURES = 2_800_000
#: Opening and closing tags.
MAX_TAGS = 8_000
#: What the sanitiser looks for from each tag on.
MAX_ENCODINGS = 20
#: Characters that are between opening marks and their closing ones, all together.
MAX_REACH = 2_000_000
_MARKS = (
    ("<", ">"),
    ("<!--", "-->"),
    ("<![CDATA[", "]]>"),
    ("[if", ">"),
    ("/*", "*/"),
    ("url(", ")"),
    ("expression(", ")"),
    ("{", "}"),
)
#: What a picture within the text is made of.
_PICTURE = re.compile(r"data:image/[\w.+-]{1,20};base64,[A-Za-z0-9+/=]+")


class TooMuch(Exception):
    """A text is too long, or too intricate, to be read in good time."""


class Budget:
    """Steps that may be taken, of one kind of work."""

    def __init__(self, steps: int):
        self._left = steps

    def take(self, steps: int = 1) -> None:
        """Take some of them.

        :raise TooMuch: they are used up
        """
        self._left -= steps
        if self._left < 0:
            raise TooMuch


def check(source: str) -> None:
    """Look at HTML before anything reads it.

    :raise TooMuch: it would take more than a moment
    """
    if len(source) > MAX_LENGTH + MAX_PICTURES:
        raise TooMuch
    bare = _PICTURE.sub("", source)
    lowered = source.lower()
    if (
        len(bare) > MAX_LENGTH
        or lowered.count("<") > MAX_TAGS
        or lowered.count("encoding=") > MAX_ENCODINGS
    ):
        raise TooMuch
    reach = Budget(MAX_REACH + 2 * (len(source) - len(bare)))
    for opening, closing in _MARKS:
        _measure(lowered, opening, closing, reach)


def _measure(text, opening, closing, reach):
    """Take the way from each opening mark to its closing one, or to the end, out of what is left of `reach`."""
    start, end = text.find(opening), -1
    while start >= 0:
        if end <= start:
            end = text.find(closing, start + 1)
            end = len(text) if end < 0 else end
        reach.take(end - start)
        start = text.find(opening, start + 1)
