"""A list of accounts applied: what is written onto the users, what is not and why, and what a second time changes."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..bulk import testing
from ..mailbox.errors import LoginFailed
from ..models.shared import secret
from .bulk_common import BulkCase
from .common import PASSWORD


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBulkApply(BulkCase):
    def account_of(self, user):
        return self.env["ir.mail_server"].sudo().search([("owner_user_id", "=", user.id)])

    def ready_list(self, users=None, **values):
        wizard = self.create_list(users, **values)
        self.type_passwords(wizard.line_ids)
        new = wizard.line_ids.filtered(lambda line: line.state == "new")
        new.sudo().write({"state": "ready"})
        return wizard

    def log_of(self, user):
        return " ".join(user.partner_id.sudo().message_ids.mapped("body"))

    def test_ready_accounts_are_set_up_and_the_others_say_why(self):
        wizard = self.create_list()
        ready, wrong, missing = wizard.line_ids
        self.type_passwords(ready | wrong)
        wrong.password = "otra"
        self.run_tests(wizard)
        wizard.action_apply()
        self.assertEqual(self.states(wizard), ["done", "failed", "incomplete"])
        self.assertIn("Set up: 1.", wizard.notice)
        self.assertIn("Failed 1", wizard.notice)
        self.assertRecordValues(
            self.account_of(ready.user_id),
            [
                {
                    "l10n_co_address": ready.email,
                    "from_filter": ready.email,
                    "smtp_user": ready.email,
                    "smtp_pass": PASSWORD,
                    "smtp_host": "localhost",
                    "smtp_port": self.bed.smtps,
                    "smtp_encryption": "ssl_strict",
                    "l10n_co_state": "done",
                    "active": True,
                }
            ],
        )
        self.assertFalse(self.account_of(wrong.user_id) | self.account_of(missing.user_id))
        self.assertIn(ready.email, self.log_of(ready.user_id))
        self.assertNotIn(PASSWORD, self.log_of(ready.user_id))

    def test_users_without_address_get_the_account_s_in_the_background(self):
        wizard = self.ready_list(self.people[:2])
        self.people[1].email = "otra@example.com"
        wizard.action_apply()
        self.work_off(wizard)
        self.assertEqual(self.people[0].email, wizard.line_ids[0].email)
        self.assertEqual(self.people[1].email, "otra@example.com")
        self.assertFalse(any(wizard.line_ids.mapped("is_finishing")))

    def test_passwords_are_encrypted_while_they_wait_and_gone_afterwards(self):
        wizard = self.ready_list()
        stored = self.stored_passwords(wizard)
        self.assertTrue(all(text.startswith(secret.SEAL) for text in stored))
        wizard.action_apply()
        self.assertEqual(set(self.stored_passwords(wizard)), {None})

    def stored_passwords(self, wizard):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT password FROM l10n_co_mail_account_wizard_line WHERE wizard_id = %s",
            [wizard.id],
        )
        return [password for (password,) in self.env.cr.fetchall()]

    def test_again_only_what_changed_is_written(self):
        self.ready_list().action_apply()
        again = self.create_list()
        self.assertEqual(set(self.states(again)), {"done"})
        accounts = self.account_of(self.people[0]) | self.account_of(self.people[1])
        before = accounts.mapped("write_date"), accounts.ids
        changed = self.line_of(again, self.people[2])
        changed.smtp_port = self.bed.smtp
        changed.smtp_encryption = "starttls_strict"
        self.assertEqual(changed.state, "new")
        self.run_tests(again)
        self.assertEqual(changed.state, "ready")
        again.action_apply()
        self.assertEqual((accounts.mapped("write_date"), accounts.ids), before)
        account = self.account_of(self.people[2])
        self.assertEqual((account.smtp_port, account.smtp_pass), (self.bed.smtp, PASSWORD))
        self.assertEqual(account.l10n_co_state, "done")
        self.assertIn("changed", self.log_of(self.people[2]))

    def test_another_server_asks_for_the_password_again(self):
        self.ready_list().action_apply()
        again = self.create_list()
        again.line_ids.smtp_host = "otro.example.com"
        self.assertEqual(set(self.states(again)), {"incomplete"})

    def test_what_is_refused_keeps_nobody_else_from_his_account(self):
        wizard = self.ready_list()
        refused = wizard.line_ids[0]
        self.env["mail.alias.domain"].sudo().create(
            {
                "name": refused.email.partition("@")[2],
                "default_from": refused.email.partition("@")[0],
            }
        )
        wizard.action_apply()
        self.assertEqual(self.states(wizard), ["failed", "done", "done"])
        self.assertIn(refused.email, refused.message)
        self.assertTrue(refused.has_password)
        self.assertFalse(self.account_of(refused.user_id))

    def test_who_left_the_company_meanwhile_gets_no_account(self):
        """Asked once more when it is applied, with the rights of whoever applies it."""
        other = self.env["res.company"].create({"name": "Other"})
        wizard = self.ready_list(header="<p>x</p>")
        left, visitor, stayed = self.people
        left.write({"company_ids": other.ids, "company_id": other.id})
        visitor.group_ids = self.env.ref("base.group_portal")
        wizard.action_apply()
        self.assertEqual(self.states(wizard), ["failed", "failed", "done"])
        self.assertIn("no internal users", self.line_of(wizard, left).message)
        self.assertFalse(self.account_of(left) | self.account_of(visitor))
        self.assertTrue(self.account_of(stayed))
        self.assertFalse(left.l10n_co_mail_header or visitor.l10n_co_mail_header)

    def test_who_left_the_company_meanwhile_gets_no_header(self):
        other = self.env["res.company"].create({"name": "Other"})
        wizard = self.ready_list()
        wizard.action_apply()
        self.people[0].write({"company_ids": other.ids, "company_id": other.id})
        wizard.header = "<p>x</p>"
        with self.assertRaisesRegex(AccessError, self.people[0].name):
            wizard.action_apply()
        self.assertFalse(self.people[0].l10n_co_mail_header)

    def test_an_administrator_s_link_for_a_new_password_goes_nowhere_else(self):
        """A mail administrator who is no more than that does not give an administrator an address."""
        self.people[0].group_ids += self.env.ref("base.group_erp_manager")
        wizard = self.ready_list(self.people[:2])
        wizard.action_apply()
        self.work_off(wizard)
        self.assertFalse(self.people[0].email)
        self.assertTrue(self.people[1].email)

    def test_only_who_is_ticked_gets_the_header(self):
        wizard = self.ready_list(header="<p>x</p>")
        wizard.line_ids[1].takes_frame = False
        wizard.action_apply()
        self.assertEqual(self.states(wizard), ["done"] * 3)
        headers = [bool(user.l10n_co_mail_header) for user in self.people]
        self.assertEqual(headers, [True, False, True])

    def test_a_line_tells_what_will_change(self):
        wizard = self.ready_list()
        self.assertEqual(wizard.line_ids.mapped("changes"), ["New account"] * 3)
        wizard.action_apply()
        self.assertFalse(any(wizard.line_ids.mapped("changes")))
        line = wizard.line_ids[0]
        line.write({"smtp_host": "otro.example.com", "password": "secreta"})
        self.assertEqual(line.changes, "Password; Server: localhost → otro.example.com")
        self.assertEqual(self.account_of(line.user_id).smtp_host, "localhost")

    def test_nobody_is_invited_where_odoo_is_not_registered(self):
        """It is said first, and nobody's sending is changed, not even that of those who have a password."""
        wizard = self.ready_list()
        google = wizard.line_ids[2]
        google.write({"smtp_host": "smtp.gmail.com", "sign_in": True})
        self.assertEqual(self.states(wizard), ["ready"] * 3)
        with self.assertRaisesRegex(UserError, "Register Odoo at Google first"):
            wizard.action_apply()
        self.assertFalse(self.account_of(self.people[0]) | self.account_of(self.people[2]))

    def test_users_of_google_are_invited_and_type_no_password(self):
        self.env["ir.config_parameter"].sudo().set_param("google_gmail_client_id", "odoo")
        wizard = self.create_list(self.people[:1], smtp_host="smtp.gmail.com")
        self.assertTrue(wizard.sign_in)
        self.assertEqual(self.states(wizard), ["ready"])
        wizard.action_apply()
        person = self.people[0]
        self.assertEqual(self.states(wizard), ["done"])
        self.assertEqual(self.account_of(person).l10n_co_state, "draft")
        self.assertEqual(self.account_of(person).smtp_authentication, "gmail")
        mail = self.env["mail.mail"].sudo().search([("email_to", "ilike", wizard.line_ids.email)])
        self.assertEqual(len(mail), 1)
        self.assertIn("/odoo/my-mail", mail.body_html)
        self.assertEqual(person.partner_id.sudo().activity_ids.user_id, person)

    def test_present_account_sends_until_its_user_has_signed_in(self):
        self.env["ir.config_parameter"].sudo().set_param("google_gmail_client_id", "odoo")
        wizard = self.ready_list()
        wizard.action_apply()
        person, line = self.people[0], self.line_of(wizard, self.people[0])
        account = self.account_of(person)
        line.write({"smtp_host": "smtp.gmail.com", "sign_in": True})
        self.assertEqual(line.state, "ready")
        wizard.action_apply()
        self.assert_as_before(account)
        self.assertEqual(line.state, "done")
        self.assertIn("goes on sending", line.message)
        self.assertIn("until then as before", person.with_user(person).l10n_co_mail_successor)
        self.assertEqual(account._l10n_co_sign_in_type(), "gmail")
        for error in (LoginFailed("oauth_refused", data={"user": line.email}), None):
            account.write(
                {
                    "google_gmail_refresh_token": "refresh",
                    "google_gmail_access_token": "access",
                    "google_gmail_access_token_expiration": 2000000000,
                }
            )
            self.assert_as_before(account)
            with patch.object(testing, "judge", return_value=testing.Verdict(error)) as judge:
                self.work_off(wizard)
            tested = judge.call_args.args[0]
            self.assertEqual(tested.endpoint.host, "smtp.gmail.com")
            self.assertIn("Bearer access", tested.credentials.oauth_string)
            if error:
                self.assert_as_before(account)
                self.assertGreater(len(person.l10n_co_mail_successor), 100, "why it failed")
        self.assertEqual((account.smtp_host, account.l10n_co_state), ("smtp.gmail.com", "done"))
        self.assertEqual(account.smtp_authentication, "gmail")
        self.assertEqual(account.google_gmail_refresh_token, "refresh")
        self.assertFalse(account.smtp_pass)
        self.assertFalse(person.l10n_co_mail_successor)

    def assert_as_before(self, account):
        self.assertEqual((account.smtp_host, account.l10n_co_state), ("localhost", "done"))
        self.assertEqual((account.smtp_authentication, account.smtp_pass), ("login", PASSWORD))

    # ---- header, signature, footer -----------------------------------------------------------------

    def test_frame_of_all_with_variables(self):
        self.people[0].partner_id.function = "Asesora"
        wizard = self.ready_list(
            header="<p>{company}</p>",
            signature="<p>{nombre}, {cargo}</p>",
            footer="<p>Bogotá</p>",
        )
        first = wizard.line_ids[0]
        for text in (self.company.name, "Asesora", "Bogotá"):
            self.assertIn(text, first.preview)
        wizard.action_apply()
        person = self.people[0].sudo()
        self.assertEqual(person.signature, f"<p>{person.name}, Asesora</p>")
        self.assertEqual(person.l10n_co_mail_header, "<p>{company}</p>")
        self.assertIn("footer changed: 3", wizard.notice)
        wizard.action_apply()
        self.assertNotIn("changed", wizard.notice)

    def test_empty_frame_leaves_what_users_have(self):
        self.people[0].sudo().l10n_co_mail_footer = "<p>Mío</p>"
        self.ready_list(header="<p>Nuevo</p>", footer="<p><br></p>").action_apply()
        person = self.people[0].sudo()
        self.assertEqual(person.l10n_co_mail_footer, "<p>Mío</p>")
        self.assertEqual(person.l10n_co_mail_header, "<p>Nuevo</p>")

    def test_unknown_variable_is_told(self):
        with self.assertRaisesRegex(UserError, "{apellido}"):
            self.create_list(header="<p>{apellido}</p>")

    def test_line_does_not_say_of_itself_that_it_is_ready(self):
        line = self.create_list().line_ids[0]
        for values in (
            {"state": "ready"},
            {"state": "done"},
            {"is_finishing": True},
            {"failure_code": "login_refused"},
            {"refusal": "x"},
        ):
            with self.assertRaises(AccessError):
                line.write(values)
            with self.assertRaises(AccessError):
                line.wizard_id.write({"line_ids": [Command.update(line.id, values)]})
        self.assertNotEqual(line.state, "ready")

    def test_stored_password_is_tested_only_where_it_may_go(self):
        wizard = self.create_list(self.people[0])
        self.type_passwords(wizard.line_ids)
        self.run_tests(wizard)
        wizard.action_apply()
        line, account = wizard.line_ids, self.account_of(self.people[0])
        for values, is_known in (
            ({"smtp_port": 2525}, True),
            ({"smtp_port": 587, "smtp_encryption": "starttls_strict"}, True),
            ({"smtp_port": 25, "smtp_encryption": "none"}, False),
            ({"smtp_encryption": "ssl"}, False),
            ({"smtp_host": "smtp.evil.example.com"}, False),
            ({"email": "otra@comprador.example.com"}, False),
        ):
            line.write(
                {
                    "email": account.l10n_co_address,
                    "smtp_host": "localhost",
                    "smtp_port": self.bed.smtps,
                    "smtp_encryption": "ssl_strict",
                }
            )
            line.write({**values, "login": account.smtp_user})
            with self.subTest(values=values):
                self.assertEqual(bool(line._diagnosed(account).credentials.password), is_known)
                self.assertEqual(line.state == "incomplete", not is_known)
