from odoo import models

from ..letters import documents

# Its footer, with the company's data and Odoo's name, is switched off by nothing.
LIGHT = "mail.mail_notification_light"


class MailThread(models.AbstractModel):
    """A footer of one's own stands in the place of Odoo's."""

    _inherit = "mail.thread"

    def _notify_by_email_prepare_rendering_context(self, message, *args, **kwargs):
        # EXTENDS mail
        values = super()._notify_by_email_prepare_rendering_context(message, *args, **kwargs)
        if self._l10n_co_has_footer():
            values["email_notification_allow_footer"] = False
        return values

    def _notify_by_email_render_layout(
        self, message, recipients_group, msg_vals=False, render_values=None
    ):
        # EXTENDS mail: delivery slips and stages of tasks have a layout of their own
        msg_vals = msg_vals or {}
        layout = msg_vals.get("email_layout_xmlid", message.email_layout_xmlid)
        if layout == LIGHT and self._l10n_co_has_footer():
            msg_vals = {**msg_vals, "email_layout_xmlid": False}
        return super()._notify_by_email_render_layout(
            message, recipients_group, msg_vals, render_values
        )

    def _l10n_co_has_footer(self):
        """:return: whether the mails about this document get a footer of the sender's or the company's"""
        if not self or not documents.is_sent(self.env, self._name):
            return False
        sender = self.env["res.users"]._l10n_co_current_sender()
        return bool(sender._l10n_co_frame(documents.company_of(self, sender))[1])
