"""Withholdings are proposed by the company's table, with the reason, where an accountant has looked it through."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command

from .coding_common import CodingCase
from .tools.facts import Line, Party, Tax

IVA_5 = (Tax("01", "5.00"),)


class TestWithholding(CodingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.l10n_co_tax_levels = "R-99-PN"
        Concept = cls.env["l10n_co.withholding.concept"].with_company(cls.company)
        Concept.action_add_known()
        cls.concepts = {
            concept.key: concept
            for concept in Concept.search([("company_id", "=", cls.company.id)])
        }
        cls.services = cls.concepts["services"]
        cls.four = cls.chart_tax("l10n_co_tax_23")
        cls.rule_of_account = {"words": "asesoría", "account_id": cls.expense.id}

    def look_through(self, concept=None, account=None):
        concept = concept or self.services
        concept.write(
            {
                "is_confirmed": True,
                "account_ids": [Command.set((account or self.expense).ids)],
            }
        )

    def service(self, number, *lines, level="R-99-PN", person=False, **facts):
        """A bill of a service that a rule puts on the account of the concept."""
        supplier = Party(
            f"9001234{number:02}",
            "ASESORES SAS",
            tax_level=level,
            organization_type="2" if person else "1",
        )
        lines = lines or (Line("Asesoría", price="200000.00"),)
        return self.send(number, *lines, supplier=supplier, **facts)

    def withheld(self, move):
        return move.invoice_line_ids.tax_ids.filtered(lambda tax: tax.amount < 0)

    def test_nothing_is_proposed_before_somebody_looked_it_through(self):
        self.rule(**self.rule_of_account)
        self.services.account_ids = self.expense
        move = self.service(1)
        self.assertFalse(self.withheld(move))
        self.assertNotIn("withholding", str(move.invoice_line_ids.l10n_co_proposal))

    def test_it_is_proposed_with_the_reason(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        move = self.service(1)
        line = move.invoice_line_ids
        self.assertEqual(self.withheld(move), self.four)
        self.assertEqual(self.source(line, "withholdings"), "withholding_applies")
        self.assertIn("Servicios 4", line.l10n_co_why)
        self.assertFalse(move.l10n_co_needs_review)
        self.assertEqual(move.amount_total, 238_000 - 8_000)

    def test_the_base_is_that_of_the_whole_document(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        below = self.service(1, Line("Asesoría", price="60000.00"))
        self.assertFalse(self.withheld(below))
        self.assertEqual(self.source(below.invoice_line_ids, "withholdings"), "withholding_below")
        both = self.service(2, *(Line(f"Asesoría {word}", price="60000.00") for word in "ab"))
        self.assertEqual(self.withheld(both), self.four)

    def test_the_day_of_the_document_decides_and_a_year_without_uvt_is_asked(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        self.services.row_ids.is_sure = True
        line = Line("Asesoría", price="150000.00")
        cheap = {"issue_date": "2026-05-20"}
        self.assertFalse(self.withheld(self.service(1, line, **cheap)))
        self.assertEqual(self.withheld(self.service(2, line, issue_date="2026-08-20")), self.four)
        unknown = self.service(3, line, issue_date="2031-08-20", due_date="2031-12-31")
        self.assertFalse(self.withheld(unknown))
        self.assertTrue(unknown.invoice_line_ids.l10n_co_unsure)

    def test_a_base_that_nobody_confirmed_is_left_to_a_person_where_it_decides(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        day = {"issue_date": "2026-08-20"}
        move = self.service(1, Line("Asesoría", price="150000.00"), **day)
        self.assertFalse(self.withheld(move))
        self.assertEqual(self.source(move.invoice_line_ids, "withholdings"), "withholding_in_doubt")
        self.assertIn("209.496", move.invoice_line_ids.l10n_co_why)
        sure = self.service(2, Line("Asesoría", price="300000.00"), **day)
        self.assertEqual(self.withheld(sure), self.four)

    def purchases_of_a_day(self, concept):
        """What is said of two bills of one supplier and day, each below the base, and of one of another day."""
        self.look_through(concept)
        supplier = Party("900123497", "ALMACENES SAS")
        line = Line("Asesoría y útiles", price="300000.00")
        days = ("2026-01-05", "2026-01-05", "2026-01-06")
        moves = [
            self.send(number, line, supplier=supplier, issue_date=day)
            for number, day in enumerate(days, 1)
        ]
        return moves, [self.source(move.invoice_line_ids, "withholdings") for move in moves]

    def test_several_purchases_of_a_day_are_asked_about(self):
        self.rule(**self.rule_of_account)
        moves, said = self.purchases_of_a_day(self.concepts["purchases"])
        self.assertEqual(said, ["withholding_below", "withholding_same_day", "withholding_below"])
        self.assertIn("FE1", moves[1].invoice_line_ids.l10n_co_why)
        self.assertTrue(moves[1].invoice_line_ids.l10n_co_unsure)

    def test_what_a_concept_takes_alone_is_not_counted_together(self):
        self.rule(**self.rule_of_account)
        purchases = self.concepts["purchases"]
        purchases.of_a_day = False
        _moves, said = self.purchases_of_a_day(purchases)
        self.assertEqual(said, ["withholding_below"] * 3)

    def test_several_purchases_of_a_day_in_one_batch(self):
        self.rule(**self.rule_of_account)
        self.look_through(self.concepts["purchases"])
        supplier = Party("900123497", "ALMACENES SAS")
        line = Line("Asesoría y útiles", price="300000.00")
        pairs = []
        for number in ("L1", "L2"):
            edocument = self.edocument(
                number=number, lines=(line,), supplier=supplier, issue_date="2026-01-05"
            )
            pairs.append((self.receive(edocument), edocument))
        bills = self.importer._create_bills(pairs).values()
        said = [self.source(move.invoice_line_ids, "withholdings") for move in bills]
        self.assertEqual(said, ["withholding_below", "withholding_same_day"])

    def test_a_supplier_of_whom_nothing_is_said_is_asked_about(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        move = self.service(1, level="")
        self.assertFalse(self.withheld(move))
        self.assertEqual(
            self.source(move.invoice_line_ids, "withholdings"), "withholding_supplier_unknown"
        )

    def test_the_responsibilities_of_the_buyer(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        partner = self.company.partner_id
        for number, (levels, source) in enumerate(
            (
                ("O-13", "withholding_applies"),
                ("O-15;O-23", "withholding_applies"),
                ("O-47", "withholding_buyer_simple"),
                (False, "withholding_buyer_unknown"),
            ),
            start=1,
        ):
            with self.subTest(levels):
                partner.l10n_co_tax_levels = levels
                line = self.service(number).invoice_line_ids
                self.assertEqual(self.source(line, "withholdings"), source)

    def test_the_responsibilities_of_the_supplier(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        for number, (level, source) in enumerate(
            (("O-47", "withholding_supplier_simple"), ("O-15", "withholding_supplier_self")), 1
        ):
            move = self.service(number, level=level)
            self.assertFalse(self.withheld(move))
            self.assertEqual(self.source(move.invoice_line_ids, "withholdings"), source)

    def test_a_contact_that_says_otherwise_is_asked_about(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        first = self.service(1, level="O-15")
        first.partner_id.l10n_co_tax_levels = "O-47"
        supplier = Party("900123401", "ASESORES SAS", tax_level="R-99-PN")
        move = self.send(2, Line("Asesoría", price="200000.00"), supplier=supplier)
        self.assertEqual(self.source(move.invoice_line_ids, "withholdings"), "withholding_conflict")
        self.assertTrue(move.invoice_line_ids.l10n_co_unsure)

    def test_a_natural_person_is_asked_about_until_somebody_chose(self):
        self.rule(**self.rule_of_account)
        natural = self.concepts["services_natural"]
        self.look_through(natural)
        six = natural.row_ids.tax_id
        person = Party("900123499", "ANA RUIZ", organization_type="2")
        line = Line("Asesoría", price="200000.00")
        move = self.send(1, line, supplier=person)
        self.assertFalse(self.withheld(move))
        self.assertTrue(move.invoice_line_ids.l10n_co_unsure)
        move.invoice_line_ids.tax_ids = [Command.link(six.id)]
        move.action_post()
        again = self.send(2, line, supplier=person)
        self.assertEqual(self.withheld(again), six)

    def test_what_a_person_chose_otherwise_is_asked_about(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        supplier = Party("900123498", "ASESORES SAS")
        line = Line("Asesoría", price="200000.00")
        move = self.send(1, line, supplier=supplier)
        move.invoice_line_ids.tax_ids = [Command.unlink(self.four.id)]
        move.action_post()
        again = self.send(2, line, supplier=supplier)
        self.assertFalse(self.withheld(again))
        self.assertEqual(self.source(again.invoice_line_ids, "withholdings"), "withholding_doubted")

    def test_a_rule_stands_above_the_table(self):
        fees = self.chart_tax("l10n_co_tax_40")
        self.rule(**self.rule_of_account, tax_ids=[Command.link(fees.id)])
        self.look_through()
        self.assertEqual(self.withheld(self.service(1)), fees)

    def test_reteiva_is_an_agent_s(self):
        self.rule(**self.rule_of_account)
        self.look_through(self.concepts["iva_19_services"])
        move = self.service(1)
        self.assertFalse(self.withheld(move))
        self.company.partner_id.l10n_co_tax_levels = "O-13"
        move = self.service(2, Line("Asesoría", price="200000.00"), Line("Asesoría x", taxes=IVA_5))
        nineteen, five = move.invoice_line_ids
        self.assertIn(self.chart_tax("l10n_co_tax_12"), nineteen.tax_ids)
        self.assertNotIn(self.chart_tax("l10n_co_tax_12"), five.tax_ids)

    def test_reteica_is_of_the_activity_that_the_document_names(self):
        self.rule(**self.rule_of_account)
        tax = self.chart_tax("l10n_co_tax_44")
        for activity in ("6920", "7020"):
            row = {"since": "2020-01-01", "rate": -tax.amount, "tax_id": tax.id, "norm": "Acuerdo"}
            self.env["l10n_co.withholding.concept"].create(
                {
                    "name": f"ICA Bogotá {activity}",
                    "company_id": self.company.id,
                    "kind": "ica",
                    "municipality": "11001",
                    "activity": activity,
                    "account_ids": [Command.set(self.expense.ids)],
                    "row_ids": [Command.create(row)],
                    "is_confirmed": True,
                }
            )
        line = Line("Asesoría", price="200000.00")
        named = Party("900123456", "ASESORES SAS", activity="6920")
        move = self.send(1, line, supplier=named)
        self.assertEqual(self.withheld(move), tax)
        self.assertIn("ICA Bogotá 6920", move.invoice_line_ids.l10n_co_why)
        other = self.send(2, line, supplier=Party("900123457", "OTROS SAS", activity="4711"))
        self.assertFalse(self.withheld(other))
        self.assertFalse(self.source(other.invoice_line_ids, "withholdings"))
        unsaid = self.send(3, line, supplier=Party("900123458", "MÁS SAS"))
        self.assertEqual(
            self.source(unsaid.invoice_line_ids, "withholdings"), "withholding_several"
        )

    def test_what_the_supplier_states_is_compared(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        line = Line("Asesoría", price="200000.00")
        same = self.service(1, line, withholdings=(Tax("06", "4.00"),))
        self.assertNotIn("bill_withholdings_differ", self.notice_codes(same))
        other = self.service(2, line, withholdings=(Tax("06", "11.00"),))
        self.assertIn("bill_withholdings_differ", self.notice_codes(other))
        self.assertIn("22", other.l10n_co_remark)

    def test_two_concepts_for_one_account_are_asked_about(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        self.look_through(self.concepts["fees"])
        move = self.service(1)
        self.assertFalse(self.withheld(move))
        self.assertEqual(self.source(move.invoice_line_ids, "withholdings"), "withholding_several")

    def test_a_typed_bill_is_left_alone(self):
        self.rule(**self.rule_of_account)
        self.look_through()
        move = self.service(1)
        move.button_cancel()
        typed = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": move.partner_id.id,
                "ref": "FE2",
                "invoice_date": "2026-01-02",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Asesoría", "price_unit": 200000, "account_id": self.expense.id}
                    )
                ],
            }
        )
        supplier = Party("900123401", "ASESORES SAS")
        same = self.send(2, Line("Asesoría", price="200000.00"), supplier=supplier)
        self.assertEqual(same, typed)
        self.assertFalse(self.withheld(typed))

    # ---- the table -------------------------------------------------------------------------------

    def test_what_is_known_is_added_once_and_is_to_be_looked_through(self):
        Concept = self.env["l10n_co.withholding.concept"].with_company(self.company)
        before = Concept.search_count([])
        Concept.action_add_known()
        self.assertEqual(Concept.search_count([]), before)
        self.assertFalse(any(concept.is_confirmed for concept in self.concepts.values()))
        self.assertTrue(self.services.is_in_doubt)
        self.assertNotIn("ica", {concept.kind for concept in self.concepts.values()})

    def test_rate_and_tax_say_the_same(self):
        with self.assertRaises(ValidationError):
            self.services.row_ids[0].rate = 6
        self.services.row_ids.tax_id = False
        with self.assertRaises(ValidationError):
            self.services.is_confirmed = True

    def test_only_an_accountant_changes_it(self):
        concept = self.services.with_user(self.bookkeeper)
        with self.assertRaises(AccessError):
            concept.is_confirmed = True
        with self.assertRaises(AccessError):
            concept.row_ids.least_uvt = 0
        with self.assertRaises(AccessError):
            self.env["l10n_co.uvt"].with_user(self.manager).create({"year": 2030, "amount": 1})
