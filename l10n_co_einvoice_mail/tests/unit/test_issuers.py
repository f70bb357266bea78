import unittest

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID

from ...dian import issuers
from ..tools import certificates


def certificate_with(*locations):
    """A leaf that names where its issuer's certificate lies."""
    issuer = certificates.authority()
    access = [
        x509.AccessDescription(method, x509.UniformResourceIdentifier(address))
        for method, address in locations
    ]
    return (
        x509.CertificateBuilder()
        .subject_name(certificates.subject("PROVEEDOR SAS", "900111222"))
        .issuer_name(issuer.certificate.subject)
        .public_key(certificates.private_key("PROVEEDOR").public_key())
        .serial_number(5)
        .not_valid_before(certificates.VALID_FROM)
        .not_valid_after(certificates.VALID_TO)
        .add_extension(x509.AuthorityInformationAccess(access), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )


def at(address):
    return AuthorityInformationAccessOID.CA_ISSUERS, address


class TestAddresses(unittest.TestCase):
    def test_those_of_the_issuers_certificate(self):
        answers = (AuthorityInformationAccessOID.OCSP, "http://ocsp.autoridad.co")
        leaf = certificate_with(answers, at("http://certs.autoridad.co/sub.crt"))
        self.assertEqual(issuers.addresses(leaf), ("http://certs.autoridad.co/sub.crt",))

    def test_only_the_web_and_only_a_few(self):
        leaf = certificate_with(
            at("ldap://x.co/a"), at("file:///etc/passwd"), at("http://x.co/" + "a" * 600)
        )
        self.assertEqual(issuers.addresses(leaf), ())
        many = certificate_with(*(at(f"http://x.co/{number}") for number in range(20)))
        self.assertEqual(len(issuers.addresses(many)), issuers.ADDRESSES)

    def test_a_certificate_may_name_none(self):
        self.assertEqual(issuers.addresses(certificates.dian().certificate), ())


class TestRead(unittest.TestCase):
    def test_every_form_that_authorities_hand_out(self):
        both = list(certificates.anchors())
        one = both[0]
        self.assertEqual(issuers.read(one.public_bytes(Encoding.DER)), (one,))
        self.assertEqual(issuers.read(one.public_bytes(Encoding.PEM)), (one,))
        for form in (Encoding.DER, Encoding.PEM):
            self.assertEqual(
                set(issuers.read(pkcs7.serialize_certificates(both, form))), set(both), form
            )

    def test_anything_else_holds_none(self):
        for content in (
            b"",
            b"<html>",
            b"0\x82\xff\xff",
            b"-----BEGIN CERTIFICATE-----\nx\n",
            b"\x00" * 5000,
        ):
            self.assertEqual(issuers.read(content), ())


class TestIssued(unittest.TestCase):
    def test_an_authority_and_what_it_signed(self):
        leaf, authority, root = certificates.dian(), certificates.authority(), certificates.root()
        self.assertTrue(issuers.issued(authority.certificate, leaf.certificate))
        self.assertTrue(issuers.issued(root.certificate, authority.certificate))
        self.assertTrue(issuers.is_root(root.certificate))
        self.assertFalse(issuers.is_root(authority.certificate))

    def test_not_its_namesake(self):
        name = certificates.authority().certificate.subject
        namesake = certificates.issue(name, certificates.private_key("namesake"), is_authority=True)
        self.assertFalse(issuers.issued(namesake.certificate, certificates.dian().certificate))

    def test_not_one_that_is_no_authority(self):
        leaf = certificates.dian()
        below = certificates.leaf("900111222", "PROVEEDOR SAS", issuer=leaf)
        self.assertFalse(issuers.issued(leaf.certificate, below.certificate))

    def test_not_its_root(self):
        self.assertFalse(
            issuers.issued(certificates.root().certificate, certificates.dian().certificate)
        )


class TestIdentity(unittest.TestCase):
    def test_is_the_same_seen_from_below_and_from_itself(self):
        authority = certificates.authority().certificate
        leaf = certificates.dian().certificate
        self.assertEqual(issuers.identity_of_issuer(leaf), issuers.identity(authority))
        self.assertNotEqual(
            issuers.identity_of_issuer(leaf), issuers.identity(certificates.root().certificate)
        )

    def test_a_namesake_with_another_key_is_another_one(self):
        name = certificates.authority().certificate.subject
        namesake = certificates.issue(name, certificates.private_key("namesake"), is_authority=True)
        self.assertNotEqual(
            issuers.identity(namesake.certificate),
            issuers.identity(certificates.authority().certificate),
        )


class TestName(unittest.TestCase):
    def test_common_name_without_what_cannot_be_seen(self):
        self.assertEqual(
            issuers.name(certificates.subject("AUTORIDAD\u202e 01", "1")), "AUTORIDAD 01"
        )
