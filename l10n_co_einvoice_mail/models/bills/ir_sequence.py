from odoo import api, models


class IrSequence(models.Model):
    """Quotations and orders are numbered by their creator's own series, as invoices are by theirs."""

    _inherit = "ir.sequence"

    @api.model
    def next_by_code(self, sequence_code, sequence_date=None):
        # EXTENDS base
        own = self.env.user._l10n_co_default_sequence(sequence_code, self.env.company)
        if own:
            self.browse().check_access("read")
            return own._next(sequence_date=sequence_date)
        return super().next_by_code(sequence_code, sequence_date=sequence_date)
