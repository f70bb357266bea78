from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

#: What is proposed of the bill as a whole, in the order in which it is told.
OF_BILL = {
    "journal": _lt("Journal"),
    "term": _lt("Payment terms"),
    "user": _lt("Responsible"),
    "approver": _lt("Approved by"),
}
#: Why a bill was touched, the weightiest first.
TOUCHES = [
    ("lines", "Lines were added or removed"),
    ("account", "Another account"),
    ("product", "Another product"),
    ("analytic", "Another analytic distribution"),
    ("withholdings", "Other withholdings"),
    ("taxes", "Other taxes"),
    ("journal", "Another journal"),
    ("dates", "Another date"),
    ("supplier", "Another supplier"),
    ("notice", "There was something to check"),
    ("unsure", "There was a line to look at"),
    ("none", "Not touched"),
]


class AccountMove(models.Model):
    """What was proposed for a bill of a document, and what became of it."""

    _inherit = "account.move"

    l10n_co_coding = fields.Json(readonly=True, copy=False, evidence=True)
    l10n_co_touch = fields.Selection(
        TOUCHES,
        string="Touched",
        readonly=True,
        copy=False,
        evidence=True,
        help="Why the bill of an e-document needed a hand until it was confirmed.",
    )
    l10n_co_touchless = fields.Float(
        string="Touchless rate",
        readonly=True,
        copy=False,
        evidence=True,
        aggregator="avg",
        digits=(5, 1),
        help="100 for a bill that needed no hand, else 0; of several bills, how many of a hundred needed none.",
    )
    l10n_co_unsure_count = fields.Integer(
        string="Lines to look at", compute="_compute_l10n_co_unsure_count"
    )

    l10n_co_bill_why = fields.Text(string="Why", compute="_compute_l10n_co_bill_why")

    @api.depends("l10n_co_coding")
    @api.depends_context("lang")
    def _compute_l10n_co_bill_why(self):
        for move in self:
            why = (move.l10n_co_coding or {}).get("why", {})
            told = [(label, why[what]) for what, label in OF_BILL.items() if what in why]
            move.l10n_co_bill_why = "\n".join(
                f"{self.env._(label)}: {self.env['account.move.line']._l10n_co_source(made)}"
                for label, made in told
            )

    @api.depends("state", "invoice_line_ids.l10n_co_unsure")
    def _compute_l10n_co_unsure_count(self):
        for move in self:
            unsure = move.invoice_line_ids.filtered("l10n_co_unsure")
            move.l10n_co_unsure_count = len(unsure) if move.state == "draft" else 0

    def _post(self, soft=True):
        # EXTENDS account: what a person had to do until the bill could be confirmed is noted, once
        fresh = self.filtered(lambda move: move.l10n_co_coding and not move.l10n_co_touch)
        touches = {move: move._l10n_co_find_touch() for move in fresh}
        posted = super()._post(soft)
        quiet = self.env["account.move"].sudo().with_context(skip_is_manually_modified=True)
        for touch, moves in _by_touch(touches, posted).items():
            quiet.browse(moves).write(
                {"l10n_co_touch": touch, "l10n_co_touchless": 100.0 * (touch == "none")}
            )
        return posted

    def _l10n_co_find_touch(self):
        """:return: a key of `TOUCHES`, the weightiest that there is"""
        self.ensure_one()
        proposed, lines = self.l10n_co_coding, self.invoice_line_ids
        coded = lines.filtered("l10n_co_proposal")
        found = {what for line in coded for what in line._l10n_co_changed()}
        if len(coded) != proposed["lines"] or len(lines) != len(coded):
            found.add("lines")
        if self.journal_id.id != proposed["journal"]:
            found.add("journal")
        if "taxes" in proposed and taxes_of(lines) != proposed["taxes"]:
            found.add("taxes")
        if any(str(self[name]) != day for name, day in proposed.get("dates", {}).items()):
            found.add("dates")
        if (self.partner_id.id or False) != proposed["supplier"]:
            found.add("supplier")
        if self.l10n_co_needs_review:
            found.add("notice")
        if any(coded.mapped("l10n_co_unsure")):
            found.add("unsure")
        return next(touch for touch, _label in TOUCHES if touch in {*found, "none"})


def taxes_of(lines):
    """:return: ids of the taxes of a bill's lines as they are compared; what is withheld is compared line by line"""
    return sorted(tax.id for line in lines for tax in line.tax_ids if tax.amount >= 0)


def _by_touch(touches, posted):
    """{touch: ids of the moves that were posted}"""
    grouped = {}
    for move, touch in touches.items():
        if move in posted:
            grouped.setdefault(touch, []).append(move.id)
    return grouped
