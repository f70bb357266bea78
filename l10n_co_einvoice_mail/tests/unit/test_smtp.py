"""Handing mails over: what the server answers decides, and nobody gets a mail twice."""

import base64
import hmac
import smtplib
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

    def test_test_mail_to_an_address_beyond_ascii(self):
        with ScriptedServer(SMTP) as server:
            endpoint = Endpoint("localhost", server.port, Encryption.NONE)
            with SmtpServer(endpoint, Credentials(""), allow_internal=True) as smtp:
                smtp.send("we@camión.co", ("t@camión.co",), RAW)
                with self.assertRaises(MessageRefused) as refused:
                    smtp.offer("josé@x.co")
        self.assertEqual(refused.exception.code, "sender_unsendable")
        lines = [line for line in server.received if line.lower().startswith(("mail", "rcpt"))]
        self.assertEqual({"xn--camin-3ta.co" in line for line in lines}, {True})

    def test_too_big_is_known_before(self):
        with self.assertRaises(MessageRefused) as caught:
            self.deliver(raw=b"x" * 1001)
        self.assertEqual(caught.exception.code, "message_too_big")
        self.assertFalse(self.commands("MAIL"))

    def test_addresses_are_no_commands(self):
        with self.assertRaises(MailboxError) as caught:
            self.deliver(recipients=("a@x.co>\r\nRCPT TO:<b@x.co",))
        self.assertEqual(caught.exception.code, "argument_control")


class TestPassword(unittest.TestCase):
    """What is asked is answered, and the password only where it is asked for."""

    def log_in(self, offered, answers):
        script = {"(?i)^EHLO": f"250-x.co\r\n250 AUTH {offered}", **answers, "(?i)^QUIT": "221 bye"}
        with ScriptedServer({GREETING: "220 ready", **script, "": MUTE}) as self.server:
            endpoint = Endpoint("localhost", self.server.port, Encryption.NONE)
            credentials = Credentials("we@x.co", "contraseña")
            with SmtpServer(endpoint, credentials, allow_internal=True):
                return [line for line in self.server.received if "EHLO" not in line.upper()]

    def told(self, *texts):
        return [base64.b64encode(text.encode()).decode() for text in texts]

    def test_login_answers_what_is_asked(self):
        user, password = self.told("we@x.co", "contraseña")
        answers = {
            "(?i)^AUTH LOGIN": "334 VXNlcm5hbWU6",
            f"^{user}$": "334 UGFzc3dvcmQ6",
            f"^{password}$": "235 ok",
        }
        self.assertEqual(self.log_in("LOGIN", answers)[:3], ["AUTH LOGIN", user, password])

    def test_a_way_that_is_not_known_after_all(self):
        user, password = self.told("we@x.co", "contraseña")
        answers = {
            "(?i)^AUTH PLAIN": "504 5.5.4 Unrecognized authentication type",
            "(?i)^AUTH LOGIN": "334 VXNlcm5hbWU6",
            f"^{user}$": "334 UGFzc3dvcmQ6",
            f"^{password}$": "235 ok",
        }
        self.assertIn("AUTH LOGIN", self.log_in("PLAIN LOGIN", answers))

    def test_a_refused_password_is_not_tried_in_another_way(self):
        with self.assertRaises(LoginFailed) as refused:
            self.log_in("PLAIN LOGIN", {"(?i)^AUTH PLAIN": "535 5.7.8 no"})
        self.assertEqual(refused.exception.code, "login_refused")
        self.assertFalse([line for line in self.server.received if line.startswith("AUTH LOGIN")])

    def test_digest_of_a_password_beyond_ascii(self):
        answers = {
            "(?i)^AUTH CRAM": f"334 {self.told('<1@x.co>')[0]}",
            "^[A-Za-z0-9+/=]+$": "235 ok",
        }
        (_command, answer) = self.log_in("CRAM-MD5", answers)[:2]
        digest = hmac.new("contraseña".encode(), b"<1@x.co>", "md5").hexdigest()
        self.assertEqual(base64.b64decode(answer).decode(), f"we@x.co {digest}")

    def test_only_ways_that_are_not_known(self):
        for offered, code in (("NTLM GSSAPI", "auth_unknown"), ("XOAUTH2", "password_not_taken")):
            with self.subTest(offered), self.assertRaises(LoginFailed) as refused:
                self.log_in(offered, {})
            self.assertEqual(refused.exception.code, code)


class TestGreeting(unittest.TestCase):
    def failure(self, script, name=""):
        with ScriptedServer(SMTP | script) as self.server:
            endpoint = Endpoint("localhost", self.server.port, Encryption.NONE)
            with (
                self.assertRaises(MailboxError) as caught,
                SmtpServer(endpoint, Credentials(""), allow_internal=True, name=name),
            ):
                self.fail("the server let us in")
        return caught.exception

    def test_refusals_are_told_in_the_servers_words(self):
        error = self.failure({GREETING: "554 5.7.1 blocked using zen.spamhaus.org"})
        self.assertEqual(error.code, "address_blocked")
        self.assertIn("spamhaus", error.data["answer"])
        refusal = "550 5.7.1 need a fully-qualified hostname"
        error = self.failure({"(?i)^(EHLO|HELO)": refusal, "(?i)^EHLO": refusal}, "odoo.x.co")
        self.assertEqual((error.code, error.server_answer), ("name_refused", refusal))
        self.assertEqual(self.server.received[0], "ehlo odoo.x.co")

    def test_another_service(self):
        self.assertEqual(self.failure({GREETING: "* OK IMAP ready"}).code, "not_mail_server")

    def test_the_address_that_may_not_be_sent_from_is_the_one_the_server_names(self):
        answer = "554 5.2.252 SendAsDenied; u@x.co not allowed to send as v@x.co; STOREDRV"
        error = failures.as_error(smtplib.SMTPDataError(554, answer[4:].encode()), "message")
        self.assertEqual((error.code, error.data["sender"]), ("send_as_denied", "v@x.co"))


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
