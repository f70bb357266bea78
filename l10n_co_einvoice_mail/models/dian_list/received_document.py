from odoo import api, fields, models

LINE = "l10n_co.dian.list.line"
#: What a credit note takes away, and whether it does.
OF_NOTES = frozenset({"state", "amount_total", "document_type", "referenced_cufe"})


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
        self.env[LINE].sudo()._meet(documents.sudo())
        return documents

    def write(self, vals):
        # EXTENDS ledger: a credit note counts when it is accepted, and no longer when it is rejected
        result = super().write(vals)
        if OF_NOTES & vals.keys():
            for company, documents in self.sudo().grouped("company_id").items():
                self.env[LINE].sudo()._meet_notes(company, documents)
        return result
