"""A POP3 mailbox (RFC 1939): no folders, mails are numbered for the session, deleting happens at QUIT."""

import base64
import contextlib
import poplib
from collections import Counter
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime

from . import transport
from .base import BATCH_BYTES, PROTOCOL_ERRORS, Entry, Mailbox
from .errors import MailboxError, ServerRefused
from .failures import PARSER_ERRORS
from .transport import clean

OLD_IN_A_ROW = 20  # mails before a day, after which all that lie behind are taken as older
ANSWER_BYTES = 64 * 1024 * 1024  # of one answer: a mail is never fetched without knowing its size

# A mail may be one long line (RFC 5322's 998 characters are not kept by everybody); `ANSWER_BYTES` is the bound.
poplib._MAXLINE = max(poplib._MAXLINE, ANSWER_BYTES)


class _Protocol(poplib.POP3):
    """poplib on a socket of `transport`, refusing an answer without end."""

    def __init__(self, endpoint, allow_internal):
        self._endpoint = endpoint
        self._allow_internal = allow_internal
        self._octets = 0
        super().__init__(endpoint.host, endpoint.port)

    def _create_socket(self, timeout):
        return transport.connect(self._endpoint, self._allow_internal)

    def _putcmd(self, line):
        self._octets = 0
        return super()._putcmd(line)

    def _getline(self):
        line, octets = super()._getline()
        self._octets += octets
        if self._octets > ANSWER_BYTES:
            raise poplib.error_proto("the server announces more bytes than asked for")
        return line, octets


class PopMailbox(Mailbox):
    """A mailbox on a POP3 server. `Entry.uid` is the UIDL; there is no position: every mail is listed, the ledger knows
    the old.

    A Gmail mailbox forgets a mail once a session in which it was read ended with QUIT: commit before `close`. When the
    work fails, the `with` block ends without QUIT, so that nothing is deleted or forgotten.
    """

    protocol = "pop"
    ports = (995, 110)

    def __init__(self, endpoint, credentials, *, allow_internal=False):
        """See `Mailbox`."""
        super().__init__(endpoint, credentials, allow_internal=allow_internal)
        self._client = None
        self._mails = None  # {uid: (number, size)}
        self._deleted = set()
        self._quit_accepted = False

    # -- session ------------------------------------------------------------------------------------

    def connect(self):
        """See `Mailbox`."""
        self._mails, self._deleted, self._quit_accepted = None, set(), False
        with self.translated("greeting"):
            self._client = _Protocol(self.endpoint, self.allow_internal)
        if self.endpoint.encryption.is_upgraded:
            with self.translated("tls"):
                self._client.stls(transport.tls_context(self.endpoint.encryption))
        transport.patient(self._client.sock)

    def _socket(self):
        return self._client.sock

    def login(self):
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

    def close(self):
        """See `Mailbox`; True when QUIT was accepted, and with it every deletion; asked again, it says the same."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.quit()
                self._quit_accepted = True
            except PROTOCOL_ERRORS:
                self._drop(client)
        return self._quit_accepted

    def abandon(self):
        """See `Mailbox`: without QUIT nothing is deleted (RFC 1939 §6)."""
        client, self._client = self._client, None
        if client is not None:
            self._drop(client)

    @staticmethod
    def _drop(client):
        with contextlib.suppress(OSError):
            client.close()

    def keep_alive(self):
        """See `Mailbox`: servers log out after ten minutes of silence (RFC 1939 §3)."""
        with self.translated("read"):
            self._client.noop()

    # -- reading ------------------------------------------------------------------------------------

    def list_new(self, last_uid="", limit=None):
        """See `Mailbox`; UIDLs have no order, so `last_uid` says nothing here and every mail is listed."""
        entries = [Entry(uid, size) for uid, (_number, size) in self._numbered().items()]
        return entries[:limit]

    def arrived_since(self, entries, day):
        """See `Mailbox`. POP3 tells no date of arrival: it is in the line that the last server wrote on
        top (RFC 5321 §4.4), and not in `Date`, which is the sender's. A mail without one is taken as new.
        Mails are listed as they arrived: behind many old ones all are old.
        """
        recent, old = [], 0
        for entry in reversed(entries):
            arrived = next(
                (_arrival(header) for _entry, header in self.fetch_headers([entry])), None
            )
            if arrived and arrived < day:
                old += 1
            else:
                recent.append(entry)
                old = 0
            if old >= OLD_IN_A_ROW:
                break
        return recent[::-1]

    def present(self, uids):
        """See `Mailbox`."""
        return (set(uids) & self._numbered().keys()) - self._deleted

    def _numbered(self):
        """Return {uid: (number, size)}, as the session began: POP3 shows no mail that arrives later.

        :raises ServerRefused: the server has no UIDL; without it a mail cannot be told from another, and none may be
            deleted
        """
        if self._mails is None:
            with self.translated("read"):
                sizes = dict(_pairs(self._client.list()[1]))
            try:
                with self.translated("read"):
                    names = dict(_pairs(self._client.uidl()[1]))
            except ServerRefused as error:
                raise ServerRefused("uidl_missing", error.server_answer, error.data) from None
            with self.translated("read"):
                self._mails = _named(sizes, names)
        return self._mails

    def fetch(self, entries, max_bytes=BATCH_BYTES):
        """See `Mailbox`; POP3 hands mails out one by one, so `max_bytes` says nothing here."""
        yield from self._retrieve(entries, self._client.retr)

    def fetch_headers(self, entries):
        """See `Mailbox`."""
        yield from self._retrieve(entries, lambda number: self._client.top(number, 0))

    def _retrieve(self, entries, command):
        for entry in entries:
            number, _size = self._numbered().get(entry.uid, (None, 0))
            if number is None or entry.uid in self._deleted:
                continue
            try:
                with self.translated("read"):
                    _answer, lines, _octets = command(number)
            except ServerRefused as error:
                self.refused[entry.uid] = error
                continue
            yield entry, b"\r\n".join((*lines, b""))

    def file_away(self, uids, folder):
        """Mark `uids` as deleted (`folder` says nothing here); they are gone when `close` returns True.

        The caller has put a copy of each in a safe place before.
        """
        marked = set()
        for uid in uids:
            number, _size = self._numbered().get(uid, (None, 0))
            try:
                if number is not None and uid not in self._deleted:
                    with self.translated("file"):
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
    """Yield (number, value) of the lines `number value` of LIST and UIDL."""
    for line in lines:
        number, _space, value = line.decode("ascii", "replace").strip().partition(" ")
        yield int(number), value.strip()


def _named(sizes, names):
    """Return {uid: (number, size)}; mails that wrongly share a UIDL are told apart by their size."""
    shared = {name for name, count in Counter(names.values()).items() if count > 1}
    mails = {}
    for number, name in names.items():
        size = int(sizes.get(number, "0").split(" ")[0])
        mails[f"{name} {size}" if name in shared else name] = (number, size)
    return mails
