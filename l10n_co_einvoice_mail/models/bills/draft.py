"""Documents on their way to a bill, and what the bills of a batch need of the database, read at once."""

from dataclasses import dataclass, field

from ...booking.lines import Plan
from .memory import Memories
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

    env: object
    company: object
    table: object  # tax_map.TaxTable
    units: dict
    currencies: dict
    memories: Memories
    products: dict  # id(line) -> product.product
    journal: object
    alias_journals: dict  # l10n_co.received.document -> account.journal by whose alias it came
    prepaid_account: object
    quantity_digits: int
    #: (supplier, product, account) -> analytic distribution
    distributions: dict = field(default_factory=dict)
    #: coder.Coder of the batch
    coder: object = None

    def currency(self, document):
        """The document's currency, active or not; the company's where there is no such."""
        return self.currencies.get(document.currency) or self.company.currency_id


def look_up(env, drafts):
    """Find suppliers, products and all else that the bills of these drafts need, in a number of queries that does not
    depend on how many they are. Sets `supplier` on the drafts; suppliers who are not there are created.

    :return: `Lookups`
    :raise ConcurrencyError: another transaction is creating one of the suppliers
    """
    company = env.company
    _find_suppliers(env, drafts)
    suppliers = env["res.partner"].union(*(d.supplier for d in drafts if d.supplier))
    currencies = env["res.currency"].with_context(active_test=False).search([])
    table = env["l10n_co.tax.map"]._tax_table(company)
    return Lookups(
        env=env,
        company=company,
        table=table,
        units=env["uom.uom"]._l10n_co_units(),
        currencies={currency.name: currency for currency in currencies},
        memories=Memories.of(suppliers, company, env["account.tax"].union(*table.taxes())),
        products=_find_products(env, drafts),
        journal=_purchase_journal(env),
        alias_journals=_alias_journals(env, drafts),
        prepaid_account=_prepaid_account(env),
        quantity_digits=env["decimal.precision"].precision_get("Product Unit"),
    )


def find_known_suppliers(env, drafts):
    """Set `supplier` where the issuer is a partner; nobody is created."""
    wanted = {id_key(d.document.supplier.id_number): d.document.supplier for d in drafts}
    wanted.pop("", None)
    _set_suppliers(drafts, env["res.partner"]._l10n_co_find(wanted, env.company))


def _find_suppliers(env, drafts):
    parties = [d.document.supplier for d in drafts if id_key(d.document.supplier.id_number)]
    _set_suppliers(drafts, env["res.partner"]._l10n_co_suppliers(parties, env.company))


def _set_suppliers(drafts, found):
    for draft in drafts:
        draft.supplier = found.get(id_key(draft.document.supplier.id_number))


def _find_products(env, drafts):
    lines = [
        (draft.supplier or env["res.partner"], line)
        for draft in drafts
        for line in draft.document.lines
    ]
    found = env["product.product"]._l10n_co_match(lines, env.company)
    return {id(line): product for (_supplier, line), product in zip(lines, found, strict=True)}


def _purchase_journal(env):
    Journal = env["account.journal"]
    domain = [*Journal._check_company_domain(env.company), ("type", "=", "purchase")]
    return Journal.search(domain, limit=1)


def _alias_journals(env, drafts):
    documents = env["l10n_co.received.document"].union(*(draft.record for draft in drafts))
    mails = env["l10n_co.received.mail"].search(
        [("journal_id.type", "=", "purchase"), ("document_ids", "in", documents.ids)]
    )
    return {document: mail.journal_id for mail in mails for document in mail.document_ids}


def _prepaid_account(env):
    chart = env["account.chart.template"].with_company(env.company)
    return env.company.l10n_co_prepaid_account_id or chart.ref(
        ADVANCES_ACCOUNT, raise_if_not_found=False
    )
