"""Faults by chance, at any command: what goes wrong is a MailboxError, no mail is lost, and at most one copy too many
is made.
"""

import unittest
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from ...mailbox import sent, transport
from ...mailbox.base import Credentials
from ...mailbox.errors import MailboxError
from ...mailbox.imap import ImapMailbox
from ...mailbox.pop import PopMailbox
from ...mailbox.transport import Encryption, Endpoint
from ..tools.servers import faults
from ..tools.writing import PROPERTY

MAILS = [
    b"Message-ID: <%d@x.co>\r\nSubject: %d\r\n\r\nbody %d\r\n" % (number, number, number)
    for number in range(4)
]
COMMANDS = 25  # of a run; later faults never come
SETTLING = 3
SOME = st.dictionaries(st.integers(0, COMMANDS), st.sampled_from(faults.FAULTS), max_size=4)
#: Each example takes some conversations with a server.
FEW = settings(PROPERTY, max_examples=40)


class TestFaults(unittest.TestCase):
    def setUp(self):
        # Who says nonsense, and then nothing, is given up after this long.
        self.enterContext(mock.patch.object(transport, "READ_SECONDS", 0.15))

    def open(self, server, kind):
        endpoint = Endpoint("127.0.0.1", server.port, Encryption.NONE)
        return kind(endpoint, Credentials("u@x.co", "p4ss"), allow_internal=True)

    def run_imap(self, server, state):
        """What reception does, without its ledger."""
        with self.open(server, ImapMailbox) as mailbox:
            entries = mailbox.list_new()
            for entry, raw in mailbox.fetch(entries):
                self.assertEqual(raw, MAILS[int(entry.uid) - 1])
            try:
                mailbox.file_away([entry.uid for entry in entries], "Procesados", state)
            except MailboxError as error:
                state |= error.unproved
                raise

    @FEW
    @given(st.sampled_from(faults.IMAP), SOME, SOME)
    def test_imap(self, kind, first, second):
        copied = set()
        with kind(MAILS) as server:
            for some in (first, second, *[{}] * SETTLING):
                server.disturb(some)
                try:
                    self.run_imap(server, copied)
                except MailboxError as error:
                    self.assertTrue(error.code)
                places = [raw for folder in server.folders.values() for raw in folder.contents]
                for raw in MAILS:
                    self.assertIn(raw, places)
            for raw in MAILS:
                self.assertLessEqual(places.count(raw), 2 + (raw in server.inbox.contents))

    @FEW
    @given(SOME, SOME)
    def test_pop(self, first, second):
        with faults.FaultyPopServer(MAILS) as server:
            whole = dict(server.mails)
            safe = set()
            for some in (first, second, *[{}] * SETTLING):
                server.disturb(some)
                try:
                    with self.open(server, PopMailbox) as mailbox:
                        entries = mailbox.list_new()
                        for entry, raw in mailbox.fetch(entries):
                            self.assertEqual(raw, whole[int(entry.uid.removeprefix("uid"))])
                            safe.add(entry.uid)
                        mailbox.file_away([e.uid for e in entries if e.uid in safe], "")
                except MailboxError as error:
                    self.assertTrue(error.code)
                gone = {f"uid{number}" for number in whole.keys() - server.mails.keys()}
                self.assertLessEqual(gone, safe)
            self.assertFalse(server.mails)

    @FEW
    @given(SOME, SOME)
    def test_sent_copies(self, first, second):
        with faults.FaultyImapServer(MAILS) as server:
            server.folders["Sent"] = type(server.inbox)()
            for number, some in enumerate((first, second, *[{}] * SETTLING)):
                server.disturb(some)
                try:
                    with self.open(server, ImapMailbox) as mailbox:
                        folder = sent.find_folder(mailbox)
                        sent.keep(mailbox, folder, MAILS[0], "<0@x.co>", is_repeated=bool(number))
                except MailboxError as error:
                    self.assertTrue(error.code)
            everywhere = [
                raw for name, f in server.folders.items() if name != "INBOX" for raw in f.contents
            ]
            self.assertIn(everywhere.count(MAILS[0]), (1, 2))


if __name__ == "__main__":
    unittest.main()
