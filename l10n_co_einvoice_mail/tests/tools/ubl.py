"""The UBL 2.1 text of test documents, as annex 1.9 lays it out, with the mark for a signature."""

import hashlib
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from .facts import DIAN, money, tax_amount
from .xades import DS, EXTENSION, XADES

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ds": DS,
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "sts": "dian:gov:co:facturaelectronica:Structures-2-1",
    "xades": XADES,
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
AGENCY = {
    "schemeAgencyID": "195",
    "schemeAgencyName": "CO, DIAN (Dirección de Impuestos y Aduanas Nacionales)",
}
TAX_NAMES = {
    "01": "IVA",
    "03": "ICA",
    "04": "INC",
    "05": "ReteIVA",
    "06": "ReteRenta",
    "07": "ReteICA",
    "22": "INC Bolsas",
    "34": "IBUA",
    "ZZ": "No aplica",
}
QUANTITY = {
    "Invoice": "InvoicedQuantity",
    "CreditNote": "CreditedQuantity",
    "DebitNote": "DebitedQuantity",
}
# UBL puts these parts of each document in different orders; the names are keys of `_parts`.
BODY_ORDER = {
    "Invoice": "period order references parties means prepaid allowances rate taxes withholdings",
    "CreditNote": "period discrepancy order references parties means rate allowances taxes",
    "DebitNote": "period discrepancy order references parties prepaid allowances means rate taxes",
}
LINE_ORDER = {
    "Invoice": "free price_reference allowances taxes withholdings",
    "CreditNote": "free price_reference taxes allowances",
    "DebitNote": "price_reference taxes allowances",
}
SEARCH_URL = "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey="


def element(name, *content, **attributes):
    """An element's text. Text content is given escaped (`text`) or is other elements."""
    start = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{start}>{''.join(content)}</{name}>"


def text(name, value, **attributes):
    """An element that holds `value`; nothing when there is no value."""
    return "" if value in (None, "") else element(name, escape(str(value)), **attributes)


def amount(name, value, currency):
    return text(name, money(value), currencyID=currency)


def root(name, *content):
    """A whole document: declaration, root element `name` with DIAN's usual namespaces, content."""
    uri = f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
    declared = {"xmlns": uri, **{f"xmlns:{prefix}": ns for prefix, ns in NAMESPACES.items()}}
    return DECLARATION + element(name, *content, **declared)


def document(facts):
    """Text of an Invoice, CreditNote or DebitNote."""
    total_name = "Requested" if facts.kind == "DebitNote" else "Legal"
    total = (
        amount(f"cbc:{name}", value, facts.currency) for name, value in facts.monetary_total.items()
    )
    parts = _parts(facts)
    return root(
        facts.kind,
        element("ext:UBLExtensions", _dian_extensions(facts), EXTENSION),
        _header(facts),
        *(parts[name] for name in BODY_ORDER[facts.kind].split()),
        element(f"cac:{total_name}MonetaryTotal", *total),
        *(_line(facts, number, line) for number, line in enumerate(facts.lines, 1)),
    )


def _header(facts):
    due_date = text("cbc:DueDate", facts.due_date) if facts.kind == "Invoice" else ""
    has_type = facts.kind != "DebitNote"
    return "".join(
        (
            text("cbc:UBLVersionID", "UBL 2.1"),
            text("cbc:CustomizationID", facts.operation),
            text("cbc:ProfileID", facts.profile),
            text("cbc:ProfileExecutionID", facts.environment),
            text("cbc:ID", facts.number),
            text("cbc:UUID", facts.cufe, schemeID=facts.environment, schemeName=facts.scheme),
            text("cbc:IssueDate", facts.issue_date),
            text("cbc:IssueTime", facts.issue_time),
            due_date,
            text(f"cbc:{facts.kind}TypeCode", facts.type_code) if has_type else "",
            *(text("cbc:Note", note) for note in facts.notes),
            text("cbc:DocumentCurrencyCode", facts.currency),
            text("cbc:LineCountNumeric", len(facts.lines)),
        )
    )


def _parts(facts):
    start, end = facts.period or ("", "")
    return {
        "period": facts.period
        and element("cac:InvoicePeriod", text("cbc:StartDate", start), text("cbc:EndDate", end))
        or "",
        "discrepancy": _discrepancy(facts),
        "order": facts.order_reference
        and element("cac:OrderReference", text("cbc:ID", facts.order_reference)),
        "references": "".join(map(_billing_reference, facts.references)),
        "parties": element("cac:AccountingSupplierParty", *_party(facts.supplier))
        + element("cac:AccountingCustomerParty", *_party(facts.customer)),
        "means": element(
            "cac:PaymentMeans",
            text("cbc:ID", facts.payment_form),
            text("cbc:PaymentMeansCode", facts.payment_means),
            text("cbc:PaymentDueDate", facts.due_date),
        ),
        "prepaid": facts.prepaid
        and element(
            "cac:PrepaidPayment",
            text("cbc:ID", "1"),
            amount("cbc:PaidAmount", facts.prepaid, facts.currency),
        )
        or "",
        "allowances": _allowances(facts.allowances, facts.line_extension, facts.currency),
        "rate": _exchange_rate(facts),
        "taxes": _tax_totals("TaxTotal", facts.taxes, facts.currency),
        "withholdings": _tax_totals(
            "WithholdingTaxTotal",
            [tax_amount(tax, facts.line_extension) for tax in facts.withholdings],
            facts.currency,
        ),
    }


def _discrepancy(facts):
    code, description = facts.discrepancy
    reference = facts.references[0].number if facts.references else ""
    return element(
        "cac:DiscrepancyResponse",
        text("cbc:ReferenceID", reference),
        text("cbc:ResponseCode", code),
        text("cbc:Description", description),
    )


def _billing_reference(reference):
    return element(
        "cac:BillingReference",
        element(
            "cac:InvoiceDocumentReference",
            text("cbc:ID", reference.number),
            text("cbc:UUID", reference.cufe, schemeName="CUFE-SHA384"),
            text("cbc:IssueDate", reference.date),
        ),
    )


def _exchange_rate(facts):
    if facts.exchange_rate is None:
        return ""
    return element(
        "cac:PaymentExchangeRate",
        text("cbc:SourceCurrencyCode", facts.currency),
        text("cbc:SourceCurrencyBaseRate", "1.00"),
        text("cbc:TargetCurrencyCode", "COP"),
        text("cbc:TargetCurrencyBaseRate", "1.00"),
        text("cbc:CalculationRate", money(facts.exchange_rate)),
        text("cbc:Date", facts.issue_date),
    )


def _company_id(name, party):
    dv = {"schemeID": party.check_digit} if party.check_digit else {}
    return text(name, party.nit, **AGENCY, **dv, schemeName=party.id_type)


def _tax_scheme(code, name):
    return element("cac:TaxScheme", text("cbc:ID", code), text("cbc:Name", name))


def party_tax_scheme(party, *address):
    """cac:PartyTaxScheme: name, NIT with its check digit, responsibilities."""
    return element(
        "cac:PartyTaxScheme",
        text("cbc:RegistrationName", party.name),
        _company_id("cbc:CompanyID", party),
        text("cbc:TaxLevelCode", party.tax_level, listName="48"),
        *address,
        _tax_scheme(*party.tax_scheme),
    )


def _party(party):
    address = (
        text("cbc:ID", party.city[0]),
        text("cbc:CityName", party.city[1]),
        text("cbc:PostalZone", party.postal_code),
        text("cbc:CountrySubentity", party.department[1]),
        text("cbc:CountrySubentityCode", party.department[0]),
        element("cac:AddressLine", text("cbc:Line", party.street)),
        element(
            "cac:Country",
            text("cbc:IdentificationCode", party.country[0]),
            text("cbc:Name", party.country[1], languageID="es"),
        ),
    )
    yield text("cbc:AdditionalAccountID", party.organization_type)
    yield element(
        "cac:Party",
        element("cac:PartyName", text("cbc:Name", party.trade_name or party.name)),
        element("cac:PhysicalLocation", element("cac:Address", *address)),
        party_tax_scheme(party, element("cac:RegistrationAddress", *address)),
        element(
            "cac:PartyLegalEntity",
            text("cbc:RegistrationName", party.name),
            _company_id("cbc:CompanyID", party),
        ),
        element(
            "cac:Contact",
            text("cbc:Telephone", party.phone),
            text("cbc:ElectronicMail", party.email),
        ),
    )


def _allowances(allowances, base, currency):
    return "".join(
        element(
            "cac:AllowanceCharge",
            text("cbc:ID", number),
            text("cbc:ChargeIndicator", str(item.is_charge).lower()),
            "" if item.is_charge else text("cbc:AllowanceChargeReasonCode", item.code),
            text("cbc:AllowanceChargeReason", item.reason),
            text("cbc:MultiplierFactorNumeric", item.percent),
            amount("cbc:Amount", item.amount, currency),
            amount("cbc:BaseAmount", base if item.base is None else item.base, currency),
        )
        for number, item in enumerate(allowances, 1)
    )


def _tax_totals(name, taxes, currency):
    """One TaxTotal a tax scheme, with a TaxSubtotal a rate."""
    schemes = {}
    for item in taxes:
        schemes.setdefault(item.tax.scheme, []).append(item)
    return "".join(
        element(
            f"cac:{name}",
            amount("cbc:TaxAmount", sum(item.amount for item in items), currency),
            *(_tax_subtotal(item, currency) for item in items),
        )
        for items in schemes.values()
    )


def _tax_subtotal(item, currency):
    tax = item.tax
    by_unit = tax.per_unit is not None
    return element(
        "cac:TaxSubtotal",
        amount("cbc:TaxableAmount", item.taxable, currency),
        amount("cbc:TaxAmount", item.amount, currency),
        text("cbc:BaseUnitMeasure", "1.00", unitCode=item.unit_code) if by_unit else "",
        amount("cbc:PerUnitAmount", tax.per_unit, currency) if by_unit else "",
        element(
            "cac:TaxCategory",
            "" if by_unit else text("cbc:Percent", money(tax.percent)),
            _tax_scheme(tax.scheme, TAX_NAMES.get(tax.scheme, tax.scheme)),
        ),
    )


def _line(facts, number, line):
    currency = facts.currency
    quantity = Decimal(line.quantity)
    taxes = [tax_amount(tax, line.amount, quantity, line.unit_code) for tax in line.taxes]
    withholdings = [tax_amount(tax, line.amount) for tax in line.withholdings]
    gross = Decimal(line.price) * quantity
    parts = {
        "free": text("cbc:FreeOfChargeIndicator", str(line.is_free).lower()),
        "price_reference": _price_reference(line, currency),
        "allowances": _allowances(line.allowances, gross, currency),
        "taxes": _tax_totals("TaxTotal", taxes, currency),
        "withholdings": _tax_totals("WithholdingTaxTotal", withholdings, currency),
    }
    return element(
        f"cac:{facts.kind}Line",
        text("cbc:ID", number),
        text("cbc:Note", line.note),
        text(f"cbc:{QUANTITY[facts.kind]}", line.quantity, unitCode=line.unit_code),
        amount("cbc:LineExtensionAmount", line.amount, currency),
        *(parts[name] for name in LINE_ORDER[facts.kind].split()),
        _item(line),
        element(
            "cac:Price",
            amount("cbc:PriceAmount", line.price, currency),
            text("cbc:BaseQuantity", line.base_quantity, unitCode=line.unit_code),
        ),
    )


def _price_reference(line, currency):
    """What a free line would have cost."""
    if not line.is_free:
        return ""
    price = amount("cbc:PriceAmount", line.price, currency) + text("cbc:PriceTypeCode", "01")
    return element("cac:PricingReference", element("cac:AlternativeConditionPrice", price))


def _item(line):
    scheme, code = line.standard_code
    mandator = text("cbc:ID", line.mandator_nit, **AGENCY, schemeName="31")
    for name in ("PartyIdentification", "AgentParty", "PowerOfAttorney"):
        mandator = mandator and element(f"cac:{name}", mandator)
    seller = text("cbc:ID", line.seller_code)
    return element(
        "cac:Item",
        text("cbc:Description", line.description),
        text("cbc:BrandName", line.brand),
        text("cbc:ModelName", line.model),
        seller and element("cac:SellersItemIdentification", seller),
        element("cac:StandardItemIdentification", text("cbc:ID", code, schemeID=scheme)),
        mandator and element("cac:InformationContentProviderParty", mandator),
    )


def _dian_extensions(facts):
    provider = facts.provider_nit or facts.supplier.nit
    software = "00000000-0000-4000-8000-000000000001"
    security_code = hashlib.sha384(f"{software}12345{facts.number}".encode()).hexdigest()
    return extension(
        _invoice_control(facts.authorization),
        source_and_software(provider, software, security_code),
        text("sts:QRCode", facts.qr_code or SEARCH_URL + facts.cufe),
    )


def extension(*content):
    """The UBLExtension with DIAN's own block."""
    return element(
        "ext:UBLExtension",
        element("ext:ExtensionContent", element("sts:DianExtensions", *content)),
    )


def _invoice_control(authorization):
    if authorization is None:
        return ""
    return element(
        "sts:InvoiceControl",
        text("sts:InvoiceAuthorization", authorization.number),
        element(
            "sts:AuthorizationPeriod",
            text("cbc:StartDate", authorization.start),
            text("cbc:EndDate", authorization.end),
        ),
        element(
            "sts:AuthorizedInvoices",
            text("sts:Prefix", authorization.prefix),
            text("sts:From", authorization.first),
            text("sts:To", authorization.last),
        ),
    )


def source_and_software(provider_nit, software="...", security_code="..."):
    """sts:InvoiceSource to sts:AuthorizationProvider; DIAN's answers hide the software."""
    dian = {"schemeID": DIAN.check_digit, "schemeName": "31"}
    return "".join(
        (
            element("sts:InvoiceSource", text("cbc:IdentificationCode", "CO")),
            element(
                "sts:SoftwareProvider",
                text("sts:ProviderID", provider_nit, **AGENCY, schemeName="31"),
                text("sts:SoftwareID", software, **AGENCY),
            ),
            text("sts:SoftwareSecurityCode", security_code, **AGENCY),
            element(
                "sts:AuthorizationProvider",
                text("sts:AuthorizationProviderID", DIAN.nit, **AGENCY, **dian),
            ),
        )
    )
