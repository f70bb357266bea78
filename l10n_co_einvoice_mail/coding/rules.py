"""Rules that a person lays down: lines that meet the conditions get these values."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .clues import words_of


@dataclass(frozen=True)
class Subject:
    """A line of a document, as rules look at it. `text` is what the document says as a whole: its order, its notes;
    `amount` is the document's, to pay; `addresses` are those at which it arrived, in small letters."""

    supplier: Hashable
    code: str = ""
    description: str = ""
    unit: str = ""
    document_type: str = ""
    amount: Decimal = Decimal(0)
    text: str = ""
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Conditions:
    """What a line has to be for a rule; what is empty is not asked for. Each word of `words` and `text` has to be
    there."""

    supplier: Hashable = None
    code: str = ""
    words: str = ""
    unit: str = ""
    document_type: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    text: str = ""
    address: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether every line meets them."""
        return self == Conditions()

    def meet(self, subject: Subject) -> bool:
        """Whether a line is what they ask for."""
        return (
            self.supplier in (None, subject.supplier)
            and _is_same(self.code, subject.code)
            and _is_same(self.unit, subject.unit)
            and _is_same(self.document_type, subject.document_type)
            and (self.least is None or subject.amount >= self.least)
            and (self.most is None or subject.amount <= self.most)
            and (not self.address or self.address.strip().casefold() in subject.addresses)
            and _are_in(self.words, subject.description)
            and _are_in(self.text, subject.text)
        )


def _is_same(wanted, found):
    return not wanted or wanted.strip().casefold() == found.strip().casefold()


def _are_in(wanted, found):
    # A condition of nothing but numbers and particles is met by the same characters.
    words = words_of(wanted)
    return words <= words_of(found) if words else wanted.casefold().strip() in found.casefold()


@dataclass(frozen=True)
class Rule:
    """`key` identifies it; `values` are what it says: {what: value}."""

    key: Hashable
    name: str
    conditions: Conditions
    values: Mapping[str, Hashable] = field(default_factory=dict)


class Rules:
    """A company's rules in their order: of those that a line meets, the first that says something of a value counts."""

    def __init__(self, rules: Iterable[Rule] = ()):
        """:param rules: those that are switched on, in their order"""
        self._rules = list(enumerate(rules))
        self._of_all = [one for one in self._rules if one[1].conditions.supplier is None]
        self._of_supplier: dict[Hashable, list[tuple[int, Rule]]] = {}
        for one in self._rules:
            if one[1].conditions.supplier is not None:
                self._of_supplier.setdefault(one[1].conditions.supplier, []).append(one)

    @property
    def ask_addresses(self) -> bool:
        """Whether any of them asks where a document arrived."""
        return any(rule.conditions.address for _number, rule in self._rules)

    def met_by(self, subject: Subject) -> tuple[Rule, ...]:
        """The rules that a line meets, in their order."""
        candidates = self._of_all + self._of_supplier.get(subject.supplier, [])
        ordered = sorted(candidates, key=_place)
        return tuple(rule for _number, rule in ordered if rule.conditions.meet(subject))


def _place(one):
    return one[0]


def first_with(rules: Iterable[Rule], what: str) -> Rule | None:
    """The first rule that says something about `what`."""
    return next((rule for rule in rules if what in rule.values), None)


@dataclass(frozen=True)
class Trial:
    """What a rule would have done with lines of the past: how many it meets, with how many of them it agrees, and
    those with which it does not, the latest first."""

    met: int
    agrees: int
    others: tuple[Hashable, ...] = ()


def attempt(rule: Rule, past: Iterable[tuple[Hashable, Subject, Mapping[str, Hashable]]]) -> Trial:
    """Try a rule on lines of the past.

    :param past: (identifier, line, the values that it was given), the latest first
    """
    met = list(_met(rule, past))
    others = tuple(key for key, values in met if not _agrees(rule, values))
    return Trial(len(met), len(met) - len(others), others)


def _met(rule, past) -> Iterator[tuple[Hashable, Mapping[str, Hashable]]]:
    return ((key, values) for key, subject, values in past if rule.conditions.meet(subject))


def _agrees(rule, values):
    return all(values.get(what) == value for what, value in rule.values.items())
