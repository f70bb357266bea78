"""A POP3 mailbox (RFC 1939): no folders, mails are numbered for the session, deleting happens at QUIT."""

import base64
import contextlib
import poplib
import re
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from typing import Any

from . import failures, transport
from .base import BATCH_BYTES, LIMIT_BYTES, PROTOCOL_ERRORS, Credentials, Entry, Mailbox
from .errors import ConnectionLost, MailboxError, ServerRefused
from .failures import PARSER_ERRORS
from .transport import Endpoint, clean
from .watch import Meter
from .whole import has_header, is_whole

OLD_IN_A_ROW = 20  # mails before a day, after which all that lie behind are taken as older
ANSWER_BYTES = 64 * 1024 * 1024  # of one answer: a mail is never fetched without knowing its size

_OCTETS = re.compile(rb"^\+OK\D{0,20}(\d{1,12})\s+octets\b", re.I)


class _Protocol(poplib.POP3):
    """poplib on a socket of `transport`, refusing an answer without end, or one that nobody asked for.

    A mail may be one long line (RFC 5322's 998 characters are not kept by everybody), so `ANSWER_BYTES` bounds a line
    too.
    """

    def __init__(self, endpoint, allow_internal):
        self._endpoint = endpoint
        self._allow_internal = allow_internal
        self._octets = 0
        self.meter = Meter()
        super().__init__(endpoint.host, endpoint.port)

    def _create_socket(self, timeout):
        return transport.connect(self._endpoint, self._allow_internal)

    def _putcmd(self, line):
        if self.has_more():
            raise poplib.error_proto("the server speaks out of turn")
        self._octets = 0
        self.meter.sent()
        return super()._putcmd(line)

    def has_more(self):
        """:return: whether bytes lie here that belong to no answer, such as the rest of a mail that seemed to end
        earlier than it does: they would be taken for the answers to other commands.
        """
        seconds = self.sock.gettimeout()
        self.sock.settimeout(0)
        try:
            return bool(self.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            self.sock.settimeout(seconds)

    def _getline(self):
        self.meter.began()
        line = self.file.readline(ANSWER_BYTES)
        self.meter.ended(len(line))
        self._octets += len(line)
        if self._octets >= ANSWER_BYTES:
            raise poplib.error_proto("the server announces more bytes than asked for")
        if not line:
            raise poplib.error_proto("-ERR EOF")
        return line.removesuffix(b"\n").removesuffix(b"\r"), len(line)


class PopMailbox(Mailbox):
    """A mailbox on a POP3 server. `Entry.uid` is the UIDL; there is no position: every mail is listed, the ledger knows
    the old.

    A Gmail mailbox forgets a mail once a session in which it was read ended with QUIT: commit before `close`. When the
    work fails, the `with` block ends without QUIT, so that nothing is deleted or forgotten.
    """

    protocol = "pop"
    ports = (995, 110)

    def __init__(
        self, endpoint: Endpoint, credentials: Credentials, *, allow_internal: bool = False
    ):
        """See `Mailbox`."""
        super().__init__(endpoint, credentials, allow_internal=allow_internal)
        self._client: Any = None
        self._mails: dict[str, tuple[int, int]] | None = None  # {uid: (number, size)}
        self._deleted: set[str] = set()
        self._quit_accepted = False
        self._knows_top = True

    # -- session ------------------------------------------------------------------------------------

    def connect(self) -> None:
        """See `Mailbox`."""
        self._mails, self._deleted, self._quit_accepted = None, set(), False
        with self.translated("greeting"):
            self._client = _Protocol(self.endpoint, self.allow_internal)
        if self.endpoint.encryption.is_upgraded:
            with self.translated("tls"):
                self._client.stls(transport.tls_context(self.endpoint.encryption))
        transport.patient(self._client.sock)

    def _socket(self) -> socket.socket:
        return self._client.sock

    def _meter(self) -> Meter | None:
        return self._client and self._client.meter

    def login(self) -> None:
        """See `Mailbox`."""
        credentials = self.credentials
        if credentials.oauth_string is not None:
            with self.translated("oauth"):
                self._login_with_oauth(credentials.oauth_string)
        else:
            user, password = clean(credentials.user), clean(credentials.password or "")
            with self.translated("login"):
                self._client.user(user)
                self._client.pass_(password)

    def _login_with_oauth(self, oauth_string):
        """XOAUTH2 in two steps, as the string is longer than a command may be (RFC 5034 §4)."""
        self._client._shortcmd("AUTH XOAUTH2")
        answer = self._client._shortcmd(base64.b64encode(oauth_string.encode()).decode())
        if not answer.startswith(b"+OK"):  # the refusal's reason, to be acknowledged with nothing
            self._client._shortcmd("")

    def close(self) -> bool:
        """See `Mailbox`; True when QUIT was accepted, and with it every deletion; asked again, it says the same."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.quit()
                self._quit_accepted = True
            except PROTOCOL_ERRORS:
                self._drop(client)
        return self._quit_accepted

    def abandon(self) -> None:
        """See `Mailbox`: without QUIT nothing is deleted (RFC 1939 §6)."""
        client, self._client = self._client, None
        if client is not None:
            self._drop(client)

    @staticmethod
    def _drop(client):
        with contextlib.suppress(OSError):
            client.close()

    def keep_alive(self) -> None:
        """See `Mailbox`: servers log out after ten minutes of silence (RFC 1939 §3)."""
        with self.translated("read"):
            self._client.noop()

    # -- reading ------------------------------------------------------------------------------------

    def list_new(self, last_uid: str = "", limit: int | None = None) -> list[Entry]:
        """See `Mailbox`; UIDLs have no order, so `last_uid` says nothing here and every mail is listed."""
        entries = [Entry(uid, size) for uid, (_number, size) in self._numbered().items()]
        return entries[:limit]

    def arrived_since(self, entries: Sequence[Entry], day: date) -> list[Entry]:
        """See `Mailbox`. POP3 tells no date of arrival: it is in the line that the last server wrote on
        top (RFC 5321 §4.4), and not in `Date`, which is the sender's. A mail without one is taken as new.
        Mails are listed as they arrived: behind many old ones all are old.
        """
        recent: list[Entry] = []
        old = 0
        for entry in reversed(entries):
            header = self._header_of(entry)
            if header is None:
                continue
            arrived = _arrival(header)
            if arrived and arrived < day:
                old += 1
            else:
                recent.append(entry)
                old = 0
            if old >= OLD_IN_A_ROW:
                break
        return recent[::-1]

    def _header_of(self, entry: Entry) -> bytes | None:
        """:return: the header of a mail; TOP is optional (RFC 1939 §7), and some servers hang up at it: then it comes
        with the mail. None: the server does not hand it out
        """
        if self._knows_top:
            try:
                for _entry, raw in self.fetch_headers([entry]):
                    return raw
            except ConnectionLost:
                self._knows_top = False
                self.reopen()
        for _entry, raw in self.fetch([entry]):
            self.refused.pop(entry.uid, None)
            return raw
        return None

    def present(self, uids: Collection[str]) -> set[str]:
        """See `Mailbox`."""
        return (set(uids) & self._numbered().keys()) - self._deleted

    def _numbered(self) -> dict[str, tuple[int, int]]:
        """:return: {uid: (number, size)}, as the session began: POP3 shows no mail that arrives later
        :raise ServerRefused: the server has no UIDL; without it a mail cannot be told from another, and none may be
            deleted
        """
        if self._mails is None:
            sizes = self._asked_all(self._client.list)
            try:
                names = self._asked_all(self._client.uidl)
            except ServerRefused as error:
                raise failures.error_of("uidl_missing", error.server_answer, error.data) from None
            with self.translated("read"):
                self._mails = _named(sizes, names)
        return self._mails

    def _asked_all(self, command: Callable) -> dict[int, str]:
        """:return: {number: value} of the answer to LIST or UIDL; {} also when it is refused because there is no mail
        :raise ServerRefused: although there are mails
        """
        try:
            with self.translated("read"):
                return dict(_pairs(command()[1]))
        except ServerRefused:
            if self._count() == 0:
                return {}
            raise

    def _count(self) -> int | None:
        """:return: how many mails the server says there are; None when it does not tell"""
        with contextlib.suppress(MailboxError), self.translated("read"):
            return self._client.stat()[0]
        return None

    def fetch(
        self, entries: Sequence[Entry], max_bytes: int = BATCH_BYTES, *, limit: int = LIMIT_BYTES
    ) -> Iterator[tuple[Entry, bytes]]:
        """See `Mailbox`; POP3 hands mails out one by one and tells all sizes, so the bounds say nothing here."""
        for entry, raw, announced in self._retrieve(entries, self._client.retr):
            if is_whole(raw, announced) and (len(raw) >= announced or self._is_in_step()):
                yield entry, raw
                continue
            self._refuse(entry, "fetch_incomplete", size=announced, received=len(raw))
            if not self._is_in_step():
                with self.asking_for([entry]), self.translated("read"):
                    raise poplib.error_proto("the server speaks out of turn")

    def _is_in_step(self) -> bool:
        """:return: whether the server waits for a command. A mail that seemed to end early, because a line of one
        dot was not stuffed (RFC 1939 §3), still goes on.
        """
        try:
            self._client.noop()
            return not self._client.has_more()
        except PROTOCOL_ERRORS:
            return False

    def fetch_headers(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """See `Mailbox`."""
        for entry, raw, _size in self._retrieve(
            entries, lambda number: self._client.top(number, 0)
        ):
            if has_header(raw):
                yield entry, raw
            else:
                self._refuse(entry, "fetch_incomplete", size=entry.size, received=len(raw))

    def _retrieve(
        self, entries: Sequence[Entry], command: Callable
    ) -> Iterator[tuple[Entry, bytes, int]]:
        """Yield (entry, what came, bytes that were announced) of the mails that the server does not refuse."""
        for entry in entries:
            number, size = self._numbered().get(entry.uid, (None, 0))
            if number is None or entry.uid in self._deleted:
                continue
            try:
                with self.asking_for([entry]), self.translated("read"):
                    answer, lines, _octets = command(number)
            except ServerRefused as error:
                self.refused[entry.uid] = error
                continue
            told = _OCTETS.match(answer)
            yield entry, b"\r\n".join((*lines, b"")), max(size, int(told[1]) if told else 0)

    def file_away(
        self,
        uids: Collection[str],
        folder: str,
        copied: Collection[str] = (),
        tried: Collection[str] = (),
    ) -> set[str]:
        """Mark `uids` as deleted (`folder` says nothing here); they are gone when `close` returns True.

        The caller has put a copy of each in a safe place before.
        """
        marked = set()
        for uid in uids:
            number, _size = self._numbered().get(uid, (None, 0))
            try:
                if number is not None and uid not in self._deleted:
                    with self.asking_for([Entry(uid, 0)]), self.translated("file"):
                        self._client.dele(number)
            except MailboxError as error:
                error.filed = frozenset(marked)
                raise
            marked.add(uid)
            self._deleted.add(uid)
        return marked


def _arrival(header):
    """Return the date (datetime.date) of the topmost `Received` line of a header block, or None."""
    received = BytesHeaderParser(policy=compat32).parsebytes(header)["Received"]
    with contextlib.suppress(*PARSER_ERRORS):  # written by anybody's server
        return parsedate_to_datetime(str(received or "").rpartition(";")[2]).date()
    return None


def _pairs(lines):
    """Yield (number, value) of the lines `number value` of LIST and UIDL, whatever blanks part them."""
    for line in lines:
        number, *value = line.decode("ascii", "replace").split(None, 1)
        yield int(number), value[0].strip() if value else ""


def _named(sizes, names):
    """:return: {uid: (number, size)}; mails that wrongly share a UIDL are told apart by size, and by their order"""
    shared = {name for name, count in Counter(names.values()).items() if count > 1}
    mails, seen = {}, Counter()
    for number, name in names.items():
        size = int(sizes.get(number, "0").split()[0])
        uid = f"{name} {size}" if name in shared else name
        seen[uid] += 1
        mails[uid if seen[uid] == 1 else f"{uid} {seen[uid]}"] = (number, size)
    return mails
