from odoo import api, models

from .orders import Orders


class BillImport(models.AbstractModel):
    """Bills are tied to purchase orders."""

    _inherit = "l10n_co.bill.import"

    @api.model
    def _advisers(self, drafts, lookups):
        # EXTENDS l10n_co_einvoice_mail: what was decided when it was ordered comes first
        return [Orders(drafts, lookups), *super()._advisers(drafts, lookups)]
