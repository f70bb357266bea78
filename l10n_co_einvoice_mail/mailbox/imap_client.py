"""IMAPClient on a socket of `transport`: bounded in what it reads, and measured while it does.

IMAPClient parses the protocol; the socket, the size of lines and literals, and answers that only some servers give are
seen to here.
"""

import contextlib
import imaplib
import re
from typing import Any

from imapclient import IMAPClient, SocketTimeout

from . import transport
from .base import PROTOCOL_ERRORS
from .transport import Endpoint
from .watch import Meter

# A UID SEARCH answer is one line: 10 MB hold more than a million UIDs (imaplib's own limit is 1 MB).
LINE_BYTES = 10 * 1024 * 1024

# Of one literal; a mail is never fetched without a bound, so more is a lie.
LITERAL_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 64 * 1024  # of a literal are read at a time, so that its progress is seen

# What a person shall be told, whatever became of the command (RFC 3501 §7.1).
_ALERT = re.compile(rb"\A\S{1,40} (?:OK|NO|BAD|BYE) \[ALERT\] {0,9}([^\r\n]{1,500})", re.IGNORECASE)
_BARE_STATUS = re.compile(rb"\A(\S{1,40} (?:OK|NO|BAD))\r?\n\Z")


class _Protocol(imaplib.IMAP4):
    """imaplib on a socket of `transport`, refusing lines and literals of any size a server likes to announce."""

    file: Any  # what the socket is read by

    def __init__(self, endpoint: Endpoint, allow_internal: bool):
        self._endpoint = endpoint
        self._allow_internal = allow_internal
        self.meter = Meter()
        self.alert = b""
        super().__init__(endpoint.host, endpoint.port)

    def _create_socket(self, timeout):
        return transport.connect(self._endpoint, self._allow_internal)

    def _get_capabilities(self):
        """What the greeting told (RFC 3501 §7.1), else what the server answers; after STARTTLS always that."""
        told = self.untagged_responses.pop("CAPABILITY", None)
        if not told or self._tls_established:
            super()._get_capabilities()
            self.untagged_responses.pop("CAPABILITY", None)
            return
        self.capabilities = tuple(told[-1].decode("ascii", "replace").upper().split())

    def read(self, size: int) -> bytes:
        if size > LITERAL_BYTES:
            raise self.abort(f"the server announces more bytes than asked for: {size}")
        chunks, left = [], size
        while left:
            self.meter.began()
            chunk = self.file.read1(min(left, CHUNK_BYTES))
            self.meter.ended(len(chunk))
            if not chunk:
                raise self.abort("socket error: EOF")
            chunks.append(chunk)
            left -= len(chunk)
        return b"".join(chunks)

    def readline(self) -> bytes:
        self.meter.began()
        line = self.file.readline(LINE_BYTES)
        self.meter.ended(len(line))
        if len(line) >= LINE_BYTES:
            raise self.error(f"got more than {LINE_BYTES} bytes")
        if alert := _ALERT.match(line):
            self.alert = alert[1]
        # A server that has nothing to say leaves out the blank that imaplib waits for.
        return _BARE_STATUS.sub(rb"\1 \r\n", line)

    def send(self, data: Any) -> None:
        self.meter.sent()
        return super().send(data)


class ImapClient(IMAPClient):
    """IMAPClient on `_Protocol`, without its protocol debugging (a fourth of the speed, and passwords in the log)."""

    def __init__(self, endpoint: Endpoint, allow_internal: bool):
        """Connect; see `transport.connect`."""
        self._endpoint = endpoint
        self._allow_internal = allow_internal
        # The timeouts are the socket's own: `transport` sets them.
        timeout = SocketTimeout(transport.CONNECT_SECONDS, transport.CONNECT_SECONDS)
        super().__init__(
            endpoint.host, endpoint.port, ssl=endpoint.encryption.is_implicit, timeout=timeout
        )
        self._imap.debug = 0

    def _create_IMAP4(self):  # noqa: N802 - IMAPClient calls it
        return _Protocol(self._endpoint, self._allow_internal)

    def told_capabilities(self) -> tuple[bytes, ...] | None:
        """What the server told of itself with its last answer, without being asked; None if it did not."""
        told = self._imap.untagged_responses.pop("CAPABILITY", None)
        return self._normalise_capabilites(told[-1]) if told else None

    @property
    def meter(self) -> Meter:
        """What passes at the moment."""
        return self._imap.meter

    def _proc_folder_list(self, folder_data):
        """One folder after the other: a name that cannot be read hides no other folder."""
        found = []
        for item in folder_data:
            with contextlib.suppress(*PROTOCOL_ERRORS):
                answers = super()._proc_folder_list([item])
                found += answers if all(isinstance(name, str) for *_rest, name in answers) else []
        return found

    @property
    def is_logged_in(self) -> bool:
        """Whether the server has greeted with PREAUTH (RFC 3501 §7.1.4)."""
        return self._imap.state == "AUTH"

    @property
    def alert(self) -> str:
        """The last text that the server wanted a person to read (RFC 3501 §7.1), or ""."""
        return self._imap.alert.decode("utf-8", "replace")

    def say_goodbye(self) -> None:
        """Send LOGOUT; its answer would cost a round trip."""
        self._imap._command("LOGOUT")

    def drop(self) -> None:
        """Hang up without a goodbye. Never raises."""
        with contextlib.suppress(OSError):
            self.shutdown()
