import imaplib
import poplib
import unittest
from unittest import mock

from ...mailbox import failures
from ...mailbox.base import Credentials
from ...mailbox.errors import LoginFailed, MailboxError, Throttled
from ...mailbox.failures import account, backup, sending
from ...mailbox.failures.answer import ANSWER_LENGTH, HIDDEN
from ...mailbox.failures.failure import Failure
from ...mailbox.failures.table import ROWS
from ...mailbox.imap import ImapMailbox
from ...mailbox.pop import PopMailbox
from ...mailbox.providers import provider_of
from ...mailbox.transport import Encryption, Endpoint
from ..tools.refusals import bye, imap_bad, imap_login, pop, recipient, smtp
from ..tools.scripted import CLOSE, IMAP_LOGIN, MUTE, POP_LOGIN, ScriptedServer
from ..tools.transcripts import TRANSCRIPTS

DATA = {
    "server", "port", "encryption", "certificate", "auth", "login", "password", "sender",
    "recipient", "folder", "provider",
}  # fmt: skip
PLACEHOLDERS = {
    "host", "port", "user", "folder", "sender", "recipient", "names", "backup", "answer", "account", "address",
    "size", "received", "document", "words", "methods",
}  # fmt: skip

# Raised by our own code, not read out of an answer.
OWN = {
    "argument_control",
    "server_missing",
    "port_refused",
    "address_internal",
    "inbox_changed",
    "uidl_missing",
    "web_refused",
    "fetch_incomplete",
    "fetch_missing",
    "move_unproved",
    "copy_unproved",
    *(row.code for row in (*account.ROWS, *backup.ROWS, *sending.ROWS)),
}
# What is said when there is no sign at all.
WITHOUT_SIGN = {
    "connection_failed", "greeting_refused", "folder_refused", "sender_refused",
    "message_refused", "server_refused",
}  # fmt: skip


class TestClassify(unittest.TestCase):
    def test_every_transcript_tells_its_cause(self):
        for code, stage, exception, *provider in TRANSCRIPTS:
            with self.subTest(answer=failures.answer_of(exception), stage=stage):
                row = failures.classify(exception, *provider, stage=stage)
                self.assertEqual(row.code, code)

    def test_every_row_has_a_transcript(self):
        seen = {code for code, *_rest in TRANSCRIPTS}
        self.assertEqual(set(failures.FAILURES) - OWN, seen)

    def test_a_temporary_answer_is_never_a_wrong_password(self):
        marks = (
            "[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "-ERR [SYS/TEMP]", "-ERR [LOGIN-DELAY]",
            "-ERR [IN-USE]", "421 4.7.0", "454 4.7.0", "432 4.3.2", "450",
        )  # fmt: skip
        words = (
            "Authentication failed.", "Invalid credentials (Failure)", "LOGIN failed.",
            "535 5.7.139", "[AUTHENTICATIONFAILED] no", "Application-specific password required",
        )  # fmt: skip
        for provider in ("", "google", "microsoft", "yahoo", "zoho"):
            for exception in [poplib.error_proto(f"{m} {w}") for m in marks for w in words] + [
                imaplib.IMAP4.abort(word) for word in words
            ]:
                with self.subTest(answer=str(exception), provider=provider):
                    row = failures.classify(exception, provider, "login")
                    self.assertTrue(row.temporary)
                    self.assertFalse(issubclass(row.error, LoginFailed))

    def test_a_provider_is_known_by_its_host(self):
        self.assertEqual(provider_of("outlook.office365.com"), "microsoft")
        self.assertEqual(provider_of("IMAP.gmail.com."), "google")
        self.assertEqual(provider_of("imappro.zoho.eu"), "zoho")
        self.assertEqual(provider_of("imap.aol.com"), "yahoo")
        self.assertEqual(provider_of("notgmail.com"), "")
        self.assertEqual(provider_of("gmail.com.evil.co"), "")


class TestTable(unittest.TestCase):
    def test_rows_are_complete(self):
        for row in failures.FAILURES.values():
            with self.subTest(row.code):
                self.assertIn(row.datum, DATA)
                self.assertTrue(row.title and row.sentence and row.remedy)
                self.assertTrue(issubclass(row.error, MailboxError))
                self.assertFalse(row.temporary and issubclass(row.error, LoginFailed))
                named = failures.with_placeholders(row, {}).keys()
                self.assertLessEqual(named, PLACEHOLDERS)
                self.assertEqual(bool(row.patterns), row.code not in OWN | WITHOUT_SIGN)

    def test_codes_are_unique(self):
        rows = (*ROWS, *account.ROWS, *backup.ROWS, *sending.ROWS)
        self.assertEqual(len(failures.FAILURES), len(rows))
        self.assertFalse(failures.FAILURES.keys() & failures.MAIL_REASONS.keys())

    def test_sentences_can_be_filled_from_every_error(self):
        for code, stage, exception, *_provider in TRANSCRIPTS:
            error = failures.as_error(exception, stage, {"host": "h", "port": "1", "user": "u"})
            row = failures.FAILURES[code if code == error.code else error.code]
            with self.subTest(code):
                self.assertNotIn("%(", row.sentence % error.data + row.remedy % error.data)

    def test_a_row_only_counts_at_its_stages_and_providers(self):
        row = Failure(
            "x",
            "t",
            "s",
            "r",
            error=MailboxError,
            datum="server",
            patterns=("no",),
            stages=("login",),
            providers=("zoho",),
        )
        self.assertTrue(row.matches("no", "zoho", "login"))
        self.assertFalse(row.matches("no", "zoho", "read"))
        self.assertFalse(row.matches("no", "", "login"))


class TestAsError(unittest.TestCase):
    def test_the_answer_is_the_servers_own_words(self):
        answer = "[AUTHENTICATIONFAILED] Authentication failed."
        error = failures.as_error(imap_login(answer), "login")
        self.assertEqual(error.server_answer, answer)
        error = failures.as_error(imap_bad("no such thing"), "login")
        self.assertEqual(error.server_answer, "LOGIN command error: BAD [no such thing]")
        error = failures.as_error(pop("-ERR [AUTH] no"), "login")
        self.assertEqual(error.server_answer, "-ERR [AUTH] no")
        error = failures.as_error(smtp("535 5.7.8 no"), "login")
        self.assertEqual(error.server_answer, "535 5.7.8 no")
        error = failures.as_error(recipient("550 5.1.1 no"), "recipient")
        self.assertEqual(error.server_answer, "550 5.1.1 no")

    def test_the_suggested_pause_is_told(self):
        answer = "Request is throttled. Suggested Backoff Time: 299961 milliseconds"
        error = failures.as_error(imap_bad(answer), "read")
        self.assertIsInstance(error, Throttled)
        self.assertEqual(error.data["seconds"], "300")

    def test_what_a_stranger_service_says_is_not_shown(self):
        error = failures.as_error(bye("unexpected response: b'SSH-2.0-OpenSSH'"), "greeting")
        self.assertEqual((error.code, error.server_answer), ("not_mail_server", ""))


class TestScrub(unittest.TestCase):
    def test_secrets_are_hidden_in_every_form(self):
        secret = "s3cr3t/é &x"
        for text in (
            f"BAD LOGIN u {secret}",
            "AUTH czNjcjN0L8OpICZ4",
            "url?p=s3cr3t%2F%C3%A9%20%26x",
        ):
            with self.subTest(text):
                shown = failures.scrub(text, (secret,))
                self.assertIn(HIDDEN, shown)
                self.assertNotIn("s3cr3t", shown)
                self.assertNotIn("czNj", shown)

    def test_tokens_are_hidden_without_knowing_them(self):
        self.assertEqual(failures.scrub("auth=Bearer ya29.a-b_c~="), "auth=Bearer ***")

    def test_the_sasl_plain_string_is_hidden(self):
        # base64 of \0user@x.co\0p4ssw0rd
        echoed = "AUTHENTICATE PLAIN AHVzZXJAeC5jbwBwNHNzdzByZA=="
        credentials = Credentials("user@x.co", "p4ssw0rd")
        self.assertNotIn("BwNHNz", failures.scrub(echoed, credentials.secrets))

    def test_one_bounded_line(self):
        shown = failures.scrub("a\r\nb\x00\x1b[31m" + "x" * 10_000)
        self.assertTrue(shown.startswith("a b [31m"))
        self.assertEqual(len(shown), ANSWER_LENGTH)

    def test_credentials_do_not_show_themselves(self):
        credentials = Credentials("u", "p4ss", "user=u\1auth=Bearer t0k\1\1")
        self.assertNotIn("p4ss", repr(credentials))
        self.assertNotIn("t0k", repr(credentials))
        self.assertIn("t0k", credentials.secrets)


class TestOnTheWire(unittest.TestCase):
    """The same answers through real sockets, so that the libraries' own wrapping is part of the test."""

    def refusal(self, mailbox_class, script):
        with ScriptedServer(script) as server:
            endpoint = Endpoint("127.0.0.1", server.port, Encryption.NONE)
            mailbox = mailbox_class(endpoint, Credentials("u@x.co", "p4ss"), allow_internal=True)
            with self.assertRaises(MailboxError) as caught, mailbox:
                mailbox.list_new()
        return caught.exception

    def test_imap_logins(self):
        for code, stage, exception, *provider in TRANSCRIPTS:
            answer = failures.answer_of(exception)
            is_imap = type(exception) is imaplib.IMAP4.error and answer.startswith("[")
            if stage == "login" and is_imap and not provider:
                with self.subTest(answer):
                    error = self.refusal(
                        ImapMailbox, IMAP_LOGIN | {"LOGIN": f"{{tag}} NO {answer}"}
                    )
                    self.assertEqual((error.code, error.server_answer), (code, answer))

    def test_pop_logins(self):
        for code, stage, exception, *provider in TRANSCRIPTS:
            answer = failures.answer_of(exception)
            if stage == "login" and isinstance(exception, poplib.error_proto) and not provider:
                with self.subTest(answer):
                    error = self.refusal(PopMailbox, POP_LOGIN | {"PASS": answer})
                    self.assertEqual((error.code, error.server_answer), (code, answer))

    def test_bye_instead_of_an_answer(self):
        error = self.refusal(ImapMailbox, IMAP_LOGIN | {"LOGIN": "* BYE Authentication failed"})
        self.assertEqual(error.code, "connection_lost")

    def test_hanging_up(self):
        for stage in ("LOGIN", "SELECT", "SEARCH"):
            with self.subTest(stage):
                error = self.refusal(ImapMailbox, IMAP_LOGIN | {stage: CLOSE})
                self.assertEqual(error.code, "connection_lost")

    def test_another_service(self):
        error = self.refusal(ImapMailbox, {"greeting": "SSH-2.0-OpenSSH_9.2"})
        self.assertEqual((error.code, error.server_answer), ("not_mail_server", ""))
        error = self.refusal(PopMailbox, {"greeting": "220 smtp.x.co ESMTP"})
        self.assertEqual((error.code, error.server_answer), ("not_mail_server", ""))

    def test_what_a_person_shall_be_told_is_told(self):
        script = IMAP_LOGIN | {
            "LOGIN": "{tag} OK [ALERT] Please enable IMAP in your settings",
            "SELECT": "{tag} NO not now",
        }
        error = self.refusal(ImapMailbox, script)
        self.assertEqual(error.code, "folder_refused")
        self.assertIn("Please enable IMAP in your settings", error.server_answer)
        self.assertIn("Please enable IMAP in your settings", error.data["answer"])

    def test_letters_of_ours_are_not_shown_as_the_servers_words(self):
        error = failures.as_error(UnicodeEncodeError("ascii", "p4ssñ", 4, 5, "no"), "login")
        self.assertEqual((error.code, error.server_answer), ("value_unsendable", ""))

    def test_the_password_never_shows(self):
        script = IMAP_LOGIN | {"LOGIN": "{tag} BAD what is LOGIN u@x.co p4ss"}
        error = self.refusal(ImapMailbox, script)
        self.assertNotIn("p4ss", f"{error!r} {error} {error.data} {error.server_answer}")
        self.assertIsNone(error.__cause__)
        self.assertTrue(error.__suppress_context__)

    def test_a_server_that_says_nothing(self):
        with mock.patch("l10n_co_einvoice_mail.mailbox.transport.CONNECT_SECONDS", 0.3):
            error = self.refusal(ImapMailbox, {"greeting": MUTE})
        self.assertEqual(error.code, "greeting_missing")
