# ruff: noqa: RUF009 (what fields.* give are dataclasses.field)
"""AttachedDocument: the container of a document and DIAN's answer about it (annex 1.9, 9.1).

The wrapped documents are handed out as the bytes that their signers signed: cut out of the
container, never re-serialised.
"""

import base64
import binascii
import datetime
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import unescape

from lxml import etree

from . import fields
from .errors import ContainerError, XmlError
from .fields import Context, read
from .limits import DEFAULTS, Limits
from .xml import OUTER, as_utf8, children, is_dian, local_name, parse_xml, text_as_utf8

#: What XML escapes besides `<`, `>` and `&`.
QUOTES = {"&quot;": '"', "&apos;": "'"}
CONTAINER_ROOT = "AttachedDocument"
#: A document in base64 begins with `<`, perhaps after a byte order mark or a line end. Shorter
#: texts are words.
BASE64_START = re.compile(r"P[A-P]|77u/P|Cj[w-z]|DQo8")
BASE64_DOCUMENT = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}")


@dataclass(frozen=True)
class Container:
    """The facts that a container states, and the bytes of what it carries."""

    document: bytes
    answers: tuple[bytes, ...] = ()
    #: Of the document inside: the container's own ID is free
    number: str | None = fields.code(
        "ParentDocumentID", "ParentDocumentLineReference/DocumentReference/ID"
    )
    cufe: str | None = fields.hash_code("ParentDocumentLineReference/DocumentReference/UUID")
    #: The container's own date; some senders' clock lacks a zone or counts to twelve
    issue_date: datetime.date | None = fields.day("IssueDate")
    profile: str | None = fields.text("ProfileID")
    environment: str | None = fields.code("ProfileExecutionID")
    #: As they are written
    sender_nit: str | None = fields.code("SenderParty/PartyTaxScheme/CompanyID")
    receiver_nit: str | None = fields.code("ReceiverParty/PartyTaxScheme/CompanyID")
    #: "02" validated, "04" rejected: what the container says; only DIAN's answer proves it
    verification_codes: tuple[str, ...] = fields.texts(
        "ParentDocumentLineReference/DocumentReference/ResultOfVerification/ValidationResultCode"
    )


def open_container(content: bytes, limits: Limits = DEFAULTS) -> Container:
    """The container in `content`.

    :raises XmlError: where it cannot be parsed.
    :raises ContainerError: `container_empty` where it carries no document.
    """
    return container_of(parse_xml(content, limits), limits)


def is_container(root: etree._Element) -> bool:
    """True of an AttachedDocument, whatever its prefix."""
    return local_name(root) == CONTAINER_ROOT and (
        is_dian(root) or any(True for _attachment in children(root, "Attachment"))
    )


def container_of(root: etree._Element, limits: Limits = DEFAULTS) -> Container:
    """The same of a parsed container."""
    document = next(_carried(root, limits), None) if is_container(root) else None
    if document is None:
        raise ContainerError("container_empty")
    references = (
        reference
        for line in children(root, "ParentDocumentLineReference")
        for reference in children(line, "DocumentReference")
    )
    answers = (answer for reference in references for answer in _carried(reference, limits))
    some = tuple(itertools.islice(answers, limits.answers))
    return read(
        Container,
        root,
        Context(limits),
        document=document,
        answers=some or tuple(itertools.islice(_in_notes(root, limits), limits.answers)),
    )


def _carried(element: etree._Element, limits: Limits) -> Iterator[bytes]:
    """The XML documents that the Attachment of `element` carries, the usual place first.

    The annex wants them in ExternalReference/Description (MimeCode and EncodingCode are not looked
    at: many leave them out), some senders use UBL's own EmbeddedDocumentBinaryObject.
    """
    for attachment in children(element, "Attachment"):
        texts = [
            description.text
            for reference in children(attachment, "ExternalReference")
            for description in children(reference, "Description")
        ]
        texts += [
            embedded.text for embedded in children(attachment, "EmbeddedDocumentBinaryObject")
        ]
        for text in texts:
            yield from _xml_in(text or "", limits)


def _in_notes(root, limits):
    """DIAN's answer in base64 behind the words of a note, from senders who embed the document."""
    for note in children(root, "Note"):
        yield from _xml_in((note.text or "").strip(OUTER).rpartition(" ")[2], limits)


def _xml_in(text, limits):
    """The document that `text` is, as it stands, escaped once more or in base64, if it is one."""
    text = text.strip(OUTER)
    if text.startswith("&lt;"):
        text = unescape(text, QUOTES).strip(OUTER)
    if text.startswith("<"):
        yield text_as_utf8(text)
        return
    if not BASE64_START.match(text):
        return
    compact = "".join(text.split())
    if not BASE64_DOCUMENT.fullmatch(compact):
        return
    try:
        yield as_utf8(base64.b64decode(compact), limits)
    except (binascii.Error, XmlError) as error:
        raise ContainerError("container_unreadable", detail=error) from error
