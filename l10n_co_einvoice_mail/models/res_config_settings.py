from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_co_bill_policy = fields.Selection(related="company_id.l10n_co_bill_policy", readonly=False)
    l10n_co_bill_memory = fields.Boolean(related="company_id.l10n_co_bill_memory", readonly=False)
    l10n_co_prepaid_account_id = fields.Many2one(
        related="company_id.l10n_co_prepaid_account_id", readonly=False
    )
    l10n_co_keep_years = fields.Integer(related="company_id.l10n_co_keep_years", readonly=False)
    l10n_co_answer_days = fields.Integer(related="company_id.l10n_co_answer_days", readonly=False)
    l10n_co_mail_health = fields.Char(related="company_id.l10n_co_mail_health")

    l10n_co_support_contact = fields.Char(
        related="company_id.l10n_co_support_contact", readonly=False
    )

    def l10n_co_action_open_mailboxes(self):
        """:return: action on the company's reception mailboxes; the form of a new one while there is none"""
        return self.company_id.l10n_co_action_open_mailboxes()
