"""The way back from the provider, as a browser goes it: a permission is taken once, from who went to give it."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .account_common import MailAccountCase
from .test_mail_oauth import TokenServer, granted

CALLBACK = "/microsoft_outlook/confirm"
CONTROLLERS = (
    "odoo.addons.microsoft_outlook.controllers.main",
    "odoo.addons.google_gmail.controllers.main",
    "odoo.http",
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailOauthCallback(MailAccountCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.tokens = TokenServer()
        self.addCleanup(self.tokens.stop)
        set_param = self.env["ir.config_parameter"].sudo().set_param
        for prefix in ("google_gmail", "microsoft_outlook"):
            set_param(f"{prefix}_client_id", "our-client")
            set_param(f"{prefix}_client_secret", "our-secret")
        set_param("microsoft_outlook.endpoint", self.tokens.url.removesuffix("token"))
        # A shared mailbox: it has no login of its own, a member signs in for it.
        self.account = self.env["ir.mail_server"].create(
            {
                "name": "shared",
                "l10n_co_company_id": self.company.id,
                "l10n_co_address": "facturas@otra.example.com",
                "smtp_user": "facturas@otra.example.com",
                "smtp_host": "smtp.office365.com",
                "smtp_authentication": "outlook",
                "smtp_encryption": "starttls",
                "smtp_port": 587,
            }
        )
        self.tokens.answers = [granted("access-1", "refresh-1") for _number in range(3)]
        self.log_in(self.admin)

    def log_in(self, user):
        user.sudo().password = f"{user.login}-clave"
        self.authenticate(user.login, f"{user.login}-clave")

    def state_of(self, account):
        """:return: what the provider is told to send back, after «Connect» was pressed in this browser"""
        action = self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": account._name,
                "method": "l10n_co_action_connect",
                "args": [account.ids],
                "kwargs": {},
            },
        )
        return parse_qs(urlsplit(action["url"]).query)["state"][0]

    def come_back(self, state, path=CALLBACK):
        query = urlencode({"code": "the-code", "state": state})
        with mute_logger(*CONTROLLERS):
            return self.url_open(f"{path}?{query}", allow_redirects=False)

    def refresh_token(self):
        self.env.invalidate_all()
        return self.account.sudo().microsoft_outlook_refresh_token

    def assert_refused(self, response):
        self.assertEqual(response.status_code, 403)
        self.assertEqual(self.tokens.requests, [])
        self.assertFalse(self.refresh_token())

    def test_mail_administrator_connects_a_shared_mailbox(self):
        response = self.come_back(self.state_of(self.account))
        self.assertEqual(response.status_code, 303)
        self.assertIn(
            f"/odoo/einvoice-sending-accounts/{self.account.id}", response.headers["Location"]
        )
        self.assertEqual(self.refresh_token(), "refresh-1")
        self.assertNotIn("refresh-1", response.text)
        # Connected is not tested.
        self.assertEqual(self.account.l10n_co_state, "draft")

    def test_reception_mailbox_is_gone_back_to(self):
        self.mailbox.sudo().write({"server_type": "outlook", "password": False})
        response = self.come_back(self.state_of(self.mailbox))
        self.assertIn(f"/odoo/einvoice-mailboxes/{self.mailbox.id}", response.headers["Location"])

    def test_answer_is_taken_once(self):
        state = self.state_of(self.account)
        self.come_back(state)
        self.tokens.answers = [granted("access-x", "refresh-x")]
        self.assertEqual(self.come_back(state).status_code, 403)
        self.assertEqual(self.refresh_token(), "refresh-1")
        self.assertEqual(len(self.tokens.requests), 1)

    def test_answer_of_another_user(self):
        state = self.state_of(self.account)
        self.log_in(self.create_user("correo2", "l10n_co_einvoice_mail.group_mail_admin"))
        self.assert_refused(self.come_back(state))

    def test_answer_in_another_browser_of_the_same_user(self):
        state = self.state_of(self.account)
        self.log_in(self.admin)
        self.assert_refused(self.come_back(state))

    def test_user_of_another_company(self):
        state = self.state_of(self.account)
        other = self.env["res.company"].create({"name": "Otra"})
        self.admin.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assert_refused(self.come_back(state))

    def test_user_whose_right_has_gone(self):
        state = self.state_of(self.account)
        group = self.env.ref("l10n_co_einvoice_mail.group_mail_admin")
        self.admin.sudo().group_ids = [Command.unlink(group.id)]
        self.assert_refused(self.come_back(state))

    def test_state_that_is_not_ours(self):
        good = json.loads(self.state_of(self.account))
        other = self.account.sudo().copy({"l10n_co_address": "otra@otra.example.com"})
        for state in (
            {**good, "id": other.id},
            {**good, "csrf_token": "0" * 64},
            {**good, "csrf_token": False},
            {**good, "model": "res.users"},
            {**good, "id": 0},
        ):
            with self.subTest(state):
                self.assert_refused(self.come_back(json.dumps(state)))
        self.assert_refused(self.come_back("no json"))

    def test_state_of_one_provider_at_the_other(self):
        self.assert_refused(self.come_back(self.state_of(self.account), "/google_gmail/confirm"))
