from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.dian.codes import ID_TYPES
from odoo.addons.l10n_co_einvoice_mail.models.shared.one_line import OneLine

from ..radian.document import Person

#: Of people, not of companies.
PERSONAL = ("11", "12", "13", "21", "22", "41", "42", "47", "48", "91")


class RadianPerson(models.Model):
    """Who receives invoices and goods: DIAN asks for a person in events 030 and 032."""

    _name = "l10n_co.radian.person"
    _description = "Who receives for DIAN's events (Colombia)"
    _order = "sequence, id"
    _rec_name = "display_name"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    sequence = fields.Integer(default=10, help="Who stands first receives for everybody else.")
    first_name = OneLine(string="First names", required=True)
    family_name = OneLine(string="Family names", required=True)
    id_type = fields.Selection(
        [(code, ID_TYPES[code]) for code in PERSONAL], string="Identification", default="13", required=True
    )  # fmt: skip
    id_number = OneLine(string="Number", required=True)
    job_title = OneLine(string="Position")
    department = OneLine(help="Receives what users of this department send.")
    user_id = fields.Many2one(
        "res.users",
        string="Only for",
        help="Receives what this user sends.",
        index="btree_not_null",
    )

    @api.depends("first_name", "family_name", "department")
    def _compute_display_name(self):
        for person in self:
            name = f"{person.first_name or ''} {person.family_name or ''}".strip()
            person.display_name = f"{name} ({person.department})" if person.department else name

    @api.model
    def _for(self, company, user):
        """:return: who receives what a user of a company sends: his own, his department's, else the first one"""
        people = self.sudo().search([("company_id", "=", company.id)])
        department = self._department_of(user, company)
        return (
            people.filtered(lambda person: person.user_id == user)
            or people.filtered(lambda person: department and person.department == department)
            or people.filtered(lambda person: not person.user_id)
        )[:1]

    def _department_of(self, user, company):
        """:return: name of the user's department, where Employees is installed"""
        if "employee_id" not in user._fields:
            return False
        return user.sudo().with_company(company).employee_id.department_id.name

    def _facts(self):
        """:return: document.Person"""
        return Person(
            self.id_number,
            self.first_name,
            self.family_name,
            self.id_type,
            self.job_title or "",
            self.department or "",
        )
