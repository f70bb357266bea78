"""A session with an IMAP server: the way in, the login, and the folder that is read.

What IMAPClient leaves to its user: arguments without CR or LF, and capabilities read again after the login (Exchange
announces MOVE only then).
"""

import contextlib
import imaplib
import socket
from collections.abc import Iterator
from typing import Any

from imapclient.exceptions import LoginError

from . import failures, transport
from .base import PROTOCOL_ERRORS, Credentials, Mailbox
from .errors import FolderFailed, MailboxError, ServerRefused, TlsFailed
from .imap_client import ImapClient
from .transport import Endpoint, clean
from .watch import Meter


class ImapSession(Mailbox):
    """What the parts of `imap.ImapMailbox` have in common."""

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
        with self.translated("greeting"):
            self._client = ImapClient(self.endpoint, self.allow_internal)
        if self.endpoint.encryption.is_upgraded:
            self._start_tls()
        transport.patient(self._client.socket())
        self._note_capabilities(item.encode() for item in self._client._imap.capabilities)

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
        """After the login: what its answer told, else what the server says when it is asked."""
        with self.translated("greeting"):
            told = self._client.told_capabilities() or self._client._do_capabilites()
        self._note_capabilities(told)

    def _note_capabilities(self, told):
        # IMAPClient would remember what was said before TLS or before the login, and may even have been injected there.
        self._client._cached_capabilities = tuple(told)
        self.capabilities = frozenset(
            item.decode("ascii", "replace") for item in self._client._cached_capabilities
        )

    def login(self) -> None:
        """See `Mailbox`; `capabilities` holds what the server announces to the user.

        :raise LoginFailed, TlsFailed: the server accepts no password here, or refuses this one
        """
        credentials = self.credentials
        if self._client.is_logged_in:
            pass  # PREAUTH: the server knows who we are
        elif credentials.oauth_string is not None:
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
                raise failures.as_error(imaplib.IMAP4.error("LOGINDISABLED"), "login", facts)

    def _login_with_password(self, user, password):
        if (user + password).isascii() and "LOGINDISABLED" not in self.capabilities:
            self._client.login(_quoted(user), password)
        else:  # LOGIN's strings are ASCII; SASL PLAIN is UTF-8 (RFC 4616)
            self._client.plain_login(user, password)

    def close(self) -> bool:
        """See `Mailbox`: all commands were answered, so the answer to the goodbye is not waited for."""
        client, self._client, self._selected = self._client, None, None
        if client is None:
            return False
        try:
            client.say_goodbye()
        except PROTOCOL_ERRORS:  # the work is done: how the goodbye went changes nothing
            return False
        finally:
            client.drop()
        return True

    def abandon(self) -> None:
        """See `Mailbox`."""
        client, self._client, self._selected = self._client, None, None
        if client is not None:
            client.drop()

    def keep_alive(self) -> None:
        """See `Mailbox`."""
        with self.translated("read"):
            self._client.noop()

    @contextlib.contextmanager
    def translated(self, stage: str, **data: str) -> Iterator[None]:
        """See `Mailbox.translated`; what a person shall be told (ALERT, RFC 3501 §7.1) is among the server's words."""
        try:
            with super().translated(stage, **data):
                yield
        except MailboxError as error:
            self._add_alert(error)
            raise

    def _add_alert(self, error: MailboxError) -> None:
        alert = str(self._client.alert) if self._client else ""
        if alert and alert not in error.server_answer:
            alert = failures.scrub(alert, self.credentials.secrets)
            error.server_answer = f"{error.server_answer} · {alert}".removeprefix(" · ")
            error.data["answer"] = error.server_answer

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

    def _select_inbox(self) -> int | None:
        """:return: how many mails are there, as the server has just said; None where it has not"""
        if self._selected == self.inbox:
            return None
        answer = self._select(self.inbox)
        seen = str(answer.get(b"UIDVALIDITY", ""))
        if self._uidvalidity and seen != self._uidvalidity:
            raise FolderFailed("inbox_changed", data={**self.endpoint.facts, "folder": self.inbox})
        self._uidvalidity = seen
        return answer.get(b"EXISTS")

    def _select(self, folder: str, readonly: bool = False) -> dict:
        self._selected = None
        with self.translated("folder", folder=folder):
            answer = self._client.select_folder(clean(folder), readonly)
        self._selected = None if readonly else folder
        return answer

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


@contextlib.contextmanager
def _unwrapped():
    """Give back what IMAPClient wraps as a refused login, although the server only hung up."""
    try:
        yield
    except LoginError as error:
        raise error.__context__ or error from None


def _said_once(oauth_string):
    """XOAUTH2's answers: the string first; a second challenge is the refusal's reason and gets an empty answer."""
    answers = iter((oauth_string,))
    return lambda _challenge: next(answers, "")


def _quoted(text):
    """Return an IMAP quoted string: imaplib quotes LOGIN's password and forgets its user."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
