"""The frame of a test against a real Dovecot: one server a class, one mailbox a test."""

import itertools
import unittest

from . import mailbed

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
        cls.bed = mailbed.MailBed(smtp=False, **cls.knobs).start()
        cls.addClassCleanup(cls.bed.stop)

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
