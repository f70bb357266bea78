"""The screens of rules and of bills that confirm themselves, in a browser, in Spanish."""

from odoo.tests import HttpCase, tagged

from .test_confirming import ConfirmingCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCodingTours(ConfirmingCase, HttpCase):
    def test_rule_trial_confirmation_and_taking_back(self):
        self.env["res.lang"]._activate_lang("es_CO")
        self.manager.write({"password": "contador", "lang": "es_CO"})
        self.expense.with_context(lang="es_CO").name = "Internet de prueba"
        self.trusted_supplier()
        self.allow()
        self.start_tour("/odoo/einvoice-bill-rules", "l10n_co_bill_rule", login="contador")
        rule = self.env["l10n_co.bill.rule"].search([("words", "=", "internet")])
        self.assertRecordValues(
            rule,
            [{"is_on": True, "met_count": 6, "agree_count": 6, "account_id": self.expense.id}],
        )
        move = self.send(7)
        self.assertEqual(move.state, "posted")
        self.assertIn("Internet de la sede", move.invoice_line_ids.l10n_co_why)
        self.start_tour("/odoo/einvoice-confirmed-bills", "l10n_co_confirmed_day", login="contador")
        self.assertTrue(move.l10n_co_taken_back)
        self.assertEqual(move.state, "draft")
