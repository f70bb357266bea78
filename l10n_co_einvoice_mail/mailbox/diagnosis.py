"""The ladder of checks of an account, step by step: the first red one names the datum that is wrong.

`Ladder.climb` is a generator, so that each step can be shown when it is done. When port or encryption is wrong, the
other customary ones of the same server are tried by themselves. The password leaves only on a verified TLS connection
to the server the administrator typed, or to a server of the own network.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from ..vocabulary.reason import _
from . import failures, transport
from .base import Credentials
from .certificate import PeerCertificate
from .errors import (
    AddressRefused,
    ArgumentRefused,
    LoginFailed,
    MailboxError,
    ServerRefused,
    Throttled,
    TlsFailed,
)
from .failures.failure import Failure
from .imap import ImapMailbox
from .pop import PopMailbox
from .probe import Probe, rungs
from .smtp import SmtpServer
from .transport import Encryption, Endpoint
from .trial import read_some

CONNECTIONS = {"imap": ImapMailbox, "pop": PopMailbox, "smtp": SmtpServer}

# name: (what is checked, what is told when it is well)
STEPS = {
    "data": (_("Data present"), ""),
    "address": (_("Address allowed"), _("%(host)s, port %(port)s")),
    "dns": (_("Name of the server"), "%(addresses)s"),
    "tcp": (_("Connection"), ""),
    "tls": (_("Encryption"), _("Certificate of %(names)s, %(days)s days left")),
    "greeting": (_("Greeting"), ""),
    "auth": (_("Ways to log in"), "%(methods)s"),
    "login": (_("Login"), "%(user)s"),
    "folders": (_("Folders"), "%(folders)s"),
    "read": (
        _("Reading without marking"),
        _("%(count)s mails in the inbox; %(read)s of the newest %(asked)s were read"),
    ),
    "file": (_("Storing and moving"), ""),
    "sender": (_("Sender accepted"), "%(sender)s"),
    "recipient": (_("Recipient accepted"), "%(recipient)s"),
    "message": (_("Test mail"), "%(recipient)s"),
    "arrival": (_("Arrival of the test mail"), "%(mailbox)s"),
    "backup": (_("Backup address"), "%(backup)s"),
    "other": (_("Another way"), _("%(host)s, port %(port)s, %(encryption)s")),
}
WAY = {
    True: ("dns", "tcp", "tls", "greeting"),
    False: ("dns", "tcp", "greeting", "tls"),
}
WORK = {
    "imap": ("auth", "login", "folders", "read", "file"),
    "pop": ("auth", "login", "read"),
    "smtp": ("auth", "login", "sender"),
}
# Steps after which the server still has to greet: until then it has less time to answer.
EARLY = frozenset({"data", "dns", "tcp"})
# Data that another port or encryption of the same server can put right.
ENDPOINT_DATA = ("port", "encryption")
PROBE_FOLDER = "Prueba Odoo"


@dataclass(frozen=True)
class Step:
    """One rung that was tried. `state` is ok, failed or skipped; `error` tells a failed one."""

    name: str
    state: str
    milliseconds: int = 0
    error: MailboxError | None = None
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def failure(self) -> Failure | None:
        """The row of `failures.FAILURES` of a failed step, else None."""
        return failures.FAILURES[self.error.code] if self.error else None


@dataclass(frozen=True)
class Account:
    """What is diagnosed."""

    protocol: str  # imap, pop or smtp
    endpoint: Endpoint
    credentials: Credentials
    allow_internal: bool = False
    folders: tuple[str, ...] = ()  # of an IMAP account: those mails are filed into
    sender: str = ""  # of an SMTP account
    recipient: str = ""  # of a test mail; "" sends none
    name: str = ""  # by which an SMTP server is greeted


class Ladder:
    """One diagnosis; `proposal` holds the `Endpoint` that worked instead of the account's, `certificate` the one seen,
    `message_id` the sent test mail's, `size_limit` the bytes of the largest mail that a sending server takes.
    """

    def __init__(self, account: Account):
        """Keep the account; nothing is opened yet."""
        self.account = account
        self.proposal: Endpoint | None = None
        self.certificate: PeerCertificate | None = None
        self.message_id = ""
        self.size_limit: int | None = None
        self.is_sound = False

    def climb(self) -> Iterator[Step]:
        """Yield the `Step`s, each as it is done."""
        account = self.account
        names = iter(self._names())
        error = yield from _tried([("data", self._check_data)])
        next(names)
        if not error:
            error = yield from self._counted(self._way(account.endpoint), names)
        if not error:
            error = yield from self._counted(self._work(account.endpoint), names)
        for name in names:
            yield Step(name, "skipped")
        self.is_sound = error is None
        if error and failures.FAILURES[error.code].datum in ENDPOINT_DATA:
            yield from self._climb_on()

    def _names(self):
        encryption = self.account.endpoint.encryption
        way = list(WAY[encryption.is_implicit])
        if encryption is Encryption.NONE:
            way.remove("tls")
        work = list(WORK[self.account.protocol])
        if self.account.recipient and self.account.protocol == "smtp":
            work += ["recipient", "message"]
        return ["data", *way, *work]

    def _counted(self, steps, names):
        """Hand on the steps, and take their names from those that are still to come."""
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                return end.value
            if step.name != "address":
                next(names)
            yield step

    # -- the way to the server ----------------------------------------------------------------------

    def _check_data(self):
        credentials = self.account.credentials
        facts = {**self.account.endpoint.facts, "user": credentials.user}
        if not self.account.endpoint.host:
            raise ArgumentRefused("server_missing", data=facts)
        if not credentials.user:
            raise ArgumentRefused("user_missing", data=facts)
        if credentials.oauth_string is None and not credentials.password:
            raise ArgumentRefused("password_missing", data=facts)
        if credentials.oauth_string == "":
            raise LoginFailed("oauth_missing", data=facts)

    def _way(self, endpoint):
        """Yield the steps of a connection without login; return the error that ended it."""
        probe = Probe(self.account.protocol, endpoint, self.account.allow_internal)
        try:
            error = yield from _tried(self._told(probe))
            self.certificate = probe.certificate or self.certificate
            return error
        finally:
            probe.close()

    def _told(self, probe):
        facts = {
            "dns": lambda: {
                "addresses": ", ".join(address[0] for _family, address in probe.addresses)
            },
            "tls": lambda: _certificate_facts(probe.certificate),
        }
        for name, stage in probe.stages:
            yield name, lambda stage=stage, name=name: stage() or facts.get(name, dict)()

    # -- what is done there ------------------------------------------------------------------------

    def _work(self, endpoint):
        account = self.account
        connection = self._connection(endpoint)
        stages = {
            "imap": self._imap_stages,
            "pop": self._pop_stages,
            "smtp": self._smtp_stages,
        }[account.protocol](connection)
        entrance = [
            ("auth", lambda: connection.connect() or {"methods": _methods(connection)}),
            ("login", lambda: self._login(connection)),
        ]
        try:
            error = yield from _tried([*entrance, *stages])
        except GeneratorExit:  # whoever asked wants no more
            connection.abandon()
            raise
        if error or account.protocol == "pop":
            connection.abandon()  # without QUIT: Gmail forgets what was looked at (see `pop`)
        else:
            connection.close()
        return error

    def _login(self, connection):
        self._guard_password(connection.endpoint)
        connection.login()
        return {"user": self.account.credentials.user}

    def _guard_password(self, endpoint):
        """Without encryption only servers of the own network get the password.

        :raise TlsFailed: it would travel over the internet in clear
        """
        if endpoint.encryption is Encryption.NONE:
            addresses = transport.resolve(endpoint, self.account.allow_internal)
            if any(transport.is_public(address[0]) for _family, address in addresses):
                raise TlsFailed("password_in_clear", data=endpoint.facts)

    def _imap_stages(self, mailbox):
        names = self.account.folders
        folders = {}

        def make():
            folders.update((name, mailbox.ensure_folder(name)) for name in names)
            return {"folders": ", ".join(folders.values())}

        if not names:  # it only takes copies: nobody reads what else lies there
            return [("folders", lambda: {"folders": str(len(mailbox.folders()))})]
        return [
            ("folders", make),
            ("read", lambda: _facts_of(read_some(mailbox))),
            ("file", lambda: self._try_filing(mailbox, folders[names[0]])),
        ]

    def _try_filing(self, mailbox, folder):
        """Store a mail, move it as a real one would be, and leave nothing behind."""
        raw, message_id = _test_mail(self.account.credentials.user, self.account.credentials.user)
        probe_folder = mailbox.ensure_folder(PROBE_FOLDER)
        try:
            uid = mailbox.append(folder, raw)
            uids = [uid] if uid else mailbox.search_message_id(folder, message_id)
            mailbox.read_from(folder)
            if not uids or set(uids) - mailbox.file_away(uids, PROBE_FOLDER):
                raise ServerRefused("server_refused", data=mailbox.endpoint.facts)
        finally:
            mailbox.delete_folder(probe_folder)

    def _pop_stages(self, mailbox):
        return [("read", lambda: _facts_of(read_some(mailbox)))]

    def _smtp_stages(self, server):
        sender, recipient = self.account.sender, self.account.recipient

        def offer():
            self.size_limit = server.size_limit
            server.offer(sender)
            return {"sender": sender}

        stages = [("sender", offer)]
        if recipient:
            stages += [
                ("recipient", lambda: server.offer(sender, recipient) or {"recipient": recipient}),
                ("message", lambda: self._send(server)),
            ]
        return stages

    def _send(self, server):
        raw, message_id = _test_mail(self.account.sender, self.account.recipient)
        server.send(self.account.sender, (self.account.recipient,), raw)
        self.message_id = message_id
        return {"recipient": self.account.recipient}

    # -- another port or encryption ------------------------------------------------------------------

    def _climb_on(self):
        """Try the typed port with the other encryption and the customary ports of the same server, verified and
        encrypted, until one lets us in.
        """
        own = self.account.endpoint
        for endpoint in rungs(self.account.protocol, own.host, own.port):
            if endpoint == own:
                continue
            facts = {**endpoint.facts, "encryption": endpoint.encryption.value}
            for step in _tried([("other", lambda at=endpoint: self._enter(at))]):
                yield replace(step, name="other", facts=facts)
            if step.error is None:
                self.proposal = endpoint
                return
            if isinstance(step.error, AddressRefused) or step.failure.error is Throttled:
                return  # no other port may be tried, or not now
            if step.failure.datum not in (*ENDPOINT_DATA, "server", "certificate"):
                return  # this port answers: something else is wrong

    def _enter(self, endpoint):
        for step in self._way(endpoint):
            if step.error:
                raise step.error
        with self._connection(endpoint):
            pass

    def _connection(self, endpoint):
        account = self.account
        options = {"name": account.name} if account.protocol == "smtp" else {}
        return CONNECTIONS[account.protocol](
            endpoint, account.credentials, allow_internal=account.allow_internal, **options
        )


def _tried(stages):
    """Yield a `Step` for each (name, callable that returns facts); return the error that ended it, or None."""
    for name, stage in stages:
        started = time.monotonic()
        try:
            facts = stage() or {}
        except MailboxError as error:
            failed = "address" if isinstance(error, AddressRefused) else name
            yield Step(failed, "failed", _since(started), error, error.data)
            return error
        yield Step(name, "ok", _since(started), facts=facts)
    return None


def patience(step: Step | None = None) -> int:
    """Return how many seconds the server has for the step after `step` (a `Step`; None before the first)."""
    is_early = step is None or (step.state == "ok" and step.name in EARLY)
    return transport.CONNECT_SECONDS if is_early else transport.READ_SECONDS


def _since(started):
    return round((time.monotonic() - started) * 1000)


def _facts_of(trial):
    return {name: str(value) for name, value in vars(trial).items()}


def _certificate_facts(certificate):
    if certificate is None:
        return {}
    names = certificate.names or (certificate.subject,)
    return {"names": ", ".join(names[:3]), "days": str(certificate.days_left)}


def _methods(connection):
    """Names of the ways to log in that a connected server offers."""
    if isinstance(connection, SmtpServer):
        return ", ".join(connection.methods)
    offered = [
        item[5:] for item in getattr(connection, "capabilities", ()) if item.startswith("AUTH=")
    ]
    if isinstance(connection, ImapMailbox) and "LOGINDISABLED" not in connection.capabilities:
        offered.append("LOGIN")
    return ", ".join(sorted(offered))


def _test_mail(sender, recipient):
    """Return (bytes, Message-ID) of a mail that says what it is."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = "Prueba de Odoo"
    mail["From"] = transport.clean(sender)
    mail["To"] = transport.clean(recipient)
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or None)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(
        "Este correo lo envió Odoo para probar la cuenta. No requiere respuesta.\n\n"
        "Odoo sent this mail to test the account. No answer is needed.\n"
    )
    return mail.as_bytes(), mail["Message-ID"]
