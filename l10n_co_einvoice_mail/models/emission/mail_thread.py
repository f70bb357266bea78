from odoo import models

from ..letters import documents


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_by_email_prepare_rendering_context(self, message, *args, **kwargs):
        # EXTENDS mail: a footer of one's own stands in the place of Odoo's
        values = super()._notify_by_email_prepare_rendering_context(message, *args, **kwargs)
        if documents.is_sent(self.env, self._name) and self:
            company = self.company_id or self.env.company
            _header, footer = (
                self.env["res.users"]._l10n_co_current_sender()._l10n_co_frame(company)
            )
            values["email_notification_allow_footer"] &= not footer
        return values
