"""A mail server of one's own on loopback: Dovecot (IMAP, POP3) and an SMTP sink, for tests, the benchmark and the demo.

    with MailBed({"compras@demo.co": "secret"}) as bed:
        bed.deliver("compras@demo.co", raw_bytes)
        endpoint = Endpoint("localhost", bed.imaps, "ssl_strict")     # inside `with bed.trusted():`
        bed.sink.messages                                             # what was sent through bed.smtp / bed.smtps

Nothing outside its own folder is touched, and only the processes it started are ended.
"""

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

from .smtpsink import SmtpSink
from .tls import server_context, trusting, write_certificate

TEMPLATE = Path(__file__).with_name("dovecot.conf")
LISTENERS = ("imap", "imaps", "pop3", "pop3s")
START_SECONDS = 10
STOP_SECONDS = 5

# Starts the server $0 with the settings $1, and ends it when nobody holds the other end of its standard input any more:
# then the process that started it has ended, or wants it to end. The folder $2 goes with it.
KEEPER = """exec 3<&0
{ "$0" -F -c "$1" 3<&- & cat <&3; kill $!; wait $!; rm -rf "$2"; } &
"""

# What Dovecot says it can do when MOVE and SPECIAL-USE are to be missing.
WITHOUT_MOVE = "IMAP4rev1 LITERAL+ ID ENABLE IDLE NAMESPACE UIDPLUS"
WITHOUT_UIDPLUS = "IMAP4rev1 LITERAL+ ID ENABLE IDLE NAMESPACE"

# Who signs in with a token is asked about at its provider (RFC 7662).
OAUTH = """passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}"""
INTROSPECTION = """introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


def is_available():
    """True when the machine has a Dovecot to start."""
    return find_dovecot() is not None


def find_dovecot():
    """Return the path of the `dovecot` program, or None (sbin is not on an ordinary user's path)."""
    return shutil.which("dovecot") or shutil.which(
        "dovecot", path="/usr/sbin:/usr/local/sbin:/sbin"
    )


def free_ports(count):
    """Return `count` loopback ports nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _number in range(count)]
        for candidate in sockets:
            candidate.bind(("127.0.0.1", 0))
        return [candidate.getsockname()[1] for candidate in sockets]


_shared = {}  # MailBed by its options


def shared(**options):
    """Return the bed with these options that all tests of this process share; nobody has a mailbox there, nothing was
    sent.

    It takes a second to start one and to stop it. It runs until the process ends, however that ends.
    """
    key = repr(sorted(options.items()))
    if key not in _shared:
        _shared[key] = MailBed(**options, outlives_tests=True).start()
    _shared[key].clear()
    return _shared[key]


def _greets(port, greeting):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5) as client:
        return client.recv(100).startswith(greeting)
    return False


def _remove(path):
    """Remove a file, or a folder in which Dovecot may be at the end of a session that was just left."""
    deadline = time.monotonic() + STOP_SECONDS
    while path.exists():
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


class MailBed:
    """A running mail server; a context manager, or `start` and `stop`."""

    def __init__(
        self,
        users=None,
        *,
        mail_folder=None,
        ports=None,
        separator="/",
        prefix="",
        capabilities="",
        fsync="never",
        certificate_name="localhost",
        certificate_days=30,
        smtp=True,
        introspection_url="",
        outside="",
        outlives_tests=False,
    ):
        """Keep how the server shall be.

        :param dict users: password by address; more can come later with `add_user`
        :param mail_folder: where the mails stay after the end (the demo); a temporary folder otherwise
        :param dict ports: fixed ports by listener (imap, imaps, pop3, pop3s, smtp, smtps); free ones otherwise
        :param str separator, prefix: the namespace: "." and "INBOX." make a server of the cPanel and Courier kind
        :param str capabilities: what IMAP announces instead of what it can do, such as `WITHOUT_MOVE`
        :param str fsync: Dovecot's mail_fsync: never, optimized, always
        :param str certificate_name: whom the certificate is made out to
        :param bool smtp: False leaves the SMTP sink out (no aiosmtpd needed)
        :param str introspection_url: where XOAUTH2's tokens are asked about; without it none is accepted
        :param str outside: the mailbox of everybody who has none here: what is sent is then delivered, instead of kept
            in `sink.messages`
        :param bool outlives_tests: it is no child of this process (Odoo's test case ends those after each class), and
            ends with it all the same
        """
        self.users = dict(users or {})
        keep = self._hand_over if outside else None
        self.sink = SmtpSink(self.users, introspection_url, keep) if smtp else None
        self._outside = outside
        self._mail_folder = mail_folder and Path(mail_folder).resolve()
        self._ports = dict(ports or {})
        self._knobs = {
            "SEPARATOR": separator,
            "PREFIX": prefix,
            "CAPABILITIES": capabilities,
            "FSYNC": fsync,
        }
        self._separator = separator
        self._introspection_url = introspection_url
        self._certificate = (certificate_name, certificate_days)
        self._outlives_tests = outlives_tests
        self._process = self._lifeline = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exception):
        self.stop()

    # -- life ---------------------------------------------------------------------------------------

    def start(self):
        """Start the servers and wait until they listen; return the bed.

        :raises RuntimeError: Dovecot is missing, or its log says why it did not start
        """
        dovecot = find_dovecot()
        if dovecot is None:
            raise RuntimeError("Dovecot is not installed (dovecot-imapd, dovecot-pop3d)")
        self.run = Path(tempfile.mkdtemp(prefix="mailbed-"))  # short: a socket's path has 108 bytes
        try:
            self._prepare()
            self._start_dovecot(dovecot)
            self._wait_for(self.imap, b"* OK")
            self._wait_for(self.pop3, b"+OK")
            if self.sink:
                self.sink.start(
                    self.smtp, self.smtps, self.run / "certificate.pem", self.run / "key.pem"
                )
        except BaseException:
            self.stop()
            raise
        return self

    def _start_dovecot(self, dovecot):
        settings = str(self.run / "dovecot.conf")
        command = [dovecot, "-F", "-c", settings]
        if self._outlives_tests:
            command = ["sh", "-c", KEEPER, dovecot, settings, str(self.run)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if self._outlives_tests else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for whoever started the bed
        )
        if self._outlives_tests:
            self._process.wait()
            self._process, self._lifeline = None, self._process.stdin

    def _prepare(self):
        self.mail = self._mail_folder or self.run / "mail"
        for folder in ("base", "state", "users", self.mail):
            (self.run / folder).mkdir(parents=True, exist_ok=True)
        names = (*LISTENERS, "smtp", "smtps")
        for name, port in zip(names, free_ports(len(names)), strict=True):
            setattr(self, name, self._ports.get(name) or port)
        write_certificate(self.run, *self._certificate)
        self._find_accounts()
        for address in self.users:
            self._write_user(address)
        self._own(self.mail)
        self.run.chmod(0o755)
        (self.run / "dovecot.conf").write_text(self._configuration())

    def _find_accounts(self):
        """As root Dovecot wants the accounts of its package; as an ordinary user everything is that user's."""
        mine = pwd.getpwuid(os.getuid())
        internal = pwd.getpwnam("dovecot") if mine.pw_uid == 0 else mine
        self._uid, self._gid = internal.pw_uid, internal.pw_gid
        self._accounts = {
            "USER": internal.pw_name,
            "GROUP": grp.getgrgid(internal.pw_gid).gr_name,
            "LOGIN_USER": "dovenull" if mine.pw_uid == 0 else mine.pw_name,
            "UID": self._uid,
            "GID": self._gid,
        }

    def _configuration(self):
        text = TEMPLATE.read_text()
        values = {"RUN": self.run, "MAIL": self.mail, **self._accounts, **self._knobs}
        values["OAUTH"] = self._oauth()
        values.update((name.upper(), getattr(self, name)) for name in LISTENERS)
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        return text

    def _oauth(self):
        if not self._introspection_url:
            return ""
        settings = INTROSPECTION.format(url=self._introspection_url)
        (self.run / "oauth2.conf").write_text(settings)
        return OAUTH.format(folder=self.run)

    def _wait_for(self, port, greeting):
        """Wait until Dovecot itself answers: another program may hold the port."""
        deadline = time.monotonic() + START_SECONDS
        while not _greets(port, greeting):
            if self._process and self._process.poll() is not None:
                raise RuntimeError(f"Dovecot stopped:\n{self.log()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Dovecot does not listen on {port}:\n{self.log()}")
            time.sleep(0.01)

    def stop(self):
        """Stop the servers; the mails are only kept in a `mail_folder` of one's own."""
        if self.sink:
            self.sink.stop()
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(STOP_SECONDS)
        self._process = None
        if self._lifeline:
            self._lifeline.close()
        else:
            shutil.rmtree(self.run, ignore_errors=True)

    def log(self):
        """Return the end of Dovecot's log."""
        path = self.run / "dovecot.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    # -- users and mails ----------------------------------------------------------------------------

    def add_user(self, address, password):
        """Let `address` log in from now on; return it."""
        self.users[address] = password
        if self.sink:
            self.sink.users[address] = password
        self._write_user(address)
        return address

    def clear(self):
        """Forget all users, their mails and what was sent."""
        self.users.clear()
        for folder in (self.run / "users", self.mail):
            for path in folder.iterdir():
                _remove(path)
        if self.sink:
            self.sink.users.clear()
            self.sink.calm()

    def _write_user(self, address):
        path = self.run / "users" / address
        path.write_text(f"{address}:{{PLAIN}}{self.users[address]}\n")
        path.chmod(0o644)

    def folder_path(self, user, folder=None):
        """Return the Maildir of a folder; `folder` is the name without the namespace's prefix, None the inbox."""
        home = self.mail / user
        return home / ("." + folder.replace(self._separator, ".")) if folder else home

    def deliver(self, user, raw, folder=None):
        """Put the mail `raw` (bytes) into the mailbox of `user`, straight into the Maildir."""
        maildir = self.folder_path(user, folder)
        if not (maildir / "new").is_dir():
            for name in ("cur", "new", "tmp"):
                (maildir / name).mkdir(parents=True, exist_ok=True)
            self._own(self.mail / user)
        draft = maildir / "tmp" / f"{time.time():.6f}.{uuid.uuid4().hex}.bed"
        draft.write_bytes(raw)
        if os.getuid() == 0:
            os.chown(draft, self._uid, self._gid)
        draft.rename(maildir / "new" / draft.name)

    def _hand_over(self, sent):
        """Put what was sent into its recipients' mailboxes, into each once."""
        for user in {name if name in self.users else self._outside for name in sent.recipients}:
            self.deliver(user, sent.raw)

    def mails(self, user, folder=None):
        """Return the raw mails (bytes) that lie in a folder, in order of delivery."""
        maildir = self.folder_path(user, folder)
        paths = [path for name in ("new", "cur") for path in (maildir / name).glob("*")]
        return [path.read_bytes() for path in sorted(paths, key=lambda path: path.name)]

    def _own(self, folder):
        if os.getuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self._uid, self._gid)

    # -- trust ------------------------------------------------------------------------------------

    def trusted(self):
        """Let this process, and those it starts, trust the bed's certificate inside the `with` block."""
        return trusting(self.run)

    def server_context(self):
        """Return a TLS context that shows the bed's certificate (for a `ScriptedServer`)."""
        return server_context(self.run)
