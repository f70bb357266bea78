import contextlib
import smtplib
import socket
import ssl
import tempfile
import unittest
from email.message import EmailMessage
from pathlib import Path

from ...mailbox.base import Credentials
from ...mailbox.errors import TlsFailed
from ...mailbox.imap import ImapMailbox
from ...mailbox.transport import Endpoint
from ..tools import mailbed
from ..tools.bedcase import mail
from ..tools.scripted import CLOSE, GREETING, ScriptedServer

USER, OUTSIDE = "a@demo.co", "clientes@demo.co"


@unittest.skipUnless(mailbed.is_available(), "Dovecot is not installed")
class TestMailBed(unittest.TestCase):
    def imap(self, bed):
        endpoint = Endpoint("localhost", bed.imaps)
        return ImapMailbox(endpoint, Credentials(USER, "s3cret"), allow_internal=True)

    def test_mails_stay_in_a_folder_of_ones_own(self):
        with tempfile.TemporaryDirectory(prefix="mailbed-test-") as folder:
            Path(folder).chmod(0o755)
            kept = Path(folder) / "mail"
            with mailbed.MailBed({USER: "s3cret"}, mail_folder=kept, smtp=False) as bed:
                bed.deliver(USER, mail(1))
                with bed.trusted(), self.imap(bed) as mailbox:
                    mailbox.file_away(["1"], "Procesados")
            self.assertFalse(bed.run.exists())
            with mailbed.MailBed({USER: "s3cret"}, mail_folder=kept, smtp=False) as bed:
                bed.deliver(USER, mail(2))
                self.assertEqual(bed.mails(USER, "Procesados"), [mail(1)])
                with bed.trusted(), self.imap(bed) as mailbox:
                    self.assertEqual([entry.uid for entry in mailbox.list_new()], ["2"])

    def test_nothing_is_left_behind(self):
        bed = mailbed.MailBed({USER: "s3cret"})
        bed.start()
        ports = (bed.imap, bed.imaps, bed.pop3, bed.pop3s, bed.smtp, bed.smtps)
        bed.stop()
        self.assertFalse(bed.run.exists())
        for port in ports:
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), 1).close()

    def test_what_is_sent_is_delivered(self):
        with (
            mailbed.MailBed({USER: "s3cret", OUTSIDE: "s3cret"}, outside=OUTSIDE) as bed,
            bed.trusted(),
            smtplib.SMTP_SSL("localhost", bed.smtps, context=ssl.create_default_context()) as smtp,
        ):
            smtp.login(USER, "s3cret")
            smtp.sendmail(USER, ["x@y.co", "../z@y.co", USER], mail(1))
            for user in (USER, OUTSIDE):
                self.assertEqual(bed.mails(user), [mail(1)])
            self.assertEqual(bed.sink.messages, [])

    def test_fixed_ports(self):
        (port,) = mailbed.free_ports(1)
        with mailbed.MailBed({USER: "s3cret"}, ports={"imaps": port}, smtp=False) as bed:
            self.assertEqual(bed.imaps, port)
            with bed.trusted(), self.imap(bed) as mailbox:
                self.assertEqual(mailbox.list_new(), [])

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            bed = mailbed.MailBed({}, ports={"imap": taken.getsockname()[1]}, smtp=False)
            with self.assertRaisesRegex(RuntimeError, "Address already in use"):
                bed.start()
        self.assertFalse(bed.run.exists())

    def test_certificates_of_another_name_and_of_yesterday(self):
        for knobs, code in (
            ({"certificate_name": "server.hosting.example"}, "certificate_host"),
            ({"certificate_days": -1}, "certificate_expired"),
        ):
            with (
                self.subTest(code),
                mailbed.MailBed({USER: "s3cret"}, smtp=False, **knobs) as bed,
                bed.trusted(),
                self.assertRaises(TlsFailed) as caught,
            ):
                self.imap(bed).open()
            self.assertEqual(caught.exception.code, code)
            if code == "certificate_host":
                self.assertEqual(caught.exception.data["names"], "server.hosting.example")

    def test_users_come_later(self):
        with mailbed.MailBed(smtp=False) as bed, bed.trusted():
            bed.add_user(USER, "s3cret")
            with self.imap(bed) as mailbox:
                self.assertEqual(mailbox.list_new(), [])


@unittest.skipUnless(mailbed.is_available(), "Dovecot is not installed")
class TestSink(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = mailbed.MailBed({USER: "s3cret"}).start()
        cls.addClassCleanup(cls.bed.stop)

    @contextlib.contextmanager
    def smtp(self, password="s3cret", implicit=False):  # noqa: S107
        with self.bed.trusted():
            context = ssl.create_default_context()
        if implicit:
            client = smtplib.SMTP_SSL("localhost", self.bed.smtps, context=context)
        else:
            client = smtplib.SMTP("localhost", self.bed.smtp, timeout=10)
            client.starttls(context=context)
        with client:
            client.login(USER, password)
            yield client

    def message(self, to="b@x.co"):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = USER, to, "Ñ"
        message.set_content("hola")
        return message

    def test_what_is_sent_is_kept(self):
        for implicit in (False, True):
            with self.subTest(implicit=implicit), self.smtp(implicit=implicit) as client:
                client.send_message(self.message())
                sent = self.bed.sink.messages.pop()
                self.assertEqual(
                    (sent.sender, sent.recipients, sent.login), (USER, ("b@x.co",), USER)
                )
                self.assertIn(b"hola", sent.raw)

    def test_nothing_without_a_login(self):
        with self.bed.trusted():
            context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL("localhost", self.bed.smtps, context=context) as client,
            self.assertRaises(smtplib.SMTPRecipientsRefused),
        ):
            client.send_message(self.message())

    def test_refusals(self):
        with self.assertRaises(smtplib.SMTPAuthenticationError), self.smtp("wrong"):
            pass
        self.bed.sink.reject["gone@x.co"] = "550 5.1.1 no such user"
        with self.smtp() as client, self.assertRaises(smtplib.SMTPRecipientsRefused):
            client.send_message(self.message("gone@x.co"))
        self.bed.sink.refuse_data = "452 4.2.2 full"
        self.addCleanup(setattr, self.bed.sink, "refuse_data", None)
        with self.smtp() as client, self.assertRaises(smtplib.SMTPDataError):
            client.send_message(self.message())
        self.assertEqual(self.bed.sink.messages, [])


class TestScriptedServer(unittest.TestCase):
    def talk(self, script, *lines):
        with ScriptedServer(script) as server:
            client = socket.create_connection(("127.0.0.1", server.port), 2)
            with client, client.makefile("rwb") as stream:
                answers = [stream.readline()]
                for line in lines:
                    stream.write(line + b"\r\n")
                    stream.flush()
                    answers.append(stream.readline())
        return answers, server.received

    def test_answers(self):
        script = {GREETING: "hi", "ONE": ["{tag} 1", "{tag} 2"], "BYE": CLOSE, "": "{tag} other"}
        answers, received = self.talk(script, b"a ONE", b"b ONE", b"c ONE", b"d x", b"go", b"BYE x")
        expected = [b"hi", b"a 1", b"b 2", b"c 2", b"d other", b"d other"]
        self.assertEqual(answers, [line + b"\r\n" for line in expected] + [b""])
        self.assertEqual(received, ["a ONE", "b ONE", "c ONE", "d x", "go", "BYE x"])

    def test_a_line_nobody_foresaw_ends_it(self):
        answers, _received = self.talk({GREETING: "hi"}, b"x")
        self.assertEqual(answers[-1], b"")
