"""Conversations with a DIAN on loopback: events of every kind, and every way in which one ends badly."""

import datetime
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from odoo.addons.l10n_co_einvoice_mail.dian.document import parse_document
from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder, tls

from ...radian import client as clients
from ...radian.client import Client, NotProcessed, Uncertain
from ...radian.document import EventFacts, Invoice, Party, Software, event_document, signature_place
from ...radian.signing import sign
from ..tools.fake_dian import FakeDian
from .cases import PERSON, facts, identity


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class ClientCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.dian = FakeDian(Path(folder.name))
        for context in (cls.dian, tls.trusting(Path(folder.name))):
            context.__enter__()
            cls.addClassCleanup(context.__exit__, None, None, None)

    def setUp(self):
        super().setUp()
        quick = mock.patch.object(clients, "PAUSE", 0)
        quick.start()
        self.addCleanup(quick.stop)
        self.dian.moods.clear()
        self.dian.asked.clear()
        self.dian.clock_ahead = datetime.timedelta()
        self.kept = []
        self.invoice = self.dian.invoice(f"FE{self._testMethodName}"[:40])
        self.client = self.client_of(identity())

    def client_of(self, who, **options):
        return Client(
            self.dian.address, who, self.kept.append, now, **{"allow_internal": True, **options}
        )

    def xml(self, code, who=None, **changes):
        about = self.invoice.facts
        event = facts(
            code,
            **{
                "number": f"{self._testMethodName}-{code}",
                "issued_at": now(),
                "invoice": Invoice(about.number, about.cufe),
                **changes,
            },
        )
        root = event_document(event)
        return sign(root, signature_place(root), who or identity(), now()), event.cude

    def send(self, code, client=None, **changes):
        return (client or self.client).send_event(*self.xml(code, **changes))

    def operations(self):
        return [operation for operation, _parameters in self.dian.asked]


class TestEvents(ClientCase):
    def test_all_in_their_order(self):
        for code in ("030", "032", "033"):
            status = self.send(code)
            self.assertTrue(status.is_approved, status.text)
            self.assertIn(b"800197268", status.xml)
        found = self.client.events(self.invoice.facts.cufe)
        self.assertEqual([event.code for event in found], ["030", "032", "033"])
        self.assertEqual(found[0].day, (now() - datetime.timedelta(hours=5)).date())

    def test_a_claim(self):
        self.send("030")
        self.send("032")
        self.assertTrue(self.send("031").is_approved)
        self.assertIn("LGC04", self.send("033").text)

    def test_each_rule_refuses(self):
        """What went before, the event, and what is wrong with it."""
        yesterday = now() - datetime.timedelta(days=1)
        cases = (
            ("LGC09", (), "032", {}),
            ("LGC03", ("030",), "031", {}),
            ("LGC02", ("030", "032", "033"), "031", {}),
            ("LGC02", ("030", "032", "034"), "031", {}),
            ("LGC13", (), "033", {}),
            ("LGC12", ("030",), "033", {}),
            ("LGC04", ("030", "032", "031"), "033", {}),
            ("LGC07", ("030", "032", "034"), "033", {}),
            ("LGC99", ("030",), "030", {}),
            ("LGC99", ("030", "032"), "032", {}),
            ("AAH05", (), "030", {"invoice": Invoice("X1", "b" * 96)}),
            ("AAB27b", (), "030", {"software": Software("id", "54321")}),
            ("AAD09e", (), "030", {"issued_at": yesterday}),
        )
        for place, (rule, before, code, changes) in enumerate(cases):
            with self.subTest(rule, before=before):
                self.begin(f"RULE{place}", before)
                self.assert_refused(self.send(code, number=f"N{place}", **changes), rule)

    def begin(self, number, before, **facts):
        """Let DIAN have another invoice, and these events of it."""
        self.invoice = self.dian.invoice(number, **facts)
        for code in before:
            if code == "034":  # the supplier's own
                event = builder.event(code, self.invoice.facts)
                self.dian.books._keep(parse_document(builder.Package(event).document))
            else:
                status = self.send(code, number=f"{number}-{code}")
                self.assertTrue(status.is_approved, status.text)

    def assert_refused(self, status, rule):
        self.assertTrue(status.is_decided)
        self.assertFalse(status.is_approved)
        self.assertIn(rule, status.text)

    def test_a_cash_sale(self):
        self.begin("CASH1", (), payment_form="1")
        self.assert_refused(self.send("030"), "LGC62")

    def test_another_number_than_the_invoices(self):
        invoice = Invoice("X1", self.invoice.facts.cufe)
        self.assert_refused(self.send("030", invoice=invoice), "AAH06")

    def test_a_number_that_repeats(self):
        self.send("030", number="SAME")
        self.begin("OTHER1", ())
        self.assert_refused(self.send("030", number="SAME"), "AAA01")

    def test_a_code_that_is_another_documents(self):
        with mock.patch.object(EventFacts, "cude", "a" * 96):
            self.assert_refused(self.send("030"), "AAD06")

    def test_what_is_no_zip_of_one_document(self):
        xml, cude = self.xml("030")
        self.assert_refused(self.client.send_event(xml + b" " * 500_001, cude), "ZA01")

    def test_twice_is_done(self):
        content = self.xml("030")
        self.assertTrue(self.client.send_event(*content).is_approved)
        again = self.client.send_event(*content)
        self.assertFalse(again.is_valid)
        self.assertTrue(again.is_approved, "Regla: 90")

    def test_anothers_certificate(self):
        status = self.send("030", self.client_of(identity("900200002")))
        self.assertTrue(status.is_unauthorised)
        self.assertFalse(status.is_approved)

    def test_another_sender_than_the_buyer(self):
        who = identity("900200002")
        status = self.send("030", self.client_of(who), who=who, sender=Party("X", "900200002"))
        self.assertIn("AAF01a", status.text)

    def test_what_was_changed_after_it_was_signed(self):
        xml, cude = self.xml("030")
        status = self.client.send_event(xml.replace(PERSON.first_name.encode(), b"Eva"), cude)
        self.assertIn("ZE02", status.text)


class TestOutcomes(ClientCase):
    def test_cut_after_it_arrived(self):
        self.dian.moods.append("cut")
        with self.assertRaises(Uncertain) as caught:
            self.send("030")
        self.assertEqual(caught.exception.code, "uncertain")
        self.assertEqual(self.operations(), ["SendEventUpdateStatus"], "handed over once")
        [event] = self.client.events(self.invoice.facts.cufe)
        self.assertEqual(event.code, "030")

    def test_cut_before_it_was_read(self):
        self.dian.moods.append("cut before")
        with self.assertRaises(Uncertain):
            self.send("030")
        self.assertEqual(self.operations(), [])
        self.assertEqual(self.client.events(self.invoice.facts.cufe), ())

    def test_slow(self):
        self.dian.moods.append("slow")
        with self.assertRaises(Uncertain):
            self.send("030", self.client_of(identity(), seconds=0.5))

    def test_trouble_of_the_service(self):
        for mood, code in (("busy", "fault"), ("garbage", "strange"), ("huge", "uncertain")):
            with self.subTest(mood):
                self.dian.moods.append(mood)
                with self.assertRaises(Uncertain) as caught:
                    self.send("030")
                self.assertEqual(caught.exception.code, code)

    def test_a_fault_of_ours(self):
        self.dian.moods.append("fault")
        with self.assertRaises(NotProcessed) as caught:
            self.send("030")
        self.assertIn("InvalidSecurity", caught.exception.data["answer"])

    def test_nobody_there(self):
        client = self.client_of(identity())
        client.address = "https://localhost:1/x"
        with self.assertRaises(NotProcessed) as caught:
            self.send("030", client)
        self.assertEqual(caught.exception.code, "unreachable")
        self.assertEqual(len(self.kept), clients.TRIES, "what never left is tried again")

    def test_inner_addresses_are_not_for_it(self):
        with self.assertRaises(NotProcessed):
            self.send("030", self.client_of(identity(), allow_internal=False))
        self.assertEqual(self.operations(), [])

    def test_a_question_that_nobody_answers_may_have_done_nothing(self):
        self.dian.moods += ["cut"] * clients.TRIES
        with self.assertRaises(Uncertain) as caught:
            self.client.document(self.invoice.facts.cufe)
        self.assertEqual(caught.exception.code, "cut_off")
        self.assertTrue(caught.exception.is_passing)

    def test_a_question_is_asked_again(self):
        self.dian.moods += ["cut", "busy"]
        self.assertEqual(self.client.status(self.invoice.facts.cufe).code, "00")
        self.assertEqual(len(self.kept), 3)

    def test_all_is_kept_and_no_secret(self):
        self.send("030")
        [exchange] = self.kept
        self.assertIn(b"SendEventUpdateStatus", exchange.request)
        self.assertIn(b"IsValid", exchange.answer)
        for content in (exchange.request, exchange.answer, repr(exchange).encode()):
            self.assertNotIn(b"12345<", content)
            self.assertNotIn(b"PRIVATE", content)


class TestQuestions(ClientCase):
    def test_a_document_is_handed_out(self):
        found = self.client.document(self.invoice.facts.cufe)
        self.assertEqual(found.xml, self.invoice.document)
        self.assertEqual(self.client.status(self.invoice.facts.cufe).xml, self.invoice.answers[0])

    def test_not_to_others_and_not_what_is_not_there(self):
        stranger = self.client_of(identity("900200002"))
        self.assertEqual(stranger.document(self.invoice.facts.cufe).xml, b"")
        self.assertIn("404", self.client.document("c" * 96).text)
        self.assertTrue(self.client.status("c" * 96).is_unknown)

    def test_no_event_yet(self):
        self.assertEqual(self.client.events(self.invoice.facts.cufe), ())


class TestSecurity(ClientCase):
    def test_a_wrong_clock_is_refused_and_seen(self):
        self.dian.clock_ahead = datetime.timedelta(minutes=7)
        with self.assertRaises(NotProcessed) as caught:
            self.client.status("c" * 96)
        self.assertEqual(caught.exception.code, "fault")
        away = (self.client.server_time - now()).total_seconds()
        self.assertAlmostEqual(away, 7 * 60, delta=5)

    def test_the_signature_is_over_the_address(self):
        request = clients.soap.request("GetStatus", {}, self.dian.address, identity(), now())
        changed = request.content.replace(b"?WSDL", b"?other")
        status, answer = self.dian.answer(changed, request.content_type)
        self.assertEqual(status, 500)
        self.assertIn(b"To https", answer)
