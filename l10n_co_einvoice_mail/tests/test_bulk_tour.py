"""The list of users' mail accounts in a browser, in Spanish."""

from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .bulk_common import BulkCase

TOUR_PASSWORD = "clave-segura"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBulkTour(BulkCase, HttpCase):
    COUNT = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_CO")
        cls.admin.write({"lang": "es_CO", "password": "correo"})
        cls.people = cls.create_person("Laura Gómez") | cls.create_person("Pedro Ruiz")
        cls.people.lang = "es_CO"
        for local in ("laura.gomez", "pedro.ruiz"):
            cls.bed.sink.users[f"{local}@comprador.example.com"] = TOUR_PASSWORD

    def test_users_accounts(self):
        self.company.email = "info@comprador.example.com"
        self.Wizard.create({"user_ids": self.people.ids, "smtp_port": self.bed.smtps})
        cron = self.env.ref("l10n_co_einvoice_mail.cron_test_accounts")

        def run_at_once(triggered, at=None):
            if triggered == cron:
                triggered.env["l10n_co.mail.account.wizard"]._cron_test()

        with patch.object(type(cron), "_trigger", run_at_once):
            self.start_tour(
                "/odoo/einvoice-users-accounts", "l10n_co_users_accounts", login="correo"
            )
        accounts = self.env["ir.mail_server"].sudo()
        accounts = accounts.search([("owner_user_id", "in", self.people.ids)])
        self.assertEqual(set(accounts.mapped("l10n_co_state")), {"done"})
        self.assertEqual(accounts.owner_user_id, self.people)
