"""Whether a withholding applies to what a supplier bills, and why: ReteFuente, ReteIVA and ReteICA on purchases.

What depends on facts that no document states (whether a natural person declares, or has workers; where a service was
rendered) is asked, never guessed. The figures are rows of a company's table, each with its validity and its norm; the
order in which they are looked at follows ET 911 (simple regime), ET 437-2 (agents of ReteIVA), DUR 1.2.4 (bases).
"""

import datetime
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

#: DIAN's responsibilities (`dian.codes.TAX_LEVELS`).
LARGE, SELF_WITHHOLDER, IVA_AGENT, SIMPLE = "O-13", "O-15", "O-23", "O-47"
IVA_AGENTS = frozenset({LARGE, IVA_AGENT})
#: A base of so many UVT is written in pesos exactly, or rounded to thousands (ET 868): tables disagree.
THOUSAND = Decimal(1000)
ROUNDED_ABOVE = Decimal(10_000)


class Kind(str, Enum):
    """Which tax is withheld."""

    RENTA = "renta"
    IVA = "iva"
    ICA = "ica"


class Payee(str, Enum):
    """Of whom a concept is."""

    ANY = "any"
    LEGAL = "legal"
    NATURAL = "natural"


@dataclass(frozen=True)
class Row:
    """What holds for a concept from one day to another. `least` is in UVT, or `otherwise` where nobody could confirm
    which of the two holds; `municipality` is DANE's code and `activity` the CIIU's, of ICA; `norm` is its source.
    `of_a_day`: purchases of one day may have to be counted together."""

    concept: Hashable
    kind: Kind
    name: str
    tax: Hashable
    rate: Decimal
    least: Decimal
    since: datetime.date
    until: datetime.date | None = None
    payee: Payee = Payee.ANY
    municipality: str = ""
    activity: str = ""
    otherwise: Decimal | None = None
    norm: str = ""
    of_a_day: bool = False

    def holds_on(self, day: datetime.date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Party:
    """Buyer or supplier: the responsibilities that are known, and whether it is a natural person (None: not known)."""

    levels: frozenset[str] = frozenset()
    is_natural: bool | None = None
    municipality: str = ""
    activities: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Operation:
    """What is bought: its base before taxes, on the day of the document; what the supplier's `others` of that day come
    to, in names and in pesos."""

    base: Decimal
    day: datetime.date
    others: tuple[str, ...] = ()
    base_of_others: Decimal = Decimal(0)


@dataclass(frozen=True)
class Answer:
    """Whether it applies (None: a person has to say), and why: a key of `SOURCES` with the values of its sentence."""

    applies: bool | None
    source: str
    data: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """All that is asked about. `is_known`: a person withheld this of the same item before, and knows who and where."""

    row: Row
    buyer: Party
    supplier: Party
    operation: Operation
    uvt: Mapping[int, Decimal]
    is_known: bool = False


def judge(case: Case) -> Answer:
    """Whether the withholding of a row applies; the first check that says something counts."""
    answers = (check(case) for check in _CHECKS)
    return next(answer for answer in answers if answer is not None)


def of_day(rows: Iterable[Row], day: datetime.date) -> tuple[Row, ...]:
    """The rows that are in force on a day."""
    return tuple(row for row in rows if row.holds_on(day))


def least_amounts(row: Row, uvt: Decimal) -> tuple[Decimal, Decimal]:
    """The least base in pesos, (lower, higher) where exact and rounded figure differ."""
    exact = row.least * uvt
    if exact <= ROUNDED_ABOVE:
        return exact, exact
    rounded = (exact / THOUSAND).quantize(Decimal(1), ROUND_HALF_UP) * THOUSAND
    return min(exact, rounded), max(exact, rounded)


def known_rows(rows: Iterable[Row], sure: Iterable[bool]) -> tuple[Row, ...]:
    """A concept's rows; one that is not sure may be the one before it still.

    :param sure: of each row, whether somebody compared it with its source
    """
    pairs = sorted(zip(rows, sure, strict=True), key=lambda pair: pair[0].since)
    before: list[Row | None] = [None, *(row for row, _sure in pairs)]
    return tuple(
        row
        if is_sure or earlier is None or earlier.least == row.least
        else replace(row, otherwise=earlier.least)
        for (row, is_sure), earlier in zip(pairs, before, strict=False)
    )


def _buyer(case):
    levels = case.buyer.levels
    if not levels:
        return Answer(None, "withholding_buyer_unknown")
    if SIMPLE in levels:
        return Answer(False, "withholding_buyer_simple")
    if case.buyer.is_natural:
        return Answer(None, "withholding_buyer_natural")
    return None


def _agents_of_iva(case):
    if case.row.kind is not Kind.IVA:
        return None
    if not IVA_AGENTS & case.buyer.levels:
        is_simple = SIMPLE in case.supplier.levels
        return Answer(
            *((None, "withholding_iva_simple") if is_simple else (False, "withholding_no_agent"))
        )
    if IVA_AGENTS & case.supplier.levels:
        return Answer(False, "withholding_between_agents")
    return None


def _supplier(case):
    kind, levels = case.row.kind, case.supplier.levels
    if kind in (Kind.RENTA, Kind.ICA) and SIMPLE in levels:
        return Answer(False, "withholding_supplier_simple")
    if kind is Kind.RENTA and SELF_WITHHOLDER in levels:
        return Answer(False, "withholding_supplier_self")
    return None


def _person(case):
    if case.row.kind is not Kind.RENTA or case.is_known:
        return None
    if case.supplier.is_natural is None:
        return Answer(None, "withholding_person_unknown")
    return Answer(None, "withholding_natural") if case.supplier.is_natural else None


def _responsibilities(case):
    if case.supplier.levels or case.is_known:
        return None
    return Answer(None, "withholding_supplier_unknown")


def _place(case):
    wanted = case.row.municipality
    if (
        case.row.kind is Kind.ICA
        and wanted
        and not case.is_known
        and wanted != case.supplier.municipality
    ):
        return Answer(None, "withholding_place")
    return None


def _activity(case):
    wanted = case.row.activity
    if (
        case.row.kind is Kind.ICA
        and wanted
        and not case.is_known
        and wanted not in case.supplier.activities
    ):
        return Answer(None, "withholding_activity", {"activity": wanted})
    return None


def _base(case):
    row, base = case.row, case.operation.base
    uvt = case.uvt.get(case.operation.day.year)
    if uvt is None:
        return Answer(None, "withholding_no_uvt", {"year": str(case.operation.day.year)})
    low, high = least_amounts(row, uvt)
    data = {
        "concept": row.name,
        "rate": f"{row.rate:f}",
        "least": _pesos(high),
        "norm": row.norm or "?",
    }
    source = "withholding_near"
    if row.otherwise is not None:
        other_low, other_high = least_amounts(replace(row, least=row.otherwise), uvt)
        data["other"], source = _pesos(other_high), "withholding_in_doubt"
        low, high = min(low, other_low), max(high, other_high)
    if base >= high:
        return Answer(True, "withholding_applies", data)
    if base >= low:
        return Answer(None, source, data)
    return _of_the_day(case, low, data) or Answer(False, "withholding_below", data)


def _pesos(amount):
    return f"{amount:,.0f}".replace(",", ".")


def _of_the_day(case, low, data):
    """DIAN 66945/1998 counts what is bought of one supplier on one day together; a later norm is contested."""
    operation = case.operation
    if not case.row.of_a_day or operation.base + operation.base_of_others < low:
        return None
    return Answer(None, "withholding_same_day", {**data, "bills": ", ".join(operation.others)})


_CHECKS: tuple[Callable[[Case], Answer | None], ...] = (
    _buyer,
    _agents_of_iva,
    _supplier,
    _person,
    _responsibilities,
    _place,
    _activity,
    _base,
)
