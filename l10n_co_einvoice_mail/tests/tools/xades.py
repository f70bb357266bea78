"""Sign a document as DIAN's signature policy v2 asks: XAdES-EPES, enveloped, three references.

The signature is written directly in canonical form, so that only the document itself goes through
a canonicaliser: a mail with three signatures costs a few milliseconds. Every choice of a signature
can be replaced, to build the hostile ones.
"""

import base64
import hashlib
import re
import uuid
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from .certificates import Signer

SIGNATURE_PLACE = "<!--signature-->"
EXTENSION = (
    f"<ext:UBLExtension><ext:ExtensionContent>{SIGNATURE_PLACE}</ext:ExtensionContent>"
    "</ext:UBLExtension>"
)

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
DIGEST_URI = {
    "sha1": "http://www.w3.org/2000/09/xmldsig#sha1",
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
METHOD_URI = {
    "sha1": "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "sha256": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "sha384": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "sha512": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
}
POLICY_URL = "https://facturaelectronica.dian.gov.co/politicadefirma/v2/politicadefirmav2.pdf"
POLICY_NAME = "Política de firma para facturas electrónicas de la República de Colombia."
POLICY_HASH = {
    "sha1": "sbcECQ7v+y/m3OcBCJyvmkBhtFs=",
    "sha256": "dMoMvtcG5aIzgYo0tIsSQeVJBDnUnfSOfBpxXrmor0Y=",
    "sha384": "EQC0kiWPaAME6IsEZ7WuaTWJ97Zmf6hIO69rMCVURmQxBB9ebgLrjhL5BArQ0a0l",
    "sha512": "Zcjw1Z9nGQn2j6NyGx8kAaLbOfJGd/fJxRTCeirlqAg7"
    "zRG27piJkJOpflGu7XACpMj9hC6dVMcCyzqHxxPZeQ==",
}


@dataclass(frozen=True)
class Style:
    """How to sign: what DIAN's policy asks for, unless a test replaces what it attacks."""

    signing_time: str = "2026-03-02T10:00:01-05:00"
    digest: str = "sha256"
    method: str = "sha256"
    policy_digest: str = "sha256"
    policy_hash: str | None = None
    references: tuple[str, ...] = ("root", "keyinfo", "properties")
    root_transforms: tuple[str, ...] = (ENVELOPED,)
    chain_in_properties: bool = False
    chain_in_key_info: bool = False
    key_value: bool = False
    role: str = "supplier"
    #: Canonical form of the SignedInfo, and elements inside its CanonicalizationMethod.
    form: str = C14N
    form_parameters: str = ""
    #: A prefix of the root, and the prefix under which the signature declares that namespace again.
    redeclared: tuple[str, str] | None = None
    #: "keyinfo" or "properties": the part that has no Id. The reference "decoy" is then to `#None`,
    #: an element of the document of that very Id.
    unnamed: str = ""


def sign(xml, signer: Signer, style: Style | None = None) -> bytes:
    """Put an enveloped signature at the place marked in `xml` (text or UTF-8 bytes)."""
    style = style or Style()
    text = xml.decode() if isinstance(xml, bytes) else xml
    root = etree.fromstring(text.encode())
    name = f"xmldsig-{uuid.uuid4()}"
    scope = {**root.nsmap, "ds": DS}
    again = {style.redeclared[1]: root.nsmap[style.redeclared[0]]} if style.redeclared else {}
    key_info = _key_info(name, signer, style)
    properties = _properties(name, signer, style)
    covered = {
        "root": etree.tostring(root, method="c14n", with_comments=False),
        "keyinfo": canonical(key_info, scope),
        "properties": canonical(properties, {**scope, **again, "xades": XADES}),
    }
    covered["decoy"] = _decoy(root)
    references = "".join(_reference(name, kind, covered[kind], style) for kind in style.references)
    signed_info = (
        f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{style.form}">'
        f"{style.form_parameters}</ds:CanonicalizationMethod>"
        f'<ds:SignatureMethod Algorithm="{METHOD_URI[style.method]}"></ds:SignatureMethod>'
        f"{references}</ds:SignedInfo>"
    )
    algorithm = getattr(hashes, style.method.upper())()
    value = signer.key.sign(canonical(signed_info, scope), padding.PKCS1v15(), algorithm)
    signature = (
        f'<ds:Signature xmlns:ds="{DS}" Id="{name}">{signed_info}'
        f'<ds:SignatureValue Id="{name}-sigvalue">{_b64(value)}</ds:SignatureValue>{key_info}'
        f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}"{_declared(again)} Target="#{name}">'
        f"{properties}</xades:QualifyingProperties></ds:Object></ds:Signature>"
    )
    return text.replace(SIGNATURE_PLACE, signature, 1).encode()


def unsigned(xml) -> bytes:
    """The document without the extension that a signature would fill."""
    text = (xml.decode() if isinstance(xml, bytes) else xml).replace(EXTENSION, "", 1)
    return text.replace("<ext:UBLExtensions></ext:UBLExtensions>", "", 1).encode()


def canonical(fragment, scope) -> bytes:
    """Canonical form of a fragment, written canonically, that inherits the namespaces `scope`."""
    declarations = _declared(scope)
    return re.sub(r"^<[\w:]+", lambda tag: tag[0] + declarations, fragment, count=1).encode()


def _declared(scope):
    return "".join(
        f' xmlns{":" if prefix else ""}{prefix or ""}="{uri}"'
        for prefix, uri in sorted(scope.items(), key=lambda item: item[0] or "")
    )


def _b64(content):
    return base64.b64encode(content).decode()


def _digest(algorithm, content):
    return _b64(hashlib.new(algorithm, content).digest())


def _digest_elements(algorithm, value):
    return (
        f'<ds:DigestMethod Algorithm="{DIGEST_URI[algorithm]}"></ds:DigestMethod>'
        f"<ds:DigestValue>{value}</ds:DigestValue>"
    )


def _reference(name, kind, content, style):
    digest = _digest_elements(style.digest, _digest(style.digest, content))
    if kind == "root":
        transforms = "".join(
            f'<ds:Transform Algorithm="{uri}"></ds:Transform>' for uri in style.root_transforms
        )
        return (
            f'<ds:Reference Id="{name}-ref0" URI=""><ds:Transforms>{transforms}</ds:Transforms>'
            f"{digest}</ds:Reference>"
        )
    if kind == "decoy":
        return f'<ds:Reference URI="#None">{digest}</ds:Reference>'
    if kind == "keyinfo":
        return f'<ds:Reference URI="#{name}-keyinfo">{digest}</ds:Reference>'
    return (
        '<ds:Reference Type="http://uri.etsi.org/01903#SignedProperties" '
        f'URI="#{name}-signedprops">{digest}</ds:Reference>'
    )


def _decoy(root):
    found = root.xpath("//*[@Id='None']")
    alone = etree.fromstring(etree.tostring(found[0], with_tail=False)) if found else root
    return etree.tostring(alone, method="c14n", with_comments=False)


def _id(name, part, style):
    return "" if style.unnamed == part else f' Id="{name}"'


def _key_info(name, signer, style):
    certificates = [signer.certificate, *(signer.chain if style.chain_in_key_info else ())]
    data = "".join(
        f"<ds:X509Certificate>{_b64(_der(certificate))}</ds:X509Certificate>"
        for certificate in certificates
    )
    value = _key_value(signer) if style.key_value else ""
    start = f"<ds:KeyInfo{_id(f'{name}-keyinfo', 'keyinfo', style)}>"
    return f"{start}<ds:X509Data>{data}</ds:X509Data>{value}</ds:KeyInfo>"


def _key_value(signer):
    numbers = signer.key.public_key().public_numbers()
    modulus, exponent = (
        _b64(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        for number in (numbers.n, numbers.e)
    )
    return (
        f"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus>"
        f"<ds:Exponent>{exponent}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    )


def _properties(name, signer, style):
    certificates = [signer.certificate, *(signer.chain if style.chain_in_properties else ())]
    certs = "".join(
        f"<xades:Cert><xades:CertDigest>{_digest_elements('sha256', _digest('sha256', _der(cert)))}"
        f"</xades:CertDigest><xades:IssuerSerial><ds:X509IssuerName>{cert.issuer.rfc4514_string()}"
        f"</ds:X509IssuerName><ds:X509SerialNumber>{cert.serial_number}</ds:X509SerialNumber>"
        "</xades:IssuerSerial></xades:Cert>"
        for cert in certificates
    )
    policy_hash = style.policy_hash or POLICY_HASH[style.policy_digest]
    return (
        f"<xades:SignedProperties{_id(f'{name}-signedprops', 'properties', style)}>"
        "<xades:SignedSignatureProperties>"
        f"<xades:SigningTime>{style.signing_time}</xades:SigningTime>"
        f"<xades:SigningCertificate>{certs}</xades:SigningCertificate>"
        "<xades:SignaturePolicyIdentifier><xades:SignaturePolicyId><xades:SigPolicyId>"
        f"<xades:Identifier>{POLICY_URL}</xades:Identifier>"
        f"<xades:Description>{POLICY_NAME}</xades:Description></xades:SigPolicyId>"
        f"<xades:SigPolicyHash>{_digest_elements(style.policy_digest, policy_hash)}"
        "</xades:SigPolicyHash></xades:SignaturePolicyId></xades:SignaturePolicyIdentifier>"
        "<xades:SignerRole><xades:ClaimedRoles>"
        f"<xades:ClaimedRole>{style.role}</xades:ClaimedRole>"
        "</xades:ClaimedRoles></xades:SignerRole>"
        "</xades:SignedSignatureProperties></xades:SignedProperties>"
    )


def _der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)
