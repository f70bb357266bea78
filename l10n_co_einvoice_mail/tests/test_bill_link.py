"""What a bill belongs to: the same bill, the invoice of a note, the last bills, products, purchase
orders."""

from odoo.fields import Command
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .bill_common import BillCase
from .tools import builder
from .tools.builder import Line, Reference, Tax


class TestDuplicates(BillCase):
    def typed(self, ref, **values):
        """A bill as a person types it."""
        supplier = self.env["res.partner"].create(
            {"name": "Proveedor", "vat": f"{builder.SUPPLIER.nit}-{builder.SUPPLIER.check_digit}"}
        )
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": supplier.id,
                "ref": ref,
                "journal_id": self.journal.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "todo",
                            "price_unit": 100000,
                            "tax_ids": self.chart_tax("l10n_co_tax_1").ids,
                        }
                    )
                ],
                **values,
            }
        )

    def test_the_same_cufe_makes_no_second_bill(self):
        edocument = self.edocument()
        first = self.bill(edocument)
        record = first.l10n_co_received_document_id.sudo()
        self.assertEqual(self.bill_of(record, edocument), first)
        self.assertEqual(len(first.attachment_ids), 1)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_bill(self):
        move = self.bill()
        other = self.typed("X")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            other.sudo().l10n_co_cufe = move.l10n_co_cufe
            other.flush_recordset()

    def test_a_bill_typed_by_hand_is_found_and_completed(self):
        for ref in ("FE1001", "FE-1001", "fe 1001"):
            with self.subTest(ref), self.env.cr.savepoint() as savepoint:
                typed = self.typed(ref, invoice_date="2026-03-05")
                edocument = self.edocument()
                self.assertEqual(self.bill(edocument), typed)
                self.assertEqual(typed.l10n_co_cufe, edocument.document.cufe)
                self.assertEqual(typed.attachment_ids.mapped("name"), ["FE1001.xml"])
                self.assertEqual(typed.invoice_line_ids.mapped("name"), ["todo"])
                self.assertEqual(str(typed.invoice_date), "2026-03-05")
                self.assertFalse(typed.l10n_co_needs_review)
                savepoint.rollback()

    def test_a_bill_typed_without_the_prefix(self):
        typed = self.typed("1001", invoice_date="2026-03-20")
        self.assertEqual(self.bill(), typed)

    def test_a_number_without_prefix_alone_proves_nothing(self):
        typed = self.typed("1001", invoice_date="2026-03-20")
        self.assertNotEqual(self.bill(lines=(Line(price="5.00"),)), typed)

    def test_a_confirmed_bill_is_completed_too(self):
        typed = self.typed("FE1001", invoice_date="2026-03-02")
        typed.action_post()
        self.assertEqual(self.bill(), typed)
        self.assertEqual(typed.state, "posted")
        self.assertTrue(typed.attachment_ids)

    def test_a_typed_bill_that_says_something_else_shows_it(self):
        typed = self.typed("FE1001")
        self.bill(lines=(Line(price="200000.00"),))
        self.assertEqual(self.notice_codes(typed), {"bill_differs_payable", "bill_differs_tax"})

    def test_an_empty_draft_is_filled(self):
        typed = self.typed("FE1001", invoice_line_ids=[])
        edocument = self.edocument()
        self.assertEqual(self.bill(edocument), typed)
        self.assert_says(typed, edocument.document)

    def test_a_cancelled_bill_does_not_count(self):
        typed = self.typed("FE1001")
        typed.button_cancel()
        self.assertNotEqual(self.bill(), typed)

    def test_a_bill_of_another_company_does_not_count(self):
        other = self.setup_other_company(name="Otra")
        edocument = self.edocument()
        theirs = self.typed(
            edocument.document.number,
            company_id=other["company"].id,
            journal_id=other["default_journal_purchase"].id,
            invoice_line_ids=[],
        )
        self.assertNotEqual(self.bill(edocument), theirs)
        self.assertFalse(theirs.l10n_co_cufe)
        second = self.edocument(number="FE1002")
        theirs.sudo().l10n_co_cufe = second.document.cufe
        self.assertNotEqual(self.bill(second), theirs)

    def test_two_documents_are_two_bills(self):
        typed = self.typed("FE1001")
        first, second = self.edocument(), self.edocument(issue_time="11:00:00-05:00")
        bills = self.importer._create_bills([(self.receive(e), e) for e in (first, second)])
        self.assertEqual(len(set(bills.values())), 2)
        self.assertIn(typed, bills.values())


class TestNotes(BillCase):
    def test_a_credit_note_after_its_invoice(self):
        invoice = self.bill()
        note = self.bill(maker=builder.credit_note)
        self.assertEqual(note.move_type, "in_refund")
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertFalse(note.l10n_co_remark)

    def test_a_note_of_another_supplier_corrects_nothing(self):
        other = builder.Party("800197268", "Otro Proveedor SAS")
        self.bill()
        note = self.bill(maker=builder.credit_note, supplier=other)
        self.assertFalse(note.reversed_entry_id)
        self.assertEqual(self.notice_codes(note), {"bill_note_reference_unknown"})

    def test_a_credit_note_before_its_invoice(self):
        note = self.bill(maker=builder.credit_note)
        self.assertEqual(self.notice_codes(note), {"bill_note_reference_unknown"})
        self.assertFalse(note.l10n_co_needs_review)
        invoice = self.bill()
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertFalse(note.l10n_co_remark)

    def test_a_credit_note_with_its_invoice(self):
        edocuments = [self.edocument(maker=builder.credit_note), self.edocument()]
        bills = self.importer._create_bills([(self.receive(e), e) for e in edocuments])
        note, invoice = bills.values()
        self.assertEqual(note.reversed_entry_id, invoice)

    def test_a_debit_note(self):
        invoice = self.bill()
        note = self.bill(maker=builder.debit_note)
        self.assertEqual(note.move_type, "in_invoice")
        self.assertEqual(note.debit_origin_id, invoice)
        self.assertEqual(note.amount_total, 119000)

    def test_a_note_that_names_a_number_only(self):
        invoice = self.bill()
        note = self.bill(maker=builder.credit_note, references=(Reference("FE1001"),))
        self.assertEqual(note.reversed_entry_id, invoice)

    def test_a_note_whose_cufe_is_not_that_of_the_number(self):
        self.bill()
        note = self.bill(maker=builder.credit_note, references=(Reference("FE1001", "ab" * 48),))
        self.assertFalse(note.reversed_entry_id)

    def test_a_note_without_reference(self):
        note = self.bill(maker=builder.credit_note, references=(), operation="22")
        self.assertEqual(self.notice_codes(note), {"bill_note_without_reference"})


class TestMemory(BillCase):
    def confirmed(self, **facts):
        """A confirmed bill on which a person decided everything."""
        move = self.bill(**facts)
        plan = self.env["account.analytic.plan"].create({"name": "Obras"})
        self.analytic = self.env["account.analytic.account"].create(
            {"name": "Obra 1", "plan_id": plan.id}
        )
        self.account = self.company_data["default_account_expense"].copy()
        self.retention = self.chart_tax("l10n_co_tax_19")
        move.invoice_line_ids.write(
            {
                "account_id": self.account.id,
                "analytic_distribution": {self.analytic.id: 100},
                "tax_ids": [Command.link(self.retention.id)],
            }
        )
        move.action_post()
        return move

    def test_account_taxes_and_analytic_of_the_last_bill(self):
        self.confirmed(number="FE1")
        move = self.bill(number="FE2")
        line = move.invoice_line_ids
        self.assertEqual(line.account_id, self.account)
        self.assertEqual(line.analytic_distribution, {str(self.analytic.id): 100})
        self.assertEqual(line.tax_ids, self.chart_tax("l10n_co_tax_1") + self.retention)
        self.assertFalse(move.l10n_co_needs_review)

    def test_what_was_decided_for_this_item_comes_first(self):
        self.confirmed(number="FE1", lines=(Line("Papel", seller_code="P1"),))
        paper = self.account
        later = self.confirmed(
            number="FE2", issue_date="2026-03-03", lines=(Line("Tinta", seller_code="T1"),)
        )
        self.assertNotEqual(later.invoice_line_ids.account_id, paper)
        move = self.bill(number="FE3", lines=(Line("Otra cosa", seller_code="P1"), Line("Nuevo")))
        self.assertEqual(move.invoice_line_ids.mapped("account_id"), paper | self.account)

    def test_the_rate_is_always_the_documents(self):
        self.confirmed(number="FE1")
        move = self.bill(number="FE2", lines=(Line(taxes=(Tax("01", "5.00"),)),))
        self.assertEqual(
            move.invoice_line_ids.tax_ids, self.chart_tax("l10n_co_tax_0") + self.retention
        )

    def test_a_variant_of_the_tax_is_remembered(self):
        variant = self.chart_tax("l10n_co_tax_1").copy({"name": "IVA 19 servicios"})
        move = self.bill(number="FE1")
        move.invoice_line_ids.tax_ids = variant
        move.action_post()
        self.assertEqual(self.bill(number="FE2").invoice_line_ids.tax_ids, variant)

    def test_the_journal_of_the_last_bill(self):
        account = self.journal.default_account_id
        # After the other one, whatever the database's language calls them.
        journal = self.journal.copy({"default_account_id": account.id, "sequence": 99})
        first = self.bill(number="FE1")
        first.journal_id = journal
        first.action_post()
        second = self.bill(number="FE2")
        self.assertEqual(second.journal_id, journal)
        second.unlink()
        journal.active = False
        self.assertEqual(self.bill(number="FE3").journal_id, self.journal)

    def test_switched_off(self):
        self.confirmed(number="FE1")
        self.company.l10n_co_bill_memory = False
        line = self.bill(number="FE2").invoice_line_ids
        self.assertEqual(line.account_id, self.journal.default_account_id)
        self.assertFalse(line.analytic_distribution)
        self.assertEqual(line.tax_ids, self.chart_tax("l10n_co_tax_1"))

    def test_the_companys_distribution_models(self):
        supplier = self.bill(number="FE1").partner_id
        plan = self.env["account.analytic.plan"].create({"name": "Obras"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Obra 1", "plan_id": plan.id}
        )
        self.env["account.analytic.distribution.model"].create(
            {"partner_id": supplier.id, "analytic_distribution": {analytic.id: 100}}
        )
        line = self.bill(number="FE2").invoice_line_ids
        self.assertEqual(line.analytic_distribution, {str(analytic.id): 100})

    def test_drafts_are_not_remembered(self):
        move = self.bill(number="FE1")
        move.invoice_line_ids.account_id = self.company_data["default_account_expense"].copy()
        line = self.bill(number="FE2").invoice_line_ids
        self.assertEqual(line.account_id, self.journal.default_account_id)


class TestProducts(BillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {
                "name": "Cemento",
                "default_code": "CEM-50",
                "barcode": "7701234567897",
                "uom_id": cls.env.ref("uom.product_uom_kgm").id,
            }
        )

    def line(self, **values):
        return self.bill(lines=(Line("Otro nombre", **values),)).invoice_line_ids

    def test_by_the_suppliers_code(self):
        supplier = self.bill(number="FE1").partner_id
        self.env["product.supplierinfo"].create(
            {
                "partner_id": supplier.id,
                "product_tmpl_id": self.product.product_tmpl_id.id,
                "product_code": "77",
            }
        )
        line = self.bill(
            number="FE2", lines=(Line("Otro nombre", seller_code="77"),)
        ).invoice_line_ids
        self.assertEqual(line.product_id, self.product)
        self.assertEqual(line.name, "Otro nombre")
        self.assertEqual(line.price_unit, 100000)
        self.assertEqual(line.tax_ids, self.chart_tax("l10n_co_tax_1"))

    def test_by_bar_code(self):
        self.assertEqual(self.line(standard_code=("010", "7701234567897")).product_id, self.product)

    def test_by_our_code(self):
        self.assertEqual(self.line(seller_code="CEM-50").product_id, self.product)

    def test_a_short_code_is_no_proof(self):
        self.product.default_code = "7"
        self.assertFalse(self.line(seller_code="7").product_id)

    def test_two_products_of_one_code_are_none(self):
        self.env["product.product"].create({"name": "Otro", "default_code": "CEM-50"})
        self.assertFalse(self.line(seller_code="CEM-50").product_id)

    def test_unit_of_the_document(self):
        self.assertEqual(
            self.line(unit_code="GLL").product_uom_id, self.env.ref("uom.product_uom_gal")
        )
        self.assertFalse(
            self.bill(number="FE2", lines=(Line(unit_code="ZZZ"),)).invoice_line_ids.product_uom_id
        )

    def test_a_unit_that_does_not_suit_the_product(self):
        line = self.line(seller_code="CEM-50", unit_code="HUR")
        self.assertEqual(line.product_uom_id, self.product.uom_id)
        line = self.bill(
            number="FE2", lines=(Line(seller_code="CEM-50", unit_code="TNE"),)
        ).invoice_line_ids
        self.assertEqual(line.product_uom_id, self.env.ref("uom.product_uom_ton"))

    def test_no_query_a_line(self):
        """Ten times the lines cost the same number of look-ups."""
        self.bill(number="FE0")
        few = self.edocument(
            number="FE1", lines=tuple(Line(f"a{n}", seller_code=f"AAAA{n}") for n in range(3))
        )
        many = self.edocument(
            number="FE2", lines=tuple(Line(f"b{n}", seller_code=f"BBBB{n}") for n in range(30))
        )
        counts = []
        for edocument in (few, many):
            record = self.receive(edocument)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.bill_of(record, edocument)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1] - counts[0], 3, counts)
