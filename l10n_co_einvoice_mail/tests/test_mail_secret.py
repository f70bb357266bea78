"""Passwords and tokens: encrypted at rest, read by no client, in no export, copy, log or error."""

import contextlib
import os
import runpy
import stat
import tempfile
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.addons.l10n_co_einvoice_mail.hooks import uninstall_hook
from odoo.addons.l10n_co_einvoice_mail.models.shared import secret, secret_key
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

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
    lambda mailbox, name, value: mailbox.search([(name, "like", secret.SEAL)]),
    lambda mailbox, name, value: mailbox.search([("id", "=", mailbox.id)], order=name),
)


MIGRATION = Path(__file__).parent.parent / "migrations" / "19.0.2.0.0" / "post-secrets.py"


def with_keys(*keys):
    return patch.dict(os.environ, {secret_key.ENVIRONMENT: ",".join(keys)})


@contextlib.contextmanager
def key_file(path=None):
    """A server without a key: its key file would be made in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, with_keys():
        path = path or Path(folder, secret_key.FILE)
        with patch.object(secret_key, "path", return_value=path):
            yield path


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailSecret(MailAccountCase):
    def setUp(self):
        super().setUp()
        self.env.flush_all()
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

    def test_many_at_once_and_emptied(self):
        created = self.env["fetchmail.server"].create(
            [
                {"name": name, "l10n_co_company_id": self.company.id, "password": name}
                for name in ("uno", "dos")
            ]
        )
        created.flush_recordset()
        created.invalidate_recordset()
        self.assertEqual(created.sudo().mapped("password"), ["uno", "dos"])
        created[0].sudo().password = False
        self.assertIsNone(self.stored(record=created[0]))

    def test_core_keeps_its_own_in_clear(self):
        core = self.env["fetchmail.server"].create({"name": "Core", "password": PASSWORD})
        sender = self.env["ir.mail_server"].create(
            {"name": "Core", "smtp_host": "localhost", "smtp_user": "x", "smtp_pass": PASSWORD}
        )
        for record, name in ((core, "password"), (sender, "smtp_pass")):
            self.assertEqual(self.stored(name, record), PASSWORD)
            record.invalidate_recordset()
            self.assertEqual(record[name], PASSWORD)
            self.assertEqual(record.read([name])[0][name], PASSWORD)
            self.assertIs(type(record.read([name])[0][name]), str)

    def test_what_becomes_ours_is_encrypted(self):
        core = self.env["fetchmail.server"].create({"name": "Core", "password": PASSWORD})
        self.assertEqual(self.stored(record=core), PASSWORD)
        core.l10n_co_company_id = self.company
        self.assertNotIn(PASSWORD, self.stored(record=core) or "")

    def test_sealed_value_is_no_input(self):
        self.write_secrets()
        ciphertext = self.stored()
        other = self.create_mailbox("b@x.co")
        for value in (ciphertext, secret.UNBOUND_SEAL + "x"):
            for record, name in (
                (other, "password"),
                (other, "l10n_co_new_password"),
                (self.mailbox, "password"),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    record.sudo()[name] = value
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.create_mailbox("c@x.co", password=ciphertext)

    def test_sealed_value_is_bound_to_its_record_and_field(self):
        """Whoever can write into the database moves a ciphertext to where he may read or use it."""
        self.write_secrets()
        ciphertext = self.stored()
        other = self.create_mailbox("b@x.co")
        sender = self.env["ir.mail_server"].create(
            {"name": "x", "smtp_host": "localhost", "l10n_co_company_id": self.company.id}
        )
        places = (
            (other, "password"),
            (self.mailbox, "google_gmail_refresh_token"),
            (sender, "smtp_pass"),
        )
        for record, name in places:
            self.plant(record, name, ciphertext)
            with self.assertLogs(secret._logger, "WARNING"):
                self.assertFalse(record.sudo()[name])

    def test_what_is_not_ours_any_more_is_not_decrypted(self):
        self.write_secrets()
        self.env.cr.execute(
            "UPDATE fetchmail_server SET l10n_co_company_id = NULL WHERE id = %s", [self.mailbox.id]
        )
        self.env.invalidate_all()
        self.assertFalse(self.mailbox.sudo().password)

    def plant(self, record, name, value):
        record.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                SQL.identifier(record._table), SQL.identifier(name), value, record.id,
            )
        )  # fmt: skip
        record.invalidate_recordset()

    # -- keys ----------------------------------------------------------------------------------------

    def test_first_password_makes_the_key_file(self):
        with key_file() as path:
            self.env["fetchmail.server"].create({"name": "Core", "password": "x"}).flush_recordset()
            self.assertFalse(path.exists())
            self.assertFalse(self.forget_all())
            self.write_secrets()
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            self.assertEqual(list(path.parent.iterdir()), [path])
            self.assertEqual(self.mailbox.sudo().password, PASSWORD)

    def test_configured_key_goes_before_the_file(self):
        with key_file():
            self.forget_all()
            self.mailbox.sudo().password = "con el archivo"
            self.mailbox.flush_recordset()
            with with_keys(self.key):
                other = self.create_mailbox("b@x.co")
                self.assertIn(secret_key.Key(self.key).id, self.stored(record=other))
                self.mailbox.invalidate_recordset()
                self.assertEqual(self.mailbox.sudo().password, "con el archivo")

    def test_no_new_key_while_another_encrypts(self):
        with with_keys(self.key):
            self.write_secrets()
        with key_file() as path:
            other = self.create_mailbox("b@x.co", password=False)
            with self.assertRaisesRegex(UserError, "key that this server does not have"):
                other.sudo().password = "x"
                other.flush_recordset()
            self.env.invalidate_all(flush=False)
            self.assertFalse(path.exists())

    def test_key_file_that_cannot_be_made_is_told(self):
        with key_file(Path("/proc/nowhere/key")):
            self.forget_all()
            with self.assertRaisesRegex(UserError, "/proc/nowhere/key"):
                self.mailbox.sudo().password = "x"
                self.mailbox.flush_recordset()
            self.env.invalidate_all(flush=False)

    def test_database_without_its_key_breaks_nothing_else(self):
        with with_keys(self.key):
            self.write_secrets()
            self.mailbox.state = "done"
        for keys in ((), (Fernet.generate_key().decode(),)):
            with key_file(), with_keys(*keys), mute_logger(secret.__name__):
                self.env.invalidate_all()
                admin = self.mailbox.with_user(self.admin)
                self.assertFalse(self.mailbox.sudo().password)
                self.assertEqual(admin.l10n_co_secret_state, "unreadable")
                self.assertIn("password", admin.l10n_co_missing)
                self.assertTrue(admin.web_read({"name": {}, "l10n_co_secret_state": {}}))
                with self.assertRaises(UserError):
                    admin.button_confirm_login()
                self.receive()
                self.assertEqual(self.mailbox.l10n_co_failure_code, "password_missing")
                self.env.flush_all()
                with self.enter_registry_test_mode(), self.registry.cursor() as cr:
                    self.env(cr=cr)["fetchmail.server"]._l10n_co_cron_watch()

    def test_passwords_of_a_lost_key_are_typed_again(self):
        with with_keys(self.key):
            self.write_secrets()
        with key_file() as path, mute_logger(secret.__name__):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                self.mailbox.with_user(self.admin).l10n_co_action_forget_secrets()
            system = self.env.ref("base.user_admin")
            system.write({"company_ids": [(4, self.company.id)]})
            self.mailbox.with_user(system).l10n_co_action_forget_secrets()
            admin = self.mailbox.with_user(self.admin)
            self.assertEqual(admin.l10n_co_secret_state, "none")
            admin.l10n_co_new_password = PASSWORD
            self.mailbox.flush_recordset()
            self.assertTrue(path.exists())
            self.mailbox.invalidate_recordset()
            self.assertEqual(self.mailbox.sudo().password, PASSWORD)

    def forget_all(self):
        """As in a database that has no password of ours yet."""
        for model, field in secret.secret_fields(self.env):
            model.search([]).filtered(lambda r: r._l10n_co_hides_secrets()).sudo().write(
                {field.name: False}
            )
        self.env.flush_all()

    def test_keys_are_rotated(self):
        new = Fernet.generate_key().decode()
        with with_keys(self.key):
            self.write_secrets()
        with with_keys(new, self.key):
            self.mailbox.invalidate_recordset()
            self.assertEqual(self.mailbox.sudo().password, PASSWORD)
            done, unreadable = secret.reseal(self.env(su=True))
            self.assertGreaterEqual(done, len(SECRETS))
            self.assertEqual(unreadable, 0)
        with with_keys(new):
            self.mailbox.invalidate_recordset()
            for name, value in SECRETS.items():
                self.assertEqual(self.mailbox.sudo()[name], value)

    def test_rotation_leaves_what_it_cannot_decrypt(self):
        with with_keys(self.key):
            self.write_secrets()
            before = self.stored()
        with with_keys(Fernet.generate_key().decode()), mute_logger(secret.__name__):
            _done, unreadable = secret.reseal(self.env(su=True))
            self.assertGreaterEqual(unreadable, len(SECRETS))
            self.assertEqual(self.stored(), before)

    def test_what_an_earlier_version_stored(self):
        """Ours are encrypted, each for its place, whether they were before or not; core's own come back in clear."""
        old = secret.UNBOUND_SEAL + Fernet(self.key).encrypt(PASSWORD.encode()).decode()
        core = self.env["fetchmail.server"].create({"name": "Core"})
        clear = self.create_mailbox("b@x.co")
        with with_keys(self.key):
            self.plant(self.mailbox, "password", old)
            self.plant(self.mailbox, "google_gmail_refresh_token", old)
            self.plant(core, "password", old)
            self.plant(clear, "password", "en claro")
            self.assertFalse(self.mailbox.sudo().password)
            migrate = runpy.run_path(str(MIGRATION))["migrate"]
            migrate(self.env.cr, "19.0.1.1.0")
            self.env.invalidate_all()
            self.assertEqual(self.stored(record=core), PASSWORD)
            self.assertTrue(self.stored().startswith(secret.SEAL))
            self.assertTrue(self.stored(record=clear).startswith(secret.SEAL))
            self.assertEqual(self.mailbox.sudo().password, PASSWORD)
            self.assertEqual(self.mailbox.sudo().google_gmail_refresh_token, PASSWORD)
            self.assertEqual(clear.sudo().password, "en claro")

    def test_uninstalling_clears_ours(self):
        core = self.env["fetchmail.server"].create({"name": "Core", "password": PASSWORD})
        self.write_secrets()
        uninstall_hook(self.env(su=True))
        for name in SECRETS:
            self.assertIsNone(self.stored(name))
        self.assertEqual(self.stored(record=core), PASSWORD)

    def test_key_that_is_none_is_refused(self):
        self.write_secrets()
        with with_keys("not a key"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.mailbox.sudo().password = "x"
                self.mailbox.flush_recordset()
            self.env.invalidate_all(flush=False)
            with self.assertLogs(secret._logger, "WARNING"):
                self.assertFalse(self.mailbox.sudo().password)

    # -- doors ---------------------------------------------------------------------------------------

    def test_no_reader_gets_a_secret(self):
        self.write_secrets()
        system = self.env.ref("base.user_admin")
        system.write({"company_ids": [(4, self.company.id)]})
        self.assertEqual(
            self.mailbox.with_user(system).read(["user"])[0]["user"], self.mailbox.user
        )
        for user in (system, self.admin, self.bookkeeper, self.employee):
            mailbox = self.mailbox.with_user(user).with_context(
                allowed_company_ids=self.company.ids
            )
            for name in (*SECRETS, "l10n_co_new_password", "l10n_co_confirm_password"):
                value = SECRETS.get(name, PASSWORD)
                for ask in ASKED:
                    answer = self.answer(ask, mailbox, name, value)
                    self.assertNotIn(value, answer, (user.login, name))
                    self.assertNotIn(secret.SEAL, answer, (user.login, name))

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

    def test_an_account_without_its_address_has_no_secret(self):
        self.write_secrets()
        self.mailbox.sudo().l10n_co_address = False
        self.assertFalse(self.mailbox.active)
        for name in SECRETS:
            self.assertFalse(self.mailbox.sudo()[name], name)

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
