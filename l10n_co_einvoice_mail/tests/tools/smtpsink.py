"""An SMTP server that keeps what it is sent: STARTTLS and implicit TLS, login required, refusals and cuts on demand."""

import base64
import logging
import re
import ssl
from dataclasses import dataclass

from .oauthprovider import holder_of

#: RFC 7628's error of a token, which Google shows before it refuses; its scope is that of Gmail.
TOKEN_ERROR = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
SIZE_LIMIT = 40 * 1024 * 1024


@dataclass(frozen=True)
class Sent:
    """One accepted mail: its envelope, its bytes, and who had logged in."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    login: str


class SmtpSink:
    """`messages` holds what was accepted. `reject[address] = "550 5.1.1 ..."` refuses a recipient, `refuse_data` every
    mail, `refuse_sender` every sender; `cuts` counts the mails whose connection is still to be cut when they were read.
    `refuse_token` is what a token that does not hold is answered with, `{token}` in it being the token; `challenges`
    tells whether the error is shown before, as Google does, and Microsoft does not.
    """

    def __init__(self, users, introspection_url="", keep=None):
        """Keep what is taken, and who may log in.

        :param str introspection_url: where XOAUTH2's tokens are asked about; without it none is offered
        :param keep: what is done with each `Sent`; it is put among `messages` otherwise
        """
        self.users = dict(users)
        self.introspection_url = introspection_url
        self.messages = []
        self.keep = keep or self.messages.append
        self.reject = {}
        self._controllers = []
        self.calm()

    def calm(self):
        """Forget what was sent, and refuse nothing any more."""
        self.messages.clear()
        self.reject.clear()
        self.refuse_data = self.refuse_sender = None
        self.refuse_token = "535 5.7.8 Username and Password not accepted."
        self.challenges = True
        self.cuts = self.logins = 0

    def start(self, port, tls_port, certificate, key):
        """Listen on loopback: `port` with STARTTLS before the login, `tls_port` with TLS from the first byte."""
        from aiosmtpd.controller import Controller

        # It warns of what is meant so: the implicit TLS port asks for no STARTTLS before the login.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        common = {
            "hostname": "127.0.0.1",
            "authenticator": self.authenticate,
            "data_size_limit": SIZE_LIMIT,
            "auth_exclude_mechanism": [] if self.introspection_url else ["XOAUTH2"],
        }
        self._controllers = [
            Controller(self, port=port, tls_context=context, require_starttls=True, **common),
            Controller(self, port=tls_port, ssl_context=context, auth_require_tls=False, **common),
        ]
        for controller in self._controllers:
            controller.start()

    def stop(self):
        """Stop listening."""
        for controller in self._controllers:
            controller.stop()
        self._controllers = []

    def authenticate(self, _server, _session, _envelope, _mechanism, login):
        """Check user and password (aiosmtpd's authenticator)."""
        from aiosmtpd.smtp import AuthResult

        self.logins += 1
        accepted = self.users.get(login.login.decode()) == login.password.decode()
        # Not handled: aiosmtpd itself answers 535 5.7.8.
        return AuthResult(success=accepted, handled=accepted, auth_data=login)

    async def auth_XOAUTH2(self, server, args):  # noqa: N802 - aiosmtpd calls it
        """Ask the provider whose token it is (aiosmtpd's mechanism of its own)."""
        from aiosmtpd.smtp import AuthResult, LoginPassword

        self.logins += 1
        words = base64.b64decode(args[1]).decode()
        user, token = re.fullmatch("user=(.+?)\1auth=Bearer (.*?)\1\1", words).groups()
        if holder_of(self.introspection_url, token) == user:
            return AuthResult(success=True, auth_data=LoginPassword(user.encode(), b""))
        if self.challenges:
            await server.challenge_auth(TOKEN_ERROR)
        return AuthResult(
            success=False, handled=False, message=self.refuse_token.format(token=token)
        )

    async def handle_MAIL(self, _server, _session, envelope, address, options):  # noqa: N802 - aiosmtpd calls it
        """Accept a sender, unless `refuse_sender` says otherwise."""
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server, session, envelope, address, _options):  # noqa: N802 - aiosmtpd calls it
        """Accept a recipient after a login, unless `reject` says otherwise."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address in self.reject:
            return self.reject[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd calls it
        """Keep a mail, unless `refuse_data` says otherwise, or the connection is to be cut."""
        if self.cuts:
            self.cuts -= 1
            server.transport.abort()
            return "421 cut"
        if self.refuse_data:
            return self.refuse_data
        login = session.auth_data.login.decode() if session.auth_data else ""
        self.keep(Sent(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content, login))
        return "250 Message accepted"
