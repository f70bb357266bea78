"""What a person decided about a supplier's last bills, read once for a batch."""

from collections import defaultdict

from odoo.tools import SQL

from ...coding.clues import Clues, first_line, words_of
from ...coding.memory import Memory, Past

#: How many of a supplier's last confirmed bills are looked at.
REMEMBERED_BILLS = 24


class Memories:
    """The last confirmed bills of some suppliers, looked up without a query."""

    @classmethod
    def of(cls, suppliers, company, usual_taxes):
        """:param usual_taxes: account.tax of the company's table of DIAN taxes: not worth remembering
        :return: the memories of these commercial partners, read with one query; empty ones where the company does not
            want any
        """
        rows = []
        if suppliers and company.l10n_co_bill_memory:
            rows = _recent_lines(suppliers, company)
        return cls(rows, set(usual_taxes.ids))

    def __init__(self, rows, usual_taxes=()):
        """:param rows: of `_recent_lines`: those of a supplier's latest bill first"""
        lines, self._journals, self._bills = defaultdict(list), {}, {}
        for row in rows:
            lines[row["supplier"]].append(_past(row, usual_taxes))
            if (row["kind"] or "item") == "item":
                self._journals.setdefault(row["supplier"], row["journal"])
            for known_as in (row["cufe"], row["ref"]):
                if known_as:
                    self._bills.setdefault((row["supplier"], known_as), row["bill"])
        self._memories = {supplier: Memory(own) for supplier, own in lines.items()}

    def journal(self, supplier):
        """:return: id of the journal of the supplier's last bill, or None"""
        return self._journals.get(supplier and supplier.id)

    def memory(self, supplier):
        """:return: `coding.memory.Memory` of a supplier's bills"""
        return self._memories.get(supplier and supplier.id) or Memory()

    def corrected(self, supplier, document):
        """:return: id of the confirmed bill that a note corrects, or None; it is no older than the others"""
        if document.kind == "invoice" or not supplier:
            return None
        names = [name for known in document.references for name in (known.cufe, known.number)]
        found = (self._bills.get((supplier.id, name)) for name in names if name)
        return next((bill for bill in found if bill), None)


def clues_of(kind, item_code, product, name):
    """:param str kind: `booking.lines.LineKind` in words
    :param product: id of our product, or None
    :return: `Clues`, what a line is known by
    """
    if kind != "item":
        return Clues(kind)
    return Clues(kind, item_code or "", product or None, words_of(first_line(name or "")))


def analytic_value(distribution):
    """:return: an analytic distribution as it is compared: a tuple, empty for none; `dict` makes one of it again"""
    return tuple(sorted((distribution or {}).items()))


def _past(row, usual_taxes):
    taxes = {tax for tax, _amount in row["taxes"] or ()}
    withheld = {tax for tax, amount in row["taxes"] or () if amount < 0}
    values = {
        "account": row["account"],
        "product": row["product"],
        "analytic": analytic_value(row["analytic"]),
        "variants": tuple(sorted(taxes - withheld - usual_taxes)),
        "withholdings": tuple(sorted(withheld)),
    }
    clues = clues_of(row["kind"] or "item", row["code"], row["product"], row["name"])
    proposal = row["proposal"] or {}
    ruled = {what: made["rule"] for what, made in proposal.items() if made.get("rule")}
    changed = frozenset(what for what, made in proposal.items() if not is_kept(made, values[what]))
    return Past(row["bill"], row["ref"] or row["number"], clues, values, ruled, changed)


def is_kept(made, value):
    """:param dict made: what was proposed, as it is kept beside a line
    :return: whether that is the value; JSON has lists where values are tuples
    """
    proposed = made["value"]
    if isinstance(proposed, list):
        return sorted(map(_hashable, proposed)) == sorted(value)
    return (proposed or None) == (value or None)


def _hashable(item):
    return tuple(item) if isinstance(item, list) else item


# Of each supplier the lines of the last confirmed bills, the latest bill first.
_RECENT_LINES = """
    SELECT supplier.id AS supplier, recent.id AS bill, recent.name AS number, recent.ref AS ref,
           recent.l10n_co_cufe AS cufe, recent.journal_id AS journal,
           line.l10n_co_line_kind AS kind, line.l10n_co_item_code AS code, line.name AS name,
           line.product_id AS product, account.id AS account, line.analytic_distribution AS analytic,
           line.l10n_co_proposal AS proposal, taxes.found AS taxes
      FROM unnest(%(suppliers)s) AS supplier(id)
CROSS JOIN LATERAL (
           SELECT move.id, move.name, move.ref, move.l10n_co_cufe, move.journal_id, move.invoice_date
             FROM account_move move
            WHERE move.commercial_partner_id = supplier.id
              AND move.company_id = %(company)s
              AND move.state = 'posted'
              AND move.move_type = 'in_invoice'
         ORDER BY move.invoice_date DESC, move.id DESC
            LIMIT %(limit)s
           ) recent
      JOIN account_move_line line ON line.move_id = recent.id
 LEFT JOIN account_account account ON account.id = line.account_id AND account.active
 LEFT JOIN LATERAL (
           SELECT json_agg(json_build_array(tax.id, tax.amount)) AS found
             FROM account_move_line_account_tax_rel used
             JOIN account_tax tax ON tax.id = used.account_tax_id AND tax.active
            WHERE used.account_move_line_id = line.id
           ) taxes ON true
     WHERE line.display_type = 'product'
  ORDER BY recent.invoice_date DESC, recent.id DESC, line.sequence, line.id
"""


def _recent_lines(suppliers, company):
    """:return: list of dicts, the lines of the last confirmed bills of each supplier, the latest bill first; of an
    archived account, none
    """
    env = company.env
    env["account.move.line"].flush_model()
    env["account.move"].flush_model()
    return env.execute_query_dict(
        SQL(
            _RECENT_LINES,
            suppliers=suppliers.ids,
            company=company.id,
            limit=REMEMBERED_BILLS,
        )
    )
