"""Whose key made a signature: the certificates that come with it."""

import base64
import datetime
import functools
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ..vocabulary.text import visible
from .authorities import NAME_LENGTH, holder_of

MINIMUM_RSA_BITS = 2048
MAXIMUM_CERTIFICATES = 10
#: Remembered as they were read: DIAN signs one part of nearly every mail, and few companies sign
#: for most suppliers.
KNOWN_SIGNERS = 64
#: In base64: those of Colombia's authorities have some 3,000 characters.
CERTIFICATE_LENGTH = 20_000
SUBJECT_LENGTH = 500
#: Signers' clocks differ by minutes, and DIAN labels its local time as UTC (5 hours).
CLOCK_TOLERANCE = datetime.timedelta(hours=6)


class SignatureFlaw(Exception):
    """A signature that does not hold, or that no signer makes; the text says why."""


class NotUnderstood(Exception):
    """A signature of a kind that is not checked here; it may be good. The text says what is unknown."""


@dataclass(frozen=True)
class Signer:
    """Whose key made a signature, if it did."""

    certificate: x509.Certificate
    intermediates: tuple[x509.Certificate, ...]
    key: rsa.RSAPublicKey
    #: DER
    encoded: bytes
    #: What the certificate says of its owner, as `Signature` names it
    facts: dict


@functools.lru_cache(maxsize=KNOWN_SIGNERS)
def signer_of(texts: tuple[str, ...]) -> Signer:
    """The signer, from the certificates of a KeyInfo in base64.

    :raises NotUnderstood: they are not what is known to sign.
    """
    certificates = _certificates(texts)
    leaf = _leaf(certificates)
    others = tuple(certificate for certificate in certificates if certificate is not leaf)
    return Signer(leaf, others, _key(leaf), leaf.public_bytes(Encoding.DER), _facts(leaf))


def _certificates(texts):
    if not 1 <= len(texts) <= MAXIMUM_CERTIFICATES:
        raise NotUnderstood(f"{len(texts)} certificates")
    if max(map(len, texts)) > CERTIFICATE_LENGTH:
        raise NotUnderstood("certificate too long")
    try:
        return [x509.load_der_x509_certificate(base64.b64decode(text)) for text in texts]
    except (ValueError, x509.InvalidVersion) as error:
        raise NotUnderstood(f"certificate: {error}"[:200]) from error


def _leaf(certificates):
    """The certificate that issued none of the others."""
    try:
        issuers = {item.issuer for item in certificates if item.issuer != item.subject}
        leaves = {item for item in certificates if item.subject not in issuers}
    except ValueError as error:
        raise NotUnderstood(f"certificate: {error}"[:200]) from error
    if len(leaves) != 1:
        raise NotUnderstood(f"{len(leaves)} certificates that issued none of the others")
    return leaves.pop()


def _key(certificate):
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError) as error:
        raise NotUnderstood(f"key: {error}"[:200]) from error
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < MINIMUM_RSA_BITS:
        raise NotUnderstood(f"key: {type(key).__name__} of {getattr(key, 'key_size', 0)} bits")
    return key


def _facts(certificate):
    return {
        "holder": holder_of(certificate),
        "subject": visible(certificate.subject.rfc4514_string()[:SUBJECT_LENGTH]),
        "authority": _authority_name(certificate),
        "fingerprint": fingerprint(certificate),
        "valid_from": certificate.not_valid_before_utc,
        "valid_to": certificate.not_valid_after_utc,
    }


@functools.lru_cache(maxsize=KNOWN_SIGNERS)
def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the DER certificate, lower-case hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _authority_name(certificate):
    names = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else certificate.issuer.rfc4514_string()
    return visible(name[:NAME_LENGTH])


def was_valid(certificate: x509.Certificate, at: datetime.datetime) -> bool:
    """Was it in its period of validity at that (aware) time, clocks being what they are?"""
    begin = certificate.not_valid_before_utc - CLOCK_TOLERANCE
    return begin <= at <= certificate.not_valid_after_utc + CLOCK_TOLERANCE
