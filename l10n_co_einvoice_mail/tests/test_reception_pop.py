"""POP3: every mail is backed up before it is deleted, and nothing is deleted that was not."""

from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PASSWORD, ReceptionCase
from .tools import builder

BACKUP = "respaldo@comprador.example.com"
SENDER = "saliente@comprador.example.com"


class PopReceptionCase(ReceptionCase):
    """A mailbox by POP3, whose backups are really sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bed.add_user(SENDER, PASSWORD)
        cls.env["ir.mail_server"].create(
            {
                "name": "Saliente",
                "smtp_host": "localhost",
                "smtp_port": cls.bed.smtps,
                "smtp_encryption": "ssl_strict",
                "smtp_user": SENDER,
                "smtp_pass": PASSWORD,
            }
        )
        # Odoo sends nothing while tests run; here the sending is what is tested.
        sending = patch.object(IrMail_Server, "_disable_send", lambda _self: False)
        sending.start()
        cls.addClassCleanup(sending.stop)

    def setUp(self):
        super().setUp()
        self.bed.sink.messages.clear()
        self.bed.sink.reject.clear()

    def create_mailbox(self, address, **values):
        by_pop = {"server_type": "pop", "port": self.bed.pop3s, "l10n_co_backup_email": BACKUP}
        return super().create_mailbox(address, **{**by_pop, **values})

    def backups(self):
        return [sent for sent in self.bed.sink.messages if BACKUP in sent.recipients]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReceptionByPop(PopReceptionCase):
    def test_backed_up_then_deleted(self):
        package = builder.Package(builder.Document(number="FP1"))
        self.deliver(package.mail, builder.mail("Promoción"))
        self.receive()
        self.assertEqual(self.ledger().mapped("state"), ["processed", "failed"])
        self.assertEqual(self.ledger().mapped("filed"), ["filed", "filed"])
        self.assertEqual(self.folder(), [])
        first, _second = self.backups()
        raw = self.ledger()[0].raw_attachment_id.raw
        self.assertIn(raw.replace(b"\r\n", b"\n").strip(), first.raw.replace(b"\r\n", b"\n"))
        self.assertIn(b"Content-Type: message/rfc822", first.raw)
        self.assertIn(b"X-Odoo-Backup-Of:", first.raw)

    def test_refused_backup_keeps_the_mail(self):
        self.bed.sink.reject[BACKUP] = "550 5.1.1 no such user"
        self.deliver(builder.Package(builder.Document(number="FP2")).mail)
        notice = self.receive()
        self.assertEqual(notice["type"], "danger")
        self.assertEqual(self.mailbox.l10n_co_failure_code, "backup_refused")
        self.assertIn("5.1.1", self.mailbox.l10n_co_failure)
        self.assertEqual((self.ledger().state, self.ledger().filed), ("processed", "pending"))
        self.assertEqual(len(self.folder()), 1)
        self.bed.sink.reject.clear()
        self.receive()
        self.assertEqual(self.ledger().filed, "filed")
        self.assertEqual(len(self.ledger()), 1)
        self.assertEqual(self.folder(), [])

    def test_without_backup_address_nothing_is_deleted(self):
        self.mailbox.l10n_co_backup_email = False
        self.deliver(builder.Package(builder.Document(number="FP3")).mail)
        self.receive()
        self.assertEqual(self.mailbox.l10n_co_failure_code, "backup_missing")
        self.assertEqual(len(self.folder()), 1)
        with self.assertRaises(UserError):
            self.mailbox.button_confirm_login()

    def test_backup_to_the_mailbox_itself_is_refused(self):
        self.mailbox.l10n_co_backup_email = self.address
        with self.assertRaisesRegex(UserError, "read again"):
            self.mailbox.button_confirm_login()

    def test_mailbox_without_sending_server_cannot_be_activated(self):
        self.env["ir.mail_server"].search([]).smtp_pass = "wrong"
        with self.assertRaises(UserError):
            self.mailbox.button_confirm_login()
        self.assertEqual(self.mailbox.state, "draft")

    def test_left_on_the_server(self):
        self.mailbox.l10n_co_leave_on_server = True
        self.deliver(builder.Package(builder.Document(number="FP4")).mail)
        self.receive()
        self.receive()
        self.assertEqual((len(self.ledger()), self.ledger().filed), (1, "filed"))
        self.assertEqual(len(self.folder()), 1)
        self.assertEqual(self.backups(), [])

    def test_session_that_ends_badly_deletes_nothing_and_backs_up_once(self):
        self.deliver(builder.Package(builder.Document(number="FP5")).mail)
        with patch("odoo.addons.l10n_co_einvoice_mail.mailbox.pop.PopMailbox.close") as close:
            close.return_value = False
            self.receive()
        self.assertEqual(self.ledger().filed, "pending")
        self.receive()
        self.assertEqual(self.ledger().filed, "filed")
        self.assertEqual(len(self.backups()), 1)
        self.assertEqual(self.folder(), [])

    # ---- the company's own way out -----------------------------------------------------------------

    def create_sender(self, **values):
        address = "facturas@comprador.example.com"
        self.bed.add_user(address, PASSWORD)
        account = (
            self.env["ir.mail_server"]
            .sudo()
            .create(
                {
                    "name": address,
                    "l10n_co_address": address,
                    "l10n_co_company_id": self.company.id,
                    "l10n_co_state": "done",
                    "l10n_co_copy_email": "archivo@comprador.example.com",
                    "smtp_host": "localhost",
                    "smtp_port": self.bed.smtps,
                    "smtp_encryption": "ssl_strict",
                    "smtp_user": address,
                    "smtp_pass": PASSWORD,
                    **values,
                }
            )
        )
        self.company.l10n_co_emission_server_id = account
        return account

    def test_backups_leave_from_the_companys_account(self):
        """Nothing else is set up to send with."""
        self.env["ir.mail_server"].search([]).active = False
        account = self.create_sender()
        self.mailbox.button_confirm_login()
        self.deliver(builder.Package(builder.Document(number="FP6")).mail, builder.mail("Otra"))
        self.receive()
        self.assertEqual([sent.login for sent in self.backups()], [account.l10n_co_address] * 2)
        self.assertEqual({sent.recipients for sent in self.backups()}, {(BACKUP,)})
        self.assertEqual(self.folder(), [])
        self.receive()
        self.assertEqual(len(self.backups()), 2)

    def test_account_that_does_not_work_is_no_way_out(self):
        self.env["ir.mail_server"].search([]).active = False
        self.create_sender(smtp_pass="wrong")
        with self.assertRaises(UserError):
            self.mailbox.button_confirm_login()
        self.assertEqual(self.mailbox.state, "draft")

    def test_no_way_to_send_the_backups_is_a_step_of_the_test(self):
        self.env["ir.mail_server"].search([]).smtp_pass = "wrong"
        action = self.mailbox.l10n_co_action_diagnose()
        diagnosis = self.env[action["res_model"]].browse(action["res_id"])
        diagnosis.run()
        self.assertEqual(diagnosis.failed_step_id.code, "backup_no_server")
        self.assertTrue(diagnosis.lacks_sender)
        self.assertEqual(diagnosis.action_set_up_sender()["res_model"], "ir.mail_server")
