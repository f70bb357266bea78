from odoo import models
from odoo.fields import Command

from ...booking.lines import LineKind
from ..bills.memory import analytic_value, is_kept


class AccountMoveLine(models.Model):
    """What a line was given, beside what was proposed; a rule that is made of it."""

    _inherit = "account.move.line"

    def _l10n_co_values(self):
        """:return: dict, what the line has of what is proposed, as it is compared"""
        self.ensure_one()
        return {
            "account": self.account_id.id,
            "product": self.product_id.id,
            "analytic": analytic_value(self.analytic_distribution),
            "withholdings": tuple(sorted(self.tax_ids.filtered(lambda tax: tax.amount < 0).ids)),
        }

    def _l10n_co_changed(self):
        """:return: list of what of a proposal a person changed"""
        proposal = self.l10n_co_proposal or {}
        return [
            what
            for what, value in self._l10n_co_values().items()
            if what in proposal and not is_kept(proposal[what], value)
        ]

    def action_l10n_co_make_rule(self):
        """:return: action on a new rule that says what this line says"""
        self.ensure_one()
        Rule = self.env["l10n_co.bill.rule"]
        Rule.check_access("create")
        self.check_access("read")
        is_item = self.l10n_co_line_kind == LineKind.ITEM.value
        supplier = self.move_id.commercial_partner_id
        code = is_item and self.l10n_co_item_code
        name = (self.name or "").strip().partition("\n")[0]
        withheld = self.tax_ids.filtered(lambda tax: tax.amount < 0)
        defaults = {
            "name": f"{supplier.name}: {name}"[:80],
            "company_id": self.company_id.id,
            "partner_id": supplier.id,
            "item_code": code,
            "words": False if code else name,
            "account_id": self.account_id.id,
            "product_id": self.product_id.id,
            "analytic_distribution": self.analytic_distribution,
            "tax_ids": [Command.set(withheld.ids)] if withheld else False,
        }
        return {
            "type": "ir.actions.act_window",
            "res_model": Rule._name,
            "views": [(False, "form")],
            "target": "current",
            "context": {f"default_{key}": value for key, value in defaults.items() if value},
        }
