"""What IMAP and POP3 mailboxes have in common: the small interface that reception uses."""

import abc
import contextlib
import imaplib
import poplib
import socket
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from . import failures, transport
from .certificate import peer_certificate
from .errors import MailboxError, TlsFailed
from .transport import Encryption, Endpoint
from .watch import Meter, Watch

BATCH_COUNT = 50  # more gained nothing on the wire and costs memory
BATCH_BYTES = 10 * 1024 * 1024
LIMIT_BYTES = 30 * 1024 * 1024
# Servers hang up when nobody logs in: Exchange after a minute, others sooner.
PREPARED_SECONDS = 20

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
    def secrets(self) -> tuple[str, ...]:
        """The texts that must never show in an answer, a log or an error."""
        token = (self.oauth_string or "").partition("Bearer ")[2].rstrip("\x01")
        sasl_plain = f"\0{self.user}\0{self.password}" if self.password else None
        candidates = (self.password, sasl_plain, self.oauth_string, token)
        return tuple(secret for secret in candidates if secret)


@dataclass(frozen=True)
class Entry:
    """One mail of the inbox: `uid` is IMAP's UID or POP's UIDL as text, `size` the bytes the server
    announces; servers may only estimate it. `is_sized` is False when it does not tell, or was not asked.
    """

    uid: str
    size: int
    is_sized: bool = True


def batches(
    entries: Iterable[Entry], max_count: int = BATCH_COUNT, max_bytes: int = BATCH_BYTES
) -> Iterator[list[Entry]]:
    """Cut `entries` into lists of at most `max_count` mails and `max_bytes` bytes; a bigger mail
    comes alone.
    """
    batch: list[Entry] = []
    total = 0
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
    ports = (0, 0)  # (with TLS from the first byte, otherwise)

    @classmethod
    def default_port(cls, encryption: Encryption | str) -> int:
        """:return: the registered port for an encryption value (RFC 8314)"""
        implicit, plain = cls.ports
        return implicit if Encryption(encryption).is_implicit else plain

    def __init__(
        self, endpoint: Endpoint, credentials: Credentials, *, allow_internal: bool = False
    ):
        """Keep where and who; nothing is opened yet.

        :param endpoint: where the server listens
        :param credentials: who logs in
        :param allow_internal: True lets private and loopback addresses, and any port, be used
        """
        self.endpoint = endpoint
        self.credentials = credentials
        self.allow_internal = allow_internal
        self._watch: Watch | None = None
        self._prepared_at: float | None = None
        #: {uid: why} of mails that the server lists and does not hand out, or not whole
        self.refused: dict[str, MailboxError] = {}

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, exception_type: type | None, *_exception: object) -> None:
        if self._watch:
            self._watch.cancel()
        if exception_type is None:
            self.close()
        else:
            self.abandon()

    def prepare(self) -> None:
        """Connect, and send nothing of the credentials; `open` goes on from there.

        :raise MailboxError: the server does not greet
        """
        try:
            self._connect()
        except MailboxError:
            self.abandon()
            raise
        self._prepared_at = time.monotonic()

    def open(self) -> None:
        """Connect, unless that was done a moment ago, and log in.

        :raise MailboxError: the server does not let us in
        """
        try:
            if not self._is_prepared():
                self.abandon()
                self._connect()
            self.login()
        except MailboxError:
            self.abandon()
            raise

    def _is_prepared(self) -> bool:
        """:return: whether a server waits for the login, and has not said or ended anything meanwhile"""
        prepared_at, self._prepared_at = self._prepared_at, None
        return (
            prepared_at is not None
            and time.monotonic() - prepared_at < PREPARED_SECONDS
            and transport.is_silent(self._socket())
        )

    def reopen(self) -> None:
        """Begin a new session after the conversation broke off; nothing that was marked in the old one counts.

        :raise MailboxError: the server does not let us in any more
        """
        self.abandon()
        self.open()

    def limit_session(self, seconds: float) -> None:
        """Hang up when the `with` block lasts longer, or an answer comes too slowly (see `watch`). What is done then
        raises `ConnectionLost`.

        :param seconds: from now on
        """
        self._watch = Watch(self._meter, self._hang_up, seconds)
        self._watch.start()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError, AttributeError):  # it may be closed by now
            self._socket().shutdown(socket.SHUT_RDWR)

    @abc.abstractmethod
    def _socket(self) -> socket.socket:
        """:return: the open socket"""

    @abc.abstractmethod
    def _meter(self) -> Meter | None:
        """:return: the meter of the open connection, if there is one"""

    def _connect(self) -> None:
        try:
            self.connect()
        except TlsFailed as error:
            if error.code == "certificate_host":
                with contextlib.suppress(MailboxError):
                    shown = peer_certificate(self.endpoint, self.protocol, self.allow_internal)
                    error.data["names"] = ", ".join(shown.names) or shown.subject
            raise

    @abc.abstractmethod
    def connect(self) -> None:
        """Connect, encrypt as the endpoint says, and read the server's greeting."""

    @abc.abstractmethod
    def login(self) -> None:
        """Log in with the credentials."""

    @abc.abstractmethod
    def close(self) -> bool:
        """End the session. Never raises.

        :return: True when the server accepted its end (POP deletes only then)
        """

    @abc.abstractmethod
    def abandon(self) -> None:
        """Hang up without a goodbye: after a failure the server may not answer, and POP must not
        delete. Never raises.
        """

    @abc.abstractmethod
    def keep_alive(self) -> None:
        """Say something that changes nothing, so that the server does not hang up during long work
        on our side.
        """

    @abc.abstractmethod
    def list_new(self, last_uid: str = "", limit: int | None = None) -> list[Entry]:
        """:return: the entries above `last_uid`, oldest first, at most `limit` of them"""

    def list_carefully(self) -> list[Entry]:
        """List what is there, and ask for nothing that a damaged mail could make the server stumble over.

        :return: the entries, oldest first; those whose size was not asked for are not `is_sized`
        """
        return self.list_new()

    @abc.abstractmethod
    def arrived_since(self, entries: Sequence[Entry], day: date) -> list[Entry]:
        """:return: those of `entries` that arrived on `day` or later. One that cannot be asked about is not among
        them: it is noted in `refused`.
        """

    @abc.abstractmethod
    def present(self, uids: Collection[str]) -> set[str]:
        """:return: those of `uids` that are still in the inbox"""

    @abc.abstractmethod
    def fetch(
        self, entries: Sequence[Entry], max_bytes: int = BATCH_BYTES, *, limit: int = LIMIT_BYTES
    ) -> Iterator[tuple[Entry, bytes]]:
        """Yield (entry, raw bytes) without marking anything read.

        A mail that has gone meanwhile is left out; so is one that the server refuses or hands out
        in part, noted in `refused` (a damaged mail on the server must not keep the others waiting).

        :param max_bytes: asked for in one command
        :param limit: of a mail whose size the server does not tell; one byte more comes of a larger one
        :raise MailboxError: the conversation broke off; its `asked` names the mails that were asked for then
        """

    @abc.abstractmethod
    def fetch_headers(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Yield (entry, raw header block) of mails that are too big to be fetched."""

    @abc.abstractmethod
    def file_away(
        self,
        uids: Collection[str],
        folder: str,
        copied: Collection[str] = (),
        tried: Collection[str] = (),
    ) -> set[str]:
        """Take `uids` out of the inbox, into `folder` where the protocol knows folders.

        :param copied: those of which the server has accepted a copy before, which could not be found: they are looked
            for, and not copied again
        :param tried: those at which the conversation broke off before: a copy is looked for before they are copied
        :return: those that are gone
        :raise MailboxError: its `filed` holds those that were gone before, its `unproved` those whose copy was
            accepted and cannot be found
        """

    def _refuse(self, entry: Entry, code: str, answer: str = "", **data: object) -> None:
        facts = {**self.endpoint.facts, "user": self.credentials.user}
        facts.update((name, str(value)) for name, value in data.items())
        self.refused[entry.uid] = failures.error_of(code, answer, facts)

    @contextlib.contextmanager
    def asking_for(self, entries: Iterable[Entry]) -> Iterator[None]:
        """Name these mails in the `MailboxError` that is raised inside."""
        try:
            yield
        except MailboxError as error:
            error.asked = tuple(entry.uid for entry in entries)
            raise

    @contextlib.contextmanager
    def translated(self, stage: str, **data: str) -> Iterator[None]:
        """Turn whatever the protocol library raises inside into a `MailboxError`.

        The library's exception is not chained: it may quote a command, and with it a password.

        :param stage: what was being done, a key of `failures.general.DEFAULTS`
        """
        try:
            yield
        except PROTOCOL_ERRORS as error:
            facts = {**self.endpoint.facts, "user": self.credentials.user, **data}
            raise failures.as_error(error, stage, facts, self.credentials.secrets) from None
