"""Throw-away certificates that look like the ones of Colombia's e-invoices.

A root, a sub-authority below it, and leaves whose subject carries the signer's NIT in
`serialNumber` (2.5.4.5), as the certification bodies accredited by ONAC issue them. Keys live as
long as the process; nothing is ever written to disk.
"""

import base64
import datetime
import functools
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

DIAN_NIT = "800197268"
DIAN_NAME = "U.A.E. DIRECCION DE IMPUESTOS Y ADUANAS NACIONALES"
VALID_FROM = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
VALID_TO = datetime.datetime(2033, 12, 31, tzinfo=datetime.timezone.utc)


@dataclass(frozen=True)
class Signer:
    """A certificate, its private key, and the certificates above it (nearest first)."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def pem(self):
        return pem(self.certificate)

    @property
    def fingerprint(self):
        """SHA-256 of the DER certificate, lower-case hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def base64(self):
        """The DER certificate in one line of base64, as ds:X509Certificate holds it."""
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()


def pem(certificate):
    """The certificate as PEM text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@functools.cache
def private_key(owner, bits=2048):
    """The RSA key of `owner`, made once a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def subject(common_name, serial_number):
    """A subject as the Colombian authorities write it: C, serialNumber (the NIT), CN."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CO"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_number),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def issue(
    name, key, issuer=None, valid_from=VALID_FROM, valid_to=VALID_TO, is_authority=False, url=None
):
    """Issue a certificate for `key`, signed by the `Signer` `issuer`, or by itself.

    :param url: where it says that its issuer's certificate lies
    """
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_key_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_key_of((issuer or Signer(None, key)).key), critical=False)
    )
    if url:
        builder = builder.add_extension(_access(url), critical=False)
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    chain = (issuer.certificate, *issuer.chain) if issuer else ()
    return Signer(certificate, key, chain)


def _access(url):
    location = x509.UniformResourceIdentifier(url)
    method = AuthorityInformationAccessOID.CA_ISSUERS
    return x509.AuthorityInformationAccess([x509.AccessDescription(method, location)])


def _key_of(key):
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _key_usage(is_authority):
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


@functools.cache
def root(name="TEST AUTORIDAD RAIZ"):
    """The root authority."""
    return issue(subject(name, "0"), private_key(name), is_authority=True)


@functools.cache
def authority(name="TEST AUTORIDAD SUBORDINADA"):
    """The sub-authority that issues the leaves."""
    return issue(subject(name, "0"), private_key(name), issuer=root(), is_authority=True)


@functools.cache
def leaf(serial_number, name, issuer=None, valid_from=VALID_FROM, valid_to=VALID_TO, bits=2048):
    """The signer whose subject carries `serial_number` (NIT with or without check digit)."""
    key = private_key(f"{serial_number} {name}", bits)
    return issue(subject(name, serial_number), key, issuer or authority(), valid_from, valid_to)


def dian():
    """DIAN's test signer: its certificate carries DIAN's NIT."""
    return leaf(DIAN_NIT, f"{DIAN_NAME} (TEST)")


def anchors():
    """What an administrator would load: the root and the sub-authority."""
    return (root().certificate, authority().certificate)
