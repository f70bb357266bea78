"""What a person decided about a supplier's last bills is proposed the next time."""

from odoo.tools import SQL

#: How many of a supplier's last confirmed bills are looked at.
REMEMBERED_BILLS = 5


class Memory:
    """What was done with the last confirmed bills of some suppliers, looked up without a query."""

    @classmethod
    def of(cls, suppliers, company):
        """:return: the memory of these commercial partners, read with one query; an empty one where the company does
        not want it
        """
        lines = company.env["account.move.line"]
        if suppliers and company.l10n_co_bill_memory:
            lines = lines.browse(_recent_lines(suppliers, company))
        return cls(lines)

    def __init__(self, lines):
        """:param lines: account.move.line of confirmed bills, the latest bill first"""
        self._by_item = {}
        self._by_supplier = {}
        for line in lines:
            supplier = line.move_id.commercial_partner_id
            kind = line.l10n_co_line_kind or "item"
            for item in item_keys(kind, line.l10n_co_item_code, line.product_id, line.name):
                self._by_item.setdefault((supplier, item), line)
            if kind == "item":
                self._by_supplier.setdefault(supplier, line)

    def journal(self, supplier):
        """The journal of the supplier's last bill."""
        line = self._by_supplier.get(supplier)
        return line and line.move_id.journal_id

    def recall(self, supplier, keys):
        """The line of the last bill that is most like the one with these `item_keys`, or None."""
        for key in keys:
            if line := self._by_item.get((supplier, key)):
                return line
        is_item = any(key[0] != "kind" for key in keys)
        return self._by_supplier.get(supplier) if is_item else None


def item_keys(kind, item_code, product, name):
    """What a line is known by, the surest first. A line that is no item is known by what it stands
    for."""
    if kind != "item":
        return [("kind", kind)]
    first_line = (name or "").strip().split("\n")[0].casefold()
    keys = (("code", item_code), ("product", product and product.id), ("name", first_line))
    return [(what, value) for what, value in keys if value]


def _recent_lines(suppliers, company):
    """:return: identifiers of the lines of the last confirmed bills of each supplier, the latest bill first"""
    env = company.env
    env["account.move.line"].flush_model()
    env["account.move"].flush_model()
    rows = env.execute_query(
        SQL(
            """
            SELECT line.id
              FROM unnest(%(suppliers)s) AS supplier(id)
        CROSS JOIN LATERAL (
                   SELECT move.id, move.invoice_date
                     FROM account_move move
                    WHERE move.commercial_partner_id = supplier.id
                      AND move.company_id = %(company)s
                      AND move.state = 'posted'
                      AND move.move_type = 'in_invoice'
                 ORDER BY move.invoice_date DESC, move.id DESC
                    LIMIT %(limit)s
                   ) recent
              JOIN account_move_line line ON line.move_id = recent.id
             WHERE line.display_type = 'product'
          ORDER BY recent.invoice_date DESC, recent.id DESC, line.sequence, line.id
            """,
            suppliers=suppliers.ids,
            company=company.id,
            limit=REMEMBERED_BILLS,
        )
    )
    return [row[0] for row in rows]
