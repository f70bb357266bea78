import unittest
from dataclasses import replace

from cryptography import x509
from cryptography.x509.oid import NameOID

from ...dian.authorities import carries, holder_of, same_name
from ...dian.rules import Outcome
from ...dian.signature import verify
from ...dian.signers import KnownSigner, Standing
from ...dian.trust import ChainState, TrustStore
from ..tools import builder, certificates
from ..tools.judging import (
    INVOICE,
    STRANGER,
    TRUST,
    altered,
    codes_of,
    judge,
    self_signed,
    signed_by,
)

SUPPLIER = builder.SUPPLIER
CERTICAMARA = "1.3.6.1.4.1.23267.2.3"
ORGANIZATION = "1.3.6.1.4.1.4710.1.3.2"
IDENTIFIER, UNIQUE = "2.5.4.97", "2.5.4.45"
ANYWHERE = (CERTICAMARA, ORGANIZATION, IDENTIFIER, UNIQUE)
COUNTER = "1238229"
UNCHECKED_AUTHORITIES = TrustStore((), TRUST.dian_signers)


def certified(authority="TEST AUTORIDAD SUBORDINADA", **attributes):
    """A signer whose certificate has these attributes: `O`, `CN`, `SN` (serialNumber) or an OID with `_`."""
    names = {"O": NameOID.ORGANIZATION_NAME, "CN": NameOID.COMMON_NAME, "SN": NameOID.SERIAL_NUMBER}
    subject = x509.Name(
        [
            x509.NameAttribute(
                names.get(name) or x509.ObjectIdentifier(name.strip("_").replace("_", ".")), value
            )
            for name, value in attributes.items()
        ]
    )
    key = certificates.private_key(str(sorted(attributes.items())))
    return certificates.issue(subject, key, certificates.authority(authority))


def with_oid(oid, value, **attributes):
    return certified(**{oid.replace(".", "_"): value, **attributes})


class TestWhereTheNitStands(unittest.TestCase):
    def test_each_attribute_with_and_without_check_digit(self):
        for oid in ANYWHERE:
            for text in ("900123456", "9001234568", "NIT 900.123.456-8", "VATCO-900123456"):
                with self.subTest(oid=oid, text=text):
                    signer = with_oid(oid, text, CN="QUIEN FIRMA", SN=COUNTER)
                    holder = holder_of(signer.certificate)
                    self.assertIs(holder.is_party("900123456", "OTRO NOMBRE"), True)
                    self.assertIs(holder.is_party("900999999", "OTRO NOMBRE"), False)
                    self.assertEqual(codes_of(judge(signed_by(signer))), [])

    def test_only_where_the_authority_writes_it(self):
        """Certicámara's serialNumber is a counter, and may be anybody's NIT by chance."""
        for name in ("AC Subordinada Certicámara", "CERTICAMARA S.A."):
            signer = certified(name, CN="QUIEN SEA", SN="9001234568")
            self.assertIsNone(holder_of(signer.certificate).nit)
            anchors = (*TRUST.anchors, certificates.authority(name).certificate)
            trust = TrustStore(anchors, TRUST.dian_signers)
            codes = codes_of(judge(signed_by(signer), trust=trust))
            self.assertEqual(codes, ["document_signer_unnamed"])
        andes = certified(
            "CA ANDES SCD S.A. Clase II", SN="900123456", CN="X", _2_5_4_97="900999999"
        )
        self.assertIs(holder_of(andes.certificate).is_party("900123456", None), True)

    def test_a_person_who_signs_for_a_company(self):
        """The cédula of whoever signs is not another supplier's number."""
        for name in ("Autoridad Subordinada 01 GSE", "SUBCA CAMERFIRMA COLOMBIA SAS", "OTRA"):
            own = certified(name, CN="ANA PÉREZ", O=SUPPLIER.name, SN="52990181")
            self.assertIs(holder_of(own.certificate).is_party("900123456", SUPPLIER.name), True)
            other = certified(name, CN="ANA PÉREZ", O="OTRA SAS", SN="52990181")
            self.assertIsNone(holder_of(other.certificate).is_party("900123456", SUPPLIER.name))
            for oid in (ORGANIZATION, IDENTIFIER):
                attributes = {
                    oid.replace(".", "_"): "900123456-8",
                    "CN": "ANA PÉREZ",
                    "SN": "52990181",
                }
                holder = holder_of(certified(name, **attributes).certificate)
                self.assertIs(holder.is_party("900123456", None), True)
                self.assertIs(holder.is_party("900999999", None), False)

    def test_fields_that_hold_anything(self):
        """Whoever asks for a certificate may have the victim's number written there."""
        for oid in ("2.5.4.11", "2.5.4.12", "2.5.4.13", "2.5.4.9", "1.3.6.1.4.1.99999.1"):
            with self.subTest(oid):
                signer = with_oid(oid, "900123456", CN="ATACANTE SAS", SN="9009999991")
                self.assertIs(
                    holder_of(signer.certificate).is_party("900123456", SUPPLIER.name), False
                )

    def test_two_companies_in_one_certificate(self):
        """The victim's number beside the attacker's, and the victim's name: nobody can tell."""
        for oid in ANYWHERE:
            signer = with_oid(oid, "900123456", CN=SUPPLIER.name, SN="9009999991")
            with self.subTest(oid):
                self.assertIsNone(
                    holder_of(signer.certificate).is_party("900123456", SUPPLIER.name)
                )
                verdict = judge(signed_by(signer), known_signers=())
                self.assertIs(verdict.outcome, Outcome.REVIEW)
                self.assertEqual(verdict.reason.code, "signer_unknown")

    def test_another_company_under_the_supplier_s_name(self):
        signer = certified(CN=SUPPLIER.name, O=SUPPLIER.name, SN="9009999991")
        self.assertEqual(codes_of(judge(signed_by(signer))), ["document_signer_other"])

    def test_no_number_but_the_name(self):
        for attributes in ({"CN": "Proveedor de Prueba S.A.S."}, {"CN": "X", "O": SUPPLIER.name}):
            for number in ({}, {"SN": COUNTER}, {"SN": "sin numero"}):
                with self.subTest(attributes, **number):
                    signer = certified(**attributes, **number)
                    self.assertEqual(codes_of(judge(signed_by(signer))), [])

    def test_neither_number_nor_name_is_not_somebody_else(self):
        for number in ({}, {"SN": COUNTER}, {"_2_5_4_97": "NTRCO-77"}):
            with self.subTest(number):
                verdict = judge(signed_by(certified(CN="FIRMA MÓVIL", **number)))
                self.assertEqual(codes_of(verdict), ["document_signer_unnamed"])

    def test_changed_and_not_named_is_no_contradiction(self):
        signer = certified(CN="FIRMA MÓVIL", SN=COUNTER)
        document = builder.signed_document(INVOICE, signer)
        document = builder.tampered(document, "><cbc:", ">\n<cbc:")
        verdict = judge(builder.Package(document=document))
        self.assertEqual(verdict.reason.code, "document_changed")

    def test_values_that_are_no_text(self):
        holder = holder_of(with_oid(UNIQUE, "900123456" * 30, CN="X").certificate)
        self.assertIsNone(holder.nit)


class TestNames(unittest.TestCase):
    def test_spellings(self):
        for other in (
            "PROVEEDOR DE PRUEBA S.A.S.",
            "Proveedor de Prueba, S.A.S",
            "próveedor de prueba sas",
        ):
            self.assertTrue(same_name("PROVEEDOR DE PRUEBA SAS", other), other)
        for other in ("PROVEEDOR DE PRUEBA LTDA", "PROVEEDOR", "", None):
            self.assertFalse(same_name("PROVEEDOR DE PRUEBA SAS", other), other)
        self.assertFalse(same_name("", ""))
        self.assertFalse(same_name("株式会社", "有限会社"))

    def test_numbers(self):
        for signer in ("900123456", "9001234568", "9001234560", "900.123.456-8", "0900123456"):
            self.assertTrue(carries(signer, "900123456"), signer)
        for signer in ("90012345", "900123457", "90012345688", "1900123456", "", None):
            self.assertFalse(carries(signer, "900123456"), signer)
        self.assertFalse(carries("900123456", None))


class TestStanding(unittest.TestCase):
    """What the signer proves: nothing that the document itself says of its provider."""

    PROVIDER = certificates.leaf("9012236488", "PROVEEDOR TECNOLÓGICO SAS")
    FACTS = replace(INVOICE, provider_nit="901223648")

    def standing(self, package=None, known=(), **context):
        verdict = judge(package, known_signers=known, **context)
        return verdict.signer.standing, verdict.outcome

    def test_the_supplier_under_a_trusted_authority(self):
        self.assertEqual(self.standing(), (Standing.SUPPLIER, Outcome.ACCEPT))

    def test_a_renewed_certificate_of_the_supplier_needs_nobody(self):
        renewed = certificates.leaf("900123456", "PROVEEDOR DE PRUEBA S.A.S.")
        self.assertEqual(self.standing(signed_by(renewed)), (Standing.SUPPLIER, Outcome.ACCEPT))

    def test_the_provider_waits_until_it_is_known(self):
        package = signed_by(self.PROVIDER, self.FACTS)
        self.assertEqual(self.standing(package), (Standing.UNKNOWN, Outcome.REVIEW))
        verdict = judge(package, known_signers=())
        self.assertEqual(verdict.reason.code, "signer_unknown")
        self.assertIn("PROVEEDOR TECNOLÓGICO SAS (9012236488)", verdict.reason.data["signer"])
        by_certificate = KnownSigner(fingerprint=self.PROVIDER.fingerprint)
        by_nit = KnownSigner(nit="901223648")
        for known in (
            by_certificate,
            by_nit,
            KnownSigner(nit="9012236488"),
            replace(by_nit, supplier_nit="900.123.456-8"),
            replace(by_nit, authority="TEST AUTORIDAD SUBORDINADA"),
        ):
            with self.subTest(known):
                self.assertEqual(self.standing(package, (known,)), (Standing.KNOWN, Outcome.ACCEPT))
                self.assertEqual(codes_of(judge(package, known_signers=(known,))), [])
        for known in (
            replace(by_certificate, supplier_nit="900999999"),
            replace(by_certificate, fingerprint="ab" * 32),
            replace(by_nit, authority="OTRA"),
            KnownSigner(nit="901223647"),
            KnownSigner(),
        ):
            with self.subTest(known):
                self.assertEqual(
                    self.standing(package, (known,)), (Standing.UNKNOWN, Outcome.REVIEW)
                )

    def test_a_renewed_certificate_that_writes_the_number_otherwise(self):
        renewed = certificates.leaf("901223648", "PROVEEDOR TECNOLÓGICO S.A.S.")
        known = (KnownSigner(nit="9012236488", authority="TEST AUTORIDAD SUBORDINADA"),)
        standing = self.standing(signed_by(renewed, self.FACTS), known)
        self.assertEqual(standing, (Standing.KNOWN, Outcome.ACCEPT))

    def test_a_self_made_authority(self):
        """It can write any NIT: only the very certificate can be known, never a number in it."""
        forged = self_signed("900123456", SUPPLIER.name)
        package = signed_by(forged)
        known = KnownSigner(nit="900123456")
        for context in ({}, {"trust": UNCHECKED_AUTHORITIES}):
            with self.subTest(**context):
                expected = (Standing.UNKNOWN, Outcome.REVIEW)
                self.assertEqual(self.standing(package, (known,), **context), expected)
                by_certificate = KnownSigner(fingerprint=forged.fingerprint)
                standing, outcome = self.standing(package, (by_certificate,), **context)
                self.assertEqual((standing, outcome), (Standing.KNOWN, Outcome.ACCEPT))

    def test_without_authorities_each_certificate_is_known_once(self):
        standing = self.standing(trust=UNCHECKED_AUTHORITIES)
        self.assertEqual(standing, (Standing.UNKNOWN, Outcome.REVIEW))
        own = KnownSigner(builder.signer_of(SUPPLIER).fingerprint, supplier_nit=SUPPLIER.nit)
        standing = self.standing(known=(own,), trust=UNCHECKED_AUTHORITIES)
        self.assertEqual(standing, (Standing.KNOWN, Outcome.ACCEPT))

    def test_one_reason_for_each_kind_of_unknown_signer(self):
        stranger = signed_by(builder.signer_of(STRANGER))
        nameless = signed_by(certified(CN="FIRMA MÓVIL", SN=COUNTER))
        forged = signed_by(self_signed("900123456", SUPPLIER.name))
        for package, trust, codes in (
            (stranger, TRUST, ["signer_unknown"]),
            (nameless, TRUST, ["signer_unknown"]),
            (forged, TRUST, ["document_signer_untrusted"]),
            (
                forged,
                UNCHECKED_AUTHORITIES,
                ["certificate_unknown", "document_signer_unchecked"],
            ),
        ):
            self.assertEqual(codes_of(judge(package, trust=trust, known_signers=())), codes)

    def test_what_does_not_hold_is_nobody_s(self):
        known = (KnownSigner(fingerprint=builder.signer_of(SUPPLIER).fingerprint),)
        for package in (altered("119000.00", "919000.00"), signed_by(None, digest="sha1")):
            standing, outcome = self.standing(package, known)
            self.assertIs(standing, Standing.UNPROVEN)
            self.assertIsNot(outcome, Outcome.ACCEPT)

    def test_facts_of_the_signer(self):
        signer = judge(signed_by(builder.signer_of(STRANGER))).signer
        self.assertEqual(signer.fingerprint, builder.signer_of(STRANGER).fingerprint)
        self.assertEqual(
            (signer.name, signer.nit), ("CUALQUIERA SAS", "900999999" + STRANGER.check_digit)
        )
        self.assertEqual(signer.authority, "TEST AUTORIDAD SUBORDINADA")
        self.assertIn("CUALQUIERA SAS", signer.subject)
        self.assertIs(signer.chain, ChainState.TRUSTED)
        self.assertIs(signer.is_supplier, False)
        self.assertEqual(verify(signed_by(None).document).authority, signer.authority)

    def test_where_the_caller_knows_no_signers_it_is_only_said(self):
        verdict = judge(signed_by(builder.signer_of(STRANGER)))
        self.assertIs(verdict.outcome, Outcome.ACCEPT)
        self.assertEqual(codes_of(verdict), ["document_signer_other"])
