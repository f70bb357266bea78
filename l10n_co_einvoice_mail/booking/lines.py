"""The lines of a bill that says what a document says, to the cent.

A bill computes its taxes from its lines: quantity by price less discount is the base of a percentage. A DIAN document states
every amount on its own, and they need not follow from each other: a gift has no price but a tax; in a contract of AIU
(administration, contingencies, profit) only the profit is taxed; a bag tax is money a unit. Where amount and tax base differ, the
base comes in on a line of its own with the tax, and goes out on another without.
"""

import itertools
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from .guard import tolerance
from .taxes import (
    CHARGES_IVA,
    EXCLUDED_KEY,
    IVA,
    ZERO,
    Booking,
    Kind,
    TaxKey,
    amounts,
    document_amounts,
    key_of,
)

CENT = Decimal("0.01")
ONE = Decimal(1)
#: A price counts as exact when quantity by price misses the amount by less than this: a bill of 1,000 such lines is right.
EXACT = Decimal("0.000001")
#: What DIAN lets a supplier's tax differ from base by rate (annex 1.9, rules FAX07, FAS07): they round to whole pesos.
SUPPLIER_ROUNDING = Decimal("2.00")


class LineKind(str, Enum):
    """What a planned line stands for; the words a person reads are the Odoo layer's."""

    ITEM = "item"
    ITEM_CHARGE = "item_charge"
    TAX_BASE = "tax_base"
    TAX_BASE_OFFSET = "tax_base_offset"
    TAX_UNITS = "tax_units"
    TAX_COST = "tax_cost"
    TAX_UNMAPPED = "tax_unmapped"
    ALLOWANCE = "allowance"
    CHARGE = "charge"
    PREPAID = "prepaid"
    ROUNDING = "rounding"


@dataclass(frozen=True)
class PlannedLine:
    """One line of the bill. `amount` is before taxes, and is quantity by price less `discount` percent.

    `source`: the document's line it comes from, if any. `key`: the tax it stands for. `label`: the supplier's own words.
    """

    kind: LineKind
    amount: Decimal
    quantity: Decimal = ONE
    price: Decimal = ZERO
    discount: Decimal = ZERO
    taxes: tuple[TaxKey, ...] = ()
    source: object = None
    key: TaxKey | None = None
    label: str = ""


@dataclass(frozen=True)
class Plan:
    """The bill's lines, the amounts that its taxes must come to, and the taxes that the tax table does not know."""

    lines: tuple[PlannedLine, ...]
    taxes: dict[TaxKey, Decimal]
    unmapped: tuple[TaxKey, ...]

    @property
    def total(self):
        """What the bill comes to, before anybody adds a withholding."""
        return sum((line.amount for line in self.lines), ZERO) + sum(self.taxes.values(), ZERO)


def plan(document, treat, quantity_digits):
    """Plan the bill of `document`.

    :param treat: function TaxKey -> Treatment, the company's tax table
    :param int quantity_digits: decimals that a quantity on a bill can have
    """
    charged = document_amounts(document)
    booked = {key: amount for key, amount in charged.items() if treat(key).booking is Booking.TAX}
    loose = {key: amount for key, amount in charged.items() if amount and key not in booked}
    lines = [
        planned
        for line in document.lines
        for planned in _item(line, document, treat, quantity_digits)
    ]
    lines += _missing_on_lines(document, booked, treat)
    lines += [_loose_tax(key, amount, treat(key)) for key, amount in loose.items()]
    total = sum((line.amount for line in lines), ZERO) + sum(booked.values(), ZERO)
    lines += _adjustments(document, total)
    unmapped = tuple(key for key in loose if treat(key).booking is Booking.UNMAPPED)
    return Plan(tuple(lines), booked, unmapped)


# ---- one line of the document --------------------------------------------------------------------


def _item(line, document, treat, quantity_digits):
    """The planned lines of one line of the document, the item itself first."""
    quantity = _quantity(line.quantity, quantity_digits)
    pricing = _pricing(line, quantity)
    on_item, beside = _place_taxes(line, pricing.amount + pricing.charges, quantity, treat)
    if pricing.amount and not amounts(line.taxes) and _is_excluded(document, treat):
        on_item = (EXCLUDED_KEY,)
    yield PlannedLine(
        LineKind.ITEM,
        pricing.amount,
        quantity,
        pricing.price,
        pricing.discount,
        on_item,
        source=line,
        label=line.description or "",
    )
    if pricing.charges:
        percentages = tuple(key for key in on_item if key.kind is Kind.PERCENT)
        yield from (
            _flat(LineKind.ITEM_CHARGE, item.amount, percentages, line, label=item.reason or "")
            for item in line.allowances
            if item.is_charge and item.amount
        )
    yield from beside


def _flat(kind, amount, taxes=(), source=None, key=None, label=""):
    """One unit at `amount`."""
    return PlannedLine(kind, amount, ONE, amount, taxes=taxes, source=source, key=key, label=label)


def _quantity(quantity, digits):
    """The quantity that a bill can hold: one that is missing, or too small to be written, is one."""
    if not quantity:
        return ONE
    return quantity.quantize(ONE.scaleb(-digits), ROUND_HALF_UP) or ONE


@dataclass(frozen=True)
class _Pricing:
    amount: Decimal
    price: Decimal
    discount: Decimal
    charges: Decimal


def _pricing(line, quantity):
    """Unit price and discount so that quantity by price less discount is the line's amount without its charges.

    PriceAmount is meant a BaseQuantity (UBL 2.1), but most write the invoiced quantity there and a price a unit: what fits the
    amount is right. The same for discounts and charges: some suppliers' amount leaves them out.
    """
    discount = sum((a.amount or ZERO for a in line.allowances if not a.is_charge), ZERO)
    charges = sum((a.amount or ZERO for a in line.allowances if a.is_charge), ZERO)
    prices = _possible_prices(line)
    amount = line.amount
    if amount is None:
        amount = (prices[0] * quantity if prices else ZERO) - discount + charges
    for off, on in ((discount, charges), (ZERO, charges), (discount, ZERO), (ZERO, ZERO)):
        gross = amount + off - on
        price = _fitting(prices, quantity, gross, line.quantity)
        if price is not None:
            return _Pricing(amount - on, price, _percent(off, gross), on)
    gross = amount + discount - charges
    if not 0 <= discount <= gross:
        return _Pricing(amount, amount / quantity, ZERO, ZERO)
    return _Pricing(amount - charges, gross / quantity, _percent(discount, gross), charges)


def _possible_prices(line):
    if line.price is None:
        return ()
    if not line.base_quantity or line.base_quantity == 1:
        return (line.price,)
    return (line.price, line.price / line.base_quantity)


def _fitting(prices, quantity, gross, exact_quantity):
    """The price, made exact, if one of `prices` gives `gross` to the cent."""
    for price in prices:
        if abs(quantity * price - gross) < EXACT:
            return price
        if abs((exact_quantity or quantity) * price - gross) <= CENT:
            return gross / quantity
    return None


def _percent(part, whole):
    return part * 100 / whole if part and whole else ZERO


def _is_excluded(document, treat):
    scheme = document.supplier.tax_scheme if document.supplier else None
    return scheme in CHARGES_IVA and treat(EXCLUDED_KEY).booking is Booking.TAX


# ---- its taxes -----------------------------------------------------------------------------------


def _place_taxes(line, amount, quantity, treat):
    """(keys that the item's line carries, lines that bring in the others)."""
    on_item, beside = [], []
    for tax in line.taxes:
        key = key_of(tax)
        treatment = treat(key)
        if treatment.booking is not Booking.TAX or not (tax.amount or tax.scheme == IVA):
            continue
        if key not in on_item and _follows(tax, key, treatment, amount, quantity):
            on_item.append(key)
        elif tax.amount:
            beside += _tax_beside(key, treatment, tax.amount, tax.taxable_amount, line)
    return tuple(on_item), beside


def _follows(tax, key, treatment, amount, quantity):
    """Whether the tax on a line of this amount and quantity comes to what the document says."""
    if treatment.fixed_amount is not None:
        return abs(quantity * treatment.fixed_amount - (tax.amount or ZERO)) < CENT
    if key.rate is None:
        return False
    if not tax.amount:
        return not key.rate
    computed = amount * key.rate / 100
    if tax.taxable_amount is not None and abs(tax.taxable_amount - amount) <= CENT:
        return abs(computed - tax.amount) <= SUPPLIER_ROUNDING
    return abs(computed - tax.amount) <= CENT


def _tax_beside(key, treatment, amount, base, source=None):
    """Lines that come to nothing before taxes, and to `amount` of this tax."""
    if treatment.fixed_amount:
        units = amount / treatment.fixed_amount
        return [PlannedLine(LineKind.TAX_UNITS, ZERO, units, ZERO, ZERO, (key,), source, key)]
    if not key.rate:
        return [_flat(LineKind.TAX_COST, amount, (), source, key)]
    computed = (base or ZERO) * key.rate / 100
    if base is None or abs(computed - amount) > SUPPLIER_ROUNDING:
        base = amount * 100 / key.rate
    base = base.quantize(CENT, ROUND_HALF_UP)
    return [
        _flat(LineKind.TAX_BASE, base, (key,), source, key),
        _flat(LineKind.TAX_BASE_OFFSET, -base, (), source, key),
    ]


def _missing_on_lines(document, booked, treat):
    """What the document's totals charge beyond what its lines do, by tax."""
    of_lines, count = {}, {}
    for tax in (tax for line in document.lines for tax in line.taxes):
        key = key_of(tax)
        of_lines[key] = of_lines.get(key, ZERO) + (tax.amount or ZERO)
        count[key] = count.get(key, 0) + 1
    planned = []
    for key, amount in booked.items():
        missing = amount - of_lines.get(key, ZERO)
        if abs(missing) > SUPPLIER_ROUNDING * count.get(key, 0) and abs(missing) >= CENT:
            planned += _tax_beside(key, treat(key), missing, _base_of(document, key, of_lines))
    return planned


def _base_of(document, key, of_lines):
    """The base that the totals give for a tax that no line has; unknown for one that some lines have."""
    bases = [tax.taxable_amount for tax in document.taxes if key_of(tax) == key]
    return bases[0] if len(bases) == 1 and key not in of_lines else None


def _loose_tax(key, amount, treatment):
    kind = LineKind.TAX_COST if treatment.booking is Booking.COST else LineKind.TAX_UNMAPPED
    return _flat(kind, amount, (), None, key)


# ---- the document as a whole ---------------------------------------------------------------------


def _adjustments(document, total):
    """Allowances, charges, prepaid amounts and rounding of the whole document; they bear no tax (annex 1.9, FAQ/FAU).

    PayableAmount = lines + taxes - allowances + charges - prepaid + rounding. Suppliers leave one or the other out of that sum: of
    the combinations that give the payable amount, the fullest is taken; if none does, all are, and the difference is shown.
    """
    groups = [group for group in _adjustment_groups(document) if group]
    payable = document.totals.payable
    if payable is None:
        return [line for group in groups for line in group]
    chosen = next(
        (
            lines
            for lines in _combinations(groups)
            if abs(total + _sum(lines) - payable) <= CENT
        ),
        [line for group in groups for line in group],
    )
    rest = payable - total - _sum(chosen)
    if rest and abs(rest) <= tolerance(document.currency):
        return [*chosen, _flat(LineKind.ROUNDING, rest)]
    return chosen


def _combinations(groups):
    for count in range(len(groups), -1, -1):
        for some in itertools.combinations(groups, count):
            yield [line for group in some for line in group]


def _sum(lines):
    return sum((line.amount for line in lines), ZERO)


def _adjustment_groups(document):
    totals = document.totals
    yield _header(document, False, LineKind.ALLOWANCE, -1, totals.allowance)
    yield _header(document, True, LineKind.CHARGE, 1, totals.charge)
    yield [_flat(LineKind.PREPAID, -totals.prepaid)] if totals.prepaid else []
    yield [_flat(LineKind.ROUNDING, totals.rounding)] if totals.rounding else []


def _header(document, is_charge, kind, sign, stated):
    """The document's allowances, or its charges; their stated total where they are not itemised."""
    lines = [
        _flat(kind, sign * item.amount, label=item.reason or "")
        for item in document.allowances
        if item.is_charge is is_charge and item.amount
    ]
    return lines or ([_flat(kind, sign * stated)] if stated else [])
