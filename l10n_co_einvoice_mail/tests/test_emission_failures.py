"""What cannot be sent says why on the document, and is sent by nobody else; what passes by itself is tried again."""

from datetime import timedelta
from unittest.mock import patch

from lxml import etree
from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..mailbox import oauth
from ..mailbox.errors import LoginFailed
from .emission_common import CUSTOMER, EmissionCase

FIRST = "primero@otra.example.com"
SECOND = "segundo@otra.example.com"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionFailures(EmissionCase):
    def send_failing(self, **values):
        """:return: (mail.mail, its row in the log) of an invoice that was not sent"""
        message = self.post(self.create_invoice(), **values)
        mail = self.mails_of(message)
        return mail, self.rows_of(mail)

    def rows_of(self, mail):
        return self.env["l10n_co.outgoing.mail"].search([("message_id", "=", mail.message_id)])

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def work_off_queue(self, mail):
        mail.scheduled_date = fields.Datetime.now() - timedelta(minutes=1)
        self.env["mail.mail"].process_email_queue(mail.ids)

    def assert_failed(self, mail, words):
        self.assertEqual(mail.state, "exception")
        self.assertIn(words, mail.failure_reason)
        notification = self.env["mail.notification"].search([("mail_mail_id", "=", mail.id)])
        self.assertEqual(notification.notification_status, "exception")
        self.assertIn(words, notification.failure_reason)
        self.assertFalse(self.sink.messages, "it was sent all the same")

    # ---- the account -------------------------------------------------------------------------------

    def test_account_that_is_not_confirmed(self):
        self.account.l10n_co_set_draft()
        mail, row = self.send_failing()
        self.assert_failed(mail, "press «Test and activate»")
        self.assertEqual((row.state, row.failure_code), ("failed", "sender_draft"))

    def test_account_that_is_archived(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_mail_server SET active = false WHERE id = %s", [self.account.id]
        )
        self.env.invalidate_all()
        mail, _row = self.send_failing()
        self.assert_failed(mail, "is archived")

    def test_account_that_was_deleted_meanwhile(self):
        template = self.env.ref("account.email_template_edi_invoice")
        mail = self.env["mail.mail"].browse(template.send_mail(self.create_invoice().id))
        self.company.l10n_co_emission_server_id = False
        self.account.unlink()
        mail.send()
        self.assertEqual(mail.state, "exception")
        self.assertIn("does not exist any more", mail.failure_reason)
        self.assertFalse(self.sink.messages)

    def test_wrong_password_is_told_on_the_account_too(self):
        self.account.write({"smtp_pass": "wrong", "l10n_co_state": "done"})
        with self.enter_registry_test_mode():
            mail, row = self.send_failing()
            self.env.cr.postcommit.run()
        self.assert_failed(mail, "does not accept the user")
        self.assertEqual(row.failure_code, "login_refused")
        self.env.invalidate_all()
        self.assertEqual(self.account.l10n_co_failure_code, "login_refused")

    def test_account_is_well_again_when_it_sends(self):
        self.account.write({"l10n_co_failure_code": "login_refused"})
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.post(self.create_invoice())
            self.env.cr.postcommit.run()
        self.env.invalidate_all()
        self.assertFalse(self.account.l10n_co_failure_code)

    def test_wrong_password_is_tried_once_a_batch(self):
        self.account.write({"smtp_pass": "wrong", "l10n_co_state": "done"})
        template = self.env.ref("account.email_template_edi_invoice")
        mails = self.env["mail.mail"].browse(
            [template.send_mail(self.create_invoice().id) for _number in range(3)]
        )
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            mails.send()
        self.assertEqual(set(mails.mapped("state")), {"exception"})
        self.assertEqual(self.sink.logins, 1)

    def test_permission_that_was_withdrawn(self):
        self.account.write(
            {
                "smtp_authentication": "outlook",
                "smtp_pass": False,
                "smtp_encryption": "starttls",
                "microsoft_outlook_refresh_token": "r",
                "microsoft_outlook_access_token": "a",
                "microsoft_outlook_access_token_expiration": 1,
            }
        )
        self.account.l10n_co_state = "done"
        for name in ("client_id", "client_secret"):
            self.env["ir.config_parameter"].sudo().set_param(f"microsoft_outlook_{name}", "ours")
        self.env.flush_all()
        gone = LoginFailed("oauth_expired", data={"user": self.address})
        with self.enter_registry_test_mode(), patch.object(oauth, "refresh", side_effect=gone):
            mail, row = self.send_failing()
        self.assert_failed(mail, "Connect the account again")
        self.assertEqual(row.failure_code, "oauth_expired")

    def test_password_of_any_characters(self):
        password = "ñandú & «clave» 密"
        self.bed.add_user(self.address, password)
        for port, encryption in (
            (self.bed.smtps, "ssl_strict"),
            (self.bed.smtp, "starttls_strict"),
        ):
            self.sink.calm()
            self.account.write(
                {
                    "smtp_port": port,
                    "smtp_encryption": encryption,
                    "smtp_pass": password,
                    "l10n_co_state": "done",
                }
            )
            self.post(self.create_invoice())
            self.assertEqual(self.sent_to(CUSTOMER)[0].login, self.address)

    # ---- the mail ----------------------------------------------------------------------------------

    def test_refused_recipient(self):
        self.sink.reject[CUSTOMER] = "550 5.1.1 no such user"
        mail, row = self.send_failing()
        self.assert_failed(mail, f"does not accept the recipient {CUSTOMER}")
        self.assertIn("550 5.1.1 no such user", row.server_answer)
        self.assertFalse(self.account.l10n_co_failure_code)

    def test_what_passes_by_itself_is_tried_again(self):
        for sign in ("451 4.7.1 Try again later", "421 4.7.0 Too many messages"):
            with self.subTest(sign=sign):
                self.sink.calm()
                self.sink.refuse_data = sign
                mail, row = self.send_failing()
                self.assertEqual((mail.state, row.state), ("outgoing", "waiting"))
                self.assertGreater(mail.scheduled_date, fields.Datetime.now())
                notification = self.env["mail.notification"].search(
                    [("mail_mail_id", "=", mail.id)]
                )
                self.assertEqual(notification.notification_status, "ready")
                self.assertFalse(self.account.l10n_co_failure_code)
                self.sink.calm()
                self.work_off_queue(mail)
                self.assertEqual(len(self.sent_to(CUSTOMER)), 1)
                self.assertEqual((mail.state, row.state), ("sent", "sent"))

    def test_second_try_reaches_only_who_got_nothing(self):
        both = self.env["res.partner"].create(
            [{"name": address, "email": address, "lang": "en_US"} for address in (FIRST, SECOND)]
        )
        self.sink.reject[SECOND] = "451 4.7.1 greylisted"
        mail, rows = self.send_failing(partners=both)
        self.assertEqual(len(self.sent_to(FIRST)), 1)
        self.assertEqual(set(rows.mapped("state")), {"sent", "waiting"})
        self.sink.reject.clear()
        self.work_off_queue(mail)
        self.assertEqual(len(self.sent_to(FIRST)), 1)
        self.assertEqual(len(self.sent_to(SECOND)), 1)
        self.assertEqual(mail.state, "sent")

    def test_it_is_given_up_at_last(self):
        self.sink.refuse_data = "451 4.7.1 Try again later"
        mail, row = self.send_failing()
        mail.l10n_co_attempts = 100
        self.work_off_queue(mail)
        self.assertEqual((mail.state, row.state), ("exception", "failed"))

    # ---- once more ---------------------------------------------------------------------------------

    def test_sent_again_from_the_account_of_today(self):
        self.account.l10n_co_set_draft()
        mail, row = self.send_failing()
        invoice = self.env["account.move"].browse(mail.res_id)
        self.assertIn("has not passed its test", invoice.l10n_co_outgoing_failure)
        other = self.create_account(
            "nueva@comprador.example.com", l10n_co_company_id=self.company.id
        )
        self.company.l10n_co_emission_server_id = other
        action = row.with_user(self.seller).action_resend()
        self.assertEqual(action["params"]["type"], "success")
        sent = self.sent_to(CUSTOMER)
        self.assertEqual([(s.login, s.sender) for s in sent], [(other.l10n_co_address,) * 2])
        invoice.invalidate_recordset()
        self.assertFalse(invoice.l10n_co_outgoing_failure)

    def test_document_that_was_not_sent_is_not_called_sent(self):
        """Core hangs «Sent» over an invoice as soon as it was handed over."""
        arch = etree.fromstring(self.env["account.move"].get_view(view_type="form")["arch"])
        ribbons = arch.findall(".//widget[@name='web_ribbon'][@title='Sent']")
        self.assertEqual(len(ribbons), 2)
        for ribbon in ribbons:
            self.assertIn(" or (l10n_co_outgoing_state)", ribbon.get("invisible"))
        view = self.env.ref("account.view_out_invoice_tree")
        arch = etree.fromstring(self.env["account.move"].get_view(view.id, "list")["arch"])
        for name in ("status_in_payment", "move_sent_values"):
            with self.subTest(name):
                badge = arch.find(f".//field[@name='{name}']")
                self.assertIn("l10n_co_outgoing_state", badge.get("invisible"))

    def test_unsent_document_is_on_the_list_until_it_is_sent(self):
        self.sink.reject[CUSTOMER] = "550 5.1.1 no such user"
        _mail, row = self.send_failing()
        line = self.env["l10n_co.todo"].with_user(self.seller).search([("kind", "=", "unsent")])
        self.assertEqual((line.res_id, line.reason), (row.id, row.failure))
        self.sink.calm()
        line.action_next()
        self.assertFalse(line.search([("kind", "=", "unsent")]))

    def test_generic_mail_is_not_sent_in_the_accounts_name(self):
        """A template's own server, or a program, cannot make others' mail leave from the account."""
        mail = self.env["mail.mail"].create(
            {
                "email_from": "rrhh@comprador.example.com",
                "email_to": CUSTOMER,
                "body_html": "x",
                "mail_server_id": self.account.id,
            }
        )
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            mail.send()
        self.assertNotIn(self.address, [sent.login for sent in self.sink.messages])
