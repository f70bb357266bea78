from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ...booking.lines import LineKind
from ...coding.sources import SOURCES
from ..shared.reason_mixin import Blank
from .batch import Batch
from .complete_lines import GIVEN, CompleteLines

_lt = LazyTranslate(__name__)

#: What is proposed for a line, in the order in which it is told.
PROPOSED = {
    "account": _lt("Account"),
    "product": _lt("Product"),
    "analytic": _lt("Analytic distribution"),
    "variants": _lt("Taxes"),
    "withholdings": _lt("Withholdings"),
}

#: Of which model the values are that are told by name: the column of accounts may be hidden.
NAMED = {"account": "account.account", "product": "product.product", "withholdings": "account.tax"}


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
    l10n_co_cost_text = fields.Char(
        string="Cost centre of the document",
        readonly=True,
        copy=False,
        evidence=True,
        help="What the document says of this line: the buyer's cost centre and order.",
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
        """What is proposed and where it comes from, in words."""
        told = (self._l10n_co_source(one) for one in (made, *made.get("also", ())))
        label = " ".join((self.env._(PROPOSED[what]), *self._l10n_co_named(what, made["value"])))
        return f"{label}: {' '.join(told)}"

    def _l10n_co_named(self, what, value):
        """What is proposed, by its name: a list; empty where that says no more than the line."""
        model = NAMED.get(what)
        if not model or not value:
            return []
        ids = value if isinstance(value, list) else [value]
        found = self.env[model].sudo().with_company(self.company_id).browse(ids).exists()
        return [", ".join(found.mapped("display_name"))] if found else []

    @api.model
    def _l10n_co_source(self, made):
        source = SOURCES[made["source"]]
        sentences = (self.env._(source.sentence), source.remedy and self.env._(source.remedy))
        return " ".join(text for text in sentences if text) % Blank(made.get("data") or {})

    # ---- lines of complete bills -----------------------------------------------------------------

    def _add_precomputed_values(self, vals_list):  # pylint: disable=missing-return
        # EXTENDS base, which makes a record of each line to find out what is known of these
        filled = CompleteLines(self.env, vals_list).fill() if Batch.of_complete(self.env) else ()
        super()._add_precomputed_values(vals_list)
        # As what Odoo found out: no wish of a person's, which would have effects on other fields.
        for vals, found in zip(vals_list, filled, strict=False):
            vals.setdefault("__precomputed__", set()).update(found)

    def _create(self, data_list):
        # EXTENDS base, which computes what is not protected once more
        if Batch.of_complete(self.env):
            for data in data_list:
                given = (self._fields[name] for name in GIVEN if name in data["stored"])
                data["protected"].update(given)
        return super()._create(data_list)

    def _check_company(self, fnames=None):  # pylint: disable=missing-return
        # EXTENDS base: of lines that name the same things one is checked; a line's company is its bill's
        lines = self
        if Batch.of_complete(self.env):
            names = [
                name
                for name, field in self._fields.items()
                if field.relational and field.check_company and name != "move_id"
            ]
            alike = {
                (line.company_id, *(line[name]._ids for name in names)): line.id for line in self
            }
            lines = self.browse(alike.values())
        super(AccountMoveLine, lines)._check_company(fnames)
