import re

from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang

from ...booking.notices import NOTICES
from ...dian import rules, words
from ...mailbox import failures
from ...vocabulary.text import sentence

# Every reason a mail or a document can carry; the texts live in these tables, nowhere else.
REASONS = {**failures.MAIL_REASONS, **rules.RULES, **NOTICES}


class Blank(dict):
    """Placeholder values of a sentence; one that is not known reads as a question mark."""

    def __missing__(self, key):
        return "?"


# Values that are counted: bytes, files, lines.
COUNTED = frozenset({"count", "limit", "received", "size"})
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
AMOUNT = re.compile(r"(?<![\w.,-])\d+\.\d+(?![\w.,])")


def as_read(env, data):
    """:param dict data: texts for the placeholders of a sentence, as programs write them
    :return: `Blank` of the same, with days, counts and amounts as the reader of `env` writes them
    """
    return Blank({name: _as_read(env, name, value) for name, value in (data or {}).items()})


def _as_read(env, name, value):
    text = str(value)
    if DAY.fullmatch(text):
        return format_date(env, text)
    if name in COUNTED and text.isdigit():
        return formatLang(env, int(text), digits=0)
    if name in words.LISTS:
        return AMOUNT.sub(lambda found: formatLang(env, float(found[0])), text)
    return value


class ReasonMixin(models.AbstractModel):
    """A record that can tell why it is in its state, in the reader's own language."""

    _name = "l10n_co.reason.mixin"
    _description = "Reason of a state (Colombian e-invoice mail)"

    reason_code = fields.Selection(
        selection=[(code, reason.title) for code, reason in REASONS.items()],
        string="Cause",
        readonly=True,
        index=True,
        copy=False,
    )
    reason_data = fields.Json(readonly=True, copy=False)
    reason = fields.Text(compute="_compute_reason")
    next_step = fields.Text(compute="_compute_reason")

    @api.depends("reason_code", "reason_data")
    @api.depends_context("lang")
    def _compute_reason(self):
        for record in self:
            record.reason, record.next_step = record._describe(
                record.reason_code, record.reason_data
            )

    @api.model
    def _describe(self, code, data=None):
        """:param str code: a key of `REASONS`, or False
        :param dict data: values of the sentence's placeholders
        :return: (what happened, what to do next) in the environment's language; (False, False) without a code
        """
        reason = REASONS.get(code)
        if not reason:
            return False, False
        values = as_read(self.env, words.worded(data or {}, self.env._))
        return tuple(
            sentence(self.env._(text) % values) for text in (reason.sentence, reason.remedy)
        )
