"""An IMAP mailbox: UIDs only, sizes first, batches by bytes, and a move that never loses or doubles a mail.

IMAPClient parses the protocol; what it leaves to its user is done here: the socket (`transport`), arguments without CR
or LF, capabilities read again after the login (Exchange announces MOVE only then), the namespace prefix, and the safe
move.
"""

import contextlib
import datetime
import imaplib
import re
import socket
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from . import transport
from .base import (
    BATCH_BYTES,
    LIMIT_BYTES,
    PROTOCOL_ERRORS,
    Credentials,
    Entry,
    Mailbox,
    batches,
)
from .errors import FolderFailed, LoginFailed, ServerRefused, TlsFailed
from .imap_folders import Folders
from .imap_move import SafeMove
from .transport import Endpoint, clean
from .watch import Meter
from .whole import is_whole

# A UID SEARCH answer is one line: 10 MB hold more than a million UIDs (imaplib's own limit is 1 MB).
LINE_BYTES = 10 * 1024 * 1024

LITERAL_BYTES = (
    64 * 1024 * 1024
)  # of one literal; a mail is never fetched without knowing its size, so more is a lie
CHUNK_BYTES = 64 * 1024  # of a literal are read at a time, so that its progress is seen
HEADER_BYTES = 64 * 1024
UID_SET = 500  # UIDs named in one command: about 5 kB of command line, below the 8 kB servers accept (RFC 7162 §4)

_BARE_STATUS = re.compile(rb"\A(\S{1,40} (?:OK|NO|BAD))\r?\n\Z")


class _Protocol(imaplib.IMAP4):
    """imaplib on a socket of `transport`, refusing lines and literals of any size a server likes to announce."""

    def __init__(self, endpoint, allow_internal):
        self._endpoint = endpoint
        self._allow_internal = allow_internal
        self.meter = Meter()
        super().__init__(endpoint.host, endpoint.port)

    def _create_socket(self, timeout):
        return transport.connect(self._endpoint, self._allow_internal)

    def read(self, size):
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

    def readline(self):
        self.meter.began()
        line = self.file.readline(LINE_BYTES)
        self.meter.ended(len(line))
        if len(line) >= LINE_BYTES:
            raise self.error(f"got more than {LINE_BYTES} bytes")
        # A server that has nothing to say leaves out the blank that imaplib waits for.
        return _BARE_STATUS.sub(rb"\1 \r\n", line)

    def send(self, data):
        self.meter.sent()
        return super().send(data)


class _Client(IMAPClient):
    """IMAPClient on `_Protocol`, without its protocol debugging (a fourth of the speed, and passwords in the log)."""

    def __init__(self, endpoint, allow_internal):
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

    @property
    def meter(self):
        return self._imap.meter

    def _proc_folder_list(self, folder_data):
        """One folder after the other: a name that cannot be read hides no other folder."""
        found = []
        for item in folder_data:
            with contextlib.suppress(*PROTOCOL_ERRORS):
                answers = super()._proc_folder_list([item])
                found += answers if all(isinstance(name, str) for *_rest, name in answers) else []
        return found


class ImapMailbox(Folders, SafeMove, Mailbox):
    """A mailbox on an IMAP4rev1 server (RFC 3501)."""

    protocol = "imap"
    ports = (993, 143)

    def __init__(
        self,
        endpoint: Endpoint,
        credentials: Credentials,
        *,
        allow_internal: bool = False,
        inbox: str = "INBOX",
    ):
        """See `Mailbox`; `inbox` is the folder new mails are read from, as the server calls it."""
        super().__init__(endpoint, credentials, allow_internal=allow_internal)
        self.inbox = clean(inbox)
        self.capabilities: frozenset[str] = frozenset()
        self._client: Any = None
        self._selected: str | None = None
        self._marked: set[int] = set()  # UIDs of the inbox that we have marked as deleted
        self._uidvalidity = ""

    # -- session ------------------------------------------------------------------------------------

    def connect(self) -> None:
        """See `Mailbox`; `capabilities` holds what the server announces before the login."""
        self._forget_folders()
        with self.translated("greeting"):
            self._client = _Client(self.endpoint, self.allow_internal)
        if self.endpoint.encryption.is_upgraded:
            self._start_tls()
        transport.patient(self._client.socket())
        self._read_capabilities()

    def _socket(self) -> socket.socket:
        return self._client.socket()

    def _meter(self) -> Meter | None:
        return self._client and self._client.meter

    def _start_tls(self):
        with self.translated("tls"):
            if not self._client.has_capability("STARTTLS"):
                raise TlsFailed(
                    "starttls_missing", data={**self.endpoint.facts, "user": self.credentials.user}
                )
            self._client.starttls(transport.tls_context(self.endpoint.encryption))

    def _read_capabilities(self):
        # What IMAPClient and imaplib remember was said before TLS or before the login, and may even have been injected
        # there.
        with self.translated("greeting"):
            self._client._imap.untagged_responses.pop("CAPABILITY", None)
            answered = self._client._cached_capabilities = self._client._do_capabilites()
        self.capabilities = frozenset(item.decode("ascii", "replace") for item in answered)

    def login(self) -> None:
        """See `Mailbox`; `capabilities` holds what the server announces to the user.

        :raise LoginFailed, TlsFailed: the server accepts no password here, or refuses this one
        """
        credentials = self.credentials
        if credentials.oauth_string is not None:
            with self.translated("oauth"), _unwrapped():
                self._client.sasl_login("XOAUTH2", _said_once(credentials.oauth_string))
        else:
            self._refuse_if_disabled()
            with self.translated("login"), _unwrapped():
                self._login_with_password(
                    clean(credentials.user), clean(credentials.password or "")
                )
        self._read_capabilities()

    def _refuse_if_disabled(self):
        """LOGINDISABLED in clear asks for TLS (RFC 3501 §6.2.3); within TLS it forbids the command LOGIN only
        (§7.2.1), and where no PLAIN is offered the server wants OAuth: the password stays here.
        """
        if "LOGINDISABLED" in self.capabilities:
            facts = {**self.endpoint.facts, "user": self.credentials.user}
            if self.endpoint.encryption is transport.Encryption.NONE:
                raise TlsFailed("starttls_required", data=facts)
            if "AUTH=PLAIN" not in self.capabilities:
                raise LoginFailed("oauth_required", data=facts)

    def _login_with_password(self, user, password):
        if (user + password).isascii() and "LOGINDISABLED" not in self.capabilities:
            self._client.login(_quoted(user), password)
        else:  # LOGIN's strings are ASCII; SASL PLAIN is UTF-8 (RFC 4616)
            self._client.plain_login(user, password)

    def close(self) -> bool:
        """See `Mailbox`."""
        client, self._client, self._selected = self._client, None, None
        if client is None:
            return False
        try:
            client.logout()
            return True
        except PROTOCOL_ERRORS:  # the work is done: how the goodbye went changes nothing
            _drop(client)
            return False

    def abandon(self) -> None:
        """See `Mailbox`."""
        client, self._client, self._selected = self._client, None, None
        if client is not None:
            _drop(client)

    def keep_alive(self) -> None:
        """See `Mailbox`."""
        with self.translated("read"):
            self._client.noop()

    # -- selecting ----------------------------------------------------------------------------------

    def read_from(self, folder: str) -> None:
        """Make another folder (the server's name) the one that is read and filed away from."""
        self.inbox = clean(folder)
        self._uidvalidity = ""

    @property
    def uidvalidity(self) -> str:  # type: ignore[override]
        """The inbox' UIDVALIDITY as text: a UID means nothing without it (RFC 3501 §2.3.1.1)."""
        self._select_inbox()
        return self._uidvalidity

    def _select_inbox(self):
        if self._selected == self.inbox:
            return
        answer = self._select(self.inbox)
        seen = str(answer.get(b"UIDVALIDITY", ""))
        if self._uidvalidity and seen != self._uidvalidity:
            raise FolderFailed("inbox_changed", data={**self.endpoint.facts, "folder": self.inbox})
        self._uidvalidity = seen

    def _select(self, folder, readonly=False):
        self._selected = None
        with self.translated("folder", folder=folder):
            answer = self._client.select_folder(clean(folder), readonly)
        self._selected = None if readonly else folder
        return answer

    # -- reading ------------------------------------------------------------------------------------

    def list_new(self, last_uid: str = "", limit: int | None = None) -> list[Entry]:
        """See `Mailbox`; `last_uid` is the highest UID already known under this UIDVALIDITY."""
        last = int(last_uid or 0)
        self._select_inbox()
        with self.translated("read"):
            found = self._client.search(["UID", f"{last + 1}:*"])
            # `n:*` also returns the last message when n is above it (RFC 3501 §6.4.8).
            uids = sorted(uid for uid in found if uid > last)[:limit]
        return [entry for some in _sets(uids) for entry in self._sized(some)]

    def list_carefully(self) -> list[Entry]:
        """See `Mailbox`: a damaged mail has no size, and a server may hang up when it looks for it."""
        self._select_inbox()
        with self.translated("read"):
            found = self._client.search(["UID", "1:*"])
        return [Entry(str(uid), 0, is_sized=False) for uid in sorted(found)]

    def _sized(self, uids: list[int]) -> list[Entry]:
        """:return: entries of these mails; not `is_sized` where the server does not tell"""
        answers = self._asked_in_parts(uids, "RFC822.SIZE")
        sizes = {uid: answers.get(uid, {}).get(b"RFC822.SIZE") for uid in uids}
        return [
            Entry(str(uid), size) if isinstance(size, int) else Entry(str(uid), 0, is_sized=False)
            for uid, size in sizes.items()
        ]

    def _asked_in_parts(self, uids: list[int], item: str) -> dict:
        """:return: {uid: answer} to a FETCH of `item`, without those at which the server refuses it"""
        try:
            with self.translated("read"):
                return dict(self._client.fetch(uids, [item]))
        except ServerRefused:
            middle = len(uids) // 2
            if not middle:
                return {}
            first, second = uids[:middle], uids[middle:]
            return self._asked_in_parts(first, item) | self._asked_in_parts(second, item)

    def arrived_since(self, entries: Sequence[Entry], day: datetime.date) -> list[Entry]:
        """See `Mailbox`; the server's own date of arrival counts."""
        self._select_inbox()
        try:
            with self.translated("read"):
                recent = set(self._client.search(["SINCE", day]))
        except ServerRefused:
            recent = self._dated_since(entries, day)
        return [entry for entry in entries if int(entry.uid) in recent]

    def _dated_since(self, entries: Sequence[Entry], day: datetime.date) -> set[int]:
        recent = set()
        for some in _sets([int(entry.uid) for entry in entries]):
            answers = self._asked_in_parts(some, "INTERNALDATE")
            for uid in some:
                arrived = answers.get(uid, {}).get(b"INTERNALDATE")
                if arrived is None:
                    self._refuse(Entry(str(uid), 0), "fetch_missing")
                elif arrived.date() >= day:
                    recent.add(uid)
        return recent

    def present(self, uids: Collection[str]) -> set[str]:
        """See `Mailbox`; a mail that is marked as deleted, and only waits for somebody's expunge, counts as gone."""
        self._select_inbox()
        with self.translated("read"):
            return {
                str(uid)
                for some in _sets(sorted(map(int, uids)))
                for uid in self._still_there(some)
            }

    def _still_there(self, uids):
        return self._client.search(["UNDELETED", "UID", ",".join(map(str, uids))])

    def fetch(
        self, entries: Sequence[Entry], max_bytes: int = BATCH_BYTES, *, limit: int = LIMIT_BYTES
    ) -> Iterator[tuple[Entry, bytes]]:
        """See `Mailbox`; a mail whose size is not known is asked for alone."""
        sized = [entry for entry in entries if entry.is_sized]
        for batch in batches(sized, max_bytes=max_bytes):
            for entry, raw in self._fetch(batch, "BODY.PEEK[]", b"BODY[]"):
                yield from self._whole(entry, raw)
        for entry in entries:
            if not entry.is_sized:
                for _entry, raw in self._fetch([entry], f"BODY.PEEK[]<0.{limit + 1}>", b"BODY[]"):
                    yield from self._whole(entry, raw)

    def _whole(self, entry, raw):
        # Of literals the length is told twice: what is as long as announced is the mail, however odd it looks.
        if is_whole(raw, entry.size) or (entry.is_sized and len(raw) == entry.size):
            yield entry, raw
        else:
            self._refuse(entry, "fetch_incomplete", size=entry.size, received=len(raw))

    def fetch_headers(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """See `Mailbox`; at most `HEADER_BYTES` of each."""
        for batch in batches([Entry(entry.uid, HEADER_BYTES) for entry in entries]):
            yield from self._fetch(batch, f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>", b"BODY[HEADER]")

    def _fetch(self, batch, asked, key):
        """Yield (entry, bytes) of the mails of which the server answers an item that begins with `key`."""
        self._select_inbox()
        try:
            with self.asking_for(batch), self.translated("read"):
                answers = self._client.fetch([int(entry.uid) for entry in batch], [asked])
        except ServerRefused as error:  # of all, because of one: Exchange does so
            if len(batch) == 1:
                self.refused[batch[0].uid] = error
                return
            for entry in batch:
                yield from self._fetch([entry], asked, key)
            return
        missing = {}
        for entry in batch:
            answer = answers.pop(int(entry.uid), {})
            raw = next((value for name, value in answer.items() if name.startswith(key)), None)
            if isinstance(raw, bytes):
                yield entry, raw
            else:
                missing[entry.uid] = entry
        for uid in self.present(missing) if missing else ():
            self._refuse(missing[uid], "fetch_missing")


@contextlib.contextmanager
def _unwrapped():
    """Give back what IMAPClient wraps as a refused login, although the server only hung up."""
    try:
        yield
    except LoginError as error:
        raise error.__context__ or error from None


def _drop(client):
    with contextlib.suppress(OSError):
        client.shutdown()


def _said_once(oauth_string):
    """XOAUTH2's answers: the string first; a second challenge is the refusal's reason and gets an empty answer."""
    answers = iter((oauth_string,))
    return lambda _challenge: next(answers, "")


def _quoted(text):
    """Return an IMAP quoted string: imaplib quotes LOGIN's password and forgets its user."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _sets(uids):
    return [uids[start : start + UID_SET] for start in range(0, len(uids), UID_SET)]
