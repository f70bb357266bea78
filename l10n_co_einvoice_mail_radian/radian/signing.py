"""The XAdES-EPES signature of a document, as DIAN's signature policy v2 asks: enveloped, with three references."""

import base64
import datetime
import hashlib
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from odoo.addons.l10n_co_einvoice_mail.dian.signature import ENVELOPED, INCLUSIVE_C14N

from .document import COLOMBIA
from .identity import Identity

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
POLICY = "https://facturaelectronica.dian.gov.co/politicadefirma/v2/politicadefirmav2.pdf"
POLICY_NAME = "Política de firma para facturas electrónicas de la República de Colombia."
POLICY_HASH = "dMoMvtcG5aIzgYo0tIsSQeVJBDnUnfSOfBpxXrmor0Y="
#: The company signs for itself.
ROLE = "supplier"


def sign(
    root: etree._Element,
    place: etree._Element,
    identity: Identity,
    at: datetime.datetime,
) -> bytes:
    """The document with its signature.

    :param root: unsigned; it is changed
    :param place: the empty element inside it that the signature is put into
    :param at: aware; when it is signed
    """
    name = f"xmldsig-{uuid.uuid4()}"
    digest = _digest(_canonical(root))
    signature = etree.SubElement(place, f"{{{DS}}}Signature", {"Id": name})
    info = _add(signature, "SignedInfo")
    value = _add(signature, "SignatureValue", None, Id=f"{name}-sigvalue")
    key_info = _key_info(signature, name, identity)
    properties = _properties(signature, name, identity, at)
    _add(info, "CanonicalizationMethod", None, Algorithm=INCLUSIVE_C14N)
    _add(info, "SignatureMethod", None, Algorithm=RSA_SHA256)
    _reference(info, digest, [ENVELOPED, INCLUSIVE_C14N], Id=f"{name}-ref0", URI="")
    _reference(info, _digest(_canonical(key_info)), [], URI=f"#{name}-keyinfo")
    described = {"Type": PROPERTIES_TYPE, "URI": f"#{name}-signedprops"}
    _reference(info, _digest(_canonical(properties)), [], **described)
    signed = identity.key.sign(_canonical(info), PKCS1v15(), hashes.SHA256())
    value.text = base64.b64encode(signed).decode()
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _canonical(element):
    return etree.tostring(element, method="c14n", with_comments=False, with_tail=False)


def _digest(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _reference(info, digest, transforms, **attributes):
    reference = _add(info, "Reference", None, **attributes)
    if transforms:
        parent = _add(reference, "Transforms")
        for algorithm in transforms:
            _add(parent, "Transform", None, Algorithm=algorithm)
    _add_digest(reference, digest)
    return reference


def _add_digest(parent, digest):
    _add(parent, "DigestMethod", None, Algorithm=SHA256)
    _add(parent, "DigestValue", digest)


def _key_info(signature, name, identity):
    key_info = _add(signature, "KeyInfo", None, Id=f"{name}-keyinfo")
    _add(_add(key_info, "X509Data"), "X509Certificate", identity.base64)
    return key_info


def _properties(signature, name, identity, at):
    certificate = identity.certificate
    around = etree.SubElement(
        _add(signature, "Object"), f"{{{XADES}}}QualifyingProperties", {"Target": f"#{name}"}
    )
    properties = _xades(around, "SignedProperties", None, Id=f"{name}-signedprops")
    signed = _xades(properties, "SignedSignatureProperties")
    _xades(signed, "SigningTime", f"{at.astimezone(COLOMBIA):%Y-%m-%dT%H:%M:%S}-05:00")
    named = _xades(_xades(signed, "SigningCertificate"), "Cert")
    _add_digest(_xades(named, "CertDigest"), _digest(certificate.public_bytes(Encoding.DER)))
    serial = _xades(named, "IssuerSerial")
    _add(serial, "X509IssuerName", certificate.issuer.rfc4514_string())
    _add(serial, "X509SerialNumber", str(certificate.serial_number))
    _policy(_xades(_xades(signed, "SignaturePolicyIdentifier"), "SignaturePolicyId"))
    _xades(_xades(_xades(signed, "SignerRole"), "ClaimedRoles"), "ClaimedRole", ROLE)
    return properties


def _policy(element):
    identifier = _xades(element, "SigPolicyId")
    _xades(identifier, "Identifier", POLICY)
    _xades(identifier, "Description", POLICY_NAME)
    _add_digest(_xades(element, "SigPolicyHash"), POLICY_HASH)


def _add(parent, name, text=None, /, **attributes):
    element = etree.SubElement(parent, f"{{{DS}}}{name}", attributes)
    element.text = text
    return element


def _xades(parent, name, text=None, /, **attributes):
    element = etree.SubElement(parent, f"{{{XADES}}}{name}", attributes)
    element.text = text
    return element
