from odoo import models

from .emission import IS_DOCUMENT


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(self, *args, **kwargs):
        # EXTENDS mail: what a template makes of a record is the document itself
        return super(MailTemplate, self.with_context(**{IS_DOCUMENT: True})).send_mail_batch(
            *args, **kwargs
        )
