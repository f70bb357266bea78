from odoo import api, models


class ReceivedDocument(models.Model):
    _inherit = "l10n_co.received.document"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS ledger: what DIAN's list told to be missing has come
        documents = super().create(vals_list)
        self.env["l10n_co.dian.list.line"].sudo()._meet(documents.sudo())
        return documents
