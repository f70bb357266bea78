from odoo import models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _l10n_co_is_received(self, record):
        # EXTENDS ledger: the files of a received document lie on its bill too
        return super()._l10n_co_is_received(record) or (
            record._name == "ir.attachment"
            and record.res_model == "account.move"
            and bool(
                self.env["account.move"]
                .sudo()
                .browse(record.res_id)
                .exists()
                .l10n_co_received_document_id
            )
        )
