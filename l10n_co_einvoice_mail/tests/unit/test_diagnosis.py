"""The ladder on a real server and on servers that say what providers say."""

import itertools
import unittest
from pathlib import Path
from unittest import mock

from ...mailbox import diagnosis, probe
from ...mailbox.base import Credentials
from ...mailbox.diagnosis import Account, Ladder
from ...mailbox.transport import Encryption, Endpoint
from ..tools import mailbed
from ..tools.bedcase import PASSWORD, mail
from ..tools.scripted import IMAP_LOGIN, MUTE, POP_LOGIN, ScriptedServer

_numbers = itertools.count(1)
SMTP_LOGIN = {
    "greeting": "220 ready",
    "(?i)ehlo": "250-x\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000",
    "AUTH": "235 2.7.0 welcome",
    "(?i)mail": "250 ok",
    "(?i)rcpt": "250 ok",
    "(?i)rset": "250 ok",
    "(?i)quit": "221 bye",
}

LOGINS = {"imap": IMAP_LOGIN, "pop": POP_LOGIN, "smtp": SMTP_LOGIN}
GOOGLE = "[ALERT] Application-specific password required: x (Failure)"


class LadderCase(unittest.TestCase):
    def climb(self, account):
        ladder = Ladder(account)
        steps = list(ladder.climb())
        return ladder, steps

    def assertSteps(self, steps, *expected):  # noqa: N802 - as unittest names its own
        self.assertEqual([(step.name, step.state) for step in steps], list(expected))

    def first_failure(self, steps):
        return next(step for step in steps if step.state == "failed")


class TestBed(LadderCase):
    """Dovecot and the SMTP sink; every ladder below logs in for real."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not mailbed.is_available():
            raise unittest.SkipTest("Dovecot is not installed")
        cls.bed = mailbed.shared()
        trusted = cls.bed.trusted()
        trusted.__enter__()
        cls.addClassCleanup(trusted.__exit__, None, None, None)

    def setUp(self):
        super().setUp()
        self.user = self.bed.add_user(f"d{next(_numbers)}@x.co", PASSWORD)

    def account(self, protocol="imap", port=None, encryption=Encryption.SSL_STRICT, **values):
        ports = {"imap": self.bed.imaps, "pop": self.bed.pop3s, "smtp": self.bed.smtps}
        endpoint = Endpoint("localhost", port or ports[protocol], encryption)
        credentials = values.pop("credentials", Credentials(self.user, PASSWORD))
        if protocol == "imap":
            values.setdefault("folders", ("Procesados", "Fallidos"))
        return Account(protocol, endpoint, credentials, allow_internal=True, **values)

    def test_sound_imap_account_leaves_nothing_behind(self):
        self.bed.deliver(self.user, mail(1))
        ladder, steps = self.climb(self.account())
        names = (
            "data",
            "dns",
            "tcp",
            "tls",
            "greeting",
            "auth",
            "login",
            "folders",
            "read",
            "file",
        )
        self.assertSteps(steps, *((name, "ok") for name in names))
        self.assertTrue(ladder.is_sound)
        facts = {step.name: step.facts for step in steps}
        self.assertEqual(facts["read"]["count"], "1")
        self.assertIn("localhost", facts["tls"]["names"])
        self.assertEqual(facts["folders"]["folders"], "Procesados, Fallidos")
        self.assertEqual(self.bed.mails(self.user, "Procesados"), [])
        self.assertFalse(self.bed.folder_path(self.user, diagnosis.PROBE_FOLDER).exists())
        self.assertEqual(self.bed.mails(self.user), [mail(1)])
        # Read without marking it: Maildir moves a mail that was seen by name only.
        self.assertFalse(
            any(p.name.endswith("S") for p in Path(self.bed.folder_path(self.user)).rglob("*"))
        )

    def test_sound_pop_account(self):
        self.bed.deliver(self.user, mail(1))
        ladder, steps = self.climb(self.account("pop"))
        self.assertTrue(ladder.is_sound)
        self.assertEqual(steps[-1].name, "read")
        self.assertEqual(self.bed.mails(self.user), [mail(1)])

    def test_sound_smtp_account_sends_only_when_asked(self):
        ladder, steps = self.climb(self.account("smtp", sender=self.user))
        self.assertTrue(ladder.is_sound)
        self.assertEqual(steps[-1].name, "sender")
        self.assertEqual(self.bed.sink.messages, [])
        ladder, steps = self.climb(self.account("smtp", sender=self.user, recipient="t@y.co"))
        self.assertEqual([step.name for step in steps][-2:], ["recipient", "message"])
        sent = self.bed.sink.messages.pop()
        self.assertEqual((sent.sender, sent.recipients), (self.user, ("t@y.co",)))
        self.assertIn(ladder.message_id.encode(), sent.raw)

    def test_refused_recipient_names_the_recipient(self):
        self.bed.sink.reject["nobody@y.co"] = "550 5.1.1 User unknown"
        _ladder, steps = self.climb(self.account("smtp", sender=self.user, recipient="nobody@y.co"))
        failed = self.first_failure(steps)
        self.assertEqual((failed.name, failed.failure.datum), ("recipient", "recipient"))
        self.assertSteps(steps[-1:], ("message", "skipped"))

    def test_wrong_password_stops_the_ladder_and_tries_no_other_door(self):
        for protocol in ("imap", "pop", "smtp"):
            with self.subTest(protocol):
                account = self.account(
                    protocol, credentials=Credentials(self.user, "wr0ng"), sender="a@x.co"
                )
                ladder, steps = self.climb(account)
                failed = self.first_failure(steps)
                self.assertEqual((failed.name, failed.failure.datum), ("login", "password"))
                self.assertNotIn("wr0ng", failed.error.server_answer)
                self.assertEqual(
                    {step.state for step in steps[steps.index(failed) + 1 :]}, {"skipped"}
                )
                self.assertIsNone(ladder.proposal)

    def test_starttls_is_one_of_the_ways(self):
        for protocol, port in (
            ("imap", self.bed.imap),
            ("pop", self.bed.pop3),
            ("smtp", self.bed.smtp),
        ):
            with self.subTest(protocol):
                account = self.account(protocol, port, Encryption.STARTTLS_STRICT, sender=self.user)
                ladder, steps = self.climb(account)
                self.assertTrue(ladder.is_sound, steps)
                self.assertEqual(
                    [step.name for step in steps][1:5], ["dns", "tcp", "greeting", "tls"]
                )

    def test_wrong_encryption_is_climbed_and_proposed(self):
        cases = (
            ("imap", self.bed.imap, self.bed.imaps),
            ("pop", self.bed.pop3, self.bed.pop3s),
            ("smtp", self.bed.smtp, self.bed.smtps),
        )
        for protocol, plain, secured in cases:
            with self.subTest(protocol), self.customary(protocol, secured, plain):
                ladder, steps = self.climb(self.account(protocol, plain, sender=self.user))
                self.assertEqual(self.first_failure(steps).error.code, "tls_on_plain_port")
                self.assertFalse(ladder.is_sound)
                self.assertEqual(ladder.proposal.port in (plain, secured), True)
                self.assertTrue(ladder.proposal.encryption.is_verified)
                self.assertSteps(steps[-1:], ("other", "ok"))

    def test_password_never_travels_in_clear(self):
        """The account says «none»: over the internet the encrypted ports are tried instead."""
        public = mock.patch.object(diagnosis.transport, "is_public", return_value=True)
        account = self.account("imap", self.bed.imap, Encryption.NONE)
        with public, self.customary("imap", self.bed.imaps, self.bed.imap):
            ladder, steps = self.climb(account)
        self.assertEqual(self.first_failure(steps).error.code, "password_in_clear")
        self.assertTrue(ladder.proposal.encryption.is_verified)

    def test_typed_port_is_tried_with_the_other_encryption_first(self):
        """A port that is nobody's custom: nothing but the encryption was wrong."""
        account = self.account("imap", self.bed.imaps, Encryption.STARTTLS_STRICT)
        with self.customary("imap", 1, 2):
            ladder, _steps = self.climb(account)
        self.assertEqual(ladder.proposal, Endpoint("localhost", self.bed.imaps))

    def test_whoever_asked_wants_no_more(self):
        """A ladder that is left in the middle hangs up."""
        with mock.patch.object(diagnosis.ImapMailbox, "abandon", autospec=True) as hung_up:
            steps = Ladder(self.account()).climb()
            self.assertTrue(any(step.name == "login" for step in steps))
            hung_up.assert_not_called()
            steps.close()
        hung_up.assert_called_once()

    def customary(self, protocol, implicit, plain):
        return mock.patch.dict(probe.PORTS, {protocol: (implicit, plain)})


class TestScripted(LadderCase):
    def account(self, server, protocol="imap", encryption=Encryption.NONE, **values):
        endpoint = Endpoint("localhost", server.port, encryption)
        credentials = Credentials("u@x.co", "p4ss")
        return Account(protocol, endpoint, credentials, allow_internal=True, **values)

    def diagnose(self, script, protocol="imap", **values):
        with (
            ScriptedServer(script) as server,
            mock.patch.dict(probe.PORTS, {protocol: (server.port, server.port)}),
            mock.patch.object(diagnosis.transport, "CONNECT_SECONDS", 0.2),
        ):
            ladder, steps = self.climb(self.account(server, protocol, **values))
        return ladder, self.first_failure(steps), server

    def test_missing_data_opens_no_connection(self):
        for values, code in (
            ({"host": ""}, "server_missing"),
            ({"user": ""}, "user_missing"),
            ({"password": ""}, "password_missing"),
            ({"oauth_string": ""}, "oauth_missing"),
        ):
            with self.subTest(code), mock.patch("socket.getaddrinfo") as asked:
                endpoint = Endpoint(values.get("host", "imap.x.co"), 993)
                credentials = Credentials(
                    values.get("user", "u@x.co"),
                    values.get("password", "p"),
                    values.get("oauth_string"),
                )
                _ladder, steps = self.climb(Account("imap", endpoint, credentials))
                self.assertEqual(steps[0].error.code, code)
                self.assertEqual({step.state for step in steps[1:]}, {"skipped"})
                asked.assert_not_called()

    def test_address_guard_is_a_step_of_its_own(self):
        account = Account("imap", Endpoint("127.0.0.1", 993), Credentials("u@x.co", "p"))
        ladder, steps = self.climb(account)
        failed = self.first_failure(steps)
        self.assertEqual((failed.name, failed.error.code), ("address", "address_internal"))
        self.assertIsNone(ladder.proposal)

    def test_closed_port_is_the_port(self):
        with ScriptedServer({}) as server:
            port = server.port
        _ladder, steps = self.climb(
            Account(
                "imap", Endpoint("127.0.0.1", port), Credentials("u@x.co", "p"), allow_internal=True
            )
        )
        failed = self.first_failure(steps)
        self.assertEqual((failed.name, failed.failure.datum), ("tcp", "port"))

    def test_providers_words_reach_the_step(self):
        answers = (
            ("imap", "LOGIN", "{tag} NO " + GOOGLE, "app_password_wanted"),
            ("imap", "CAPABILITY", "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK done", "starttls_required"),
            ("pop", "PASS", "-ERR [SYS/PERM] Your account is not enabled for POP access", "pop_disabled"),
            ("smtp", "AUTH", "535 5.7.139 SmtpClientAuthentication is disabled", "login_refused"),
            ("smtp", "(?i)mail", "553 Relaying disallowed as u@x.co", "send_as_denied"),
            ("smtp", "(?i)ehlo", "250 x", "auth_not_offered"),
        )  # fmt: skip
        for protocol, command, answer, code in answers:
            with self.subTest(code):
                script = LOGINS[protocol] | {command: answer}
                _ladder, failed, _server = self.diagnose(script, protocol, sender="u@x.co")
                self.assertEqual(failed.error.code, code)
                self.assertNotIn("p4ss", repr(failed))

    def test_temporary_answer_is_no_wrong_password(self):
        script = IMAP_LOGIN | {"LOGIN": "{tag} NO [UNAVAILABLE] Authentication failed."}
        _ladder, failed, _server = self.diagnose(script)
        self.assertEqual(failed.name, "login")
        self.assertTrue(failed.failure.temporary)

    def test_login_disabled_gets_no_password(self):
        script = IMAP_LOGIN | {
            "CAPABILITY": "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK done"
        }
        _ladder, _failed, server = self.diagnose(script)
        self.assertFalse([line for line in server.received if "p4ss" in line])

    def test_mute_port_waits_for_tls(self):
        _ladder, failed, _server = self.diagnose({"greeting": MUTE})
        self.assertEqual((failed.name, failed.error.code), ("greeting", "greeting_missing"))

    def test_other_services_words_are_not_shown(self):
        _ladder, failed, _server = self.diagnose({"greeting": "SSH-2.0-OpenSSH_9.2 secret-version"})
        self.assertEqual((failed.error.code, failed.error.server_answer), ("not_mail_server", ""))

    def test_steps_come_as_they_are_done(self):
        with ScriptedServer(IMAP_LOGIN | {"LOGIN": MUTE}) as server:
            steps = Ladder(self.account(server)).climb()
            first = list(itertools.islice(steps, 5))
            self.assertSteps(
                first, *((name, "ok") for name in ("data", "dns", "tcp", "greeting", "auth"))
            )
            steps.close()

    def test_every_step_has_its_words(self):
        named = {
            name for names in (*diagnosis.WAY.values(), *diagnosis.WORK.values()) for name in names
        }
        self.assertLessEqual(named, diagnosis.STEPS.keys())
