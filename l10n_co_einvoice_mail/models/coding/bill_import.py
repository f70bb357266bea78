from odoo import api, models

from .advice import Rulebook, text_of
from .withholding_advice import Withholder


class BillImport(models.AbstractModel):
    """Bills are coded by the company's rules, and those that may be are confirmed."""

    _inherit = "l10n_co.bill.import"

    @api.model
    def _advisers(self, drafts, lookups):
        # EXTENDS bills
        rules = self.env["l10n_co.bill.rule"]._of_company(lookups.company)
        concepts = self.env["l10n_co.withholding.concept"]._of_company(lookups.company)
        return [
            *super()._advisers(drafts, lookups),
            Rulebook(rules, drafts, lookups),
            Withholder(concepts, lookups),
        ]

    @api.model
    def _values(self, draft, lookups, journal):
        # EXTENDS bills: what was proposed of the bill as a whole, to be compared with what becomes of it
        vals, commands = super()._values(draft, lookups, journal)
        proposed = {
            "journal": journal.id,
            "supplier": vals["partner_id"],
            "lines": len(draft.plan.lines) if draft.plan else 0,
            "text": text_of(draft.document),
        }
        return {**vals, "l10n_co_coding": proposed}, commands

    @api.model
    def _create_bills(self, pairs):
        # EXTENDS bills
        bills = super()._create_bills(pairs)
        self.env["account.move"].union(*bills.values())._l10n_co_confirm_by_itself()
        return bills
