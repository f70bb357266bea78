from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _l10n_co_sender_values(self, company):
        # EXTENDS l10n_co_einvoice_mail: the employee record in this company knows more of a user
        values = super()._l10n_co_sender_values(company)
        employee = self.sudo().with_company(company).employee_id
        known = {
            "job": employee.job_title,
            "phone": employee.work_phone,
            "mobile": employee.mobile_phone,
            "department": employee.department_id.name,
        }
        return values | {name: value for name, value in known.items() if value}
