from odoo import fields, models

from ...booking.lines import LineKind


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
