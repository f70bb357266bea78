# ruff: noqa: RUF009 (what fields.* give are dataclasses.field)
"""The documents that DIAN's annexes define; what is missing is None, () or an empty part.

Sources: Anexo Técnico de Factura Electrónica de Venta 1.9 (Res. 000165/2023), of the Documento
Equivalente 1.0, and of RADIAN 1.1 for events; UBL 2.1.
"""

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, NamedTuple

from lxml import etree

from . import codes, fields
from .amounts import (
    AllowanceCharge,
    ExchangeRate,
    Line,
    PaymentMeans,
    PaymentTerms,
    PrepaidPayment,
    Tax,
    Totals,
    read_taxes,
)
from .errors import DocumentError
from .fields import Context, read
from .limits import DEFAULTS, Limits
from .party import Party, read_party
from .xml import is_dian, local_name, parse_xml

APPLICATION_RESPONSE = "ApplicationResponse"
_DIAN = "UBLExtensions/UBLExtension/ExtensionContent/DianExtensions"


@dataclass(frozen=True)
class DocumentReference:
    """Another document that this one names."""

    number: str | None = fields.code("ID")
    cufe: str | None = fields.hash_code("UUID")
    date: datetime.date | None = fields.day("IssueDate")
    type_code: str | None = fields.code("DocumentTypeCode")


class Discrepancy(NamedTuple):
    """Why a note was issued (`codes.CREDIT_REASONS`, `codes.DEBIT_REASONS`)."""

    code: str | None
    description: str | None
    reference: str | None


@dataclass(frozen=True)
class Authorization:
    """The numbering range that DIAN authorised."""

    IS_DIAN: ClassVar[bool] = True
    number: str | None = fields.code("InvoiceAuthorization")
    start: datetime.date | None = fields.day("AuthorizationPeriod/StartDate")
    end: datetime.date | None = fields.day("AuthorizationPeriod/EndDate")
    prefix: str | None = fields.code("AuthorizedInvoices/Prefix")
    first: int | None = fields.integer("AuthorizedInvoices/From")
    last: int | None = fields.integer("AuthorizedInvoices/To")


class Notification(NamedTuple):
    """A remark of DIAN's about a document that it validated or rejected: rule and sentence."""

    code: str | None
    description: str | None


@dataclass(frozen=True)
class _Statement:
    """A code and its description, as DiscrepancyResponse and Response have them."""

    code: str | None = fields.code("ResponseCode")
    description: str | None = fields.text("Description")
    reference: str | None = fields.code("ReferenceID")


def _discrepancy(element, context):
    statement = read(_Statement, element, context)
    return (Discrepancy(statement.code, statement.description, statement.reference),)


def _notification(element, context):
    statement = read(_Statement, element, context)
    return (Notification(statement.code, statement.description),)


def _billing_references(element, context):
    """BillingReference has an InvoiceDocumentReference, a CreditNoteDocumentReference ..."""
    children = [child for child in element if is_dian(child)]
    return tuple(read(DocumentReference, child, context) for child in context.count(children))


@dataclass(frozen=True)
class Document:
    """An invoice, a credit note, a debit note or an equivalent document."""

    is_response: ClassVar[bool] = False

    #: "invoice", "credit_note" or "debit_note"
    kind: str
    #: `codes.DOCUMENT_TYPES`
    type_code: str | None = fields.code("InvoiceTypeCode", "CreditNoteTypeCode")
    #: `codes.OPERATIONS`
    operation: str | None = fields.code("CustomizationID")
    profile: str | None = fields.text("ProfileID")
    #: "1" production, "2" test
    environment: str | None = fields.code("ProfileExecutionID")
    number: str | None = fields.code("ID")
    #: CUFE, CUDE or CUDS as `cufe_scheme` says, in lower case
    cufe: str | None = fields.hash_code("UUID")
    cufe_scheme: str | None = fields.code("UUID@schemeName")
    issue_date: datetime.date | None = fields.day("IssueDate")
    issue_time: datetime.time | None = fields.clock("IssueTime")
    due_date: datetime.date | None = fields.day("DueDate", "PaymentMeans/PaymentDueDate")
    period_start: datetime.date | None = fields.day("InvoicePeriod/StartDate")
    period_end: datetime.date | None = fields.day("InvoicePeriod/EndDate")
    currency: str | None = fields.capital_code("DocumentCurrencyCode")
    exchange_rate: ExchangeRate | None = fields.optional(ExchangeRate, "PaymentExchangeRate")
    notes: tuple[str, ...] = fields.texts("Note")
    order_reference: str | None = fields.code("OrderReference/ID")
    #: The buyer's cost centre
    accounting_cost: str | None = fields.text("AccountingCost", "AccountingCostCode")
    #: The documents that a note corrects
    references: tuple[DocumentReference, ...] = fields.repeated(
        _billing_references, "BillingReference"
    )
    discrepancies: tuple[Discrepancy, ...] = fields.repeated(_discrepancy, "DiscrepancyResponse")
    supplier: Party = fields.part(Party, "AccountingSupplierParty", reader=read_party)
    customer: Party = fields.part(Party, "AccountingCustomerParty", reader=read_party)
    #: "1" cash, "2" credit
    payment_form: str | None = fields.code("PaymentMeans/ID")
    payment_means: tuple[PaymentMeans, ...] = fields.many(PaymentMeans, "PaymentMeans")
    payment_terms: tuple[PaymentTerms, ...] = fields.many(PaymentTerms, "PaymentTerms")
    prepaid_payments: tuple[PrepaidPayment, ...] = fields.many(PrepaidPayment, "PrepaidPayment")
    lines: tuple[Line, ...] = fields.many(Line, "InvoiceLine", "CreditNoteLine", "DebitNoteLine")
    taxes: tuple[Tax, ...] = fields.repeated(read_taxes, "TaxTotal")
    withholdings: tuple[Tax, ...] = fields.repeated(read_taxes, "WithholdingTaxTotal")
    allowances: tuple[AllowanceCharge, ...] = fields.many(AllowanceCharge, "AllowanceCharge")
    totals: Totals = fields.part(Totals, "LegalMonetaryTotal", "RequestedMonetaryTotal")
    line_count: Decimal | None = fields.decimal("LineCountNumeric")
    authorization: Authorization | None = fields.optional(Authorization, f"{_DIAN}/InvoiceControl")
    software_provider_nit: str | None = fields.code(f"{_DIAN}/SoftwareProvider/ProviderID")
    qr_code: str | None = fields.text(f"{_DIAN}/QRCode")
    #: Paths of values that are there but cannot be read, such as an amount "1.234,56"
    malformed: tuple[str, ...] = ()
    #: Names of elements that UBL has once and that are there twice, each saying something else
    ambiguous: tuple[str, ...] = ()

    @property
    def code(self) -> str | None:
        """What DIAN knows it by: CUFE, CUDE or CUDS."""
        return self.cufe

    @property
    def issuer(self) -> Party:
        """Who answers for it, and signs it or has it signed."""
        return self.supplier

    @property
    def receiver(self) -> Party:
        """To whom it is addressed."""
        return self.customer

    @property
    def prefix(self) -> str | None:
        """What the number begins with: the range's prefix, the branch's, or what can be seen."""
        number = self.number or ""
        authorization = self.authorization or Authorization()
        for prefix in (authorization.prefix, self.supplier.registration_prefix):
            if prefix and number.startswith(prefix):
                return prefix
        return number.rstrip("0123456789") or None

    @property
    def is_event(self) -> bool:
        """Never: it is what events are about."""
        return False

    @property
    def issued_at(self) -> datetime.datetime | None:
        """Date and time of issue, aware; None if one is missing."""
        return _moment(self.issue_date, self.issue_time)

    @property
    def due_on(self) -> datetime.date | None:
        """When it is to be paid: the day that it states, the end of its payment terms, the day of issue of what
        is paid in cash; None where nothing is stated.
        """
        if self.due_date or not self.issue_date:
            return self.due_date
        ends = (terms.due(self.issue_date) for terms in self.payment_terms)
        stated = next((end for end in ends if end), None)
        return stated or (self.issue_date if self.payment_form == codes.CASH else None)


@dataclass(frozen=True)
class Response:
    """What an ApplicationResponse says about one document."""

    code: str | None = fields.code("Response/ResponseCode")
    description: str | None = fields.text("Response/Description")
    #: Of event 031: the reason of the claim (`codes.CLAIM_REASONS`)
    list_id: str | None = fields.code("Response/ResponseCode@listID")
    reference: DocumentReference | None = fields.optional(DocumentReference, "DocumentReference")
    notifications: tuple[Notification, ...] = fields.repeated(
        _notification, "LineResponse/Response"
    )


@dataclass(frozen=True)
class ApplicationResponse:
    """DIAN's answer about a document, or an event that a party declares about it.

    It has the same face as a :class:`Document`: code, type, issuer, receiver.
    """

    is_response: ClassVar[bool] = True

    number: str | None = fields.code("ID")
    cude: str | None = fields.hash_code("UUID")
    issue_date: datetime.date | None = fields.day("IssueDate")
    issue_time: datetime.time | None = fields.clock("IssueTime")
    profile: str | None = fields.text("ProfileID")
    environment: str | None = fields.code("ProfileExecutionID")
    sender: Party = fields.part(Party, "SenderParty", reader=read_party)
    receiver: Party = fields.part(Party, "ReceiverParty", reader=read_party)
    responses: tuple[Response, ...] = fields.many(Response, "DocumentResponse")
    notes: tuple[str, ...] = fields.texts("Note")
    malformed: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    @property
    def code(self) -> str | None:
        """What DIAN knows it by: its CUDE."""
        return self.cude

    @property
    def issuer(self) -> Party:
        """Who declares it, and signs it."""
        return self.sender

    @property
    def type_code(self) -> str | None:
        """What it says: the first response's code."""
        return self.responses[0].code if self.responses else None

    @property
    def reference(self) -> DocumentReference | None:
        """The document that the first response is about."""
        return self.responses[0].reference if self.responses else None

    @property
    def is_event(self) -> bool:
        """True of a RADIAN event (030 ...), False of DIAN's own validation (02, 04)."""
        return self.type_code in codes.EVENTS

    @property
    def issued_at(self) -> datetime.datetime | None:
        """Date and time of issue, aware; None if one is missing."""
        return _moment(self.issue_date, self.issue_time)


def _moment(date, time):
    return datetime.datetime.combine(date, time) if date and time else None


#: Root element: kind, and the type code where the document need not say it.
KINDS = {
    "Invoice": ("invoice", None),
    "CreditNote": ("credit_note", "91"),
    "DebitNote": ("debit_note", "92"),
}


#: Electronic payroll (Res. 000013/2021), which is no UBL.
PAYROLL_ROOTS = frozenset({"NominaIndividual", "NominaIndividualDeAjuste"})
DOCUMENT_ROOTS = frozenset(KINDS) | {APPLICATION_RESPONSE}


def parse_document(content: bytes, limits: Limits = DEFAULTS) -> Document | ApplicationResponse:
    """The document in `content`.

    :raises XmlError: where it cannot be parsed.
    :raises DocumentError: `document_unknown` where it is no document of DIAN's,
        `document_too_long`.
    """
    return document_of(parse_xml(content, limits), limits)


def document_of(root: etree._Element, limits: Limits = DEFAULTS) -> Document | ApplicationResponse:
    """The same of a parsed document."""
    name = local_name(root)
    if not is_document(root):
        raise DocumentError("document_unknown", root=name)
    context = Context(limits)
    if name == APPLICATION_RESPONSE:
        document = read(ApplicationResponse, root, context)
    else:
        document = _fiscal_document(name, root, context)
    if not context.malformed and not context.ambiguous:
        return document
    return replace(document, malformed=tuple(context.malformed), ambiguous=tuple(context.ambiguous))


def is_document(root: etree._Element) -> bool:
    """True of a root that :func:`document_of` reads."""
    return local_name(root) in DOCUMENT_ROOTS and is_dian(root)


def is_payroll(root: etree._Element) -> bool:
    """True of a payroll document of DIAN's."""
    return local_name(root) in PAYROLL_ROOTS and is_dian(root)


def _fiscal_document(name, root, context):
    kind, type_code = KINDS[name]
    document = read(Document, root, context, kind=kind)
    if type_code and not document.type_code:
        return replace(document, type_code=type_code)
    return document
