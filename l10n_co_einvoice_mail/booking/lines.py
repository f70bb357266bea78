"""The lines of a bill that says what a document says, to the cent.

A bill computes prices, discounts and taxes from each other; a DIAN document states every amount on
its own, and they need not follow: a gift has no price but a tax, in a contract of AIU
(administration, contingencies, profit) only the profit is taxed, a bag tax is money a unit, and
everybody rounds as he likes. So every planned tax carries its amount and base, whatever the price.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from ..dian.document import Document
from .guard import tolerance
from .taxes import (
    CHARGES_IVA,
    EXCLUDED_KEY,
    ZERO,
    Booking,
    TaxKey,
    amounts,
    document_amounts,
    is_stated,
    key_of,
)

CENT = Decimal("0.01")
ONE = Decimal(1)
#: A price counts as exact when quantity by price misses the amount by less than this: a bill of
#: 1,000 such lines is right.
EXACT = Decimal("0.000001")
#: How much DIAN lets an amount of a document be off (2.00 of its currency): suppliers round their
#: taxes to whole pesos. More than that is no rounding.
SUPPLIER_ROUNDING = Decimal("2.00")


class LineKind(str, Enum):
    """What a planned line stands for; the words a person reads are the Odoo layer's."""

    ITEM = "item"
    ITEM_CHARGE = "item_charge"
    #: nothing but a mapped tax that no item bears
    TAX = "tax"
    TAX_COST = "tax_cost"
    TAX_UNMAPPED = "tax_unmapped"
    ALLOWANCE = "allowance"
    CHARGE = "charge"
    PREPAID = "prepaid"
    ROUNDING = "rounding"


#: Lines of the whole document that may bear a tax of their own.
TAXED = (LineKind.ALLOWANCE, LineKind.CHARGE)


@dataclass(frozen=True)
class PlannedTax:
    """A mapped tax on a line: what it comes to, and on which base (None: the line's amount)."""

    key: TaxKey
    amount: Decimal
    base: Decimal | None = None


@dataclass(frozen=True)
class PlannedLine:
    """One line of the bill. `amount` is before taxes, and is quantity by price less `discount`
    percent.

    `source`: the document's line it comes from, if any. `key`: the tax that the line stands for.
    `label`: the supplier's own words.
    """

    kind: LineKind
    amount: Decimal
    quantity: Decimal = ONE
    price: Decimal = ZERO
    discount: Decimal = ZERO
    taxes: tuple[PlannedTax, ...] = ()
    source: object = None
    key: TaxKey | None = None
    label: str = ""


@dataclass(frozen=True)
class Plan:
    """The bill's lines, and the taxes that the tax table does not know."""

    lines: tuple[PlannedLine, ...]
    unmapped: tuple[TaxKey, ...]

    @property
    def total(self) -> Decimal:
        """What the bill comes to, before anybody adds a withholding."""
        return _sum(self.lines)


def plan(document: Document, treat: Callable[[TaxKey], Booking], quantity_digits: int) -> Plan:
    """Plan the bill of `document`.

    :param treat: function TaxKey -> Booking, the company's tax table
    :param int quantity_digits: decimals that a quantity on a bill can have
    """
    charged = document_amounts(document)
    lines = [
        planned
        for line in document.lines
        for planned in _item(line, document, treat, quantity_digits)
    ]
    for key, amount in charged.items():
        if treat(key) is Booking.TAX:
            lines = _settle(lines, key, amount, document)
        elif amount:
            lines.append(_loose_tax(key, amount, treat(key)))
    lines = _borne(lines, _adjustments(document, _sum(lines)))
    unmapped = (key for key, amount in charged.items() if amount and treat(key) is Booking.UNMAPPED)
    return Plan(tuple(lines), tuple(unmapped))


def _sum(lines):
    return sum((line.amount + sum(tax.amount for tax in line.taxes) for line in lines), ZERO)


# ---- one line of the document --------------------------------------------------------------------


def _item(line, document, treat, quantity_digits):
    """The planned lines of one line of the document, the item itself first."""
    quantity = _quantity(line.quantity, quantity_digits)
    pricing = _pricing(line, quantity)
    taxes = _item_taxes(line, treat)
    if pricing.amount and not amounts(line.taxes) and _is_excluded(document, treat):
        taxes = (PlannedTax(EXCLUDED_KEY, ZERO),)
    charges = _item_charges(line, pricing, taxes) if pricing.charges else []
    yield PlannedLine(
        LineKind.ITEM,
        pricing.amount,
        quantity,
        pricing.price,
        pricing.discount,
        _less(taxes, charges),
        source=line,
        label=line.description or "",
    )
    yield from charges


def _item_charges(line, pricing, taxes):
    """The charges of an item bear the taxes that its whole amount bears."""
    whole = pricing.amount + pricing.charges
    borne = [
        tax.key
        for tax in taxes
        if tax.key.rate is not None and tax.base is not None and abs(tax.base - whole) <= CENT
    ]
    charges = []
    for item in line.allowances:
        if item.is_charge and item.amount:
            own = (PlannedTax(k, _cents(item.amount * k.rate / 100), item.amount) for k in borne)
            label = item.reason or ""
            charges.append(_flat(LineKind.ITEM_CHARGE, item.amount, tuple(own), line, label=label))
    return charges


def _less(taxes, charges):
    """The item's taxes without what its charges bear."""
    left = []
    for tax in taxes:
        borne = [other for charge in charges for other in charge.taxes if other.key == tax.key]
        amount = tax.amount - sum(other.amount for other in borne)
        base = tax.base and tax.base - sum(other.base for other in borne)
        left.append(PlannedTax(tax.key, amount, base))
    return tuple(left)


def _flat(kind, amount, taxes=(), source=None, key=None, label=""):
    """One unit at `amount`."""
    return PlannedLine(kind, amount, ONE, amount, taxes=taxes, source=source, key=key, label=label)


def _quantity(quantity, digits):
    """The quantity that a bill can hold; 1 where it is missing or too small to be written."""
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
    """Unit price and discount so that quantity by price less discount is the line's amount without
    its charges.

    PriceAmount is meant a BaseQuantity (UBL 2.1), but most write the invoiced quantity there and a
    price a unit: what fits the amount is right. The same for discounts and charges: some suppliers'
    amount leaves them out.
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
        # No percentage of nothing is a discount: of a price of 0 the charges are what is discounted.
        if price is not None and (gross or not off):
            return _Pricing(amount - on, price, _percent(off, gross), on)
    for gross, on in ((amount + discount - charges, charges), (amount + discount, ZERO)):
        if 0 <= discount <= gross:
            return _Pricing(amount - on, gross / quantity, _percent(discount, gross), on)
    return _Pricing(amount, amount / quantity, ZERO, ZERO)


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


def _cents(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def _percent(part, whole):
    return part * 100 / whole if part and whole else ZERO


def _is_excluded(document, treat):
    scheme = document.supplier.tax_scheme if document.supplier else None
    return scheme in CHARGES_IVA and treat(EXCLUDED_KEY) is Booking.TAX


# ---- its taxes -----------------------------------------------------------------------------------


def _item_taxes(line, treat):
    """The mapped taxes of a line, those of one key together."""
    taxes = {}
    for tax in line.taxes:
        key = key_of(tax)
        is_not_charged = key.rate and not tax.amount
        if not is_stated(tax) or is_not_charged or treat(key) is not Booking.TAX:
            continue
        known = taxes.get(key, PlannedTax(key, ZERO, ZERO))
        bases = (known.base, tax.taxable_amount)
        base = None if None in bases else sum(bases)
        taxes[key] = PlannedTax(key, known.amount + (tax.amount or ZERO), base)
    return tuple(taxes.values())


def _settle(lines, key, stated, document):
    """Make a tax of all lines come to what the document's totals state: roundings go to the line
    that bears most of it, anything more becomes a line of its own."""
    bearing = [
        (position, tax)
        for position, line in enumerate(lines)
        for tax in line.taxes
        if tax.key == key
    ]
    off = stated - sum((tax.amount for _position, tax in bearing), ZERO)
    if not off:
        return lines
    if abs(off) > SUPPLIER_ROUNDING * len(bearing):
        base = _missing_base(document, key, [tax for _position, tax in bearing])
        return [*lines, _flat(LineKind.TAX, ZERO, (PlannedTax(key, off, base),), None, key)]
    position, largest = max(bearing, key=lambda found: abs(found[1].amount))
    settled = replace(largest, amount=largest.amount + off)
    line = lines[position]
    taxes = tuple(settled if tax is largest else tax for tax in line.taxes)
    return [*lines[:position], replace(line, taxes=taxes), *lines[position + 1 :]]


def _missing_base(document, key, bearing):
    """What the lines' bases lack of the one that the document states; None where that is not known."""
    bases = [tax.taxable_amount for tax in document.taxes if key_of(tax) == key]
    borne = [tax.base for tax in bearing]
    if len(bases) != 1 or None in (*bases, *borne):
        return None
    return bases[0] - sum(borne, ZERO)


def _borne(lines, adjustments):
    """All lines; a tax on just what one charge or discount of the document comes to goes onto it."""
    kept, adjusted = [], list(adjustments)
    for line in lines:
        [tax] = line.taxes if line.kind is LineKind.TAX else [None]
        position = next(
            (
                number
                for number, item in enumerate(adjusted)
                if tax and item.kind in TAXED and item.amount == tax.base
            ),
            None,
        )
        if position is None:
            kept.append(line)
        else:
            item = adjusted[position]
            adjusted[position] = replace(item, taxes=(*item.taxes, tax))
    return kept + adjusted


def _loose_tax(key, amount, booking):
    kind = LineKind.TAX_COST if booking is Booking.COST else LineKind.TAX_UNMAPPED
    return _flat(kind, amount, (), None, key)


# ---- the document as a whole ---------------------------------------------------------------------


def _adjustments(document, total):
    """Allowances, charges, prepaid amounts and rounding of the whole document.

    PayableAmount = lines + taxes - allowances + charges - prepaid + rounding. Suppliers leave one
    or the other out of that sum: of the combinations that give the payable amount, the fullest is
    taken; if none does, all are, and the difference is shown.
    """
    groups = [group for group in _adjustment_groups(document) if group]
    payable = document.totals.payable
    if payable is None:
        return [line for group in groups for line in group]
    chosen = next(
        (lines for lines in _combinations(groups) if abs(total + _sum(lines) - payable) <= CENT),
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
