"""What else a supplier billed on a day."""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import SQL


class Days:
    """The bills of suppliers by day: those that are there, and those of the batch that is being entered."""

    def __init__(self, company):
        """:param company: res.company whose bills they are"""
        self.company = company
        # {(supplier, day): {number: {account id: Decimal before taxes}}}
        self._entering = defaultdict(lambda: defaultdict(lambda: defaultdict(Decimal)))

    def add(self, draft, account, base):
        """Note a line of a document of this batch.

        :param account: id of account.account
        :param Decimal base: before taxes
        """
        self._entering[_key(draft)][draft.document.number or "?"][account] += base

    def others(self, draft, accounts):
        """:param accounts: ids of account.account
        :return: {name: Decimal before taxes} of the supplier's other bills of the day with lines on these accounts
        """
        found = self._read(draft, accounts)
        for number, bases in self._entering[_key(draft)].items():
            if base := sum(base for account, base in bases.items() if account in accounts):
                found[number] = base
        found.pop(draft.document.number or "?", None)
        return found

    def _read(self, draft, accounts):
        env = self.company.env
        env["account.move.line"].flush_model()
        env["account.move"].flush_model()
        rows = env.execute_query(
            SQL(
                """
                SELECT coalesce(move.ref, move.name, '?'), sum(line.balance)
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                 WHERE move.commercial_partner_id = %s
                   AND move.company_id = %s
                   AND move.invoice_date = %s
                   AND move.move_type = 'in_invoice'
                   AND move.state IN ('draft', 'posted')
                   AND line.display_type = 'product'
                   AND line.account_id = ANY(%s)
              GROUP BY 1
                """,
                draft.supplier.id,
                self.company.id,
                draft.document.issue_date,
                list(accounts),
            )
        )
        return {name: Decimal(str(base)) for name, base in rows}


def _key(draft):
    return draft.supplier, draft.document.issue_date
