"""Servers that misbehave: what a test of the account reads, and where copies of sent mails end."""

import datetime
import unittest
from unittest import mock

from ...mailbox import sent, transport
from ...mailbox.base import Credentials
from ...mailbox.errors import ConnectionLost, MailboxError
from ...mailbox.imap import ImapMailbox
from ...mailbox.pop import PopMailbox
from ...mailbox.transport import Encryption, Endpoint
from ...mailbox.trial import read_some
from ..tools import builder
from ..tools.servers import imap, pop
from ..tools.servers.imap_server import Folder

MAILS = [
    builder.Package(builder.Document(number=f"TS{number}")).mail.replace(b"\n", b"\r\n")
    for number in range(4)
]
SENT_ID = "<sent@x.co>"
SENT = f"Message-ID: {SENT_ID}\r\nSubject: x\r\n\r\nx\r\n".encode()
TRIES = 4


class ServersCase(unittest.TestCase):
    def setUp(self):
        # A server that is silent is given up after this long; a minute otherwise.
        self.enterContext(mock.patch.object(transport, "READ_SECONDS", 0.5))

    def open(self, server, kind=ImapMailbox):
        endpoint = Endpoint("127.0.0.1", server.port, Encryption.NONE)
        return kind(endpoint, Credentials("u@x.co", "p4ss"), allow_internal=True)


class TestTrial(ServersCase):
    """A test of an account reads as a run does."""

    def trial(self, kind, server):
        with server, self.open(server, kind) as mailbox:
            trial = read_some(mailbox)
            return trial.count, trial.asked, trial.read

    def test_one_bad_mail_is_counted(self):
        for name, kind in imap.SERVERS.items():
            with self.subTest(name):
                self.assertEqual(self.trial(ImapMailbox, kind(MAILS)), (4, 4, 3))
        for name, server_of in pop.SERVERS.items():
            with self.subTest(name):
                self.assertEqual(self.trial(PopMailbox, server_of(MAILS)), (4, 4, 3))

    def test_odd_servers_hand_out_everything(self):
        for name, kind in {**imap.ODD, **imap.UNMOVED}.items():
            with self.subTest(name):
                self.assertEqual(self.trial(ImapMailbox, kind(MAILS)), (4, 4, 4))
        for name, server_of in pop.ODD.items():
            with self.subTest(name):
                self.assertEqual(self.trial(PopMailbox, server_of(MAILS)), (4, 4, 4))

    def test_what_stops_a_run_is_told(self):
        for server, kind, code in (
            (pop.PopServer(MAILS, RETR=pop.CLOSE), PopMailbox, "connection_lost"),
            (pop.PopServer(MAILS, RETR="-ERR no"), PopMailbox, "server_refused"),
            (pop.PopServer(MAILS, UIDL="-ERR unknown"), PopMailbox, "uidl_missing"),
        ):
            with self.subTest(code):
                with self.assertRaises(MailboxError) as caught:
                    self.trial(kind, server)
                self.assertEqual(caught.exception.code, code)

    def test_an_empty_mailbox(self):
        self.assertEqual(self.trial(ImapMailbox, imap.HangsUp([])), (0, 0, 0))


class TestDates(ServersCase):
    def test_a_server_that_hangs_up_at_a_header_is_asked_for_the_mail(self):
        day = datetime.date(2020, 1, 1)
        with pop.ODD["TOP hangs up"](MAILS) as server, self.open(server, PopMailbox) as mailbox:
            entries = mailbox.list_new()
            self.assertEqual(mailbox.arrived_since(entries, day), entries)
            self.assertEqual(server.connections, 2)


class TestFiling(ServersCase):
    def test_a_copy_whose_answer_was_lost_is_looked_for(self):
        uids = ["1", "2", "3", "4"]
        with imap.CopiesBlindlyAndHangsUp(MAILS) as server:
            with self.assertRaises(ConnectionLost), self.open(server) as mailbox:
                mailbox.file_away(uids, "Procesados")
            with self.open(server) as mailbox:
                self.assertEqual(mailbox.file_away(uids, "Procesados", tried=uids), set(uids))
            self.assertEqual(server.folders["Procesados"].contents, MAILS)
            self.assertEqual(server.inbox.contents, [])


class TestSentCopies(ServersCase):
    def keep(self, server, tries=TRIES):
        """:return: code of the last failure, or ""; as often as the outbox does it"""
        code = ""
        for number in range(tries):
            try:
                with self.open(server) as mailbox:
                    folder = sent.find_folder(mailbox)
                    sent.keep(mailbox, folder, SENT, SENT_ID, is_repeated=bool(number))
                code = ""
            except MailboxError as error:
                code = error.code
        return code

    def test_the_copy_is_there_once(self):
        for name, kind in imap.COPIES.items():
            with self.subTest(name), kind(MAILS) as server:
                server.folders["Sent"] = Folder(MAILS[:1])
                self.assertEqual(self.keep(server), "")
                self.assertEqual(server.folders["Sent"].contents, [MAILS[0], SENT])

    def test_a_copy_that_is_not_there_is_not_called_kept(self):
        with imap.PretendsToStore(MAILS) as server:
            self.assertEqual(self.keep(server, tries=1), "copy_unproved")


if __name__ == "__main__":
    unittest.main()
