import contextlib
import tempfile
import threading
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import dns.resolver

from ...mailbox import description, discovery, probe
from ...mailbox.discovery import Found, Preset, discover, find_provider
from ...mailbox.errors import AddressRefused
from ...mailbox.names import Names
from ...mailbox.transport import Encryption, Endpoint
from ...mailbox.way import Way
from ..tools.dnsserver import DnsServer
from ..tools.scripted import MUTE, ScriptedServer
from ..tools.tls import server_context, trusting, write_certificate

PRESETS = (
    Preset("gmail", frozenset({"gmail.com"})),
    Preset(
        "workspace",
        mx_suffixes=("google.com", "googlemail.com"),
        hosts=frozenset({"imap.gmail.com", "pop.gmail.com", "smtp.gmail.com"}),
    ),
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
        self.assertEqual(self.found("Compras@Gmail.com"), Found("domain", "gmail", "gmail.com"))

    def test_mail_exchanger(self):
        found = self.found("compras@x.co", exchangers=("aspmx.l.google.com",))
        self.assertEqual(found, Found("mx", "workspace", "x.co"))

    def test_longest_suffix_wins(self):
        found = self.found("c@x.co", exchangers=("x-co.olc.protection.outlook.com",))
        self.assertEqual(found.provider, "outlook")

    def test_suffix_ends_at_a_dot(self):
        self.assertEqual(self.found("c@x.co", exchangers=("mx.notgoogle.com",)).source, "")

    def test_gateway_is_looked_behind(self):
        gateway = ("mx1.x.pphosted.com",)
        found = self.found("c@x.co", exchangers=gateway, included=("_spf.google.com",))
        self.assertEqual(found, Found("spf", "workspace", "x.co"))
        # Without a gateway an include only says who else sends for the domain.
        found = self.found("c@x.co", exchangers=("mail.x.co",), included=("_spf.google.com",))
        self.assertEqual(found.source, "")

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
            "a@10.0.0.12",
            "a@localhost",
            "a@mail.localhost",
            "a@servidor.local",
            "a@correo.internal",
        ):
            with self.subTest(address):
                self.assertEqual(discovery.domain_of(address), "")

    def test_domain_outside_ascii(self):
        self.assertTrue(discovery.domain_of("a@Compañía.com.co").startswith("xn--compaa"))


class TestNames(unittest.TestCase):
    """Questions to a real name server, of loopback."""

    ZONE = {
        ("x.co", "MX"): ["20 mx2.x.co.", "10 ASPMX.l.google.com."],
        ("sin-correo.co", "MX"): ["0 ."],
        ("x.co", "TXT"): ['"v=spf1 include:_spf.google.com" " include:zoho.com -all"', '"otra"'],
        ("_imaps._tcp.x.co", "SRV"): ["20 1 993 b.x.co.", "10 1 993 imap.x.co."],
        ("_pop3s._tcp.x.co", "SRV"): ["0 0 0 ."],
        ("_imaps._tcp.google.co", "SRV"): ["0 1 993 imap.gmail.com."],
        ("_submissions._tcp.google.co", "SRV"): ["0 1 465 smtp.gmail.com."],
        ("lleno.co", "MX"): [f"{number} mx{number}.lleno.co." for number in range(60)],
    }

    def setUp(self):
        self.server = self.enterContext(DnsServer(self.ZONE))
        self.resolver = self.server.resolver()
        self.names = Names(resolver=self.resolver)

    def test_exchangers_by_preference(self):
        self.assertEqual(self.names.exchangers("x.co"), ("aspmx.l.google.com", "mx2.x.co"))

    def test_domain_without_mail_has_no_exchanger(self):
        self.assertEqual(self.names.exchangers("sin-correo.co"), ())

    def test_service_that_is_not_offered(self):
        self.assertEqual(self.names.service("_imaps._tcp.x.co"), ("imap.x.co", 993))
        self.assertIsNone(self.names.service("_pop3s._tcp.x.co"))
        self.assertIsNone(self.names.service("_imaps._tcp.y.co"))

    def test_included_domains_of_a_policy_in_pieces(self):
        self.assertEqual(self.names.included("x.co"), ("_spf.google.com", "zoho.com"))

    def test_answers_are_kept(self):
        for _time in range(3):
            Names(resolver=self.resolver).exchangers("x.co")
        self.assertEqual(self.server.asked, [("x.co", "MX")])

    def test_long_answers_are_cut(self):
        # Over UDP 60 records do not fit: the answer is cut by the server, or by us.
        self.assertLessEqual(len(self.names.exchangers("lleno.co")), 20)

    def test_name_server_that_says_nothing_costs_no_more_than_the_time_given(self):
        with DnsServer(is_mute=True) as mute:
            names = Names(0.2, mute.resolver())
            found = find_provider("c@x.co", PRESETS, names)
            self.assertIsNone(names.service("_imaps._tcp.x.co"))
        self.assertEqual(found.source, "")
        self.assertEqual({name for name, _kind in mute.asked}, {"x.co"})

    def test_each_question_gets_what_is_left_of_the_time(self):
        resolver = mock.Mock(spec=dns.resolver.Resolver)
        resolver.resolve.return_value = ()
        Names(0.2, resolver).exchangers("x.co")
        self.assertLessEqual(resolver.resolve.call_args.kwargs["lifetime"], 0.2)

    def test_machine_without_name_servers(self):
        with mock.patch("dns.resolver.Resolver", side_effect=dns.resolver.NoResolverConfiguration):
            self.assertEqual(Names().exchangers("x.co"), ())

    def test_provider_by_the_mail_exchanger(self):
        self.assertEqual(
            discover("c@x.co", PRESETS, names=self.names), Found("mx", "workspace", "x.co")
        )

    def test_provider_by_the_servers_that_the_domain_names(self):
        with mock.patch.object(probe, "answers", return_value=True):
            found = discover("c@google.co", PRESETS, names=self.names)
        self.assertEqual((found.source, found.provider, found.ways), ("srv", "workspace", ()))


class DiscoveryCase(unittest.TestCase):
    """No description, and no server but those of `answering` (hosts); `refused` lie inside."""

    def found(self, names, answering=(), refused=(), described=()):
        def answers(_protocol, endpoint, _allow_internal):
            if endpoint.host in refused:
                raise AddressRefused("address_internal")
            return endpoint.host in answering

        with (
            mock.patch.object(probe, "answers", answers),
            mock.patch.object(description, "ask", return_value=list(described)),
        ):
            return discover("c@x.co", PRESETS, names=names)

    def hosts(self, found, protocol):
        return [way.endpoint.host for way in found.of(protocol)]


class TestServices(DiscoveryCase):
    SRV = {
        "_imaps._tcp.x.co": ("imap.x.co", 993),
        "_pop3s._tcp.x.co": ("pop.x.co", 995),
        "_submission._tcp.x.co": ("smtp.x.co", 587),
    }

    def test_srv_records(self):
        found = self.found(FakeNames(services=self.SRV))
        self.assertEqual(found.source, "srv")
        self.assertEqual(
            [way.endpoint for way in found.ways],
            [
                Endpoint("imap.x.co", 993, Encryption.SSL_STRICT),
                Endpoint("pop.x.co", 995, Encryption.SSL_STRICT),
                Endpoint("smtp.x.co", 587, Encryption.STARTTLS_STRICT),
            ],
        )

    def test_servers_inside_a_network_are_not_proposed(self):
        hosts = ("localhost", "correo.local", "10.0.0.1", "127.0.0.1")
        for host in hosts:
            services = {"_imaps._tcp.x.co": (host, 993), "_submission._tcp.x.co": (host, 587)}
            with self.subTest(host):
                self.assertEqual(self.found(FakeNames(services=services)).ways, ())

    def test_name_that_leads_inside_is_not_proposed(self):
        found = self.found(FakeNames(services=self.SRV), refused=("imap.x.co",))
        self.assertEqual(found.of("imap"), [])
        self.assertEqual(self.hosts(found, "pop"), ["pop.x.co"])

    def test_server_of_another_domain_is_shown_and_not_taken(self):
        services = {
            "_imaps._tcp.x.co": ("imap.atacante.co", 993),
            "_submission._tcp.x.co": ("smtp.notx.co", 587),
        }
        found = self.found(FakeNames(services=services), ("imap.atacante.co", "smtp.notx.co"))
        self.assertEqual(self.hosts(found, "imap"), ["imap.atacante.co"])
        self.assertIsNone(found.proposed("imap"))
        self.assertIsNone(found.proposed("smtp"))

    def test_who_answers_comes_first(self):
        described = [Way("imap", Endpoint("mail.x.co", 993), "autoconfig", "local")]
        found = self.found(
            FakeNames(services={"_imaps._tcp.x.co": ("imap.x.co", 993)}),
            ("mail.x.co",),
            described=described,
        )
        self.assertEqual(found.proposed("imap").endpoint.host, "mail.x.co")
        self.assertEqual(self.hosts(found, "imap")[-1], "imap.x.co")

    def test_description_that_does_not_come_is_not_waited_for(self):
        over, came = threading.Event(), []

        def ask(*_arguments):
            came.append(over.wait(20))
            return []

        with (
            mock.patch.object(description, "ask", ask),
            mock.patch.object(discovery, "DESCRIPTION_SECONDS", 0.1),
            mock.patch.object(probe, "answers", lambda _p, endpoint, _i: "mail" in endpoint.host),
        ):
            found = discover("c@x.co", PRESETS, names=FakeNames(), seconds=10)
        self.assertEqual(came, [])
        over.set()
        self.assertEqual(found.source, "guess")

    def test_description_is_asked_for_what_dns_does_not_name(self):
        described = [Way("smtp", Endpoint("smtp.x.co", 465), "autoconfig")]
        services = {"_imaps._tcp.x.co": ("imap.x.co", 993)}
        found = self.found(FakeNames(services=services), described=described)
        self.assertEqual(
            {way.protocol: way.source for way in found.ways}, {"imap": "srv", "smtp": "autoconfig"}
        )


class TestDescription(unittest.TestCase):
    def test_encrypted_servers_in_their_order(self):
        ways = description.parse(DESCRIPTION, "x.com.co")
        self.assertEqual(
            ways,
            [
                Way("pop", Endpoint("pop.x.com.co", 995), "autoconfig"),
                Way("imap", Endpoint("imap.x.com.co", 993), "autoconfig", "local"),
                Way(
                    "smtp",
                    Endpoint("smtp.x.com.co", 587, Encryption.STARTTLS_STRICT),
                    "autoconfig",
                ),
            ],
        )

    def test_hostile_descriptions_say_nothing(self):
        doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        here = (b"127.0.0.1", b"localhost", b"mail.local")
        hostile = (
            b"",
            b"\0",
            b"not xml",
            b"<clientConfig><incomingServer type='imap'/></clientConfig>",
            DESCRIPTION.replace(b"<clientConfig", doctype + b"<clientConfig", 1),
            *(
                DESCRIPTION.replace(b"x.com.co", b"x\r\nQUIT").replace(b"imap.%EMAILDOMAIN%", host)
                for host in here
            ),
        )
        for content in hostile:
            with self.subTest(content[:60]):
                self.assertEqual(description.parse(content, "x.com.co"), [])

    def test_many_servers_are_cut(self):
        server = DESCRIPTION[DESCRIPTION.index(b"<incoming") : DESCRIPTION.index(b"<outgoing")]
        ways = description.parse(b"<c>" + server * 50 + b"</c>", "x.com.co")
        self.assertLessEqual(len(ways), description.SERVERS)

    def test_description_is_not_fetched_from_inside(self):
        inside = [(2, 1, 6, "", ("10.0.0.1", 443))]
        with (
            mock.patch("socket.socket.connect") as connect,
            mock.patch("socket.getaddrinfo", return_value=inside),
        ):
            found = discover("c@x.co", (), names=FakeNames(), seconds=1)
        self.assertEqual(found, Found(domain="x.co"))
        connect.assert_not_called()


class TestGuesses(unittest.TestCase):
    @contextlib.contextmanager
    def guessing(self, *guesses):
        with (
            mock.patch.object(discovery, "GUESSES", guesses),
            mock.patch.object(description, "PLACES", ()),
        ):
            yield

    def test_those_that_answer_are_proposed_and_get_no_login(self):
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
        self.assertEqual(found.ways, (Way("imap", Endpoint("localhost", good.port), "guess"),))
        self.assertEqual(found.source, "guess")
        self.assertEqual(good.received, [])

    def test_machine_that_receives_the_mail_is_asked_under_its_own_name(self):
        names = FakeNames(exchangers=("veloz.hosting.co", "otro.hosting.co"))
        with (
            mock.patch.object(description, "PLACES", ()),
            mock.patch.object(
                probe, "answers", lambda _p, endpoint, _i: endpoint.host == "veloz.hosting.co"
            ),
        ):
            found = discover("c@x.co", (), names=names)
        self.assertEqual(
            [(way.protocol, way.endpoint.host) for way in found.ways],
            [(protocol, "veloz.hosting.co") for protocol in ("imap", "pop", "smtp")],
        )
        self.assertIsNone(found.proposed("imap"))

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
        self.assertEqual(found.ways, ())
