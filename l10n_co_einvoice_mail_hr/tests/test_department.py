"""Users' mail accounts by department."""

from odoo.addons.l10n_co_einvoice_mail.tests.account_common import MailAccountCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDepartment(MailAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Department = cls.env["hr.department"].sudo()
        cls.sales = Department.create({"name": "Sales of the test", "company_id": cls.company.id})
        cls.coast = Department.create({"name": "Coast", "parent_id": cls.sales.id})
        cls.seller = cls.create_employee("Laura Gómez", cls.sales)
        cls.coast_seller = cls.create_employee("Pedro Ruiz", cls.coast)

    @classmethod
    def create_employee(cls, name, department, **values):
        user = cls.create_user(name.replace(" ", ".").lower(), "base.group_user")
        user.name = name
        cls.env["hr.employee"].sudo().create(
            {
                "name": name,
                "user_id": user.id,
                "company_id": cls.company.id,
                "department_id": department.id,
                **values,
            }
        )
        return user

    def load(self, **values):
        Wizard = self.env["l10n_co.mail.account.wizard"].with_user(self.admin)
        wizard = Wizard.with_company(self.company).create(values)
        wizard.action_load_users()
        return wizard

    def test_departments_below_are_included(self):
        wizard = self.load(department_id=self.sales.id)
        self.assertEqual(wizard.line_ids.user_id, self.seller | self.coast_seller)
        self.assertEqual(self.load(department_id=self.coast.id).line_ids.user_id, self.coast_seller)

    def test_users_without_employee_record_are_picked_beside_a_department(self):
        wizard = self.load(department_id=self.coast.id, user_ids=self.employee.ids)
        self.assertEqual(wizard.line_ids.user_id, self.coast_seller | self.employee)

    def test_employees_without_user_are_told(self):
        self.env["hr.employee"].sudo().create(
            {
                "name": "Nobody's User",
                "company_id": self.company.id,
                "department_id": self.coast.id,
            }
        )
        self.assertIn("Nobody's User", self.load(department_id=self.sales.id).notice)

    def test_department_without_users_is_refused(self):
        empty = self.env["hr.department"].sudo().create({"name": "Empty"})
        with self.assertRaisesRegex(UserError, "in this choice"):
            self.load(department_id=empty.id)

    def test_people_of_other_companies_stay_out(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["hr.employee"].sudo().search([("user_id", "=", self.seller.id)]).company_id = other
        self.seller.write({"company_ids": [(4, other.id)], "company_id": other.id})
        self.assertEqual(self.load(department_id=self.sales.id).line_ids.user_id, self.coast_seller)
