"""The window of a user's mail preferences: his account, and the sentence that says which way his mails take."""

from unittest.mock import patch

from lxml import etree
from odoo.addons.l10n_co_einvoice_mail.mailbox import discovery
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import PASSWORD
from .personal_common import PersonalAccountCase

WINDOW = "l10n_co_einvoice_mail.my_mail_view_form"
VIEWS = ("base.view_users_form_simple_modif", WINDOW)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestUserPreferences(PersonalAccountCase):
    def test_two_typed_fields_make_an_account(self):
        for view in VIEWS:
            with self.subTest(view=view):
                with Form(self.as_maria(), view=view) as form:
                    form.l10n_co_mail_address = self.address
                    self.assertEqual(form.l10n_co_mail_provider_id, self.provider)
                    self.assertEqual(form.l10n_co_mail_host, "localhost")
                    form.l10n_co_mail_password = PASSWORD
                self.assertFalse(form.l10n_co_mail_password)
                self.assertTrue(form.l10n_co_mail_has_password)
                self.assertEqual(form.l10n_co_mail_state, "draft")
                self.assertTrue(self.run_test().is_sound)
                self.as_maria().l10n_co_action_disconnect_mail()

    def test_form_that_saves_gets_no_password_back(self):
        names = ("l10n_co_mail_address", "l10n_co_mail_password", "l10n_co_mail_has_password")
        typed = {"l10n_co_mail_address": self.address, "l10n_co_mail_password": PASSWORD}
        (saved,) = self.as_maria().web_save(typed, {name: {} for name in names})
        self.assertEqual(saved["l10n_co_mail_password"], False)
        self.assertTrue(saved["l10n_co_mail_has_password"])

    def test_domains_without_passwords_lead_to_signing_in(self):
        with Form(self.as_maria(), view=WINDOW) as form:
            form.l10n_co_mail_address = "maria@outlook.com"
            self.assertEqual(form.l10n_co_mail_authentication, "outlook")
            self.assertIn("16 September 2024", form.l10n_co_mail_notice)
            self.assertIn("outlook", form.l10n_co_mail_server_origin)
        self.assertEqual(self.as_maria().l10n_co_mail_connection, "missing")
        self.assertEqual(self.as_maria().l10n_co_mail_missing, "connection with the provider")
        set_param = self.env["ir.config_parameter"].sudo().set_param
        set_param("microsoft_outlook_client_id", "our-client")
        set_param("microsoft_outlook_client_secret", "our-secret")
        action = self.as_maria().l10n_co_action_connect_mail()
        self.assertIn("our-client", action["url"])
        self.assertNotIn("our-secret", action["url"])

    def test_provider_that_was_chosen_stays_chosen(self):
        zoho = self.env["l10n_co.mail.provider"].search([("code", "like", "zoho")], limit=1)
        with (
            patch.object(discovery, "discover", return_value=discovery.Found()),
            Form(self.as_maria(), view=WINDOW) as form,
        ):
            form.l10n_co_mail_address = "maria@otra.example.com"
            form.l10n_co_mail_host = False
            form.l10n_co_mail_provider_id = zoho
            self.assertEqual(form.l10n_co_mail_host, zoho.smtp_host)
        self.assertEqual(self.maria._l10n_co_accounts().l10n_co_provider_id, zoho)

    def test_copies_go_to_the_sent_folder_that_is_chosen(self):
        self.confirm()
        maria = self.as_maria()
        self.assertIn("«Sent»", maria.l10n_co_mail_sent_notice)
        action = maria.l10n_co_action_sent_folder_mail()
        wizard = self.env[action["res_model"]].with_user(self.maria).browse(action["res_id"])
        self.assertFalse(wizard.failure)
        with self.assertRaises(AccessError):
            wizard.with_user(self.employee).read(["host"])
        with self.assertRaises(AccessError):
            wizard.line_ids.with_user(self.employee)[0].action_use()
        wizard.line_ids[0].action_use()
        self.assertIn(wizard.line_ids[0].name, maria.l10n_co_mail_sent_notice)
        maria.l10n_co_mail_save_sent = "never"
        self.assertEqual(maria.l10n_co_mail_sent_notice, "No copies are kept.")
        self.assertEqual(maria.l10n_co_mail_state, "done")

    def test_sentence_says_which_way_the_mails_take(self):
        company = self.company.name
        account = (
            self.env["ir.mail_server"]
            .sudo()
            .create(
                {"name": "x", "smtp_host": "x", "from_filter": "facturas@comprador.example.com"}
                | {
                    "l10n_co_company_id": self.company.id,
                    "smtp_user": "facturas@comprador.example.com",
                }
            )
        )

        def route():
            return self.as_maria().l10n_co_mail_route

        self.assertEqual(route(), "All your mails leave through Odoo's own server.")
        self.company.l10n_co_emission_server_id = account
        self.assertEqual(
            route(),
            f"The documents of {company} leave from facturas@comprador.example.com, "
            "your other mails through Odoo's own server.",
        )
        self.confirm()
        self.assertEqual(
            route(),
            f"The documents of {company} leave from facturas@comprador.example.com, "
            f"your other mails from {self.address}.",
        )
        self.company.l10n_co_emission_policy = "user"
        self.assertEqual(
            route(), f"All your mails leave from {self.address}, the documents of {company} too."
        )
        self.assertFalse(self.maria.with_user(self.bookkeeper).l10n_co_mail_route)

    def test_core_choice_of_a_server_steps_back(self):
        view = self.env.ref("base.view_users_form_simple_modif")
        arch = self.env["res.users"].with_user(self.maria).get_view(view.id, "form")["arch"]
        (choice,) = etree.fromstring(arch).xpath("//field[@name='outgoing_mail_server_type']")
        self.assertIn("l10n_co_emission_server_id", choice.get("invisible"))

    def test_window_has_nothing_but_mail(self):
        view = self.env.ref(WINDOW)
        arch = self.env["res.users"].with_user(self.maria).get_view(view.id, "form")["arch"]
        pages = etree.fromstring(arch).xpath("//page/@name")
        self.assertEqual(
            pages, ["l10n_co_account", "l10n_co_sending", "l10n_co_series", "l10n_co_api"]
        )
