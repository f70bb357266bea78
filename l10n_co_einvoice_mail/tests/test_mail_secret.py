"""Passwords and tokens: encrypted at rest, read by no client, in no export, copy, log or error."""

import logging
import os
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.addons.l10n_co_einvoice_mail.hooks import uninstall_hook
from odoo.addons.l10n_co_einvoice_mail.models.shared import secret
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .account_common import MailAccountCase

PASSWORD = "un-s3creto-ñ"
SECRETS = {
    "password": PASSWORD,
    "google_gmail_refresh_token": "g-refresh",
    "google_gmail_access_token": "g-access",
    "microsoft_outlook_refresh_token": "m-refresh",
    "microsoft_outlook_access_token": "m-access",
}
# The ways a client has to get at the value of a field.
ASKED = (
    lambda mailbox, name, value: mailbox.read([name]),
    lambda mailbox, name, value: mailbox.web_read({name: {}}),
    lambda mailbox, name, value: mailbox.export_data([name]),
    lambda mailbox, name, value: mailbox.search_read([("id", "=", mailbox.id)], [name]),
    lambda mailbox, name, value: mailbox.formatted_read_group([], [name]),
    lambda mailbox, name, value: mailbox.formatted_read_group([], [], [f"{name}:max"]),
    lambda mailbox, name, value: mailbox.search([(name, "like", value[:3])]),
    lambda mailbox, name, value: mailbox.search([(name, "=", value)]),
)
NEUTRALIZE = Path(__file__).parent.parent / "data" / "neutralize.sql"


def with_keys(*keys):
    return patch.dict(os.environ, {secret.ENVIRONMENT: ",".join(keys)})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailSecret(MailAccountCase):
    def setUp(self):
        super().setUp()
        self.key = Fernet.generate_key().decode()

    def stored(self, name="password", record=None):
        record = record or self.mailbox
        record.flush_recordset()
        query = SQL(
            "SELECT %s FROM %s WHERE id = %s",
            SQL.identifier(name), SQL.identifier(record._table), record.id,
        )  # fmt: skip
        return self.env.execute_query(query)[0][0]

    def write_secrets(self):
        self.mailbox.sudo().write(SECRETS)
        self.mailbox.flush_recordset()
        self.mailbox.invalidate_recordset()

    # -- at rest -------------------------------------------------------------------------------------

    def test_encrypted_in_the_database_and_clear_for_the_server(self):
        with with_keys(self.key):
            self.write_secrets()
            for name, value in SECRETS.items():
                self.assertTrue(self.stored(name).startswith(secret.SEAL))
                self.assertNotIn(value, self.stored(name))
                self.assertEqual(self.mailbox.sudo()[name], value)
            self.assertEqual(self.mailbox.with_user(self.admin).l10n_co_secret_state, "sealed")
            created = self.create_mailbox("b@x.co", password=PASSWORD)
            self.assertTrue(self.stored(record=created).startswith(secret.SEAL))
            created.invalidate_recordset()
            self.assertEqual(created.sudo().password, PASSWORD)

    def test_without_a_key_stock_behaviour_and_a_warning(self):
        with with_keys(""):
            self.write_secrets()
            self.assertEqual(self.stored(), PASSWORD)
            self.assertEqual(self.mailbox.with_user(self.admin).l10n_co_secret_state, "clear")

    def test_lost_key_is_told(self):
        with with_keys(self.key):
            self.write_secrets()
        other = Fernet.generate_key().decode()
        for keys in ("", other):
            with (
                with_keys(keys),
                self.assertLogs(secret._logger) if keys else patch.object(secret, "_logger"),
            ):
                self.mailbox.invalidate_recordset()
                self.assertFalse(self.mailbox.sudo().password)
                self.assertEqual(
                    self.mailbox.with_user(self.admin).l10n_co_secret_state, "unreadable"
                )
                with self.assertRaises(UserError):
                    self.mailbox.with_user(self.admin).button_confirm_login()

    def test_keys_are_rotated(self):
        new = Fernet.generate_key().decode()
        with with_keys(self.key):
            self.write_secrets()
        with with_keys(new, self.key):
            self.mailbox.invalidate_recordset()
            self.assertEqual(self.mailbox.sudo().password, PASSWORD)
            done, unreadable = secret.restore(self.env(su=True), secret.seal)
            self.assertGreaterEqual(done, len(SECRETS))
            self.assertEqual(unreadable, 0)
        with with_keys(new):
            self.mailbox.invalidate_recordset()
            for name, value in SECRETS.items():
                self.assertEqual(self.mailbox.sudo()[name], value)

    def test_uninstalling_leaves_what_core_can_read(self):
        with with_keys(self.key):
            self.write_secrets()
            uninstall_hook(self.env(su=True))
            for name, value in SECRETS.items():
                self.assertEqual(self.stored(name), value)

    def test_key_that_is_none_is_refused(self):
        with with_keys("not a key"), self.assertRaises(UserError):
            self.mailbox.sudo().password = "x"

    # -- doors ---------------------------------------------------------------------------------------

    def test_no_reader_gets_a_secret(self):
        self.write_secrets()
        system = self.env.ref("base.user_admin")
        for user in (system, self.admin, self.bookkeeper, self.employee):
            mailbox = self.mailbox.with_user(user).with_context(
                allowed_company_ids=self.company.ids
            )
            for name in (*SECRETS, "l10n_co_new_password", "l10n_co_confirm_password"):
                value = SECRETS.get(name, PASSWORD)
                for ask in ASKED:
                    answer = self.answer(ask, mailbox, name, value)
                    self.assertNotIn(value, answer, (user.login, name))

    def answer(self, ask, *arguments):
        """What a client is told, also when it is told no; a search that finds tells something too."""
        try:
            with self.env.cr.savepoint():
                result = ask(*arguments)
        except (AccessError, ValueError, UserError, KeyError) as error:
            return str(error)
        if hasattr(result, "_ids"):
            self.assertFalse(result)
        return repr(result)

    def test_form_that_saves_gets_no_password_back(self):
        names = ("l10n_co_new_password", "l10n_co_confirm_password")
        mailbox = self.mailbox.with_user(self.admin)
        (saved,) = mailbox.web_save(dict.fromkeys(names, PASSWORD), {name: {} for name in names})
        self.assertEqual(saved, {"id": mailbox.id, **dict.fromkeys(names, False)})
        self.assertEqual(mailbox.sudo().password, PASSWORD)

    def test_copy_has_no_secret(self):
        self.write_secrets()
        copied = self.mailbox.sudo().copy({"user": "otro@x.co"})
        for name in (*SECRETS, "l10n_co_backup_email"):
            self.assertFalse(copied[name])

    def test_only_the_mail_administrator_writes(self):
        fields = [
            name for name, field in self.mailbox._fields.items()
            if name.startswith("l10n_co_") and field.store and not field.relational
        ]  # fmt: skip
        self.assertGreater(len(fields), 10)
        other_company = self.setup_other_company(name="Otra")["company"]
        stranger = self.create_user("extraño", "l10n_co_einvoice_mail.group_mail_admin")
        stranger.write({"company_ids": [(6, 0, other_company.ids)], "company_id": other_company.id})
        for user in (self.bookkeeper, self.employee, stranger):
            for name in (*fields, "server", "user", "active", "l10n_co_new_password"):
                with (
                    self.assertRaises(AccessError, msg=f"{user.login} {name}"),
                    self.env.cr.savepoint(),
                ):
                    self.mailbox.with_user(user).write({name: False})
                    self.mailbox.flush_recordset()

    def test_every_method_of_the_account_refuses_who_may_not(self):
        sender = (
            self.env["ir.mail_server"]
            .sudo()
            .create({"name": "x", "smtp_host": "localhost", "l10n_co_company_id": self.company.id})
        )
        common = ("l10n_co_action_diagnose", "l10n_co_action_connect", "unlink", "copy")
        methods = {
            self.mailbox: (*common, "button_confirm_login", "set_draft"),
            sender: (*common, "l10n_co_set_draft", "test_smtp_connection"),
        }
        for record, names in methods.items():
            for name in names:
                for user in (self.bookkeeper, self.employee):
                    with self.assertRaises(AccessError, msg=name), self.env.cr.savepoint():
                        getattr(record.with_user(user), name)()

    # -- nowhere else --------------------------------------------------------------------------------

    def test_logs_and_errors_carry_no_secret(self):
        self.mailbox.sudo().password = PASSWORD
        lines = []
        handler = logging.Handler(logging.DEBUG)
        handler.emit = lambda record: lines.append(record.getMessage())
        root, level = logging.getLogger(), logging.getLogger().level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            self.receive()
            self.diagnose(self.mailbox)
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
        told = [
            *lines,
            repr(
                self.mailbox.sudo().read(
                    ["error_message", "l10n_co_failure", "l10n_co_failure_data"]
                )
            ),
        ]
        self.assertGreater(len(lines), 2)
        # What the ORM sends to its own database is not a log anybody keeps.
        for line in told:
            if "fetchmail_server" not in line:
                self.assertNotIn(PASSWORD, line)

    def test_neutralized_copy_knows_nothing(self):
        self.write_secrets()
        self.mailbox.l10n_co_backup_email = "respaldo@x.co"
        self.mailbox.flush_recordset()
        self.env.cr.execute(NEUTRALIZE.read_text())
        self.env.invalidate_all()
        for name in (*SECRETS, "l10n_co_backup_email", "active"):
            self.assertFalse(self.mailbox.sudo()[name])
        self.assertEqual(self.mailbox.state, "draft")
