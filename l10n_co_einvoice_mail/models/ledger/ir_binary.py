from odoo import models

from ..shared.filetypes import harmless

RECEIVED = ("l10n_co.received.mail", "l10n_co.received.document")


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _get_stream_from(self, record, *args, **kwargs):
        # EXTENDS base: what a supplier sent runs in nobody's browser, whatever type an address asks for
        stream = super()._get_stream_from(record, *args, **kwargs)
        if stream.type != "url" and self._l10n_co_is_received(record):
            stream.mimetype = harmless(stream.mimetype)
        return stream

    def _l10n_co_is_received(self, record):
        """:return: whether the file of this record, perhaps an attachment, came from outside"""
        return (record.res_model if record._name == "ir.attachment" else record._name) in RECEIVED
