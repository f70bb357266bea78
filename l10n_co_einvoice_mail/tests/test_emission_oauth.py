"""Sending with a sign-in at Google or Microsoft: a real server asks the provider whether the token holds."""

import logging
import time
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..mailbox import oauth
from ..models.accounts import mail_oauth
from .emission_common import CUSTOMER, EmissionCase
from .tools.oauthprovider import OauthProvider

MAIL_LOGGER = "odoo.addons.mail.models.mail_mail"


class _Kept(logging.Handler):
    """Keeps every line that anything writes into the log."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionOauth(EmissionCase):
    @classmethod
    def setUpClass(cls):
        cls.provider_of_tokens = OauthProvider("").__enter__()
        cls.addClassCleanup(cls.provider_of_tokens.__exit__)
        cls.bed_options = {"introspection_url": cls.provider_of_tokens.introspection_url}
        super().setUpClass()

    def setUp(self):
        super().setUp()
        tokens = self.tokens = self.provider_of_tokens
        tokens.user, tokens.permission, tokens.is_down = self.address, "refresh-1", False
        tokens.given = 0
        tokens.expire()
        client = oauth.Client(tokens.token_url, "our-client", "our-secret")
        self.startPatcher(
            patch.object(mail_oauth.MailOauth, "_l10n_co_oauth_client", lambda _account: client)
        )

    def connect(self, kind="outlook", access="access-0", seconds=3600):
        """Let the account sign in; its token is `access`, and is thought to hold for `seconds`."""
        prefix = mail_oauth.OAUTH_TYPES[kind]
        self.account.write(
            {
                "smtp_authentication": kind,
                "smtp_pass": False,
                "smtp_encryption": "starttls",
                "smtp_port": self.bed.smtp,
                f"{prefix}_refresh_token": "refresh-1",
                f"{prefix}_access_token": access,
                f"{prefix}_access_token_expiration": int(time.time()) + seconds,
            }
        )
        self.account.l10n_co_state = "done"

    def send(self):
        """:return: (mail.mail, its row of the log) of an invoice that is sent now"""
        invoice = self.create_invoice()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            mail = self.mails_of(self.post(invoice))
            self.env.cr.postcommit.run()
        self.env.invalidate_all()
        rows = self.env["l10n_co.outgoing.mail"]
        return mail, rows.search([("message_id", "=", mail.message_id)])

    def assert_sent(self, mail):
        self.assertEqual(mail.state, "sent", mail.failure_reason)
        (sent,) = self.sent_to(CUSTOMER)
        self.assertEqual((sent.login, sent.sender), (self.address, self.address))
        self.assertFalse(self.account.l10n_co_failure_code)

    # ---- let in ----------------------------------------------------------------------------------

    def test_token_that_holds(self):
        for kind in mail_oauth.OAUTH_TYPES:
            with self.subTest(kind):
                self.sink.calm()
                self.tokens.tokens.add("access-0")
                self.connect(kind)
                self.assert_sent(self.send()[0])
                self.assertEqual(self.sink.logins, 1)
                self.assertEqual(self.tokens.permission, "refresh-1", "it was renewed needlessly")

    def test_expired_token_is_renewed_just_before(self):
        self.connect(seconds=-60)
        self.assert_sent(self.send()[0])
        self.assertEqual(self.sink.logins, 1)
        self.assertEqual(self.account.microsoft_outlook_refresh_token, self.tokens.permission)

    def test_token_that_the_provider_ended_before_its_time_is_renewed(self):
        for challenges in (True, False):
            with self.subTest(challenges=challenges):
                self.sink.calm()
                self.sink.challenges = challenges
                self.tokens.permission = "refresh-1"
                self.connect()
                self.assert_sent(self.send()[0])
                self.assertEqual(self.sink.logins, 2)

    def test_button_that_tries_the_account_renews_too(self):
        self.connect()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.account.test_smtp_connection()
        self.assertEqual(self.sink.logins, 2)

    # ---- kept out --------------------------------------------------------------------------------

    def assert_not_sent(self, mail, row, code, words):
        self.assertEqual((mail.state, row.state), ("exception", "failed"))
        self.assertEqual(row.failure_code, code)
        self.assertIn(words, mail.failure_reason)
        self.assertFalse(self.sink.messages)

    def test_server_that_refuses_every_token(self):
        """The provider gives tokens, and they open another mailbox."""
        self.tokens.user = "otro@comprador.example.com"
        for challenges in (True, False):
            with self.subTest(challenges=challenges):
                self.sink.challenges = challenges
                self.sink.logins = 0
                self.tokens.permission = "refresh-1"
                self.connect()
                mail, row = self.send()
                self.assert_not_sent(mail, row, "oauth_refused", "does not accept the permission")
                self.assertIn("535 5.7.8", row.server_answer)
                self.assertEqual(self.sink.logins, 2)
                self.assertEqual(self.account.l10n_co_failure_code, "oauth_refused")

    def test_permission_that_was_withdrawn(self):
        self.connect()
        self.tokens.revoke()
        mail, row = self.send()
        self.assert_not_sent(mail, row, "oauth_expired", "Connect the account again")
        self.assertEqual(self.account.l10n_co_connection, "expired")
        mail, row = self.send()
        self.assert_not_sent(mail, row, "oauth_expired", "Connect the account again")

    def test_account_that_was_never_connected(self):
        self.connect()
        self.account.microsoft_outlook_refresh_token = False
        mail, row = self.send()
        self.assert_not_sent(mail, row, "oauth_missing", "has not given its permission yet")
        self.assertEqual(self.sink.logins, 0)

    def test_provider_that_is_down_keeps_the_mail_waiting(self):
        self.connect(seconds=-60)
        self.tokens.is_down = True
        mail, row = self.send()
        self.assertEqual((mail.state, row.state), ("outgoing", "waiting"))
        self.assertEqual(row.failure_code, "oauth_waits")
        self.tokens.is_down = False
        mail.scheduled_date = False
        self.env.flush_all()
        with self.enter_registry_test_mode(), mute_logger(MAIL_LOGGER):
            mail.send()
            self.env.cr.postcommit.run()
        self.env.invalidate_all()
        self.assert_sent(mail)

    # ---- secrets ---------------------------------------------------------------------------------

    def test_no_token_is_told_anywhere(self):
        self.connect(access="access-secret")
        self.tokens.user = "otro@comprador.example.com"
        self.sink.refuse_token = "535 5.7.3 not with {token} or Bearer {token}"
        kept, root, addons = _Kept(), logging.getLogger(), logging.getLogger("odoo.addons")
        root.addHandler(kept)
        self.addCleanup(root.removeHandler, kept)
        self.addCleanup(addons.setLevel, addons.level)
        addons.setLevel(logging.DEBUG)
        mail, row = self.send()
        self.assertTrue(kept.lines)
        self.assert_not_sent(mail, row, "oauth_refused", "The server said: 535 5.7.3 not with")
        told = [
            *kept.lines,
            mail.failure_reason,
            row.server_answer,
            row.failure,
            str(row.failure_data),
        ]
        told += mail.notification_ids.mapped("failure_reason")
        told += [self.account.l10n_co_failure, str(self.account.l10n_co_failure_data)]
        for secret in ("access-1", "access-secret", "refresh-1", "refresh-2", "our-secret"):
            self.assertNotIn(secret, "\n".join(told))
