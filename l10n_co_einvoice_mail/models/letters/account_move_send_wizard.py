import re

from odoo import models
from odoo.exceptions import UserError

_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class AccountMoveSendWizard(models.TransientModel):
    _inherit = "account.move.send.wizard"

    def create_mail_template(self):
        # EXTENDS account: a template evaluates the braces of its subject, and others may have written these
        proposed = self._get_default_mail_subject(self.move_id, self.template_id, self.lang)
        foreign = {*_EXPRESSION.findall(proposed or "")} & {
            *_EXPRESSION.findall(self.subject or "")
        }
        if foreign:
            raise UserError(
                self.env._(
                    "The subject has %s in it, which a template would evaluate. "
                    "Take it out before you save the template.",
                    ", ".join(sorted(foreign)),
                )
            )
        return super().create_mail_template()
