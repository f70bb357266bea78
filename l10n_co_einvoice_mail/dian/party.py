# ruff: noqa: RUF009 (what fields.* give are dataclasses.field)
"""Who issued a document and who received it (annex 1.9, groups of the parties)."""

from dataclasses import dataclass

from lxml import etree

from . import fields
from .fields import Context, read
from .xml import ubl_children


@dataclass(frozen=True)
class Address:
    """A Colombian address carries DANE's codes of city (5 digits) and department (2 digits)."""

    line: str | None = fields.joined("AddressLine/Line", ", ")
    city_code: str | None = fields.code("ID")
    city: str | None = fields.text("CityName")
    department_code: str | None = fields.code("CountrySubentityCode")
    department: str | None = fields.text("CountrySubentity")
    postal_code: str | None = fields.code("PostalZone")
    country_code: str | None = fields.code("Country/IdentificationCode")


@dataclass(frozen=True)
class Party:
    """A person or company; `id_number` is written without its check digit."""

    name: str | None = fields.text(
        "PartyTaxScheme/RegistrationName", "PartyLegalEntity/RegistrationName", "PartyName/Name"
    )
    trade_name: str | None = fields.text("PartyName/Name")
    id_number: str | None = fields.code(
        "PartyTaxScheme/CompanyID", "PartyLegalEntity/CompanyID", "PartyIdentification/ID"
    )
    #: "31" NIT, "13" cédula ... (`codes.ID_TYPES`)
    id_type: str | None = fields.code(
        "PartyTaxScheme/CompanyID@schemeName",
        "PartyLegalEntity/CompanyID@schemeName",
        "PartyIdentification/ID@schemeName",
    )
    check_digit: str | None = fields.code(
        "PartyTaxScheme/CompanyID@schemeID",
        "PartyLegalEntity/CompanyID@schemeID",
        "PartyIdentification/ID@schemeID",
    )
    #: "1" company, "2" natural person
    organization_type: str | None = None
    #: `codes.TAX_LEVELS`
    tax_levels: tuple[str, ...] = fields.listed("PartyTaxScheme/TaxLevelCode", ";")
    tax_scheme: str | None = fields.code("PartyTaxScheme/TaxScheme/ID")
    #: The fiscal address where there is one, the place of business otherwise.
    address: Address = fields.part(
        Address,
        "PartyTaxScheme/RegistrationAddress",
        "PhysicalLocation/Address",
        "PartyLegalEntity/RegistrationAddress",
    )
    #: CIIU codes of what it does
    activities: tuple[str, ...] = fields.listed("IndustryClassificationCode", ";")
    email: str | None = fields.text("Contact/ElectronicMail")
    phone: str | None = fields.text("Contact/Telephone")
    contact_name: str | None = fields.text("Contact/Name")
    #: Prefix of the numbering that the branch uses.
    registration_prefix: str | None = fields.code("PartyLegalEntity/CorporateRegistrationScheme/ID")


@dataclass(frozen=True)
class _Account:
    """What stands beside the party."""

    organization_type: str | None = fields.code("AdditionalAccountID")


def read_party(element: etree._Element, context: Context) -> Party:
    """The party in an AccountingSupplierParty, or that a SenderParty is."""
    parties = list(ubl_children(element, "Party"))
    if not parties:
        return read(Party, element, context)
    if len(parties) > 1:
        context.ambiguous["Party"] = None
    around = read(_Account, element, context)
    return read(Party, parties[0], context, organization_type=around.organization_type)
