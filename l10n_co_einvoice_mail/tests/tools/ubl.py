"""The UBL 2.1 text of test documents, as annex 1.9 lays it out, with the mark for a signature."""

from decimal import Decimal

from .extensions import dian_extensions
from .facts import money, tax_amount
from .markup import AGENCY, amount, element, optional, root, text
from .xades import EXTENSION

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
    "Invoice": "cost free order price_reference allowances taxes withholdings",
    "CreditNote": "cost free order price_reference taxes allowances",
    "DebitNote": "price_reference taxes allowances",
}


def document(facts):
    """Text of an Invoice, CreditNote or DebitNote."""
    total_name = "Requested" if facts.kind == "DebitNote" else "Legal"
    total = (
        amount(f"cbc:{name}", value, facts.currency) for name, value in facts.monetary_total.items()
    )
    parts = _parts(facts)
    return root(
        facts.kind,
        element("ext:UBLExtensions", dian_extensions(facts), EXTENSION),
        _header(facts),
        *(parts[name] for name in BODY_ORDER[facts.kind].split()),
        element(f"cac:{total_name}MonetaryTotal", *total),
        *(_line(facts, number, line) for number, line in enumerate(facts.lines, 1)),
    )


def _header(facts):
    has_due_date = facts.kind == "Invoice" and facts.due_date
    due_date = text("cbc:DueDate", facts.due_date) if has_due_date else ""
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
            text("cbc:AccountingCost", facts.accounting_cost) if facts.accounting_cost else "",
            text("cbc:LineCountNumeric", len(facts.lines)),
        )
    )


def _parts(facts):
    withholdings = [tax_amount(tax, facts.line_extension) for tax in facts.withholdings]
    return {
        "period": _period(facts),
        "discrepancy": _discrepancy(facts),
        "order": optional("cac:OrderReference", text("cbc:ID", facts.order_reference)),
        "references": "".join(map(_billing_reference, facts.references)),
        "parties": element("cac:AccountingSupplierParty", *_party(facts.supplier))
        + element("cac:AccountingCustomerParty", *_party(facts.customer)),
        "means": _payment_means(facts) + _payment_terms(facts),
        "prepaid": _prepaid(facts),
        "allowances": _allowances(facts.allowances, facts.line_extension, facts.currency),
        "rate": _exchange_rate(facts),
        "taxes": _tax_totals("TaxTotal", facts.taxes, facts.currency),
        "withholdings": _tax_totals("WithholdingTaxTotal", withholdings, facts.currency),
    }


def _period(facts):
    start, end = facts.period or ("", "")
    content = text("cbc:StartDate", start) + text("cbc:EndDate", end)
    return optional("cac:InvoicePeriod", content)


def _payment_means(facts):
    return element(
        "cac:PaymentMeans",
        text("cbc:ID", facts.payment_form),
        text("cbc:PaymentMeansCode", facts.payment_means),
        text("cbc:PaymentDueDate", facts.due_date) if facts.due_date else "",
    )


def _payment_terms(facts):
    if not facts.terms:
        return ""
    duration, unit = facts.terms
    measure = text("cbc:DurationMeasure", duration, unitCode=unit)
    code = text("cbc:ReferenceEventCode", "2")
    return element("cac:PaymentTerms", code, element("cac:SettlementPeriod", measure))


def _prepaid(facts):
    if not facts.prepaid:
        return ""
    paid = amount("cbc:PaidAmount", facts.prepaid, facts.currency)
    return element("cac:PrepaidPayment", text("cbc:ID", "1"), paid)


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
    address = _address(party)
    yield text("cbc:AdditionalAccountID", party.organization_type)
    yield element(
        "cac:Party",
        text("cbc:IndustryClassificationCode", party.activity) if party.activity else "",
        element("cac:PartyName", text("cbc:Name", party.trade_name or party.name)),
        element("cac:PhysicalLocation", element("cac:Address", address)),
        party_tax_scheme(party, element("cac:RegistrationAddress", address)),
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


def _address(party):
    (city_code, city), (department_code, department) = party.city, party.department
    country_code, country = party.country
    return "".join(
        (
            text("cbc:ID", city_code),
            text("cbc:CityName", city),
            text("cbc:PostalZone", party.postal_code),
            text("cbc:CountrySubentity", department),
            text("cbc:CountrySubentityCode", department_code),
            element("cac:AddressLine", text("cbc:Line", party.street)),
            element(
                "cac:Country",
                text("cbc:IdentificationCode", country_code),
                text("cbc:Name", country, languageID="es"),
            ),
        )
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
        "cost": text("cbc:AccountingCost", line.accounting_cost) if line.accounting_cost else "",
        "order": _order_line(line),
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


def _order_line(line):
    if not line.order_reference:
        return ""
    order = element("cac:OrderReference", text("cbc:ID", line.order_reference))
    return element("cac:OrderLineReference", text("cbc:LineID", "1"), order)


def _price_reference(line, currency):
    """What a free line would have cost."""
    if not line.is_free:
        return ""
    price = amount("cbc:PriceAmount", line.price, currency) + text("cbc:PriceTypeCode", "01")
    return element("cac:PricingReference", element("cac:AlternativeConditionPrice", price))


def _item(line):
    scheme, code = line.standard_code
    mandator = text("cbc:ID", line.mandator_nit, **AGENCY, schemeName="31")
    path = "PartyIdentification AgentParty PowerOfAttorney InformationContentProviderParty"
    for name in path.split():
        mandator = optional(f"cac:{name}", mandator)
    return element(
        "cac:Item",
        text("cbc:Description", line.description),
        text("cbc:BrandName", line.brand),
        text("cbc:ModelName", line.model),
        optional("cac:SellersItemIdentification", text("cbc:ID", line.seller_code)),
        element("cac:StandardItemIdentification", text("cbc:ID", code, schemeID=scheme)),
        mandator,
    )
