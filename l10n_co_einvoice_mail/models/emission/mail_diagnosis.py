from odoo import api, fields, models


class MailDiagnosis(models.TransientModel):
    _inherit = "l10n_co.mail.diagnosis"

    lacks_sender = fields.Boolean(compute="_compute_lacks_sender")

    @api.depends("failed_step_id.code")
    def _compute_lacks_sender(self):
        for diagnosis in self:
            diagnosis.lacks_sender = diagnosis.failed_step_id.code == "backup_no_server"

    def action_set_up_sender(self):
        """:return: action on the sending accounts of the mailbox' company, with which backups are sent"""
        self.ensure_one()
        account = self._account()
        account._l10n_co_check_admin()
        return account.l10n_co_company_id.l10n_co_action_open_senders()
