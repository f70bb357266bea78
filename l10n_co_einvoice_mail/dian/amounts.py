# ruff: noqa: RUF009 (what fields.* give are dataclasses.field)
"""Taxes, discounts and charges, lines and totals, in the document's currency."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from lxml import etree

from . import fields
from .fields import Context, read
from .xml import ubl_children

#: UN/ECE Rec. 20 units of a payment period, as `relativedelta` names them; DIAN's annex has days.
PERIODS = {"DAY": "days", "WEE": "weeks", "MON": "months", "ANN": "years"}
#: More of any unit is no term of payment.
MAXIMUM_DURATION = 1_000


@dataclass(frozen=True)
class Tax:
    """One TaxSubtotal; a TaxTotal that has none gives one with an amount only."""

    #: `codes.TAX_SCHEMES`: "01" IVA, "04" INC ...; withholdings "05", "06", "07"
    scheme: str | None = fields.code("TaxCategory/TaxScheme/ID")
    name: str | None = fields.text("TaxCategory/TaxScheme/Name")
    percent: Decimal | None = fields.decimal("TaxCategory/Percent", "Percent")
    taxable_amount: Decimal | None = fields.decimal("TaxableAmount")
    amount: Decimal | None = fields.decimal("TaxAmount")
    #: Taxes of so much a unit (plastic bags, sugar): the amount for each `base_quantity` of
    #: `base_unit_code`.
    per_unit_amount: Decimal | None = fields.decimal("PerUnitAmount")
    base_quantity: Decimal | None = fields.decimal("BaseUnitMeasure")
    base_unit_code: str | None = fields.code("BaseUnitMeasure@unitCode")


def read_taxes(total: etree._Element, context: Context) -> tuple[Tax, ...]:
    """The taxes of one TaxTotal or WithholdingTaxTotal."""
    subtotals = list(ubl_children(total, "TaxSubtotal")) or [total]
    return tuple(read(Tax, subtotal, context) for subtotal in context.count(subtotals))


@dataclass(frozen=True)
class AllowanceCharge:
    """A discount, or a charge, of the document or of a line."""

    is_charge: bool = fields.flag("ChargeIndicator")
    #: `codes.ALLOWANCE_REASONS`
    code: str | None = fields.code("AllowanceChargeReasonCode")
    reason: str | None = fields.text("AllowanceChargeReason")
    percent: Decimal | None = fields.decimal("MultiplierFactorNumeric")
    amount: Decimal | None = fields.decimal("Amount")
    base_amount: Decimal | None = fields.decimal("BaseAmount")


@dataclass(frozen=True)
class Line:
    """An InvoiceLine, CreditNoteLine or DebitNoteLine."""

    number: str | None = fields.code("ID")
    description: str | None = fields.joined("Item/Description", "\n")
    quantity: Decimal | None = fields.decimal(
        "InvoicedQuantity", "CreditedQuantity", "DebitedQuantity"
    )
    #: UN/ECE Rec. 20 and 21 (`codes.units()`)
    unit_code: str | None = fields.code(
        "InvoicedQuantity@unitCode", "CreditedQuantity@unitCode", "DebitedQuantity@unitCode"
    )
    #: Price of `base_quantity` units, before the line's discounts and charges
    price: Decimal | None = fields.decimal("Price/PriceAmount")
    base_quantity: Decimal | None = fields.decimal("Price/BaseQuantity")
    #: What the line comes to, its discounts and charges included, without taxes
    amount: Decimal | None = fields.decimal("LineExtensionAmount")
    taxes: tuple[Tax, ...] = fields.repeated(read_taxes, "TaxTotal")
    withholdings: tuple[Tax, ...] = fields.repeated(read_taxes, "WithholdingTaxTotal")
    allowances: tuple[AllowanceCharge, ...] = fields.many(AllowanceCharge, "AllowanceCharge")
    seller_code: str | None = fields.code("Item/SellersItemIdentification/ID")
    standard_code: str | None = fields.code("Item/StandardItemIdentification/ID")
    #: "001" UNSPSC, "010" GTIN, "020" customs tariff, "999" the seller's own
    standard_scheme: str | None = fields.code("Item/StandardItemIdentification/ID@schemeID")
    buyer_code: str | None = fields.code("Item/BuyersItemIdentification/ID")
    brand: str | None = fields.text("Item/BrandName")
    model: str | None = fields.text("Item/ModelName")
    notes: tuple[str, ...] = fields.texts("Note")
    #: The buyer's cost centre, and his order
    accounting_cost: str | None = fields.text("AccountingCost", "AccountingCostCode")
    order_reference: str | None = fields.code("OrderLineReference/OrderReference/ID")
    #: A sample or present: the line comes to nothing, its taxes are reckoned on `reference_price`.
    free_of_charge: bool = fields.flag("FreeOfChargeIndicator")
    reference_price: Decimal | None = fields.decimal(
        "PricingReference/AlternativeConditionPrice/PriceAmount"
    )
    #: For whom the supplier acts (operation 11, mandates)
    mandator_nit: str | None = fields.code(
        "Item/InformationContentProviderParty/PowerOfAttorney/AgentParty/PartyIdentification/ID"
    )

    @property
    def cost_text(self) -> str:
        """What the line says of where it belongs in the buyer's books."""
        return " ".join(filter(None, (self.order_reference, self.accounting_cost)))


@dataclass(frozen=True)
class Totals:
    """What the document comes to. Withholdings are not subtracted from `payable`."""

    line_extension: Decimal | None = fields.decimal("LineExtensionAmount")
    #: The taxable base: it may be 0 while `line_extension` is not
    tax_exclusive: Decimal | None = fields.decimal("TaxExclusiveAmount")
    tax_inclusive: Decimal | None = fields.decimal("TaxInclusiveAmount")
    allowance: Decimal | None = fields.decimal("AllowanceTotalAmount")
    charge: Decimal | None = fields.decimal("ChargeTotalAmount")
    prepaid: Decimal | None = fields.decimal("PrepaidAmount")
    rounding: Decimal | None = fields.decimal("PayableRoundingAmount")
    payable: Decimal | None = fields.decimal("PayableAmount")


@dataclass(frozen=True)
class ExchangeRate:
    """`rate` units of `target` are paid for one of `source`."""

    source: str | None = fields.capital_code("SourceCurrencyCode")
    target: str | None = fields.capital_code("TargetCurrencyCode")
    rate: Decimal | None = fields.decimal("CalculationRate")
    date: datetime.date | None = fields.day("Date")

    def price_of(self, code: str | None) -> Decimal | None:
        """What one unit of the currency `code` costs; None where the document does not say.

        Suppliers write the peso rate (3100) whichever currency they call the source.
        """
        if not self.rate or self.rate <= 0 or self.source == self.target:
            return None
        if self.source == code:
            return self.rate
        if self.target == code:
            return self.rate if self.rate >= 1 else 1 / self.rate
        return None


@dataclass(frozen=True)
class PaymentMeans:
    """How and when the document is to be paid."""

    #: "1" cash, "2" credit
    form: str | None = fields.code("ID")
    #: `codes.PAYMENT_MEANS`
    code: str | None = fields.code("PaymentMeansCode")
    due_date: datetime.date | None = fields.day("PaymentDueDate")
    reference: str | None = fields.code("PaymentID")


@dataclass(frozen=True)
class PaymentTerms:
    """Terms in words, or as a number of `unit_code` ("DAY") from an event."""

    note: str | None = fields.joined("Note", "\n")
    event_code: str | None = fields.code("ReferenceEventCode")
    duration: Decimal | None = fields.decimal("SettlementPeriod/DurationMeasure")
    unit_code: str | None = fields.code("SettlementPeriod/DurationMeasure@unitCode")

    def due(self, issued: datetime.date) -> datetime.date | None:
        """When what was issued that day is due; None where no period is stated, or in a unit not known here."""
        unit = PERIODS.get((self.unit_code or "DAY").upper())
        duration = self.duration
        if (
            unit is None
            or duration is None
            or duration % 1
            or not 0 <= duration <= MAXIMUM_DURATION
        ):
            return None
        try:
            return issued + relativedelta(**{unit: int(duration)})
        except (OverflowError, ValueError):  # beyond the year 9999
            return None


@dataclass(frozen=True)
class PrepaidPayment:
    """What the customer paid in advance."""

    amount: Decimal | None = fields.decimal("PaidAmount")
    received_date: datetime.date | None = fields.day("ReceivedDate")
    reference: str | None = fields.code("ID")
    note: str | None = fields.text("InstructionID")
