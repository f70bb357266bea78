import contextlib
import socket
import ssl
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from ...mailbox import transport
from ...mailbox.errors import AddressRefused, ArgumentRefused, ConnectionFailed, TlsFailed
from ...mailbox.imap import ImapMailbox
from ...mailbox.pop import PopMailbox
from ...mailbox.transport import Encryption, Endpoint
from ..tools.scripted import ScriptedServer
from ..tools.tls import server_context, trusting, write_certificate

PUBLIC = (
    "8.8.8.8", "142.250.78.5", "2607:f8b0:4004:800::200e", "2002:808:808::1", "64:ff9b::808:808",
)  # fmt: skip
INTERNAL = (
    "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "0.0.0.0",  # noqa: S104
    "100.64.0.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "192.0.2.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
    "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808", "2001:0:808:808::1", "2001:db8::1", "fec0::1", "feff::1", "fd00::1", "ff0e::1",
    "::10.0.0.1", "::808:808", "::ffff:8.8.8.8", "2002:a00:1::", "2002:c0a8:101::1", "100::1", "100:0:0:1::1",
    "3fff::1", "5f00::1", "4000::1", "8000::1", "192.0.0.1", "192.0.0.9", "192.88.99.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "0.1.2.3", "100.127.255.255",
)  # fmt: skip


def at(address, port=993):
    """One line of what the resolver says."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return (family, socket.SOCK_STREAM, 6, "", (address, port))


def resolver(*addresses):
    return mock.patch("socket.getaddrinfo", return_value=[at(address) for address in addresses])


class TestAddressGuard(unittest.TestCase):
    def test_public_addresses(self):
        for address in PUBLIC:
            with self.subTest(address):
                self.assertTrue(transport.is_public(address))

    def test_internal_addresses(self):
        for address in INTERNAL:
            with self.subTest(address):
                self.assertFalse(transport.is_public(address))

    def test_one_internal_address_is_enough(self):
        with resolver("8.8.8.8", "10.0.0.1"), self.assertRaises(AddressRefused) as caught:
            transport.connect(Endpoint("imap.x.co", 993))
        self.assertEqual(caught.exception.code, "address_internal")
        self.assertEqual(caught.exception.data["host"], "imap.x.co")

    def test_nothing_is_sent_to_an_internal_address(self):
        with ScriptedServer({"greeting": "* OK"}) as server:
            for host in ("127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1"):
                with (
                    self.subTest(host),
                    mock.patch.object(transport, "MAIL_PORTS", {server.port}),
                    self.assertRaises(AddressRefused),
                ):
                    transport.connect(Endpoint(host, server.port, Encryption.NONE))
            self.assertEqual(server.connections, 0)

    def test_internal_servers_can_be_allowed(self):
        with ScriptedServer({"greeting": "* OK"}) as server:
            endpoint = Endpoint("127.0.0.1", server.port, Encryption.NONE)
            transport.connect(endpoint, allow_internal=True).close()

    def test_only_mail_ports(self):
        for port in (0, 22, 80, 5432, 8069):
            with (
                self.subTest(port),
                resolver("8.8.8.8"),
                self.assertRaises(AddressRefused) as caught,
            ):
                transport.resolve(Endpoint("imap.x.co", port))
            self.assertEqual(caught.exception.code, "port_refused")
        with resolver("8.8.8.8"):
            self.assertEqual(len(transport.resolve(Endpoint("imap.x.co", 993))), 1)

    def test_the_checked_address_is_the_one_connected_to(self):
        """A name may answer differently the second time: it is asked once."""
        with ScriptedServer({"greeting": "* OK"}) as server:
            there = at("127.0.0.1", server.port)
            with mock.patch("socket.getaddrinfo", side_effect=[[there]]) as lookup:
                endpoint = Endpoint("rebinding.x.co", server.port, Encryption.NONE)
                transport.connect(endpoint, allow_internal=True).close()
            self.assertEqual(lookup.call_count, 1)

    def test_the_guard_stands_before_both_protocols(self):
        for mailbox_class in (ImapMailbox, PopMailbox):
            with self.subTest(mailbox_class.__name__), self.assertRaises(AddressRefused):
                mailbox_class(Endpoint("127.0.0.1", 993), mock.Mock()).connect()


class TestArguments(unittest.TestCase):
    def test_what_would_be_a_second_command(self):
        for text in ("a\rb", "a\nb", "a\0b", "INBOX\r\nx DELETE INBOX"):
            with self.subTest(text), self.assertRaises(ArgumentRefused):
                transport.clean(text)
        self.assertEqual(transport.clean("Facturación & Co"), "Facturación & Co")

    def test_hosts_are_arguments_too(self):
        with self.assertRaises(ArgumentRefused):
            Endpoint("imap.x.co\r\nx", 993)
        self.assertEqual(Endpoint(" imap.x.co ", 993).host, "imap.x.co")

    def test_unusable_names(self):
        with self.assertRaises(ConnectionFailed) as caught:
            transport.resolve(Endpoint("", 993))
        self.assertEqual(caught.exception.code, "server_missing")
        with self.assertRaises(ConnectionFailed) as caught:
            transport.resolve(Endpoint("a" * 70 + ".co", 993))
        self.assertEqual(caught.exception.code, "dns_unknown")


class TestOrderOfAddresses(unittest.TestCase):
    def test_families_alternate(self):
        with resolver("2607::1", "2607::2", "8.8.8.8", "8.8.4.4"):
            found = transport.resolve(Endpoint("imap.x.co", 993), allow_internal=True)
        order = [sockaddr[0] for _family, sockaddr in found]
        self.assertEqual(order, ["2607::1", "8.8.8.8", "2607::2", "8.8.4.4"])

    def test_a_dead_address_leaves_time_for_the_next(self):
        with ScriptedServer({"greeting": "* OK"}) as server, contextlib.ExitStack() as stack:
            full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
            for _number in range(3):  # its queue is full: further connections hang
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(full.getsockname())
            dead, alive = full.getsockname(), ("127.0.0.1", server.port)
            found = [at(*sockaddr) for sockaddr in (dead, alive)]
            with (
                mock.patch("socket.getaddrinfo", return_value=found),
                mock.patch.object(transport, "ATTEMPT_SECONDS", 0.2),
            ):
                endpoint = Endpoint("x.co", server.port, Encryption.NONE)
                connected = transport.connect(endpoint, allow_internal=True)
            self.assertEqual(connected.getpeername(), alive)
            connected.close()

    def test_the_whole_attempt_is_bounded(self):
        with contextlib.ExitStack() as stack:
            full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
            for _number in range(3):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(full.getsockname())
            found = [at(*full.getsockname())] * 20
            began = time.monotonic()
            with (
                mock.patch("socket.getaddrinfo", return_value=found),
                mock.patch.object(transport, "ATTEMPT_SECONDS", 0.2),
                mock.patch.object(transport, "CONNECT_SECONDS", 0.5),
                self.assertRaises(ConnectionFailed) as caught,
            ):
                transport.connect(Endpoint("x.co", 993), allow_internal=True)
        self.assertEqual(caught.exception.code, "no_answer")
        self.assertLess(time.monotonic() - began, 2)

    def test_nobody_listens(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        with self.assertRaises(ConnectionFailed) as caught:
            transport.connect(Endpoint("127.0.0.1", port), allow_internal=True)
        self.assertEqual(caught.exception.code, "port_closed")


class TestTls(unittest.TestCase):
    """What each of the five encryption values accepts; without Dovecot."""

    @contextlib.contextmanager
    def server(self, name="localhost", days=30):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            write_certificate(folder, name, days)
            with ScriptedServer({"greeting": "* OK"}, tls=server_context(folder)) as server:
                yield server, folder

    def refused(self, server, encryption=Encryption.SSL_STRICT):
        with self.assertRaises(TlsFailed) as caught:
            transport.connect(Endpoint("localhost", server.port, encryption), allow_internal=True)
        return caught.exception.code

    def test_a_stranger_is_refused(self):
        with self.server() as (server, _folder):
            self.assertEqual(self.refused(server), "certificate_untrusted")

    def test_a_trusted_certificate_is_accepted(self):
        with self.server() as (server, folder), trusting(folder):
            endpoint = Endpoint("localhost", server.port, Encryption.SSL_STRICT)
            connected = transport.connect(endpoint, allow_internal=True)
            self.assertIsInstance(connected, ssl.SSLSocket)
            connected.close()

    def test_another_name_is_refused(self):
        with self.server("mail.other.example") as (server, folder), trusting(folder):
            self.assertEqual(self.refused(server), "certificate_host")

    def test_an_expired_certificate_is_refused(self):
        with self.server(days=-1) as (server, folder), trusting(folder):
            self.assertEqual(self.refused(server), "certificate_expired")

    def test_any_certificate_when_the_administrator_says_so(self):
        with self.server("mail.other.example", days=-1) as (server, _folder):
            endpoint = Endpoint("localhost", server.port, Encryption.SSL)
            transport.connect(endpoint, allow_internal=True).close()

    def test_a_port_in_clear(self):
        with ScriptedServer({"greeting": "* OK"}) as server:
            self.assertEqual(self.refused(server), "tls_on_plain_port")

    def test_old_protocols_are_refused(self):
        for encryption in Encryption:
            self.assertGreaterEqual(
                transport.tls_context(encryption).minimum_version, ssl.TLSVersion.TLSv1_2
            )

    def test_the_five_values(self):
        implicit = {e for e in Encryption if e.is_implicit}
        upgraded = {e for e in Encryption if e.is_upgraded}
        verified = {e for e in Encryption if e.is_verified}
        self.assertEqual(implicit, {Encryption.SSL, Encryption.SSL_STRICT})
        self.assertEqual(upgraded, {Encryption.STARTTLS, Encryption.STARTTLS_STRICT})
        self.assertEqual(verified, {Encryption.SSL_STRICT, Encryption.STARTTLS_STRICT})
        self.assertEqual(ImapMailbox.default_port("ssl_strict"), 993)
        self.assertEqual(PopMailbox.default_port("starttls"), 110)
