"""Odoo's own commands on a database with accounts of every kind: `neutralize`, and `l10n_co_mail_key`.

Collected by `make test` among the tests with Odoo; the commands are the real ones, in processes of their own.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet
from odoo.tests import BaseCase, tagged

from . import databases, environment, paths, postgres

OLD_KEY = "b2xkIGtleSBvZiB2ZXJzaW9uIG9uZSwgMzIgYnl0ZXM="
OLD_SEAL = "l10n_co:fernet:v1:"
PLANTED = "s3creto-plantado"
SEAL = "l10n_co:aesgcm:v2:"
# Every column that may hold a secret.
SECRETS = {
    "fetchmail_server": (
        "password",
        "google_gmail_refresh_token",
        "google_gmail_access_token",
        "microsoft_outlook_refresh_token",
        "microsoft_outlook_access_token",
    ),
    "ir_mail_server": (
        "smtp_pass",
        "google_gmail_refresh_token",
        "google_gmail_access_token",
        "microsoft_outlook_refresh_token",
        "microsoft_outlook_access_token",
    ),
    "l10n_co_mail_account_wizard_line": ("password",),
}
# One statement for all tables: each row is looked at as a whole.
TABLES_WITH = """
    SELECT tablename FROM pg_tables
     WHERE schemaname = 'public' AND query_to_xml(
               format('SELECT 1 FROM %I AS t WHERE t::text ~ %L LIMIT 1', tablename, '{pattern}'), false, true, ''
           )::text != ''
"""


def fill(env):
    """Accounts of every kind, with planted secrets. Called in Odoo's shell."""
    admin, company = env.ref("base.user_admin"), env.ref("base.main_company")
    receives, sends = env["fetchmail.server"], env["ir.mail_server"]
    ours = {"l10n_co_company_id": company.id, "state": "done", "server": "localhost"}
    for kind, values in {
        "imap": {},
        "pop": {"server_type": "pop"},
        "copies": {"l10n_co_append_only": True},
        "core": {"l10n_co_company_id": False},
    }.items():
        receives.create(
            {"name": kind, "user": f"{kind}@x.co", **ours, **values, **_secrets(receives)}
        )
    for kind, values in {
        "company": {"l10n_co_company_id": company.id, "l10n_co_address": "c@x.co"},
        "personal": {"owner_user_id": admin.id, "l10n_co_address": "p@x.co"},
        "core": {"from_filter": "core.co"},
    }.items():
        sends.create({"name": kind, "smtp_host": "localhost", **values, **_secrets(sends)})
    sends.search([]).l10n_co_state = "done"
    env.cr.execute("UPDATE ir_mail_server SET smtp_ssl_private_key = %s", [PLANTED.encode()])
    for name in ("google_gmail", "microsoft_outlook"):
        env["ir.config_parameter"].set_param(f"{name}_client_secret", PLANTED)
    _fill_waiting(env, sends.search([("name", "=", "company")]), company, admin)
    env.cr.commit()


def _secrets(model):
    return dict.fromkeys(SECRETS[model._table], PLANTED)


def _fill_waiting(env, account, company, admin):
    """A copy that waits, a list that somebody typed, and what an earlier version encrypted."""
    raw = env["ir.attachment"].create({"name": "waiting.eml", "raw": f"Clave: {PLANTED}".encode()})
    env["l10n_co.sent.copy"].create(
        {
            "account_id": account.id,
            "company_id": company.id,
            "message_id": "<1@x.co>",
            "raw_attachment_id": raw.id,
        }
    )
    wizard = env["l10n_co.mail.account.wizard"].create({"company_id": company.id})
    env["l10n_co.mail.account.wizard.line"].create(
        {"wizard_id": wizard.id, "user_id": admin.id, "password": PLANTED}
    )
    old = env["fetchmail.server"].create({"name": "old", "l10n_co_company_id": company.id})
    env.flush_all()
    sealed = OLD_SEAL + Fernet(OLD_KEY).encrypt(PLANTED.encode()).decode()
    env.cr.execute("UPDATE fetchmail_server SET password = %s WHERE id = %s", [sealed, old.id])


@tagged("post_install", "-at_install")
class TestCommands(BaseCase):
    """Each test has a copy of the database, and a data folder of its own, in which the key file is made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.enterClassContext(postgres.opened())
        cls.filled = f"test-commands-{os.getpid()}"
        databases.copy(cls.server, databases.with_addon(cls.server), cls.filled)
        cls.addClassCleanup(databases.drop, cls.server, cls.filled)
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.data = cls.folder / "data"
        cls.variables = cls.variables_of(cls.data)
        databases.in_shell(cls.server, cls.filled, fill, variables=cls.variables)

    @classmethod
    def variables_of(cls, data, key=""):
        """The environment of an Odoo with this data folder."""
        data.mkdir(exist_ok=True)
        conf = data.with_suffix(".conf")
        text = re.sub("(?m)^data_dir.*", f"data_dir = {data}", paths.ODOO_CONF.read_text())
        conf.write_text(text)
        return {**environment.of(cls.server), "ODOO_RC": str(conf), "L10N_CO_MAIL_KEY": key}

    def setUp(self):
        super().setUp()
        self.database = f"{self.filled}-copy"
        databases.copy(self.server, self.filled, self.database)
        self.addCleanup(databases.drop, self.server, self.database)

    def run_odoo(self, *words, variables=None):
        """:return: (exit code, what it said)"""
        command = environment.odoo(*words, "-d", self.database)
        answer = subprocess.run(
            command, env=variables or self.variables, capture_output=True, text=True
        )
        return answer.returncode, answer.stdout + answer.stderr

    def sql(self, statement):
        return postgres.sql(self.server, statement, database=self.database)

    def stored(self):
        """What is stored in every column that may hold a secret, but for what an earlier version encrypted."""
        values = []
        for table, columns in SECRETS.items():
            for column in columns:
                values += self.sql(
                    f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY id"
                )
        return [value for value in values if not value.startswith(OLD_SEAL)]

    def of_ours(self):
        return [value for value in self.stored() if value != PLANTED]

    # ---- neutralize --------------------------------------------------------------------------------

    def test_neutralized_copy_knows_no_secret_and_connects_to_nothing(self):
        secrets = {PLANTED, PLANTED.encode().hex(), OLD_SEAL, *self.of_ours()}
        self.assertGreater(len(secrets), 20)
        self.assertTrue(self.tables_with(secrets))
        code, said = self.run_odoo("neutralize")
        self.assertEqual(code, 0, said)
        self.assertFalse(self.tables_with(secrets))
        self.assertFalse(
            self.sql("SELECT name FROM fetchmail_server WHERE active OR state = 'done'")
        )
        self.assertEqual(
            self.sql("SELECT name FROM ir_mail_server WHERE active"),
            ["neutralization - disable emails"],
        )
        self.assertEqual(
            self.sql("SELECT cron_name FROM ir_cron WHERE active"),
            ["Base: Auto-vacuum internal data"],
        )
        self.assertFalse(self.sql("SELECT id FROM l10n_co_sent_copy WHERE state = 'pending'"))

    def tables_with(self, texts):
        """The tables, and the stored files of attachments, in which one of these texts is found."""
        pattern = "|".join(map(re.escape, texts))
        found = self.sql(TABLES_WITH.format(pattern=pattern))
        store = self.data / "filestore" / self.filled
        names = self.sql("SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL")
        files = [store / name for name in names]
        return found + [
            file.name for file in files if file.exists() and PLANTED.encode() in file.read_bytes()
        ]

    # ---- keys --------------------------------------------------------------------------------------

    def test_keys_are_rotated(self):
        before, file = self.of_ours(), self.data / "l10n_co_mail_key"
        keys = file.read_text().splitlines()
        code, said = self.run_odoo("l10n_co_mail_key", "rotate")
        self.assertEqual(code, 1, "What an earlier version encrypted needs its key.")
        self.assertEqual(file.read_text().splitlines(), keys)
        self.sql("DELETE FROM fetchmail_server WHERE name = 'old'")
        code, said = self.run_odoo("l10n_co_mail_key", "rotate")
        self.assertEqual(code, 0, said)
        self.assertEqual(file.read_text().splitlines()[:-1], keys)
        after = self.of_ours()
        self.assertEqual(len(after), len(before))
        self.assertFalse(set(after) & set(before))
        self.assertEqual(
            {key_of(value) for value in before} & {key_of(value) for value in after}, set()
        )
        databases.in_shell(self.server, self.database, check_readable, variables=self.variables)

    def test_configured_keys_are_rotated(self):
        """From the key file to one of the configuration, which an earlier version's key stands behind."""
        new = Fernet.generate_key().decode()
        variables = self.variables_of(self.data, f"{new},{OLD_KEY}")
        code, said = self.run_odoo("l10n_co_mail_key", "rotate", variables=variables)
        self.assertEqual(code, 0, said)
        alone = self.variables_of(self.folder / "alone", new)
        databases.in_shell(self.server, self.database, check_readable, variables=alone)
        self.assertFalse((self.folder / "alone" / "l10n_co_mail_key").exists())

    def test_rotation_without_the_key_changes_nothing_and_says_so(self):
        before = self.stored()
        for variables in (
            self.variables_of(self.folder / "missing"),
            self.variables_of(self.folder / "wrong", Fernet.generate_key().decode()),
        ):
            code, said = self.run_odoo("l10n_co_mail_key", "rotate", variables=variables)
            self.assertEqual(code, 1)
            self.assertIn("key that this server does not have", said)
            self.assertNotIn("Traceback", said)
            self.assertEqual(self.stored(), before)
            self.assertFalse(
                Path(variables["ODOO_RC"]).with_suffix("").joinpath("l10n_co_mail_key").exists()
            )

    def test_what_a_lost_key_encrypted_is_forgotten(self):
        variables = self.variables_of(self.folder / "lost")
        code, said = self.run_odoo("l10n_co_mail_key", "forget", variables=variables)
        self.assertEqual(code, 0, said)
        self.assertEqual(set(self.stored()), {PLANTED}, "Core's own stay.")

    def test_processes_share_the_first_key(self):
        """Many that start at once make one key file, complete and readable by its owner alone."""
        data = self.folder / "shared"
        variables = self.variables_of(data)
        variables["PYTHONPATH"] += os.pathsep + str(paths.REPOSITORY)
        code = (
            "import odoo.addons.base;from odoo.tools import config;config.parse_config([]);"
            "from odoo.addons.l10n_co_einvoice_mail.models.shared import secret_key as k;"
            "k.make_file();print(k.keyring()[0].id)"
        )
        starting = [
            subprocess.Popen(
                [str(paths.PYTHON), "-c", code], env=variables, stdout=subprocess.PIPE, text=True
            )
            for _ in range(6)
        ]
        ids = {process.communicate()[0].strip() for process in starting}
        self.assertEqual([process.returncode for process in starting], [0] * 6)
        self.assertEqual(len(ids), 1)
        self.assertEqual([file.name for file in data.glob("*mail_key*")], ["l10n_co_mail_key"])
        self.assertEqual((data / "l10n_co_mail_key").stat().st_mode & 0o777, 0o600)


def key_of(value):
    return value.removeprefix(SEAL).partition(":")[0]


def check_readable(env):
    """Every secret can be read with the keys of this Odoo. Called in Odoo's shell."""
    for table, columns in SECRETS.items():
        model = next(model for model in env.values() if model._table == table)
        for record in model.with_context(active_test=False).search([("create_uid", "!=", False)]):
            for column in columns:
                if record[column] not in (PLANTED, False):
                    raise AssertionError(f"{record}.{column}")
        if not model.with_context(active_test=False).search([]).filtered(columns[0]):
            raise AssertionError(table)
