"""The demo: its sending account on its mail server, its bills. Collected by `make test` among the tests with Odoo."""

from unittest import skipUnless
from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.l10n_co_einvoice_mail.tests.tools import mailbed
from odoo.tests import TransactionCase, tagged

from . import demo, demo_coding

SENDER, OUTSIDE, PASSWORD = "ventas@demo.co", "clientes@demo.co", "demo"


@tagged("post_install", "-at_install")
@skipUnless(mailbed.is_available(), "Dovecot is not installed")
class TestDemo(TransactionCase):
    def test_an_invoice_that_is_sent_is_found_in_both_mailboxes_and_in_the_log(self):
        bed = mailbed.MailBed(dict.fromkeys((SENDER, OUTSIDE), PASSWORD), outside=OUTSIDE).start()
        self.addCleanup(bed.stop)
        self.env["ir.config_parameter"].set_param(
            "l10n_co_einvoice_mail.allow_internal_servers", "True"
        )
        company = self.env.ref("base.demo_company_co")
        facts = {"imaps": bed.imaps, "smtps": bed.smtps, "sender": SENDER, "password": PASSWORD}
        account = demo.sending_account(self.env, company, facts)
        self.assertEqual(company.l10n_co_emission_server_id, account)
        self.send(company)
        self.assertEqual(len(bed.mails(OUTSIDE)), 1)
        copies = bed.mails(SENDER, account.l10n_co_sent_folder)
        self.assertEqual(
            [_lines(copy) for copy in copies], [_lines(arrived) for arrived in bed.mails(OUTSIDE)]
        )
        log = self.env["l10n_co.outgoing.mail"].search([("account_id", "=", account.id)])
        self.assertEqual(log.mapped("state"), ["sent"])
        self.assertEqual(log.mapped("copy_state"), ["kept"])

    def send(self, company):
        """Press «Send» on one of the invoices that Odoo's own demo data has, and let the copy be put away."""
        invoice = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("partner_id.email", "!=", False),
            ],
            limit=1,
        )
        wizard = self.env["account.move.send.wizard"].with_company(company)
        wizard = wizard.with_context(active_model="account.move", active_ids=invoice.ids)
        with patch.object(IrMail_Server, "_disable_send", lambda _server: False):
            wizard.create({"sending_methods": ["email"]}).action_send_and_print()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["l10n_co.sent.copy"]._cron_append()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestDemoOfCoding(TransactionCase):
    def test_there_is_something_to_see_on_each_screen(self):
        company = self.env.ref("base.demo_company_co")
        demo_coding.code_bills(self.env, company)
        of_company = [("company_id", "=", company.id)]
        days = self.env["l10n_co.confirmed.day"].search(of_company)
        self.assertTrue(days.standing_count and days.told_on)
        rules = self.env["l10n_co.bill.rule"].search(of_company)
        self.assertEqual(rules.mapped("is_on"), [True, False])
        self.assertEqual(rules[0].met_count, rules[0].agree_count)
        bills = self.env["account.move"].search([*of_company, ("l10n_co_coding", "!=", False)])
        self.assertIn("none", bills.mapped("l10n_co_touch"))
        self.assertTrue(bills.filtered(lambda bill: bill.state == "draft").l10n_co_unsure_count)
        lines = bills.invoice_line_ids
        proposed = [(line.l10n_co_proposal or {}).get("withholdings", {}) for line in lines]
        self.assertIn("withholding_applies", [made.get("source") for made in proposed])


def _lines(raw):
    return raw.splitlines()
