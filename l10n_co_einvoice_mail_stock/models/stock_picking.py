from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    picking_type_id = fields.Many2one(default=lambda self: self._l10n_co_default_picking_type())

    def _l10n_co_default_picking_type(self):
        """The user's own operation type, else the one that Odoo proposes; an id, or None."""
        code = self.env.context.get("restricted_picking_type_code")
        own = self.env.user._l10n_co_default_picking_type(self.env.company, code)
        return own.id or self._default_picking_type_id()

    def _action_done(self):
        # EXTENDS stock: whoever tells others what was received learns of it
        result = super()._action_done()
        done = self.filtered(
            lambda picking: picking.state == "done" and picking.picking_type_code == "incoming"
        )
        done._l10n_co_billed()._goods_received()
        return result

    def _l10n_co_billed(self):
        """:return: the received documents that bill the purchases of these receipts, as superuser: who works in the
        warehouse sees no bills
        """
        if "purchase_id" not in self._fields:
            return self.env["l10n_co.received.document"].sudo()
        return self.sudo().purchase_id.invoice_ids.l10n_co_received_document_id
