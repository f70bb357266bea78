"""What WCF checks of a request before anybody reads it."""

import base64
import datetime
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from lxml import etree
from odoo.addons.l10n_co_einvoice_mail.dian.authorities import holder_of

WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
SPACES = {
    "soap": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wsse": f"{WSS}wssecurity-secext-1.0.xsd",
    "wsu": f"{WSS}wssecurity-utility-1.0.xsd",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "ec": "http://www.w3.org/2001/10/xml-exc-c14n#",
}
ACTION = "http://wcf.dian.colombia/IWcfDianCustomerServices/"
WSU_ID = f"{{{SPACES['wsu']}}}Id"
LIFETIME = datetime.timedelta(minutes=5)


class Refused(Exception):
    """The text says why."""


@dataclass(frozen=True)
class Request:
    operation: str
    parameters: dict
    nit: str


def opened(content, content_type, address, now):
    """
    :param str address: at which the service listens
    :param now: aware
    :return: Request
    :raise Refused: it is not signed as it has to be
    """
    root = etree.fromstring(content)
    security = _one(root, "soap:Header/wsse:Security")
    _check_time(security, now)
    token = _one(security, "wsse:BinarySecurityToken")
    certificate = x509.load_der_x509_certificate(base64.b64decode(token.text))
    signature = _one(security, "ds:Signature")
    reference = _one(signature, "ds:KeyInfo/wsse:SecurityTokenReference/wsse:Reference")
    if reference.get("URI") != f"#{token.get(WSU_ID)}":
        raise Refused("the key is not the token's")
    _check_target(_one(root, "soap:Header/wsa:To"), signature, address)
    _check_value(signature, certificate)
    [call] = _one(root, "soap:Body")
    operation = etree.QName(call).localname
    action = _one(root, "soap:Header/wsa:Action").text
    if action != ACTION + operation or f'action="{action}"' not in content_type:
        raise Refused(f"action {action}")
    parameters = {etree.QName(part).localname: part.text or "" for part in call}
    return Request(operation, parameters, holder_of(certificate).nit)


def _check_time(security, now):
    created, expires = (
        datetime.datetime.fromisoformat(_one(security, f"wsu:Timestamp/wsu:{name}").text.replace("Z", "+00:00"))
        for name in ("Created", "Expires")
    )  # fmt: skip
    if not created - LIFETIME <= now < expires or expires - created > LIFETIME:
        raise Refused("the time stamp")


def _check_target(target, signature, address):
    if target.text != f"{address}?WSDL":
        raise Refused(f"To {target.text}")
    reference = _one(signature, "ds:SignedInfo/ds:Reference")
    if reference.get("URI") != f"#{target.get(WSU_ID)}":
        raise Refused("the address is not what is signed")
    form = _one(reference, "ds:Transforms/ds:Transform")
    digest = base64.b64encode(hashlib.sha256(_canonical(target, form)).digest()).decode()
    if digest != _one(reference, "ds:DigestValue").text:
        raise Refused("the digest")


def _check_value(signature, certificate):
    info = _one(signature, "ds:SignedInfo")
    form = _one(info, "ds:CanonicalizationMethod")
    value = base64.b64decode(_one(signature, "ds:SignatureValue").text)
    try:
        certificate.public_key().verify(value, _canonical(info, form), PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise Refused("the signature") from None


def _canonical(element, form):
    """Canonical form of the element as a receiver has it, with the prefixes that `form` names."""
    if form.get("Algorithm") != SPACES["ec"]:
        raise Refused("the canonical form")
    prefixes = _one(form, "ec:InclusiveNamespaces").get("PrefixList").split()
    return etree.tostring(
        element, method="c14n", exclusive=True, inclusive_ns_prefixes=prefixes, with_tail=False
    )


def _one(element, path):
    found = element.findall(path, SPACES)
    if len(found) != 1:
        raise Refused(f"{len(found)} {path}")
    return found[0]
