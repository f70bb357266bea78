from odoo import api, models


class AccountMoveSendWizard(models.TransientModel):
    _inherit = "account.move.send.wizard"

    @api.depends("mail_attachments_widget")
    def _compute_alerts(self):
        # EXTENDS account: the size of what is sent is told in time
        return super()._compute_alerts()

    def _get_sending_settings(self):
        # EXTENDS account
        return {**super()._get_sending_settings(), "l10n_co_annexes": self.l10n_co_annexes}
