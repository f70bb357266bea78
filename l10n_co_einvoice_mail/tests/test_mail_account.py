"""A reception mailbox from nothing: two fields to type, everything else proposed, tested and explained."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo.addons.l10n_co_einvoice_mail.mailbox import discovery
from odoo.addons.l10n_co_einvoice_mail.mailbox.transport import Endpoint
from odoo.addons.l10n_co_einvoice_mail.mailbox.way import Way
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .account_common import MailAccountCase
from .common import PASSWORD

# What a domain is, or who receives its mail -> whose servers are proposed.
TABLE = {
    "x-co.mail.protection.outlook.com": "microsoft365",
    "x-co.c-v1.mx.microsoft": "microsoft365",
    "mx1.titan.email": "titan",
    "mx2.privateemail.com": "privateemail",
    "mx.zoho.com.au": "zoho_org_au",
    "mx.zoho.jp": "zoho_org_jp",
    "mx.zohocloud.ca": "zoho_org_ca",
    "mx.zoho.in": "zoho_org_in",
    "mx.zoho.eu": "zoho_org_eu",
    "mx01.mail.icloud.com": "icloud_own",
    "mx00.1and1.com": "ionos",
    "mx10.mailspamprotection.com": "siteground",
    "mx.yandex.net": "yandex",
    "aspmx1.migadu.com": "migadu",
    "inbound-smtp.us-east-1.amazonaws.com": "workmail_us_east_1",
    "yahoo.com.co": "yahoo",
    "yahoo.com.ve": "yahoo",
    "yahoo.com.pe": "yahoo",
    "yahoo.cl": "yahoo",
    "aim.com": "aol",
    "zoho.eu": "zoho_eu",
    "zohomail.in": "zoho_in",
    "gmx.net": "gmx_de",
    "gmx.de": "gmx_de",
}
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
        with self.finding("imap.otra.example.com") as asked:
            account = self.type_account("compras@otra.example.com")
        self.assertEqual(account.server, "imap.otra.example.com")
        self.assertEqual(account.l10n_co_provider_id.code, "cpanel")
        self.assertIn("SRV", account.l10n_co_server_origin)
        self.assertNotIn(PASSWORD, repr(asked.call_args))

    def finding(self, *hosts):
        """Each host answers IMAP and POP3, as the DNS of otra.example.com names it."""
        ways = tuple(
            Way(protocol, Endpoint(host, port), "srv")
            for host in hosts
            for protocol, port in (("imap", 993), ("pop", 995))
        )
        found = discovery.Found("srv", "", "otra.example.com", ways)
        return patch.object(discovery, "discover", return_value=found)

    def test_alternatives_are_shown_before_the_test_and_one_is_chosen(self):
        with (
            self.finding("imap.otra.example.com", "correo.otra.example.com"),
            self.new_form() as form,
        ):
            form.l10n_co_address = "compras@otra.example.com"
            shown = form.l10n_co_way_ids[:]
            self.assertEqual(
                [(way.protocol, way.host) for way in shown],
                [
                    (protocol, host)
                    for host in ("imap.otra.example.com", "correo.otra.example.com")
                    for protocol in ("imap", "pop")
                ],
            )
            self.assertEqual(form.l10n_co_way_id, shown[0])
            form.l10n_co_way_id = shown[3]
            form.l10n_co_backup_email = "respaldo@otra.example.com"
        self.assertRecordValues(
            form.record,
            [{"server_type": "pop", "server": "correo.otra.example.com", "port": 995}],
        )

    def test_server_of_another_domain_waits_for_a_person(self):
        with self.finding("imap.atacante.example.net"), self.new_form() as form:
            form.l10n_co_address = "compras@otra.example.com"
            form.l10n_co_new_password = PASSWORD
            self.assertFalse(form.server)
            self.assertTrue(form.l10n_co_server_is_foreign)
            self.assertIn("imap.atacante.example.net", form.l10n_co_server_origin)
        account = form.record
        self.assertEqual(account.l10n_co_missing, "server")
        account.server = "imap.atacante.example.net"
        self.assertIn("is of another domain", account.l10n_co_server_origin)

    def test_domain_hosted_at_google_or_microsoft_gets_their_sign_in(self):
        for code, kind in (("workspace", "gmail"), ("microsoft365", "outlook")):
            found = discovery.Found("mx", code, "otra.example.com")
            with patch.object(discovery, "discover", return_value=found), self.new_form() as form:
                form.l10n_co_address = "compras@otra.example.com"
                shown = [(way.protocol, way.type) for way in form.l10n_co_way_ids[:]]
            self.assertEqual(form.record.server_type, kind)
            self.assertIn("MX", form.record.l10n_co_server_origin)
            self.assertEqual(shown, [("imap", kind), ("imap", "imap"), ("pop", "pop")])

    def test_domains_and_exchangers_of_the_table(self):
        presets = self.env["l10n_co.mail.provider"]._presets()
        for name, code in TABLE.items():
            with self.subTest(name):
                domain = SimpleNamespace(exchangers=lambda _domain, name=name: (name,))
                by_domain = discovery.find_provider(f"c@{name}", presets)
                by_exchanger = discovery.find_provider("c@x.co", presets, domain)
                self.assertIn(code, (by_domain.provider, by_exchanger.provider))

    def test_server_of_this_machine_is_proposed_where_those_are_allowed_only(self):
        proton = self.env.ref("l10n_co_einvoice_mail.mail_provider_proton")
        self.assertTrue(proton._endpoint("imap"))
        self.env["ir.config_parameter"].sudo().set_param(
            "l10n_co_einvoice_mail.allow_internal_servers", False
        )
        self.assertIsNone(proton._endpoint("imap"))

    def test_what_was_found_is_shown_to_who_looked_for_it(self):
        with self.finding("imap.otra.example.com"):
            account = self.type_account("compras@otra.example.com")
        ways = account.l10n_co_way_ids
        self.assertTrue(ways)
        other = self.create_user("correo2", "l10n_co_einvoice_mail.group_mail_admin")
        self.assertFalse(account.with_user(other).l10n_co_way_ids)
        with self.assertRaises(AccessError):
            ways.with_user(other).read(["host"])
        seen = account.with_user(other)
        answer = seen.onchange(
            {"l10n_co_way_id": ways[1].id}, ["l10n_co_way_id"], {"server_type": {}}
        )
        self.assertNotIn("server_type", answer.get("value", {}))

    def test_who_may_not_set_accounts_up_looks_for_nothing(self):
        with self.finding("imap.otra.example.com") as asked:
            account = self.type_account("compras@otra.example.com")
            asked.reset_mock()
            with self.assertRaises(AccessError):
                account.with_user(self.bookkeeper).l10n_co_action_find_server()
            asked.assert_not_called()
            account.l10n_co_action_find_server()
            asked.assert_called_once()

    def test_nothing_found_proposes_the_customary_name(self):
        with patch.object(discovery, "discover", return_value=discovery.Found()):
            account = self.type_account("compras@otra.example.com")
        self.assertEqual((account.server, account.port), ("mail.otra.example.com", 993))

    def test_changing_to_pop_takes_the_presets_pop_server_and_asks_for_a_backup(self):
        with self.new_form() as form:
            form.l10n_co_address = self.address
            form.l10n_co_new_password = PASSWORD
            form.l10n_co_protocol = "pop"
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
            form.l10n_co_protocol = "pop"
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

    def test_a_mailbox_is_set_up_once(self):
        account = self.type_account(self.address)
        with self.assertRaisesRegex(ValidationError, "set up already"):
            account.copy({"user": self.address.upper(), "active": True})

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
