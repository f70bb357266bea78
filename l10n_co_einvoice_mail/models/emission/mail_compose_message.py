from odoo import models

from .emission import IS_DOCUMENT


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        # EXTENDS mail: what a template makes of a record is the document itself
        if all(composer.template_id for composer in self):
            self = self.with_context(**{IS_DOCUMENT: True})
        return super()._action_send_mail(auto_commit=auto_commit)
