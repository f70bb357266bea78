"""What was sent lies in the mailbox' own Sent folder, byte for byte and once, and sending never waits for it."""

from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..mailbox.imap import ImapMailbox
from .common import PASSWORD
from .emission_common import CUSTOMER, EmissionCase

SENT = "Enviados"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSentCopy(EmissionCase):
    def setUp(self):
        super().setUp()
        self.account.l10n_co_provider_id = self.provider
        self.account._l10n_co_set_up_sent()
        self.sent_folder = self.account.l10n_co_sent_folder

    def work_off(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, user=SUPERUSER_ID, su=True)["l10n_co.sent.copy"]._cron_append()
        self.env.invalidate_all()

    def copies(self):
        return self.env["l10n_co.sent.copy"].sudo().search([("account_id", "=", self.account.id)])

    def kept(self, address=None, folder=None):
        mails = self.bed.mails(address or self.address, folder or self.sent_folder)
        return [raw.replace(b"\r\n", b"\n") for raw in mails]

    def test_set_up_without_typing_anything(self):
        server = self.account.l10n_co_sent_server_id
        self.assertTrue(server.l10n_co_append_only)
        self.assertEqual((server.server, server.port), ("localhost", self.bed.imaps))
        self.assertFalse(server.password, "the account's own is used")
        self.assertTrue(self.sent_folder)
        self.assertNotIn(server, self.company.l10n_co_reception_server_ids)
        self.assertNotIn(server, self.env["fetchmail.server"].search(server._l10n_co_due_domain()))

    def test_exact_bytes_once(self):
        second = self.customer.copy({"name": "Segundo", "email": "segundo@otra.example.com"})
        message = self.post(self.create_invoice(), partners=self.customer + second)
        self.assertFalse(self.kept(), "sending does not wait for the copy")
        self.work_off()
        self.work_off()
        self.assertEqual(len(self.kept()), 1)
        sent = self.sink.messages[0].raw.replace(b"\r\n", b"\n")
        self.assertEqual(self.kept()[0], sent)
        self.assertIn(message.message_id.encode(), self.kept()[0])
        self.assertEqual(self.copies().state, "kept")
        self.assertFalse(self.copies().raw_attachment_id)
        self.assertEqual(set(self.copies().outgoing_ids.mapped("copy_state")), {"kept"})

    def test_killed_between_append_and_commit(self):
        self.post(self.create_invoice())
        with self.account._l10n_co_sent_mailbox() as mailbox:
            mailbox.append(self.sent_folder, self.copies().raw_attachment_id.raw)
        self.work_off()
        self.assertEqual(len(self.kept()), 1)
        self.assertEqual(self.copies().state, "kept")

    def test_put_there_by_another_run_meanwhile(self):
        """It was due when this run began, and no more at its turn."""
        self.post(self.create_invoice())
        self.work_off()
        with self.account._l10n_co_sent_mailbox() as mailbox:
            self.copies()._append(mailbox)
        self.assertEqual(len(self.kept()), 1)
        self.assertEqual(self.copies().state, "kept")

    def test_who_may_only_look_tries_none_again(self):
        self.post(self.create_invoice())
        copy = self.copies()
        copy.state = "failed"
        self.env["ir.model.access"].create(
            {
                "name": "look",
                "model_id": self.env["ir.model"]._get_id(copy._name),
                "group_id": self.env.ref("account.group_account_invoice").id,
                "perm_read": True,
            }
        )
        theirs = copy.with_user(self.bookkeeper)
        self.assertEqual(theirs.read(["state"])[0]["state"], "failed")
        with self.assertRaises(AccessError):
            theirs.action_retry()
        self.assertEqual(copy.state, "failed")

    def test_mailbox_that_does_not_open(self):
        self.account.l10n_co_sent_server_id.password = "wrong"
        message = self.post(self.create_invoice())
        self.assertEqual(self.mails_of(message).state, "sent")
        self.work_off()
        copy = self.copies()
        self.assertEqual((copy.state, copy.failure_code), ("pending", "login_refused"))
        self.assertGreaterEqual(copy.next_try, fields.Datetime.now() + timedelta(minutes=59))
        self.account.l10n_co_sent_server_id.password = PASSWORD
        self.work_off()
        self.assertFalse(self.kept(), "not before its time")
        copy.with_user(self.admin).action_retry()
        self.work_off()
        self.assertEqual(len(self.kept()), 1)

    def test_given_up_at_last(self):
        self.account.l10n_co_sent_server_id.password = "wrong"
        self.post(self.create_invoice())
        self.copies().attempts = 100
        self.work_off()
        self.assertEqual(self.copies().state, "failed")
        self.assertEqual(self.copies().outgoing_ids.copy_state, "failed")

    def test_somebody_is_told_of_copies_that_do_not_come(self):
        self.post(self.create_invoice())
        self.assertNotIn("copies_late", self.account._l10n_co_causes())
        self.copies().attempts = 8
        self.assertIn("1 mails of", self.account._l10n_co_causes()["copies_late"])

    def test_one_connection_for_all_of_an_account(self):
        for _number in range(3):
            self.post(self.create_invoice())
        with patch.object(
            ImapMailbox, "login", autospec=True, side_effect=ImapMailbox.login
        ) as login:
            self.work_off()
        self.assertEqual(login.call_count, 1)
        self.assertEqual(len(self.kept()), 3)

    def test_provider_that_keeps_them_itself(self):
        self.provider.saves_sent = True
        self.post(self.create_invoice())
        self.assertFalse(self.copies())
        rows = self.env["l10n_co.outgoing.mail"].search([("account_id", "=", self.account.id)])
        self.assertEqual(rows.copy_state, "provider")
        self.account.l10n_co_save_sent = "always"
        self.post(self.create_invoice())
        self.assertTrue(self.copies())

    def test_never(self):
        self.account.l10n_co_save_sent = "never"
        self.post(self.create_invoice())
        self.assertFalse(self.copies())

    def test_users_own_account(self):
        own = self.create_personal(self.seller, l10n_co_provider_id=self.provider.id)
        own._l10n_co_set_up_sent()
        self.company.l10n_co_emission_policy = "user"
        self.post(self.create_invoice())
        self.work_off()
        self.assertEqual(len(self.kept(self.seller.email, own.l10n_co_sent_folder)), 1)
        self.assertFalse(self.kept())

    # ---- choosing the folder -----------------------------------------------------------------------

    def open_wizard(self):
        action = self.account.with_user(self.admin).l10n_co_action_sent_folder()
        return self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])

    def test_folder_out_of_the_mailbox_own_list(self):
        self.bed.deliver(self.address, b"Subject: x\n\nx", SENT)
        wizard = self.open_wizard()
        self.assertFalse(wizard.failure)
        self.assertRecordValues(
            wizard.line_ids,
            [
                {"name": self.sent_folder, "is_likely": True, "remark": "In use"},
                {"name": SENT, "is_likely": False, "remark": False},
            ],
        )
        wizard.line_ids.filtered(lambda line: line.name == SENT).action_use()
        self.post(self.create_invoice())
        self.work_off()
        self.assertEqual(len(self.kept(folder=SENT)), 2)
        self.assertEqual(
            self.open_wizard().line_ids.mapped("remark"),
            ["Marked by the server as that of sent mails", "In use"],
        )

    def test_failure_is_told_and_mended(self):
        self.account.l10n_co_sent_server_id.password = "wrong"
        wizard = self.open_wizard()
        self.assertIn("does not accept the user", wizard.failure)
        self.assertFalse(wizard.line_ids)
        wizard.new_password = PASSWORD
        wizard.action_look()
        self.assertFalse(wizard.failure)
        self.assertTrue(wizard.line_ids)

    def test_password_is_not_shown_to_another_provider(self):
        wizard = self.open_wizard()
        wizard.host = "127.0.0.1"
        with patch.object(ImapMailbox, "open") as opened:
            wizard.action_look()
        opened.assert_not_called()
        self.assertIn("Type the password", wizard.failure)

    def test_nobody_elses_mailbox(self):
        other = self.env["res.company"].create({"name": "Otra"})
        foreign = self.env["fetchmail.server"].create(
            {"name": "x", "server": "x.example.com", "l10n_co_company_id": other.id, "user": "x"}
        )
        core = self.env["fetchmail.server"].create({"name": "core", "server": "x.example.com"})
        for server in (foreign, core):
            with self.assertRaises(ValidationError):
                self.account.l10n_co_sent_server_id = server
            wizard = self.open_wizard()
            with self.assertRaises(AccessError):
                wizard.create({"account_id": self.account.id, "server_id": server.id}).action_look()

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_unsent_mail_leaves_no_copy(self):
        self.sink.reject[CUSTOMER] = "550 5.1.1 no such user"
        self.post(self.create_invoice())
        self.assertFalse(self.copies())

    def test_mailbox_goes_with_its_account(self):
        server = self.account.l10n_co_sent_server_id
        self.company.l10n_co_emission_server_id = False
        self.account.unlink()
        self.assertFalse(server.exists())
