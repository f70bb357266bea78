from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_co_radian_030_on = fields.Selection(
        related="company_id.l10n_co_radian_030_on", readonly=False
    )
    l10n_co_radian_032_on = fields.Selection(
        related="company_id.l10n_co_radian_032_on", readonly=False
    )
    l10n_co_radian_clock_start = fields.Selection(
        related="company_id.l10n_co_radian_clock_start", readonly=False
    )
    l10n_co_radian_saturday = fields.Boolean(
        related="company_id.l10n_co_radian_saturday", readonly=False
    )
