from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    picking_type_id = fields.Many2one(default=lambda self: self._l10n_co_default_picking_type())

    def _l10n_co_default_picking_type(self):
        """The user's own operation type, else the one that Odoo proposes; an id, or None."""
        code = self.env.context.get("restricted_picking_type_code")
        own = self.env.user._l10n_co_default_picking_type(self.env.company, code)
        return own.id or self._default_picking_type_id()
