"""Requests to DIAN's service: SOAP 1.2 with WS-Security (annex FE 1.9, chapter 7).

The header carries a time stamp, the certificate, and a signature over the address (exclusive canonical form,
RSA-SHA256).
"""

import base64
import datetime
import hashlib
import uuid
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from lxml import etree
from odoo.addons.l10n_co_einvoice_mail.dian.signature import EXCLUSIVE_C14N

from .identity import Identity
from .signing import DS, RSA_SHA256, SHA256

PATH = "/WcfDianCustomerServices.svc"
ADDRESSES = {
    "1": f"https://vpfe.dian.gov.co{PATH}",
    "2": f"https://vpfe-hab.dian.gov.co{PATH}",
}
ACTION = "http://wcf.dian.colombia/IWcfDianCustomerServices/"
#: Seconds that a request holds.
LIFETIME = 300
WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
TOKEN_TYPE = f"{WSS}x509-token-profile-1.0#X509v3"
TOKEN_ENCODING = f"{WSS}soap-message-security-1.0#Base64Binary"
NAMESPACES = {
    "soap": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wcf": "http://wcf.dian.colombia",
    "wsse": f"{WSS}wssecurity-secext-1.0.xsd",
    "wsu": f"{WSS}wssecurity-utility-1.0.xsd",
    "ds": DS,
}
ID = f"{{{NAMESPACES['wsu']}}}Id"
#: Prefixes that count although nothing in the signed part uses them.
OF_ADDRESS = ("soap", "wcf")
OF_SIGNATURE = ("wsa", "soap", "wcf")


@dataclass(frozen=True)
class Request:
    """What is posted."""

    operation: str
    content: bytes

    @property
    def content_type(self) -> str:
        return f'application/soap+xml; charset=utf-8; action="{ACTION}{self.operation}"'


def request(
    operation: str,
    parameters: dict[str, str],
    address: str,
    identity: Identity,
    now: datetime.datetime,
) -> Request:
    """A signed request.

    :param operation: such as GetStatus
    :param address: of the service; it is signed with `?WSDL` behind it, as other programs do
    :param now: aware
    """
    # Read again: lxml overlooks prefixes of the canonical form in a tree that was never parsed.
    envelope = etree.fromstring(
        etree.tostring(_envelope(operation, parameters, address, identity, now))
    )
    _sign(envelope, identity)
    return Request(operation, etree.tostring(envelope, encoding="UTF-8", xml_declaration=True))


def _envelope(operation, parameters, address, identity, now):
    envelope = etree.Element(_tag("soap:Envelope"), nsmap=NAMESPACES)
    header = _add(envelope, "soap:Header")
    security = _add(header, "wsse:Security", None, {_tag("soap:mustUnderstand"): "true"})
    _timestamp(security, now)
    kind = {"ValueType": TOKEN_TYPE, "EncodingType": TOKEN_ENCODING, ID: f"X509-{uuid.uuid4().hex}"}
    _add(security, "wsse:BinarySecurityToken", identity.base64, kind)
    _add(header, "wsa:Action", ACTION + operation)
    _add(header, "wsa:To", f"{address}?WSDL", {ID: f"id-{uuid.uuid4().hex}"})
    body = _add(_add(envelope, "soap:Body"), f"wcf:{operation}")
    for name, value in parameters.items():
        _add(body, f"wcf:{name}", value)
    return envelope


def _timestamp(security, now):
    stamp = _add(security, "wsu:Timestamp")
    utc = now.astimezone(datetime.timezone.utc)
    for name, moment in (
        ("Created", utc),
        ("Expires", utc + datetime.timedelta(seconds=LIFETIME)),
    ):
        _add(stamp, f"wsu:{name}", f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z")


def _sign(envelope, identity):
    security, target, token = (
        envelope.find(f".//{name}", NAMESPACES)
        for name in ("wsse:Security", "wsa:To", "wsse:BinarySecurityToken")
    )
    signature = _add(security, "ds:Signature")
    info = _add(signature, "ds:SignedInfo")
    _exclusive(info, "ds:CanonicalizationMethod", OF_SIGNATURE)
    _add(info, "ds:SignatureMethod", None, {"Algorithm": RSA_SHA256})
    reference = _add(info, "ds:Reference", None, {"URI": f"#{target.get(ID)}"})
    _exclusive(_add(reference, "ds:Transforms"), "ds:Transform", OF_ADDRESS)
    _add(reference, "ds:DigestMethod", None, {"Algorithm": SHA256})
    digest = hashlib.sha256(canonical(target, OF_ADDRESS)).digest()
    _add(reference, "ds:DigestValue", base64.b64encode(digest).decode())
    value = identity.key.sign(canonical(info, OF_SIGNATURE), PKCS1v15(), hashes.SHA256())
    _add(signature, "ds:SignatureValue", base64.b64encode(value).decode())
    named = _add(_add(signature, "ds:KeyInfo"), "wsse:SecurityTokenReference")
    _add(named, "wsse:Reference", None, {"URI": f"#{token.get(ID)}", "ValueType": TOKEN_TYPE})


def _exclusive(parent, name, prefixes):
    form = _add(parent, name, None, {"Algorithm": EXCLUSIVE_C14N})
    etree.SubElement(
        form,
        f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces",
        {"PrefixList": " ".join(sorted(prefixes, reverse=True))},
        nsmap={"ec": EXCLUSIVE_C14N},
    )


def canonical(element: etree._Element, prefixes: tuple[str, ...]) -> bytes:
    """Exclusive canonical form of a part of a request, where these prefixes count as used."""
    return etree.tostring(
        element,
        method="c14n",
        exclusive=True,
        inclusive_ns_prefixes=list(prefixes),
        with_comments=False,
        with_tail=False,
    )


def _add(parent, name, text=None, attributes=None):
    element = etree.SubElement(parent, _tag(name), attributes or {})
    element.text = text
    return element


def _tag(name):
    prefix, _colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"
