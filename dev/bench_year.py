"""Made-up years of bills, coded one after the other inside Odoo: the part of `make bench` that `dev.bench` calls."""

import json
import time
from pathlib import Path

PROVEN = {"verdict": "accepted", "dian_status": "validated", "signature_state": "valid"}
LIMIT = 10**9
LEAST_BILLS = 3
#: (what it is, key of the figure, what is wanted); `{year}` is one of `YEARS`.
FIGURES = (
    ("{title}: touchless from a supplier's 4th on, %", "{year}_touchless", "at least 85"),
    ("  in its second half, %", "{year}_second_half", ""),
    ("  lines coded wrongly and unmarked", "{year}_wrong_unmarked", "0"),
    ("  nobody could foresee", "{year}_unforeseeable", ""),
    ("  marked: wrong", "{year}_wrong_marked", ""),
    ("  marked: right", "{year}_right_marked", ""),
    ("  bills that confirmed themselves", "{year}_confirmed", ""),
    ("  of them wrong, nobody could foresee", "{year}_confirmed_wrong", ""),
    ("  seconds", "{year}_seconds", ""),
)
#: {prefix of the figures: (company of `tests.tools.year`, title, NIT with which its suppliers begin)}
YEARS = {
    "year": ("FIRST", "Year of bills", "9003"),
    "held_out": ("HELD_OUT", "The year that was held out", "9004"),
}
ROWS = tuple(
    tuple(text.format(year=year, title=title) for text in row)
    for year, (_company, title, _nit) in YEARS.items()
    for row in FIGURES
)


def measure(bench):
    """:return: dict of the figures

    :param bench: `dev.bench.Bench`, whose databases are prepared
    """
    figures = {}
    for year in YEARS:
        figures.update(bench._in_odoo("addon", run, year))
    return figures


def run(env, answer, key):
    """Inside Odoo: each bill is judged as it comes, put right as the accountant would, and confirmed.

    :param str key: of `YEARS`
    """
    from odoo.addons.l10n_co_einvoice_mail.tests.tools import judged_year, year

    name, _title, nit = YEARS[key]
    books, figures = Books(env, nit), judged_year.Figures()
    started, confirmed, wrong = time.monotonic(), 0, 0
    for bill in year.Year(getattr(year, name)).bills:
        for rule in bill.rules:
            books.lay_down(rule)
        move = books.receive(bill)
        proposed = books.proposed(move)
        figures.judge(bill, proposed)
        is_right = books.put_right(move, bill, proposed)
        confirmed += bool(move.l10n_co_confirmed_day_id)
        wrong += bool(move.l10n_co_confirmed_day_id) and not is_right
        env.cr.commit()
    found = {
        **figures.report(),
        "second_half": _half(figures),
        "confirmed": confirmed,
        "confirmed_wrong": wrong,
        "seconds": round(time.monotonic() - started),
    }
    Path(answer).write_text(json.dumps({f"{key}_{what}": one for what, one in found.items()}))


def _half(figures):
    months = range(7, 13)
    touchless = sum(figures.touchless[month] for month in months)
    return round(100 * touchless / sum(figures.bills[month] for month in months), 1)


class Books:
    """The books of the demo company, in which a year's bills are entered."""

    def __init__(self, env, nit):
        """Create accounts and cost centres, and let bills confirm themselves.

        :param str nit: with what the NIT of a supplier begins
        """
        from odoo.addons.l10n_co_einvoice_mail.tests.tools import year

        company, self.nit = env.ref("base.demo_company_co"), nit
        self.env = env(context={**env.context, "allowed_company_ids": company.ids})
        self.company = company.with_env(self.env)
        self.company.l10n_co_bill_memory = True
        self.accounts = {code: self._account(code) for code in year.ACCOUNTS}
        plan = self.env["account.analytic.plan"].create({"name": "Centros"})
        self.centres = {
            name: self.env["account.analytic.account"].create({"name": name, "plan_id": plan.id})
            for name in year.CENTRES
        }
        self._let_confirm()
        self._add_warehouse()
        self.importer = self.env["l10n_co.bill.import"].sudo().with_company(self.company)
        self.cufes = {}

    def _let_confirm(self):
        Confirmation = self.env["l10n_co.confirmation"]
        values = {"company_id": self.company.id, "limit": LIMIT, "bill_count": LEAST_BILLS}
        if not Confirmation.search([("company_id", "=", self.company.id)], limit=1):
            Confirmation.create(values)

    def _add_warehouse(self):
        """Where Inventory is, an order goes to one."""
        if "stock.warehouse" not in self.env:
            return
        Warehouse = self.env["stock.warehouse"]
        if not Warehouse.search([("company_id", "=", self.company.id)], limit=1):
            Warehouse.create({"name": "Bench", "code": "BNCH", "company_id": self.company.id})

    def _account(self, code):
        code = f"{code}99"
        found = self.env["account.account"].search([("code", "=", code)], limit=1)
        values = {"name": code, "code": code, "account_type": "expense"}
        return found or self.env["account.account"].create(values)

    # ---- a bill comes ----------------------------------------------------------------------------

    def receive(self, bill):
        """:return: the draft of a document, as the program makes it"""
        from odoo.addons.l10n_co_einvoice_mail.dian.archive import File
        from odoo.addons.l10n_co_einvoice_mail.dian.reader import read
        from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder

        facts = self._facts(bill)
        if bill.order:
            self._order(bill)
        content = builder.unsigned(builder.ubl.document(facts))
        [edocument] = read([File("fv.xml", content)]).edocuments
        document = edocument.document
        self.cufes[bill.number] = document.cufe
        record = (
            self.env["l10n_co.received.document"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "document_type": document.type_code,
                    "number": document.number,
                    "cufe": document.cufe,
                    "supplier_nit": document.supplier.id_number,
                    "state": "accepted",
                    **(PROVEN if bill.is_proven else {"verdict": "review"}),
                }
            )
        )
        return self.importer._create_bills([(record, edocument)])[record]

    def _facts(self, bill):
        from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder

        lines = tuple(
            builder.Line(
                line.description, str(line.price), str(line.quantity), seller_code=line.code
            )
            for line in bill.lines
        )
        facts = {
            "number": bill.number,
            "supplier": self._party(bill.supplier),
            "issue_date": bill.date.isoformat(),
            "due_date": "2026-12-31",
            "lines": lines,
            "order_reference": bill.order,
            "notes": (bill.text,) if bill.text else (),
        }
        if not bill.is_note:
            return builder.Document(**facts)
        reference = builder.Reference(bill.corrects, self.cufes[bill.corrects])
        return builder.credit_note(**facts, references=(reference,))

    def _party(self, number):
        from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder

        return builder.Party(f"{self.nit}{number:05}", f"PROVEEDOR {number} SAS")

    def _order(self, bill):
        """The purchase order that a bill names: what nobody could foresee is not on it."""
        from odoo.addons.l10n_co_einvoice_mail.dian.party import Party
        from odoo.addons.l10n_co_einvoice_mail.tests.tools.year import UNFORESEEABLE

        known = self._party(bill.supplier)
        party = Party(name=known.name, id_number=known.nit, id_type="31")
        [supplier] = (
            self.env["res.partner"].sudo()._l10n_co_suppliers([party], self.company).values()
        )
        lines = [line for line in bill.lines if line.why not in UNFORESEEABLE]
        order = self.env["purchase.order"].create(
            {
                "partner_id": supplier.id,
                "partner_ref": bill.order,
                "company_id": self.company.id,
                "order_line": [(0, 0, self._ordered(line)) for line in lines],
            }
        )
        order.button_confirm()

    def _ordered(self, line):
        product = self.env["product.product"].create(
            {
                "name": line.description,
                "type": "service",
                "property_account_expense_id": self.accounts[line.account].id,
            }
        )
        return {
            "product_id": product.id,
            "name": line.description,
            "product_qty": line.quantity,
            "price_unit": line.price,
        }

    # ---- what was proposed -----------------------------------------------------------------------

    def proposed(self, move):
        """:return: list of ({what: value}, whether it is marked), one for each item of the bill"""
        return [(self._values(line), line.l10n_co_unsure) for line in self._items(move)]

    def _items(self, move):
        return move.invoice_line_ids.sorted("sequence").filtered(
            lambda line: line.l10n_co_line_kind == "item"
        )

    def _values(self, line):
        names = {str(centre.id): name for name, centre in self.centres.items()}
        [centre] = [names.get(key, "?") for key in line.analytic_distribution or {}] or [""]
        codes = {account: code for code, account in self.accounts.items()}
        return {"account": codes.get(line.account_id, ""), "centre": centre}

    # ---- the accountant --------------------------------------------------------------------------

    def put_right(self, move, bill, proposed):
        """Book a bill as is right.

        :return: whether it was so already
        """
        is_right = True
        for item, line, (values, _marked) in zip(
            self._items(move), bill.lines, proposed, strict=True
        ):
            if values == {"account": line.account, "centre": line.centre}:
                continue
            is_right = False
            if move.state == "posted":
                move.button_draft()
            centre = self.centres.get(line.centre)
            item.sudo(False).write(
                {
                    "account_id": self.accounts[line.account].id,
                    "analytic_distribution": {str(centre.id): 100} if centre else False,
                }
            )
        if move.state == "draft":
            move.sudo(False).action_post()
        return is_right

    def lay_down(self, rule):
        """Make one of the accountant's rules: tried, and switched on."""
        partner = self.env["res.partner"].search(
            [("l10n_co_id_key", "=", f"{self.nit}{rule.supplier:05}")], limit=1
        )
        centre = self.centres.get(rule.centre)
        made = self.env["l10n_co.bill.rule"].create(
            {
                "name": f"{rule.supplier} {rule.text}",
                "company_id": self.company.id,
                "partner_id": partner.id,
                "sequence": 1,
                "item_code": rule.code,
                "text": rule.text,
                "account_id": self.accounts[rule.account].id if rule.account else False,
                "analytic_distribution": {str(centre.id): 100} if centre else False,
                "may_confirm": True,
            }
        )
        made.action_try()
        made.action_switch_on()
