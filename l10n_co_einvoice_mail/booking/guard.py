"""The figures of a document that its bill is held against, and what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..dian.document import Document
from .taxes import ZERO, document_amounts

PESO = "COP"


def tolerance(currency: str | None) -> Decimal:
    """How much a bill may differ from its document: a peso, or a cent of another currency."""
    return Decimal(1) if currency in (None, PESO) else Decimal("0.01")


@dataclass(frozen=True)
class Difference:
    """One figure that differs. `subject`: payable, tax or lines; `scheme`: DIAN's code of the tax;
    amounts in the document's currency."""

    subject: str
    of_document: Decimal
    of_bill: Decimal
    scheme: str = ""


def facts(document: Document) -> dict:
    """What is kept of a document beside its bill, ready for JSON; amounts are texts, so that no
    cent is lost."""
    return {
        "currency": document.currency,
        "payable": _text(document.totals.payable),
        "taxes": _by_scheme(document_amounts(document)),
        "lines": len(document.lines),
        "references": _references(document),
    }


def differences(
    kept: Mapping, total: Decimal, taxes: Mapping[str, Decimal], lines: int
) -> tuple[Difference, ...]:
    """Hold a bill against `facts`.

    :param Decimal total: what the bill comes to without withholdings
    :param dict taxes: {scheme: Decimal}
    :param int lines: how many of the document's lines it has; not held against a bill whose facts
        say None
    :return: tuple of `Difference`
    """
    allowed = tolerance(kept["currency"])
    found = []
    if kept["payable"] is not None:
        found.append(Difference("payable", Decimal(kept["payable"]), total))
    for scheme in sorted({*kept["taxes"], *taxes}):
        stated = Decimal(kept["taxes"].get(scheme, "0"))
        found.append(Difference("tax", stated, taxes.get(scheme, ZERO), scheme))
    off = [item for item in found if abs(item.of_document - item.of_bill) > allowed]
    if kept["lines"] not in (None, lines):
        off.append(Difference("lines", Decimal(kept["lines"]), Decimal(lines)))
    return tuple(off)


def _references(document):
    """Numbers of the documents that a note corrects; None of an invoice, which corrects none."""
    if document.kind == "invoice":
        return None
    return [reference.number or reference.cufe for reference in document.references]


def _by_scheme(by_key):
    totals = {}
    for key, amount in by_key.items():
        totals[key.scheme] = totals.get(key.scheme, ZERO) + amount
    return {scheme: _text(amount) for scheme, amount in totals.items() if amount}


def _text(amount):
    return None if amount is None else f"{amount:f}"
