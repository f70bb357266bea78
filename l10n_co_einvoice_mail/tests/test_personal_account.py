"""A user's own account: Odoo's personal mail server, set up, tested and kept as ours."""

from odoo.addons.l10n_co_einvoice_mail.models.users.res_users import PASSWORD as PASSWORD_FIELD
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import PASSWORD
from .personal_common import PersonalAccountCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPersonalAccount(PersonalAccountCase):
    def clean_up(self):
        self.env["res.users"].sudo()._gc_personal_mail_servers()

    def test_address_and_password_are_enough(self):
        account = self.set_up()
        self.assertRecordValues(
            account,
            [
                {
                    "name": self.address,
                    "owner_user_id": self.maria.id,
                    "l10n_co_company_id": False,
                    "l10n_co_provider_id": self.provider.id,
                    "from_filter": self.address,
                    "smtp_authentication": "login",
                    "smtp_host": "localhost",
                    "smtp_port": self.bed.smtps,
                    "smtp_encryption": "ssl_strict",
                    "smtp_user": self.address,
                    "smtp_pass": PASSWORD,
                    "l10n_co_state": "draft",
                }
            ],
        )
        self.assertEqual(self.as_maria().l10n_co_emission_server_id.id, account.id)

    def test_is_confirmed_by_its_test_only(self):
        self.set_up()
        self.assertEqual(self.as_maria().l10n_co_mail_state, "draft")
        diagnosis = self.run_test()
        self.assertEqual(
            diagnosis.step_ids.sorted("sequence").mapped("key")[-3:], ["auth", "login", "sender"]
        )
        self.assertEqual(self.as_maria().l10n_co_mail_state, "done")
        self.assertFalse(self.company.l10n_co_emission_server_id)

    def test_wrong_password_is_explained_and_shown_nowhere(self):
        self.set_up(l10n_co_mail_password="wr0ng&ñ")
        diagnosis = self.run_test()
        self.assertEqual(
            (diagnosis.datum, self.as_maria().l10n_co_mail_state), ("password", "draft")
        )
        shown = [
            *diagnosis.read(),
            *diagnosis.step_ids.read(),
            *self.as_maria().read([PASSWORD_FIELD, *self.maria._l10n_co_account_fields()]),
        ]
        self.assertNotIn("wr0ng", repr(shown))

    def test_any_character_makes_a_password(self):
        for password in ("a&b", "señal", "🔑 llave", "'comillas\"", "<b>%s\\"):
            with self.subTest(password=password):
                self.bed.sink.users[self.address] = password
                account = self.set_up(l10n_co_mail_password=password)
                self.assertEqual(account.smtp_pass, password)
                self.assertTrue(self.run_test().is_sound)

    def test_test_mail_to_a_typed_recipient(self):
        self.set_up()
        diagnosis = self.run_test(recipient="cliente@otra.example.com")
        self.assertTrue(diagnosis.is_sound, diagnosis.cause)
        sent = self.bed.sink.messages[-1]
        self.assertEqual(
            (sent.sender, sent.recipients, sent.login),
            (self.address, ("cliente@otra.example.com",), self.address),
        )
        self.assertRegex(sent.raw.decode(), r"(?im)^Message-ID: <[^>\s]+@comprador\.example\.com>")
        self.bed.sink.reject["nadie@otra.example.com"] = "550 5.1.1 No such user"
        diagnosis = self.run_test(recipient="nadie@otra.example.com")
        self.assertEqual(diagnosis.datum, "recipient")

    def test_what_was_not_tested_as_it_is_has_to_be_tested_again(self):
        for values in (
            {"l10n_co_mail_password": "otra"},
            {"l10n_co_mail_port": 587},
            {"l10n_co_mail_encryption": "ssl"},
            {"l10n_co_mail_address": "otra@comprador.example.com"},
        ):
            with self.subTest(values=values):
                account = self.set_up()
                account._l10n_co_confirm()
                self.as_maria().write(values)
                self.assertEqual(account.l10n_co_state, "draft")

    def test_password_does_not_follow_to_another_server(self):
        account = self.confirm()
        self.as_maria().l10n_co_mail_host = "mail.attacker.example.com"
        self.assertFalse(account.smtp_pass)
        self.as_maria().write(
            {"l10n_co_mail_host": "smtp.example.com", "l10n_co_mail_password": "x"}
        )
        self.assertEqual((account.smtp_pass, account.l10n_co_state), ("x", "draft"))

    # ---- recognised and kept ---------------------------------------------------------------------

    def test_nightly_job_keeps_it(self):
        account = self.confirm()
        for login in (self.address, "maria", f"recent:{self.address}", "DOMINIO\\maria"):
            account.smtp_user = login
            self.clean_up()
            self.assertTrue(account.exists(), login)
            self.maria.invalidate_recordset()
            self.assertEqual(self.maria.outgoing_mail_server_id, account)
            self.assertEqual(self.maria.outgoing_mail_server_type, "default")

    def test_address_is_recognised_as_core_normalises_it(self):
        self.maria.email = f"María <{self.address.upper()}>"
        account = self.set_up(l10n_co_mail_address=self.address.upper())
        self.assertEqual(account.from_filter, self.address)
        self.clean_up()
        self.assertTrue(account.exists())
        account._check_forced_mail_server(account, False, self.maria.email_formatted)

    def test_core_personal_servers_keep_core_ways(self):
        values = {
            "name": "Core",
            "smtp_host": "smtp.gmail.com",
            "smtp_authentication": "gmail",
            "smtp_encryption": "starttls",
            "smtp_user": self.address,
            "from_filter": self.address,
            "owner_user_id": self.maria.id,
        }
        server = self.env["ir.mail_server"].sudo().create(values)
        self.assertEqual(
            (self.maria.outgoing_mail_server_id, self.maria.outgoing_mail_server_type),
            (server, "gmail"),
        )
        self.assertFalse(self.maria.l10n_co_emission_server_id)
        self.clean_up()
        self.assertTrue(server.exists())
        self.maria.email = "otra@comprador.example.com"
        self.clean_up()
        self.assertFalse(server.exists())

    def test_server_of_core_becomes_ours(self):
        server = (
            self.env["ir.mail_server"]
            .sudo()
            .create(
                {
                    "name": "Core",
                    "smtp_host": "smtp.gmail.com",
                    "smtp_authentication": "gmail",
                    "smtp_encryption": "starttls",
                    "smtp_user": self.address,
                    "google_gmail_refresh_token": "r",
                    "from_filter": self.address,
                    "owner_user_id": self.maria.id,
                    "active": False,
                }
            )
        )
        account = self.set_up()
        self.assertEqual(account, server)
        self.assertRecordValues(
            account,
            [
                {
                    "active": True,
                    "smtp_host": "localhost",
                    "smtp_authentication": "login",
                    "smtp_pass": PASSWORD,
                    "google_gmail_refresh_token": False,
                }
            ],
        )

    def test_mail_of_others_never_finds_it(self):
        account = self.confirm()
        Server = self.env["ir.mail_server"]
        for sender in (self.address, "otro@comprador.example.com", False):
            for given in (None, account):
                self.assertNotEqual(Server._find_mail_server(sender, given)[0], account)

    def test_switched_off_by_the_administrator(self):
        self.confirm()
        self.env["ir.config_parameter"].set_param("mail.disable_personal_mail_servers", "True")
        self.maria.invalidate_recordset()
        self.assertFalse(self.as_maria().l10n_co_mail_is_allowed)
        self.assertFalse(self.maria.l10n_co_emission_server_id)
        self.assertFalse(self.queue_mail().l10n_co_account_id)
        with self.assertRaises(UserError):
            self.set_up(l10n_co_mail_port=587)

    # ---- the owner's life ------------------------------------------------------------------------

    def test_owner_who_moves_says_what_he_sends_from(self):
        account = self.confirm()
        self.maria.partner_id.email = "maria@otra.example.com"
        self.assertEqual(account.l10n_co_state, "draft")
        self.assertIn("maria@otra.example.com", account.l10n_co_failure)
        self.clean_up()
        self.assertTrue(account.exists())
        self.assertTrue(self.run_test().is_sound)
        self.assertEqual((account.l10n_co_state, account.l10n_co_failure), ("done", False))

    def test_same_address_written_otherwise_moves_nobody(self):
        account = self.confirm()
        self.maria.email = f"María <{self.address.upper()}>"
        self.assertEqual(account.l10n_co_state, "done")

    def test_owner_who_left_leaves_no_password(self):
        account = self.confirm()
        self.maria.active = False
        self.assertEqual((account.smtp_pass, account.l10n_co_state), (False, "draft"))
        self.clean_up()
        self.assertTrue(account.exists(), "his mails that still wait must not leave by another way")

    def test_deleted_owner_leaves_no_server_for_everybody(self):
        account = self.confirm()
        self.maria.unlink()
        self.assertFalse(account.exists())

    def queue_mail(self):
        """:return: a mail of María's that waits to be sent"""
        Mail = self.env["mail.mail"].with_user(self.maria).sudo()
        return Mail.create(
            {"subject": "x", "email_from": self.address, "email_to": "cliente@otra.example.com"}
        )

    def test_disconnecting_stops_what_waits(self):
        account = self.confirm()
        mail = self.queue_mail()
        self.assertEqual(mail.l10n_co_account_id, account)
        self.as_maria().l10n_co_action_disconnect_mail()
        self.assertFalse(account.exists())
        mail.send()
        self.assertEqual(mail.state, "exception")
        self.assertIn(self.address, mail.failure_reason)

    def test_its_owner_is_told_what_is_wrong(self):
        account = self.confirm()
        account.l10n_co_password_expiry = "2020-01-01"
        self.assertIn(account, account.search(account._l10n_co_confirmed_domain()))
        before = self.env["mail.mail"].sudo().search([])
        account._l10n_co_watch()
        notice = self.env["mail.mail"].sudo().search([]) - before
        self.assertIn(self.address, notice.email_to)
        self.assertEqual(account.l10n_co_activity_id.user_id, self.maria)
        account.unlink()

    # ---- what is refused -------------------------------------------------------------------------

    def test_account_of_a_company_and_a_user(self):
        account = self.set_up()
        with self.assertRaises(ValidationError):
            account.l10n_co_company_id = self.company

    def test_addresses_nobody_sends_from(self):
        self.env["mail.alias.domain"].sudo().create(
            {"name": "avisos.example.com", "default_from": "avisos"}
        )
        for address in ("sin-arroba", "avisos@avisos.example.com"):
            with self.subTest(address=address), self.assertRaises(ValidationError):
                self.set_up(l10n_co_mail_address=address)

    def test_password_without_an_address(self):
        with self.assertRaises(ValidationError):
            self.as_maria().l10n_co_mail_password = PASSWORD
        self.confirm()
        with self.assertRaises(ValidationError):
            self.as_maria().l10n_co_mail_address = False
