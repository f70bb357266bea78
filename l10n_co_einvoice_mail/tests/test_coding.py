"""Lines are coded by the last bills and by rules, say why, and are marked where that is not sure."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from .coding_common import CodingCase
from .tools import builder
from .tools.facts import Line

ADVICE = "odoo.addons.l10n_co_einvoice_mail.models.coding.advice"
FREIGHT = Line("Flete Bogotá - Cali", seller_code="F1")


class TestMemory(CodingCase):
    def test_the_first_bill_is_marked(self):
        line = self.send(1).invoice_line_ids
        self.assertEqual(self.source(line), "journal")
        self.assertTrue(line.l10n_co_unsure)
        self.assertIn("journal's own account", line.l10n_co_why)

    def test_what_was_booked_alike_three_times_is_sure_and_says_so(self):
        self.known_supplier()
        move = self.send(4)
        line = move.invoice_line_ids
        self.assertEqual(line.account_id, self.expense)
        self.assertFalse(line.l10n_co_unsure)
        self.assertIn("FE3", line.l10n_co_why)
        self.assertFalse(move.l10n_co_unsure_count)

    def test_a_change_by_hand_is_learned_and_looked_at(self):
        self.known_supplier()
        self.confirmed(4, account=self.other_expense)
        line = self.send(5).invoice_line_ids
        self.assertEqual(line.account_id, self.other_expense)
        self.assertEqual(self.source(line), "item_changed")

    def test_an_archived_account_is_not_proposed(self):
        self.known_supplier()
        self.expense.active = False
        line = self.send(4).invoice_line_ids
        self.assertEqual(line.account_id, self.journal.default_account_id)
        self.assertTrue(line.l10n_co_unsure)

    def test_a_credit_note_is_coded_as_what_it_corrects(self):
        first = self.confirmed(1, account=self.expense)
        self.confirmed(2, account=self.other_expense)
        note = self.send(
            3,
            maker=builder.credit_note,
            references=(builder.Reference("FE1", first.l10n_co_cufe),),
        )
        self.assertEqual(note.invoice_line_ids.account_id, self.expense)
        self.assertEqual(self.source(note.invoice_line_ids), "corrected")

    def test_no_query_a_line(self):
        self.known_supplier()
        edocuments = [
            self.edocument(number=f"L{n}", lines=(Line("Internet", seller_code="I1"),) * n)
            for n in (2, 40)
        ]
        counts = []
        for edocument in edocuments:
            record = self.receive(edocument)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.importer._create_bills([(record, edocument)])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 15)


class TestTouch(CodingCase):
    def test_what_needed_a_hand_is_noted(self):
        bills = self.known_supplier()
        self.assertEqual([move.l10n_co_touch for move in bills], ["account", "unsure", "unsure"])
        untouched = self.confirmed(4)
        self.assertEqual((untouched.l10n_co_touch, untouched.l10n_co_touchless), ("none", 100))
        changed = self.confirmed(5, account=self.other_expense)
        self.assertEqual((changed.l10n_co_touch, changed.l10n_co_touchless), ("account", 0))

    def test_a_line_that_was_added_and_another_journal(self):
        self.known_supplier()
        move = self.send(4)
        move.invoice_line_ids[0].copy({"move_id": move.id})
        move.action_post()
        self.assertEqual(move.l10n_co_touch, "lines")
        move = self.send(5)
        move.journal_id = self.journal.copy()
        move.action_post()
        self.assertEqual(move.l10n_co_touch, "journal")

    def test_another_tax_and_another_date(self):
        self.known_supplier()
        move = self.send(4)
        tax = move.invoice_line_ids.tax_ids
        move.invoice_line_ids.tax_ids = tax.copy({"name": "IVA no descontable"})
        move.action_post()
        self.assertEqual(move.l10n_co_touch, "taxes")
        move = self.send(5)
        move.invoice_date_due = "2027-01-31"
        move.action_post()
        self.assertEqual(move.l10n_co_touch, "dates")

    def test_nobody_writes_it(self):
        move = self.send(1).with_user(self.bookkeeper)
        with self.assertRaises(AccessError):
            move.l10n_co_touch = "none"
        with self.assertRaises(AccessError):
            move.invoice_line_ids.l10n_co_unsure = False
        with self.assertRaises(AccessError):
            move.invoice_line_ids.l10n_co_proposal = {}


class TestRule(CodingCase):
    def test_it_codes_what_meets_it_and_says_its_name(self):
        self.rule(name="Fletes", words="flete", account_id=self.expense.id)
        line, other = self.send(1, FREIGHT, Line("Internet")).invoice_line_ids
        self.assertEqual(line.account_id, self.expense)
        self.assertFalse(line.l10n_co_unsure)
        self.assertIn("«Fletes»", line.l10n_co_why)
        self.assertEqual(self.source(other), "journal")

    def test_the_first_one_counts(self):
        self.rule(words="flete", account_id=self.expense.id, sequence=20)
        self.rule(words="cali", account_id=self.other_expense.id, sequence=10)
        self.assertEqual(self.send(1, FREIGHT).invoice_line_ids.account_id, self.other_expense)

    def test_it_is_tried_before_it_is_switched_on(self):
        self.confirmed(1, FREIGHT, account=self.expense)
        self.confirmed(2, FREIGHT, account=self.other_expense)
        self.confirmed(3)
        rule = self.env["l10n_co.bill.rule"].create(
            {"name": "Fletes", "words": "flete", "account_id": self.expense.id}
        )
        rule = rule.with_user(self.manager)
        with self.assertRaises(UserError):
            rule.action_switch_on()
        rule.action_try()
        self.assertEqual((rule.met_count, rule.agree_count), (2, 1))
        [other] = self.env["account.move.line"].browse(rule.action_open_others()["res_id"])
        self.assertEqual(other.account_id, self.other_expense)
        rule.action_switch_on()
        rule.words = "transporte"
        self.assertFalse(rule.is_on or rule.tried_on)

    def test_it_says_when_and_what(self):
        Rule = self.env["l10n_co.bill.rule"]
        with self.assertRaises(ValidationError):
            Rule.create({"name": "x", "account_id": self.expense.id})
        with self.assertRaises(ValidationError):
            Rule.create({"name": "x", "words": "flete"})

    def test_who_books_otherwise_is_heard(self):
        self.rule(words="flete", account_id=self.expense.id)
        self.confirmed(1, FREIGHT, account=self.other_expense)
        line = self.send(2, FREIGHT).invoice_line_ids
        self.assertEqual(self.source(line), "rule_doubted")
        self.assertTrue(line.l10n_co_unsure)

    def test_of_the_bill(self):
        journal = self.journal.copy({"sequence": 99})
        term = self.env.ref("account.account_payment_term_30days")
        self.rule(
            text="norte",
            journal_id=journal.id,
            payment_term_id=term.id,
            user_id=self.manager.id,
        )
        move = self.send(1, notes=("Centro de costo NORTE",))
        self.assertEqual(move.journal_id, journal)
        self.assertEqual(move.invoice_payment_term_id, term)
        self.assertEqual(move.invoice_user_id, self.manager)
        self.assertEqual(self.send(2).journal_id, self.journal)

    def test_the_cost_centre_of_the_document_is_read_and_tried(self):
        rule = self.rule(text="norte", account_id=self.expense.id)
        line = self.send(1, accounting_cost="CC-120 NORTE").invoice_line_ids
        self.assertEqual(line.account_id, self.expense)
        line.move_id.action_post()
        rule.action_try()
        self.assertEqual((rule.met_count, rule.agree_count), (1, 1))

    def test_the_cost_centre_of_a_single_line(self):
        for number, name in enumerate(("accounting_cost", "order_reference"), start=1):
            with self.subTest(name):
                rule = self.rule(text="norte", account_id=self.expense.id)
                lines = (Line("Aseo", **{name: "NORTE"}), Line("Aseo"))
                move = self.send(number, *lines)
                first, second = move.invoice_line_ids.sorted("sequence")
                self.assertEqual(self.source(first), "rule")
                self.assertNotEqual(self.source(second), "rule")
                move.action_post()
                rule.action_try()
                self.assertEqual((rule.met_count, rule.agree_count), (1, 1))
                move.button_draft()
                rule.action_switch_off()

    def test_each_condition(self):
        supplier = self.send(20).commercial_partner_id
        other = self.env["res.partner"].create({"name": "Otro"})
        conditions = (
            ({"partner_id": supplier.id}, {"partner_id": other.id}),
            ({"item_code": "f1"}, {"item_code": "F2"}),
            ({"words": "cali flete"}, {"words": "flete pasto"}),
            ({"unit_code": "KGM"}, {"unit_code": "94"}),
            ({"document_type": "01"}, {"document_type": "91"}),
            ({"least": 119_000}, {"least": 119_001}),
            ({"most": 119_000}, {"most": 118_999}),
            ({"text": "oc-7 norte"}, {"text": "sur"}),
            ({"address": "Facturas@comprador.example.com"}, {"address": "otro@example.com"}),
        )
        line = Line("Flete Bogotá - Cali", seller_code="F1", unit_code="KGM")
        facts = {"order_reference": "OC-7", "accounting_cost": "NORTE"}
        address = frozenset({"facturas@comprador.example.com"})
        for place, (met, missed) in enumerate(conditions):
            for number, (values, is_met) in enumerate(
                ((met, True), (missed, False)), 2 * place + 1
            ):
                with self.subTest(values):
                    rule = self.rule(**values, account_id=self.expense.id)
                    with patch(f"{ADVICE}.addresses_of", lambda _document: address):
                        move = self.send(number, line, **facts)
                    self.assertEqual(self.source(move.invoice_line_ids) == "rule", is_met)
                    rule.action_switch_off()
                    move.button_cancel()

    def test_its_product_stands_above_the_one_that_the_code_names(self):
        supplier = self.send(1).commercial_partner_id
        self.env["product.supplierinfo"].create(
            {
                "partner_id": supplier.id,
                "product_tmpl_id": self.product_a.product_tmpl_id.id,
                "product_code": "F1",
            }
        )
        self.assertEqual(self.send(2, FREIGHT).invoice_line_ids.product_id, self.product_a)
        self.rule(words="flete", product_id=self.product_b.id)
        self.assertEqual(self.send(3, FREIGHT).invoice_line_ids.product_id, self.product_b)

    def test_its_trial_looks_at_taxes(self):
        line = self.confirmed(1, FREIGHT).invoice_line_ids
        variant = line.tax_ids.copy({"name": "IVA de servicios"})
        rule = self.rule(words="flete", tax_ids=[Command.set(variant.ids)])
        self.assertEqual((rule.met_count, rule.agree_count), (1, 0))
        again = self.confirmed(2, FREIGHT).invoice_line_ids
        self.assertEqual(again.tax_ids, variant)
        rule.action_try()
        self.assertEqual((rule.met_count, rule.agree_count), (2, 1))

    def test_what_is_proposed_of_the_bill_says_why(self):
        self.assertIn("first purchase journal", self.send(9).l10n_co_bill_why)
        self.known_supplier(2)
        self.assertIn("supplier's last bill", self.send(4).l10n_co_bill_why)
        journal = self.journal.copy({"sequence": 99})
        self.rule(name="Sede norte", text="norte", journal_id=journal.id, user_id=self.manager.id)
        why = self.send(5, accounting_cost="NORTE").l10n_co_bill_why
        self.assertEqual(why.count("«Sede norte»"), 2)

    def test_that_it_may_confirm_asks_for_a_trial_and_that_it_may_not_does_not(self):
        rule = self.rule(words="flete", account_id=self.expense.id, may_confirm=True)
        rule = rule.with_user(self.manager)
        rule.may_confirm = False
        self.assertTrue(rule.is_on)
        rule.may_confirm = True
        self.assertFalse(rule.is_on or rule.tried_on)

    def test_another_company_s_rule_is_not_asked(self):
        other = self.setup_other_company()["company"]
        rule = self.env["l10n_co.bill.rule"].create(
            {"name": "x", "words": "flete", "user_id": self.env.user.id, "company_id": other.id}
        )
        rule.sudo().write({"tried_on": "2026-01-01", "is_on": True})
        self.assertEqual(self.source(self.send(1, FREIGHT).invoice_line_ids), "journal")
        with self.assertRaises(AccessError):
            rule.with_user(self.manager).read(["name"])

    def test_only_the_accountant_makes_them(self):
        values = {"name": "x", "words": "flete", "account_id": self.expense.id}
        Rule = self.env["l10n_co.bill.rule"]
        with self.assertRaises(AccessError):
            Rule.with_user(self.bookkeeper).create(values)
        rule = Rule.with_user(self.manager).create(values)
        for change in ({"is_on": True}, {"tried_on": "2026-01-01"}, {"agree_count": 9}):
            with self.assertRaises(AccessError):
                rule.write(change)
        with self.assertRaises(AccessError):
            rule.with_user(self.bookkeeper).action_switch_on()

    def test_a_rule_is_made_of_a_line(self):
        line = self.confirmed(1, FREIGHT, account=self.expense).invoice_line_ids
        action = line.with_user(self.manager).action_l10n_co_make_rule()
        made = self.env["l10n_co.bill.rule"].with_context(**action["context"]).create({})
        self.assertEqual(made.partner_id, line.move_id.commercial_partner_id)
        self.assertEqual((made.item_code, made.account_id), ("F1", self.expense))
        self.assertFalse(made.tax_ids)
        withheld = self.chart_tax("l10n_co_tax_23")
        line = self.send(2, FREIGHT).invoice_line_ids
        line.tax_ids = [Command.link(withheld.id)]
        action = line.with_user(self.manager).action_l10n_co_make_rule()
        made = made.with_context(**action["context"]).create({})
        self.assertEqual(made.tax_ids, withheld)
        with self.assertRaises(AccessError):
            line.with_user(self.bookkeeper).action_l10n_co_make_rule()
