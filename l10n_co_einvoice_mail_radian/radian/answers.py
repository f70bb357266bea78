"""What DIAN's service answers."""

import base64
import binascii
import datetime
import re
from dataclasses import dataclass, field

from lxml import etree
from odoo.addons.l10n_co_einvoice_mail.dian.errors import DianError
from odoo.addons.l10n_co_einvoice_mail.dian.xml import children, local_name, parse_xml
from odoo.addons.l10n_co_einvoice_mail.vocabulary.text import one_line

#: The same document was processed before: it is there.
PROCESSED_BEFORE = re.compile(r"\bRegla:?\s*90\b", re.IGNORECASE)
#: The certificate's NIT may not act for the sender.
UNAUTHORISED = re.compile(r"\bRegla:?\s*89\b|no autorizado", re.IGNORECASE)
IN_PROCESS = "98"
#: No document of that code.
UNKNOWN_KEY = frozenset({"66", "90"})
TEXT_LENGTH = 1000


class StrangeAnswer(Exception):
    """It is no answer of the service; the text says what it is."""


class Fault(Exception):
    """The service did not process the request.

    :param is_ours: the request itself is wrong, so that nothing was done; else the service is in trouble
    """

    def __init__(self, text: str, is_ours: bool):
        super().__init__(text)
        self.is_ours = is_ours


@dataclass(frozen=True)
class Status:
    """A DianResponse: what became of a document or an event."""

    is_valid: bool | None
    code: str = ""
    description: str = ""
    message: str = ""
    errors: tuple[str, ...] = ()
    key: str = ""
    #: DIAN's signed ApplicationResponse
    xml: bytes = field(default=b"", repr=False)

    @property
    def is_approved(self) -> bool:
        """Does DIAN have it?"""
        return self.is_valid is True or any(map(PROCESSED_BEFORE.search, self._texts))

    @property
    def is_decided(self) -> bool:
        """Is that its last word?"""
        return self.is_approved or (self.is_valid is False and self.code != IN_PROCESS)

    @property
    def is_unauthorised(self) -> bool:
        return any(map(UNAUTHORISED.search, self._texts))

    @property
    def is_unknown(self) -> bool:
        """Of a question: is there no such document?"""
        return self.code in UNKNOWN_KEY

    @property
    def text(self) -> str:
        """Its words in one line."""
        found = dict.fromkeys(filter(None, (*self.errors, self.message, self.description)))
        return one_line(" · ".join(found))[:TEXT_LENGTH] or self.code or "?"

    @property
    def _texts(self):
        return (*self.errors, self.message, self.description)


@dataclass(frozen=True)
class HandedOut:
    """An EventResponse: a document's XML."""

    code: str
    message: str
    xml: bytes = field(default=b"", repr=False)

    @property
    def text(self) -> str:
        return one_line(f"{self.code} {self.message}".strip())[:TEXT_LENGTH] or "?"


@dataclass(frozen=True)
class Recorded:
    """An event that DIAN has of an invoice."""

    code: str
    cude: str
    day: datetime.date | None
    number: str = ""


def result(content: bytes, operation: str) -> etree._Element:
    """The result element of an answer's body.

    :raises Fault: the service says that it did not process it.
    :raises StrangeAnswer: it is something else.
    """
    try:
        root = parse_xml(content)
    except DianError as error:
        raise StrangeAnswer(one_line(str(error))[:200]) from None
    body = _child(root, "Body") if local_name(root) == "Envelope" else None
    if body is None:
        raise StrangeAnswer(local_name(root)[:200])
    fault = _child(body, "Fault")
    if fault is not None:
        raise _fault(fault)
    found = _descend(body, f"{operation}Response", f"{operation}Result")
    if found is None:
        raise StrangeAnswer(", ".join(local_name(part) for part in body)[:200])
    return found


def _fault(element):
    """:return: Fault; SOAP 1.2, 5.4.6: a Sender's fault is not to be sent again as it is"""
    codes = [_text(element, "Code", "Value"), _text(element, "Code", "Subcode", "Value")]
    names = [code.rpartition(":")[2] for code in codes if code]
    words = _text(element, "Reason", "Text")
    text = one_line(" ".join(filter(None, (*names, words))))[:TEXT_LENGTH]
    return Fault(text or "?", is_ours=bool(names) and names[0] == "Sender")


def status_of(element: etree._Element) -> Status:
    """A DianResponse; of a list of them the first.

    :raises StrangeAnswer: it says nothing
    """
    inner = _child(element, "DianResponse")
    element = element if inner is None else inner
    valid = {"true": True, "false": False}.get(_text(element, "IsValid").lower())
    status = Status(
        valid,
        _text(element, "StatusCode"),
        _text(element, "StatusDescription"),
        _text(element, "StatusMessage"),
        _errors(element),
        _text(element, "XmlDocumentKey").lower(),
        _bytes(element, "XmlBase64Bytes"),
    )
    if valid is None and not status.code and not status.errors:
        raise StrangeAnswer("no IsValid")
    return status


def _errors(element):
    messages = _child(element, "ErrorMessage")
    found = [] if messages is None else [(part.text or "").strip() for part in messages]
    return tuple(filter(None, found))


def handed_out(element: etree._Element) -> HandedOut:
    """An EventResponse; success is that there is a document in it, whatever its code says."""
    xml = _bytes(element, "XmlBytesBase64")
    return HandedOut(_text(element, "Code"), _text(element, "Message"), xml)


def recorded_events(status: Status) -> tuple[Recorded, ...]:
    """The events of an invoice, out of the answer to GetStatusEvent; none where there is none.

    :raises StrangeAnswer: what it holds cannot be read
    """
    if not status.xml:
        return ()
    try:
        root = parse_xml(status.xml)
    except DianError as error:
        raise StrangeAnswer(one_line(str(error))[:200]) from None
    return tuple(
        Recorded(
            _text(item, "Response", "ResponseCode"),
            _text(item, "DocumentReference", "UUID").lower(),
            _day(_text(item, "Response", "EffectiveDate")),
            _text(item, "DocumentReference", "ID"),
        )
        for item in children(root, "DocumentResponse")
    )


def _day(text):
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _bytes(element, name):
    text = _text(element, name)
    try:
        return base64.b64decode(text, validate=True) if text else b""
    except (binascii.Error, ValueError):
        raise StrangeAnswer(f"{name} is no base64") from None


def _text(element, *path):
    found = _descend(element, *path)
    return "" if found is None else (found.text or "").strip()


def _descend(element, *path):
    for name in path:
        element = None if element is None else _child(element, name)
    return element


def _child(element, name):
    return next(children(element, name), None)
