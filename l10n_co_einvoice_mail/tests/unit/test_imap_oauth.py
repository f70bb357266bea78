"""Signing in with a token at a real Dovecot, which asks the provider whether it holds."""

from ...mailbox import oauth
from ...mailbox.base import Credentials
from ...mailbox.errors import LoginFailed
from ...mailbox.imap import ImapMailbox
from ...mailbox.pop import PopMailbox
from ...mailbox.transport import Endpoint
from ..tools.bedcase import BedCase
from ..tools.oauthprovider import OauthProvider


class TestSignIn(BedCase):
    @classmethod
    def setUpClass(cls):
        provider = cls.provider = OauthProvider("").__enter__()
        cls.addClassCleanup(provider.__exit__)
        cls.knobs = {"introspection_url": provider.introspection_url}
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.provider.user = self.user
        self.provider.permission = "refresh-1"
        self.client = oauth.Client(self.provider.token_url, "our-client", "our-secret")

    def renew(self, permission="refresh-1"):
        return oauth.refresh(self.client, permission, self.user)

    def mailbox(self, token, kind=ImapMailbox, user=None):
        port = self.bed.imaps if kind is ImapMailbox else self.bed.pop3s
        string = oauth.login_string(user or self.user, token)
        credentials = Credentials(user or self.user, oauth_string=string)
        endpoint = Endpoint("localhost", port, "ssl_strict")
        return kind(endpoint, credentials, allow_internal=True)

    def refusal(self, mailbox):
        with self.assertRaises(LoginFailed) as refused, mailbox:
            self.fail("the server let us in")
        return refused.exception

    def test_a_token_opens_the_mailbox(self):
        self.deliver(2)
        token = self.renew().access_token
        for kind in (ImapMailbox, PopMailbox):
            with self.subTest(kind.__name__), self.mailbox(token, kind) as mailbox:
                self.assertEqual(len(mailbox.list_new()), 2)

    def test_an_expired_token_is_refused_and_a_renewed_one_accepted(self):
        grant = self.renew()
        self.provider.expire()
        for kind in (ImapMailbox, PopMailbox):
            refusal = self.refusal(self.mailbox(grant.access_token, kind))
            self.assertIn(refusal.code, ("oauth_refused", "oauth_expired"))
            self.assertNotIn(grant.access_token, refusal.server_answer)
        with self.mailbox(self.renew(grant.refresh_token).access_token) as mailbox:
            self.assertEqual(mailbox.list_new(), [])

    def test_a_permission_that_was_exchanged_is_no_permission(self):
        grant = self.renew()
        self.assertNotEqual(grant.refresh_token, "refresh-1")
        with self.assertRaises(LoginFailed) as refused:
            self.renew("refresh-1")
        self.assertEqual(refused.exception.code, "oauth_expired")

    def test_a_withdrawn_permission_opens_nothing(self):
        grant = self.renew()
        self.provider.revoke()
        self.refusal(self.mailbox(grant.access_token))
        with self.assertRaises(LoginFailed) as refused:
            self.renew(grant.refresh_token)
        self.assertEqual(refused.exception.code, "oauth_expired")

    def test_a_token_opens_no_other_mailbox(self):
        token = self.renew().access_token
        other = self.bed.add_user("otro@x.co", "secreta")
        self.refusal(self.mailbox(token, user=other))
