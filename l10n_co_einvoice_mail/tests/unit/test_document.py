import datetime
import unittest
from dataclasses import fields, is_dataclass
from decimal import Decimal

from lxml import etree

from ...dian import codes
from ...dian.amounts import ExchangeRate, PaymentMeans, PaymentTerms, PrepaidPayment
from ...dian.document import ApplicationResponse, Authorization, Document, parse_document
from ...dian.errors import DocumentError, XmlError
from ..tools import builder

BOGOTA = datetime.timezone(datetime.timedelta(hours=-5))
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = f'<Invoice xmlns="{UBL}Invoice-2">%s</Invoice>'
HASH = "ab" * 48


def parse(facts):
    return parse_document(builder.unsigned(builder.xml(facts)))


def parse_text(content):
    """An invoice of elements that have no namespace of their own: local names are enough."""
    return parse_document((INVOICE % content).encode())


def parts_of(value):
    """Every dataclass inside a document."""
    if is_dataclass(value):
        yield value
        for field in fields(value):
            yield from parts_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from parts_of(item)


class TestDocument(unittest.TestCase):
    def test_invoice(self):
        facts = builder.Document(
            number="FE77",
            exchange_rate="4123.50",
            currency="USD",
            period=("2026-02-01", "2026-02-28"),
            order_reference="4500012",
            prepaid="100.00",
            notes=("uno", "dos"),
        )
        document = parse(facts)
        self.assertEqual((document.kind, document.type_code), ("invoice", "01"))
        self.assertEqual((document.number, document.prefix), ("FE77", "FE"))
        self.assertEqual((document.cufe, document.cufe_scheme), (facts.cufe, "CUFE-SHA384"))
        self.assertEqual(document.issue_date, datetime.date(2026, 3, 2))
        self.assertEqual(document.issue_time, datetime.time(10, tzinfo=BOGOTA))
        self.assertEqual(document.due_date, datetime.date(2026, 4, 1))
        self.assertEqual(document.period_end, datetime.date(2026, 2, 28))
        self.assertEqual(document.currency, "USD")
        self.assertEqual(document.exchange_rate.rate, Decimal("4123.50"))
        self.assertEqual(document.notes, ("uno", "dos"))
        self.assertEqual(document.order_reference, "4500012")
        self.assertEqual(document.supplier.id_number, "900123456")
        self.assertEqual(document.customer.email, "recepcion@example.com")
        self.assertEqual(document.authorization.last, 5000)
        self.assertEqual(str(document.totals.payable), facts.monetary_total["PayableAmount"])
        self.assertEqual(document.malformed, ())

    def test_notes(self):
        credit = parse(builder.credit_note())
        debit = parse(builder.debit_note())
        self.assertEqual(
            (credit.kind, credit.type_code, credit.prefix), ("credit_note", "91", "NC")
        )
        self.assertEqual((debit.kind, debit.type_code, debit.prefix), ("debit_note", "92", "ND"))
        for note in (credit, debit):
            self.assertEqual(note.references[0].number, "FE1001")
            self.assertEqual(note.references[0].cufe, builder.Document().cufe)
            self.assertEqual(note.lines[0].quantity, Decimal(1))
            self.assertEqual(note.lines[0].unit_code, "94")
            self.assertEqual(note.totals.payable, Decimal("119000.00"))
        self.assertEqual(debit.discrepancies[0].code, "3")

    def test_every_type_that_is_received(self):
        for type_code in codes.DOCUMENT_TYPES:
            if type_code < "91":
                self.assertEqual(parse(builder.Document(type_code=type_code)).type_code, type_code)

    def test_lines(self):
        (line,) = parse(
            builder.Document(
                lines=(
                    builder.Line(
                        description="Gaseosa",
                        price="1500.5",
                        quantity="12",
                        unit_code="NIU",
                        taxes=(builder.Tax(), builder.Tax("34", None, per_unit="35")),
                        withholdings=(builder.Tax("06", "2.50"),),
                        allowances=(builder.AllowanceCharge("1000", is_charge=True),),
                        brand="Marca",
                        note="fría",
                        mandator_nit="800242106",
                    ),
                )
            )
        ).lines
        self.assertEqual([tax.scheme for tax in line.taxes], ["01", "34"])
        self.assertEqual(line.taxes[1].per_unit_amount, Decimal("35"))
        self.assertEqual(line.withholdings[0].percent, Decimal("2.50"))
        self.assertTrue(line.allowances[0].is_charge)
        self.assertEqual(
            (line.brand, line.notes, line.mandator_nit), ("Marca", ("fría",), "800242106")
        )

    def test_any_prefix_and_both_namespaces_of_dian(self):
        plain = builder.unsigned(builder.xml(builder.Document())).decode()
        expected = parse_document(plain.encode())
        for old, new in (
            (
                "dian:gov:co:facturaelectronica:Structures-2-1",
                "http://www.dian.gov.co/contratos/facturaelectronica/v1/Structures",
            ),
            ("cbc:", "b:"),
            ("cac:", "cbc2:"),
            ("sts:", "x-y.z:"),
        ):
            changed = plain.replace(old, new).replace(f"xmlns:{old[:-1]}=", f"xmlns:{new[:-1]}=")
            self.assertEqual(parse_document(changed.encode()), expected, new)
        root = plain.replace("<Invoice xmlns=", "<fe:Invoice xmlns=").replace(
            "</Invoice>", "</fe:Invoice>"
        )
        root = root.replace("xmlns:cac=", f'xmlns:fe="{UBL}Invoice-2" xmlns:cac=')
        self.assertEqual(parse_document(root.encode()), expected)

    def test_values_stand_in_ubl_s_namespaces(self):
        """Whatever else is signed beside them is nobody's value."""
        plain = builder.unsigned(builder.xml(builder.Document())).decode()
        expected = parse_document(plain.encode())
        for element in (
            '<e:PayableAmount xmlns:e="urn:e" currencyID="COP">1.00</e:PayableAmount>',
            '<PayableAmount xmlns="" currencyID="COP">1.00</PayableAmount>',
            '<sts:PayableAmount currencyID="COP">1.00</sts:PayableAmount>',
            '<e:PayableAmount xmlns:e="urn:oasis:names:specification:ubl:e">1.00</e:PayableAmount>',
        ):
            for place in ("<cac:LegalMonetaryTotal>", "</cac:LegalMonetaryTotal>"):
                inside = place + element if place[1] != "/" else element + place
                with self.subTest(inside):
                    self.assertEqual(
                        parse_document(plain.replace(place, inside).encode()), expected
                    )

    def test_two_values_of_one_element(self):
        plain = builder.unsigned(builder.xml(builder.Document())).decode()
        for old, new, name in (
            (
                "<cbc:PayableAmount",
                '<cbc:PayableAmount currencyID="COP">1.00</cbc:PayableAmount><cbc:PayableAmount',
                "PayableAmount",
            ),
            (
                "<cbc:IssueDate>",
                "<cbc:IssueDate>2020-01-01</cbc:IssueDate><cbc:IssueDate>",
                "IssueDate",
            ),
            (
                "<cac:LegalMonetaryTotal>",
                "<cac:LegalMonetaryTotal/><cac:LegalMonetaryTotal>",
                "LegalMonetaryTotal",
            ),
            (
                "<cac:AccountingSupplierParty>",
                "<cac:AccountingSupplierParty/><cac:AccountingSupplierParty>",
                "AccountingSupplierParty",
            ),
            ("<cac:Party>", "<cac:Party/><cac:Party>", "Party"),
            ("<cac:Price>", "<cac:Price/><cac:Price>", "Price"),
        ):
            with self.subTest(name):
                self.assertIn(old, plain)
                twice = parse_document(plain.replace(old, new, 1).encode())
                self.assertEqual(twice.ambiguous, (name,))
        same = "<cbc:IssueDate>2026-03-02</cbc:IssueDate>"
        self.assertIn(same, plain)
        self.assertEqual(parse_document(plain.replace(same, same * 2, 1).encode()).ambiguous, ())

    def test_a_root_of_another_namespace_is_no_document_of_dian(self):
        for start in ("<Invoice>", '<Invoice xmlns="urn:e">'):
            content = f"{start}<ID>1</ID><UUID>{HASH}</UUID></Invoice>"
            with self.assertRaises(DocumentError):
                parse_document(content.encode())

    def test_other_xml(self):
        for content in (
            b"<Invoice/>",
            b"<Invoice><ID>1</ID></Invoice>",
            b"<html/>",
            f'<Order xmlns="{UBL}Order-2"><UUID/></Order>'.encode(),
            f'<AttachedDocument xmlns="{UBL}AttachedDocument-2"/>'.encode(),
        ):
            with self.assertRaises(DocumentError) as caught:
                parse_document(content)
            self.assertEqual(caught.exception.code, "document_unknown")
        with self.assertRaises(XmlError):
            parse_document(b"no XML")


class TestGroups(unittest.TestCase):
    """Groups that the other tests' documents lack, element by element."""

    def test_payment(self):
        document = parse_text(
            "<PaymentMeans><ID>1</ID><PaymentMeansCode>10</PaymentMeansCode></PaymentMeans>"
            "<PaymentMeans><ID>2</ID><PaymentMeansCode>47</PaymentMeansCode>"
            "<PaymentDueDate>2026-05-01</PaymentDueDate><PaymentID>REF</PaymentID></PaymentMeans>"
            "<PaymentTerms><Note>a 60 días</Note><ReferenceEventCode>2</ReferenceEventCode>"
            '<SettlementPeriod><DurationMeasure unitCode="DAY">60</DurationMeasure></SettlementPeriod>'
            "</PaymentTerms><PrepaidPayment><ID>A1</ID><PaidAmount>5</PaidAmount>"
            "<ReceivedDate>2026-01-02</ReceivedDate><InstructionID>anticipo</InstructionID>"
            "</PrepaidPayment>"
        )
        self.assertEqual(document.payment_form, "1")
        due = datetime.date(2026, 5, 1)
        means = (PaymentMeans("1", "10"), PaymentMeans("2", "47", due, "REF"))
        self.assertEqual(document.payment_means, means)
        self.assertEqual(
            document.payment_terms, (PaymentTerms("a 60 días", "2", Decimal(60), "DAY"),)
        )
        paid = PrepaidPayment(Decimal(5), datetime.date(2026, 1, 2), "A1", "anticipo")
        self.assertEqual(document.prepaid_payments, (paid,))

    def test_rate_rounding_and_percent(self):
        document = parse_text(
            "<PaymentExchangeRate><SourceCurrencyCode>USD</SourceCurrencyCode>"
            "<TargetCurrencyCode>COP</TargetCurrencyCode><CalculationRate>4000</CalculationRate>"
            "<Date>2026-01-02</Date></PaymentExchangeRate><LegalMonetaryTotal>"
            "<PayableRoundingAmount>-0.04</PayableRoundingAmount></LegalMonetaryTotal>"
            "<TaxTotal><TaxSubtotal><Percent>19</Percent></TaxSubtotal></TaxTotal>"
        )
        rate = ExchangeRate("USD", "COP", Decimal(4000), datetime.date(2026, 1, 2))
        self.assertEqual(document.exchange_rate, rate)
        self.assertEqual(document.totals.rounding, Decimal("-0.04"))
        self.assertEqual(document.taxes[0].percent, Decimal(19))

    def test_authorization(self):
        authorization = parse(builder.Document()).authorization
        start, end = datetime.date(2025, 1, 1), datetime.date(2027, 1, 1)
        expected = Authorization("18764000000001", start, end, "FE", 1, 5000)
        self.assertEqual(authorization, expected)

    def test_legal_entity(self):
        party = parse_text(
            "<AccountingCustomerParty><Party><PartyName><Name>Tienda</Name></PartyName>"
            "<PartyLegalEntity><RegistrationName>Empresa SAS</RegistrationName>"
            '<CompanyID schemeID="4" schemeName="31">800197268</CompanyID><RegistrationAddress>'
            "<CountrySubentity>Valle</CountrySubentity></RegistrationAddress></PartyLegalEntity>"
            '<PartyIdentification><ID schemeID="9" schemeName="13">1</ID></PartyIdentification>'
            "</Party></AccountingCustomerParty>"
        ).customer
        self.assertEqual((party.name, party.trade_name), ("Empresa SAS", "Tienda"))
        found = (party.id_number, party.id_type, party.check_digit)
        self.assertEqual(found, ("800197268", "31", "4"))
        self.assertEqual(party.address.department, "Valle")

    def test_item(self):
        (line,) = parse_text(
            "<InvoiceLine><Item><Description>uno</Description><Description>dos</Description>"
            "<BuyersItemIdentification><ID>C7</ID></BuyersItemIdentification></Item></InvoiceLine>"
        ).lines
        self.assertEqual((line.description, line.buyer_code), ("uno\ndos", "C7"))

    def test_note_to_an_equivalent_document(self):
        note = parse(builder.credit_note(type_code="94"))
        self.assertEqual((note.kind, note.type_code), ("credit_note", "94"))


class TestMissing(unittest.TestCase):
    """What is not there is None, () or an empty part, and the reading goes on."""

    def test_nothing_at_all(self):
        for root in ("Invoice", "CreditNote", "DebitNote", "ApplicationResponse"):
            document = parse_document(f'<{root} xmlns="{UBL}{root}-2"/>'.encode())
            for part in parts_of(document):
                for field in fields(part):
                    value = getattr(part, field.name)
                    given = field.name in ("kind", "type_code") or is_dataclass(value)
                    self.assertTrue(given or value in (None, ()), field.name)

    def test_any_element_may_be_missing(self):
        content = builder.unsigned(
            builder.xml(builder.debit_note(period=("2026-01-01", "2026-01-31")))
        )
        for index in range(1, len(list(etree.fromstring(content).iter()))):
            root = etree.fromstring(content)
            element = list(root.iter())[index]
            element.getparent().remove(element)
            self.assertIsInstance(parse_document(etree.tostring(root)), Document)

    def test_any_element_may_be_empty(self):
        content = builder.unsigned(builder.xml(builder.Document(exchange_rate="4000")))
        for index in range(1, len(list(etree.fromstring(content).iter()))):
            root = etree.fromstring(content)
            list(root.iter())[index].clear()
            self.assertEqual(parse_document(etree.tostring(root)).malformed, ())

    def test_due_date_of_the_means_of_payment(self):
        means = "<PaymentMeans><PaymentDueDate>2026-05-01</PaymentDueDate></PaymentMeans>"
        self.assertEqual(parse_text(means).due_date, datetime.date(2026, 5, 1))
        both = f"{means}<DueDate>2026-04-01</DueDate>"
        self.assertEqual(parse_text(both).due_date, datetime.date(2026, 4, 1))

    def test_party_by_its_other_names(self):
        party = parse_text(
            "<AccountingSupplierParty><Party><PartyName><Name/></PartyName><PartyName><Name>Tienda</Name>"
            '</PartyName><PartyIdentification><ID schemeID="1" schemeName="13">79456123</ID></PartyIdentification>'
            "<PhysicalLocation><Address><CityName>Cali</CityName></Address></PhysicalLocation>"
            "<PartyTaxScheme><TaxLevelCode>O-13;O-15; ;O-13</TaxLevelCode><RegistrationAddress/>"
            "</PartyTaxScheme></Party></AccountingSupplierParty>"
        ).supplier
        self.assertEqual((party.name, party.trade_name), ("Tienda", "Tienda"))
        self.assertEqual((party.id_number, party.id_type), ("79456123", "13"))
        self.assertEqual(party.check_digit, "1")
        self.assertEqual(party.address.city, "Cali")
        self.assertEqual(party.tax_levels, ("O-13", "O-15"))

    def test_tax_total_without_subtotals(self):
        (tax,) = parse_text("<TaxTotal><TaxAmount>190</TaxAmount></TaxTotal>").taxes
        self.assertEqual((tax.amount, tax.scheme), (Decimal(190), None))

    def test_prefix(self):
        branch = (
            "<AccountingSupplierParty><Party><PartyLegalEntity><CorporateRegistrationScheme>"
            "<ID>S1</ID></CorporateRegistrationScheme></PartyLegalEntity></Party></AccountingSupplierParty>"
        )
        self.assertEqual(parse_text("<ID>FE12</ID>").prefix, "FE")
        self.assertEqual(parse_text(f"<ID>S112</ID>{branch}").prefix, "S1")
        self.assertEqual(parse_text(f"<ID>FE12</ID>{branch}").prefix, "FE")
        self.assertIsNone(parse_text("<ID>12</ID>").prefix)
        self.assertIsNone(parse_text("").prefix)


class TestApplicationResponse(unittest.TestCase):
    def test_dian_answer(self):
        invoice = builder.Document()
        response = parse(builder.answer(invoice))
        self.assertIsInstance(response, ApplicationResponse)
        self.assertEqual((response.type_code, response.is_event), ("02", False))
        self.assertEqual(response.sender.id_number, codes.DIAN_NIT)
        self.assertEqual(response.receiver.id_number, invoice.supplier.nit)
        self.assertEqual(response.reference.cufe, invoice.cufe)
        self.assertEqual(response.reference.number, invoice.number)
        self.assertTrue(response.cude)
        self.assertTrue(response.responses[0].notifications)

    def test_rejection(self):
        response = parse(builder.answer(builder.Document(), "04"))
        self.assertEqual((response.type_code, response.is_event), ("04", False))

    def test_events(self):
        for code in ("030", "031", "032", "033", "034"):
            response = parse(builder.event(code, builder.Document()))
            self.assertEqual((response.type_code, response.is_event), (code, True))
            self.assertEqual(response.reference.number, "FE1001")
            self.assertEqual(response.reference.type_code, "01")

    def test_claim_and_notifications(self):
        response = parse_document(
            f'<ApplicationResponse xmlns="{UBL}ApplicationResponse-2"><DocumentResponse><Response>'
            '<ResponseCode listID="02">031</ResponseCode><Description>Reclamo</Description></Response>'
            "<LineResponse><Response><ResponseCode>RUT01</ResponseCode><Description>uno</Description>"
            "</Response></LineResponse><LineResponse><Response><ResponseCode>FAJ43b</ResponseCode>"
            "<Description>dos</Description></Response></LineResponse></DocumentResponse>"
            "</ApplicationResponse>".encode()
        ).responses[0]
        self.assertEqual((response.list_id, response.description), ("02", "Reclamo"))
        self.assertEqual(response.notifications, (("RUT01", "uno"), ("FAJ43b", "dos")))
        self.assertIsNone(response.reference)
