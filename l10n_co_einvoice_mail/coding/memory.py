"""What was done with a supplier's last bills, and how far that tells what to do with the next.

Every value is judged by its own history. It is sure where the same item came often enough and was always booked
alike; where this supplier's items are hardly ever booked in two ways, once is enough. A change that a person made is
proposed from then on, and is sure when it has been repeated and the history is long: what somebody chooses anew each
time, as he thinks best, looks like a change for good while there are few bills. Each irregularity has to be outweighed
by bills; what goes to and fro never is.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from .clues import Clues
from .sources import Choice

#: On so many bills an item has to have been booked alike, until it is sure.
OFTEN = 3
#: So often in turn it has to have been booked alike since a change; since an exception, once.
REPEATED = 2
#: So many bills outweigh one change or exception: opinions that come and go look so steady once in 1,000 times. Up to
#: `LENT` of them may be of the supplier's other items, where those never changed.
OUTWEIGHS = 11
LENT = 6
#: So often items of this supplier have to have been booked as the time before, and in so great a share of all times
#: that they came again, until one time is enough for an item.
AGAIN = 2
STEADY = 0.85
#: Whose items are booked in so many ways is booked by what is sold: once is as good as twice, as chance seldom agrees.
SEVERAL = 3
#: What follows from the item that is sold, whoever sells it.
OF_THE_ITEM = frozenset({"account", "product"})


@dataclass(frozen=True)
class Past:
    """A line of a confirmed bill. `bill` identifies it and `name` is what a person calls it; `values` are what was
    chosen, {what: value}, `rules` which rule had proposed something else or the same, {what: key of the rule}, and
    `changed` what a person chose instead of what was proposed."""

    bill: Hashable
    name: str
    clues: Clues
    values: Mapping[str, Hashable]
    rules: Mapping[str, Hashable] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()


class Memory:
    """The lines of one supplier's last confirmed bills."""

    def __init__(self, lines: Iterable[Past] = ()):
        """:param lines: those of the latest bill first"""
        self.lines = tuple(lines)
        self._exact: dict[Hashable, list[Past]] = {}
        self._by_code: dict[str, list[Past]] = {}
        for line in self.lines:
            for key in line.clues.exact:
                self._exact.setdefault(key, []).append(line)
            if line.clues.code:
                self._by_code.setdefault(line.clues.code, []).append(line)
        self._runs_of: dict[str, list[list[tuple[Hashable, int]]]] = {}
        self._uniform: dict[str, bool] = {}

    def same_item(self, clues: Clues) -> list[Past]:
        """The lines with the very same item, the latest first."""
        found = (self._exact[key] for key in clues.exact if key in self._exact)
        return next(found, [])

    def recall(self, clues: Clues, what: str) -> Choice | None:
        """The value that lines like this one had, and how sure that is; None where there is nothing to go by.

        :param clues: of the line that is to be coded
        :param what: key of `Past.values`
        """
        if lines := self.same_item(clues):
            return self._judge(lines, what, is_same=lines[0].clues.code == clues.code)
        if lines := self._by_code.get(clues.code, []):
            alike = [line for line in lines if clues.is_like(line.clues)]
            if alike:
                return self._judge(alike, what, is_same=False)
            return self._as_supplier(lines[0], what, "item_reworded")
        last = next((line for line in self.lines if line.clues.kind == clues.kind), None)
        return self._as_supplier(last, what, "supplier") if last else None

    def last_by(self, rule: Hashable, what: str) -> Past | None:
        """The last line for which this rule had proposed `what`."""
        return next((line for line in self.lines if line.rules.get(what) == rule), None)

    def on_bill(self, bill: Hashable, clues: Clues, what: str) -> Choice | None:
        """The value of the same item on one bill, which this line corrects."""
        line = next((line for line in self.same_item(clues) if line.bill == bill), None)
        return _as_on(line, what, "corrected") if line else None

    # ---- how sure --------------------------------------------------------------------------------

    def _judge(self, lines, what, is_same):
        """:param is_same: whether code and words are the same: if not, a single time is never enough"""
        runs = _runs(lines, what)
        agree = sum(count for value, count in runs if value == runs[0][0])
        of = sum(count for _value, count in runs)
        source = self._steadiness(runs, what)
        if source == "item_few" and self._is_uniform(what):
            source = "supplier_always"
        elif source == "item_few" and is_same and self._is_usual(what):
            source = "item_usual"
        return _as_on(lines[0], what, source, agree=str(agree), of=str(of))

    def _steadiness(self, runs, what):
        """What the history of one item says (key of `SOURCES`); runs as `_runs` has them."""
        (value, latest), *earlier = runs
        if not earlier:
            return "item" if latest >= OFTEN else "item_few"
        irregular = _irregularities(runs)
        is_back = len(earlier) > 1 and earlier[1][0] == value
        weight = sum(count for _value, count in runs) + self._lent(runs, what)
        if latest >= (1 if is_back else REPEATED) and weight >= OUTWEIGHS * irregular:
            return "item"
        is_change = irregular == 1 and not is_back and earlier[0][1] >= OFTEN
        return "item_changed" if is_change else "item_mixed"

    def _lent(self, runs, what):
        """How often the supplier's other items were booked as before, where they always were."""
        kept, changed = self._again(what)
        own = sum(count - 1 for _value, count in runs)
        return min(kept - own, LENT) if changed == len(runs) - 1 else 0

    def _is_usual(self, what):
        """Whether items of this supplier that came again were booked as the time before, nearly always."""
        kept, changed = self._again(what)
        ways = {runs[0][0] for runs in self._histories(what)}
        enough = 1 if len(ways) >= SEVERAL else AGAIN
        return kept >= max(enough, STEADY * (kept + changed))

    def _again(self, what):
        """(How often items of this supplier that came again were booked as the time before, how often otherwise)."""
        histories = self._histories(what)
        kept = sum(count - 1 for runs in histories for _value, count in runs)
        return kept, sum(len(runs) - 1 for runs in histories)

    def _histories(self, what):
        """The runs of each of this supplier's items."""
        if what not in self._runs_of:
            firsts = {line.clues.exact[0] for line in self.lines if line.clues.exact}
            self._runs_of[what] = [_runs(self._exact[key], what) for key in firsts]
        return self._runs_of[what]

    def _as_supplier(self, line, what, source):
        """As on a line of another item; sure where all of this supplier's lines have one value."""
        return _as_on(line, what, "supplier_always" if self._is_uniform(what) else source)

    def _is_uniform(self, what):
        """Whether all of this supplier's items have one value, or none, and a new one will too: of an account nobody
        knows."""
        if what in OF_THE_ITEM:
            return False
        if what not in self._uniform:
            bills = {line.bill for line in self.lines}
            values = {line.values.get(what) for line in self.lines}
            is_none = not any(values)
            self._uniform[what] = len(values) == 1 and (is_none or len(bills) >= OFTEN)
        return self._uniform[what]


def _irregularities(runs):
    """How often an item was booked otherwise than before; there and back again at once is one time."""
    found = place = 0
    while place < len(runs) - 1:
        is_back = place + 2 < len(runs) and runs[place + 1][1] == 1
        is_once = is_back and runs[place][0] == runs[place + 2][0]
        place += 2 if is_once else 1
        found += 1
    return found


def _runs(lines, what):
    """[(value, on how many bills after each other)], the latest first."""
    runs = []
    for line in lines:
        value = line.values.get(what)
        if not runs or runs[-1][0] != value:
            runs.append((value, set()))
        runs[-1][1].add(line.bill)
    return [(value, len(bills)) for value, bills in runs]


def _as_on(line, what, source, **data):
    return Choice(line.values.get(what), source, {"bill": line.name, **data})
