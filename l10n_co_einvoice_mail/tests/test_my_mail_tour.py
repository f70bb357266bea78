"""A user's mail preferences in a browser, in Spanish: the whole window, from two typed fields to an API key."""

from odoo.tests import HttpCase, tagged

from .common import ReceptionCase

ADDRESS = "maria@comprador.example.com"
# As the tour types it: whatever a person chooses.
PASSWORD = "clave&ñandú'\"<b>"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMyMailTour(ReceptionCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("es_CO")
        self.user = self.env["res.users"].create(
            {
                "name": "María Auxiliar",
                "login": "auxiliar",
                "password": "auxiliar",
                "email": ADDRESS,
                "lang": "es_CO",
                "tz": "America/Bogota",
                "company_id": self.company.id,
                "company_ids": self.company.ids,
                "group_ids": self.env.ref("account.group_account_invoice").ids,
            }
        )
        self.env["l10n_co.mail.provider"].create(
            {
                "name": "Bed",
                "code": "bed",
                "domains": "comprador.example.com",
                "smtp_host": "localhost",
                "smtp_port": self.bed.smtps,
                "smtp_encryption": "ssl_strict",
            }
        )
        self.env["account.journal"].create(
            {
                "name": "Ventas de Cali",
                "code": "CALI",
                "type": "sale",
                "company_id": self.company.id,
            }
        )
        self.bed.sink.users[ADDRESS] = PASSWORD

    def test_my_mail(self):
        self.start_tour("/odoo", "l10n_co_my_mail", login="auxiliar")
        account = self.user._l10n_co_accounts()
        self.assertRecordValues(account, [{"l10n_co_state": "done", "smtp_pass": PASSWORD}])
        sent = self.bed.sink.messages[-1]
        self.assertEqual((sent.sender, sent.recipients), (ADDRESS, ("cliente@otra.example.com",)))
        user = self.user.with_company(self.company)
        self.assertIn("Contabilidad de la empresa", user.l10n_co_mail_footer)
        self.assertEqual(user.l10n_co_invoice_journal_id.code, "CALI")
        self.assertEqual(user.sudo().api_key_ids.name, "Programa de tesorería")

    def test_address_of_the_page_opens_ones_own(self):
        self.user.with_user(self.user).l10n_co_mail_address = ADDRESS
        other = self.env.ref("base.user_admin")
        for path in ("/odoo/my-mail", f"/odoo/my-mail/{self.user.id}", f"/odoo/my-mail/{other.id}"):
            with self.subTest(path):
                self.start_tour(path, "l10n_co_my_mail_link", login="auxiliar")
