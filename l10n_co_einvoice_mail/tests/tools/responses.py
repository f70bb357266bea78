"""ApplicationResponses: DIAN's answers about a document, and the events of an invoice's parties."""

import hashlib
from dataclasses import dataclass

from .extensions import extension, source_and_software
from .facts import DIAN, Document, Party
from .markup import element, root, text
from .ubl import party_tax_scheme
from .xades import EXTENSION

ANSWERS = {"02": "Documento validado por la DIAN", "04": "Documento rechazado por la DIAN"}
EVENTS = {
    "030": "Acuse de recibo de Factura Electrónica de Venta",
    "031": "Reclamo de la Factura Electrónica de Venta",
    "032": "Recibo del bien y/o prestación del servicio",
    "033": "Aceptación expresa",
    "034": "Aceptación tácita",
}
EVENT_PROFILE = "DIAN 2.1: ApplicationResponse de la Factura Electrónica de Venta"


@dataclass(frozen=True)
class Response:
    """An ApplicationResponse of `sender` to `receiver` about the document numbered `about`."""

    number: str
    sender: Party
    receiver: Party
    code: str
    description: str
    about: str
    about_cufe: str
    about_scheme: str = "CUFE-SHA384"
    about_type: str = "01"
    profile: str = "DIAN 2.1"
    environment: str = "1"
    issue_date: str = "2026-03-02"
    issue_time: str = "12:00:00-05:00"
    notifications: tuple[tuple[str, str], ...] = ()
    list_id: str = ""
    note: str = ""

    # What a container needs to know of the document it wraps.
    scheme = "CUDE-SHA384"
    type_code = "96"

    @property
    def supplier(self):
        return self.sender

    @property
    def customer(self):
        return self.receiver

    @property
    def cufe(self):
        """The CUDE, as annex 1.9 computes it for events; a made-up software PIN."""
        parts = (self.number, self.issue_date, self.issue_time, self.sender.nit, self.receiver.nit)
        about = (self.code, self.about, self.about_type, "12345")
        return hashlib.sha384("".join(parts + about).encode()).hexdigest()


def answer(facts, code="02", **changes):
    """DIAN's answer about a document or an event; `changes` replace fields of `Response`."""
    defaults = {
        "number": "99000001",
        "sender": DIAN,
        "receiver": facts.supplier,
        "code": code,
        "description": ANSWERS.get(code, ""),
        "about": facts.number,
        "about_cufe": facts.cufe,
        "about_scheme": facts.scheme,
        "about_type": facts.type_code,
        "environment": facts.environment,
        "issue_date": facts.issue_date,
        "notifications": (("0000", "0"),),
    }
    return Response(**{**defaults, **changes})


def event(code="030", invoice=None, **changes):
    """A RADIAN event about an invoice, sent by the buyer (034, tacit acceptance: by the issuer)."""
    invoice = invoice or Document()
    parties = (invoice.customer, invoice.supplier)
    sender, receiver = reversed(parties) if code == "034" else parties
    defaults = {
        "number": invoice.number + code,
        "sender": sender,
        "receiver": receiver,
        "code": code,
        "description": EVENTS[code],
        "about": invoice.number,
        "about_cufe": invoice.cufe,
        "about_type": invoice.type_code,
        "profile": EVENT_PROFILE,
        "environment": invoice.environment,
        "issue_date": invoice.issue_date,
        "list_id": "02" if code == "031" else "",
    }
    return Response(**{**defaults, **changes})


def application_response(facts):
    """Text of the `Response`, with the mark where its signature goes."""
    list_id = {"listID": facts.list_id} if facts.list_id else {}
    code = text("cbc:ResponseCode", facts.code, **list_id)
    return root(
        "ApplicationResponse",
        element(
            "ext:UBLExtensions",
            extension(source_and_software(facts.sender.nit)),
            EXTENSION,
        ),
        text("cbc:UBLVersionID", "UBL 2.1"),
        text("cbc:CustomizationID", "1"),
        text("cbc:ProfileID", facts.profile),
        text("cbc:ProfileExecutionID", facts.environment),
        text("cbc:ID", facts.number),
        text("cbc:UUID", facts.cufe, schemeID=facts.environment, schemeName=facts.scheme),
        text("cbc:IssueDate", facts.issue_date),
        text("cbc:IssueTime", facts.issue_time),
        text("cbc:Note", facts.note),
        element("cac:SenderParty", party_tax_scheme(facts.sender)),
        element("cac:ReceiverParty", party_tax_scheme(facts.receiver)),
        element(
            "cac:DocumentResponse",
            element("cac:Response", code, text("cbc:Description", facts.description)),
            _document_reference(facts),
            *_line_responses(facts.notifications),
        ),
    )


def _document_reference(facts):
    return element(
        "cac:DocumentReference",
        text("cbc:ID", facts.about),
        text("cbc:UUID", facts.about_cufe, schemeName=facts.about_scheme),
        text("cbc:DocumentTypeCode", facts.about_type),
    )


def _line_responses(notifications):
    for number, (code, description) in enumerate(notifications, 1):
        response = text("cbc:ResponseCode", code) + text("cbc:Description", description)
        line = element("cac:LineReference", text("cbc:LineID", number))
        yield element("cac:LineResponse", line, element("cac:Response", response))
