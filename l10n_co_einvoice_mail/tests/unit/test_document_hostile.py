import datetime
import unittest
from decimal import Decimal

from ...dian.document import parse_document
from ...dian.errors import DocumentError
from ...dian.limits import Limits

BOGOTA = datetime.timezone(datetime.timedelta(hours=-5))
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = f'<Invoice xmlns="{UBL}Invoice-2">%s</Invoice>'


def parse_text(content):
    """An invoice of elements that have no namespace of their own: local names are enough."""
    return parse_document((INVOICE % content).encode())


class TestMalformed(unittest.TestCase):
    """What is there but cannot be read is None, and said to be malformed."""

    def assert_values(self, element, read, good, bad):
        for text, expected in good:
            document = parse_text(element % text)
            self.assertEqual((read(document), document.malformed), (expected, ()), text)
        for text in bad:
            document = parse_text(element % text)
            self.assertIsNone(read(document), text)
            self.assertEqual(len(document.malformed), 1, text)

    def test_amounts(self):
        self.assert_values(
            "<LegalMonetaryTotal><PayableAmount>%s</PayableAmount></LegalMonetaryTotal>",
            lambda document: document.totals.payable,
            [
                ("1234.56", Decimal("1234.56")),
                (" 5 ", Decimal(5)),
                ("-0.10", Decimal("-0.10")),
                (".5", Decimal("0.5")),
                ("7.", Decimal(7)),
                ("0.300000000000000004", Decimal("0.300000000000000004")),
                ("12<!-- a comment -->34", Decimal(1234)),
            ],
            [
                "1e999999",
                "1E5",
                "NaN",
                "Infinity",
                "-",
                ".",
                "1.234,56",
                "1,234.56",
                "$ 5",
                "٣",
                "1_000",
                "0x10",
                "9" * 19,
                "0." + "1" * 19,
                "9" * 5000,
            ],
        )

    def test_dates(self):
        first = datetime.date(2026, 3, 1)
        self.assert_values(
            "<IssueDate>%s</IssueDate>",
            lambda document: document.issue_date,
            [
                ("2026-03-01", first),
                ("2026-03-01Z", first),
                ("2026-03-01-05:00", first),
                ("2026-03-01T23:59:59-05:00", first),
                ("0001-01-01", datetime.date.min),
                ("9999-12-31", datetime.date.max),
            ],
            [
                "2026-02-29",
                "2026-13-01",
                "0000-00-00",
                "10000-01-01",
                "2026-W10-1",
                "20260301",
                "01/03/2026",
                "hoy",
                "2026-3-1",
                "2026-03-01 x",
            ],
        )

    def test_times(self):
        utc = datetime.timezone.utc
        self.assert_values(
            "<IssueTime>%s</IssueTime>",
            lambda document: document.issue_time,
            [
                ("10:00:00-05:00", datetime.time(10, tzinfo=BOGOTA)),
                ("10:00:00", datetime.time(10, tzinfo=BOGOTA)),
                ("10:00", datetime.time(10, tzinfo=BOGOTA)),
                ("10:00:00Z", datetime.time(10, tzinfo=utc)),
                ("10:00:00.1234567-0500", datetime.time(10, 0, 0, 123456, BOGOTA)),
            ],
            ["24:00:00", "10:60:00", "10:00:00-99:99", "10:00:00 p. m.", "-05:00", "ahora"],
        )

    def test_codes(self):
        self.assert_values(
            "<ID>%s</ID>",
            lambda document: document.number,
            [("FE 1", "FE 1"), ("\n FE1\t", "FE1"), ("Ñ-1", "Ñ-1"), ("&#x3c;b&#x3e;", "<b>")],
            ["F&#x202E;E1", "F&#x200B;E", "F\nE", "F&#x9f;", "x" * 251],
        )

    def test_flags(self):
        line = "<InvoiceLine><FreeOfChargeIndicator>%s</FreeOfChargeIndicator></InvoiceLine>"
        for text, expected in (("true", True), ("1", True), ("TRUE", True), ("false", False)):
            self.assertIs(parse_text(line % text).lines[0].free_of_charge, expected)
        document = parse_text(line % "sí")
        self.assertIs(document.lines[0].free_of_charge, False)
        self.assertEqual(document.malformed, ("FreeOfChargeIndicator",))

    def test_range_numbers(self):
        document = parse_text(
            "<UBLExtensions><UBLExtension><ExtensionContent><DianExtensions><InvoiceControl>"
            "<AuthorizedInvoices><From>uno</From><To>-5</To></AuthorizedInvoices></InvoiceControl>"
            "</DianExtensions></ExtensionContent></UBLExtension></UBLExtensions>"
        )
        self.assertEqual((document.authorization.first, document.authorization.last), (None, None))
        self.assertEqual(len(document.malformed), 2)

    def test_the_first_readable_value_counts(self):
        document = parse_text("<DueDate>mañana</DueDate><DueDate>2026-04-01</DueDate>")
        self.assertEqual(document.due_date, datetime.date(2026, 4, 1))
        self.assertEqual(document.malformed, ("DueDate",))

    def test_texts_are_cut_and_shown(self):
        document = parse_text(f"<Note>a&#x202E;b\nc</Note><Note>{'x' * 20_000}</Note><Note/>")
        self.assertEqual(document.notes[0], "ab\nc")
        self.assertEqual(len(document.notes[1]), 10_000)
        self.assertEqual(len(document.notes), 2)

    def test_a_text_that_nobody_sees(self):
        document = parse_text("<ProfileID>&#x200B;&#x202E;</ProfileID><Note>&#x200B;</Note>")
        self.assertEqual((document.profile, document.malformed), (None, ("ProfileID",)))


class TestHostileDocument(unittest.TestCase):
    def test_objects_are_bounded(self):
        limits = Limits(document_groups=100)
        for content in (
            "<InvoiceLine/>" * 101,
            "<InvoiceLine><TaxTotal/></InvoiceLine>" * 51,
            f"<TaxTotal>{'<TaxSubtotal/>' * 101}</TaxTotal>",
            f"<BillingReference>{'<x/>' * 101}</BillingReference>",
            "<PaymentMeans/>" * 101,
        ):
            with self.assertRaises(DocumentError) as caught:
                parse_document((INVOICE % content).encode(), limits)
            self.assertEqual(caught.exception.code, "document_too_long")
            self.assertEqual(caught.exception.data, {"limit": "100"})

    def test_thousands_of_lines(self):
        line = "<InvoiceLine><TaxTotal><TaxSubtotal/></TaxTotal></InvoiceLine>"
        self.assertEqual(len(parse_text(line * 5_000).lines), 5_000)

    def test_nested_in_itself(self):
        party = "<AccountingSupplierParty><Party>" * 60 + "</Party></AccountingSupplierParty>" * 60
        self.assertIsNone(parse_text(party).supplier.name)
