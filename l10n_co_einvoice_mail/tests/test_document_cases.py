"""Cases from real life, from the mail to the draft bill."""

import datetime

from cryptography import x509
from odoo.tests import tagged

from .ledger_common import LedgerCase
from .tools import builder, certificates, shared_samples
from .tools.builder import AllowanceCharge, Document, Line, Package, Tax

FILES = {
    "payroll": (
        b'<NominaIndividual xmlns="dian:gov:co:facturaelectronica:NominaIndividual"/>',
        "document_payroll",
    ),
    "winmail.dat": (b"\x78\x9f\x3e\x22" + bytes(50), "file_winmail"),
    "gzip": (b"\x1f\x8b\x08" + bytes(50), "file_gzip"),
}
#: Cases whose bill is right when it comes to this.
TOTALS = {
    "s1_namespace_redeclared_in_signature": 119000.00,
    "s2_signer_nit_in_authority_oid": 119000.00,
    "d1_terms_30_days_no_due_date": 119000.00,
    "a3_odoo247938_price_zero_with_charge_and_allowance": 7.14,
    "a5_dolibarr772_negative_line_amount": 5000.00,
    "a8_odoo279350_taxed_document_charge": 1249500.00,
    "a9_global_discount_lowers_tax": 1071000.00,
    "c1_document_base64_in_description": 119000.00,
    "c2_document_escaped_inside_cdata": 119000.00,
    "m2_smime_p7m_opaque_signed": 119000.00,
    "m3_smime_p7s_multipart_signed": 119000.00,
    "n1_invoice": 119000.00,
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentCases(LedgerCase):
    def bill(self, **facts):
        return self.received(**facts).move_id

    def codes(self, document):
        return [warning["code"] for warning in document.warning_data or []]

    def notices(self, move):
        return [notice["code"] for notice in move.l10n_co_notices or []]

    def test_terms_of_payment(self):
        for number, terms, form, expected, is_told in (
            ("FE31", ("30", "DAY"), "2", datetime.date(2026, 4, 1), False),
            ("FE32", None, "1", datetime.date(2026, 3, 2), False),
            ("FE33", None, "2", datetime.date(2026, 3, 2), True),
        ):
            with self.subTest(terms=terms, form=form):
                document = self.received(number=number, due_date="", terms=terms, payment_form=form)
                self.assertEqual(document.move_id.invoice_date_due, expected)
                self.assertEqual("bill_due_unstated" in self.notices(document.move_id), is_told)
                self.assertEqual(document.due_date, False if is_told else expected)

    def test_where_nothing_is_stated_the_supplier_s_terms_count(self):
        supplier = self.bill(number="FE40").partner_id
        term = self.env.ref("account.account_payment_term_30days")
        supplier.with_company(self.company).property_supplier_payment_term_id = term
        move = self.bill(number="FE41", due_date="")
        self.assertEqual(move.invoice_payment_term_id, term)
        self.assertEqual(move.invoice_date_due, datetime.date(2026, 4, 1))

    def test_taxed_charges_and_discounts(self):
        for number, is_charge, base in (("FE51", True, 150000), ("FE52", False, 50000)):
            with self.subTest(number):
                item = AllowanceCharge("50000", is_charge=is_charge, taxes=(Tax(),))
                move = self.bill(number=number, allowances=(item,))
                [tax] = move.line_ids.filtered("tax_line_id")
                self.assertEqual((tax.tax_base_amount, tax.balance), (base, base * 0.19))
                self.assertEqual(move.amount_total, base * 1.19)

    def test_a_price_of_nothing_with_a_discount(self):
        gift = Line(price="0.00", allowances=(AllowanceCharge("300.00"),), taxes=())
        move = self.bill(number="FE61", lines=(gift, Line(price="5300.00", taxes=())))
        self.assertEqual(move.amount_total, 5000)
        self.assertEqual(move.invoice_line_ids.mapped("price_subtotal"), [-300, 5300])

    def test_withholdings_of_lines_are_told(self):
        line = Line(withholdings=(Tax("06", "11.00"),))
        self.assertIn("bill_withholdings", self.notices(self.bill(number="FE71", lines=(line,))))

    def test_a_note_whose_invoice_never_came(self):
        note = builder.credit_note(number="NC1")
        self.assertIn("reference_unknown", self.codes(self.received(Package(note))))
        self.received(number="FE1001")
        self.assertEqual(self.codes(self.received(Package(builder.credit_note(number="NC2")))), [])

    def test_a_note_whose_invoice_another_company_has(self):
        invoice = Document()
        self.env["l10n_co.received.document"].sudo().create(
            {"company_id": self.other_company.id, "cufe": invoice.cufe, "state": "accepted"}
        )
        self.assertIn(
            "reference_unknown", self.codes(self.received(Package(builder.credit_note())))
        )

    def test_files_that_hold_no_invoice(self):
        for name, (content, code) in FILES.items():
            with self.subTest(name):
                mail = self.arrive(Package(attachments={name: content}))
                self.assertRecordValues(mail, [{"state": "failed", "reason_code": code}])

    def test_a_signature_of_a_kind_not_known(self):
        facts = Document(number="FE81")
        style = builder.Style(digest="sha1")
        document = self.received(
            Package(facts, document=builder.signed_document(facts, style=style))
        )
        self.assertRecordValues(
            document,
            [
                {
                    "state": "review",
                    "reason_code": "document_unchecked",
                    "signature_state": "unchecked",
                    "dian_status": "validated",
                }
            ],
        )


@shared_samples.needs(shared_samples.CASES)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSharedCases(LedgerCase):
    """The mails that lie beside this repository."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.vat = "990100001-9"
        for name in ("anchor0", "anchor1", "dian"):
            pem = (shared_samples.CASES / "trust" / f"{name}.pem").read_bytes()
            certificate = x509.load_pem_x509_certificate(pem)
            usage = "dian_signer" if name == "dian" else "anchor"
            cls.env["l10n_co.trusted.certificate"].create(
                {"pem": certificates.pem(certificate), "usage": usage, "state": "confirmed"}
            )

    def test_bills(self):
        for name, total in TOTALS.items():
            with self.subTest(name):
                mail = self.arrive(None, raw=(shared_samples.CASES / f"{name}.eml").read_bytes())
                self.assertRecordValues(mail.document_ids, [{"state": "accepted"}])
                move = mail.document_ids.move_id
                self.assertEqual(move.amount_total, total)
                self.assertFalse(
                    [n for n in move.l10n_co_notices or [] if n["code"].startswith("bill_differs")]
                )
