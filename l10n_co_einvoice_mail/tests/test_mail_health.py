"""Somebody is told when an account stops working: once a day for each cause, and when it works again."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .account_common import MailAccountCase
from .tools import builder


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailHealth(MailAccountCase):
    def setUp(self):
        super().setUp()
        self.mailbox.write({"state": "done", "l10n_co_expiry_email": "contabilidad@x.co"})
        self.mailbox.l10n_co_last_success = fields.Datetime.now()
        self.today = fields.Date.context_today(self.mailbox)

    def watch(self):
        """:return: the notices that were sent"""
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search([])
        self.mailbox.sudo()._l10n_co_watch()
        return Mail.search([]) - before

    def activities(self):
        return self.mailbox.l10n_co_activity_id

    def test_nothing_is_told_of_a_sound_account(self):
        self.assertFalse(self.watch())

    def test_expiring_password_is_told_five_days_before_and_once_a_day(self):
        self.mailbox.l10n_co_password_expiry = self.today + timedelta(days=6)
        self.assertFalse(self.watch())
        self.mailbox.l10n_co_password_expiry = self.today + timedelta(days=5)
        notice = self.watch()
        self.assertEqual(notice.email_to, "contabilidad@x.co")
        self.assertFalse(notice.mail_server_id)
        self.assertEqual(len(self.activities()), 1)
        self.assertFalse(self.watch())
        self.mailbox.l10n_co_notices = {"password_expiry": str(self.today - timedelta(days=1))}
        self.assertEqual(len(self.watch()), 1)
        self.assertEqual(len(self.activities()), 1)

    def test_recovery_is_told_once(self):
        self.mailbox.l10n_co_password_expiry = self.today
        self.watch()
        self.mailbox.l10n_co_password_expiry = self.today + timedelta(days=90)
        self.assertIn("works again", self.watch().subject)
        self.assertFalse(self.activities())
        self.assertFalse(self.watch())

    def test_megabytes_of_today(self):
        self.assertEqual(self.mailbox.l10n_co_today_megabytes, 0)
        row = {"server_id": self.mailbox.id, "company_id": self.company.id}
        _today, before = self.Mail.sudo().create(
            [{**row, "uid": uid, "sha256": uid, "size": 1_500_000} for uid in ("1", "2")]
        )
        two_days_ago = fields.Datetime.now() - timedelta(days=2)
        self.env.cr.execute(
            "UPDATE l10n_co_received_mail SET create_date = %s WHERE id = %s",
            [two_days_ago, before.id],
        )
        self.mailbox.invalidate_recordset()
        self.assertEqual(self.mailbox.l10n_co_today_megabytes, 1.5)

    def test_mailbox_that_is_not_read_any_more(self):
        self.mailbox.l10n_co_last_success = fields.Datetime.now() - timedelta(hours=13)
        self.assertIn("could not be read for 13 hours", self.watch().body_html)

    def test_mailbox_in_which_nothing_arrives_any_more(self):
        mails = self.Mail.sudo().create(
            [
                {
                    "server_id": self.mailbox.id,
                    "company_id": self.company.id,
                    "uid": str(n),
                    "sha256": str(n),
                }
                for n in range(56)
            ]
        )
        self.assertFalse(self.watch())
        week_ago = fields.Datetime.now() - timedelta(days=7)
        self.env.cr.execute(
            "UPDATE l10n_co_received_mail SET create_date = %s WHERE id = ANY(%s)",
            [week_ago, mails.ids],
        )
        self.env.invalidate_all()
        self.assertIn("Usually 2 mails a day", self.watch().body_html)

    def test_certificate_is_looked_at(self):
        self.mailbox.sudo()._l10n_co_look_at_certificate()
        self.assertRegex(self.mailbox.l10n_co_certificate_left, r"^in (29|30) days, on ")
        self.assertEqual(self.mailbox.l10n_co_left, self.mailbox.l10n_co_certificate_left)
        self.assertFalse(self.mailbox.l10n_co_password_left)
        self.mailbox.l10n_co_certificate_expiry = self.today + timedelta(days=3)
        self.assertIn("certificate", self.watch().body_html)

    def test_dry_run_tells_and_changes_nothing(self):
        good = builder.Package(builder.Document(number="FE900")).mail
        self.deliver(good, builder.mail("Promoción"))
        with self.enter_registry_test_mode():
            action = self.mailbox.with_user(self.admin).l10n_co_action_dry_run()
        trial = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        lines = trial.line_ids
        self.assertEqual(lines.mapped("outcome"), ["processed", "failed"])
        self.assertIn("FE900", lines[0].documents)
        self.assertTrue(lines[1].reason)
        self.assertFalse(self.ledger())
        self.assertFalse(self.Document.search([("number", "=", "FE900")]))
        self.assertEqual(len(self.folder()), 2)

    def test_mails_from_before_the_start_stay_where_they_are(self):
        self.deliver(builder.Package(builder.Document(number="FE901")).mail)
        self.mailbox.l10n_co_start_date = self.today + timedelta(days=2)
        self.assertIn("no new mail", self.receive()["message"])
        self.assertEqual(len(self.folder()), 1)
        self.mailbox.l10n_co_start_date = self.today - timedelta(days=2)
        self.mailbox.l10n_co_max_age = 1
        self.receive()
        self.assertEqual(self.ledger().state, "processed")

    def test_start_by_pop_is_told_by_the_headers(self):
        self.mailbox.write(
            {"server_type": "pop", "port": self.bed.pop3s, "l10n_co_leave_on_server": True}
        )
        old = b"Received: from x by y; Mon, 05 Jan 2015 10:00:00 -0500\r\n" + builder.mail("Vieja")
        self.deliver(old, builder.Package(builder.Document(number="FE902")).mail)
        self.mailbox.l10n_co_start_date = "2020-01-01"
        self.receive()
        self.assertEqual(self.ledger().mapped("document_ids.number"), ["FE902"])

    def test_state_of_the_company_is_one_line(self):
        self.assertIn("Everything works", self.company.l10n_co_mail_health)
        self.mailbox.l10n_co_failure_code = "login_refused"
        self.company.invalidate_recordset()
        self.assertIn(self.mailbox.name, self.company.l10n_co_mail_health)
