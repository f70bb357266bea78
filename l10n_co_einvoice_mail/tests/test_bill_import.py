"""The bill of a document says what the document says."""

from dataclasses import replace
from decimal import Decimal
from random import Random
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form

from ..models.bills.values import BillValues
from .bill_common import BillCase
from .tools import builder, shared_samples
from .tools.builder import AllowanceCharge, Line, Tax
from .tools.examples import EXAMPLES
from .tools.facts import money

D = Decimal
DISCOUNT = AllowanceCharge("5000.00")
CHARGE = AllowanceCharge("1500.00", "Flete", is_charge=True)
INC = Tax("04", "8.00")
EXEMPT = Tax("01", "0.00")
BAGS = Tax("22", None, "66.00")
RATES = (Tax(), Tax("01", "5.00"), EXEMPT, INC, Tax("04", "4.00"), BAGS)

#: Name -> facts of a built document whose bill must say the same to the cent.
DOCUMENTS = {
    "plain": {},
    "several rates": {"lines": (Line(), Line(taxes=(Tax("01", "5.00"),)), Line(taxes=(EXEMPT,)))},
    "without taxes": {"lines": (Line(taxes=()),)},
    "consumption tax": {"lines": (Line(price="45600.00", taxes=(INC,)),)},
    "two taxes on one line": {"lines": (Line(taxes=(Tax(), INC)),)},
    "quantity": {"lines": (Line(price="1234.56", quantity="7.00"),)},
    "price of the whole quantity": {
        "lines": (Line(price="50000.00", quantity="2.00", base_quantity="2.00"),)
    },
    "small quantity": {"lines": (Line(price="812.45", quantity="0.333333"),)},
    "tiny quantity": {"lines": (Line(price="90000000.00", quantity="0.001"),)},
    "price with many decimals": {"lines": (Line(price="33.333333", quantity="3"),)},
    "line discount": {"lines": (Line(allowances=(DISCOUNT,)),)},
    "uneven line discount": {
        "lines": (Line(price="18900.00", allowances=(AllowanceCharge("6299.94"),)),)
    },
    "whole discount": {"lines": (Line(price="5000.00", allowances=(DISCOUNT,)), Line())},
    "line charge": {"lines": (Line(allowances=(CHARGE,)),)},
    "line discount and charge": {"lines": (Line(quantity="3", allowances=(DISCOUNT, CHARGE)),)},
    "document discount": {"allowances": (DISCOUNT,)},
    "document charge": {"allowances": (CHARGE,)},
    "document discount and charge": {"allowances": (DISCOUNT, CHARGE)},
    "prepaid": {"prepaid": "20000.00"},
    "rounding": {
        "lines": (Line(price="99999.63"),),
        "totals": {"PayableRoundingAmount": "0.44", "PayableAmount": "119000.00"},
    },
    "rounded without saying so": {
        "lines": (Line(price="99999.63"),),
        "totals": {"PayableAmount": "119000.00"},
    },
    "bags": {"lines": (Line(), Line("Bolsa", "0.00", "2", taxes=(BAGS,)))},
    "many lines": {
        "lines": tuple(Line(f"Item {n}", f"{n * 3.33:.2f}", str(n)) for n in range(1, 31))
    },
    "mandate": {"operation": "11", "lines": (Line(mandator_nit="900108281"),)},
    "AIU": {
        "operation": "09",
        "lines": (Line("Administración", taxes=()), Line("Utilidad", note="Contrato de AIU")),
    },
    "utilities": {"type_code": "60"},
    "contingency": {"type_code": "04"},
    "export": {"type_code": "02"},
    "credit note": {"maker": builder.credit_note},
    "debit note": {"maker": builder.debit_note},
    "dollars": {"currency": "USD", "exchange_rate": "4012.33"},
    "cents of dollars": {
        "currency": "USD",
        "exchange_rate": "4012.33",
        "lines": (Line(price="19.99", quantity="7"),),
    },
}


def random_document(random, number):
    """A document of any shape that adds up; the generator's own arithmetic says what it comes
    to."""
    return builder.Document(
        number=f"R{number}",
        currency=random.choice(("COP", "COP", "COP", "USD")),
        exchange_rate="3987.65",
        lines=tuple(random_line(random) for _ in range(random.randint(1, 12))),
        allowances=tuple(
            AllowanceCharge(f"{random.uniform(0.01, 50):.2f}", is_charge=random.random() < 0.5)
            for _ in range(random.choice((0, 0, 1, 3)))
        ),
        prepaid=random.choice((None, None, f"{random.uniform(1, 99):.2f}")),
    )


def random_line(random):
    quantity = random.choice(
        ("1", "3", f"{random.uniform(0.01, 500):.2f}", f"{random.uniform(0.01, 9):.6f}")
    )
    price = f"{random.uniform(60, 100000):.{random.choice((0, 2, 4, 6))}f}"
    gross = D(price) * D(quantity)
    allowances = tuple(
        AllowanceCharge(money(gross * random.randint(1, 30) / 100), is_charge=random.random() < 0.3)
        for _ in range(random.choice((0, 0, 1, 2)))
    )
    rates = random.sample(RATES, random.choice((0, 1, 1, 1, 2)))
    taxes = tuple({tax.scheme: tax for tax in rates}.values())
    base_quantity = random.choice(("1", quantity))
    return Line(
        f"Item {gross:.0f}", price, quantity, "94", base_quantity, taxes, allowances=allowances
    )


class TestBillAmounts(BillCase):
    def book(self, edocuments):
        """Bills of many documents in one go, in their order."""
        pairs = [(self.receive(edocument), edocument) for edocument in edocuments]
        bills = self.importer._create_bills(pairs)
        return [(bills[record], edocument.document) for record, edocument in pairs]

    def test_built_documents(self):
        edocuments = [
            self.edocument(number=f"FE{number}", **facts)
            for number, facts in enumerate(DOCUMENTS.values(), 1001)
        ]
        for name, (move, document) in zip(DOCUMENTS, self.book(edocuments), strict=True):
            with self.subTest(name):
                self.assert_says(move, document)

    def test_own_examples(self):
        edocuments = [
            self.edocument_of(replace(facts, customer=builder.BUYER)) for facts in EXAMPLES.values()
        ]
        for name, (move, document) in zip(EXAMPLES, self.book(edocuments), strict=True):
            with self.subTest(name):
                self.assert_says(move, document)

    @shared_samples.needs(shared_samples.DIAN_EXAMPLES)
    def test_dian_examples(self):
        folder = shared_samples.DIAN_EXAMPLES
        edocuments = {
            edocument.document.cufe: edocument
            for path in sorted(folder.glob("*.xml"))
            if (edocument := self.read_file(path.read_bytes(), path.name))
        }
        self.assertEqual(len(edocuments), 10)
        for move, document in self.book(edocuments.values()):
            with self.subTest(document.number):
                self.assert_says(move, document)

    def test_random_documents(self):
        random = Random(19)
        edocuments = [self.edocument_of(random_document(random, n)) for n in range(200)]
        for move, document in self.book(edocuments):
            with self.subTest(document.number):
                self.assert_says(move, document)

    def test_every_field_of_a_line(self):
        [line] = self.bill(
            lines=(
                Line(
                    "Cemento gris 50 kg",
                    "32000.00",
                    "4",
                    "KGM",
                    allowances=(AllowanceCharge("8000.00"),),
                ),
            )
        ).invoice_line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "name": "Cemento gris 50 kg",
                    "quantity": 4,
                    "price_unit": 32000,
                    "discount": 6.25,
                    "price_subtotal": 120000,
                    "product_uom_id": self.env.ref("uom.product_uom_kgm").id,
                    "tax_ids": self.chart_tax("l10n_co_tax_1").ids,
                    "account_id": self.journal.default_account_id.id,
                    "is_imported": True,
                }
            ],
        )

    def test_a_discount_keeps_its_decimals(self):
        [line] = self.bill(
            lines=(Line(price="18900.00", allowances=(AllowanceCharge("6299.94"),)),)
        ).invoice_line_ids
        line.invalidate_recordset()
        self.assertAlmostEqual(line.discount, 33.333015873, 8)
        self.assertEqual(line.price_unit, 18900)

    def test_what_a_line_has_no_field_for_is_in_its_name(self):
        [line] = self.bill(
            lines=(
                Line(
                    "Lámina",
                    "1000.00",
                    "0.333333",
                    brand="Acesco",
                    note="Corte",
                    mandator_nit="900108281",
                ),
            )
        ).invoice_line_ids
        self.assertEqual(
            line.name, "Lámina\nAcesco\nQuantity: 0.333333\nOn behalf of NIT 900108281\nCorte"
        )

    def test_a_gift_bears_its_tax(self):
        move = self.bill(self.gift())
        self.assertEqual(move.amount_untaxed, 100000)
        self.assertEqual(move.amount_tax, 38000)
        gift = move.invoice_line_ids[1]
        self.assertEqual((gift.price_subtotal, gift.price_total), (0, 19000))
        [tax_line] = move.line_ids.filtered("tax_line_id")
        self.assertEqual((tax_line.balance, tax_line.tax_base_amount), (38000, 200000))

    def test_amounts_given_by_the_document_outlast_other_changes(self):
        move = self.bill(self.gift())
        with Form(move) as form:
            with form.invoice_line_ids.edit(1) as line:
                line.account_id = self.company_data["default_account_expense"].copy()
            with form.invoice_line_ids.edit(0) as line:
                line.name = "Otro nombre"
        self.assertEqual(move.amount_tax, 38000)
        move.action_post()
        self.assertEqual((move.amount_tax, move.amount_total), (38000, 138000))

    def test_a_changed_price_is_computed_anew(self):
        move = self.bill(self.gift())
        with Form(move) as form, form.invoice_line_ids.edit(1) as line:
            line.price_unit = 10
        self.assertAlmostEqual(move.amount_tax, 19001.9)

    def gift(self):
        facts = builder.Document(
            lines=(Line(), Line("Muestra", is_free=True, taxes=(Tax(),))),
        )
        xml = builder.ubl.document(facts)
        line = xml[xml.rindex("<cac:InvoiceLine>") :]
        taxed = line.replace(
            '<cbc:TaxableAmount currencyID="COP">0.00<',
            '<cbc:TaxableAmount currencyID="COP">100000.00<',
        ).replace(
            '<cbc:TaxAmount currencyID="COP">0.00<', '<cbc:TaxAmount currencyID="COP">19000.00<'
        )
        self.assertNotEqual(line, taxed)
        xml = xml.replace(line, taxed)
        for amount, more in (("19000.00", "38000.00"), ("119000.00", "138000.00")):
            head, tail = xml.split("<cac:InvoiceLine>", 1)
            xml = head.replace(f">{amount}<", f">{more}<") + "<cac:InvoiceLine>" + tail
        return self.read_file(builder.unsigned(xml), "fv.xml")

    def test_dates(self):
        move = self.bill(issue_date="2026-03-02", due_date="2026-04-01")
        self.assertEqual(str(move.invoice_date), "2026-03-02")
        self.assertEqual(str(move.invoice_date_due), "2026-04-01")

    def test_the_due_date_of_the_document_stands_against_payment_terms(self):
        partner = self.bill(number="FE1").partner_id
        partner.with_company(self.company).property_supplier_payment_term_id = self.pay_terms_b
        move = self.bill(number="FE2", due_date="2026-05-30")
        self.assertEqual(str(move.invoice_date_due), "2026-05-30")

    def test_head(self):
        edocument = self.edocument(order_reference="OC-77", notes=("Uno <b>", "Dos"))
        record = self.receive(edocument)
        move = self.bill_of(record, edocument)
        document = edocument.document
        self.assertRecordValues(
            move,
            [
                {
                    "move_type": "in_invoice",
                    "state": "draft",
                    "journal_id": self.journal.id,
                    "ref": "FE1001",
                    "invoice_origin": "OC-77",
                    "l10n_co_cufe": document.cufe,
                    "l10n_co_received_document_id": record.id,
                    "l10n_co_xml_total": 119000,
                    "currency_id": self.env.ref("base.COP").id,
                }
            ],
        )
        self.assertIn("Uno &lt;b&gt;<br", move.narration)
        self.assertEqual(record.move_id, move)
        self.assertEqual(record.partner_id, move.partner_id)
        self.assertFalse(move.l10n_co_needs_review)


class TestBillCurrency(BillCase):
    def test_rate_of_the_document(self):
        move = self.bill(currency="USD", exchange_rate="4000.00")
        self.assertEqual(move.currency_id.name, "USD")
        self.assertAlmostEqual(move.invoice_currency_rate, 1 / 4000, 10)
        self.assertEqual(move.amount_total, 119000)
        self.assertAlmostEqual(abs(move.amount_total_signed), 119000 * 4000, 2)

    def test_an_inactive_currency_stays_and_can_be_activated(self):
        euro = self.env.ref("base.EUR")
        euro.active = False
        move = self.bill(currency="EUR", exchange_rate="4500.00")
        self.assertEqual(move.currency_id, euro)
        self.assertTrue(move.display_inactive_currency_warning)
        move.action_activate_currency()
        self.assertTrue(euro.active)
        self.assertAlmostEqual(move.invoice_currency_rate, 1 / 4500, 10)

    def test_no_rate(self):
        move = self.bill(currency="USD")
        self.assertEqual(self.notice_codes(move), {"bill_no_exchange_rate"})
        self.assertFalse(move.l10n_co_needs_review)

    def test_a_currency_that_does_not_exist(self):
        move = self.bill(currency="XXQ", exchange_rate="2.00")
        self.assertIn("bill_currency_unknown", self.notice_codes(move))
        self.assertEqual(move.currency_id, self.company.currency_id)


class TestBillFailure(BillCase):
    def test_one_refused_document_costs_no_other_its_bill(self):
        edocuments = [self.edocument(number=f"FE{n}") for n in range(3)]
        pairs = [(self.receive(edocument), edocument) for edocument in edocuments]
        of_lines = BillValues.of_lines

        refusal = "no"

        def refuse(values, journal):
            if values.draft.document.number == "FE1":
                raise UserError(refusal)
            return of_lines(values, journal)

        with patch.object(BillValues, "of_lines", refuse):
            bills = self.importer._create_bills(pairs)
        self.assertEqual(len(bills), 3)
        good, bare, last = bills.values()
        self.assert_says(good, edocuments[0].document)
        self.assert_says(last, edocuments[2].document)
        self.assertFalse(bare.invoice_line_ids)
        self.assertTrue(bare.attachment_ids)
        self.assertIn("bill_lines_failed", self.notice_codes(bare))
        self.assertIn("no", bare.l10n_co_warning)

    def test_without_a_journal_the_document_keeps_the_reason(self):
        self.env["account.journal"].search([("type", "=", "purchase")]).active = False
        edocument = self.edocument()
        record = self.receive(edocument)
        self.assertEqual(self.importer._create_bills([(record, edocument)]), {})
        self.assertEqual(record.reason_code, "bill_no_journal")

    def test_files_that_are_gone(self):
        record = self.receive(self.edocument())
        self.assertEqual(self.importer._create_bills([(record, None)]), {})
        self.assertEqual(record.reason_code, "bill_files_missing")

    def test_a_document_without_lines_says_so(self):
        move = self.bill(lines=())
        self.assertIn("bill_no_lines", self.notice_codes(move))
        self.assertTrue(move.l10n_co_needs_review)
