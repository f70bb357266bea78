from odoo import api, fields, models

from ...booking.notices import NOTICES
from ...dian import rules, words
from ...mailbox import failures

# Every reason a mail or a document can carry; the texts live in these tables, nowhere else.
REASONS = {**failures.MAIL_REASONS, **rules.RULES, **NOTICES}


class Blank(dict):
    """Placeholder values of a sentence; one that is not known reads as a question mark."""

    def __missing__(self, key):
        return "?"


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
        values = Blank(words.worded(data or {}, self.env._))
        return self.env._(reason.sentence) % values, self.env._(reason.remedy) % values
