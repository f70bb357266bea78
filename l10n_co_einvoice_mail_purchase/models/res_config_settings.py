from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_co_order_tolerance = fields.Float(
        related="company_id.l10n_co_order_tolerance", readonly=False
    )
