import datetime
import random
import re
import unittest
from dataclasses import replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import CertificateBuilder, random_serial_number

from ...dian.document import parse_document
from ...dian.errors import XmlError
from ...dian.limits import Limits
from ...dian.signature import Integrity, verify
from ..tools import builder, certificates, xades
from ..tools.shared_samples import DIAN_EXAMPLES, SYNTHETIC, needs
from .test_builder import inner_documents

INVOICE = builder.Document()
SIGNED = builder.signed_document(INVOICE)
SIGNER = builder.signer_of(builder.SUPPLIER)
STYLE = builder.Style()
SIGNED_AT = datetime.datetime.fromisoformat("2026-03-02T10:00:01-05:00")
UTC = datetime.timezone.utc
EXTENSION_END = b"</ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>"
ROOT_DIGEST_FAILS = {
    "Combustible",
    "Consumidor_Final",
    "EmisorAutoretenedor",
    "ExcluidosExentos",
    "Exportacion",
    "Generica",
    "GenericaPagoAnticipado",
    "Mandatos",
    "Servicios",
}


def signed(**style):
    """The plain invoice, signed in another style."""
    return builder.signed_document(INVOICE, style=replace(STYLE, **style))


def element_of(content, name):
    """The bytes of the first element `name` with its content."""
    name = name.encode()
    return re.search(rb"<%s[ >].*?</%s>" % (name, name), content, re.DOTALL)[0]


class SignatureCase(unittest.TestCase):
    def assert_integrity(self, content, integrity):
        signature = verify(content)
        self.assertIs(signature.integrity, integrity, signature.detail)
        return signature

    def assert_broken(self, content):
        """Broken, and then nothing is said of a signer."""
        signature = self.assert_integrity(content, Integrity.BROKEN)
        self.assertTrue(signature.detail)
        self.assertIsNone(signature.certificate)
        self.assertIsNone(signature.signer_nit)

    def assert_unchecked(self, content):
        """Of a kind that is not known, which makes it neither good nor bad; nothing is said of a signer."""
        signature = self.assert_integrity(content, Integrity.UNCHECKED)
        self.assertTrue(signature.detail)
        self.assertIsNone(signature.certificate)
        self.assertIsNone(signature.signer_nit)


class TestIntact(SignatureCase):
    def test_facts_of_signer_and_signature(self):
        signature = self.assert_integrity(SIGNED, Integrity.INTACT)
        self.assertEqual(signature.signer_nit, "9001234568")
        self.assertEqual(signature.signer_name, "PROVEEDOR DE PRUEBA SAS")
        self.assertEqual(signature.fingerprint, SIGNER.fingerprint)
        self.assertEqual(signature.signing_time, SIGNED_AT)
        self.assertEqual(signature.valid_from, certificates.VALID_FROM)
        self.assertIs(signature.valid_at_signing, True)
        self.assertIs(signature.policy_known, True)

    def test_what_signers_do_differently(self):
        for style in (
            {"digest": "sha384", "policy_digest": "sha384"},
            {"digest": "sha512", "method": "sha512", "policy_digest": "sha512"},
            {"policy_digest": "sha1"},
            {"chain_in_properties": True},
            {"chain_in_key_info": True},
            {"key_value": True},
            {"references": ("properties", "keyinfo", "root")},
            {"root_transforms": (xades.ENVELOPED, xades.C14N)},
            {"role": "third party"},
            {"form": f"{xades.C14N}#WithComments"},
            {"root_transforms": (xades.ENVELOPED, f"{xades.C14N}#WithComments")},
            # namespaces of the root declared again, which lxml drops when an element is moved
            {"redeclared": ("cbc", "again")},
            {"redeclared": ("cbc", "cbc")},
            {"redeclared": ("cbc", "again"), "references": ("properties", "keyinfo", "root")},
            {"redeclared": ("cbc", "again"), "references": ("keyinfo", "root", "properties")},
        ):
            with self.subTest(style):
                signature = self.assert_integrity(signed(**style), Integrity.INTACT)
                self.assertEqual(signature.fingerprint, SIGNER.fingerprint)

    def test_attributes_that_a_part_takes_over(self):
        """Canonical form writes `xml:lang` of the root into each part; that is not made here."""
        content = SIGNED.replace(b"<Invoice ", b'<Invoice xml:lang="es" ')
        self.assert_unchecked(content)

    def test_the_signed_digest_is_the_content_s(self):
        def digest(facts, **style):
            return verify(builder.signed_document(facts, style=replace(STYLE, **style)))

        signature = digest(INVOICE)
        self.assertTrue(signature.signed_digest.startswith("sha256:"))
        again = digest(INVOICE, signing_time="2026-03-05T10:00:01-05:00")
        self.assertEqual(again.signed_digest, signature.signed_digest)
        other = digest(replace(INVOICE, notes=("Otra",)))
        self.assertNotEqual(other.signed_digest, signature.signed_digest)

    def test_intermediate_certificates_are_handed_on(self):
        signature = verify(signed(chain_in_key_info=True))
        self.assertEqual(signature.intermediates, SIGNER.chain)

    def test_what_transport_may_do_without_harm(self):
        text = SIGNED.decode()
        for name, content in {
            "line ends": text.replace("?><", "?>\n<").replace("\n", "\r\n").encode(),
            "byte order mark": b"\xef\xbb\xbf" + SIGNED,
            "white space around": b"\r\n " + SIGNED + b"\r\n",
            "utf-16": text.replace('"UTF-8"', '"UTF-16"').encode("utf-16"),
            "latin-1": text.replace('"UTF-8"', '"ISO-8859-1"').encode("latin-1"),
            "wrong declaration": text.replace('"UTF-8"', '"ISO-8859-1"').encode(),
            "no declaration": text.partition("?>")[2].encode(),
        }.items():
            with self.subTest(name):
                self.assert_integrity(content, Integrity.INTACT)

    def test_comments_are_signed_by_nobody_and_read_by_nobody(self):
        """A comment does not break the signature, so it must not cut a value in two either."""
        content = builder.tampered(SIGNED, ">119000.00<", ">119<!-- -->000.00<")
        self.assert_integrity(content, Integrity.INTACT)
        self.assertEqual(
            parse_document(content, Limits()).totals, parse_document(SIGNED, Limits()).totals
        )

    def test_no_policy_and_another_policy(self):
        other = signed(policy_hash="AAAA")
        self.assertIs(verify(other).policy_known, False)


class TestTime(SignatureCase):
    def signing_time(self, text):
        signature = self.assert_integrity(signed(signing_time=text), Integrity.INTACT)
        return signature.signing_time, signature.valid_at_signing

    def test_spellings(self):
        noon = datetime.datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
        for text in (
            "2026-03-02T12:00:00-05:00",
            "2026-03-02T17:00:00Z",
            "2026-03-02T17:00:00.123456789Z",
            " 2026-03-02T12:00:00\n",
        ):
            with self.subTest(text):
                self.assertEqual(self.signing_time(text), (noon, True))

    def test_unreadable(self):
        for text in ("", "hoy", "02/03/2026 10:00", "2026-13-45T00:00:00Z"):
            with self.subTest(text):
                self.assertEqual(self.signing_time(text), (None, None))

    def test_zone_that_cannot_be_read_is_colombian(self):
        at, valid = self.signing_time("2025-05-22T17:33:04.551UTC:00")
        self.assertEqual(at.isoformat(), "2025-05-22T17:33:04-05:00")
        self.assertTrue(valid)

    def test_certificate_out_of_its_period(self):
        for text in ("2023-12-30T00:00:00Z", "2034-06-01T00:00:00Z"):
            with self.subTest(text):
                self.assertIs(self.signing_time(text)[1], False)

    def test_an_expired_certificate_verifies_years_later(self):
        year = datetime.datetime(2020, 1, 1, tzinfo=UTC), datetime.datetime(2021, 1, 1, tzinfo=UTC)
        old = certificates.leaf("900123456", "VIEJO", valid_from=year[0], valid_to=year[1])
        style = replace(STYLE, signing_time="2020-06-01T00:00:00-05:00")
        signature = verify(builder.signed_document(INVOICE, signer=old, style=style))
        self.assertIs(signature.integrity, Integrity.INTACT)
        self.assertIs(signature.valid_at_signing, True)


class TestRootDigest(SignatureCase):
    def test_only_the_document_changed(self):
        for name, content in {
            "amount": builder.tampered(SIGNED, "119000.00", "919000.00"),
            "white space": SIGNED.replace(b"><cbc:", b">\n<cbc:"),
            "processing instruction": builder.tampered(SIGNED, "<cbc:ID>", "<?x y?><cbc:ID>"),
        }.items():
            with self.subTest(name):
                signature = self.assert_integrity(content, Integrity.ROOT_DIGEST)
                self.assertEqual(signature.fingerprint, SIGNER.fingerprint)

    def test_namespaces_of_the_root_are_in_everything_signed(self):
        self.assert_broken(builder.tampered(SIGNED, " xmlns:sts=", ' xmlns:x="urn:x" xmlns:sts='))

    def test_anything_else_changed_too_is_broken(self):
        altered = builder.tampered(SIGNED, "119000.00", "919000.00")
        value = element_of(altered, "ds:SignatureValue")
        opening, digits = value.split(b">", 1)
        other = opening + (b">B" if digits.startswith(b"A") else b">A") + digits[1:]
        for name, old, new in (
            ("SignatureValue", value, other),
            ("SigningTime", b"2026-03-02T10:00:01", b"2026-03-03T10:00:01"),
            ("KeyInfo", b"</ds:X509Data></ds:KeyInfo>", b"</ds:X509Data> </ds:KeyInfo>"),
        ):
            with self.subTest(name):
                self.assertIn(old, altered)
                self.assert_broken(altered.replace(old, new))


class TestUnsigned(SignatureCase):
    def test_no_signature(self):
        content = xades.unsigned(builder.xml(INVOICE))
        self.assert_integrity(content, Integrity.UNSIGNED)

    def test_doctype_is_refused_before_anything(self):
        content = SIGNED.replace(b"?><", b"?><!DOCTYPE Invoice><", 1)
        with self.assertRaises(XmlError) as caught:
            verify(content)
        self.assertEqual(caught.exception.code, "xml_doctype")


class TestHostile(SignatureCase):
    """What a signature of DIAN's never looks like."""

    def test_weak_or_foreign_algorithms(self):
        hmac = SIGNED.replace(xades.METHOD_URI["sha256"].encode(), f"{xades.DS}hmac-sha1".encode())
        exclusive = xades.C14N.encode(), b"http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
        for name, content in {
            "sha1 digests": signed(digest="sha1"),
            "rsa-sha1": signed(method="sha1"),
            "hmac": hmac,
            "unknown method": SIGNED.replace(b"#rsa-sha256", b"#rsa-md5"),
            "unknown c14n": SIGNED.replace(*exclusive),
        }.items():
            with self.subTest(name):
                self.assert_unchecked(content)

    def test_algorithms_with_parameters(self):
        prefixes = '<ec:InclusiveNamespaces xmlns:ec="urn:ec" PrefixList="cbc"/>'
        style = replace(STYLE, form_parameters=prefixes)
        self.assert_unchecked(builder.signed_document(INVOICE, style=style))

    def test_references(self):
        for references in (
            ("root", "root", "properties"),
            ("keyinfo", "keyinfo", "properties"),
            ("root", "root", "keyinfo"),
        ):
            with self.subTest(references):
                self.assert_broken(signed(references=references))

    def test_another_number_of_references(self):
        for references in (
            ("root",),
            ("root", "properties"),
            ("keyinfo", "properties"),
            ("root", "keyinfo", "properties", "properties"),
        ):
            with self.subTest(references):
                self.assert_unchecked(signed(references=references))

    def test_what_is_not_understood_is_broken_where_arithmetic_says_so(self):
        """A signer signed another SignedInfo than this one, whatever it holds now."""
        reference = element_of(SIGNED, "ds:Reference")
        self.assert_broken(SIGNED.replace(reference, reference * 2))
        self.assert_broken(SIGNED.replace(b"#enveloped-signature", b"#base64"))

    def test_transforms_that_leave_out_parts_of_the_document(self):
        base64 = "http://www.w3.org/2000/09/xmldsig#base64"
        xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116"
        for transforms in ((), (xades.C14N,)):
            with self.subTest(transforms):
                self.assert_broken(signed(root_transforms=transforms))
        for further in ((base64,), (xpath,), (xades.C14N, xades.C14N)):
            with self.subTest(further):
                self.assert_unchecked(signed(root_transforms=(xades.ENVELOPED, *further)))

    def test_several_signatures(self):
        signature = element_of(SIGNED, "ds:Signature")
        self.assert_broken(SIGNED.replace(signature, signature + signature))
        other = element_of(signed(digest="sha512"), "ds:Signature")
        self.assert_broken(SIGNED.replace(signature, other + signature))

    def test_signature_elsewhere(self):
        signature = element_of(SIGNED, "ds:Signature")
        bare = SIGNED.replace(signature, b"")
        for name, content in {
            "child of the root": bare.replace(b"</Invoice>", signature + b"</Invoice>"),
            "extension of a line": bare.replace(
                b"<cac:InvoiceLine>",
                b"<cac:InvoiceLine><ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent>"
                + signature
                + EXTENSION_END,
            ),
            "root itself": signature,
        }.items():
            with self.subTest(name):
                self.assert_broken(content)

    def test_wrapped_around_another_document(self):
        """The signed invoice, whole, in an extension of a forged one."""
        original = SIGNED.partition(b"?>")[2]
        forged = builder.xml(replace(INVOICE, number="FE9")).encode()
        place = xades.SIGNATURE_PLACE.encode()
        self.assert_broken(forged.replace(place, original))
        signature = element_of(SIGNED, "ds:Signature")
        hidden = original.replace(signature, b"")
        beside = forged.replace(place, signature + hidden)
        self.assert_integrity(beside, Integrity.ROOT_DIGEST)

    def test_reference_by_id_to_the_hidden_original(self):
        content = SIGNED.replace(b'URI="">', b'URI="#original">', 1)
        self.assert_broken(
            content.replace(b"<cac:InvoiceLine>", b'<cac:InvoiceLine Id="original">')
        )

    def test_ambiguous_id(self):
        content = signed(references=("properties", "keyinfo", "root"))
        name = re.search(rb'Id="(xmldsig-[^"]*-signedprops)"', content)[1]
        decoy = b'<cac:Party Id="' + name + b'">'
        self.assert_broken(content.replace(b"<cac:Party>", decoy, 1))

    def test_a_part_without_a_name_is_not_referenced(self):
        """A reference to `#None` covers an element of the document that bears that name."""
        document = builder.xml(INVOICE).replace("<cac:Party>", '<cac:Party Id="None">', 1)
        style = replace(STYLE, unnamed="properties", references=("root", "keyinfo", "decoy"))
        self.assert_broken(xades.sign(document, SIGNER, style))
        style = replace(STYLE, unnamed="keyinfo", references=("root", "decoy", "properties"))
        content = xades.sign(document, SIGNER, style)
        self.assert_integrity(content, Integrity.INTACT)
        other = certificates.issue(certificates.subject("OTRO", "900999999"), SIGNER.key).base64
        self.assert_broken(builder.tampered(content, SIGNER.base64, other))

    def test_keys(self):
        other = certificates.leaf("900999999", "OTRO").base64
        self.assert_broken(builder.tampered(SIGNED, SIGNER.base64, other))
        small = certificates.leaf("900123456", "PEQUEÑO", bits=1024)
        self.assert_unchecked(builder.signed_document(INVOICE, signer=small))
        certificate = element_of(SIGNED, "ds:X509Data")
        self.assert_unchecked(signed(key_value=True).replace(certificate, b""))
        for text in (elliptic_certificate(), "AAAA", ""):
            self.assert_unchecked(builder.tampered(SIGNED, SIGNER.base64, text))

    def test_a_second_key_info_names_nobody(self):
        """It is covered by no reference: its certificate would pass for the signer's."""
        key_info = element_of(SIGNED, "ds:KeyInfo")
        other = builder.tampered(key_info, SIGNER.base64, certificates.leaf("1", "OTRO").base64)
        unnamed = re.sub(rb' Id="[^"]*"', b"", other, count=1)
        for content in (other + key_info, key_info + other, unnamed + key_info, key_info * 2):
            self.assert_broken(SIGNED.replace(key_info, content))

    def test_certificate_that_the_signature_does_not_name(self):
        """The same key, certified for somebody else, put where the KeyInfo is not covered."""
        content = signed(references=("root", "properties", "properties"))
        other = certificates.issue(certificates.subject("OTRO", "900999999"), SIGNER.key).base64
        self.assert_integrity(content, Integrity.INTACT)
        self.assert_broken(builder.tampered(content, SIGNER.base64, other))

    def test_too_many_certificates(self):
        hoarder = replace(SIGNER, chain=SIGNER.chain * 20)
        style = replace(STYLE, chain_in_key_info=True)
        self.assert_unchecked(builder.signed_document(INVOICE, signer=hoarder, style=style))

    def test_parts_missing(self):
        for name in (
            "ds:SignedInfo",
            "ds:SignatureValue",
            "ds:KeyInfo",
            "ds:Object",
            "ds:DigestMethod",
            "ds:DigestValue",
            "ds:SignatureMethod",
            "ds:CanonicalizationMethod",
            "xades:CertDigest",
        ):
            with self.subTest(name):
                self.assert_broken(SIGNED.replace(element_of(SIGNED, name), b"", 1))

    def test_parts_empty(self):
        for name in ("ds:SignatureValue", "ds:DigestValue"):
            with self.subTest(name):
                content = re.sub(rb"(<%s[^>]*>)[^<]+" % name.encode(), rb"\1", SIGNED, count=1)
                self.assert_broken(content)

    def test_no_single_byte_can_change_unseen(self):
        """Whatever still verifies says the same as before."""
        dice = random.Random(20260302)
        original = parse_document(SIGNED, Limits())
        for _round in range(250):
            position = dice.randrange(len(SIGNED))
            content = bytearray(SIGNED)
            content[position] = dice.choice(b"0123456789 <>/&\"'aZ\x00\xff")
            content = bytes(content)
            with self.subTest(position=position, byte=content[position]):
                try:
                    integrity = verify(content).integrity
                except XmlError:
                    continue
                if integrity is Integrity.INTACT:
                    self.assertEqual(parse_document(content, Limits()), original)


def elliptic_certificate():
    """A certificate over an elliptic key, in base64."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = certificates.subject("CURVA", "900123456")
    certificate = (
        CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(random_serial_number())
        .not_valid_before(certificates.VALID_FROM)
        .not_valid_after(certificates.VALID_TO)
        .sign(key, hashes.SHA256())
    )
    return certificates.Signer(certificate, key).base64


class TestSamples(SignatureCase):
    @needs(DIAN_EXAMPLES)
    def test_dian_examples(self):
        expected = dict.fromkeys(ROOT_DIGEST_FAILS, Integrity.ROOT_DIGEST)
        expected |= {"DebitNote": Integrity.INTACT, "facho_like_invoice1": Integrity.UNSIGNED}
        found = {
            path.stem: verify(path.read_bytes()).integrity for path in DIAN_EXAMPLES.glob("*.xml")
        }
        self.assertEqual(found, expected)

    @needs(SYNTHETIC)
    def test_synthetic(self):
        """Every part is intact save those that INDEX.md says are not."""
        unsigned = {"04_invoice_usd_unsigned_container", "13_event_030_container"}
        changed = {"06_tampered_inner_total", "18_reformatted_whitespace"}
        for path in sorted(SYNTHETIC.glob("*.xml")):
            if path.stem == "15_doctype_xxe":
                continue
            with self.subTest(path.stem):
                content = path.read_bytes()
                outer = Integrity.UNSIGNED if path.stem in unsigned else Integrity.INTACT
                self.assert_integrity(content, outer)
                document, *answers = inner_documents(content) or [None]
                inner = Integrity.ROOT_DIGEST if path.stem in changed else Integrity.INTACT
                if document:
                    self.assert_integrity(document, inner)
                for answer in answers:
                    self.assert_integrity(answer, Integrity.INTACT)
