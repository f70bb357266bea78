"""Elements as text, in the namespaces of DIAN's documents."""

from xml.sax.saxutils import escape, quoteattr

from .facts import money
from .xades import DS, XADES

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ds": DS,
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "sts": "dian:gov:co:facturaelectronica:Structures-2-1",
    "xades": XADES,
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
AGENCY = {
    "schemeAgencyID": "195",
    "schemeAgencyName": "CO, DIAN (Dirección de Impuestos y Aduanas Nacionales)",
}


def element(name, *content, **attributes):
    """An element's text. Text content is given escaped (`text`) or is other elements."""
    start = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{start}>{''.join(content)}</{name}>"


def text(name, value, **attributes):
    """An element that holds `value`; nothing when there is no value."""
    return "" if value in (None, "") else element(name, escape(str(value)), **attributes)


def optional(name, content):
    """An element around content; nothing when there is none."""
    return content and element(name, content)


def amount(name, value, currency):
    return text(name, money(value), currencyID=currency)


def root(name, *content):
    """A whole document: declaration, root element `name` with DIAN's usual namespaces, content."""
    uri = f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
    declared = {"xmlns": uri, **{f"xmlns:{prefix}": ns for prefix, ns in NAMESPACES.items()}}
    return DECLARATION + element(name, *content, **declared)
