from odoo import fields, models
from odoo.fields import Domain


class MailAccountWizard(models.TransientModel):
    _inherit = "l10n_co.mail.account.wizard"

    department_id = fields.Many2one(
        "hr.department",
        domain="[('company_id', 'in', [False, company_id])]",
        help="Its employees' users are loaded, with those of the departments below it.",
    )

    def _choices(self):
        # EXTENDS l10n_co_einvoice_mail
        choices = super()._choices()
        if self.department_id:
            choices.append(Domain("id", "in", self._employees().user_id.ids))
        return choices

    def _load_notices(self):
        # EXTENDS l10n_co_einvoice_mail: an employee without a user would be missed
        notices = super()._load_notices()
        names = self._employees().filtered(lambda employee: not employee.user_id).mapped("name")
        if names:
            notices.append(
                self.env._("Employees without an Odoo user: %s.", ", ".join(sorted(names)))
            )
        return notices

    def _employees(self):
        """:return: the department's employees in this company, as superuser: who sets accounts up need not be of hr"""
        if not self.department_id:
            return self.env["hr.employee"].sudo()
        return (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("department_id", "child_of", self.department_id.ids),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
