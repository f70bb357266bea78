from odoo import api, models

from .advice import Rulebook, text_of
from .withholding_advice import Withholder

#: Of what is proposed, the days that a bill is paid by.
DATES = ("invoice_date", "invoice_date_due")


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
            "taxes": self._proposed_taxes(commands),
            "dates": {name: str(vals[name]) for name in DATES if vals.get(name)},
            "why": {
                "journal": self._why_journal(draft, lookups, journal),
                **vals.get("l10n_co_coding", {}),
            },
        }
        return {**vals, "l10n_co_coding": proposed}, commands

    @api.model
    def _proposed_taxes(self, commands):
        """Ids of the taxes of all lines that come from the document, but for what is withheld."""
        rows = [command[2] for command in commands if "l10n_co_line_kind" in command[2]]
        taxes = [tax for row in rows for _set, _id, ids in row["tax_ids"] for tax in ids]
        browse = self.env["account.tax"].browse
        return sorted(tax for tax in taxes if browse(tax).amount >= 0)

    @api.model
    def _why_journal(self, draft, lookups, journal):
        """Where the journal comes from, where no rule says it."""
        if lookups.alias_journals.get(draft.record) == journal:
            return {"source": "address"}
        is_known = lookups.memories.journal(draft.supplier) == journal.id
        return {"source": "last_bill" if is_known else "first_journal"}

    @api.model
    def _create_bills(self, pairs):
        # EXTENDS bills
        bills = super()._create_bills(pairs)
        self.env["account.move"].union(*bills.values())._l10n_co_confirm_by_itself()
        return bills
