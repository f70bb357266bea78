import contextlib
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from ...mailbox import discovery, probe
from ...mailbox.discovery import Found, Names, Preset, discover, find_provider, parse_description
from ...mailbox.transport import Encryption, Endpoint
from ..tools.scripted import MUTE, ScriptedServer
from ..tools.tls import server_context, trusting, write_certificate

PRESETS = (
    Preset("gmail", frozenset({"gmail.com"})),
    Preset("workspace", mx_suffixes=("google.com", "googlemail.com")),
    Preset("outlook", frozenset({"outlook.com"}), ("olc.protection.outlook.com",)),
    Preset("microsoft365", mx_suffixes=("mail.protection.outlook.com", "outlook.com")),
)
DESCRIPTION = b"""<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="x">
  <incomingServer type="pop3"><hostname>pop.x.com.co</hostname><port>995</port>
    <socketType>SSL</socketType><username>%EMAILADDRESS%</username></incomingServer>
  <incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port>
    <socketType>SSL</socketType><username>%EMAILLOCALPART%</username></incomingServer>
  <outgoingServer type="smtp"><hostname>smtp.x.com.co</hostname><port>25</port>
    <socketType>plain</socketType></outgoingServer>
  <outgoingServer type="smtp"><hostname>smtp.x.com.co</hostname><port>587</port>
    <socketType>STARTTLS</socketType></outgoingServer>
</emailProvider></clientConfig>"""


class FakeNames:
    """A DNS of one's own: exchangers, services and SPF includes by domain."""

    def __init__(self, exchangers=(), services=None, included=()):
        self._answers = SimpleNamespace(
            exchangers=exchangers, services=services or {}, included=included
        )

    def exchangers(self, _domain):
        return self._answers.exchangers

    def service(self, name):
        return self._answers.services.get(name)

    def included(self, _domain):
        return self._answers.included


class TestProvider(unittest.TestCase):
    def found(self, address, **names):
        return find_provider(address, PRESETS, FakeNames(**names))

    def test_own_domain_of_a_provider(self):
        self.assertEqual(self.found("Compras@Gmail.com"), Found("domain", "gmail"))

    def test_mail_exchanger(self):
        found = self.found("compras@x.co", exchangers=("aspmx.l.google.com",))
        self.assertEqual(found, Found("mx", "workspace"))

    def test_longest_suffix_wins(self):
        found = self.found("c@x.co", exchangers=("x-co.olc.protection.outlook.com",))
        self.assertEqual(found.provider, "outlook")

    def test_suffix_ends_at_a_dot(self):
        self.assertEqual(self.found("c@x.co", exchangers=("mx.notgoogle.com",)), Found())

    def test_gateway_is_looked_behind(self):
        gateway = ("mx1.x.pphosted.com",)
        found = self.found("c@x.co", exchangers=gateway, included=("_spf.google.com",))
        self.assertEqual(found, Found("spf", "workspace"))
        # Without a gateway an include only says who else sends for the domain.
        found = self.found("c@x.co", exchangers=("mail.x.co",), included=("_spf.google.com",))
        self.assertEqual(found, Found())

    def test_what_is_no_domain_is_not_asked_for(self):
        for address in (
            "",
            "x",
            "a@",
            "a@b",
            "a@x..co",
            "a@127.0.0.1",
            "a@x.co\r\nQUIT",
            "a@-x.co",
        ):
            with self.subTest(address):
                self.assertEqual(discovery.domain_of(address), "")

    def test_domain_outside_ascii(self):
        self.assertTrue(discovery.domain_of("a@Compañía.com.co").startswith("xn--compaa"))


class TestServices(unittest.TestCase):
    def test_srv_records(self):
        names = FakeNames(
            services={
                "_imaps._tcp.x.co": ("imap.x.co", 993),
                "_submission._tcp.x.co": ("smtp.x.co", 587),
            }
        )
        found = discover("c@x.co", (), names=names)
        self.assertEqual(found.source, "srv")
        self.assertEqual(
            found.endpoints,
            {
                "imap": Endpoint("imap.x.co", 993, Encryption.SSL_STRICT),
                "smtp": Endpoint("smtp.x.co", 587, Encryption.STARTTLS_STRICT),
            },
        )

    def test_names_without_dns_find_nothing(self):
        with mock.patch.object(discovery, "dns", None):
            names = Names()
            self.assertEqual(names.exchangers("x.co"), ())
            self.assertIsNone(names.service("_imaps._tcp.x.co"))

    def test_root_as_target_means_no_service(self):
        record = SimpleNamespace(priority=0, weight=0, port=0, target=".")
        with mock.patch.object(Names, "_ask", return_value=(record,)):
            self.assertIsNone(Names().service("_imaps._tcp.x.co"))


class TestDescription(unittest.TestCase):
    def test_first_encrypted_server_of_each_protocol(self):
        found = parse_description(DESCRIPTION, "x.com.co")
        self.assertEqual(found.endpoints["imap"], Endpoint("imap.x.com.co", 993))
        self.assertEqual(
            found.endpoints["smtp"], Endpoint("smtp.x.com.co", 587, Encryption.STARTTLS_STRICT)
        )
        self.assertEqual(found.logins, {"imap": "local", "pop": "address", "smtp": "address"})

    def test_hostile_descriptions_say_nothing(self):
        doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        hostile = (
            b"",
            b"\0",
            b"not xml",
            DESCRIPTION.replace(b"<clientConfig", doctype + b"<clientConfig", 1),
            DESCRIPTION.replace(b"x.com.co", b"x\r\nQUIT").replace(b"%EMAILDOMAIN%", b"127.0.0.1"),
        )
        for content in hostile:
            with self.subTest(content[:60]):
                self.assertIsNone(parse_description(content, "x.com.co"))

    def test_description_is_not_fetched_from_inside(self):
        inside = [(2, 1, 6, "", ("10.0.0.1", 443))]
        with (
            mock.patch("socket.socket.connect") as connect,
            mock.patch("socket.getaddrinfo", return_value=inside),
        ):
            found = discover("c@x.co", (), names=FakeNames(), seconds=1)
        self.assertEqual(found, Found())
        connect.assert_not_called()


class TestGuesses(unittest.TestCase):
    @contextlib.contextmanager
    def guessing(self, *guesses):
        with (
            mock.patch.object(discovery, "GUESSES", guesses),
            mock.patch.object(discovery, "DESCRIPTIONS", ()),
        ):
            yield

    def test_first_that_answers_is_proposed_and_gets_no_login(self):
        with tempfile.TemporaryDirectory() as folder, trusting(Path(folder)):
            write_certificate(Path(folder))
            tls = server_context(Path(folder))
            with (
                ScriptedServer({"greeting": "* OK ready"}, tls) as good,
                ScriptedServer({"greeting": "SSH-2.0-OpenSSH_9.2"}) as bad,
                self.guessing(
                    ("imap", "localhost", bad.port, Encryption.SSL_STRICT),
                    ("imap", "localhost", good.port, Encryption.SSL_STRICT),
                ),
            ):
                found = discover("c@x.co", (), names=FakeNames(), allow_internal=True)
        self.assertEqual(found.endpoints, {"imap": Endpoint("localhost", good.port)})
        self.assertEqual(good.received, [])

    def test_unverified_certificate_is_no_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            write_certificate(Path(folder))
            with ScriptedServer({"greeting": "* OK"}, server_context(Path(folder))) as server:
                endpoint = Endpoint("localhost", server.port)
                self.assertFalse(probe.answers("imap", endpoint, allow_internal=True))

    def test_silent_server_does_not_hold_up(self):
        with (
            ScriptedServer({"greeting": MUTE}) as server,
            self.guessing(("imap", "localhost", server.port, Encryption.STARTTLS_STRICT)),
        ):
            found = discover("c@x.co", (), names=FakeNames(), allow_internal=True, seconds=0.3)
        self.assertEqual(found, Found())
