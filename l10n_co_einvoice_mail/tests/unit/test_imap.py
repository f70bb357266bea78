import base64
import contextlib
import datetime
import imaplib
import os
import re
import socket
import unittest
from unittest import mock

from ...mailbox import imap_client, imap_reading
from ...mailbox.base import Credentials, Entry, batches
from ...mailbox.errors import (
    ArgumentRefused,
    ConnectionLost,
    FolderFailed,
    LoginFailed,
    MailboxError,
    TlsFailed,
)
from ...mailbox.imap import ImapMailbox
from ...mailbox.transport import Encryption, Endpoint
from ..tools.bedcase import ImapCase, mail, scripted_imap
from ..tools.scripted import MUTE

OAUTH = "user=u@x.co\1auth=Bearer t0k3n\1\1"


def numbers(entries):
    return [int(entry.uid) for entry in entries]


class TestSession(ImapCase):
    def test_every_encryption(self):
        for encryption in Encryption:
            with self.subTest(encryption), self.mailbox(encryption) as mailbox:
                self.assertEqual(mailbox.list_new(), [])

    def test_a_certificate_nobody_vouches_for(self):
        for encryption in (Encryption.SSL_STRICT, Encryption.STARTTLS_STRICT):
            with (
                self.subTest(encryption),
                mock.patch.dict("os.environ", {"SSL_CERT_FILE": "/dev/null"}),
                self.assertRaises(TlsFailed) as caught,
            ):
                self.mailbox(encryption).open()
            self.assertEqual(caught.exception.code, "certificate_untrusted")

    def test_a_warning_at_the_login_explains_what_is_refused_later(self):
        script = {
            "LOGIN": "{tag} OK [ALERT] please enable IMAP in your settings",
            "SELECT": "{tag} NO not now",
        }
        with (
            self.assertRaises(FolderFailed) as caught,
            scripted_imap(script) as (_server, mailbox),
            mailbox,
        ):
            mailbox.list_new()
        self.assertEqual(caught.exception.code, "folder_refused")
        for words in (caught.exception.server_answer, caught.exception.data["answer"]):
            self.assertIn("please enable IMAP", words)

    def test_in_clear_on_a_tls_port(self):
        endpoint = Endpoint("localhost", self.bed.imaps, Encryption.NONE)
        mailbox = ImapMailbox(endpoint, Credentials("u", "p"), allow_internal=True)
        with (
            mock.patch("l10n_co_einvoice_mail.mailbox.transport.CONNECT_SECONDS", 0.3),
            self.assertRaises(MailboxError) as caught,
        ):
            mailbox.open()
        self.assertEqual(caught.exception.code, "greeting_missing")

    def test_wrong_passwords(self):
        for password in ("wrong", "wröng", ""):
            with self.subTest(password), self.assertRaises(LoginFailed) as caught:
                self.mailbox(password=password).open()
            self.assertEqual(caught.exception.code, "login_refused")

    def test_ascii_passwords_with_quotes(self):
        self.bed.add_user(self.user, '"a\\b" {3} %')
        with self.mailbox(password='"a\\b" {3} %') as mailbox:
            self.assertEqual(mailbox.list_new(), [])

    def test_capabilities_are_those_after_the_login(self):
        mailbox = self.mailbox()
        mailbox.connect()
        self.assertNotIn("MOVE", mailbox.capabilities)
        mailbox.login()
        self.assertIn("MOVE", mailbox.capabilities)
        mailbox.close()

    def test_closing_twice_and_after_the_connection_is_gone(self):
        mailbox = self.mailbox()
        mailbox.open()
        self.assertTrue(mailbox.close())
        self.assertFalse(mailbox.close())
        mailbox.open()
        mailbox._client.socket().shutdown(socket.SHUT_RDWR)
        self.assertFalse(mailbox.close())

    def test_keeping_the_connection_alive(self):
        with self.mailbox() as mailbox:
            mailbox.keep_alive()


class TestLogin(unittest.TestCase):
    def test_users_are_quoted(self):
        with scripted_imap({}, user='ana "maría"'.replace("í", "i")) as (server, mailbox), mailbox:
            login = next(line for line in server.received if " LOGIN " in line)
        self.assertTrue(login.endswith(' LOGIN "ana \\"maria\\"" "p4ss"'), login)

    def test_xoauth2(self):
        script = {"AUTHENTICATE": "+ ", "^dXNlcj": "{tag} OK done"}
        with scripted_imap(script, oauth_string=OAUTH) as (server, mailbox), mailbox:
            self.assertIn(base64.b64encode(OAUTH.encode()).decode(), server.received)

    def test_xoauth2_refused(self):
        """The refusal's reason comes as a second challenge, and wants an empty line."""
        reason = base64.b64encode(b'{"status":"401"}').decode()
        script = {
            "AUTHENTICATE": "+ ",
            "^dXNlcj": f"+ {reason}",
            "^$": "{tag} NO AUTHENTICATE failed.",
        }
        with (
            scripted_imap(script, oauth_string=OAUTH) as (server, mailbox),
            self.assertRaises(LoginFailed) as caught,
        ):
            mailbox.open()
        self.assertEqual(caught.exception.code, "oauth_refused")
        self.assertEqual(server.received[-1], "")

    def test_logindisabled_keeps_the_password_here(self):
        script = {"CAPABILITY": "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK done"}
        with (
            scripted_imap(script) as (server, mailbox),
            self.assertRaises(TlsFailed) as caught,
        ):
            mailbox.open()
        self.assertEqual(caught.exception.code, "starttls_required")
        self.assertNotIn("p4ss", "".join(server.received))

    def test_starttls_is_never_left_out(self):
        with (
            scripted_imap({}, encryption=Encryption.STARTTLS) as (server, mailbox),
            self.assertRaises(TlsFailed) as caught,
        ):
            mailbox.open()
        self.assertEqual(caught.exception.code, "starttls_missing")
        self.assertNotIn("p4ss", "".join(server.received))

    def test_line_breaks_in_arguments(self):
        for credentials in ({"user": "u\r\nx"}, {"password": "p\nx"}, {"user": "u\0"}):
            with (
                self.subTest(credentials),
                scripted_imap({}, **credentials) as (server, mailbox),
                self.assertRaises(ArgumentRefused),
            ):
                mailbox.open()
            self.assertFalse([line for line in server.received if "LOGIN" in line])
        with scripted_imap({}) as (server, mailbox), mailbox:
            before = list(server.received)
            for act in (
                lambda: mailbox.ensure_folder("a\r\nx DELETE INBOX"),
                lambda: mailbox.append("a\nb", b"raw"),
                lambda: mailbox.search_message_id("INBOX", "<a\r\nb>"),
                lambda: mailbox.delete_folder("a\0b"),
            ):
                with self.assertRaises(ArgumentRefused):
                    act()
            sent = [line for line in server.received if line not in before]
            self.assertFalse([line for line in sent if "DELETE" in line or line == "b"])


class TestLoginOverTls(ImapCase):
    def test_logindisabled_within_tls_asks_for_oauth(self):
        script = {
            "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED\r\n{tag} OK done"
        }
        tls = self.bed.server_context()
        with (
            scripted_imap(script, Encryption.SSL_STRICT, tls) as (server, mailbox),
            self.assertRaises(LoginFailed) as caught,
        ):
            mailbox.open()
        self.assertEqual(caught.exception.code, "password_not_taken")
        self.assertNotIn("p4ss", "".join(server.received))


class TestReading(ImapCase):
    def test_only_what_is_above_the_last_uid(self):
        self.deliver(3)
        with self.mailbox() as mailbox:
            entries = mailbox.list_new()
            self.assertEqual(numbers(entries), [1, 2, 3])
            self.assertEqual([entry.size for entry in entries], [len(mail(1))] * 3)
            self.assertEqual(numbers(mailbox.list_new("2")), [3])
            # `UID 4:*` also matches the last message.
            self.assertEqual(mailbox.list_new("3"), [])
            self.assertEqual(mailbox.list_new("1000"), [])
            self.assertEqual(numbers(mailbox.list_new(limit=2)), [1, 2])

    def test_more_mails_than_one_command_names(self):
        with mock.patch.object(imap_reading, "UID_SET", 3), self.mailbox() as mailbox:
            self.deliver(8)
            entries = mailbox.list_new()
            self.assertEqual(numbers(entries), list(range(1, 9)))
            self.assertEqual(mailbox.present([e.uid for e in entries]), set(map(str, range(1, 9))))

    def test_exact_bytes_and_nothing_marked_read(self):
        raw = b"Subject: \xff\xfe raw\r\n\r\n" + bytes(range(1, 256)).replace(b"\n", b"") + b"\r\n"
        raw = raw.replace(b"\r", b"").replace(b"\n", b"\r\n")
        self.bed.deliver(self.user, raw)
        with self.mailbox() as mailbox:
            ((_entry, fetched),) = mailbox.fetch(mailbox.list_new())
            self.assertEqual(fetched, raw)
            flags = mailbox._client.get_flags([1])[1]
        self.assertNotIn(b"\\Seen", flags)

    def test_a_mail_that_has_gone_is_left_out(self):
        self.deliver(3)
        with self.mailbox() as mailbox, self.mailbox() as other:
            entries = mailbox.list_new()
            other.file_away(["2"], "Elsewhere")
            self.assertEqual([entry.uid for entry, _raw in mailbox.fetch(entries)], ["1", "3"])

    def test_headers_of_a_mail_too_big_to_fetch(self):
        self.bed.deliver(self.user, mail(1, b"y" * 100_000))
        self.bed.deliver(self.user, b"Subject: " + b"z" * 200_000 + b"\r\n\r\nbody")
        with self.mailbox() as mailbox:
            headers = [raw for _entry, raw in mailbox.fetch_headers(mailbox.list_new())]
        self.assertEqual(headers[0], b"Message-ID: <1@x.co>\r\nSubject: 1\r\n\r\n")
        self.assertEqual(len(headers[1]), imap_reading.HEADER_BYTES)

    def test_uidvalidity(self):
        with self.mailbox() as mailbox:
            self.assertRegex(mailbox.uidvalidity, r"^\d+$")

    def test_those_that_arrived_since_a_day(self):
        self.deliver(3)
        self.arrived({1: datetime.date(2026, 1, 31), 2: datetime.date(2026, 2, 1)})
        with self.mailbox() as mailbox:
            entries = mailbox.list_new()
            since = mailbox.arrived_since(entries, datetime.date(2026, 2, 1))
            self.assertEqual(since, entries[1:])
            self.assertEqual(mailbox.arrived_since(entries[:1], datetime.date(2026, 2, 1)), [])

    def arrived(self, days):
        """Let the server take the mails whose numbers are keys as having come at noon of those days."""
        for path in (self.bed.folder_path(self.user) / "new").iterdir():
            number = int(re.search(rb"Subject: (\d+)", path.read_bytes())[1])
            if day := days.get(number):
                noon = datetime.datetime.combine(day, datetime.time(12)).timestamp()
                os.utime(path, (noon, noon))

    def test_present(self):
        self.deliver(4)
        with self.mailbox() as mailbox:
            mailbox.file_away(["2"], "Procesados")
            self.assertEqual(mailbox.present(["1", "2", "4", "99"]), {"1", "4"})
            self.assertEqual(mailbox.present([]), set())


class TestQuestions(unittest.TestCase):
    """Far servers: each question is a round trip, a thousand times every few minutes."""

    EMPTY = "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n{tag} OK done"
    TOLD = {
        "greeting": "* OK [CAPABILITY IMAP4rev1 XBEFORE] ready",
        "LOGIN": "{tag} OK [CAPABILITY IMAP4rev1 MOVE] logged in",
    }

    def test_an_empty_mailbox_is_asked_three(self):
        with scripted_imap({**self.TOLD, "SELECT": self.EMPTY}) as (server, mailbox):
            with mailbox:
                self.assertEqual(mailbox.list_new(), [])
                self.assertEqual(mailbox.capabilities, {"IMAP4REV1", "MOVE"})
            server.wait()
            asked = [line.split()[1] for line in server.received]
        self.assertEqual(asked, ["LOGIN", "SELECT", "LOGOUT"])

    def test_what_was_told_before_the_login_counts_no_more(self):
        script = {
            "greeting": self.TOLD["greeting"],
            "CAPABILITY": "* CAPABILITY IMAP4rev1 UIDPLUS\r\n{tag} OK done",
        }
        with scripted_imap(script) as (_server, mailbox), mailbox:
            self.assertEqual(mailbox.capabilities, {"IMAP4REV1", "UIDPLUS"})

    def test_what_was_told_before_tls_is_asked_again(self):
        protocol = object.__new__(imap_client._Protocol)
        protocol.untagged_responses = {"CAPABILITY": [b"IMAP4rev1 XINJECTED"]}
        protocol._tls_established = True
        with mock.patch.object(imaplib.IMAP4, "_get_capabilities") as asked:
            protocol._get_capabilities()
        asked.assert_called_once()
        self.assertEqual(protocol.untagged_responses, {})


class TestOddServers(unittest.TestCase):
    def test_the_inbox_is_replaced_meanwhile(self):
        selects = [
            f"* 0 EXISTS\r\n* OK [UIDVALIDITY {number}] ok\r\n{{tag}} OK done" for number in (1, 2)
        ]
        script = {"SELECT": selects, "SEARCH": "* SEARCH\r\n{tag} OK done"}
        with scripted_imap(script) as (_server, mailbox), mailbox:
            self.assertEqual(mailbox.uidvalidity, "1")
            mailbox.search_message_id("Sent", "<a@b>")
            with self.assertRaises(FolderFailed) as caught:
                mailbox.list_new()
        self.assertEqual(caught.exception.code, "inbox_changed")

    def test_a_literal_that_would_fill_the_memory(self):
        script = {
            "SEARCH": "* SEARCH 1\r\n{tag} OK done",
            "SIZE": "* 1 FETCH (UID 1 RFC822.SIZE 10)\r\n{tag} OK done",
            "PEEK": "* 1 FETCH (UID 1 BODY[] {999999999999}\r\nxxx",
        }
        with scripted_imap(script) as (_server, mailbox), mailbox:
            entries = mailbox.list_new()
            with self.assertRaises(MailboxError) as caught:
                list(mailbox.fetch(entries))
        self.assertEqual(caught.exception.code, "answer_unreadable")

    def test_nonsense(self):
        for answer in ("* SEARCH one two", "* SEARCH 1", "* 5"):
            script = {
                "SEARCH": f"{answer}\r\n{{tag}} OK done",
                "FETCH": "* 1 FETCH (UID (1)) RFC822.SIZE \r\n{tag} OK done",
            }
            with (
                self.subTest(answer),
                scripted_imap(script) as (_server, mailbox),
                mailbox,
                contextlib.suppress(MailboxError),
            ):
                self.assertLessEqual({entry.size for entry in mailbox.list_new()}, {0})

    def test_sizes_and_bodies_that_are_none(self):
        script = {"SEARCH": "* SEARCH 1\r\n{tag} OK done"}
        size = "* 1 FETCH (UID 1 RFC822.SIZE %s)\r\n{tag} OK done"
        for told in ("big", "NIL"):
            with scripted_imap(script | {"SIZE": size % told}) as (_server, mailbox), mailbox:
                self.assertEqual(mailbox.list_new(), [Entry("1", 0, is_sized=False)])
        script |= {"SIZE": size % "5", "PEEK": "* 1 FETCH (UID 1 BODY[] 5)\r\n{tag} OK done"}
        with scripted_imap(script) as (_server, mailbox), mailbox:
            self.assertEqual(list(mailbox.fetch(mailbox.list_new())), [])

    def test_nesting_without_end(self):
        for answer in ("(" * 100_000, "(" * 100_000 + ")" * 100_000):
            script = {"SEARCH": f"* SEARCH {answer}\r\n{{tag}} OK done"}
            with (
                self.subTest(answer[-1]),
                scripted_imap(script) as (_server, mailbox),
                self.assertRaises(ConnectionLost) as caught,
                mailbox,
            ):
                mailbox.list_new()
            self.assertEqual(caught.exception.code, "answer_unreadable")

    def test_a_very_long_search_answer(self):
        uids = " ".join(str(number) for number in range(1_000_000, 1_200_000))
        script = {"SEARCH": f"* SEARCH {uids}\r\n{{tag}} OK done", "FETCH": "{tag} OK done"}
        with scripted_imap(script) as (_server, mailbox), mailbox:
            self.assertEqual(len(mailbox.list_new(limit=5)), 5)

    def test_a_mail_the_server_cannot_hand_out(self):
        """Exchange refuses a whole FETCH because of one damaged mail."""
        script = {
            "SEARCH": "* SEARCH 1 2\r\n{tag} OK done",
            "SIZE": (
                "* 1 FETCH (UID 1 RFC822.SIZE 1)\r\n* 2 FETCH (UID 2 RFC822.SIZE 1)\r\n{tag} OK done"
            ),
            "FETCH 1 .*PEEK": "* 1 FETCH (UID 1 BODY[] {4}\r\nA: b)\r\n{tag} OK done",
            "PEEK": "{tag} NO The requested message could not be converted",
        }
        with scripted_imap(script) as (_server, mailbox), mailbox:
            fetched = [(entry.uid, raw) for entry, raw in mailbox.fetch(mailbox.list_new())]
            self.assertEqual(fetched, [("1", b"A: b")])
            self.assertEqual(list(mailbox.refused), ["2"])
            self.assertIn("not be converted", mailbox.refused["2"].server_answer)

    def test_silence_in_the_middle(self):
        with (
            mock.patch("l10n_co_einvoice_mail.mailbox.transport.READ_SECONDS", 0.3),
            scripted_imap({"SEARCH": MUTE}) as (_server, mailbox),
            self.assertRaises(ConnectionLost) as caught,
            mailbox,
        ):
            mailbox.list_new()
        self.assertEqual(caught.exception.code, "connection_stalled")


class TestBatches(unittest.TestCase):
    def cut(self, sizes, **limits):
        entries = [Entry(str(number), size) for number, size in enumerate(sizes)]
        return [[entry.size for entry in batch] for batch in batches(entries, **limits)]

    def test_by_count_and_by_bytes(self):
        self.assertEqual(self.cut([1] * 5, max_count=2), [[1, 1], [1, 1], [1]])
        self.assertEqual(self.cut([4, 4, 4, 1], max_bytes=9), [[4, 4], [4, 1]])
        self.assertEqual(self.cut([1, 20, 1], max_bytes=9), [[1], [20], [1]])
        self.assertEqual(self.cut([]), [])
