from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ...booking.lines import LineKind
from ...coding.sources import SOURCES
from ..shared.reason_mixin import Blank

_lt = LazyTranslate(__name__)

#: What is proposed for a line, in the order in which it is told.
PROPOSED = {
    "account": _lt("Account"),
    "product": _lt("Product"),
    "analytic": _lt("Analytic distribution"),
    "variants": _lt("Taxes"),
    "withholdings": _lt("Withholdings"),
}


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["l10n_co.evidence.mixin", "account.move.line"]

    l10n_co_line_kind = fields.Selection(
        [
            (LineKind.ITEM.value, "Item"),
            (LineKind.ITEM_CHARGE.value, "Charge of an item"),
            (LineKind.TAX.value, "Tax of no item"),
            (LineKind.TAX_COST.value, "Tax booked as a cost"),
            (LineKind.TAX_UNMAPPED.value, "Tax without a purchase tax"),
            (LineKind.ALLOWANCE.value, "Discount of the document"),
            (LineKind.CHARGE.value, "Charge of the document"),
            (LineKind.PREPAID.value, "Paid in advance"),
            (LineKind.ROUNDING.value, "Rounding"),
        ],
        string="Part of the e-document",
        readonly=True,
        copy=False,
        evidence=True,
        help="What the line stands for in the electronic document it was made from.",
    )
    l10n_co_tax_scheme = fields.Char(
        string="DIAN tax",
        readonly=True,
        copy=False,
        evidence=True,
        help="DIAN's code of the tax whose amount this line is.",
    )
    l10n_co_item_code = fields.Char(
        string="Supplier's item code",
        readonly=True,
        copy=False,
        evidence=True,
    )
    l10n_co_proposal = fields.Json(readonly=True, copy=False, evidence=True)
    l10n_co_unsure = fields.Boolean(
        string="To look at",
        readonly=True,
        copy=False,
        evidence=True,
        help="What was proposed for this line is not sure: a person has to look at it.",
    )
    l10n_co_why = fields.Text(string="Why", compute="_compute_l10n_co_why")

    @api.depends("l10n_co_proposal")
    @api.depends_context("lang")
    def _compute_l10n_co_why(self):
        for line in self:
            proposal = line.l10n_co_proposal or {}
            told = ((what, proposal[what]) for what in PROPOSED if what in proposal)
            line.l10n_co_why = "\n".join(line._l10n_co_told(what, made) for what, made in told)

    def _l10n_co_told(self, what, made):
        """Where a proposed value comes from, in words."""
        told = (self._l10n_co_source(one) for one in (made, *made.get("also", ())))
        return f"{self.env._(PROPOSED[what])}: {' '.join(told)}"

    def _l10n_co_source(self, made):
        source = SOURCES[made["source"]]
        sentences = (self.env._(source.sentence), source.remedy and self.env._(source.remedy))
        return " ".join(text for text in sentences if text) % Blank(made.get("data") or {})
