"""DIAN's own block: sts:DianExtensions."""

import hashlib

from .facts import DIAN
from .markup import AGENCY, element, text

SEARCH_URL = "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey="


def dian_extensions(facts):
    """DIAN's block of a document."""
    provider = facts.provider_nit or facts.supplier.nit
    software = "00000000-0000-4000-8000-000000000001"
    security_code = hashlib.sha384(f"{software}12345{facts.number}".encode()).hexdigest()
    return extension(
        _invoice_control(facts.authorization),
        source_and_software(provider, software, security_code),
        text("sts:QRCode", facts.qr_code or SEARCH_URL + facts.cufe),
    )


def extension(*content):
    """The UBLExtension with DIAN's own block."""
    return element(
        "ext:UBLExtension",
        element("ext:ExtensionContent", element("sts:DianExtensions", *content)),
    )


def _invoice_control(authorization):
    if authorization is None:
        return ""
    return element(
        "sts:InvoiceControl",
        text("sts:InvoiceAuthorization", authorization.number),
        element(
            "sts:AuthorizationPeriod",
            text("cbc:StartDate", authorization.start),
            text("cbc:EndDate", authorization.end),
        ),
        element(
            "sts:AuthorizedInvoices",
            text("sts:Prefix", authorization.prefix),
            text("sts:From", authorization.first),
            text("sts:To", authorization.last),
        ),
    )


def source_and_software(provider_nit, software="...", security_code="..."):
    """sts:InvoiceSource to sts:AuthorizationProvider; DIAN's answers hide the software."""
    dian = {"schemeID": DIAN.check_digit, "schemeName": "31"}
    return "".join(
        (
            element("sts:InvoiceSource", text("cbc:IdentificationCode", "CO")),
            element(
                "sts:SoftwareProvider",
                text("sts:ProviderID", provider_nit, **AGENCY, schemeName="31"),
                text("sts:SoftwareID", software, **AGENCY),
            ),
            text("sts:SoftwareSecurityCode", security_code, **AGENCY),
            element(
                "sts:AuthorizationProvider",
                text("sts:AuthorizationProviderID", DIAN.nit, **AGENCY, **dian),
            ),
        )
    )
