import datetime
import unittest
from dataclasses import fields, is_dataclass
from decimal import Decimal

from lxml import etree

from ...dian import codes
from ...dian.amounts import ExchangeRate, PaymentMeans, PaymentTerms, PrepaidPayment
from ...dian.document import ApplicationResponse, Authorization, Document, parse_document
from ...dian.errors import DocumentError, XmlError
from ...dian.limits import Limits
from ..tools import builder, shared_samples

BOGOTA = datetime.timezone(datetime.timedelta(hours=-5))
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
PREFIXES = {"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"}
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


class TestToolbox(unittest.TestCase):
    """DIAN's own examples, compared with what XPath finds in them."""

    def setUp(self):
        folder = shared_samples.require(self, "dian_examples")
        self.examples = sorted(folder.glob("*.xml"))
        self.assertEqual(len(self.examples), 11)

    def each(self):
        for path in self.examples:
            content = path.read_bytes()
            yield etree.fromstring(content), parse_document(content)

    def text(self, element, path):
        found = element.xpath(path, namespaces=PREFIXES)
        value = found[0] if found else None
        value = value if value is None or isinstance(value, str) else value.text
        return (value or "").strip() or None

    def number(self, element, path):
        value = self.text(element, path)
        return None if value is None else Decimal(value)

    def date(self, element, path):
        value = self.text(element, path)
        return value and datetime.date.fromisoformat(value)

    def test_nothing_is_malformed(self):
        for _root, document in self.each():
            self.assertEqual(document.malformed, ())

    def test_header(self):
        for root, document in self.each():
            for name, path in (
                ("number", "cbc:ID"),
                ("operation", "cbc:CustomizationID"),
                ("profile", "cbc:ProfileID"),
                ("environment", "cbc:ProfileExecutionID"),
                ("cufe", "cbc:UUID"),
                ("cufe_scheme", "cbc:UUID/@schemeName"),
                ("currency", "cbc:DocumentCurrencyCode"),
                ("order_reference", "cac:OrderReference/cbc:ID"),
                ("payment_form", "cac:PaymentMeans/cbc:ID"),
                ("software_provider_nit", "//*[local-name()='ProviderID']"),
                ("qr_code", "//*[local-name()='QRCode']"),
            ):
                self.assertEqual(getattr(document, name), self.text(root, path), name)
            kind = etree.QName(root).localname
            type_code = self.text(root, "cbc:InvoiceTypeCode") if kind == "Invoice" else "92"
            self.assertEqual(document.type_code, type_code)
            self.assertEqual(document.line_count, self.number(root, "cbc:LineCountNumeric"))
            notes = [note.text.strip() for note in root.iterfind("cbc:Note", PREFIXES)]
            self.assertEqual(list(document.notes), notes)

    def test_dates(self):
        for root, document in self.each():
            self.assertEqual(document.issue_date, self.date(root, "cbc:IssueDate"))
            due = self.date(root, "cbc:DueDate") or self.date(root, "//cbc:PaymentDueDate")
            self.assertEqual(document.due_date, due)
            self.assertEqual(
                document.period_start, self.date(root, "cac:InvoicePeriod/cbc:StartDate")
            )
            self.assertEqual(document.period_end, self.date(root, "cac:InvoicePeriod/cbc:EndDate"))
            written = f"{self.text(root, 'cbc:IssueDate')}T{self.text(root, 'cbc:IssueTime')}"
            self.assertEqual(document.issued_at, datetime.datetime.fromisoformat(written))
            self.assertEqual(document.issued_at.utcoffset(), datetime.timedelta(hours=-5))

    def test_parties(self):
        scheme = "cac:PartyTaxScheme"
        address = f"{scheme}/cac:RegistrationAddress"
        for root, document in self.each():
            for side, party in (("Supplier", document.supplier), ("Customer", document.customer)):
                outer = root.find(f"cac:Accounting{side}Party", PREFIXES)
                inner = outer.find("cac:Party", PREFIXES)
                for name, path in (
                    ("name", f"{scheme}/cbc:RegistrationName"),
                    ("trade_name", "cac:PartyName/cbc:Name"),
                    ("id_number", f"{scheme}/cbc:CompanyID"),
                    ("id_type", f"{scheme}/cbc:CompanyID/@schemeName"),
                    ("check_digit", f"{scheme}/cbc:CompanyID/@schemeID"),
                    ("tax_scheme", f"{scheme}/cac:TaxScheme/cbc:ID"),
                    ("email", "cac:Contact/cbc:ElectronicMail"),
                    ("phone", "cac:Contact/cbc:Telephone"),
                    ("contact_name", "cac:Contact/cbc:Name"),
                    (
                        "registration_prefix",
                        "cac:PartyLegalEntity/cac:CorporateRegistrationScheme/cbc:ID",
                    ),
                ):
                    self.assertEqual(getattr(party, name), self.text(inner, path), name)
                kind = self.text(outer, "cbc:AdditionalAccountID")
                self.assertEqual(party.organization_type, kind)
                levels = self.text(inner, f"{scheme}/cbc:TaxLevelCode")
                self.assertEqual(party.tax_levels, tuple(levels.split(";")))
                for name, path in (
                    ("city_code", "cbc:ID"),
                    ("city", "cbc:CityName"),
                    ("department_code", "cbc:CountrySubentityCode"),
                    ("postal_code", "cbc:PostalZone"),
                    ("line", "cac:AddressLine/cbc:Line"),
                    ("country_code", "cac:Country/cbc:IdentificationCode"),
                ):
                    found = self.text(inner, f"{address}/{path}")
                    self.assertEqual(getattr(party.address, name), found, name)

    def compare_taxes(self, element, taxes, name):
        found = element.xpath(f"cac:{name}/cac:TaxSubtotal", namespaces=PREFIXES)
        self.assertEqual(len(taxes), len(found))
        for tax, subtotal in zip(taxes, found, strict=True):
            scheme = "cac:TaxCategory/cac:TaxScheme"
            self.assertEqual(tax.scheme, self.text(subtotal, f"{scheme}/cbc:ID"))
            self.assertEqual(tax.name, self.text(subtotal, f"{scheme}/cbc:Name"))
            self.assertEqual(tax.percent, self.number(subtotal, "cac:TaxCategory/cbc:Percent"))
            self.assertEqual(tax.taxable_amount, self.number(subtotal, "cbc:TaxableAmount"))
            self.assertEqual(tax.amount, self.number(subtotal, "cbc:TaxAmount"))
            self.assertEqual(tax.per_unit_amount, self.number(subtotal, "cbc:PerUnitAmount"))
            self.assertEqual(tax.base_quantity, self.number(subtotal, "cbc:BaseUnitMeasure"))
            unit = self.text(subtotal, "cbc:BaseUnitMeasure/@unitCode")
            self.assertEqual(tax.base_unit_code, unit)

    def compare_allowances(self, element, allowances):
        found = element.findall("cac:AllowanceCharge", PREFIXES)
        self.assertEqual(len(allowances), len(found))
        for allowance, charge in zip(allowances, found, strict=True):
            is_charge = self.text(charge, "cbc:ChargeIndicator") == "true"
            self.assertEqual(allowance.is_charge, is_charge)
            self.assertEqual(allowance.code, self.text(charge, "cbc:AllowanceChargeReasonCode"))
            self.assertEqual(allowance.reason, self.text(charge, "cbc:AllowanceChargeReason"))
            self.assertEqual(allowance.percent, self.number(charge, "cbc:MultiplierFactorNumeric"))
            self.assertEqual(allowance.amount, self.number(charge, "cbc:Amount"))
            self.assertEqual(allowance.base_amount, self.number(charge, "cbc:BaseAmount"))

    def test_taxes_and_allowances(self):
        for root, document in self.each():
            self.compare_taxes(root, document.taxes, "TaxTotal")
            self.compare_taxes(root, document.withholdings, "WithholdingTaxTotal")
            self.compare_allowances(root, document.allowances)

    def test_totals(self):
        for root, document in self.each():
            (total,) = root.xpath(
                "cac:LegalMonetaryTotal|cac:RequestedMonetaryTotal", namespaces=PREFIXES
            )
            names = (
                "LineExtension",
                "TaxExclusive",
                "TaxInclusive",
                "AllowanceTotal",
                "ChargeTotal",
            )
            names += ("Prepaid", "PayableRounding", "Payable")
            found = [self.number(total, f"cbc:{name}Amount") for name in names]
            read = [getattr(document.totals, field.name) for field in fields(document.totals)]
            self.assertEqual(read, found)
            self.assertEqual(len(total), len([value for value in read if value is not None]))

    def test_lines(self):
        for root, document in self.each():
            found = root.xpath("cac:InvoiceLine|cac:DebitNoteLine", namespaces=PREFIXES)
            self.assertEqual(len(document.lines), len(found))
            self.assertEqual(len(found), document.line_count)
            for line, element in zip(document.lines, found, strict=True):
                self.compare_line(line, element)
                self.compare_taxes(element, line.taxes, "TaxTotal")
                self.compare_taxes(element, line.withholdings, "WithholdingTaxTotal")
                self.compare_allowances(element, line.allowances)

    def compare_line(self, line, element):
        quantity = "(cbc:InvoicedQuantity|cbc:DebitedQuantity)"
        for name, path in (
            ("quantity", quantity),
            ("price", "cac:Price/cbc:PriceAmount"),
            ("base_quantity", "cac:Price/cbc:BaseQuantity"),
            ("amount", "cbc:LineExtensionAmount"),
            ("reference_price", "cac:PricingReference//cbc:PriceAmount"),
        ):
            self.assertEqual(getattr(line, name), self.number(element, path), name)
        item = "cac:Item/"
        for name, path in (
            ("number", "cbc:ID"),
            ("unit_code", f"{quantity}/@unitCode"),
            ("description", f"{item}cbc:Description"),
            ("seller_code", f"{item}cac:SellersItemIdentification/cbc:ID"),
            ("standard_code", f"{item}cac:StandardItemIdentification/cbc:ID"),
            ("standard_scheme", f"{item}cac:StandardItemIdentification/cbc:ID/@schemeID"),
            ("brand", f"{item}cbc:BrandName"),
            ("model", f"{item}cbc:ModelName"),
            ("mandator_nit", f"{item}cac:InformationContentProviderParty//cbc:ID"),
        ):
            self.assertEqual(getattr(line, name), self.text(element, path), name)
        self.assertEqual(
            line.free_of_charge, self.text(element, "cbc:FreeOfChargeIndicator") == "true"
        )
        notes = [note.text.strip() for note in element.iterfind("cbc:Note", PREFIXES)]
        self.assertEqual(list(line.notes), notes)

    def test_references_rates_and_advances(self):
        for root, document in self.each():
            found = root.xpath("cac:BillingReference/*", namespaces=PREFIXES)
            for reference, element in zip(document.references, found, strict=True):
                self.assertEqual(reference.number, self.text(element, "cbc:ID"))
                self.assertEqual(reference.cufe, self.text(element, "cbc:UUID"))
                self.assertEqual(reference.date, self.date(element, "cbc:IssueDate"))
            rate = root.find("cac:PaymentExchangeRate", PREFIXES)
            self.assertEqual(rate is None, document.exchange_rate is None)
            if rate is not None:
                self.assertEqual(
                    document.exchange_rate.rate, self.number(rate, "cbc:CalculationRate")
                )
                self.assertEqual(document.exchange_rate.date, self.date(rate, "cbc:Date"))
            paid = root.xpath("cac:PrepaidPayment/cbc:PaidAmount/text()", namespaces=PREFIXES)
            self.assertEqual(
                [item.amount for item in document.prepaid_payments], [*map(Decimal, paid)]
            )

    def test_one_of_each_kind(self):
        documents = [document for _root, document in self.each()]
        self.assertEqual({document.kind for document in documents}, {"invoice", "debit_note"})
        note = next(document for document in documents if document.kind == "debit_note")
        self.assertEqual(note.discrepancies, (("1", "Factura anterior", "SETP990000015"),))
        self.assertEqual((note.prefix, note.totals.payable), ("ND", Decimal("14994.07")))
        ranges = [document.authorization for document in documents if document.authorization]
        self.assertTrue(all(item.prefix == "SETP" and item.first == 990000000 for item in ranges))
        self.assertEqual(len(ranges), 9)


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

    def test_a_root_without_namespace_needs_a_unique_code(self):
        content = f"<Invoice><ID>1</ID><UUID>{HASH.upper()}</UUID></Invoice>"
        self.assertEqual(parse_document(content.encode()).cufe, HASH)

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


class TestApplicationResponse(unittest.TestCase):
    def test_dian_answer(self):
        invoice = builder.Document()
        response = parse(builder.answer(invoice))
        self.assertIsInstance(response, ApplicationResponse)
        self.assertEqual((response.code, response.is_event), ("02", False))
        self.assertEqual(response.sender.id_number, codes.DIAN_NIT)
        self.assertEqual(response.receiver.id_number, invoice.supplier.nit)
        self.assertEqual(response.reference.cufe, invoice.cufe)
        self.assertEqual(response.reference.number, invoice.number)
        self.assertTrue(response.cude)
        self.assertTrue(response.responses[0].notifications)

    def test_rejection(self):
        response = parse(builder.answer(builder.Document(), "04"))
        self.assertEqual((response.code, response.is_event), ("04", False))

    def test_events(self):
        for code in ("030", "031", "032", "033", "034"):
            response = parse(builder.event(code, builder.Document()))
            self.assertEqual((response.code, response.is_event), (code, True))
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


class TestCodes(unittest.TestCase):
    def test_units(self):
        units = codes.units()
        self.assertGreater(len(units), 1000)
        self.assertEqual((units["94"], units["KGM"]), ("unidad", "kilogramo"))

    def test_lists_of_dian_are_in_the_tables(self):
        folder = shared_samples.require(self, "codelist")
        for table, name in (
            (codes.ID_TYPES, "TipoIdFiscal-2.1"),
            (codes.TAX_SCHEMES, "TipoImpuesto-2.1"),
            (codes.PAYMENT_FORMS, "FormasPago-2.1"),
            (codes.DOCUMENT_TYPES, "TipoDocumento-2.1"),
            (codes.OPERATIONS, "TipoOperacionF-2.1"),
            (codes.OPERATIONS, "TipoOperacionNC-2.1"),
            (codes.ALLOWANCE_REASONS, "CodigoDescuento-2.1"),
            (codes.CREDIT_REASONS, "ConceptoNotaCredito-2.1"),
            (codes.DEBIT_REASONS, "ConceptoNotaDebito-2.1"),
            (codes.TAX_LEVELS, "TipoResponsabilidad-2.1"),
            (codes.ORGANIZATION_TYPES, "TipoOrganizacion-2.1"),
            (codes.units(), "UnidadesMedida-2.1"),
        ):
            rows = etree.parse(folder / f"{name}.gc").iterfind(".//Row")
            listed = {row.findtext("Value/SimpleValue").strip() for row in rows}
            self.assertEqual(listed - set(table), set(), name)
