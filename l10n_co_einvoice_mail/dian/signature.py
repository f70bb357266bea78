"""The XAdES-EPES signature of one document: is it intact, who made it, when.

DIAN's signature policy v2 asks for one enveloped `ds:Signature` in an `ext:ExtensionContent`, with
three references: the whole document (`URI=""`), the KeyInfo and the SignedProperties. A signature that
covers less than the whole document never counts as one. Broken is only what arithmetic, or the shape
of XML Signature, says so of; what is not known here (an algorithm, a transform, a kind of key, another
number of references) could not be checked. Whether the signer is to be trusted is asked elsewhere
(`trust`).
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

from .authorities import NOBODY, Holder
from .fields import COLOMBIA
from .limits import DEFAULTS, Limits
from .signer import NotUnderstood, SignatureFlaw, signer_of, was_valid
from .xml import CANONICAL, as_utf8, local_name, parse_utf8

NAMESPACES = {
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
#: Local names from the document's root to its signature (policy v2, §6).
PLACE = ["UBLExtensions", "UBLExtension", "ExtensionContent", "Signature"]
#: What a signature consists of, in this order, and then of Objects (XML Signature, 4.2).
PARTS = ["SignedInfo", "SignatureValue", "KeyInfo"]
REFERENCES = 3
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
INCLUSIVE_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
#: Canonical forms. References are without comments in any of them (XML Signature, 4.4.3.3): two
#: documents that differ in comments only are one.
C14N = frozenset({INCLUSIVE_C14N, "http://www.w3.org/2006/12/xml-c14n11", EXCLUSIVE_C14N})
C14N_WITH_COMMENTS = frozenset(f"{form.rstrip('#')}#WithComments" for form in C14N)
ANY_C14N = C14N | C14N_WITH_COMMENTS
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
#: Does anything around an element say `xml:lang` and the like? A part takes them over (xml-c14n, 2.4).
_INHERITS = etree.XPath(
    "boolean(ancestor::*/@xml:*)", namespaces={"xml": "http://www.w3.org/XML/1998/namespace"}
)
_WITH_ID = etree.XPath("//*[@Id=$one or @Id=$other]")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")


class Integrity(enum.Enum):
    """What the cryptographic check of one document's signature came to."""

    INTACT = "intact"
    #: Everything verifies but the digest of the document itself: its content changed after it was
    #: signed, be it by a forger or by a mail relay that wrapped a line.
    ROOT_DIGEST = "root_digest"
    BROKEN = "broken"
    #: Of a kind that is not known here: it may be good.
    UNCHECKED = "not_understood"
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
    holder: Holder = NOBODY
    #: The certificate's whole subject (RFC 4514)
    subject: str | None = None
    #: Name of whoever issued the certificate, as the certificate says.
    authority: str | None = None
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
    #: Algorithm and digest of the document that was signed; a copy with other content has another.
    signed_digest: str | None = None
    #: What is wrong, or not known, for the log.
    detail: str = ""

    @property
    def signer_name(self) -> str | None:
        return self.holder.names[0] if self.holder.names else None

    @property
    def signer_nit(self) -> str | None:
        """Digits of a NIT or a cédula, with or without check digit; None where the certificate leaves it open."""
        return self.holder.nit


def verify(xml: bytes, limits: Limits = DEFAULTS) -> Signature:
    """Check the signature of a document, from its exact bytes.

    :param xml: the document as it arrived, in any encoding that `xml.as_utf8` reads.
    :raises XmlError: where it is no XML that may be read.
    """
    return signature_of(parse_utf8(as_utf8(xml, limits), limits, CANONICAL))


def signature_of(root: etree._Element) -> Signature:
    """The same of what `xml.CANONICAL` parsed. The signature is taken out of the tree."""
    found = list(root.iter(f"{{{NAMESPACES['ds']}}}Signature"))
    if not found:
        return Signature(Integrity.UNSIGNED)
    try:
        element = _only_signature(root, found)
        signer = signer_of(_certificate_texts(element))
        _check_value(element, signer.key)
        references, properties = _references(element)
        _check_binding(signer, element, references, properties)
        integrity = _check_digests(root, element, references)
    except SignatureFlaw as flaw:
        return Signature(Integrity.BROKEN, detail=str(flaw))
    except NotUnderstood as unknown:
        return Signature(Integrity.UNCHECKED, detail=str(unknown))
    return Signature(
        integrity,
        signer.certificate,
        signer.intermediates,
        **signer.facts,
        **_claims(signer.certificate, properties),
        signed_digest=_signed_digest(references),
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
    # A second KeyInfo would be covered by nothing, and name another signer.
    parts = [local_name(part) for part in _find(element, "ds:*")]
    if parts[: len(PARTS)] != PARTS or not {"Object"} >= set(parts[len(PARTS) :]):
        raise SignatureFlaw(f"parts {parts}"[:200])
    return element


def _references(element):
    """The three references and the SignedProperties that one of them names."""
    references = _find(_only(element, "ds:SignedInfo"), "ds:Reference")
    if len(references) != REFERENCES:
        raise NotUnderstood(f"{len(references)} references")
    properties = _only(element, "ds:Object/xades:QualifyingProperties/xades:SignedProperties")
    of_document = [reference for reference in references if reference.get("URI") == ""]
    if len(of_document) != 1 or not _is_referenced(properties, references):
        raise SignatureFlaw("the references are not the document and the SignedProperties")
    # Without it the document would be digested with its signature, or only a part of it.
    if ENVELOPED not in _algorithms(of_document[0]):
        raise SignatureFlaw("the document is not referenced as enveloping")
    return references, properties


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
    named = [
        digest
        for name in ("SigningCertificate", "SigningCertificateV2")
        for digest in _find(properties, f".//xades:{name}/xades:Cert/xades:CertDigest")
    ]
    if not named:
        raise NotUnderstood("no certificate is named")
    if not any(_is_digest_of(item, signer.encoded) for item in named):
        raise SignatureFlaw("the signature does not name its certificate")


def _check_value(element, key):
    """The SignatureValue over the SignedInfo: RSA with PKCS #1 v1.5, as DIAN's policy has it."""
    signed_info = _only(element, "ds:SignedInfo")
    method = _algorithm(_only(signed_info, "ds:SignatureMethod"), SIGNATURE_METHODS)
    form = _algorithm(_only(signed_info, "ds:CanonicalizationMethod"), ANY_C14N)
    signed = _canonical(signed_info, form)
    try:
        value = base64.b64decode(_only(element, "ds:SignatureValue").text or "")
        key.verify(value, signed, PKCS1v15(), SIGNATURE_METHODS[method])
    except (InvalidSignature, ValueError) as error:
        # Comments are not even parsed: one that was signed is missing here.
        unsure = form in C14N_WITH_COMMENTS
        raise (NotUnderstood if unsure else SignatureFlaw)(
            f"SignatureValue: {error}"[:200]
        ) from error


def _check_digests(root, element, references):
    """Of what each reference covers: the document, and parts of the signature.

    Checking them on one tree takes a fifth of the time of a general verifier, which copies the
    document for each reference.
    """
    # The document last: its signature is taken out of the tree for it.
    references = sorted(references, key=lambda reference: reference.get("URI") == "")
    one, other = ((reference.get("URI") or "")[1:] for reference in references[:-1])
    named = _WITH_ID(root, one=one, other=other)
    failing = [
        reference.get("URI")
        for reference in references
        if not _digest_matches(root, element, reference, named)
    ]
    if failing not in ([], [""]):
        raise SignatureFlaw(f"digests of {failing}"[:200])
    return Integrity.ROOT_DIGEST if failing else Integrity.INTACT


def _only(element, path):
    found = _find(element, path)
    if len(found) != 1:
        raise SignatureFlaw(f"{len(found)} {path}")
    return found[0]


def _algorithm(element, known):
    """The algorithm that an element names.

    :raises NotUnderstood: where it is none of the known ones, or has parameters (a list of prefixes, an XPath).
    """
    name = element.get("Algorithm")
    if name not in known or len(element):
        raise NotUnderstood(f"{local_name(element)} {name}"[:200])
    return name


def _digest_matches(root, element, reference, named):
    """Does a digest fit what is referenced: the document, or one of the elements that have a name?"""
    uri, form = reference.get("URI") or "", _form(reference)
    if reference.get("URI") == "":
        return _is_digest_of(reference, _without(root, element, form))
    targets = [item for item in named if uri == f"#{item.get('Id')}"]
    return len(targets) == 1 and _is_digest_of(reference, _canonical(targets[0], form))


def _form(reference):
    """The canonical form that what is referenced is digested in."""
    transforms = _find(reference, "ds:Transforms/ds:Transform")
    if reference.get("URI") == "":
        transforms = [item for item in transforms if item.get("Algorithm") != ENVELOPED]
    if len(transforms) > 1:
        raise NotUnderstood(f"{len(transforms)} transforms")
    if not transforms:
        return INCLUSIVE_C14N
    return _algorithm(transforms[0], ANY_C14N)


def _canonical(element, form):
    """:raises NotUnderstood: where this element has no such form, or one that is not made here."""
    exclusive = form.startswith(EXCLUSIVE_C14N)
    if not exclusive and _INHERITS(element):
        raise NotUnderstood("canonical form: attributes of xml: are inherited")
    try:
        # The namespaces declared above the element come along, as inclusive canonical form wants.
        return etree.tostring(
            element,
            method="c14n",
            exclusive=exclusive,
            with_comments=False,
            with_tail=False,
        )
    except etree.LxmlError as error:  # relative namespaces have none (xml-c14n, 1.3)
        raise NotUnderstood(f"canonical form: {error}"[:200]) from error


def _without(root, element, form):
    """The document in canonical form, without its signature (the enveloped transform), which is taken out of it.

    It is not put back: lxml would declare the signature's namespaces otherwise than its signer did.
    """
    parent, before, tail = element.getparent(), element.getprevious(), element.tail
    parent.remove(element)
    if tail and before is None:
        parent.text = (parent.text or "") + tail
    elif tail:
        before.tail = (before.tail or "") + tail
    return _canonical(root, form)


def _is_digest_of(element, content):
    """Do the DigestMethod and DigestValue in `element` fit `content`?"""
    algorithm = _algorithm(_only(element, "ds:DigestMethod"), DIGESTS)
    written = "".join((_only(element, "ds:DigestValue").text or "").split())
    digest = hashlib.new(DIGESTS[algorithm], content).digest()
    return written == base64.b64encode(digest).decode()


def _find(element, path):
    return element.findall(path, NAMESPACES)


def _algorithms(reference):
    """What transforms the referenced content before it is digested."""
    return [item.get("Algorithm") for item in _find(reference, "ds:Transforms/ds:Transform")]


def _signed_digest(references):
    """What the signer signed of the document, be it the content that came or another."""
    reference = next(item for item in references if item.get("URI") == "")
    algorithm = DIGESTS[_only(reference, "ds:DigestMethod").get("Algorithm")]
    return f"{algorithm}:{''.join(_only(reference, 'ds:DigestValue').text.split())}"


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
