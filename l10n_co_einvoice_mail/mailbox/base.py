"""What IMAP and POP3 mailboxes have in common: the small interface that reception uses."""

import abc
import contextlib
import imaplib
import poplib
import socket
import threading
from dataclasses import dataclass, field

from . import failures
from .certificate import peer_certificate
from .errors import MailboxError, TlsFailed
from .transport import Encryption

BATCH_COUNT = 50  # more gained nothing on the wire and costs memory
BATCH_BYTES = 10 * 1024 * 1024

# What the protocol libraries raise: their own errors, the socket's, and what their parsers stumble
# over when a server talks nonsense.
PROTOCOL_ERRORS = (
    OSError,
    imaplib.IMAP4.error,
    poplib.error_proto,
    *failures.PARSER_ERRORS,
)


@dataclass(frozen=True)
class Credentials:
    """A login: a password, or the ready XOAUTH2 string (`user=...^Aauth=Bearer ...^A^A`). Neither
    shows in a repr.
    """

    user: str
    password: str | None = field(default=None, repr=False)
    oauth_string: str | None = field(default=None, repr=False)

    @property
    def secrets(self):
        """The texts that must never show in an answer, a log or an error."""
        token = (self.oauth_string or "").partition("Bearer ")[2].rstrip("\x01")
        sasl_plain = f"\0{self.user}\0{self.password}" if self.password else None
        candidates = (self.password, sasl_plain, self.oauth_string, token)
        return tuple(secret for secret in candidates if secret)


@dataclass(frozen=True)
class Entry:
    """One mail of the inbox: `uid` is IMAP's UID or POP's UIDL as text, `size` the bytes the server
    announces.
    """

    uid: str
    size: int


def batches(entries, max_count=BATCH_COUNT, max_bytes=BATCH_BYTES):
    """Cut `entries` into lists of at most `max_count` mails and `max_bytes` bytes; a bigger mail
    comes alone.
    """
    batch, total = [], 0
    for entry in entries:
        if batch and (len(batch) >= max_count or total + entry.size > max_bytes):
            yield batch
            batch, total = [], 0
        batch.append(entry)
        total += entry.size
    if batch:
        yield batch


class Mailbox(abc.ABC):
    """A mailbox while it is open: `with ImapMailbox(endpoint, credentials) as mailbox: ...`.

    Every method raises a `MailboxError` and nothing else when the server, or the way to it, fails.
    """

    uidvalidity = ""
    protocol = ""
    ports = ()  # (with TLS from the first byte, otherwise)

    @classmethod
    def default_port(cls, encryption):
        """Return the registered port for an encryption value (RFC 8314)."""
        implicit, plain = cls.ports
        return implicit if Encryption(encryption).is_implicit else plain

    def __init__(self, endpoint, credentials, *, allow_internal=False):
        """Keep where and who; nothing is opened yet.

        :param transport.Endpoint endpoint: where the server listens
        :param Credentials credentials: who logs in
        :param bool allow_internal: True lets private and loopback addresses, and any port, be used
        """
        self.endpoint = endpoint
        self.credentials = credentials
        self.allow_internal = allow_internal
        self._watch = None
        self.refused = {}  # {uid: MailboxError} of mails the server lists and does not hand out

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, exception_type, *_exception):
        if self._watch:
            self._watch.cancel()
        if exception_type is None:
            self.close()
        else:
            self.abandon()

    def open(self):
        """Connect and log in."""
        try:
            self._connect()
            self.login()
        except MailboxError:
            self.abandon()
            raise

    def limit_session(self, seconds):
        """Hang up when the `with` block lasts longer, whatever the server is doing: one that sends
        a byte a minute never runs into a socket's timeout. What is done then raises
        `ConnectionLost`.
        """
        self._watch = threading.Timer(seconds, self._hang_up)
        self._watch.daemon = True
        self._watch.start()

    def _hang_up(self):
        with contextlib.suppress(OSError, AttributeError):  # it may be closed by now
            self._socket().shutdown(socket.SHUT_RDWR)

    @abc.abstractmethod
    def _socket(self):
        """Return the open socket."""

    def _connect(self):
        try:
            self.connect()
        except TlsFailed as error:
            if error.code == "certificate_host":
                with contextlib.suppress(MailboxError):
                    shown = peer_certificate(self.endpoint, self.protocol, self.allow_internal)
                    error.data["names"] = ", ".join(shown.names) or shown.subject
            raise

    @abc.abstractmethod
    def connect(self):
        """Connect, encrypt as the endpoint says, and read the server's greeting."""

    @abc.abstractmethod
    def login(self):
        """Log in with the credentials."""

    @abc.abstractmethod
    def close(self):
        """End the session; True when the server accepted its end (POP deletes only then). Never
        raises.
        """

    @abc.abstractmethod
    def abandon(self):
        """Hang up without a goodbye: after a failure the server may not answer, and POP must not
        delete. Never raises.
        """

    @abc.abstractmethod
    def keep_alive(self):
        """Say something that changes nothing, so that the server does not hang up during long work
        on our side.
        """

    @abc.abstractmethod
    def list_new(self, last_uid="", limit=None):
        """Return the entries above `last_uid`, oldest first, at most `limit` of them."""

    @abc.abstractmethod
    def arrived_since(self, entries, day):
        """Return those of `entries` that arrived on `day` (datetime.date) or later."""

    @abc.abstractmethod
    def present(self, uids):
        """Return those of `uids` that are still in the inbox."""

    @abc.abstractmethod
    def fetch(self, entries, max_bytes=BATCH_BYTES):
        """Yield (entry, raw bytes) without marking anything read.

        A mail that has gone meanwhile is left out; so is one that the server refuses, noted in
        `refused` (a damaged mail on the server must not keep the others waiting).
        """

    @abc.abstractmethod
    def fetch_headers(self, entries):
        """Yield (entry, raw header block) of mails that are too big to be fetched."""

    @abc.abstractmethod
    def file_away(self, uids, folder):
        """Take `uids` out of the inbox, into `folder` where the protocol knows folders; return
        those that are gone.
        """

    @contextlib.contextmanager
    def translated(self, stage, **data):
        """Turn whatever the protocol library raises inside into a `MailboxError`.

        The library's exception is not chained: it may quote a command, and with it a password.

        :param str stage: what was being done, one of `failures.STAGES`
        """
        try:
            yield
        except PROTOCOL_ERRORS as error:
            facts = {**self.endpoint.facts, "user": self.credentials.user, **data}
            raise failures.as_error(error, stage, facts, self.credentials.secrets) from None
