"""An SMTP server that mails are handed to (RFC 5321, RFC 4954), on the sockets of `transport`."""

import contextlib
import re
import smtplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import failures, sasl, transport
from .base import Credentials
from .errors import (
    ConnectionLost,
    DeliveryLost,
    LoginFailed,
    MailboxError,
    MessageRefused,
    ServerRefused,
    Throttled,
    TlsFailed,
)
from .transport import Encryption, Endpoint, clean

#: RFC 5321 §4.5.3.2.6: a server may take this long to answer to a whole mail.
ANSWER_SECONDS = 600
#: RFC 5321 §4.2.2, RFC 4954 §4: a way to log in that was offered and is not known after all.
UNKNOWN_METHOD = frozenset({500, 501, 502, 504})
PROTOCOL_ERRORS = (*failures.PARSER_ERRORS, OSError)  # smtplib's own errors are OSErrors


@dataclass(frozen=True)
class Receipt:
    """What a server answered to a mail it took: its last words, and whom of the recipients it refused."""

    answer: str
    refused: dict[str, MailboxError] = field(default_factory=dict)  # by address


class _Protocol(smtplib.SMTP):
    """smtplib on a socket of `transport`."""

    def __init__(self, endpoint, allow_internal, name):
        self._endpoint = endpoint
        self._allow_internal = allow_internal
        super().__init__(endpoint.host, endpoint.port, local_hostname=name or None)

    def _get_socket(self, host, port, timeout):
        return transport.connect(self._endpoint, self._allow_internal)

    def hand_over(self, raw, seconds):
        """DATA, the mail and its final dot.

        :param raw: lines ending in CRLF
        :param seconds: for the server's answer to the final dot
        :return: callable that waits for that answer, (code, words)
        """
        code, words = self.docmd("DATA")
        if code != 354:
            raise smtplib.SMTPDataError(code, words)
        end = b"." if raw.endswith(b"\r\n") else b"\r\n."
        self.send(re.sub(rb"(?m)^\.", b"..", raw) + end + b"\r\n")
        self.sock.settimeout(seconds)
        return self.getreply


class SmtpServer:
    """A sending server while it is open: `with SmtpServer(endpoint, credentials) as server: ...`.

    Every method raises a `MailboxError` and nothing else when the server, or the way to it, fails.
    """

    protocol = "smtp"

    def __init__(
        self,
        endpoint: Endpoint,
        credentials: Credentials,
        *,
        allow_internal: bool = False,
        name: str = "",
    ):
        """Keep where and who; see `base.Mailbox`.

        :param name: by which we greet the server (EHLO); "": what the system is called
        """
        self.name = clean(name)
        self.endpoint = endpoint
        self.credentials = credentials
        self.allow_internal = allow_internal
        self._client: Any = None

    def __enter__(self):
        try:
            self.connect()
            self.login()
        except BaseException:
            self.abandon()
            raise
        return self

    def __exit__(self, exception_type, *_exception):
        if exception_type is None:
            self.close()
        else:
            self.abandon()

    def connect(self) -> None:
        """Connect, encrypt as the endpoint says, read the greeting and what the server offers."""
        with self.translated("greeting"):
            self._client = _Protocol(self.endpoint, self.allow_internal, self.name)
        with self.translated("helo"):
            self._client.ehlo_or_helo_if_needed()
        if self.endpoint.encryption.is_upgraded:
            with self.translated("tls"):
                self._client.starttls(context=transport.tls_context(self.endpoint.encryption))
                self._client.ehlo_or_helo_if_needed()
        transport.patient(self._client.sock)

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the ways to log in that the server offers, such as PLAIN, LOGIN, XOAUTH2."""
        return tuple(self._client.esmtp_features.get("auth", "").upper().split())

    @property
    def size_limit(self) -> int | None:
        """The largest mail the server takes, in bytes (RFC 1870), or None."""
        size = self._client.esmtp_features.get("size", "")
        return int(size) if size.isascii() and size.isdigit() and int(size) else None

    def login(self) -> None:
        """Log in with the credentials; a server that offers no login wants none.

        :raise LoginFailed, TlsFailed: the server accepts no password here, or refuses this one
        """
        credentials = self.credentials
        if credentials.oauth_string is not None:
            self._login_with_token(credentials.oauth_string)
        elif credentials.user:
            self._login_with_password(clean(credentials.user), clean(credentials.password or ""))

    def _login_with_token(self, oauth_string):
        if "XOAUTH2" not in self.methods:  # nobody else is shown the token
            facts = {**self.endpoint.facts, "user": self.credentials.user}
            raise LoginFailed("auth_not_offered", data=facts)
        with self.translated("oauth"):
            self._authenticate("XOAUTH2", oauth_string, "")  # "": the error was read

    def _login_with_password(self, user, password):
        facts = {**self.endpoint.facts, "user": user}
        if not self.methods:
            if self.endpoint.encryption is Encryption.NONE and self._client.has_extn("starttls"):
                raise TlsFailed("starttls_required", data=facts)
            raise LoginFailed("auth_not_offered", data=facts)
        ways = sasl.ways(user, password)
        known = [name for name in ways if name in self.methods]
        if not known:
            if "XOAUTH2" in self.methods:
                refusal = smtplib.SMTPAuthenticationError(535, b"LOGINDISABLED")
                raise failures.as_error(refusal, "login", facts)
            raise LoginFailed("auth_unknown", data={**facts, "methods": ", ".join(self.methods)})
        with self.translated("login"):
            for name in known:
                try:
                    self._authenticate(name, *ways[name])
                    break
                except smtplib.SMTPAuthenticationError as error:
                    if error.smtp_code not in UNKNOWN_METHOD or name == known[-1]:
                        raise

    def _authenticate(self, method, first, *answers):
        """One SASL exchange in UTF-8, which smtplib's own does not know.

        :param first: what is told with the command, or None
        :param answers: to the server's challenges; functions of the challenge, or texts
        """
        code, words = self._client.docmd(
            "AUTH", f"{method} {sasl.encoded(first)}" if first else method
        )
        for answer in answers:
            if code != 334:
                break
            told = answer(words) if callable(answer) else answer
            code, words = self._client.docmd(sasl.encoded(told))
        if code not in (235, 503):
            raise smtplib.SMTPAuthenticationError(code, words)

    def offer(self, sender: str, recipient: str | None = None) -> None:
        """Ask whether the server would take a mail of `sender` (to `recipient`), and send none.

        :raise MessageRefused: it would not
        """
        with self.translated("sender", sender=sender):
            reply = self._client.mail(self._on_the_wire(sender, "sender"))
            _accepted(reply, smtplib.SMTPSenderRefused, sender)
        if recipient:
            with self.translated("recipient", sender=sender, recipient=recipient):
                code, answer = self._client.rcpt(self._on_the_wire(recipient))
                if code not in (250, 251):
                    raise smtplib.SMTPRecipientsRefused({recipient: (code, answer)})
        with self.translated("sender", sender=sender):
            self._client.rset()

    def send(self, sender: str, recipients: Sequence[str], raw: bytes) -> None:
        """Hand a mail over.

        :param sender: the envelope's
        :param recipients: addresses of the envelope; all of them, or nothing is sent
        :param raw: the mail, lines ending in CRLF or LF
        :raise MessageRefused: the server does not take it
        """
        facts = {"sender": sender, "recipient": ", ".join(recipients)}
        if self.size_limit and len(raw) > self.size_limit:
            raise MessageRefused("message_too_big", data={**self.endpoint.facts, **facts})
        for recipient in recipients:
            self.offer(sender, recipient)
        addressees = [self._on_the_wire(recipient) for recipient in recipients]
        with self.translated("message", **facts):
            self._client.sendmail(self._on_the_wire(sender, "sender"), addressees, raw)

    def deliver(
        self,
        sender: str,
        recipients: Sequence[str],
        raw: bytes,
        blind: Sequence[str] = (),
        seconds: float = ANSWER_SECONDS,
    ) -> Receipt:
        """Hand a mail over to those of `recipients` that the server takes.

        Somebody it does not take at the moment keeps it back from all, so that a second try doubles nobody's mail.

        :param sender: the envelope's
        :param recipients: addresses of the envelope
        :param raw: the mail, lines ending in CRLF
        :param blind: addresses that get it too, if the server takes them; it fails for none of them
        :param seconds: how long the answer to the whole mail is waited for
        :return: Receipt
        :raise MessageRefused, Throttled: the server takes it for nobody, or not now
        :raise DeliveryLost: it was handed over whole, and what became of it is not known
        """
        facts = {"sender": sender, "recipient": ", ".join(recipients)}
        if self.size_limit and len(raw) > self.size_limit:
            raise MessageRefused("message_too_big", data={**self.endpoint.facts, **facts})
        self._open_envelope(sender, raw)
        refused = self._address(sender, recipients)
        if not set(recipients) - refused.keys() or any(
            map(failures.is_temporary, refused.values())
        ):
            self._forget_envelope()
            raise sorted(refused.values(), key=failures.is_temporary)[-1]
        for address, error in self._address(sender, blind).items():
            refused.setdefault(address, error)
        code, words = self._hand_over(raw, seconds, facts)
        return Receipt(failures.scrub(f"{code} {words.decode('utf-8', 'replace')}"), refused)

    def _hand_over(self, raw, seconds, facts):
        with self.translated("message", **facts):
            answer = self._client.hand_over(raw, seconds)
        told = {**self.endpoint.facts, **facts}
        try:
            with self.translated("message", **facts):
                code, words = answer()
        except ConnectionLost as error:
            raise DeliveryLost("delivery_lost", error.server_answer, told) from None
        if not 200 <= code < 600:  # no answer that says what became of it
            raise DeliveryLost("delivery_lost", failures.scrub(repr(words)), told)
        if code >= 300:
            with self.translated("message", **facts):
                raise smtplib.SMTPDataError(code, words)
        transport.patient(self._client.sock)
        return code, words

    def _open_envelope(self, sender, raw):
        options = []
        if self._client.has_extn("size"):
            options.append(f"size={len(raw)}")
        if not raw.isascii() and self._client.has_extn("8bitmime"):
            options.append("body=8bitmime")
        with self.translated("sender", sender=sender):
            reply = self._client.mail(self._on_the_wire(sender, "sender"), options)
            _accepted(reply, smtplib.SMTPSenderRefused, sender)

    def _address(self, sender, recipients):
        """:return: {address: MailboxError} of those the server does not take"""
        refused = {}
        for recipient in recipients:
            try:
                with self.translated("recipient", sender=sender, recipient=recipient):
                    reply = self._client.rcpt(self._on_the_wire(recipient))
                    if reply[0] not in (250, 251):
                        raise smtplib.SMTPRecipientsRefused({recipient: reply})
            except (ServerRefused, Throttled) as error:
                if _is_farewell(error):
                    raise
                refused[recipient] = error
        return refused

    def _on_the_wire(self, address, role="recipient"):
        """:return: the address as the server can read it: its domain in ASCII (IDNA)
        :raise MessageRefused: the part before the @ cannot be written so
        """
        local, at, domain = clean(address).rpartition("@")
        with contextlib.suppress(UnicodeError):
            if local.isascii():
                return local + at + (domain if domain.isascii() else domain.encode("idna").decode())
        facts = {**self.endpoint.facts, role: address}
        raise MessageRefused(f"{role}_unsendable", data=facts)

    def _forget_envelope(self):
        with contextlib.suppress(*PROTOCOL_ERRORS):  # the next command tells if the way is gone
            self._client.rset()

    def close(self) -> None:
        """End the session. Never raises."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*PROTOCOL_ERRORS):  # what was sent is sent
                client.quit()
            client.close()

    def abandon(self) -> None:
        """Hang up without a goodbye. Never raises."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    @contextlib.contextmanager
    def translated(self, stage: str, **data: str) -> Iterator[None]:
        """See `base.Mailbox.translated`."""
        try:
            yield
        except PROTOCOL_ERRORS as error:
            facts = {**self.endpoint.facts, "user": self.credentials.user, **data}
            raise failures.as_error(error, stage, facts, self.credentials.secrets) from None


def _accepted(reply, refusal, address):
    code, answer = reply
    if code != 250:
        raise refusal(code, answer, address)


def _is_farewell(error):
    """421: the server closes the connection after it (RFC 5321 §3.8)."""
    return error.server_answer.startswith("421")
