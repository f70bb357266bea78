import datetime
import unittest

from ...mailbox.certificate import peer_certificate
from ...mailbox.errors import AddressRefused, ConnectionFailed, MailboxError, TlsFailed
from ...mailbox.transport import Encryption, Endpoint
from ..tools import mailbed
from ..tools.scripted import ScriptedServer


@unittest.skipUnless(mailbed.is_available(), "Dovecot is not installed")
class TestPeerCertificate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = mailbed.MailBed({}, certificate_name="s1.hosting.example", certificate_days=-1)
        cls.bed.start()
        cls.addClassCleanup(cls.bed.stop)

    def test_every_protocol_and_encryption(self):
        for protocol, implicit, plain in (
            ("imap", self.bed.imaps, self.bed.imap),
            ("pop", self.bed.pop3s, self.bed.pop3),
            ("smtp", self.bed.smtps, self.bed.smtp),
        ):
            for encryption in Encryption:
                port = implicit if encryption.is_implicit else plain
                with self.subTest(protocol, encryption=encryption):
                    endpoint = Endpoint("localhost", port, encryption)
                    shown = peer_certificate(endpoint, protocol, allow_internal=True)
                    self.assertEqual(shown.names, ("s1.hosting.example",))
                    self.assertTrue(shown.is_self_signed)
                    now = datetime.datetime.now(datetime.timezone.utc)
                    self.assertLess(shown.valid_from, shown.valid_to)
                    self.assertLess(shown.valid_to, now)

    def test_the_guard_stands_here_too(self):
        with self.assertRaises(AddressRefused):
            peer_certificate(Endpoint("127.0.0.1", 993), "imap")


class TestNoCertificate(unittest.TestCase):
    def test_a_server_without_tls(self):
        for encryption in (Encryption.SSL_STRICT, Encryption.STARTTLS_STRICT):
            with (
                self.subTest(encryption),
                ScriptedServer({"greeting": "* OK hi", "": "a NO what?"}) as server,
                self.assertRaises(TlsFailed),
            ):
                endpoint = Endpoint("127.0.0.1", server.port, encryption)
                peer_certificate(endpoint, "imap", allow_internal=True)

    def test_nobody_there(self):
        (port,) = mailbed.free_ports(1)
        with self.assertRaises(ConnectionFailed):
            peer_certificate(Endpoint("127.0.0.1", port), "imap", allow_internal=True)

    def test_no_end_of_lines(self):
        with (
            ScriptedServer({"greeting": "220-x\r\n" * 5000, "": "250-x\r\n" * 5000}) as server,
            self.assertRaises(MailboxError),
        ):
            endpoint = Endpoint("127.0.0.1", server.port, Encryption.STARTTLS)
            peer_certificate(endpoint, "smtp", allow_internal=True)
