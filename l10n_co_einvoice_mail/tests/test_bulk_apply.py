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
        self.assertEqual(line.changes, "Password\nServer: localhost → otro.example.com")
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
        """At the same mailbox, at another one, and where the present account is one that its user signed in with."""
        self.env["ir.config_parameter"].sudo().set_param("google_gmail_client_id", "odoo")
        wizard = self.ready_list()
        wizard.action_apply()
        account, line = self.account_of(self.people[0]), self.line_of(wizard, self.people[0])
        self.assert_waits(wizard, line, account, {"smtp_host": "smtp.gmail.com", "sign_in": True})
        self.assertFalse(account.smtp_pass)
        other = "otra@comprador.example.com"
        self.assert_waits(wizard, line, account, {"email": other, "login": other})
        self.assertEqual((account.from_filter, account.smtp_user), (other, other))

    def assert_waits(self, wizard, line, account, values):
        person, before = line.user_id, self.facts_of(account)
        line.write(values)
        self.assertEqual(line.state, "ready")
        wizard.action_apply()
        self.assertEqual(self.facts_of(account), before)
        self.assertEqual(line.state, "done")
        self.assertIn("goes on sending", line.message)
        self.assertIn("until then as before", person.with_user(person).l10n_co_mail_successor)
        self.assertIn(line.email, person.with_user(person).l10n_co_mail_successor)
        successor = account.l10n_co_successor_ids
        self.assertEqual(self.env["l10n_co.emission"]._own_account(person), account)
        for error in (LoginFailed("oauth_refused", data={"user": line.email}), None):
            permission = f"refresh {bool(error)} {line.email}"
            self.sign_in(successor, permission)
            self.assertEqual(self.facts_of(account), before)
            with patch.object(testing, "judge", return_value=testing.Verdict(error)) as judge:
                self.work_off(wizard)
            tested = judge.call_args.args[0]
            self.assertEqual(
                (tested.endpoint.host, tested.sender, tested.credentials.user),
                ("smtp.gmail.com", line.email, line.email),
            )
            self.assertIn("Bearer access", tested.credentials.oauth_string)
            if error:
                self.assertEqual(self.facts_of(account), before)
                self.assertGreater(len(person.l10n_co_mail_successor), 100, "why it failed")
        self.assertFalse(successor.exists())
        self.assertEqual((account.smtp_host, account.l10n_co_state), ("smtp.gmail.com", "done"))
        self.assertEqual((account.smtp_authentication, account.active), ("gmail", True))
        self.assertEqual(account.google_gmail_refresh_token, permission)
        self.assertFalse(person.l10n_co_mail_successor)
        self.assertIn(account, self.env["l10n_co.emission"]._own_account(person))

    def sign_in(self, successor, permission):
        """As the provider's page comes back to core's controller."""
        successor.write(
            {
                "active": True,
                "google_gmail_refresh_token": permission,
                "google_gmail_access_token": "access",
                "google_gmail_access_token_expiration": 2000000000,
            }
        )

    def facts_of(self, account):
        account.invalidate_recordset()
        names = (
            "l10n_co_address", "from_filter", "smtp_user", "smtp_host", "smtp_authentication",
            "smtp_pass", "l10n_co_state", "google_gmail_refresh_token",
        )  # fmt: skip
        return {name: account[name] for name in names}

    def waiting_for_google(self):
        """:return: (the list, the account of its first user, what comes after it)"""
        self.env["ir.config_parameter"].sudo().set_param("google_gmail_client_id", "odoo")
        wizard = self.ready_list()
        wizard.action_apply()
        account, line = self.account_of(self.people[0]), self.line_of(wizard, self.people[0])
        line.write({"smtp_host": "smtp.gmail.com", "sign_in": True, "email": "b@ejemplo.com.co"})
        wizard.action_apply()
        return wizard, account, account.l10n_co_successor_ids

    def test_what_comes_after_an_account_is_its_user_s_to_sign_in_with(self):
        _wizard, account, successor = self.waiting_for_google()
        person, other = self.people[0], self.people[1]
        self.env["ir.config_parameter"].sudo().set_param("google_gmail_client_secret", "x")
        action = person.with_user(person).l10n_co_action_connect_mail()
        self.assertIn("accounts.google.com", action["url"])
        self.assertIn(f"%22id%22%3A+{successor.id}%2C", action["url"])
        for user in (other, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                successor.with_user(user)._l10n_co_check_admin()
        server, _sender = self.env["ir.mail_server"]._find_mail_server("b@ejemplo.com.co")
        self.assertNotEqual(server, successor)
        self.assertEqual(successor.with_user(person)._l10n_co_connected_url(), "/odoo/my-mail")
        person.active = False
        self.assertFalse(successor.exists())
        self.assertTrue(account.exists())

    def test_nobody_puts_an_account_behind_another_one(self):
        wizard, account, successor = self.waiting_for_google()
        Server = self.env["ir.mail_server"].with_user(wizard.env.user)
        values = {"name": "x", "smtp_host": "evil.example.com", "l10n_co_succeeds_id": account.id}
        with self.assertRaises(AccessError):
            Server.create(values)
        with self.assertRaises(AccessError):
            successor.with_user(wizard.env.user).write({"smtp_host": "evil.example.com"})
        own = self.account_of(self.people[1]).with_user(wizard.env.user)
        with self.assertRaises(AccessError):
            own.write({"l10n_co_succeeds_id": account.id})

    def test_another_choice_takes_the_place_of_what_was_waited_for(self):
        wizard, account, successor = self.waiting_for_google()
        line = self.line_of(wizard, self.people[0])
        line.write({"email": "c@ejemplo.com.co", "login": "c@ejemplo.com.co"})
        wizard.action_apply()
        self.assertFalse(successor.exists())
        self.assertEqual(account.l10n_co_successor_ids.l10n_co_address, "c@ejemplo.com.co")
        line.write(
            {"sign_in": False, "smtp_host": "localhost", "smtp_port": self.bed.smtps,
             "smtp_encryption": "ssl_strict", "password": PASSWORD}
        )  # fmt: skip
        line.sudo().state = "ready"
        wizard.action_apply()
        self.assertFalse(account.l10n_co_successor_ids)
        self.assertEqual((account.l10n_co_address, account.l10n_co_state), (line.email, "done"))

    def test_an_address_that_is_refused_is_told_before_anybody_signs_in(self):
        wizard, account, successor = self.waiting_for_google()
        self.env["mail.alias.domain"].sudo().create({"name": "ejemplo.com.co", "default_from": "b"})
        self.sign_in(successor, "refresh")
        before = self.facts_of(account)
        with patch.object(testing, "judge", return_value=testing.Verdict()):
            self.work_off(wizard)
        self.assertEqual(self.facts_of(account), before)
        self.assertIn("notifications", self.people[0].l10n_co_mail_successor)

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
