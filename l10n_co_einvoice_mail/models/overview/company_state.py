"""What a company has of what it needs to receive its own invoices and to book them."""

from dataclasses import dataclass

from ...dian.nit import normalise

COUNTRY = "CO"


@dataclass(frozen=True)
class CompanyState:
    """How far a company (res.company, as superuser) is."""

    company: object
    has_country: bool
    has_nit: bool
    has_chart: bool
    #: Nothing would be lost: there are no entries yet, and the chart is not Colombia's
    may_load_chart: bool

    @property
    def is_ready(self):
        return self.has_country and self.has_nit and self.has_chart


def of(company):
    """:return: CompanyState of one res.company"""
    company = company.sudo()
    has_country = company.country_code == COUNTRY
    has_chart = bool(company.chart_template)
    is_empty = not company.root_id._existing_accounting() and not company.parent_id
    return CompanyState(
        company=company,
        has_country=has_country,
        has_nit=bool(normalise(company.vat or "").number),
        has_chart=has_chart,
        may_load_chart=is_empty and not (has_country and has_chart),
    )
