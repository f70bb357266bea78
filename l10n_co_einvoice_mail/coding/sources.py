"""Where a proposed value comes from, in words, and whether that is sure: one table, one row a case."""

from dataclasses import dataclass, field

from ..vocabulary.reason import _
from . import withholding_sources
from .source import Source

ROWS = (
    Source("corrected", _("As what it corrects"), _("As on %(bill)s, which it corrects.")),
    Source("order", _("As ordered"), _("As on purchase order %(order)s.")),
    Source("rule", _("By a rule"), _("Rule «%(rule)s».")),
    Source(
        "rule_doubted",
        _("A rule, booked otherwise since"),
        _("Rule «%(rule)s», but %(bill)s was booked otherwise since."),
        _("Change the rule, or the line."),
        is_sure=False,
    ),
    Source(
        "item",
        _("As on the last bills"),
        _("As on bill %(bill)s, and on %(agree)s of the last %(of)s with this item."),
    ),
    Source(
        "item_usual",
        _("As this supplier's items always"),
        _("As on bill %(bill)s; items of this supplier are booked as the time before."),
    ),
    Source(
        "item_few",
        _("Seen too seldom"),
        _("As on bill %(bill)s; this item came on %(of)s bills so far."),
        is_sure=False,
    ),
    Source(
        "item_changed",
        _("Changed lately"),
        _("As on bill %(bill)s; the bills before it were booked otherwise."),
        is_sure=False,
    ),
    Source(
        "item_mixed",
        _("Booked in several ways"),
        _(
            "As on bill %(bill)s; this item was booked in several ways: so on %(agree)s of the last %(of)s."
        ),
        _("Make a rule that says when which is right."),
        is_sure=False,
    ),
    Source(
        "item_reworded",
        _("The same code, other words"),
        _("As on bill %(bill)s, whose line has the same code and other words."),
        is_sure=False,
    ),
    Source("product", _("The product's"), _("As the product says.")),
    Source("table", _("The table of DIAN taxes"), _("As the table of DIAN taxes says.")),
    Source("model", _("A distribution model"), _("As the analytic distribution models say.")),
    Source("address", _("The receiving address"), _("As the address says at which it arrived.")),
    Source("last_bill", _("As on the last bill"), _("As on the supplier's last bill.")),
    Source("first_journal", _("The first journal"), _("The company's first purchase journal.")),
    Source("settings", _("The settings"), _("As the settings of the company say.")),
    Source(
        "supplier_always",
        _("As this supplier always"),
        _("As on bill %(bill)s, and on all of this supplier's last bills."),
    ),
    Source(
        "supplier",
        _("A new item"),
        _("As on the supplier's last bill %(bill)s; this item is new."),
        is_sure=False,
    ),
    Source(
        "journal",
        _("Nothing is known"),
        _("The journal's own account: nothing is known of this item."),
        is_sure=False,
    ),
)
SOURCES = {row.code: row for row in (*ROWS, *withholding_sources.ROWS)}


@dataclass(frozen=True)
class Choice:
    """A proposed value and where it comes from: a key of `SOURCES`, with the values of its sentence; `rule_id` among
    them identifies a rule."""

    value: object
    source: str
    data: dict[str, object] = field(default_factory=dict)

    @property
    def is_sure(self) -> bool:
        """Whether nobody has to look at it."""
        return SOURCES[self.source].is_sure
