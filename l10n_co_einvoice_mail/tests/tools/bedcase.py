"""The frame of a test against a real Dovecot: one server for all, one mailbox a test."""

import contextlib
import itertools
import unittest

from ...mailbox.base import Credentials
from ...mailbox.imap import ImapMailbox
from ...mailbox.transport import Encryption, Endpoint
from . import mailbed
from .scripted import IMAP_LOGIN, ScriptedServer

PASSWORD = 'contraseña "s3creta\\"'

_numbers = itertools.count(1)


def mail(number, body=b"x"):
    """Return a small mail whose Message-ID is <number@x.co>."""
    return b"Message-ID: <%d@x.co>\r\nSubject: %d\r\n\r\n%s\r\n" % (number, number, body)


class BedCase(unittest.TestCase):
    """`self.user` is a fresh mailbox on `self.bed`; `knobs` are the arguments of its `MailBed`."""

    knobs = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not mailbed.is_available():
            raise unittest.SkipTest("Dovecot is not installed")
        cls.bed = mailbed.shared(smtp=False, **cls.knobs)

    def setUp(self):
        super().setUp()
        self.user = self.bed.add_user(f"u{next(_numbers)}@x.co", PASSWORD)
        self.enter(self.bed.trusted())

    def enter(self, manager):
        """Enter a context until the test ends (TestCase.enterContext of Python 3.11)."""
        entered = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return entered

    def deliver(self, count, first=1):
        """Put `count` small mails into the inbox, numbered from `first`."""
        for number in range(first, first + count):
            self.bed.deliver(self.user, mail(number))

    def mails(self, folder=None):
        """Return the raw mails of a folder, sorted."""
        return sorted(self.bed.mails(self.user, folder))


class ImapCase(BedCase):
    """`mailbox()` is the test's mailbox, not opened yet."""

    def mailbox(self, encryption=Encryption.SSL_STRICT, password=PASSWORD, **options):
        """Return an `ImapMailbox` on the bed; a context manager."""
        port = self.bed.imaps if encryption.is_implicit else self.bed.imap
        endpoint = Endpoint("localhost", port, encryption)
        credentials = Credentials(self.user, password)
        return ImapMailbox(endpoint, credentials, allow_internal=True, **options)


@contextlib.contextmanager
def scripted_imap(script, encryption=Encryption.NONE, tls=None, **credentials):
    """A mailbox, not opened yet, on a server that answers by `script`; yields (server, mailbox)."""
    credentials = {"user": "u@x.co", "password": "p4ss", **credentials}
    with ScriptedServer(IMAP_LOGIN | script, tls) as server:
        endpoint = Endpoint("localhost", server.port, encryption)
        yield server, ImapMailbox(endpoint, Credentials(**credentials), allow_internal=True)
