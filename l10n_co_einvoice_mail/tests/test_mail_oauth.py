"""Accounts that sign in: tokens renewed in their own transaction, a withdrawn permission told on the account."""

import json
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.addons.l10n_co_einvoice_mail.mailbox import oauth
from odoo.addons.l10n_co_einvoice_mail.mailbox.errors import LoginFailed, Throttled
from odoo.addons.l10n_co_einvoice_mail.models.accounts import mail_oauth
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .account_common import MailAccountCase
from .tools.scripted import IMAP_LOGIN, ScriptedServer


class TokenServer(HTTPServer):
    """Answers each request with the next of `answers`, as (status, what is sent as JSON); `requests`
    holds what was asked.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _TokenHandler)
        self.answers, self.requests = [], []
        self.url = f"http://127.0.0.1:{self.server_port}/token"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()


class _TokenHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.requests.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        status, answer = self.server.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_arguments):
        """The test's own output stays readable."""


def granted(access, refresh=None, seconds=3600):
    return 200, {
        "access_token": access,
        "expires_in": seconds,
        **({"refresh_token": refresh} if refresh else {}),
    }


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailOauth(MailAccountCase):
    def setUp(self):
        super().setUp()
        self.tokens = TokenServer()
        self.addCleanup(self.tokens.stop)
        set_param = self.env["ir.config_parameter"].sudo().set_param
        for prefix in ("google_gmail", "microsoft_outlook"):
            set_param(f"{prefix}_client_id", "our-client")
            set_param(f"{prefix}_client_secret", "our-secret")
        set_param("microsoft_outlook.endpoint", self.tokens.url.removesuffix("token"))
        self.startPatcher(patch.object(mail_oauth, "GOOGLE_TOKEN_URL", self.tokens.url))
        self.connect("outlook")

    def connect(self, kind, expires=0):
        prefix = mail_oauth.OAUTH_TYPES[kind]
        self.mailbox.sudo().write(
            {
                "server_type": kind,
                "password": False,
                f"{prefix}_refresh_token": "refresh-1",
                f"{prefix}_access_token": "access-1",
                f"{prefix}_access_token_expiration": expires,
            }
        )
        self.mailbox.flush_recordset()

    def renew(self):
        with self.enter_registry_test_mode():
            return self.mailbox.sudo()._l10n_co_renew_tokens()

    def test_token_of_google_is_renewed_and_its_permission_kept(self):
        self.connect("gmail")
        self.tokens.answers = [granted("access-2")]
        self.assertTrue(self.renew())
        self.env.invalidate_all()
        self.assertRecordValues(
            self.mailbox.sudo(),
            [{"google_gmail_access_token": "access-2", "google_gmail_refresh_token": "refresh-1"}],
        )
        self.assertIn("grant_type=refresh_token", self.tokens.requests[0])

    def test_rotated_permission_of_microsoft_survives_a_rollback(self):
        self.tokens.answers = [granted("access-2", "refresh-2")]
        with (
            self.enter_registry_test_mode(),
            self.assertRaises(ZeroDivisionError),
            self.env.cr.savepoint(),
        ):
            self.mailbox.sudo()._generate_outlook_oauth2_string(self.address)
            raise ZeroDivisionError
        # In its own transaction: here a savepoint of the test's one, which the rollback above would have undone too.
        self.assertEqual(len(self.tokens.requests), 1)

    def test_rotated_permission_survives_the_rollback_of_a_real_run(self):
        """Two transactions of the database, as a run has them: what the first one renewed is committed by itself."""
        account_id = self.committed_account()
        self.tokens.answers = [granted("access-2", "refresh-2")]
        with closing(self.registry.cursor()) as cr:
            account = self.account_in(cr, account_id)
            string = account._generate_outlook_oauth2_string(account.user)
            self.assertIn("access-2", string)
            work = account.env["l10n_co.mail.provider"].create({"name": "x", "code": "of the run"})
            cr.rollback()
        with closing(self.registry.cursor()) as cr:
            account = self.account_in(cr, account_id)
            self.assertFalse(account.env[work._name].browse(work.id).exists())
            self.assertEqual(account.microsoft_outlook_refresh_token, "refresh-2")
            self.assertEqual(account.microsoft_outlook_access_token, "access-2")

    def committed_account(self):
        """An account that every transaction sees; the client is given, since parameters of this test are not
        committed."""
        client = oauth.Client(self.tokens.url, "our-client", "our-secret")
        self.startPatcher(
            patch.object(mail_oauth.MailOauth, "_l10n_co_oauth_client", lambda _account: client)
        )
        with self.registry.cursor() as cr:
            Server = self.account_in(cr)
            account = Server.create(
                {
                    "name": "renewed",
                    "server_type": "outlook",
                    "is_ssl": True,
                    "user": "dos@transacciones.example.com",
                    "l10n_co_company_id": Server.env.ref("base.main_company").id,
                    "microsoft_outlook_refresh_token": "refresh-1",
                }
            )
            self.addCleanup(self.remove_account, account.id)
            return account.id

    def remove_account(self, account_id):
        with self.registry.cursor() as cr:
            self.account_in(cr, account_id).unlink()

    def account_in(self, cr, account_id=()):
        # This test's own transaction holds the row of the gateway's cron, which core would write.
        context = {"fetchmail_cron_running": True}
        cr.execute("SET LOCAL lock_timeout TO '10s'")
        return api.Environment(cr, SUPERUSER_ID, context)["fetchmail.server"].browse(account_id)

    def test_token_that_outlives_a_run_is_used_as_it_is(self):
        self.connect("outlook", int(time.time()) + 3600)
        self.assertFalse(self.renew())
        self.assertEqual(self.tokens.requests, [])
        credentials = self.mailbox._l10n_co_credentials()
        self.assertEqual(credentials.oauth_string, f"user={self.address}\1auth=Bearer access-1\1\1")
        self.assertNotIn("access-1", repr(credentials))

    def test_withdrawn_permission_is_a_state_of_the_account(self):
        self.tokens.answers = [
            (400, {"error": "invalid_grant", "error_description": "refresh-1 expired"})
        ]
        self.renew()
        self.env.invalidate_all()
        self.assertEqual(self.mailbox.l10n_co_connection, "expired")
        self.assertIn("Connect the account again", self.mailbox.l10n_co_failure)
        self.assertFalse(self.mailbox.sudo().microsoft_outlook_refresh_token)
        with self.assertRaises(LoginFailed):
            self.mailbox._l10n_co_credentials()
        self.assertEqual(self.receive()["type"], "danger")

    def test_token_server_that_fails_takes_nothing_away(self):
        for answer, code in (
            ((503, {}), "server_busy"),
            ((400, {"error": "invalid_client"}), "oauth_client"),
        ):
            self.tokens.answers = [answer]
            self.renew()
            self.env.invalidate_all()
            self.assertEqual(self.mailbox.l10n_co_failure_code, code)
            self.assertEqual(self.mailbox.l10n_co_connection, "connected")

    def test_refusals_of_a_token_server(self):
        client = oauth.Client(self.tokens.url, "our-client", "our-secret")
        self.tokens.answers = [(400, {"error": "invalid_grant", "hint": "our-secret"})]
        with self.assertRaises(LoginFailed) as refused:
            oauth.refresh(client, "refresh-1")
        self.assertEqual(refused.exception.code, "oauth_expired")
        self.assertNotIn("our-secret", refused.exception.server_answer)
        self.tokens.stop()
        with self.assertRaises(Throttled):
            oauth.refresh(client, "refresh-1")
        self.assertNotIn("our-secret", repr(client))

    def test_mailbox_is_read_with_a_renewed_token(self):
        self.tokens.answers = [granted("access-2", "refresh-2")]
        script = IMAP_LOGIN | {
            "CAPABILITY": "* CAPABILITY IMAP4rev1 UIDPLUS MOVE AUTH=XOAUTH2 LOGINDISABLED\r\n{tag} OK done",
            "AUTHENTICATE": "+ ",
            "^[A-Za-z0-9+/=]{40,}$": "{tag} OK welcome",
            "SEARCH": "* SEARCH\r\n{tag} OK done",
        }
        with ScriptedServer(script, self.bed.server_context()) as server:
            self.mailbox.port = server.port
            self.env["fetchmail.server"].flush_model()
            self.renew()
            self.env.invalidate_all()
            with self.mailbox._l10n_co_mailbox() as mailbox:
                self.assertEqual(mailbox.list_new(), [])
        self.assertFalse(
            [line for line in server.received if "LOGIN" in line and "LOGINDISABLED" not in line]
        )

    def test_unregistered_odoo_shows_how_it_is_registered(self):
        self.env["ir.config_parameter"].sudo().set_param("microsoft_outlook_client_secret", False)
        action = self.mailbox.with_user(self.admin).l10n_co_action_connect()
        dialog = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        self.assertEqual(dialog.type, "outlook")
        self.assertTrue(dialog.redirect_uri.endswith("/microsoft_outlook/confirm"))
        self.assertFalse(dialog.is_administrator)
        with self.assertRaises(AccessError):
            dialog.action_open_settings()
        told = dialog.action_ask_administrator()
        self.assertEqual(told["tag"], "display_notification")
        activity = self.env["mail.activity"].search([("summary", "like", "Register this Odoo")])
        self.assertEqual(len(activity), 1)
        dialog.action_ask_administrator()
        self.assertEqual(len(activity.search([("summary", "like", "Register this Odoo")])), 1)
        with self.assertRaises(AccessError):
            dialog.with_user(self.bookkeeper).read(["redirect_uri"])

    def test_unregistered_odoo_renews_nothing_and_says_so(self):
        self.env["ir.config_parameter"].sudo().set_param("microsoft_outlook_client_id", False)
        self.renew()
        self.env.invalidate_all()
        self.assertEqual(self.mailbox.l10n_co_failure_code, "oauth_unregistered")
        self.assertEqual(self.mailbox.l10n_co_connection, "connected")
        self.assertEqual(self.tokens.requests, [])

    def test_accounts_that_odoos_own_service_connects_keep_working(self):
        set_param = self.env["ir.config_parameter"].sudo().set_param
        later = int(time.time()) + 3600
        for kind, answer, kept in (
            ("gmail", ["access-2", later], "refresh-1"),
            ("outlook", ["refresh-2", "access-2", "id", later], "refresh-2"),
        ):
            prefix = mail_oauth.OAUTH_TYPES[kind]
            set_param(f"{prefix}_client_id", False)
            self.connect(kind)
            fetch = f"_fetch_{kind}_access_token_iap"
            with (
                self.subTest(kind),
                patch.object(mail_oauth, "_has_iap", return_value=True),
                patch.object(self.registry["fetchmail.server"], fetch, return_value=answer),
            ):
                self.assertTrue(self.mailbox.sudo()._l10n_co_is_registered())
                self.renew()
                self.env.invalidate_all()
                mailbox = self.mailbox.sudo()
                self.assertEqual(mailbox[f"{prefix}_access_token"], "access-2")
                self.assertEqual(mailbox[f"{prefix}_refresh_token"], kept)

    def test_service_of_odoo_that_refuses_takes_nothing_away(self):
        self.env["ir.config_parameter"].sudo().set_param("microsoft_outlook_client_id", False)
        refused = UserError("Oops, we could not authenticate you: refresh-1")
        with (
            patch.object(mail_oauth, "_has_iap", return_value=True),
            patch.object(
                self.registry["fetchmail.server"],
                "_fetch_outlook_access_token_iap",
                side_effect=refused,
            ),
        ):
            self.renew()
        self.env.invalidate_all()
        self.assertEqual(self.mailbox.l10n_co_failure_code, "oauth_waits")
        self.assertIn("Oops", self.mailbox.l10n_co_failure)
        self.assertNotIn("refresh-1", self.mailbox.l10n_co_failure)
        self.assertEqual(self.mailbox.l10n_co_connection, "connected")

    def test_who_may_not_set_accounts_up_connects_none(self):
        with self.assertRaises(AccessError):
            self.mailbox.with_user(self.bookkeeper).l10n_co_action_connect()
        action = self.mailbox.with_user(self.admin).l10n_co_action_connect()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertIn("our-client", action["url"])
