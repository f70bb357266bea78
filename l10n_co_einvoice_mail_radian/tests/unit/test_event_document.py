"""The XML of an event: the official vector, the schema, its signature, and another implementation's events."""

import datetime
import unittest
from dataclasses import replace
from unittest import mock

import signxml
from lxml import etree
from odoo.addons.l10n_co_einvoice_mail.dian.document import parse_document
from odoo.addons.l10n_co_einvoice_mail.dian.signature import Integrity, verify
from odoo.addons.l10n_co_einvoice_mail.tests.tools import shared_samples

from ...radian import document
from ...radian.document import (
    MAXIMUM_BYTES,
    EventFacts,
    Invoice,
    Party,
    Person,
    Software,
    event_document,
    signature_place,
)
from ...radian.events import CLAIM_CONCEPTS, EVENTS
from ...radian.signing import sign
from .cases import INVOICE, NOON, PERSON, facts, identity

EXAMPLES = shared_samples.SAMPLES / "radian"
SCHEMA = shared_samples.SCHEMAS / "UBL-ApplicationResponse-2.1.xsd"


def signed(event):
    root = event_document(event)
    return sign(root, signature_place(root), identity(), event.issued_at)


class TestCodes(unittest.TestCase):
    def test_the_official_cude(self):
        """Annex FE 1.9, 11.5."""
        moment = datetime.datetime(
            2019, 4, 30, 19, 48, 50, tzinfo=datetime.timezone(datetime.timedelta(hours=-5))
        )
        event = facts(
            "030",
            number="1",
            issued_at=moment,
            sender=Party("", "99998888"),
            receiver=Party("", "800197268"),
            invoice=Invoice("FE123", "", "01"),
            software=Software("", "11111"),
        )
        self.assertEqual(
            event.cude,
            "0d91ba25b01f5e7dbda870a11b274501d3a62a73e91932c473c86c93f12a142a2ac45876efcde3e679024a01c0be41f9",
        )

    def test_the_day_is_colombias(self):
        event = facts(issued_at=datetime.datetime(2026, 11, 28, 3, 0, tzinfo=datetime.timezone.utc))
        self.assertEqual((event.issue_date, event.issue_time), ("2026-11-27", "22:00:00-05:00"))

    def test_the_pin_is_shown_nowhere(self):
        event = facts(software=Software("id", "secreto"))
        self.assertNotIn("secreto", repr(event))
        self.assertNotIn(b"secreto", signed(event))


class TestDocument(unittest.TestCase):
    def test_says_what_the_table_says(self):
        for code, row in EVENTS.items():
            with self.subTest(code):
                event = facts(code)
                read = parse_document(signed(event))
                [response] = read.responses
                self.assertEqual((response.code, response.description), (code, row.description))
                self.assertEqual((read.number, read.cude), (event.number, event.cude))
                reference = response.reference
                self.assertEqual((reference.number, reference.cufe), (INVOICE.number, INVOICE.cufe))
                self.assertEqual(read.sender.id_number, event.sender.nit)
                self.assertEqual(read.receiver.check_digit, "8")
                self.assertTrue(read.is_event)

    def test_names_who_received_and_what_is_claimed(self):
        self.assertIn("<cbc:FirstName>Ana</cbc:FirstName>", signed(facts("032")).decode())
        self.assertNotIn("IssuerParty", signed(facts("033")).decode())
        text = signed(facts("031")).decode()
        self.assertIn(f'listID="03" name="{CLAIM_CONCEPTS["03"]}"', text)

    def test_is_signed_as_the_policy_asks(self):
        xml = signed(facts())
        signature = verify(xml)
        self.assertEqual(signature.integrity, Integrity.INTACT, signature.detail)
        self.assertTrue(signature.policy_known)
        self.assertEqual(signature.signing_time, NOON)
        self.assertLess(len(xml), MAXIMUM_BYTES)

    def test_another_program_finds_the_signature_good(self):
        config = signxml.SignatureConfiguration(location=".//", expect_references=3)
        for code in EVENTS:
            with self.subTest(code):
                signxml.XMLVerifier().verify(
                    signed(facts(code)), x509_cert=identity().certificate, expect_config=config
                )

    def test_what_is_changed_afterwards_is_noticed(self):
        xml = signed(facts()).replace(b"FE77", b"FE78", 1)
        self.assertNotEqual(verify(xml).integrity, Integrity.INTACT)


@shared_samples.needs(shared_samples.SCHEMAS)
class TestSchema(unittest.TestCase):
    def test_is_valid(self):
        schema = etree.XMLSchema(file=str(SCHEMA))
        for code in EVENTS:
            for person in (None, PERSON, Person("900123456", "Bodega", "Central", "31")):
                with self.subTest(code, person=person):
                    event = facts(code)
                    if event.person:
                        event = replace(event, person=person)
                    schema.assertValid(etree.fromstring(signed(event)))


@shared_samples.needs(EXAMPLES)
class TestOtherImplementation(unittest.TestCase):
    """Events of another program, made anew from their facts: the same, but for the signature."""

    # As its user typed them.
    digits = {"900000001": "1", "900000002": "2", "800197268": "4"}

    def facts_of(self, code):
        moment = datetime.datetime(2026, 11, 28, 17, 6, 26, tzinfo=datetime.timezone.utc)
        person = Person("100000003", "Ana", "Sintetica", "13", "Auxiliar contable", "Compras")
        return EventFacts(
            code,
            f"EV{code}-1",
            moment,
            "2",
            Party("Compradora Sintetica SAS", "900000001"),
            Party("Proveedora Sintetica SAS", "900000002"),
            Invoice("SETP990000002", "a" * 96),
            Software("00000000-0000-4000-8000-000000000001", "12345"),
            person if EVENTS[code].names_person else None,
            "01" if code == "031" else "",
        )

    def test_agree(self):
        for code in EVENTS:
            with self.subTest(code):
                theirs = etree.fromstring((EXAMPLES / f"event_{code}.xml").read_bytes())
                with mock.patch.object(document, "check_digit", self.digits.get):
                    ours = etree.fromstring(signed(self.facts_of(code)))
                for root in (theirs, ours):
                    [signature] = root.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")
                    signature.getparent().remove(signature)
                self.assertEqual(
                    etree.tostring(ours, method="c14n").decode(),
                    etree.tostring(theirs, method="c14n").decode(),
                )

    def test_their_signatures_are_good(self):
        for code in EVENTS:
            signature = verify((EXAMPLES / f"event_{code}.xml").read_bytes())
            self.assertEqual(signature.integrity, Integrity.INTACT, signature.detail)
