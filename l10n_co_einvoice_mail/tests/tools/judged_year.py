"""What the made-up year comes to when its bills are coded one after the other, each judged as it comes.

`Figures` count; whoever codes the bills (the plain packages here, Odoo in `make bench`) tells what was proposed.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from ...coding.clues import Clues, words_of
from ...coding.memory import Memory, Past
from ...coding.proposal import Line, propose
from ...coding.rules import Conditions, Rule, Rules, Subject, first_with
from ...coding.sources import Choice
from . import facts
from .year import BILLS_BEFORE_RULES, UNFORESEEABLE

#: How many of a supplier's last bills are remembered.
REMEMBERED = 24
WHAT = ("account", "centre")
#: The code of a line that has none of the supplier's, in the documents that `make bench` makes.
_SCHEME, STANDARD_CODE = facts.Line.standard_code


@dataclass
class Figures:
    """Counts over the bills of a year; bills up to `BILLS_BEFORE_RULES` of a supplier are learned from, and not counted
    in the rate.
    """

    bills: Counter = field(default_factory=Counter)
    touchless: Counter = field(default_factory=Counter)
    lines: int = 0
    wrong_unmarked: list = field(default_factory=list)
    unforeseeable: list = field(default_factory=list)
    wrong_marked: int = 0
    right_marked: int = 0
    seen: Counter = field(default_factory=Counter)
    touched_by: Counter = field(default_factory=Counter)
    items: set = field(default_factory=set)

    def judge(self, bill, proposed):
        """Judge a bill.

        :param proposed: list of ({what: value}, whether it was marked), one for each line of the bill
        """
        self.seen[bill.supplier] += 1
        outcomes = [
            self._judge_line(bill, line, values, marked)
            for line, (values, marked) in zip(bill.lines, proposed, strict=True)
        ]
        if self.seen[bill.supplier] <= BILLS_BEFORE_RULES:
            return
        self.bills[bill.date.month] += 1
        reasons = [reason for reason in outcomes if reason]
        if not bill.is_proven:
            reasons.insert(0, "to review")
        self.touchless[bill.date.month] += not reasons
        if reasons:
            self.touched_by[reasons[0]] += 1

    def _judge_line(self, bill, line, values, marked):
        self.lines += 1
        item = (bill.supplier, line.code, words_of(line.description))
        is_first = item not in self.items
        self.items.add(item)
        is_right = values == {"account": line.account, "centre": line.centre}
        if marked:
            self.right_marked += is_right
            self.wrong_marked += not is_right
            return line.why or ("first_time" if is_first else "marked")
        if is_right:
            return ""
        found = self.unforeseeable if line.why in UNFORESEEABLE else self.wrong_unmarked
        found.append((bill, line))
        return line.why or "wrong"

    @property
    def rate(self):
        """Share of the bills from a supplier's fourth on that needed no hand."""
        return sum(self.touchless.values()) / sum(self.bills.values())

    def report(self):
        """:return: dict for JSON"""
        return {
            "touchless": round(100 * self.rate, 1),
            "by_month": {
                month: round(100 * self.touchless[month] / count, 1)
                for month, count in sorted(self.bills.items())
            },
            "lines": self.lines,
            "wrong_unmarked": len(self.wrong_unmarked),
            "unforeseeable": len(self.unforeseeable),
            "wrong_marked": self.wrong_marked,
            "right_marked": self.right_marked,
            "touched_by": dict(self.touched_by.most_common()),
        }


def judge_plainly(year):
    """Code a year's bills with the plain packages alone; each is booked as is right before the next one comes.

    :return: `Figures`
    """
    figures, past, rules = Figures(), defaultdict(list), []
    for bill in year.bills:
        rules[:0] = [_rule(rule) for rule in bill.rules]
        memory = Memory(line for one in past[bill.supplier][:REMEMBERED] for line in one)
        figures.judge(bill, [_code(bill, line, memory, Rules(rules)) for line in bill.lines])
        if not bill.is_note:
            standing = Rules(rules)
            past[bill.supplier].insert(0, [_past(bill, line, standing) for line in bill.lines])
    return figures


def _clues(line):
    return Clues(code=line.code or STANDARD_CODE, words=words_of(line.description))


def _subject(bill, line):
    return Subject(
        bill.supplier, line.code, line.description, text=bill.text, amount=Decimal(line.price)
    )


def _past(bill, line, rules):
    values = {"account": line.account, "centre": line.centre}
    met = rules.met_by(_subject(bill, line))
    ruled = {what: rule.key for what in WHAT if (rule := first_with(met, what))}
    return Past(bill.number, bill.number, _clues(line), values, ruled)


def _rule(rule):
    conditions = Conditions(supplier=rule.supplier, code=rule.code, text=rule.text)
    values = {what: getattr(rule, what) for what in WHAT if getattr(rule, what)}
    return Rule(rule, f"{rule.supplier} {rule.text}", conditions, values)


def _code(bill, line, memory, rules):
    met = rules.met_by(_subject(bill, line))
    ordered = _ordered(bill, line) if bill.order else {}
    known = Line(_clues(line), memory, met, bill.corrects or None, ordered)
    choices = {what: propose(known, what) for what in WHAT}
    values = {what: choice and choice.value for what, choice in choices.items()}
    return values, not all(choice and choice.is_sure for choice in choices.values())


def _ordered(bill, line):
    """Whoever ordered it decided; that it is booked otherwise this once, was not known then."""
    if line.why in UNFORESEEABLE:
        return {}
    return {what: Choice(getattr(line, what), "order", {"order": bill.order}) for what in WHAT}
