from dataclasses import dataclass, field

from odoo import api, models

from ...booking.lines import Plan
from .res_partner import id_key

#: Account of the Colombian chart (PUC) for what was paid to suppliers in advance.
ADVANCES_ACCOUNT = "co_puc_133000"


@dataclass(eq=False)
class Draft:
    """A document on its way to a bill."""

    record: object  # l10n_co.received.document
    edocument: object  # dian.reader.EDocument
    supplier: object = None  # res.partner
    #: account.move that the document is to be entered on; None to find or create one
    target: object = None
    move: object = None  # account.move
    plan: Plan | None = None
    failure: object = None  # BillFailure: why its lines were refused
    notices: list = field(default_factory=list)

    @property
    def document(self):
        return self.edocument.document

    @property
    def move_type(self):
        return "in_refund" if self.document.kind == "credit_note" else "in_invoice"

    def warn(self, code, **data):
        """Tell the bookkeeper something (a key of `booking.notices.NOTICES`)."""
        self.notices.append({"code": code, "data": data})


@dataclass
class Lookups:
    """What the bills of a batch need of the database, read once."""

    company: object
    table: object  # tax_map.TaxTable
    units: dict
    currencies: dict
    memory: object  # bill_memory.Memory
    products: dict  # id(line) -> product.product
    journal: object
    prepaid_account: object
    quantity_digits: int
    #: (supplier, product, account) -> analytic distribution
    distributions: dict = field(default_factory=dict)

    def currency(self, document):
        """The document's currency, active or not; the company's where there is no such."""
        return self.currencies.get(document.currency) or self.company.currency_id


class BillLookups(models.AbstractModel):
    """Reads at once what a batch of bills needs of the database."""

    _name = "l10n_co.bill.lookups"
    _description = "Look-ups of vendor bills (Colombia)"

    @api.model
    def _look_up(self, drafts):
        """Find suppliers, products and all else that the bills of these drafts need, in a number of
        queries that does not depend on how many they are. Sets `supplier` on the drafts.

        :return: `Lookups`
        """
        company = self.env.company
        self._find_suppliers(drafts, company)
        suppliers = self.env["res.partner"].union(*(d.supplier for d in drafts if d.supplier))
        currencies = self.env["res.currency"].with_context(active_test=False).search([])
        return Lookups(
            company=company,
            table=self.env["l10n_co.tax.map"]._tax_table(company),
            units=self.env["uom.uom"]._l10n_co_units(),
            currencies={currency.name: currency for currency in currencies},
            memory=self.env["l10n_co.bill.memory"]._remember(suppliers, company),
            products=self._find_products(drafts, company),
            journal=self._purchase_journal(company),
            prepaid_account=self._prepaid_account(company),
            quantity_digits=self.env["decimal.precision"].precision_get("Product Unit"),
        )

    @api.model
    def _find_suppliers(self, drafts, company):
        parties = [d.document.supplier for d in drafts if id_key(d.document.supplier.id_number)]
        found = self.env["res.partner"]._l10n_co_suppliers(parties, company)
        for draft in drafts:
            draft.supplier = found.get(id_key(draft.document.supplier.id_number))

    @api.model
    def _find_known_suppliers(self, drafts, company):
        """Set `supplier` where the issuer is a partner; nobody is created."""
        wanted = {id_key(d.document.supplier.id_number): d.document.supplier for d in drafts}
        wanted.pop("", None)
        found = self.env["res.partner"]._l10n_co_find(wanted, company)
        for draft in drafts:
            draft.supplier = found.get(id_key(draft.document.supplier.id_number))

    @api.model
    def _find_products(self, drafts, company):
        lines = [
            (draft.supplier or self.env["res.partner"], line)
            for draft in drafts
            for line in draft.document.lines
        ]
        found = self.env["product.product"]._l10n_co_match(lines, company)
        return {id(line): product for (_supplier, line), product in zip(lines, found, strict=True)}

    @api.model
    def _purchase_journal(self, company):
        return self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(company),
                ("type", "=", "purchase"),
            ],
            limit=1,
        )

    @api.model
    def _prepaid_account(self, company):
        return company.l10n_co_prepaid_account_id or self.env[
            "account.chart.template"
        ].with_company(company).ref(ADVANCES_ACCOUNT, raise_if_not_found=False)
