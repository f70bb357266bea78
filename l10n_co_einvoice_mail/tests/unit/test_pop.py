import base64
import contextlib
import datetime
import socket
import time
import unittest
from unittest import mock

from ...mailbox import pop as pop_module
from ...mailbox.base import Credentials
from ...mailbox.errors import (
    ArgumentRefused,
    ConnectionLost,
    LoginFailed,
    MailboxError,
    ServerRefused,
    TlsFailed,
)
from ...mailbox.pop import PopMailbox
from ...mailbox.transport import Encryption, Endpoint
from ..tools.bedcase import PASSWORD, BedCase, mail
from ..tools.scripted import CLOSE, POP_LOGIN, ScriptedServer

OAUTH = "user=u@x.co\1auth=Bearer t0k3n\1\1"


class PopCase(BedCase):
    def mailbox(self, encryption=Encryption.SSL_STRICT, password=PASSWORD):
        port = self.bed.pop3s if encryption.is_implicit else self.bed.pop3
        endpoint = Endpoint("localhost", port, encryption)
        return PopMailbox(endpoint, Credentials(self.user, password), allow_internal=True)


@contextlib.contextmanager
def scripted(script, **credentials):
    credentials = {"user": "u@x.co", "password": "p4ss", **credentials}
    with ScriptedServer(POP_LOGIN | script) as server:
        endpoint = Endpoint("localhost", server.port, Encryption.NONE)
        yield server, PopMailbox(endpoint, Credentials(**credentials), allow_internal=True)


class TestSession(PopCase):
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

    def test_a_wrong_password(self):
        with self.assertRaises(LoginFailed) as caught:
            self.mailbox(password="wrong").open()
        self.assertEqual(caught.exception.code, "login_refused")

    def test_keeping_the_connection_alive(self):
        with self.mailbox() as mailbox:
            mailbox.keep_alive()


def _written(day):
    return f"{day:%a, %d %b %Y}".encode()


class TestReading(PopCase):
    def test_entries(self):
        self.deliver(3)
        with self.mailbox() as mailbox:
            entries = mailbox.list_new()
            self.assertEqual(len({entry.uid for entry in entries}), 3)
            self.assertEqual([entry.size for entry in entries], [len(mail(1))] * 3)
            self.assertEqual(mailbox.list_new("anything", limit=2), entries[:2])
            self.assertEqual(mailbox.uidvalidity, "")
        with self.mailbox() as mailbox:
            self.assertEqual(mailbox.list_new(), entries)

    def test_exact_bytes(self):
        """Lines that begin with a dot, 8-bit bytes, and a line far above what RFC 5322 allows."""
        raw = b"Subject: x\r\n\r\n.\r\n..\r\n.x\r\n\xff\xfe\r\n" + b"y" * 300_000 + b"\r\n"
        self.bed.deliver(self.user, raw)
        with self.mailbox() as mailbox:
            ((_entry, fetched),) = mailbox.fetch(mailbox.list_new())
        self.assertEqual(fetched, raw)

    def test_headers(self):
        self.bed.deliver(self.user, mail(1, b"y" * 100_000))
        with self.mailbox() as mailbox:
            ((_entry, header),) = mailbox.fetch_headers(mailbox.list_new())
        self.assertEqual(header, b"Message-ID: <1@x.co>\r\nSubject: 1\r\n\r\n")

    def test_those_that_arrived_since_a_day(self):
        """The topmost `Received` counts, which is the last server's; `Date` is the sender's own."""
        day = datetime.date(2026, 2, 1)
        self.came(datetime.date(2026, 1, 31), below=datetime.date(2026, 3, 1))
        self.came(day, below=datetime.date(2025, 1, 1))
        self.came(None)
        self.came(day + datetime.timedelta(1))
        with self.mailbox() as mailbox:
            entries = mailbox.list_new()
            self.assertEqual(mailbox.arrived_since(entries, day), entries[1:])

    def test_old_mails_among_new_ones_hide_none(self):
        """Mails may lie out of their order; only behind many old ones all are taken as old."""
        old, new = datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)
        days = [new, *[old] * 20, new, *[old] * 19, new]
        for day in days:
            self.came(day)
        with self.mailbox() as mailbox:
            entries = mailbox.list_new()
            since = mailbox.arrived_since(entries, new)
            self.assertEqual(since, [entries[21], entries[41]])

    def came(self, day, below=None):
        """Deliver a mail with the lines of the servers that passed it on, the last one's on top."""
        lines = [
            b"Received: from a by b; %s 12:00:00 -0500" % _written(d) for d in (day, below) if d
        ]
        lines.append(b"Date: Mon, 01 Jan 2024 12:00:00 -0500")
        time.sleep(0.002)  # their names, and so their order, come of the time
        self.bed.deliver(self.user, b"\r\n".join([*lines, b"", b"x", b""]))

    def test_a_mail_that_has_gone_is_left_out(self):
        self.deliver(2)
        with self.mailbox() as mailbox:
            first, second = mailbox.list_new()
            mailbox.file_away([first.uid], "")
            self.assertEqual([entry for entry, _raw in mailbox.fetch([first, second])], [second])
            self.assertEqual(mailbox.present([first.uid, second.uid, "?"]), {second.uid})


class TestDeleting(PopCase):
    def setUp(self):
        super().setUp()
        self.deliver(3)
        self.mailbox_open = self.mailbox()
        self.mailbox_open.open()
        self.addCleanup(self.mailbox_open.abandon)
        self.uids = [entry.uid for entry in self.mailbox_open.list_new()]

    def test_deleted_when_quit_is_accepted(self):
        self.assertEqual(self.mailbox_open.file_away(self.uids[:2], ""), set(self.uids[:2]))
        self.assertEqual(len(self.mails()), 3)
        self.assertTrue(self.mailbox_open.close())
        self.assertTrue(self.mailbox_open.close())
        self.assertEqual(self.mails(), [mail(3)])
        with self.mailbox_open as again:
            self.assertEqual([entry.uid for entry in again.list_new()], self.uids[2:])

    def test_repeating(self):
        for _time in range(2):
            self.assertEqual(self.mailbox_open.file_away(self.uids[:1], ""), {self.uids[0]})
        self.assertEqual(self.mailbox_open.file_away(["gone"], ""), {"gone"})
        self.mailbox_open.close()
        self.assertEqual(self.mails(), [mail(2), mail(3)])

    def test_nothing_is_deleted_when_the_work_failed(self):
        with contextlib.suppress(ZeroDivisionError), self.mailbox() as mailbox:
            mailbox.file_away(self.uids, "")
            raise ZeroDivisionError
        self.assertEqual(len(self.mails()), 3)

    def test_nothing_is_deleted_when_the_connection_breaks(self):
        self.mailbox_open.file_away(self.uids[:1], "")
        self.mailbox_open._client.sock.shutdown(socket.SHUT_RDWR)
        with self.assertRaises(ConnectionLost) as caught:
            self.mailbox_open.file_away(self.uids, "")
        self.assertEqual(caught.exception.filed, {self.uids[0]})
        self.assertFalse(self.mailbox_open.close())
        self.assertEqual(len(self.mails()), 3)


class TestAnswers(unittest.TestCase):
    """Answers Dovecot does not give."""

    def test_quit_refused(self):
        script = {"QUIT": "-ERR some deleted messages not removed"}
        with scripted(script) as (_server, mailbox):
            mailbox.open()
            self.assertFalse(mailbox.close())

    def test_no_uidl(self):
        script = {
            "UIDL": "-ERR unknown command",
            "LIST": "+OK\r\n1 10\r\n.",
        }
        with (
            scripted(script) as (_server, mailbox),
            self.assertRaises(ServerRefused) as caught,
            mailbox,
        ):
            mailbox.list_new()
        self.assertEqual(caught.exception.code, "uidl_missing")

    def test_a_uidl_given_twice(self):
        script = {
            "UIDL": "+OK\r\n1 same\r\n2 same\r\n3 other\r\n.",
            "LIST": "+OK\r\n1 10\r\n2 20\r\n3 10\r\n.",
        }
        with scripted(script) as (_server, mailbox), mailbox:
            uids = [entry.uid for entry in mailbox.list_new()]
        self.assertEqual(uids, ["same 10", "same 20", "other"])

    def test_xoauth2(self):
        script = {"AUTH XOAUTH2": "+ ", "^dXNlcj": "+OK welcome"}
        with scripted(script, oauth_string=OAUTH) as (server, mailbox), mailbox:
            self.assertIn(base64.b64encode(OAUTH.encode()).decode(), server.received)

    def test_xoauth2_refused(self):
        script = {"AUTH XOAUTH2": "+ ", "^dXNlcj": "+ eyJzdGF0dXMiOiI0MDAifQ==", "^$": "-ERR no"}
        with (
            scripted(script, oauth_string=OAUTH) as (_server, mailbox),
            self.assertRaises(LoginFailed) as caught,
        ):
            mailbox.open()
        self.assertEqual(caught.exception.code, "oauth_refused")

    def test_line_breaks_in_arguments(self):
        for credentials in ({"user": "u\r\nDELE 1"}, {"password": "p\nDELE 1"}):
            with (
                self.subTest(credentials),
                scripted({}, **credentials) as (server, mailbox),
                self.assertRaises(ArgumentRefused),
            ):
                mailbox.open()
            self.assertEqual(server.received, [])

    def test_stls_is_never_left_out(self):
        with ScriptedServer(POP_LOGIN) as server:
            endpoint = Endpoint("localhost", server.port, Encryption.STARTTLS)
            mailbox = PopMailbox(endpoint, Credentials("u", "p4ss"), allow_internal=True)
            with self.assertRaises(TlsFailed) as caught:
                mailbox.open()
            self.assertNotIn("p4ss", "".join(server.received))
        self.assertEqual(caught.exception.code, "starttls_missing")

    def test_an_answer_without_end(self):
        script = {
            "UIDL": "+OK\r\n1 a\r\n.",
            "LIST": "+OK\r\n1 10\r\n.",
            "RETR": "+OK\r\n" + "x" * 5000 + "\r\n" + "y" * 5000,
        }
        with (
            mock.patch.object(pop_module, "ANSWER_BYTES", 6000),
            scripted(script) as (_server, mailbox),
            self.assertRaises(MailboxError) as caught,
            mailbox,
        ):
            list(mailbox.fetch(mailbox.list_new()))
        self.assertEqual(caught.exception.code, "answer_unreadable")

    def test_a_mail_the_server_cannot_hand_out(self):
        script = {
            "UIDL": "+OK\r\n1 a\r\n2 b\r\n.",
            "LIST": "+OK\r\n1 10\r\n2 10\r\n.",
            "RETR 1": "-ERR cannot open message",
            "RETR 2": "+OK\r\nA: b\r\n\r\nc\r\n.",
        }
        with scripted(script) as (_server, mailbox), mailbox:
            fetched = [(entry.uid, raw) for entry, raw in mailbox.fetch(mailbox.list_new())]
            self.assertEqual(fetched, [("b", b"A: b\r\n\r\nc\r\n")])
            self.assertEqual(list(mailbox.refused), ["a"])

    def test_nonsense(self):
        for answers in ({"LIST": "+OK\r\nx y z\r\n."}, {"LIST": "+OK\r\n1 x\r\n."}):
            script = {"UIDL": "+OK\r\n1 a\r\n.", **answers}
            with (
                self.subTest(answers),
                scripted(script) as (_server, mailbox),
                self.assertRaises(MailboxError) as caught,
                mailbox,
            ):
                mailbox.list_new()
            self.assertEqual(caught.exception.code, "answer_unreadable")

    def test_the_connection_ends_at_any_command(self):
        for command in ("USER", "PASS", "LIST", "UIDL"):
            with (
                self.subTest(command),
                scripted({command: CLOSE}) as (_server, mailbox),
                self.assertRaises(ConnectionLost),
                mailbox,
            ):
                mailbox.list_new()
