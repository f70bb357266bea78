"""Which line of a purchase order a line of a bill is, and in what they differ."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .clues import ALIKE


@dataclass(frozen=True)
class Ordered:
    """A line of a purchase order. `open_quantity` is what is not billed yet; `received` what came and is not billed,
    None where nobody counts that. Prices are of one unit, in the bill's currency. Units with the same `measure` can be
    converted: one of them is `factor` of the measure."""

    key: Hashable
    order: Hashable
    price: Decimal
    open_quantity: Decimal
    product: Hashable = None
    words: frozenset[str] = frozenset()
    received: Decimal | None = None
    measure: Hashable = None
    factor: Decimal = Decimal(1)


@dataclass(frozen=True)
class Billed:
    """A line of a bill; its unit as that of `Ordered`."""

    key: Hashable
    price: Decimal
    quantity: Decimal
    product: Hashable = None
    words: frozenset[str] = frozenset()
    measure: Hashable = None
    factor: Decimal = Decimal(1)

    def in_unit_of(self, ordered: Ordered) -> "Billed":
        """The same in the unit in which it was ordered; as it stands, where the one cannot be told from the other."""
        if self.measure is None or self.measure != ordered.measure or self.factor == ordered.factor:
            return self
        ratio = self.factor / ordered.factor
        return replace(
            self, price=self.price / ratio, quantity=self.quantity * ratio, factor=ordered.factor
        )


@dataclass(frozen=True)
class Difference:
    """In what a billed line differs from its order: `subject` is price, quantity or receipt."""

    subject: str
    ordered: Decimal
    billed: Decimal


def tie_named(
    billed: Sequence[Billed], ordered: Iterable[Ordered], tolerance: Decimal
) -> dict[Hashable, Ordered]:
    """The lines of the orders that a document names: of the same product, else of the same price, the same words first.

    :param tolerance: how far prices may be apart, as a share of the ordered one
    :return: {key of a billed line: its ordered line}; each ordered line once
    """
    return _tie(billed, ordered, lambda line, other: _rank(line, other, tolerance))


def tie_open(
    billed: Sequence[Billed], ordered: Iterable[Ordered], tolerance: Decimal
) -> dict[Hashable, Ordered]:
    """The lines of the supplier's only open order that has them all, where a document names none.

    A line is an order's by product or words, and by its price, and is no more than what is open; an order that has some
    of the lines only, or two that have them all, prove nothing.
    """
    by_order: dict[Hashable, list[Ordered]] = {}
    for line in ordered:
        by_order.setdefault(line.order, []).append(line)
    found = [
        tied
        for lines in by_order.values()
        if len(tied := _tie(billed, lines, lambda a, b: _rank_strictly(a, b, tolerance)))
        == len(billed)
    ]
    return found[0] if len(found) == 1 and billed else {}


def differences(line: Billed, ordered: Ordered, tolerance: Decimal) -> Iterator[Difference]:
    """In what a billed line differs from the ordered one by more than the tolerance, in the order's unit; less than
    ordered is none."""
    line = line.in_unit_of(ordered)
    if not _is_price(line, ordered, tolerance):
        yield Difference("price", ordered.price, line.price)
    if line.quantity > ordered.open_quantity * (1 + tolerance):
        yield Difference("quantity", ordered.open_quantity, line.quantity)
    elif ordered.received is not None and line.quantity > ordered.received * (1 + tolerance):
        yield Difference("receipt", ordered.received, line.quantity)


def is_same_thing(line: Billed, ordered: Ordered) -> bool:
    """Whether product or words say so, and not a price alone."""
    if line.product and ordered.product:
        return line.product == ordered.product
    return _is_alike(line, ordered)


def _tie(billed, ordered, rank):
    """The best pairs first; an ordered line is taken once."""
    pairs = [
        (found, place, line, other)
        for place, line in enumerate(billed)
        for other in ordered
        if (found := rank(line.in_unit_of(other), other))
    ]
    tied, taken = {}, set()
    for _rank_of, _place, line, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if line.key not in tied and other.key not in taken:
            tied[line.key] = other
            taken.add(other.key)
    return tied


def _rank(line, other, tolerance):
    """How surely two lines are one: 0 where they are not."""
    if line.product and other.product:
        return (4 + _is_price(line, other, tolerance)) * (line.product == other.product)
    is_price, is_alike = _is_price(line, other, tolerance), _is_alike(line, other)
    return 2 * is_alike + is_price if is_price or is_alike else 0


def _rank_strictly(line, other, tolerance):
    fits = line.quantity <= other.open_quantity and _is_price(line, other, tolerance)
    return int(fits and is_same_thing(line, other))


def _is_price(line, other, tolerance):
    return abs(line.price - other.price) <= abs(other.price) * tolerance


def _is_alike(line, other):
    shorter = min(len(line.words), len(other.words))
    return bool(shorter) and len(line.words & other.words) >= ALIKE * shorter
