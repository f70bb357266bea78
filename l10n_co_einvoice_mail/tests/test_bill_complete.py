"""A bill that is created with all its lines is the bill that Odoo would have completed."""

from random import Random
from unittest.mock import patch

from odoo.exceptions import UserError

from ..models.bills import bill_import
from ..models.bills.batch import TOGETHER, Batch
from .bill_common import BillCase
from .test_bill_import import DOCUMENTS, random_document
from .tools import builder

#: Differ between two bills of one document, and say nothing of it.
OWN = {"id", "move_id", "create_date", "write_date", "sequence_number", "access_token"}


class TestCompleteBill(BillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})

    def test_is_what_odoo_makes_of_it(self):
        random = Random(7)
        edocuments = [
            self.edocument(number=f"FE{number}", **facts)
            for number, facts in enumerate(DOCUMENTS.values(), 1001)
        ]
        edocuments += [self.edocument_of(random_document(random, n)) for n in range(40)]
        self.assert_same(edocuments)

    def test_stays_so_when_it_is_changed(self):
        random = Random(8)
        edocuments = [self.edocument_of(random_document(random, n)) for n in range(10)]
        self.assert_same(edocuments, self.change)

    def change(self, bill):
        bill.invoice_line_ids[0].price_unit += 1000
        bill.invoice_line_ids[-1].quantity *= 2
        bill.invoice_date_due = "2027-01-31"

    def test_with_payment_terms_odoo_completes_it(self):
        edocument = self.edocument(due_date=None, payment_form="2")
        partner = self.bill(edocument).partner_id
        partner.with_company(self.company).property_supplier_payment_term_id = self.pay_terms_b
        bill = self.bill(number="FE2", due_date=None, payment_form="2")
        self.assertEqual(bill.invoice_payment_term_id, self.pay_terms_b)
        owed = bill.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(len(owed), 2)

    def test_of_a_batch_each_has_its_own_date_and_fiscal_position(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Foreign services", "company_id": self.company.id}
        )
        documents = [
            self.edocument(number="FE1"),
            self.edocument(number="FE2", issue_date="2025-02-03"),
        ]
        self.bill(documents[0]).partner_id.with_company(
            self.company
        ).property_account_position_id = position
        other = builder.Party("900373115", "Otro Proveedor SAS")
        documents += [self.edocument(number="FE3"), self.edocument(number="FE4", supplier=other)]
        pairs = [(self.receive(edocument), edocument) for edocument in documents[1:]]
        bills = list(self.importer._create_bills(pairs).values())
        self.assertEqual(
            [bill.fiscal_position_id for bill in bills],
            [position, position, bills[2].fiscal_position_id],
        )
        self.assertNotEqual(bills[2].fiscal_position_id, position)
        self.assertEqual(len({bill.date for bill in bills[:2]}), 2)

    def test_the_text_of_its_xml_is_not_kept_a_second_time(self):
        files = self.bill(number="FE1").attachment_ids
        self.assertEqual(files.mapped("mimetype"), ["text/plain"])
        self.assertFalse(any(files.mapped("index_content")))

    def test_a_client_brings_no_batch(self):
        Move = self.env["account.move"].with_context(**{TOGETHER: {"_found": {}}})
        line = {"name": "x", "price_unit": 10, "price_subtotal": 1, "amount_residual": 7}
        bill = Move.create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner_a.id,
                "invoice_line_ids": [(0, 0, line)],
            }
        )
        self.assertTrue(bill.date)
        self.assertEqual(bill.invoice_line_ids.mapped("price_subtotal"), [10])
        self.assertEqual(bill.invoice_line_ids.mapped("amount_residual"), [0])

    def test_where_reversals_are_negative_it_is_what_odoo_makes_of_it(self):
        self.company.account_storno = True
        random = Random(9)
        documents = [self.edocument_of(random_document(random, n)) for n in range(10)]
        self.assert_same([*documents, self.edocument(maker=builder.credit_note)])

    def test_no_line_names_what_belongs_to_another_company(self):
        own = self.company_data["default_account_expense"]
        other = self.env["res.company"].create({"name": "Otra SAS"})
        foreign = own.with_company(other).copy({"company_ids": other.ids, "code": "519595"})
        Move = self.env["account.move"].with_context(**{TOGETHER: Batch(is_complete=True)})
        with self.assertRaisesRegex(UserError, "company inconsistencies"):
            Move.create(
                [
                    {
                        "move_type": "in_invoice",
                        "partner_id": self.partner_a.id,
                        "line_ids": [
                            (0, 0, self.bare_line("product", account, 10)),
                            (0, 0, self.bare_line("product", own, 10)),
                            (0, 0, self.bare_line("payment_term", None, -20)),
                        ],
                    }
                    for account in (own, foreign)
                ]
            )

    def bare_line(self, kind, account, balance):
        values = {"display_type": kind, "balance": balance, "amount_currency": balance}
        return {**values, "account_id": account.id} if account else values

    # ---- helpers ---------------------------------------------------------------------------------

    def assert_same(self, edocuments, change=lambda bill: None):
        pairs = [(self.receive(edocument), edocument) for edocument in edocuments]
        complete = self.shots(pairs, change)
        with (
            patch.object(bill_import, "owed", lambda *_arguments: []),
            patch.object(Batch, "once", lambda _env, _key, find: find()),
        ):
            completed = self.shots(pairs, change)
        for (_record, edocument), one, other in zip(pairs, complete, completed, strict=True):
            with self.subTest(edocument.document.number):
                self.assertEqual(one, other)

    def shots(self, pairs, change):
        """What is stored of each document's bill; the bill is deleted again."""
        bills = self.importer._create_bills(pairs)
        self.assertEqual(len(bills), len(pairs))
        shots = []
        for made in bills.values():
            bill = made.sudo(False)
            change(bill)
            self.env.flush_all()
            self.env.invalidate_all()
            shots.append({"bill": stored(bill), "lines": [stored(line) for line in bill.line_ids]})
            bill.unlink()
        for record, _edocument in pairs:
            record.write({"move_id": False, "booking": "none"})
        return shots


def stored(record):
    """{field: value} of what the database keeps of a record."""
    names = [
        name
        for name, field in record._fields.items()
        if field.store and field.type != "one2many" and name not in OWN
    ]
    [values] = record.read(names, load=None)
    del values["id"]
    return values
