"""From a company without NIT to its own invoices: the set-up in one go, and documents that are all for one stranger."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..dian.nit import check_digit
from .account_common import MailAccountCase
from .tools import builder

NIT = builder.BUYER.nit
WRITTEN = f"{NIT}-{builder.BUYER.check_digit}"


class CompanySetupCase(MailAccountCase):
    """An administrator of the settings, who has a company with a NIT and one that has nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_system,account.group_account_manager"
        cls.administrator = new_test_user(cls.env, "administradora", groups=groups)
        cls.bare = cls.env["res.company"].create({"name": "Sin nada"})
        cls.administrator.company_ids += cls.bare + cls.company
        cls.administrator.company_id = cls.bare

    def setup_of(self, company, user=None, **values):
        env = self.env(
            user=user or self.administrator, context={"allowed_company_ids": company.ids}
        )
        return env["l10n_co.company.setup"].create({"name": company.name, **values})

    def home(self, company, user=None):
        env = self.env(
            user=user or self.administrator, context={"allowed_company_ids": company.ids}
        )
        return env["l10n_co.home"]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCompanySetup(CompanySetupCase):
    def test_country_currency_chart_and_nit_in_one_go(self):
        setup = self.setup_of(self.bare, vat=NIT, name="Compradora SAS")
        self.assertEqual((setup.currency_name, setup.needs_chart), ("COP", True))
        setup.action_apply()
        self.assertRecordValues(
            self.bare,
            [
                {
                    "name": "Compradora SAS",
                    "country_code": "CO",
                    "vat": WRITTEN,
                    "chart_template": "co",
                }
            ],
        )
        self.assertEqual(self.bare.currency_id.name, "COP")
        kind = self.bare.partner_id.l10n_latam_identification_type_id
        self.assertEqual(kind, self.env.ref("l10n_co.rut"))

    def test_the_check_digit_is_verified(self):
        wrong = (int(check_digit(NIT)) + 1) % 10
        setup = self.setup_of(self.bare, vat=f"{NIT}-{wrong}")
        self.assertIn(check_digit(NIT), setup.told)
        with self.assertRaises(ValidationError):
            setup.action_apply()
        with self.assertRaises(ValidationError):
            self.setup_of(self.bare, vat="no es un NIT").action_apply()

    def test_a_nit_that_is_there_is_never_replaced(self):
        self.assertTrue(self.company.vat)
        before = self.company.vat
        self.setup_of(self.company, vat="800197268").action_apply()
        self.assertEqual(self.company.vat, before)
        with self.assertRaises(UserError):
            self.setup_of(self.company)._set_nit(self.company, "800197268")

    def test_the_chart_of_a_company_with_entries_stays(self):
        chart = self.company.chart_template
        self.assertTrue(self.company.root_id._existing_accounting() or chart == "co")
        self.setup_of(self.company).action_apply()
        self.assertEqual(self.company.chart_template, chart)

    def test_only_a_settings_administrator_may(self):
        for user in (self.bookkeeper, self.admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.setup_of(self.company, user)
            Setup = self.env["l10n_co.company.setup"]
            with self.subTest(user.login), self.assertRaises(AccessError):
                Setup.with_user(user)._set_nit(self.bare, NIT)
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.home(self.company, user).go("company")

    def test_nor_for_a_company_that_is_not_chosen(self):
        setup = self.setup_of(self.company)
        setup.sudo().company_id = self.bare
        with self.assertRaisesRegex(AccessError, "Choose this company first"):
            setup.action_apply()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStranger(CompanySetupCase):
    """All the documents are made out to a NIT that is nobody's here."""

    def setUp(self):
        super().setUp()
        self.mailbox.button_confirm_login()
        self.company.partner_id.vat = False
        self.deliver(*(builder.Package(builder.Document(number=f"FE{n}")).mail for n in (1, 2)))
        self.receive()

    def test_is_asked_once_and_taken_with_one_click(self):
        home = self.home(self.company)
        stranger = home.look()["stranger"]
        self.assertEqual(stranger["count"], 2)
        self.assertIn(WRITTEN, stranger["question"])
        self.assertTrue(stranger["can_take"])
        home.take_nit(stranger["nit"])
        self.assertEqual(self.company.vat, WRITTEN)
        documents = self.ledger().document_ids
        self.assertEqual(set(documents.mapped("state")), {"accepted"})
        self.assertFalse(home.look()["stranger"])

    def test_is_no_question_when_one_document_is_ours(self):
        self.company.partner_id.vat = WRITTEN
        self.ledger()[:1].with_user(self.bookkeeper).action_reprocess()
        self.assertFalse(self.home(self.company).look()["stranger"])

    def test_is_not_taken_by_a_company_that_has_a_nit(self):
        self.company.partner_id.vat = "800197268-4"
        stranger = self.home(self.company).look()["stranger"]
        self.assertFalse(stranger["can_take"])
        with self.assertRaises(UserError):
            self.home(self.company).take_nit(stranger["nit"])

    def test_is_not_taken_by_a_bookkeeper_nor_with_another_number(self):
        stranger = self.home(self.company, self.bookkeeper).look()["stranger"]
        self.assertFalse(stranger["can_take"])
        with self.assertRaises(AccessError):
            self.home(self.company, self.bookkeeper).take_nit(stranger["nit"])
        with self.assertRaises(UserError):
            self.home(self.company).take_nit("800197268")
        self.assertFalse(self.company.vat)

    def test_a_company_is_added_with_it(self):
        action = self.home(self.company).add_company(NIT)
        self.assertEqual(action["context"]["default_vat"], WRITTEN)
        with self.assertRaises(AccessError):
            self.home(self.company, self.bookkeeper).add_company(NIT)
