"""Sending servers that misbehave with one mail of several: the others arrive once, and the right cause is told."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.emission import session
from .emission_common import EmissionCase
from .tools.servers import smtp

GOOD = ("uno@otra.example.com", "dos@otra.example.com")
RETRIES = 3
# Who cannot get it has these states in the end.
STATES = {"delivery_lost": "unknown"}
TEMPORARY = {"recipient_full", "server_busy", "connection_lost"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendingServers(EmissionCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(session, "patience", lambda: smtp.LATE / 3))
        addresses = (GOOD[0], smtp.BAD, GOOD[1])
        self.partners = self.env["res.partner"].create(
            [{"name": a.partition("@")[0], "email": a, "lang": "en_US"} for a in addresses]
        )

    def send_through(self, server):
        """:return: rows of the log, by address, of an invoice to the three after some tries"""
        self.enterContext(server)
        self.account.write(
            {"smtp_port": server.port, "smtp_encryption": "none", "smtp_pass": "s3cret"}
        )
        self.account.l10n_co_state = "done"
        mail = self.mails_of(self.post(self.create_invoice(), partners=self.partners))
        for _try in range(RETRIES):
            self.work_off(mail)
        rows = self.env["l10n_co.outgoing.mail"].search([("mail_id", "in", mail.ids)])
        return rows.grouped("email_to")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def work_off(self, mail):
        self.env.invalidate_all()
        mail.scheduled_date = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        self.env["mail.mail"].process_email_queue(mail.ids)
        self.env.invalidate_all()

    def test_the_others_arrive_once_and_the_cause_is_told(self):
        for name, (kind, code, may_arrive) in smtp.SERVERS.items():
            with self.subTest(name):
                server = kind()
                rows = self.send_through(server)
                served = [address for recipients, _raw in server.accepted for address in recipients]
                for address in GOOD:
                    self.assertEqual(served.count(address), 1)
                    self.assertEqual(rows[address].state, "sent")
                self.assertLessEqual(served.count(smtp.BAD), int(may_arrive))
                bad = rows[smtp.BAD]
                expected = STATES.get(code, "waiting" if code in TEMPORARY else "failed")
                self.assertEqual((bad.failure_code, bad.state), (code, expected))

    def test_odd_servers_take_everything(self):
        for name, kind in smtp.ODD.items():
            with self.subTest(name):
                server = kind()
                rows = self.send_through(server)
                self.assertEqual({row.state for row in rows.values()}, {"sent"})
                self.assertEqual(len(server.accepted), len(self.partners))

    def test_closed_servers_are_told_in_their_words(self):
        self.env["ir.config_parameter"].set_param("web.base.url", "https://odoo.example.com")
        for name, (kind, code) in smtp.CLOSED.items():
            with self.subTest(name):
                server = kind()
                rows = self.send_through(server)
                self.assertEqual({row.failure_code for row in rows.values()}, {code})
                self.assertFalse(server.accepted)
                self.assertIn(rows[smtp.BAD].server_answer[4:], rows[smtp.BAD].failure)

    def test_the_name_of_the_system_is_proposed_and_used(self):
        self.env["ir.config_parameter"].set_param("web.base.url", "https://odoo.example.com")
        failure = smtp_failure("name_refused")
        self.account._l10n_co_note_failure(failure, {})
        self.assertEqual(self.account.l10n_co_greeting_name, "odoo.example.com")
        server = smtp.SmtpServer()
        self.send_through(server)
        self.assertEqual(server.received[0], "ehlo odoo.example.com")
        self.env["ir.config_parameter"].set_param("web.base.url", "http://localhost:8069")
        self.account.l10n_co_greeting_name = False
        self.account._l10n_co_note_failure(failure, {})
        self.assertFalse(self.account.l10n_co_greeting_name)


def smtp_failure(code):
    return session.failures.error_of(code)
