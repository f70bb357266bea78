import datetime
import unittest
from dataclasses import fields
from decimal import Decimal

from lxml import etree

from ...dian import codes
from ...dian.document import parse_document
from ..tools import builder, shared_samples
from ..tools.examples import EXAMPLES
from ..tools.judging import SERVED, codes_of, judge

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
LINES = "cac:InvoiceLine|cac:CreditNoteLine|cac:DebitNoteLine"
PREFIXES = {"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"}


class Compared:
    """Documents compared with what XPath finds in them."""

    def contents(self):
        """The documents' bytes."""
        raise NotImplementedError

    def each(self):
        for content in self.contents():
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
            self.assertEqual((document.malformed, document.ambiguous), ((), ()))

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
            type_code = self.text(root, f"cbc:{kind}TypeCode") or "92"
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
            found = root.xpath(LINES, namespaces=PREFIXES)
            self.assertEqual(len(document.lines), len(found))
            self.assertEqual(len(found), document.line_count)
            for line, element in zip(document.lines, found, strict=True):
                self.compare_line(line, element)
                self.compare_taxes(element, line.taxes, "TaxTotal")
                self.compare_taxes(element, line.withholdings, "WithholdingTaxTotal")
                self.compare_allowances(element, line.allowances)

    def compare_line(self, line, element):
        quantity = "(cbc:InvoicedQuantity|cbc:CreditedQuantity|cbc:DebitedQuantity)"
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


class TestOwnExamples(Compared, unittest.TestCase):
    """Every feature of DIAN's examples in documents of our own."""

    def contents(self):
        return [builder.unsigned(builder.xml(facts)) for facts in EXAMPLES.values()]

    def test_each_is_accepted(self):
        for name, facts in EXAMPLES.items():
            with self.subTest(name):
                verdict = judge(builder.Package(facts), served_nits=SERVED | {facts.customer.nit})
                self.assertEqual(codes_of(verdict), [])

    def test_features(self):
        documents = [document for _root, document in self.each()]
        lines = [line for document in documents for line in document.lines]
        for feature in (
            any(tax.per_unit_amount for line in lines for tax in line.taxes),
            any(line.mandator_nit for line in lines),
            any(line.free_of_charge and line.reference_price for line in lines),
            any(line.withholdings for line in lines),
            any(document.withholdings for document in documents),
            any(document.prepaid_payments for document in documents),
            any(document.exchange_rate for document in documents),
            any(document.payment_terms for document in documents),
            any(document.totals.rounding for document in documents),
            {"09", "10", "11", "20", "30"} == {document.operation for document in documents},
            {"01", "02", "91", "92"} == {document.type_code for document in documents},
        ):
            self.assertTrue(feature)


@shared_samples.needs(shared_samples.DIAN_EXAMPLES)
class TestToolbox(Compared, unittest.TestCase):
    """DIAN's own examples."""

    def contents(self):
        paths = sorted(shared_samples.DIAN_EXAMPLES.glob("*.xml"))
        self.assertEqual(len(paths), 11)
        return [path.read_bytes() for path in paths]

    def test_one_of_each_kind(self):
        documents = [document for _root, document in self.each()]
        self.assertEqual({document.kind for document in documents}, {"invoice", "debit_note"})
        note = next(document for document in documents if document.kind == "debit_note")
        self.assertEqual(note.discrepancies, (("1", "Factura anterior", "SETP990000015"),))
        self.assertEqual((note.prefix, note.totals.payable), ("ND", Decimal("14994.07")))
        ranges = [document.authorization for document in documents if document.authorization]
        self.assertTrue(all(item.prefix == "SETP" and item.first == 990000000 for item in ranges))
        self.assertEqual(len(ranges), 9)


class TestCodes(unittest.TestCase):
    def test_units(self):
        units = codes.units()
        self.assertGreater(len(units), 1000)
        self.assertEqual((units["94"], units["KGM"]), ("unidad", "kilogramo"))

    @shared_samples.needs(shared_samples.CODE_LISTS)
    def test_lists_of_dian_are_in_the_tables(self):
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
            rows = etree.parse(shared_samples.CODE_LISTS / f"{name}.gc").iterfind(".//Row")
            listed = {row.findtext("Value/SimpleValue").strip() for row in rows}
            self.assertEqual(listed - set(table), set(), name)
