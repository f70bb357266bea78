"""The XAdES-EPES signature of one document: is it intact, who made it, when.

DIAN's signature policy v2 asks for one enveloped `ds:Signature` in an `ext:ExtensionContent`, with
three references: the whole document (`URI=""`), the KeyInfo and the SignedProperties. Anything else
is refused before a cryptographic check is made, so that a signature that covers less than the whole
document never counts as one. Whether the signer is to be trusted is asked elsewhere (`trust`).
"""

import base64
import datetime
import enum
import hashlib
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from lxml import etree

from .fields import COLOMBIA
from .limits import DEFAULTS, Limits
from .signer import SignatureFlaw, signer_of, was_valid
from .xml import CANONICAL, as_utf8, local_name, parse_utf8

NAMESPACES = {
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
#: Local names from the document's root to its signature (policy v2, §6).
PLACE = ["UBLExtensions", "UBLExtension", "ExtensionContent", "Signature"]
REFERENCES = 3
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
INCLUSIVE_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
#: Without comments: two documents that differ in comments only are one.
C14N = frozenset(
    {
        INCLUSIVE_C14N,
        "http://www.w3.org/2006/12/xml-c14n11",
        EXCLUSIVE_C14N,
    }
)
#: Annex 1.9 forbids the rsa-sha1 that the policy of 2016 still lists.
SIGNATURE_METHODS = {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": hashes.SHA512(),
}
DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
#: Hashes of politicadefirmav2.pdf, as signers write them.
POLICY_HASHES = frozenset(
    {
        "sbcECQ7v+y/m3OcBCJyvmkBhtFs=",
        "dMoMvtcG5aIzgYo0tIsSQeVJBDnUnfSOfBpxXrmor0Y=",
        "EQC0kiWPaAME6IsEZ7WuaTWJ97Zmf6hIO69rMCVURmQxBB9ebgLrjhL5BArQ0a0l",
        "Zcjw1Z9nGQn2j6NyGx8kAaLbOfJGd/fJxRTCeirlqAg7zRG27piJkJOpflGu7XACpMj9hC6dVMcCyzqHxxPZeQ==",
    }
)
_WITH_ID = etree.XPath("//*[@Id=$name]")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")


class Integrity(enum.Enum):
    """What the cryptographic check of one document's signature came to."""

    INTACT = "intact"
    #: Everything verifies but the digest of the document itself: its content changed after it was
    #: signed, be it by a forger or by a mail relay that wrapped a line.
    ROOT_DIGEST = "root_digest"
    BROKEN = "broken"
    UNSIGNED = "unsigned"


@dataclass(frozen=True)
class Signature:
    """A document's signature.

    The signer's facts stand only where the certificate's key did sign (INTACT and ROOT_DIGEST).
    They are what the certificate says of itself: who issued it is not asked here.
    """

    integrity: Integrity
    certificate: x509.Certificate | None = None
    #: The other certificates of the KeyInfo.
    intermediates: tuple[x509.Certificate, ...] = ()
    signer_name: str | None = None
    #: Digits of the subject's serialNumber: a NIT, with or without its check digit.
    signer_nit: str | None = None
    #: SHA-256 of the DER certificate, lower-case hex.
    fingerprint: str | None = None
    #: Aware, UTC.
    valid_from: datetime.datetime | None = None
    valid_to: datetime.datetime | None = None
    #: Aware; None where the signer wrote no readable time.
    signing_time: datetime.datetime | None = None
    #: Was the certificate valid when the signer says that he signed? None: he says no time.
    valid_at_signing: bool | None = None
    #: Does it name DIAN's policy v2 by its hash? None: it names no policy.
    policy_known: bool | None = None
    #: What is wrong, for the log.
    detail: str = ""


def verify(xml: bytes, limits: Limits = DEFAULTS) -> Signature:
    """Check the signature of a document, from its exact bytes.

    :param xml: the document as it arrived, in any encoding that `xml.as_utf8` reads.
    :raises XmlError: where it is no XML that may be read.
    """
    return signature_of(parse_utf8(as_utf8(xml, limits), limits, CANONICAL))


def signature_of(root: etree._Element) -> Signature:
    """The same of what `xml.CANONICAL` parsed; the root is left as it was, but for white space."""
    found = list(root.iter(f"{{{NAMESPACES['ds']}}}Signature"))
    if not found:
        return Signature(Integrity.UNSIGNED)
    try:
        element = _only_signature(root, found)
        references, properties = _references(element)
        signer = signer_of(_certificate_texts(element))
        _check_binding(signer, element, references, properties)
        integrity = _verify(root, element, references, signer.key)
    except SignatureFlaw as flaw:
        return Signature(Integrity.BROKEN, detail=str(flaw))
    return Signature(
        integrity,
        signer.certificate,
        signer.intermediates,
        **signer.facts,
        **_claims(signer.certificate, properties),
    )


def _only_signature(root, found):
    """The signature, if it is the only one and where it belongs.

    A second one, or one inside something else, is how signatures are wrapped around other content.
    """
    if len(found) > 1:
        raise SignatureFlaw(f"{len(found)} signatures")
    element = found[0]
    place = [local_name(element), *(local_name(above) for above in element.iterancestors())]
    if place[::-1][1:] != PLACE:
        raise SignatureFlaw(f"signature at {'/'.join(place[::-1])}"[:200])
    return element


def _references(element):
    """The three references and the SignedProperties that one of them names."""
    references = _find(element, "ds:SignedInfo/ds:Reference")
    properties = _find(element, "ds:Object/xades:QualifyingProperties/xades:SignedProperties")
    if len(references) != REFERENCES or len(properties) != 1:
        raise SignatureFlaw(f"{len(references)} references, {len(properties)} SignedProperties")
    of_document = [reference for reference in references if reference.get("URI") == ""]
    if len(of_document) != 1 or not _is_referenced(properties[0], references):
        raise SignatureFlaw("the references are not the document and the SignedProperties")
    for reference in references:
        transforms = set(_algorithms(reference))
        if not reference.get("URI"):
            # Without it the document would be digested with its signature, or only a part of it.
            if ENVELOPED not in transforms:
                raise SignatureFlaw("the document is not referenced as enveloping")
            transforms.remove(ENVELOPED)
        if not transforms <= C14N:
            raise SignatureFlaw(f"transforms {sorted(transforms)}"[:200])
    return references, properties[0]


def _is_referenced(element, references):
    name = element.get("Id")
    return bool(name) and any(reference.get("URI") == f"#{name}" for reference in references)


def _certificate_texts(element):
    found = _find(element, "ds:KeyInfo/ds:X509Data/ds:X509Certificate")
    return tuple(item.text or "" for item in found)


def _check_binding(signer, element, references, properties):
    """The signature must name its certificate: by reference to the KeyInfo, or by its digest.

    Otherwise somebody else's certificate over the same key could be put in its place.
    """
    if _is_referenced(element.find("ds:KeyInfo", NAMESPACES), references):
        return
    named = _find(properties, ".//xades:SigningCertificate/xades:Cert/xades:CertDigest")
    if not any(_is_digest_of(item, signer.encoded) for item in named):
        raise SignatureFlaw("the signature does not name its certificate")


def _verify(root, element, references, key):
    """SignatureValue over the SignedInfo, then the digest of what each reference covers.

    Only what DIAN's policy allows is understood, so that three lines of XML Signature do: inclusive
    or exclusive canonical form, RSA with PKCS #1 v1.5, references to the document and to parts of
    the signature. Checking them on one tree takes a fifth of the time of a general verifier, which
    copies the document for each reference.
    """
    signed_info = _only(element, "ds:SignedInfo")
    method = _only(signed_info, "ds:SignatureMethod").get("Algorithm")
    form = _only(signed_info, "ds:CanonicalizationMethod").get("Algorithm")
    if method not in SIGNATURE_METHODS or form not in C14N:
        raise SignatureFlaw(f"{method} {form}"[:200])
    try:
        value = base64.b64decode(_only(element, "ds:SignatureValue").text or "")
        signed = _canonical(signed_info, form)
        key.verify(value, signed, PKCS1v15(), SIGNATURE_METHODS[method])
    except (InvalidSignature, ValueError, etree.LxmlError) as error:
        raise SignatureFlaw(f"SignatureValue: {error}"[:200]) from error
    try:
        failing = [
            reference.get("URI")
            for reference in references
            if not _digest_matches(root, element, reference)
        ]
    except etree.LxmlError as error:  # relative namespaces have no canonical form (xml-c14n, §1.3)
        raise SignatureFlaw(f"canonical form: {error}"[:200]) from error
    if failing not in ([], [""]):
        raise SignatureFlaw(f"digests of {failing}"[:200])
    return Integrity.ROOT_DIGEST if failing else Integrity.INTACT


def _only(element, path):
    found = _find(element, path)
    if len(found) != 1:
        raise SignatureFlaw(f"{len(found)} {path}")
    return found[0]


def _digest_matches(root, element, reference):
    uri = reference.get("URI")
    transforms = [item for item in _algorithms(reference) if item != ENVELOPED]
    form = transforms[0] if transforms else INCLUSIVE_C14N
    if not uri:
        return _is_digest_of(reference, _without(root, element, form))
    targets = _WITH_ID(root, name=uri[1:])
    return len(targets) == 1 and _is_digest_of(reference, _canonical(targets[0], form))


def _canonical(element, form):
    # The namespaces declared above the element come along, as inclusive canonical form wants.
    return etree.tostring(
        element,
        method="c14n",
        exclusive=form == EXCLUSIVE_C14N,
        with_comments=False,
        with_tail=False,
    )


def _without(root, element, form):
    """The document in canonical form, without its signature (the enveloped transform)."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail
    position = parent.index(element)
    parent.remove(element)
    if tail and before is None:
        parent.text = (parent.text or "") + tail
    elif tail:
        before.tail = (before.tail or "") + tail
    canonical = _canonical(root, form)
    element.tail = None
    parent.insert(position, element)
    return canonical


def _is_digest_of(element, content):
    """Do the DigestMethod and DigestValue in `element` fit `content`?"""
    (method, *_more) = _find(element, "ds:DigestMethod") or [element]
    algorithm = DIGESTS.get(method.get("Algorithm"))
    written = "".join(element.findtext("ds:DigestValue", "", NAMESPACES).split())
    if not algorithm:
        return False
    return written == base64.b64encode(hashlib.new(algorithm, content).digest()).decode()


def _find(element, path):
    return element.findall(path, NAMESPACES)


def _algorithms(reference):
    """What transforms the referenced content before it is digested."""
    return [item.get("Algorithm") for item in _find(reference, "ds:Transforms/ds:Transform")]


def _claims(certificate, properties):
    """What the signer says of his signature."""
    at = _moment(properties.findtext(".//xades:SigningTime", "", NAMESPACES))
    policy = _find(properties, ".//xades:SignaturePolicyId/xades:SigPolicyHash/ds:DigestValue")
    return {
        "signing_time": at,
        "valid_at_signing": None if at is None else was_valid(certificate, at),
        "policy_known": (policy[0].text or "").strip() in POLICY_HASHES if policy else None,
    }


def _moment(text):
    """A SigningTime; some signers write no zone, or one that cannot be read (`...551UTC:00`)."""
    match = _TIME.match(text.strip())
    if not match:
        return None
    try:
        at = datetime.datetime.fromisoformat(match[1] + (match[2] or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=COLOMBIA)
