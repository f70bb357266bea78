"""At log level debug, with every library's own debugging: no log, error or traceback shows a password."""

import contextlib
import io
import logging
import traceback
import urllib.parse
from base64 import b64encode
from unittest.mock import patch

from odoo.addons.l10n_co_einvoice_mail.models.shared.secret_log import veiled
from odoo.service.model import call_kw
from odoo.tests import tagged

from .account_common import MailAccountCase
from .common import PASSWORD

WRONG = "equivocada-pl4ntada"
LOGGERS = ("odoo", "odoo.sql_db", "odoo.service.model", "odoo.http", "imapclient", "urllib3")
MAILBOX = "/l10n_co_einvoice_mail/mailbox/"


def forms_of(secret):
    """As it stands, and as protocols and pages write it."""
    plain = secret.encode()
    yield from (secret, repr(secret)[1:-1], urllib.parse.quote(secret), b64encode(plain).decode())
    yield plain.hex()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecretLog(MailAccountCase):
    @contextlib.contextmanager
    def listening(self):
        """Yields the list of all that is logged, printed, or raised while the block lasts."""
        told, printed = [], io.StringIO()
        handler = logging.Handler(logging.DEBUG)
        handler.emit = lambda record: told.extend(self.words_of(record))
        levels = {name: logging.getLogger(name).level for name in ("", *LOGGERS)}
        logging.getLogger().addHandler(handler)
        for name in levels:
            logging.getLogger(name).setLevel(logging.DEBUG)
        try:
            with (
                contextlib.redirect_stderr(printed),
                contextlib.redirect_stdout(printed),
                patch("imaplib.Debug", 5),
            ):
                yield told
        finally:
            logging.getLogger().removeHandler(handler)
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
            told.append(printed.getvalue())

    def words_of(self, record):
        yield record.getMessage()
        if record.exc_info and record.exc_info[1]:
            yield from self.traceback_of(record.exc_info[1])

    def traceback_of(self, error):
        """A traceback; of the code that speaks with servers also as monitoring tools keep it, with its variables."""
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        yield "".join(traceback.format_exception_only(error))
        for frame in shown.stack:
            if MAILBOX in frame.filename:
                yield repr(frame.locals)

    def call(self, record, name, *args, **kwargs):
        """As a client calls it; what goes wrong is told too."""
        self.env.flush_all()
        try:
            call_kw(record.browse(), name, [record.ids, *args], kwargs)
        except Exception as error:  # noqa: BLE001 - whatever it is
            self.told.extend(self.traceback_of(error))

    def check(self, *secrets):
        self.assertGreater(len(self.told), 2)
        for secret in secrets:
            for form in forms_of(secret):
                for words in self.told:
                    self.assertNotIn(form, words)

    def accounts(self, password):
        ours = {"l10n_co_company_id": self.company.id, "l10n_co_address": self.address}
        yield self.mailbox
        address = f"{password[0]}.{self.address}"
        self.bed.add_user(address, PASSWORD)
        yield self.create_mailbox(
            address, server_type="pop", port=self.bed.pop3s, password=password
        )
        for port, encryption in ((self.bed.smtps, "ssl_strict"), (self.bed.smtp, "starttls")):
            yield self.env["ir.mail_server"].create(
                {
                    "name": "x",
                    "smtp_host": "localhost",
                    "smtp_port": port,
                    "smtp_encryption": encryption,
                    "smtp_user": self.address,
                    "smtp_pass": password,
                    "smtp_debug": True,
                    **ours,
                }
            )

    def test_accounts_that_are_typed_saved_tested_and_used(self):
        for typed in (PASSWORD, WRONG):
            with self.listening() as self.told:
                for mine in self.accounts(typed):
                    account = mine.with_user(self.admin)
                    values = {"l10n_co_new_password": typed, "l10n_co_confirm_password": typed}
                    specification = {name: {} for name in (*values, "l10n_co_address")}
                    self.call(account, "onchange", values, [*values], specification)
                    self.call(account, "web_save", values, specification=specification)
                    self.call(account, "write", {**values, "l10n_co_confirm_password": typed + "x"})
                    self.diagnose(account)
                    self.call(account, "test_smtp_connection")
                    self.call(account, "button_confirm_login")
                self.receive()
            self.check(typed)

    def test_error_of_the_database(self):
        with self.listening() as self.told:
            self.call(
                self.env["ir.mail_server"].browse(),
                "create",
                [{"name": None, "smtp_pass": WRONG, "l10n_co_company_id": self.company.id}],
            )
        self.check(WRONG)

    def test_own_account_and_list_of_accounts(self):
        wizard = self.env["l10n_co.mail.account.wizard"].create({"company_id": self.company.id})
        wizard = wizard.with_user(self.admin)
        table = f"Usuario\tContraseña\n{self.employee.login}\t{WRONG}\n"
        with self.listening() as self.told:
            me = self.employee.with_user(self.employee)
            values = {"l10n_co_mail_address": self.address, "l10n_co_mail_password": WRONG}
            self.call(me, "write", values)
            self.call(wizard, "write", {"pasted": table})
            sheet = b64encode(table.encode()).decode()
            self.call(wizard, "write", {"sheet": sheet, "sheet_name": "a.csv"})
            line = [0, 0, {"user_id": self.employee.id, "password": WRONG}]
            self.call(wizard, "write", {"line_ids": [line]})
        self.check(WRONG, sheet)

    def test_veil(self):
        cases = (
            ({"smtp_pass": "x", "name": "n"}, {"smtp_pass": "***", "name": "n"}),
            ([(0, 0, {"password": "x"}), "y"], [(0, 0, {"password": "***"}), "y"]),
            ({"google_gmail_refresh_token": False}, {"google_gmail_refresh_token": False}),
        )
        for value, expected in cases:
            self.assertEqual(veiled(value), expected)
