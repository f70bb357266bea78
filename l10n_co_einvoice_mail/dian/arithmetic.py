"""Does a document add up? (annex 1.9, LegalMonetaryTotal: FAU02 to FAU14)"""

from dataclasses import dataclass
from decimal import Decimal

from .document import Document

#: Sums may differ by so much, in the document's currency.
TOLERANCE = Decimal("2.00")


@dataclass(frozen=True)
class Difference:
    """An amount that is not what the others come to."""

    #: UBL's name of the amount
    name: str
    written: Decimal
    computed: Decimal

    @property
    def text(self) -> str:
        return f"{self.name} {self.written:.2f} ≠ {self.computed:.2f}"


def differences(document: Document) -> list[Difference]:
    """The amounts of the monetary total that its parts do not come to; missing ones are not judged.

    All of DIAN's published examples add up to the cent this way, free lines and taxes by unit
    included.
    """
    total = document.totals
    taxes = _sum(tax.amount for tax in document.taxes)
    computed = {
        "LineExtensionAmount": (total.line_extension, _sum(line.amount for line in document.lines)),
        "TaxInclusiveAmount": (total.tax_inclusive, _plus(total.line_extension, taxes)),
        "PayableAmount": (total.payable, _payable(total)),
    }
    return [
        Difference(name, written, value)
        for name, (written, value) in computed.items()
        if written is not None and value is not None and abs(written - value) > TOLERANCE
    ]


def _payable(total):
    """TaxInclusive - Allowance + Charge - Prepaid + Rounding."""
    if total.tax_inclusive is None:
        return None
    added = _sum((total.tax_inclusive, total.charge, total.rounding))
    return added - _sum((total.allowance, total.prepaid))


def _plus(amount, other):
    return None if amount is None else amount + other


def _sum(amounts):
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
