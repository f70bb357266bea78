"""Who is asked first for a value: what a note corrects, the order, a rule, the last bills with this item, the product,
the supplier."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from .clues import Clues
from .memory import Memory
from .rules import Rule, first_with
from .sources import Choice

#: Not of the item itself, but of the supplier: the product knows better.
VAGUE = ("supplier", "item_reworded")


@dataclass(frozen=True)
class Line:
    """A line that is to be coded: what it is known by, the rules that it meets, the bill that it corrects, and what
    was decided when it was ordered: {what: Choice}."""

    clues: Clues
    memory: Memory
    rules: tuple[Rule, ...] = ()
    corrects: Hashable = None
    ordered: Mapping[str, Choice] = field(default_factory=dict)


def propose(line: Line, what: str, otherwise: Iterable[Choice] = ()) -> Choice | None:
    """The value of `what` for a line.

    :param otherwise: what else knows a value, the surest first; it stands behind the last bills with this very item
    :return: None where nobody knows any
    """
    if line.corrects is not None:
        corrected = line.memory.on_bill(line.corrects, line.clues, what)
        if corrected is not None and corrected.value is not None:
            return corrected
    if what in line.ordered:
        return line.ordered[what]
    if rule := first_with(line.rules, what):
        return _by_rule(rule, line, what)
    remembered = line.memory.recall(line.clues, what)
    others = list(otherwise)
    if remembered is None or remembered.value is None:
        return others[0] if others else None
    return _confirmed(remembered, others)


def _by_rule(rule, line, what):
    """A rule's value; where somebody booked its last line otherwise, that is to be looked at."""
    value, data = rule.values[what], {"rule": rule.name, "rule_id": rule.key}
    last = line.memory.last_by(rule.key, what)
    if last and last.values.get(what) != value:
        return Choice(value, "rule_doubted", {**data, "bill": last.name})
    return Choice(value, "rule", data)


def _confirmed(remembered, others):
    """What was remembered, unless it is unsure and another knows better, or says the same."""
    sure = [other for other in others if other.is_sure]
    if remembered.is_sure or not sure:
        return remembered
    same = next((other for other in sure if other.value == remembered.value), None)
    return same or (sure[0] if remembered.source in VAGUE else remembered)
