"""Mail servers that misbehave: nothing is lost, nothing doubled, and one bad mail keeps no other waiting."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.l10n_co_einvoice_mail.mailbox import transport
from odoo.tests import tagged

from .common import PASSWORD, ReceptionCase
from .test_reception_pop import BACKUP, PopReceptionCase
from .tools import builder
from .tools.mailbed import WITHOUT_MOVE
from .tools.servers import pop

RUNS = 3
# A server that is silent is given up after this long; a minute otherwise.
SECONDS = 0.5


def invoices(*numbers):
    return [
        builder.Package(builder.Document(number=number)).mail.replace(b"\n", b"\r\n")
        for number in numbers
    ]


def left_behind(mailbox):
    """What the mailbox tells of mails with which its server did not do what it was asked."""
    return mailbox._l10n_co_left_behind(mailbox._l10n_co_left_mails().get(mailbox))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPopServers(PopReceptionCase):
    """Backed up and deleted, so that what is believed wrongly is lost."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(transport, "READ_SECONDS", SECONDS))

    def on(self, server, **values):
        self.enterContext(server)
        return self.create_mailbox(
            f"{id(server)}@x.co",
            server="localhost",
            port=server.port,
            l10n_co_encryption="none",
            l10n_co_start_date=False,
            **values,
        )

    def rows(self, mailbox):
        return self.Mail.search([("server_id", "=", mailbox.id)], order="id")

    def test_the_others_arrive_and_the_bad_one_stays(self):
        for number, (name, server_of) in enumerate(pop.SERVERS.items()):
            with self.subTest(name):
                self.bed.sink.messages.clear()
                mails = invoices(*(f"FS{number}{index}" for index in range(3)))
                server = server_of(mails)
                mailbox = self.on(server)
                for _run in range(RUNS):
                    self.receive(mailbox)
                self.assertEqual(list(server.mails.values()), [mails[1]])
                fetched = self.rows(mailbox).filtered("raw_attachment_id")
                self.assertEqual(fetched.mapped("state"), ["processed"] * 2)
                self.assertEqual(fetched.mapped("filed"), ["filed"] * 2)
                bad = self.rows(mailbox) - fetched
                self.assertEqual((bad.uid, bad.state, bad.filed), ("uid2", "fetched", "pending"))
                self.assertTrue(bad.reason)
                self.assertEqual(len(self.backups()), 2)
                self.assertIn("uid2", left_behind(mailbox)["not_handed_out"])

    def test_repaired_it_arrives(self):
        mails = invoices("FSR1", "FSR2")
        server = pop.SERVERS["cut"](mails)
        mailbox = self.on(server)
        self.receive(mailbox)
        server._answers.clear()
        self.receive(mailbox)
        self.assertEqual(self.rows(mailbox).mapped("state"), ["processed"] * 2)
        self.assertFalse(server.mails)

    def test_cut_as_it_was_announced_is_read_and_never_deleted(self):
        (mail,) = invoices("FSC1")
        server = pop.PopServer([mail[: len(mail) - 40] + b"\r\n"])
        mailbox = self.on(server)
        for _run in range(RUNS):
            self.receive(mailbox)
        self.assertEqual(len(server.mails), 1)
        self.assertEqual(self.backups(), [])
        self.assertEqual((len(self.rows(mailbox)), self.rows(mailbox).filed), (1, "pending"))

    def test_dates_are_asked_for_or_nothing_is_deleted(self):
        old = b"Received: by x; Mon, 1 Jan 2018 10:00:00 +0000\r\n"
        for number, (name, server_of) in enumerate(pop.ODD.items()):
            with self.subTest(name):
                before, after = invoices(f"FSD{number}1", f"FSD{number}2")
                server = server_of([old + before, after])
                mailbox = self.on(server)
                mailbox.l10n_co_start_date = fields.Date.today() - timedelta(days=30)
                for _run in range(RUNS):
                    self.receive(mailbox)
                self.assertEqual(list(server.mails), [1])
                self.assertEqual(self.rows(mailbox).mapped("filed"), ["filed"])

    def test_estimates_are_compared_with_nothing_that_came(self):
        server = pop.PopServer(invoices("FSE1", "FSE2"))
        server.announced = lambda number: len(server.mails[number]) + 500
        mailbox = self.on(server, l10n_co_leave_on_server=True)
        for _run in range(RUNS):
            self.receive(mailbox)
        self.assertEqual(len([line for line in server.received if "RETR" in line]), 2)
        self.assertEqual(len(self.rows(mailbox)), 2)

    def test_without_a_server_to_send_with_it_says_so(self):
        self.env["ir.mail_server"].search([]).active = False
        with self.assertRaisesRegex(Exception, "outgoing"):
            self.mailbox.button_confirm_login()

    def create_mailbox(self, address, **values):
        return super().create_mailbox(address, **{"l10n_co_backup_email": BACKUP, **values})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDamagedMailbox(ReceptionCase):
    """A real Dovecot whose files tell the wrong size: it hangs up when it is asked for the mail."""

    bed_options = {"capabilities": WITHOUT_MOVE}

    def damage(self, tail):
        folder = self.bed.folder_path(self.address)
        files = [*(folder / "new").iterdir(), *(folder / "cur").iterdir()]
        bad = min(files)
        bad.rename(folder / "cur" / f"{bad.name.split(':')[0]},{tail}:2,")

    def test_the_others_arrive_and_the_bad_one_is_noted(self):
        for tail in ("S=2,W=4122", "S=2"):
            with self.subTest(tail):
                self.bed.add_user(f"{len(tail)}{self.address}", PASSWORD)
                self.address = f"{len(tail)}{self.address}"
                self.mailbox = self.create_mailbox(self.address)
                for number in range(4):
                    self.deliver(
                        builder.Package(builder.Document(number=f"FM{len(tail)}{number}")).mail
                    )
                self.damage(tail)
                for _run in range(RUNS):
                    self.receive()
                fetched = self.ledger().filtered("raw_attachment_id")
                self.assertEqual(fetched.mapped("filed"), ["filed"] * 3)
                bad = self.ledger() - fetched
                self.assertEqual((len(bad), bad.state, bad.filed), (1, "fetched", "pending"))
                self.assertEqual(bad.reason_code, "mail_breaks_off")
                self.assertEqual(len(self.folder("Procesados")), 3)
                left = left_behind(self.mailbox)
                self.assertIn(bad.uid, left["not_handed_out"])
