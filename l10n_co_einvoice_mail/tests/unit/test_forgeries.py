"""Forged documents around one genuine answer of DIAN's: none of them is ever accepted.

DIAN's answers are public to whoever received one. The forger has such an answer, its number and CUFE, a certificate
that a trusted authority issued to him in his own name, and every freedom with the rest.
"""

import re
import unittest
from dataclasses import replace

from cryptography import x509
from cryptography.x509.oid import NameOID

from ...dian.authorities import same_name
from ...dian.rules import Outcome
from ...dian.signers import KnownSigner
from ..tools import builder, certificates
from ..tools.judging import INVOICE, STRANGER, TRUST, judge
from ..tools.markup import escape

SUPPLIER = builder.SUPPLIER
AUTHORITIES = (
    "TEST AUTORIDAD SUBORDINADA",
    "Autoridad Subordinada 01 GSE",
    "SUBCA CAMERFIRMA COLOMBIA SAS",
    "CA ANDES SCD S.A. Clase II",
    "AC Subordinada Certicámara",
)
FORGED = ("119000.00", "919000.00")


def person(name, number, authority, organisation=None):
    """A certificate as a trusted authority gives it to whoever shows his papers."""
    attributes = [
        x509.NameAttribute(NameOID.COMMON_NAME, name),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, number),
    ]
    if organisation:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    issuer = certificates.authority(authority)
    return certificates.issue(x509.Name(attributes), certificates.private_key(name), issuer)


def trust(authority):
    return replace(TRUST, anchors=(*TRUST.anchors, certificates.authority(authority).certificate))


def forged(signer, *changes, key_info=None):
    """A package whose document says what the forger wants, under his own good signature."""
    text = builder.xml(INVOICE)
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{old!r} is not in the document")
        text = text.replace(old, new)
    document = builder.sign(text, signer, builder.Style(signing_time="2026-03-02T10:00:01-05:00"))
    if key_info:
        document = key_info(document)
    return builder.Package(INVOICE, document=document)


class TestTrustedStranger(unittest.TestCase):
    """The forger's certificate is good, and his own."""

    def assert_never_accepted(self, package, **context):
        verdict = judge(package, **{"known_signers": (), **context})
        self.assertIsNot(verdict.outcome, Outcome.ACCEPT, [item.code for item in verdict.findings])

    def test_supplier_renamed_to_the_signer(self):
        """The name in the document is the forger's to write: that it is his own proves nothing about the NIT."""
        for authority in AUTHORITIES:
            for number in ("52990181", "1032456789", "sin numero"):
                signer = person("JUAN PÉREZ", number, authority)
                package = forged(signer, FORGED, (escape(SUPPLIER.name), "JUAN PÉREZ"))
                with self.subTest(authority=authority, number=number):
                    self.assert_never_accepted(package, trust=trust(authority))

    def test_organisation_renamed_to_the_signer(self):
        for authority in AUTHORITIES:
            signer = person("JUAN PÉREZ", "52990181", authority, "ATACANTE SAS")
            package = forged(signer, FORGED, (escape(SUPPLIER.name), "ATACANTE SAS"))
            with self.subTest(authority):
                self.assert_never_accepted(package, trust=trust(authority))

    def test_letters_of_other_alphabets(self):
        """Letters that are no Latin ones are letters: a name with them is another name."""
        for name in (
            f"{SUPPLIER.name} Ж",
            f"Ω{SUPPLIER.name}",
            SUPPLIER.name.replace("O", "\u041e"),
        ):
            with self.subTest(name):
                self.assertFalse(same_name(name, SUPPLIER.name))
                signer = person("JUAN PÉREZ", "52990181", AUTHORITIES[0], name)
                self.assert_never_accepted(forged(signer, FORGED))

    def test_number_that_contains_the_victim_s(self):
        for number in ("1900123456", "90012345688", "NIT 900123456 900999999", "9O0123456"):
            signer = person("JUAN PÉREZ", number, AUTHORITIES[0], "ATACANTE SAS")
            with self.subTest(number):
                self.assert_never_accepted(forged(signer, FORGED))

    def test_a_namesake(self):
        """Of two persons of one name only the number tells which is which."""
        supplier = builder.Party("52990181", "ANA PÉREZ", organization_type="2")
        facts = replace(INVOICE, supplier=supplier)
        for number, outcome in (("52990181", Outcome.ACCEPT), ("1032456789", Outcome.REVIEW)):
            signer = person("ANA PÉREZ", number, AUTHORITIES[0])
            document = builder.signed_document(facts, signer)
            verdict = judge(builder.Package(facts, document=document), known_signers=())
            with self.subTest(number):
                self.assertIs(verdict.outcome, outcome)

    def test_parties_twice(self):
        signer = person("JUAN PÉREZ", "9009999991", AUTHORITIES[0])
        text = builder.xml(INVOICE)
        supplier = re.search(
            r"<cac:AccountingSupplierParty>.*</cac:AccountingSupplierParty>", text, re.DOTALL
        )
        own = (
            supplier.group()
            .replace("900123456", "900999999")
            .replace(escape(SUPPLIER.name), "JUAN PÉREZ")
        )
        for twice in (own + supplier.group(), supplier.group() + own):
            self.assert_never_accepted(forged(signer, FORGED, (supplier.group(), twice)))
        inner = re.search(r"<cac:Party>.*?</cac:Party>", supplier.group(), re.DOTALL).group()
        other = inner.replace("900123456", "900999999").replace(escape(SUPPLIER.name), "JUAN PÉREZ")
        scheme = re.search(
            r"<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>", inner, re.DOTALL
        ).group()
        own_scheme = scheme.replace("900123456", "900999999")
        for old, new in (
            (inner, other + inner),
            (inner, inner + other),
            (scheme, own_scheme + scheme),
            (scheme, scheme + own_scheme),
        ):
            forgery = supplier.group().replace(old, new)
            self.assert_never_accepted(forged(signer, FORGED, (supplier.group(), forgery)))

    def test_supplier_buyer_and_number_replaced(self):
        signer = builder.signer_of(STRANGER)
        for changes in (
            ((">900123456<", ">900999999<"),),
            ((">900123456<", ">900999999<"), (escape(SUPPLIER.name), STRANGER.name)),
            ((">800123456<", ">811000000<"),),
            ((f"<cbc:ID>{INVOICE.number}</cbc:ID>", "<cbc:ID>FE2</cbc:ID>"),),
            ((INVOICE.cufe, INVOICE.cufe.upper()),),
            ((INVOICE.cufe, f" {INVOICE.cufe} "),),
        ):
            with self.subTest(changes):
                self.assert_never_accepted(forged(signer, FORGED, *changes))

    def test_the_victim_s_certificate_beside_his_own(self):
        genuine = builder.signer_of(SUPPLIER)
        signer = person("JUAN PÉREZ", "9009999991", AUTHORITIES[0])
        mine = f"<ds:X509Certificate>{signer.base64}</ds:X509Certificate>".encode()
        his = f"<ds:X509Certificate>{genuine.base64}</ds:X509Certificate>".encode()
        for both in (his + mine, mine + his, his):
            self.assert_never_accepted(
                forged(signer, FORGED, key_info=lambda xml, both=both: xml.replace(mine, both))
            )

    def test_a_provider_s_name_is_no_provider(self):
        provider = KnownSigner(nit="901223648", authority="TEST AUTORIDAD SUBORDINADA")
        for name, number in (
            ("DATAICO SAS", "9009999991"),
            ("DATAIC\u041e SAS", "52990181"),
            ("DATAICO SAS", "1901223648"),
        ):
            signer = person(name, number, AUTHORITIES[0], "DATAICO SAS")
            with self.subTest(number):
                self.assert_never_accepted(forged(signer, FORGED), known_signers=(provider,))

    def test_an_authority_of_the_same_name(self):
        """The forger made it himself, and his certificate says that its own lies on his server."""
        name = certificates.subject("TEST AUTORIDAD SUBORDINADA", "900000000")
        key = certificates.private_key("el atacante")
        false = certificates.issue(name, key, is_authority=True)
        signer = certificates.issue(
            certificates.subject(SUPPLIER.name, SUPPLIER.nit + SUPPLIER.check_digit),
            certificates.private_key("hoja del atacante"),
            false,
            url="http://atacante.example.com/ca.cer",
        )
        self.assert_never_accepted(forged(signer, FORGED))
        known = KnownSigner(nit=SUPPLIER.nit, authority="TEST AUTORIDAD SUBORDINADA")
        self.assert_never_accepted(forged(signer, FORGED), known_signers=(known,))

    def test_answer_of_another(self):
        document = builder.signed_document(INVOICE)
        for answer in (
            builder.signed_answer(replace(INVOICE, number="FE2")),
            builder.signed_answer(INVOICE, receiver=STRANGER),
            builder.signed_answer(INVOICE, signer=builder.signer_of(STRANGER)),
        ):
            self.assert_never_accepted(
                builder.Package(INVOICE, document=document, answers=(answer,))
            )


if __name__ == "__main__":
    unittest.main()
