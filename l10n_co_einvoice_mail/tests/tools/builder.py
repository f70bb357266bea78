"""Signed documents, containers, archives and mails as Colombian suppliers send them.

Built step by step, so that a test can replace any part:

    invoice = builder.Document(number="FE77", lines=(builder.Line(price="250000"),))
    package = builder.Package(invoice)  # parts are made when asked for
    package.document, package.answers, package.container, package.archive, package.mail  # bytes
    builder.Package(invoice, document=other)  # the later parts are built around it
    builder.Package(invoice, answers=())  # no answer of DIAN
    builder.Package(invoice, answers=(builder.signed_answer(invoice, "04"),))  # DIAN rejected it
    builder.Package(invoice, container=builder.attached_document(invoice, xml, is_signed=False))
    builder.Package(builder.event("030", invoice))  # an event's mail

Defaults: supplier 900123456, buyer 800123456. Plain Python: no Odoo, no file, no network.
"""

import functools
import hashlib
from dataclasses import dataclass

from . import certificates, responses, ubl
from .facts import (
    BUYER,
    DIAN,
    SUPPLIER,
    AllowanceCharge,
    Authorization,
    Document,
    Line,
    Party,
    Reference,
    Tax,
    check_digit,
    credit_note,
    debit_note,
)
from .markup import element, escape, root, text
from .packaging import archive, forward, mail, pdf
from .responses import Response, answer, event
from .xades import EXTENSION, Style, sign, unsigned

__all__ = [
    "BUYER",
    "DIAN",
    "SUPPLIER",
    "AllowanceCharge",
    "Authorization",
    "Document",
    "Line",
    "Package",
    "Party",
    "Reference",
    "Response",
    "Style",
    "Tax",
    "answer",
    "archive",
    "attached_document",
    "check_digit",
    "credit_note",
    "debit_note",
    "event",
    "forward",
    "mail",
    "pdf",
    "sign",
    "signed_answer",
    "signed_document",
    "signer_of",
    "subject",
    "tampered",
    "unsigned",
    "xml",
]


def signer_of(party):
    """The signer of a party's documents: DIAN's own, or a leaf that carries NIT and check digit."""
    if party.nit == DIAN.nit:
        return certificates.dian()
    return certificates.leaf(party.nit + party.check_digit, party.name)


def xml(facts):
    """Unsigned text of a `Document` or a `Response`, with the mark where its signature goes."""
    is_response = isinstance(facts, Response)
    return responses.application_response(facts) if is_response else ubl.document(facts)


def signed_document(facts, signer=None, style=None):
    """Signed bytes of a `Document` or of an event; `signer` defaults to its issuer's."""
    style = style or Style(signing_time=f"{facts.issue_date}T10:00:01-05:00")
    return sign(xml(facts), signer or signer_of(facts.supplier), style)


def signed_answer(facts, code="02", signer=None, style=None, **changes):
    """DIAN's signed answer about a document; `changes` replace fields of `Response`."""
    # DIAN's clock: local time labelled as UTC.
    style = style or Style(signing_time=f"{facts.issue_date}T12:00:00+00:00")
    response = answer(facts, code, **changes)
    return sign(responses.application_response(response), signer or certificates.dian(), style)


def tampered(content, old, new):
    """`content` with a text replaced after it was signed; ValueError if the text is not there."""
    if old.encode() not in content:
        raise ValueError(f"{old!r} is not in the document")
    return content.replace(old.encode(), new.encode())


@dataclass(frozen=True)
class Wrapping:
    """How a container is written; empty texts are taken from the document."""

    escaped: bool = False
    is_signed: bool = True
    number: str = ""
    cufe: str = ""
    result_code: str = "02"


def attached_document(facts, document, answers=(), signer=None, style=None, **wrapping):
    """Bytes of the AttachedDocument around a signed document and DIAN's answers.

    `wrapping`: fields of `Wrapping`.
    """
    how = Wrapping(**{"number": facts.number, "cufe": facts.cufe, **wrapping})
    text_ = root(
        "AttachedDocument",
        element("ext:UBLExtensions", EXTENSION),
        text("cbc:UBLVersionID", "UBL 2.1"),
        text("cbc:CustomizationID", "Documentos adjuntos"),
        text("cbc:ProfileID", "Factura Electrónica de Venta"),
        text("cbc:ProfileExecutionID", facts.environment),
        text("cbc:ID", f"AD{how.number}"),
        text("cbc:IssueDate", facts.issue_date),
        text("cbc:IssueTime", "12:05:00-05:00"),
        text("cbc:DocumentType", "Contenedor de Factura Electrónica"),
        text("cbc:ParentDocumentID", how.number),
        element("cac:SenderParty", ubl.party_tax_scheme(facts.supplier)),
        element("cac:ReceiverParty", ubl.party_tax_scheme(facts.customer)),
        _attachment(document, how),
        *(_answer_line(facts, line, item, how) for line, item in enumerate(answers, 1)),
    )
    if not how.is_signed:
        return unsigned(text_)
    style = style or Style(signing_time=f"{facts.issue_date}T12:05:00-05:00")
    return sign(text_, signer or signer_of(facts.supplier), style)


def _attachment(content, how):
    inner = content.decode()
    wrapped = escape(inner) if how.escaped else _cdata(inner)
    return element(
        "cac:Attachment",
        element(
            "cac:ExternalReference",
            text("cbc:MimeCode", "text/xml"),
            text("cbc:EncodingCode", "UTF-8"),
            element("cbc:Description", wrapped),
        ),
    )


def _cdata(inner):
    return f"<![CDATA[{inner.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _answer_line(facts, line, content, how):
    return element(
        "cac:ParentDocumentLineReference",
        text("cbc:LineID", line),
        element(
            "cac:DocumentReference",
            text("cbc:ID", how.number),
            text("cbc:UUID", how.cufe, schemeName=facts.scheme),
            text("cbc:IssueDate", facts.issue_date),
            text("cbc:DocumentType", "ApplicationResponse"),
            _attachment(content, how),
            element(
                "cac:ResultOfVerification",
                text("cbc:ValidatorID", DIAN.name),
                text("cbc:ValidationResultCode", how.result_code),
                text("cbc:ValidationDate", facts.issue_date),
                text("cbc:ValidationTime", "12:00:00-05:00"),
            ),
        ),
    )


def subject(facts):
    """The mail's subject, as the annex asks: of an event (first word Evento), or of a document."""
    issuer = facts.supplier
    if isinstance(facts, Response):
        fields = ("Evento", facts.about, issuer.nit, issuer.name, facts.number, facts.code)
    else:
        trade_name = issuer.trade_name or issuer.name
        fields = (issuer.nit, issuer.name, facts.number, facts.type_code, trade_name)
    return ";".join(fields)


class Package:
    """Everything a supplier sends about one document.

    Parts given at construction (any property below, by name) stand as they are; the others are
    built around them when asked for.
    """

    def __init__(self, facts=None, **given):
        self.facts = facts or Document()
        # functools.cached_property looks into the instance's dict first.
        self.__dict__.update(given)

    @functools.cached_property
    def document(self):
        return signed_document(self.facts)

    @functools.cached_property
    def answers(self):
        return (signed_answer(self.facts),)

    @functools.cached_property
    def container(self):
        return attached_document(self.facts, self.document, self.answers)

    @functools.cached_property
    def pdf(self):
        facts = self.facts
        return pdf(f"{facts.supplier.name} - NIT {facts.supplier.nit}", facts.number, facts.cufe)

    @functools.cached_property
    def file_stem(self):
        """Annex 6.5: NIT in ten digits, software 000, year, consecutive (here a digest)."""
        consecutive = hashlib.sha256(self.facts.number.encode()).hexdigest()[:8]
        year = self.facts.issue_date[2:4]
        return f"{self.facts.supplier.nit:0>10}000{year}{consecutive}"

    @functools.cached_property
    def files(self):
        """What lies in the archive: {name: bytes}."""
        return {f"ad{self.file_stem}.xml": self.container, f"{self.facts.number}.pdf": self.pdf}

    @functools.cached_property
    def archive(self):
        return archive(self.files)

    @functools.cached_property
    def attachments(self):
        return {f"z{self.file_stem}.zip": self.archive}

    @functools.cached_property
    def subject(self):
        return subject(self.facts)

    @functools.cached_property
    def mail(self):
        message_id = f"<{self.facts.number}.{self.facts.supplier.nit}@example.com>"
        sender = self.facts.supplier.email
        return mail(self.subject, self.attachments, sender=sender, message_id=message_id)
