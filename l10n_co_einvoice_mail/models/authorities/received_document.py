from odoo import api, models


class ReceivedDocument(models.Model):
    _inherit = "l10n_co.received.document"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS ledger: whoever issued the signers' certificates is met
        documents = super().create(vals_list)
        self.env["l10n_co.trusted.certificate"].sudo()._meet_authorities(documents.sudo())
        return documents
