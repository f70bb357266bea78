from odoo import api, fields, models


class ReceivedDocument(models.Model):
    _inherit = "l10n_co.received.document"

    # Odoo finds by it, for a batch at once, the lines whose place a document's bill changes.
    dian_line_ids = fields.One2many(
        "l10n_co.dian.list.line", "document_id", string="In DIAN's list"
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS ledger: what DIAN's list told to be missing has come
        documents = super().create(vals_list)
        self.env["l10n_co.dian.list.line"].sudo()._meet(documents.sudo())
        return documents
