from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_co_emission_server_id = fields.Many2one(
        related="company_id.l10n_co_emission_server_id", readonly=False
    )
    l10n_co_emission_policy = fields.Selection(
        related="company_id.l10n_co_emission_policy", readonly=False
    )

    def l10n_co_action_open_senders(self):
        """:return: action on the company's sending accounts; the form of a new one while there is none"""
        return self.company_id.l10n_co_action_open_senders()
