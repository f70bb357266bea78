"""Handing mails over: what the server answers decides, and nobody gets a mail twice."""

import unittest

from ...mailbox import failures
from ...mailbox.base import Credentials
from ...mailbox.errors import (
    ConnectionLost,
    DeliveryLost,
    LoginFailed,
    MailboxError,
    MessageRefused,
    QuotaExceeded,
    Throttled,
)
from ...mailbox.oauth import login_string
from ...mailbox.smtp import SmtpServer
from ...mailbox.transport import Encryption, Endpoint
from ..tools.scripted import CLOSE, GREETING, MUTE, ScriptedServer

RAW = "Subject: x\r\n\r\n.Año\r\n".encode()
SMTP = {
    GREETING: "220 ready",
    "(?i)^EHLO": "250-x.co\r\n250-SIZE 1000\r\n250 8BITMIME",
    "(?i)^MAIL": "250 ok",
    "(?i)^RCPT": "250 ok",
    "(?i)^DATA": "354 go on",
    r"^\.$": "250 2.0.0 Ok: queued as 4711",
    "(?i)^RSET": "250 ok",
    "(?i)^QUIT": "221 bye",
    "": MUTE,
}


class TestDeliver(unittest.TestCase):
    def deliver(self, script=(), recipients=("a@x.co",), blind=(), raw=RAW, **options):
        with ScriptedServer(dict(script) | SMTP | dict(script)) as self.server:
            endpoint = Endpoint("localhost", self.server.port, Encryption.NONE)
            with SmtpServer(endpoint, Credentials(""), allow_internal=True) as server:
                return server.deliver("we@x.co", recipients, raw, blind, **options)

    def commands(self, name):
        return [line for line in self.server.received if line.lower().startswith(name.lower())]

    def test_answer_and_bytes(self):
        receipt = self.deliver()
        self.assertEqual(receipt.answer, "250 2.0.0 Ok: queued as 4711")
        self.assertEqual(receipt.refused, {})
        self.assertEqual(
            self.commands("MAIL"), [f"mail FROM:<we@x.co> size={len(RAW)} body=8bitmime"]
        )
        self.assertIn("..Año", self.server.received)

    def test_some_recipients_are_refused(self):
        script = {"(?i)^RCPT TO:<b@": "550 5.1.1 unknown"}
        receipt = self.deliver(script, ("a@x.co", "b@x.co"))
        self.assertEqual(list(receipt.refused), ["b@x.co"])
        self.assertEqual(receipt.refused["b@x.co"].code, "recipient_refused")

    def test_all_recipients_are_refused(self):
        with self.assertRaises(MessageRefused):
            self.deliver({"(?i)^RCPT TO:<a@": "550 5.1.1 unknown"}, blind=("copy@x.co",))
        self.assertFalse(self.commands("DATA"))
        self.assertFalse(self.commands("RCPT TO:<copy@"))

    def test_one_that_waits_keeps_it_back_from_all(self):
        for answer, expected in (
            ("451 4.7.1 greylisted", Throttled),
            ("450 4.2.1 slow down", Throttled),
            ("452 4.2.2 mailbox full", QuotaExceeded),
        ):
            with self.subTest(answer=answer), self.assertRaises(expected) as caught:
                self.deliver(
                    {"(?i)^RCPT TO:<b@": answer, "(?i)^RCPT TO:<c@": "550 5.1.1 unknown"},
                    ("a@x.co", "b@x.co", "c@x.co"),
                )
            self.assertTrue(failures.is_temporary(caught.exception))
            self.assertFalse(self.commands("DATA"))

    def test_blind_recipient_keeps_nothing_back(self):
        for answer in ("550 5.1.1 unknown", "451 4.7.1 greylisted"):
            receipt = self.deliver({"(?i)^RCPT TO:<copy@": answer}, blind=("copy@x.co",))
            self.assertEqual(list(receipt.refused), ["copy@x.co"])

    def test_refused_at_the_end(self):
        for answer, expected, is_temporary in (
            ("552 5.3.4 message too big", MessageRefused, False),
            ("554 5.7.1 spam", MessageRefused, False),
            ("451 4.3.0 try later", Throttled, True),
            ("421 4.7.0 closing", Throttled, True),
            (CLOSE, DeliveryLost, False),
        ):
            with self.subTest(answer=answer), self.assertRaises(MailboxError) as caught:
                self.deliver({r"^\.$": answer})
            self.assertIsInstance(caught.exception, expected)
            self.assertEqual(failures.is_temporary(caught.exception), is_temporary)

    def test_connection_lost_before_the_mail_was_whole(self):
        with self.assertRaises(ConnectionLost) as caught:
            self.deliver({"(?i)^DATA": CLOSE})
        self.assertNotIsInstance(caught.exception, DeliveryLost)
        self.assertTrue(failures.is_temporary(caught.exception))

    def test_server_that_does_not_answer_to_the_whole_mail(self):
        with self.assertRaises(DeliveryLost):
            self.deliver({r"^\.$": MUTE}, seconds=0.2)

    def test_addresses_beyond_ascii(self):
        receipt = self.deliver(recipients=("t@camión.co", "josé@x.co"))
        self.assertEqual(list(receipt.refused), ["josé@x.co"])
        self.assertEqual(receipt.refused["josé@x.co"].code, "recipient_unsendable")
        self.assertIn("<t@xn--camin-3ta.co>", str(self.commands("RCPT")))

    def test_too_big_is_known_before(self):
        with self.assertRaises(MessageRefused) as caught:
            self.deliver(raw=b"x" * 1001)
        self.assertEqual(caught.exception.code, "message_too_big")
        self.assertFalse(self.commands("MAIL"))

    def test_addresses_are_no_commands(self):
        with self.assertRaises(MailboxError) as caught:
            self.deliver(recipients=("a@x.co>\r\nRCPT TO:<b@x.co",))
        self.assertEqual(caught.exception.code, "argument_control")


class TestToken(unittest.TestCase):
    def test_server_that_knows_no_sign_in_is_not_shown_the_token(self):
        for offered in ("250-AUTH PLAIN LOGIN\r\n", ""):
            script = SMTP | {"(?i)^EHLO": f"250-x.co\r\n{offered}250 8BITMIME"}
            with self.subTest(offered=offered), ScriptedServer(script) as server:
                endpoint = Endpoint("localhost", server.port, Encryption.NONE)
                credentials = Credentials("we@x.co", oauth_string=login_string("we@x.co", "access"))
                with (
                    self.assertRaises(LoginFailed) as refused,
                    SmtpServer(endpoint, credentials, allow_internal=True),
                ):
                    self.fail("the server let us in")
            self.assertEqual(refused.exception.code, "auth_not_offered")
            self.assertFalse([line for line in server.received if line.upper().startswith("AUTH")])
