"""When a bill may be confirmed without anybody looking at it: one table of what stands against it, one row a case."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ..vocabulary.reason import Reason, _


@dataclass(frozen=True)
class Standing:
    """What is known of a draft bill. The defaults are what stands against it: who forgets to say something forbids it.

    :param is_proven: supplier's signature and DIAN's answer are proven, and no person had to decide
    :param notices: how many things a bookkeeper is told about it
    :param lines: how many lines it has, and `unsure` of them a person has to look at
    :param ruled_out: how many lines a rule coded that may not confirm
    :param unordered: how many lines that have to be ordered are of no order
    :param amount: what it comes to in the company's currency, and `limit` what it may come to
    :param unchanged: how many of the supplier's last bills, of `wanted`, needed no change
    :param is_changed: whether somebody changed it since it was drafted
    :param is_other_supplier: whether NIT, name or bank account are not those of the supplier's last confirmed bill
    :param lacks_rate: whether nothing but the document says what its currency is worth
    :param is_closed: whether the period of its date is closed
    """

    is_proven: bool = False
    is_draft: bool = False
    notices: int = 1
    lines: int = 0
    unsure: int = 1
    ruled_out: int = 1
    unordered: int = 1
    amount: Decimal = Decimal(0)
    limit: Decimal = Decimal(0)
    unchanged: int = 0
    wanted: int = 1
    is_changed: bool = True
    is_unusual: bool = True
    is_other_supplier: bool = True
    lacks_rate: bool = True
    is_closed: bool = True
    is_refused: bool = True
    was_taken_back: bool = True
    lacks_approval: bool = True


@dataclass(frozen=True)
class Obstacle(Reason):
    """Something that stands against it. `is_there` tells it of a `Standing`."""

    is_there: Callable[[Standing], bool] = lambda standing: True


ROWS = (
    Obstacle(
        "confirm_not_draft",
        _("No draft"),
        _("It is no draft."),
        is_there=lambda bill: not bill.is_draft,
    ),
    Obstacle(
        "confirm_not_proven",
        _("Not proven"),
        _("Not everything about its document is proven."),
        is_there=lambda bill: not bill.is_proven,
    ),
    Obstacle(
        "confirm_notice",
        _("Something to check"),
        _("Something about it is to be checked."),
        is_there=lambda bill: bool(bill.notices),
    ),
    Obstacle(
        "confirm_unsure",
        _("Unsure lines"),
        _("Lines to look at: %(unsure)s of %(lines)s."),
        is_there=lambda bill: bool(bill.unsure) or not bill.lines,
    ),
    Obstacle(
        "confirm_changed",
        _("Changed by hand"),
        _("Somebody changed it since it was drafted."),
        is_there=lambda bill: bill.is_changed,
    ),
    Obstacle(
        "confirm_rule",
        _("A rule that may not"),
        _("A rule coded it that may not confirm bills."),
        is_there=lambda bill: bool(bill.ruled_out),
    ),
    Obstacle(
        "confirm_order",
        _("Not ordered"),
        _("%(unordered)s of its lines are of no purchase order."),
        is_there=lambda bill: bool(bill.unordered),
    ),
    Obstacle(
        "confirm_limit",
        _("Above the limit"),
        _("It comes to %(amount)s, which is more than %(limit)s."),
        is_there=lambda bill: not 0 <= bill.amount <= bill.limit,
    ),
    Obstacle(
        "confirm_unusual",
        _("Unusual"),
        _(
            "Its amount or its date is unusual for this supplier, a line is negative, or there is a bill like it."
        ),
        is_there=lambda bill: bill.is_unusual,
    ),
    Obstacle(
        "confirm_supplier",
        _("Another supplier than before"),
        _("NIT, name or bank account of the supplier are not those of the last confirmed bill."),
        is_there=lambda bill: bill.is_other_supplier,
    ),
    Obstacle(
        "confirm_rate",
        _("No exchange rate"),
        _("Odoo has no rate of its currency for its day, so nobody but the supplier says it."),
        is_there=lambda bill: bill.lacks_rate,
    ),
    Obstacle(
        "confirm_closed",
        _("A closed period"),
        _("The period of its date is closed."),
        is_there=lambda bill: bill.is_closed,
    ),
    Obstacle(
        "confirm_few",
        _("Too few bills before"),
        _("Only %(unchanged)s of the supplier's last %(wanted)s bills needed no change."),
        is_there=lambda bill: bill.unchanged < max(bill.wanted, 1),
    ),
    Obstacle(
        "confirm_refused",
        _("Never of this supplier"),
        _("Bills of this supplier are never to be confirmed by themselves."),
        is_there=lambda bill: bill.is_refused,
    ),
    Obstacle(
        "confirm_taken_back",
        _("Taken back"),
        _("It was confirmed by itself before, and taken back."),
        is_there=lambda bill: bill.was_taken_back,
    ),
    Obstacle(
        "confirm_approval",
        _("To be approved"),
        _("%(approver)s has to approve it first."),
        is_there=lambda bill: bill.lacks_approval,
    ),
)
OBSTACLES = {row.code: row for row in ROWS}


def obstacles(bill: Standing) -> tuple[str, ...]:
    """What stands against confirming a bill by itself: codes of `OBSTACLES`, none where it may be confirmed."""
    return tuple(row.code for row in ROWS if row.is_there(bill))
