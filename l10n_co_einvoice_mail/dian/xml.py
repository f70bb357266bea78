"""The one place where XML is parsed: hardened, in UTF-8 whatever it declares, by local names.

Senders differ in prefixes, in the namespace of DIAN's own extensions and in the encoding that they
declare, but not in local names.
"""

import codecs
import functools
import re
from collections.abc import Iterator

from lxml import etree

from .errors import XmlError
from .limits import DEFAULTS, ELEMENT_ATTRIBUTES, NAMESPACE_LOOKUPS, Limits

#: White space of XML, and the byte order mark as a character: what senders put around `<?xml`.
OUTER = " \t\r\n\ufeff"
UBL_NAMESPACE = "urn:oasis:names:specification:ubl:"
#: In which a document's values are read: UBL's own, and inside DianExtensions DIAN's too, which has two.
UBL_NAMESPACES = tuple(
    f"{UBL_NAMESPACE}schema:xsd:{name}-2"
    for name in (
        "CommonBasicComponents",
        "CommonAggregateComponents",
        "CommonExtensionComponents",
        "Invoice",
        "CreditNote",
        "DebitNote",
        "ApplicationResponse",
        "AttachedDocument",
    )
)
DIAN_NAMESPACES = (
    "dian:gov:co:facturaelectronica:Structures-2-1",
    "http://www.dian.gov.co/contratos/facturaelectronica/v1/Structures",
)
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: How XML in UTF-16 begins, with and without byte order mark.
UTF16_STARTS = (*_BOMS, b"<\x00", b"\x00<")
_DECLARED_ENCODING = re.compile(
    r"""\A(<\?xml\b[^>]*?\sencoding\s*=\s*["'])([^"'<>]{0,40})(?=["'])"""
)
DECLARATION_LENGTH = 400
#: 8-bit encodings that are read where the text is not UTF-8; others could hide a DOCTYPE (UTF-7,
#: EBCDIC) from the check below.
EIGHT_BIT_ENCODINGS = {
    "iso-8859-1": "cp1252",  # as browsers do: no invoice has the C1 controls in its place
    "iso-8859-15": "iso-8859-15",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "utf-8": "cp1252",  # declared by default, but written or relayed in the system's own
    "windows-1252": "cp1252",
}
_OPTIONS = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    # libxml2's own bounds: depth 256, 10 MB a text node or attribute
    "huge_tree": False,
    # canonical XML leaves comments out too: a value is what was signed
    "remove_comments": True,
    "collect_ids": False,
}
_READER = etree.XMLParser(**_OPTIONS, remove_pis=True)
#: For canonical form, of which processing instructions are a part; to a reader they would break a
#: value in two.
CANONICAL = etree.XMLParser(**_OPTIONS)
_TAG = re.compile(rb"""[^"'>]*(?:(?:"[^"]*"|'[^']*')[^"'>]*)*""")
_ATTRIBUTE = re.compile(rb"""=\s*(?:"[^"]*"|'[^']*')""")
_TOO_BIG = re.compile(
    r"Excessive depth|Resource limit|too big|too long|Huge|limit exceeded", re.IGNORECASE
)


def as_utf8(content: bytes, limits: Limits = DEFAULTS) -> bytes:
    """`content` in UTF-8, declared so if at all, without outer white space and byte order mark.

    Only the XML declaration may differ from what was sent. Canonical XML (W3C xml-c14n-20010315,
    §1.1) leaves it out, so what the sender signed is untouched, while a wrong declaration would
    change every accented letter.

    :raises XmlError: `xml_encoding` where the text is neither UTF-8, UTF-16 nor in one of
        `EIGHT_BIT_ENCODINGS`; `xml_too_big`.
    """
    _bound_bytes(content, limits)
    if content.startswith(UTF16_STARTS):
        settled = text_as_utf8(_decode_utf16(content))
    else:
        try:
            settled = text_as_utf8(content.decode())
        except UnicodeDecodeError:
            settled = text_as_utf8(_decode_8bit(content))
    _bound_bytes(settled, limits)  # 8-bit letters are two or three bytes now
    return settled


def _bound_bytes(content, limits):
    if len(content) > limits.xml_bytes:
        raise XmlError("xml_too_big", detail=f"{len(content)} > {limits.xml_bytes} bytes")


def text_as_utf8(text: str) -> bytes:
    """The same of a text whose characters are known, such as the document inside a container.

    What remains is the declaration: it may name the encoding that the text had before somebody put
    it into a UTF-8 container.
    """
    text = text.strip(OUTER)
    declared = _DECLARED_ENCODING.match(text, 0, DECLARATION_LENGTH)
    if declared and declared[2].lower() != "utf-8":
        text = f"{declared[1]}UTF-8{text[declared.end() :]}"
    return text.encode()


def _decode_utf16(content):
    encoding = "utf-16"
    if not content.startswith(_BOMS):
        encoding = "utf-16-le" if content.startswith(b"<\x00") else "utf-16-be"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise XmlError("xml_encoding", encoding=encoding) from error


def _decode_8bit(content):
    declared = _DECLARED_ENCODING.match(
        content[:DECLARATION_LENGTH].decode("latin-1").lstrip(OUTER)
    )
    name = declared[2].lower() if declared else "utf-8"
    if name not in EIGHT_BIT_ENCODINGS:
        raise XmlError("xml_encoding", encoding=name)
    return content.decode(EIGHT_BIT_ENCODINGS[name], "replace")


def parse_xml(content: bytes, limits: Limits = DEFAULTS) -> etree._Element:
    """Root element of an XML document, whatever its encoding.

    :raises XmlError: see its codes; never another exception.
    """
    return parse_utf8(as_utf8(content, limits), limits)


def parse_utf8(
    content: bytes, limits: Limits = DEFAULTS, parser: etree.XMLParser = _READER
) -> etree._Element:
    """Root element of what :func:`as_utf8` or :func:`text_as_utf8` gave.

    :param parser: :data:`CANONICAL`, where the root is to be put into canonical form. It can be
        read as well, unless it :func:`has_instructions`.
    :raises XmlError: see its codes; never another exception.
    """
    nodes = count_nodes(content)
    if nodes > limits.xml_nodes:
        raise XmlError("xml_too_big", detail=f"{nodes} > {limits.xml_nodes} tags and attributes")
    _refuse_doctype(content)
    _bound_attributes(content)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        code = "xml_too_big" if _TOO_BIG.search(str(error)) else "xml_malformed"
        raise XmlError(code, detail=error) from None
    _bound_namespaces(root, nodes, content.count(b"xmlns"))
    return root


def has_instructions(root: etree._Element) -> bool:
    """True where processing instructions stand in what :data:`CANONICAL` parsed."""
    return next(root.iter(etree.ProcessingInstruction), None) is not None


def count_nodes(content: bytes) -> int:
    """Tags and attributes at most, before any tree is built of them.

    An empty element of 4 bytes costs libxml2 120.
    """
    return content.count(b"<") + content.count(b"=")


def _refuse_doctype(content):
    """UBL needs no DOCTYPE, every entity trick does. It can only stand before the root."""
    position = 0
    while True:
        position = content.find(b"<", position)
        if content.startswith(b"<!DOCTYPE", position):
            raise XmlError("xml_doctype")
        if content.startswith(b"<?", position):
            position = content.find(b"?>", position)
        elif content.startswith(b"<!--", position):
            position = content.find(b"-->", position)
        else:
            return
        if position < 0:
            return


def _bound_attributes(content):
    """An element's attributes are compared with one another, by parsers and in canonical form."""
    if content.count(b"=") <= ELEMENT_ATTRIBUTES:
        return
    # Most are too short for so many of `=""`.
    least = ELEMENT_ATTRIBUTES * len(b'=""')
    for piece in (piece for piece in content.split(b"<") if len(piece) > least):
        if piece.count(b"=") > ELEMENT_ATTRIBUTES and not piece.startswith((b"!", b"?")):
            attributes = len(_ATTRIBUTE.findall(_TAG.match(piece)[0]))
            if attributes > ELEMENT_ATTRIBUTES:
                raise XmlError("xml_too_big", detail=f"{attributes} attributes of one element")


def _bound_namespaces(root, nodes, declarations):
    """Namespaces that are declared again and again are not in scope all at once: that is counted."""
    if nodes * declarations**2 <= NAMESPACE_LOOKUPS:
        return
    scope = most = 0
    for event, _namespace in etree.iterwalk(root, events=("start-ns", "end-ns")):
        scope += 1 if event == "start-ns" else -1
        most = max(most, scope)
    if nodes * most**2 > NAMESPACE_LOOKUPS:
        raise XmlError("xml_too_big", detail=f"{most} namespaces around {nodes} nodes")


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children with that local name."""
    return element.iterchildren(f"{{*}}{name}")


def ubl_children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The same, in UBL's own namespaces only: what stands beside them is nobody's value."""
    tags = ubl_tags(name)
    return (child for child in element if child.tag in tags)


@functools.cache
def ubl_tags(name: str, is_dian: bool = False) -> tuple[str, ...]:
    """The tags of an element of UBL, or of one inside DianExtensions."""
    namespaces = (*UBL_NAMESPACES, *DIAN_NAMESPACES) if is_dian else UBL_NAMESPACES
    return tuple(f"{{{namespace}}}{name}" for namespace in namespaces)


def is_dian(root: etree._Element) -> bool:
    """True where the root's namespace is UBL's or, as some senders write, one of DIAN's own."""
    namespace = root.tag.rpartition("}")[0][1:]
    return namespace.startswith(UBL_NAMESPACE) or "dian" in namespace
