"""IMAP servers that misbehave: every other mail is received once and filed once, the bad one is noted."""

from unittest.mock import patch

from odoo.addons.l10n_co_einvoice_mail.mailbox import transport
from odoo.tests import tagged

from .common import ReceptionCase
from .test_reception_servers import RUNS, SECONDS, invoices, left_behind
from .tools.servers import imap

# Until it is given up to file a mail, and three more runs in which nothing may be added.
FILING_RUNS = 6


@tagged("post_install_l10n", "post_install", "-at_install")
class TestImapServers(ReceptionCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(transport, "READ_SECONDS", SECONDS))
        self._numbers = iter(range(1000))

    def receive_from(self, kind, runs, count=3):
        """:return: (server, mails, mailbox) after some runs"""
        mails = invoices(*(f"IM{next(self._numbers)}" for _mail in range(count)))
        server = self.enterContext(kind(mails))
        mailbox = self.create_mailbox(
            f"{id(server)}@x.co",
            server="localhost",
            port=server.port,
            l10n_co_encryption="none",
            l10n_co_start_date="2020-01-01",
        )
        for _run in range(runs):
            self.receive(mailbox)
        return server, mails, mailbox

    def rows(self, mailbox):
        return self.Mail.search([("server_id", "=", mailbox.id)], order="id")

    def filed(self, server):
        folder = server.folders.get("Procesados")
        return folder.contents if folder else []

    def test_the_others_arrive_and_the_bad_one_is_noted(self):
        for name, kind in imap.SERVERS.items():
            with self.subTest(name):
                server, mails, mailbox = self.receive_from(kind, RUNS)
                self.assertEqual(sorted(self.filed(server)), sorted([mails[0], mails[2]]))
                self.assertEqual(server.inbox.contents, [mails[1]])
                fetched = self.rows(mailbox).filtered("raw_attachment_id")
                self.assertEqual(fetched.mapped("state"), ["processed"] * 2)
                self.assertEqual(fetched.mapped("filed"), ["filed"] * 2)
                bad = self.rows(mailbox) - fetched
                self.assertEqual((bad.uid, bad.state, bad.filed), ("2", "fetched", "pending"))
                self.assertTrue(bad.reason)
                self.assertIn("UID 2", left_behind(mailbox)["not_handed_out"])

    def test_odd_servers_hand_out_and_file_everything(self):
        for name, kind in imap.ODD.items():
            with self.subTest(name):
                server, mails, mailbox = self.receive_from(kind, RUNS)
                self.assertEqual(sorted(self.filed(server)), sorted(mails))
                self.assertEqual(server.inbox.contents, [])
                self.assertEqual(self.rows(mailbox).mapped("state"), ["processed"] * 3)
                self.assertEqual(self.rows(mailbox).mapped("filed"), ["filed"] * 3)
                self.assertFalse(left_behind(mailbox))

    def test_mails_that_stay_are_told_and_not_copied_again(self):
        for name, kind in imap.UNMOVED.items():
            with self.subTest(name):
                server, mails, mailbox = self.receive_from(kind, FILING_RUNS)
                self.assertEqual(server.inbox.contents, mails)
                self.assertLessEqual(len(self.filed(server)), len(mails))
                self.assertEqual(self.rows(mailbox).mapped("state"), ["processed"] * 3)
                self.assertEqual(self.rows(mailbox).mapped("filed"), ["pending"] * 3)
                self.assertIn("unmoved", left_behind(mailbox))

    def test_one_mail_that_may_not_be_moved(self):
        for name, kind in imap.UNMOVED_ONE.items():
            with self.subTest(name):
                server, mails, mailbox = self.receive_from(kind, FILING_RUNS)
                self.assertEqual(server.inbox.contents, [mails[1]])
                self.assertEqual(sorted(self.filed(server)), sorted([mails[0], mails[2]]))
                self.assertIn("unmoved", left_behind(mailbox))
