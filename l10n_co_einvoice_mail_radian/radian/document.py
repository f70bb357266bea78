"""An event as DIAN wants it: an ApplicationResponse (annex FE 1.9, 6.5.4, 8.5 and 11.5)."""

import datetime
import hashlib
from dataclasses import dataclass, field

from lxml import etree
from odoo.addons.l10n_co_einvoice_mail.dian.nit import check_digit

from .events import CLAIM_CONCEPTS, EVENTS

COLOMBIA = datetime.timezone(datetime.timedelta(hours=-5))
PRODUCTION, TEST = "1", "2"
PROFILE = "DIAN 2.1: ApplicationResponse de Factura Electrónica de Venta"
#: By environment: the page that the QR code leads to.
QR_PAGES = {
    PRODUCTION: "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey=",
    TEST: "https://catalogo-vpfe-hab.dian.gov.co/document/searchqr?documentkey=",
}
NIT = "31"
AGENCY_NAME = "CO, DIAN (Dirección de Impuestos y Aduanas Nacionales)"
AGENCY = {"schemeAgencyID": "195", "schemeAgencyName": AGENCY_NAME}
DIAN_NIT = "800197268"
TAX_SCHEMES = {"01": "IVA", "04": "INC", "ZA": "IVA e INC", "ZZ": "No aplica"}
#: ZA01
MAXIMUM_BYTES = 500_000

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {
    None: f"{UBL}ApplicationResponse-2",
    "cac": f"{UBL}CommonAggregateComponents-2",
    "cbc": f"{UBL}CommonBasicComponents-2",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "ext": f"{UBL}CommonExtensionComponents-2",
    "sts": "dian:gov:co:facturaelectronica:Structures-2-1",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
    "xades141": "http://uri.etsi.org/01903/v1.4.1#",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


@dataclass(frozen=True)
class Party:
    """:param nit: without its check digit
    :param id_type: `codes.ID_TYPES` of the main addon
    :param organization: "1" company, "2" natural person
    """

    name: str
    nit: str
    id_type: str = NIT
    organization: str = "1"
    tax_scheme: str = "01"


@dataclass(frozen=True)
class Person:
    """Who received the invoice or the goods."""

    id_number: str
    first_name: str
    family_name: str
    id_type: str = "13"
    job_title: str = ""
    department: str = ""


@dataclass(frozen=True)
class Software:
    """The company's own, as it is enabled at DIAN."""

    identifier: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class Invoice:
    """The supplier's invoice that the event is about."""

    number: str
    cufe: str
    type_code: str = "01"


@dataclass(frozen=True)
class EventFacts:
    """All that stands in an event.

    :param number: the event's own, unique for the sender
    :param issued_at: aware
    """

    code: str
    number: str
    issued_at: datetime.datetime
    environment: str
    sender: Party
    receiver: Party
    invoice: Invoice
    software: Software
    person: Person | None = None
    concept: str = ""

    @property
    def issue_date(self) -> str:
        """As it is written: Colombia's day."""
        return f"{self.issued_at.astimezone(COLOMBIA):%Y-%m-%d}"

    @property
    def issue_time(self) -> str:
        """As it is written, with the zone."""
        return f"{self.issued_at.astimezone(COLOMBIA):%H:%M:%S}-05:00"

    @property
    def cude(self) -> str:
        """The event's unique code (annex 1.9, 11.5)."""
        parts = (
            self.number, self.issue_date, self.issue_time, self.sender.nit, self.receiver.nit,
            self.code, self.invoice.number, self.invoice.type_code, self.software.pin,
        )  # fmt: skip
        return _sha384(*parts)

    @property
    def security_code(self) -> str:
        """The SoftwareSecurityCode: proves that the sender knows the software's PIN."""
        return _sha384(self.software.identifier, self.software.pin, self.number)


def _sha384(*parts):
    return hashlib.sha384("".join(parts).encode()).hexdigest()


def event_document(facts: EventFacts) -> etree._Element:
    """The event, unsigned; its second extension is empty and waits for the signature."""
    root = etree.Element(_tag(None, "ApplicationResponse"), nsmap=NAMESPACES)
    extensions = _add(root, "ext:UBLExtensions")
    _dian_extension(_extension(extensions), facts)
    _extension(extensions)
    for name, value in (
        ("UBLVersionID", "UBL 2.1"),
        ("CustomizationID", "1"),
        ("ProfileID", PROFILE),
        ("ProfileExecutionID", facts.environment),
        ("ID", facts.number),
    ):
        _add(root, f"cbc:{name}", value)
    scheme = {"schemeID": facts.environment, "schemeName": "CUDE-SHA384"}
    _add(root, "cbc:UUID", facts.cude, **scheme)
    _add(root, "cbc:IssueDate", facts.issue_date)
    _add(root, "cbc:IssueTime", facts.issue_time)
    _party(_add(root, "cac:SenderParty"), facts.sender)
    _party(_add(root, "cac:ReceiverParty"), facts.receiver)
    _response(_add(root, "cac:DocumentResponse"), facts)
    return root


def signature_place(root: etree._Element) -> etree._Element:
    """The element of an unsigned event that its signature belongs into."""
    return root.findall(".//ext:ExtensionContent", {"ext": NAMESPACES["ext"]})[-1]


def _extension(extensions):
    return _add(_add(extensions, "ext:UBLExtension"), "ext:ExtensionContent")


def _dian_extension(content, facts):
    dian = _add(content, "sts:DianExtensions")
    _add(
        _add(dian, "sts:InvoiceSource"),
        "cbc:IdentificationCode",
        "CO",
        listAgencyID="6",
        listAgencyName="United Nations Economic Commission for Europe",
        listSchemeURI="urn:oasis:names:specification:ubl:codelist:gc:CountryIdentificationCode-2.1",
    )
    provider = _add(dian, "sts:SoftwareProvider")
    _number(provider, "sts:ProviderID", facts.sender.nit)
    _add(provider, "sts:SoftwareID", facts.software.identifier, **AGENCY)
    _add(dian, "sts:SoftwareSecurityCode", facts.security_code, **AGENCY)
    _number(_add(dian, "sts:AuthorizationProvider"), "sts:AuthorizationProviderID", DIAN_NIT)
    _add(dian, "sts:QRCode", QR_PAGES[facts.environment] + facts.invoice.cufe)


def _number(parent, name, nit):
    _add(parent, name, nit, schemeID=check_digit(nit) or "", schemeName=NIT, **AGENCY)


def _party(element, party):
    scheme = _add(element, "cac:PartyTaxScheme")
    _add(scheme, "cbc:RegistrationName", party.name)
    digit = {"schemeID": check_digit(party.nit) or ""} if party.id_type == NIT else {}
    _add(
        scheme,
        "cbc:CompanyID",
        party.nit,
        schemeName=party.id_type,
        **digit,
        **AGENCY,
        schemeVersionID=party.organization,
    )
    tax = _add(scheme, "cac:TaxScheme")
    _add(tax, "cbc:ID", party.tax_scheme)
    _add(tax, "cbc:Name", TAX_SCHEMES[party.tax_scheme])


def _response(element, facts):
    response = _add(element, "cac:Response")
    concept = {}
    if facts.concept:
        concept = {"listID": facts.concept, "name": CLAIM_CONCEPTS[facts.concept]}
    _add(response, "cbc:ResponseCode", facts.code, **concept)
    _add(response, "cbc:Description", EVENTS[facts.code].description)
    reference = _add(element, "cac:DocumentReference")
    _add(reference, "cbc:ID", facts.invoice.number)
    _add(reference, "cbc:UUID", facts.invoice.cufe, schemeName="CUFE-SHA384")
    _add(reference, "cbc:DocumentTypeCode", facts.invoice.type_code)
    if facts.person:
        _person(_add(_add(element, "cac:IssuerParty"), "cac:Person"), facts.person)


def _person(element, person):
    digit = {"schemeID": check_digit(person.id_number) or ""} if person.id_type == NIT else {}
    _add(element, "cbc:ID", person.id_number, schemeName=person.id_type, **digit)
    for name, value in (
        ("FirstName", person.first_name),
        ("FamilyName", person.family_name),
        ("JobTitle", person.job_title),
        ("OrganizationDepartment", person.department),
    ):
        if value:
            _add(element, f"cbc:{name}", value)


def _add(parent, name, text=None, /, **attributes):
    prefix, _colon, local = name.partition(":")
    element = etree.SubElement(parent, _tag(prefix, local), attributes)
    element.text = text
    return element


def _tag(prefix, local):
    return f"{{{NAMESPACES[prefix]}}}{local}"
