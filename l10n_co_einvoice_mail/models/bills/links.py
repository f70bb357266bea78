"""What a bill belongs to."""

import re
from decimal import Decimal

from odoo.tools import SQL

from ...booking.guard import tolerance

_NOISE = re.compile(r"[^0-9A-Z]")


def number_key(number):
    """A document's number as it is compared: FE-1001, fe 1001 and FE1001 are one."""
    return _NOISE.sub("", (number or "").upper())


class Links:
    """Finds what bills of a company belong to: the same bill entered before, the invoice that a note corrects."""

    def __init__(self, env):
        """:param env: of the company, as superuser"""
        self.env = env

    # ---- the same bill ---------------------------------------------------------------------------

    def find_bills(self, drafts):
        """The bills that these documents have already: with the same CUFE, or typed by hand with
        the same supplier and number.

        :return: {draft: account.move}
        """
        by_cufe = self._bills_by_cufe([draft.document.cufe for draft in drafts])
        typed = self._typed_bills([draft for draft in drafts if draft.supplier])
        found = {}
        for draft in drafts:
            if bill := by_cufe.get(draft.document.cufe) or self._choose_typed(draft, typed):
                found[draft] = bill
        return found

    def _bills_by_cufe(self, cufes):
        """{cufe: account.move} of bills that are not cancelled."""
        wanted = [cufe for cufe in cufes if cufe]
        bills = self.env["account.move"].search(
            [
                ("l10n_co_cufe", "in", wanted),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "cancel"),
            ]
        )
        return {bill.l10n_co_cufe: bill for bill in bills}

    def _typed_bills(self, drafts):
        """{(commercial partner id, number key, move type): bills without CUFE}, one query."""
        numbers = {key for draft in drafts for key in _number_keys(draft.document)}
        if not numbers:
            return {}
        self.env["account.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.id, move.commercial_partner_id, move.move_type,
                       regexp_replace(upper(move.ref), '[^0-9A-Z]', '', 'g') AS number
                  FROM account_move move
                 WHERE move.commercial_partner_id = ANY(%(suppliers)s)
                   AND move.company_id = %(company)s
                   AND move.move_type IN ('in_invoice', 'in_refund')
                   AND move.state != 'cancel'
                   AND move.l10n_co_cufe IS NULL
                   AND regexp_replace(upper(move.ref), '[^0-9A-Z]', '', 'g') = ANY(%(numbers)s)
              ORDER BY move.id
                """,
                suppliers=list({draft.supplier.id for draft in drafts}),
                company=self.env.company.id,
                numbers=list(numbers),
            )
        )
        typed = {}
        for move_id, partner_id, move_type, number in rows:
            typed.setdefault((partner_id, number, move_type), []).append(move_id)
        return {key: self.env["account.move"].browse(ids) for key, ids in typed.items()}

    def _choose_typed(self, draft, typed):
        """The bill with the whole number; one with the number less its prefix must have the date or
        the amount too."""
        if not draft.supplier:
            return None
        whole, *bare = _number_keys(draft.document)
        if bills := typed.pop((draft.supplier.id, whole, draft.move_type), None):
            return bills[0]
        for number in bare:
            for bill in typed.get((draft.supplier.id, number, draft.move_type), ()):
                if _is_alike(bill, draft.document):
                    return bill
        return None

    # ---- notes -----------------------------------------------------------------------------------

    def link_notes(self, moves):
        """Tie notes to the invoices they correct: those among `moves`, and those that waited for
        one of `moves`.

        By CUFE; by supplier and number where the note gives no CUFE, or the invoice was typed by
        hand and has none.
        """
        notes = self._open_notes(moves)
        by_cufe = self._bills_by_cufe(notes.mapped("l10n_co_referenced_cufe"))
        by_number = self._bills_by_number(notes)
        for note in notes:
            cufe = note.l10n_co_referenced_cufe
            number = (note.commercial_partner_id, note.l10n_co_referenced_number)
            origin = by_cufe.get(cufe) or by_number.get(number)
            if not origin or (cufe and origin.l10n_co_cufe not in (False, cufe)):
                continue
            if origin.commercial_partner_id != note.commercial_partner_id:
                continue  # anybody may name anybody's CUFE
            link = "reversed_entry_id" if note.move_type == "in_refund" else "debit_origin_id"
            note.with_context(skip_is_manually_modified=True)[link] = origin

    def _open_notes(self, moves):
        """The notes among `moves` and those that wait for one of them."""
        waiting = self.env["account.move"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("reversed_entry_id", "=", False),
                ("debit_origin_id", "=", False),
                "|",
                (
                    "l10n_co_referenced_cufe",
                    "in",
                    [cufe for cufe in moves.mapped("l10n_co_cufe") if cufe],
                ),
                ("l10n_co_referenced_number", "in", [ref for ref in moves.mapped("ref") if ref]),
            ]
        )
        return (moves | waiting).filtered(
            lambda move: (
                move.l10n_co_referenced_number
                and not (move.reversed_entry_id or move.debit_origin_id)
            )
        )

    def _bills_by_number(self, notes):
        """{(commercial partner, number): bill} of the invoices that notes name."""
        if not notes:
            return {}
        bills = self.env["account.move"].search(
            [
                ("move_type", "=", "in_invoice"),
                ("state", "!=", "cancel"),
                ("company_id", "=", self.env.company.id),
                ("commercial_partner_id", "in", notes.commercial_partner_id.ids),
                ("ref", "in", notes.mapped("l10n_co_referenced_number")),
            ]
        )
        return {(bill.commercial_partner_id, bill.ref): bill for bill in bills}


def _number_keys(document):
    """The number, and the number without its prefix, as they are compared."""
    whole = number_key(document.number)
    bare = whole.removeprefix(number_key(document.prefix))
    return [key for key in dict.fromkeys((whole, bare)) if key]


def _is_alike(bill, document):
    payable = document.totals.payable
    same_amount = payable is not None and abs(
        Decimal(str(bill.amount_total)) - payable
    ) <= tolerance(document.currency)
    return same_amount or bill.invoice_date == document.issue_date
