"""Who issued a signer's certificate: what it says itself, and what proves it.

Colombia's authorities write into each certificate where their own one lies (RFC 5280 4.2.2.1, caIssuers): a bookkeeper
need not look for files. What comes from there is a claim until it has signed what it is said to have issued.
"""

import contextlib
import functools
import hashlib
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from ..vocabulary.text import visible

ADDRESSES = 4
ADDRESS_LENGTH = 500
#: In one file: some authorities hand out their whole chain.
CERTIFICATES = 20
NAME_LENGTH = 200
#: Whose issuers are remembered: few companies sign for most suppliers.
KNOWN = 256


def addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Where the issuer's certificate lies, as the certificate says: http and https addresses, no more than four."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except (x509.ExtensionNotFound, ValueError):
        return ()
    found = [
        item.access_location.value
        for item in access.value
        if item.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(item.access_location, x509.UniformResourceIdentifier)
    ]
    return tuple(filter(_is_web, dict.fromkeys(found)))[:ADDRESSES]


def _is_web(address):
    with contextlib.suppress(ValueError):
        return len(address) <= ADDRESS_LENGTH and urlsplit(address).scheme in ("http", "https")
    return False


def read(content: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in a file as authorities hand them out: DER, PEM, or a PKCS #7 bundle of either form.

    :return: empty when there is none that can be read
    """
    for load in (_der, x509.load_pem_x509_certificates, _der_bundle, _pem_bundle):
        with contextlib.suppress(ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
            if certificates := load(content):
                return tuple(certificates[:CERTIFICATES])
    return ()


def _der(content):
    return [x509.load_der_x509_certificate(content)]


_der_bundle = pkcs7.load_der_pkcs7_certificates
_pem_bundle = pkcs7.load_pem_pkcs7_certificates


def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Has this authority's key signed the certificate, and may it?"""
    with contextlib.suppress(
        InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, x509.ExtensionNotFound
    ):
        certificate.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
        return constraints.value.ca
    return False


@functools.lru_cache(maxsize=KNOWN)
def identity_of_issuer(certificate: x509.Certificate) -> str:
    """Which key of which authority issued a certificate, as it says itself: a hash to tell authorities apart by.

    Equal to the `identity` of the authority's own certificate, where both name their key.
    """
    key = _extension(certificate, x509.AuthorityKeyIdentifier)
    return _identity(certificate.issuer, key and key.key_identifier)


def identity(certificate: x509.Certificate) -> str:
    """What `identity_of_issuer` gives for the certificates that this authority issued."""
    key = _extension(certificate, x509.SubjectKeyIdentifier)
    return _identity(certificate.subject, key and key.digest)


def _extension(certificate, kind):
    with contextlib.suppress(x509.ExtensionNotFound, ValueError):
        return certificate.extensions.get_extension_for_class(kind).value
    return None


def _identity(name, key):
    return hashlib.sha256(name.public_bytes() + b"\0" + (key or b"")).hexdigest()


def is_root(certificate: x509.Certificate) -> bool:
    """Has it issued itself?"""
    return certificate.subject == certificate.issuer and issued(certificate, certificate)


def name(subject: x509.Name) -> str:
    """How a person calls an authority: its common name, else its organisation, else all it has."""
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if values := subject.get_attributes_for_oid(oid):
            return visible(str(values[0].value)[:NAME_LENGTH])
    return visible(subject.rfc4514_string()[:NAME_LENGTH])
