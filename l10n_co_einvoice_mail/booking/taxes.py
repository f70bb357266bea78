"""The taxes of a document, as a buyer books them: which tax, at which rate, how it is booked."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from ..dian.amounts import Tax
from ..dian.document import Document

ZERO = Decimal(0)
#: IVA, the only tax whose zero rate means something to the buyer (exempt).
IVA = "01"
#: Not a code of DIAN: a line without any tax of a supplier who charges IVA, that is, an excluded
#: good (E.T. art. 424).
EXCLUDED = "excluded"
#: PartyTaxScheme/TaxScheme/ID of those who charge IVA: IVA, IVA e INC.
CHARGES_IVA = ("01", "ZA")


class Kind(str, Enum):
    """How a tax is measured: in percent of a base, or in money a unit of the thing sold."""

    PERCENT = "percent"
    PER_UNIT = "per_unit"


class TaxKey(NamedTuple):
    """What the tax table is asked for. `rate` is a percentage, None for a tax a unit."""

    scheme: str
    kind: Kind
    rate: Decimal | None

    @property
    def text(self) -> str:
        """`01@19`, `22@per_unit`: the key inside JSON."""
        return f"{self.scheme}@{self.kind.value if self.rate is None else f'{self.rate:f}'}"


EXCLUDED_KEY = TaxKey(EXCLUDED, Kind.PERCENT, ZERO)


class Booking(str, Enum):
    """What the tax table answers."""

    #: a purchase tax
    TAX = "tax"
    #: a cost, on a line of its own
    COST = "cost"
    #: nothing: a cost too, and a person is told
    UNMAPPED = "unmapped"


def plain(number: Decimal) -> Decimal:
    """A Decimal without trailing zeros, so that 19, 19.0 and 19.00 are one rate and have one
    text."""
    number = number.normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral() else number


def key_of(tax: Tax) -> TaxKey:
    """The key of a TaxSubtotal. A rate that is missing is worked out of amount and base."""
    scheme = tax.scheme or ""
    if tax.percent or not tax.amount:
        return TaxKey(scheme, Kind.PERCENT, plain(tax.percent or ZERO))
    if not tax.per_unit_amount and tax.taxable_amount:
        rate = plain(round(tax.amount * 100 / tax.taxable_amount, 2))
        if rate:
            return TaxKey(scheme, Kind.PERCENT, rate)
    return TaxKey(scheme, Kind.PER_UNIT, None)


def is_stated(tax: Tax) -> bool:
    """Whether a TaxSubtotal says anything: an amount, or that the good is exempt from IVA."""
    return bool(tax.amount) or tax.scheme == IVA


def amounts(taxes: Iterable[Tax]) -> dict[TaxKey, Decimal]:
    """{TaxKey: amount} of the TaxSubtotals that say something."""
    totals = defaultdict(Decimal)
    for tax in taxes:
        if is_stated(tax):
            totals[key_of(tax)] += tax.amount or ZERO
    return dict(totals)


def document_amounts(document: Document) -> dict[TaxKey, Decimal]:
    """{TaxKey: amount} that the document charges: its own totals, or its lines' where it gives none
    for that tax.

    A scheme that the totals give at one rate and the lines at others is taken from the totals.
    """
    of_document = amounts(document.taxes)
    schemes = {key.scheme for key in of_document}
    of_lines = amounts(tax for line in document.lines for tax in line.taxes)
    missing = {key: amount for key, amount in of_lines.items() if key.scheme not in schemes}
    return {**missing, **of_document}


def stated_withholdings(document: Document) -> dict[str, Decimal]:
    """{DIAN's scheme: amount} of what the supplier states as withheld; from the lines what the totals do not state."""
    totals = defaultdict(Decimal)
    for tax in _stated(document):
        totals[tax.scheme or ""] += tax.amount or ZERO
    return dict(totals)


def _stated(document):
    schemes = {tax.scheme for tax in document.withholdings}
    of_lines = (tax for line in document.lines for tax in line.withholdings)
    of_lines = (tax for tax in of_lines if tax.scheme not in schemes)
    return [tax for tax in (*document.withholdings, *of_lines) if tax.amount]


def withholdings(document: Document) -> dict[str, Decimal]:
    """The same by name: {name: amount}."""
    totals = defaultdict(Decimal)
    for tax in _stated(document):
        totals[tax.name or tax.scheme or "?"] += tax.amount
    return dict(totals)
