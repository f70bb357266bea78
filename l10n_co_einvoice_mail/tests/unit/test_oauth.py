import time
import unittest
from unittest import mock

import requests

from ...mailbox import oauth
from ...mailbox.errors import LoginFailed, MailboxError


class TestFreshness(unittest.TestCase):
    def test_a_token_in_its_last_minutes_is_renewed(self):
        """A run lasts longer than what is left of it."""
        now = time.time()
        for left, expected in (
            (400, True),
            (240, False),
            (1, False),
            (-60, False),
        ):
            with self.subTest(left=left):
                self.assertEqual(oauth.is_fresh(now + left), expected)

    def test_what_the_token_server_says_decides(self):
        client = oauth.Client("https://token.x.co/token", "id", "s3cret")
        for status, text, code in (
            (401, '{"error": "deleted_client"}', "oauth_client_gone"),
            (401, '{"error": "invalid_client"}', "oauth_client"),
            (400, '{"error": "invalid_grant"}', "oauth_expired"),
            (400, '{"error": "temporarily_unavailable"}', "server_busy"),
            (403, '{"error": {"errors": [{"reason": "rate_limit"}]}}', "throttled"),
            (407, "", "proxy_refused"),
            (500, "", "server_busy"),
        ):
            answer = requests.Response()
            answer.status_code, answer._content = status, text.encode()
            with (
                self.subTest(text or status),
                mock.patch.object(requests, "post", return_value=answer),
                self.assertRaises(MailboxError) as caught,
            ):
                oauth.refresh(client, "r3fresh")
            self.assertEqual(caught.exception.code, code)
            is_wrong = code.startswith("oauth_")
            self.assertEqual(isinstance(caught.exception, LoginFailed), is_wrong)

    def test_a_proxy_that_does_not_let_through(self):
        refusal = requests.exceptions.ProxyError("407")
        with (
            mock.patch.object(requests, "post", side_effect=refusal),
            self.assertRaises(MailboxError) as caught,
        ):
            oauth.refresh(oauth.Client("https://token.x.co/token", "id", "s3cret"), "r3fresh")
        self.assertEqual(caught.exception.code, "proxy_refused")

    def test_a_token_without_a_date(self):
        self.assertFalse(oauth.is_fresh(0))
        self.assertFalse(oauth.is_fresh(False))
