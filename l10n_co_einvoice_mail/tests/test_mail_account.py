"""A reception mailbox from nothing: two fields to type, everything else proposed, tested and explained."""

from unittest.mock import patch

from odoo.addons.l10n_co_einvoice_mail.mailbox import discovery
from odoo.addons.l10n_co_einvoice_mail.mailbox.transport import Endpoint
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .account_common import MailAccountCase
from .common import PASSWORD

FORM = "l10n_co_einvoice_mail.mailbox_view_form"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailAccount(MailAccountCase):
    def setUp(self):
        super().setUp()
        self.mailbox.unlink()

    def new_form(self):
        server = self.env["fetchmail.server"].with_user(self.admin)
        context = {"default_l10n_co_company_id": self.company.id, "default_is_ssl": True}
        return Form(server.with_context(**context), view=FORM)

    def type_account(self, address, password=PASSWORD):
        with self.new_form() as form:
            form.l10n_co_address = address
            if password:
                form.l10n_co_new_password = password
        return form.record

    def test_address_and_password_are_enough(self):
        account = self.type_account(self.address)
        self.assertRecordValues(
            account.sudo(),
            [
                {
                    "name": self.address,
                    "l10n_co_provider_id": self.provider.id,
                    "server_type": "imap",
                    "server": "localhost",
                    "port": self.bed.imaps,
                    "l10n_co_encryption": "ssl_strict",
                    "user": self.address,
                    "password": PASSWORD,
                    "state": "draft",
                    "l10n_co_missing": "",
                }
            ],
        )
        diagnosis = self.diagnose(account)
        self.assertTrue(diagnosis.is_sound, diagnosis.cause)
        self.assertEqual(account.state, "done")

    def test_domains_without_passwords_lead_to_signing_in(self):
        account = self.type_account("compras@outlook.com", password=False)
        self.assertEqual(
            (account.server_type, account.server, account.port),
            ("outlook", "outlook.office365.com", 993),
        )
        self.assertIn("16 September 2024", account.l10n_co_provider_notice)
        self.assertEqual(account.l10n_co_connection, "missing")
        with self.assertRaisesRegex(UserError, "connection with the provider"):
            account.button_confirm_login()

    def test_user_of_icloud_is_the_part_before_the_at(self):
        account = self.type_account("compras@icloud.com")
        self.assertEqual((account.user, account.server), ("compras", "imap.mail.me.com"))

    def test_servers_of_an_own_domain_are_found(self):
        found = discovery.Found("srv", endpoints={"imap": Endpoint("imap.otra.example.com", 993)})
        with patch.object(discovery, "discover", return_value=found) as asked:
            account = self.type_account("compras@otra.example.com")
        self.assertEqual(account.server, "imap.otra.example.com")
        self.assertEqual(account.l10n_co_provider_id.code, "cpanel")
        self.assertNotIn(PASSWORD, repr(asked.call_args))

    def test_nothing_found_proposes_the_customary_name(self):
        with patch.object(discovery, "discover", return_value=discovery.Found()):
            account = self.type_account("compras@otra.example.com")
        self.assertEqual((account.server, account.port), ("mail.otra.example.com", 993))

    def test_changing_to_pop_takes_the_presets_pop_server_and_asks_for_a_backup(self):
        with self.new_form() as form:
            form.l10n_co_address = self.address
            form.l10n_co_new_password = PASSWORD
            form.server_type = "pop"
        account = form.record
        self.assertEqual(account.port, self.bed.pop3s)
        self.assertEqual(account.l10n_co_missing, "backup address")
        with self.assertRaisesRegex(UserError, "backup address"):
            account.button_confirm_login()

    def test_two_different_passwords_are_refused(self):
        with self.assertRaises(ValidationError), self.new_form() as form:
            form.l10n_co_address = self.address
            form.l10n_co_new_password = PASSWORD
            form.l10n_co_confirm_password = "another"

    def test_app_password_of_google_loses_the_blanks_people_copy(self):
        account = self.type_account("compras@gmail.com", "abcd efgh ijkl mnop")
        self.assertEqual(account.sudo().password, "abcdefghijklmnop")
        account = self.type_account(self.address, "abcd efgh ijkl mnop")
        self.assertEqual(account.sudo().password, "abcd efgh ijkl mnop")

    def test_gmail_by_pop_beside_another_program(self):
        with self.new_form() as form:
            form.l10n_co_address = "compras@gmail.com"
            form.l10n_co_new_password = PASSWORD
            form.server_type = "pop"
            form.l10n_co_pop_recent = True
        account = form.record
        self.assertEqual(account._l10n_co_credentials().user, "recent:compras@gmail.com")
        self.assertEqual(account._l10n_co_filing(), "leave")
        self.assertFalse(account.l10n_co_missing)

    def test_server_that_moved_loses_its_password(self):
        account = self.type_account(self.address)
        self.diagnose(account)
        account.server = "mail.attacker.example.com"
        self.assertFalse(account.sudo().password)
        self.assertEqual((account.state, account.l10n_co_missing), ("draft", "password"))
        account.write({"user": "otro@comprador.example.com", "l10n_co_new_password": "nueva"})
        self.assertEqual(account.sudo().password, "nueva")

    def test_same_server_keeps_its_password(self):
        account = self.type_account(self.address)
        account.write({"server": "localhost", "user": self.address, "port": 143})
        self.assertEqual(account.sudo().password, PASSWORD)

    def test_switched_off_mailbox_is_not_read(self):
        account = self.type_account(self.address)
        self.diagnose(account)
        self.assertIn(account, account.search(account._l10n_co_due_domain()))
        account.active = False
        self.assertNotIn(account, account.search(account._l10n_co_due_domain()))

    def test_local_type_is_not_for_us(self):
        with self.assertRaises(ValidationError):
            self.type_account(self.address).server_type = "local"

    def test_core_servers_keep_core_behaviour(self):
        server = (
            self.env["fetchmail.server"]
            .sudo()
            .create({"name": "Core", "server": "a.example.com", "user": "u", "password": "p"})
        )
        server.server = "b.example.com"
        self.assertEqual(server.password, "p")
        self.assertEqual(server.read(["password"])[0]["password"], "p")
