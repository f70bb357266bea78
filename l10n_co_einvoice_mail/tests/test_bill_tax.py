"""The tax table, and what becomes of a tax that is not in it."""

from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .bill_common import BillCase
from .tools import builder
from .tools.builder import Line, Party, Tax

BAGS = Tax("22", None, "66.00")


class TestTaxMap(BillCase):
    def rows(self):
        return self.env["l10n_co.tax.map"].search([("company_id", "=", self.company.id)])

    def add_row(self, **values):
        self.env["l10n_co.tax.map"]._tax_table(self.company)
        return self.env["l10n_co.tax.map"].create({"company_id": self.company.id, **values})

    def fixed_tax(self, amount):
        return self.env["account.tax"].create(
            {
                "name": f"Bolsas {amount}",
                "amount_type": "fixed",
                "amount": amount,
                "type_tax_use": "purchase",
                "company_id": self.company.id,
            }
        )

    def test_defaults_of_the_chart(self):
        self.bill()
        expected = {
            ("01", 19): "l10n_co_tax_1",
            ("01", 16): "l10n_co_tax_2",
            ("01", 5): "l10n_co_tax_0",
            ("01", 0): "l10n_co_tax_7",
            ("excluded", 0): "l10n_co_tax_6",
            ("04", 4): "l10n_co_tax_62",
            ("04", 8): "l10n_co_tax_63",
            ("04", 16): "l10n_co_tax_64",
        }
        self.assertEqual(
            {(row.scheme, row.rate): row.tax_id for row in self.rows()},
            {key: self.chart_tax(name) for key, name in expected.items()},
        )

    def test_a_deleted_row_stays_deleted_until_the_defaults_are_asked_for(self):
        self.bill(number="FE1")
        self.rows().filtered(lambda row: row.rate == 5).unlink()
        self.bill(number="FE2")
        self.assertFalse(self.rows().filtered(lambda row: row.rate == 5))
        self.env["l10n_co.tax.map"].with_company(self.company).action_add_defaults()
        self.assertTrue(self.rows().filtered(lambda row: row.rate == 5))

    def test_exempt_and_excluded(self):
        move = self.bill(lines=(Line(taxes=(Tax("01", "0.00"),)), Line(taxes=())))
        exempt, excluded = move.invoice_line_ids
        self.assertEqual(exempt.tax_ids, self.chart_tax("l10n_co_tax_7"))
        self.assertEqual(excluded.tax_ids, self.chart_tax("l10n_co_tax_6"))

    def test_who_charges_no_iva_sells_nothing_excluded(self):
        supplier = Party("900123456", "NO RESPONSABLE", tax_scheme=("ZZ", "No aplica"))
        self.assertFalse(
            self.bill(supplier=supplier, lines=(Line(taxes=()),)).invoice_line_ids.tax_ids
        )

    def test_an_unknown_tax_is_said_and_its_bill_is_right(self):
        icui = Tax("35", "20.00")
        edocument = self.edocument(lines=(Line("Galletas", taxes=(Tax(), icui)),))
        move = self.bill(edocument)
        item, unmapped = move.invoice_line_ids
        self.assertEqual(item.tax_ids, self.chart_tax("l10n_co_tax_1"))
        self.assertEqual(unmapped.l10n_co_line_kind, "tax_unmapped")
        self.assertEqual(unmapped.price_subtotal, 20000)
        self.assertFalse(unmapped.tax_ids)
        self.assertIn("without a purchase tax", unmapped.name)
        self.assertEqual(self.notice_codes(move), {"bill_tax_unmapped"})
        self.assertTrue(move.l10n_co_needs_review)
        self.assert_says(move, edocument.document)

    def create_user(self, login, group):
        return self.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
                "group_ids": [Command.set(self.env.ref(group).ids)],
            }
        )

    def test_who_may_not_map_it_asks_for_it_once(self):
        bookkeeper = self.create_user("auxiliar", "account.group_account_invoice")
        stranger = self.create_user("ajena", "account.group_account_manager")
        other = self.env["res.company"].create({"name": "Otra"})
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        accountant = self.create_user("contadora", "account.group_account_manager")
        self.env["res.users.log"].with_user(accountant).sudo().create({})
        move = self.bill(lines=(Line("Galletas", taxes=(Tax("35", "20.00"),)),))
        self.assertTrue(move.l10n_co_lacks_tax)
        for _click in range(2):
            action = move.with_user(bookkeeper).action_l10n_co_ask_tax()
        self.assertIn("contadora", action["params"]["message"])
        self.assertEqual(move.activity_ids.user_id, accountant)
        self.assertEqual(len(move.activity_ids), 1)
        self.assertIn("auxiliar", move.activity_ids.note)
        self.assertFalse(self.bill(number="FE2").l10n_co_lacks_tax)
        nobody = patch.object(type(move), "_l10n_co_accountant", lambda bill: bill.env["res.users"])
        with nobody, self.assertRaises(UserError):
            move.with_user(bookkeeper).action_l10n_co_ask_tax()

    def test_map_it_and_rebuild(self):
        edocument = self.edocument(lines=(Line("Galletas", taxes=(Tax(), Tax("35", "20.00"))),))
        move = self.bill(edocument)
        tax = self.chart_tax("l10n_co_tax_1").copy({"name": "ICUI 20", "amount": 20})
        self.add_row(scheme="35", rate=20, tax_id=tax.id)
        self.importer._rebuild(move, edocument)
        self.assertFalse(move.l10n_co_needs_review)
        self.assertEqual(len(move.invoice_line_ids), 1)
        self.assertIn(tax, move.invoice_line_ids.tax_ids)
        self.assert_says(move, edocument.document)
        self.assertEqual(len(move.attachment_ids), 1)

    def test_a_tax_a_unit_on_its_line(self):
        tax = self.fixed_tax(66)
        self.add_row(scheme="22", kind="per_unit", tax_id=tax.id)
        edocument = self.edocument(lines=(Line("Bolsa", "100.00", "3", taxes=(Tax(), BAGS)),))
        move = self.bill(edocument)
        self.assertEqual(move.invoice_line_ids.tax_ids, tax | self.chart_tax("l10n_co_tax_1"))
        self.assertEqual(move.amount_tax, 57 + 198)
        self.assert_says(move, edocument.document)

    def test_a_tax_a_unit_of_another_amount(self):
        """The amount of bags and sugar changes every year: the table's tax serves all the same."""
        self.add_row(scheme="22", kind="per_unit", tax_id=self.fixed_tax(60).id)
        edocument = self.edocument(lines=(Line("Bolsa", "100.00", "3", taxes=(Tax(), BAGS)),))
        move = self.bill(edocument)
        self.assertEqual(move.amount_tax, 57 + 198)
        self.assert_says(move, edocument.document)

    def test_a_tax_as_a_cost(self):
        account = self.company_data["default_account_expense"].copy()
        self.add_row(scheme="22", kind="per_unit", booking="cost", account_id=account.id)
        edocument = self.edocument(lines=(Line("Bolsa", "100.00", "3", taxes=(BAGS,)),))
        move = self.bill(edocument)
        cost = move.invoice_line_ids[-1]
        self.assertEqual((cost.account_id, cost.price_subtotal), (account, 198))
        self.assertFalse(move.l10n_co_needs_review)
        self.assert_says(move, edocument.document)

    def test_withholdings_are_told_and_not_booked(self):
        edocument = self.edocument(withholdings=(Tax("06", "2.50"),))
        move = self.bill(edocument)
        self.assertEqual(self.notice_codes(move), {"bill_withholdings"})
        self.assertFalse(move.l10n_co_needs_review)
        self.assert_says(move, edocument.document)

    def test_the_table_refuses_nonsense(self):
        with self.assertRaises(ValidationError):
            self.add_row(scheme="35", rate=20)
        with self.assertRaises(ValidationError):
            self.add_row(scheme="22", kind="per_unit", rate=5, tax_id=self.fixed_tax(1).id)

    def test_the_suppliers_rounding_is_taken_over(self):
        """Taxes rounded to whole pesos on every line, as many programs do."""
        facts = builder.Document(lines=(Line(price="1234.56"), Line(price="777.77")))
        xml = builder.ubl.document(facts)
        for exact, rounded in (
            ("234.57", "235.00"),
            ("147.78", "148.00"),
            ("382.35", "383.00"),
            ("2394.68", "2395.33"),
        ):
            xml = xml.replace(f">{exact}<", f">{rounded}<")
        edocument = self.read_file(builder.unsigned(xml), "fv.xml")
        move = self.bill(edocument)
        self.assertEqual(move.amount_tax, 383)
        self.assert_says(move, edocument.document)


class TestGuard(BillCase):
    def test_a_changed_line_is_shown(self):
        move = self.bill()
        with Form(move) as form, form.invoice_line_ids.edit(0) as line:
            line.price_unit = 100010
        self.assertEqual(self.notice_codes(move), {"bill_differs_payable", "bill_differs_tax"})
        self.assertIn("119,000.00", move.l10n_co_warning)
        self.assertIn("119,011.90", move.l10n_co_warning)

    def test_one_peso_is_no_difference(self):
        move = self.bill()
        move.invoice_line_ids.price_unit = 100000.80
        self.assertFalse(move.l10n_co_needs_review)

    def test_a_missing_line_is_shown(self):
        move = self.bill(lines=(Line(), Line(price="0.10")))
        move.invoice_line_ids[1].unlink()
        self.assertEqual(self.notice_codes(move), {"bill_differs_lines"})

    def test_another_tax_is_shown(self):
        move = self.bill()
        move.invoice_line_ids.tax_ids = self.chart_tax("l10n_co_tax_0")
        self.assertEqual(self.notice_codes(move), {"bill_differs_payable", "bill_differs_tax"})

    def test_a_withholding_of_ours_is_no_difference(self):
        move = self.bill()
        retention = self.chart_tax("l10n_co_tax_19")
        self.assertLess(retention.amount, 0)
        move.invoice_line_ids.tax_ids += retention
        self.assertLess(move.amount_total, 119000)
        self.assertFalse(move.l10n_co_needs_review)

    def test_a_variant_of_the_tax_is_no_difference(self):
        move = self.bill()
        move.invoice_line_ids.tax_ids = self.chart_tax("l10n_co_tax_1").copy(
            {"name": "IVA 19 servicios"}
        )
        self.assertFalse(move.l10n_co_needs_review)

    def test_what_is_to_be_checked_is_not_posted_by_itself(self):
        move = self.bill()
        self.company.autopost_bills = True
        move.partner_id.autopost_bills = "always"
        move.invoice_line_ids.price_unit = 5
        move._autopost_bill()
        self.assertEqual(move.state, "draft")
        move.invoice_line_ids.price_unit = 100000
        move._autopost_bill()
        self.assertEqual(move.state, "draft", "the account of a first bill is to be looked at")
        move.invoice_line_ids.sudo().l10n_co_unsure = False
        move._autopost_bill()
        self.assertEqual(move.state, "posted")

    def test_confirming_in_spite_of_a_warning_leaves_a_trace(self):
        move = self.bill()
        move.invoice_line_ids = [Command.update(move.invoice_line_ids.id, {"price_unit": 5})]
        move.action_post()
        self.assertIn("in spite of", move.message_ids[:3].mapped("body").__str__())
        self.assertFalse(move.l10n_co_warning)
