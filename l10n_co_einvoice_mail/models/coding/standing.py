"""What stands for and against confirming the bills of a batch, read at once."""

from decimal import Decimal

from odoo.tools import SQL

from ...coding.confirmation import Standing

#: Nobody changed a bill that needed no more than a look (`account_move.TOUCHES`).
UNCHANGED = ("none", "unsure", "notice")


class Batch:
    """Draft bills of one company, and the company's rows that say which may be confirmed by themselves."""

    def __init__(self, moves, confirmations):
        """:param moves: account.move as superuser, in their company
        :param dict confirmations: of `l10n_co.confirmation._of_company`
        """
        self.moves, self.env = moves, moves.env
        self._confirmations = confirmations
        self._unchanged = self._count_unchanged()
        self._last = self._find_last()
        rules = {made["rule"] for line in moves.invoice_line_ids for made in _ruled(line)}
        rules.update(made["rule"] for move in moves for made in _ruled_bill(move))
        known = self.env["l10n_co.bill.rule"].browse(rules).exists()
        self._rules = known.filtered(lambda rule: rule.is_on and rule.active)

    def confirmation_of(self, move):
        """:return: l10n_co.confirmation for the bill's supplier, or None"""
        supplier = move.commercial_partner_id
        rows = self._confirmations
        return rows.get(supplier) or rows.get(supplier.browse())

    def approver_of(self, move):
        """:return: res.users who has to approve the bill, an empty one for nobody"""
        row = self.confirmation_of(move)
        is_large = row and move._l10n_co_company_amount() >= Decimal(str(row.approval_from))
        of_amount = row.approver_id if is_large else self.env["res.users"]
        return move.l10n_co_approver_id or of_amount

    def standing_of(self, move):
        """:return: `coding.confirmation.Standing`"""
        confirmation, supplier = self.confirmation_of(move), move.commercial_partner_id
        lines = move.invoice_line_ids
        approver = self.approver_of(move)
        unordered = self._unordered(move) if confirmation.needs_order else 0
        return Standing(
            is_proven=_is_proven(move.l10n_co_received_document_id),
            is_draft=move.state == "draft",
            notices=len(move._l10n_co_open_notices()),
            lines=len(lines),
            unsure=len(lines.filtered(_is_unsure)),
            ruled_out=self._ruled_out(move),
            unordered=unordered,
            amount=move._l10n_co_company_amount(),
            limit=Decimal(str(confirmation.limit)),
            unchanged=self._unchanged.get(supplier.id, 0),
            wanted=confirmation.bill_count,
            is_changed=move._l10n_co_find_touch() not in UNCHANGED,
            is_unusual=_is_unusual(move),
            is_other_supplier=self._is_other_supplier(move),
            lacks_rate=not move._l10n_co_has_rate(),
            is_closed=move._l10n_co_is_closed(),
            is_refused=not confirmation.is_allowed or supplier.autopost_bills == "never",
            was_taken_back=move.l10n_co_taken_back,
            lacks_approval=bool(approver) and move.l10n_co_approved_by_id != approver,
        )

    def words_of(self, move, standing):
        """:return: dict, values of the sentences of `OBSTACLES`"""
        confirmation = self.confirmation_of(move)
        currency = move.company_id.currency_id
        return {
            "unsure": str(standing.unsure),
            "lines": str(standing.lines),
            "unordered": str(standing.unordered),
            "amount": currency.format(float(standing.amount)),
            "limit": currency.format(confirmation.limit),
            "unchanged": str(standing.unchanged),
            "wanted": str(standing.wanted),
            "approver": self.approver_of(move).name or "?",
        }

    def _unordered(self, move):
        items = move._l10n_co_items()
        if "purchase_line_id" not in items._fields:
            return len(items)
        return len(items.filtered(lambda line: not line.purchase_line_id))

    def _ruled_out(self, move):
        """How many lines a rule coded which may not confirm, is switched off or gone; the bill counts as a line."""
        allowed = set(self._rules.filtered("may_confirm").ids)
        made_of = (*map(_ruled, move.invoice_line_ids), _ruled_bill(move))
        return sum(any(one["rule"] not in allowed for one in made) for made in made_of)

    def _is_other_supplier(self, move):
        """Whether who bills, or whom it would be paid to, is not as on the supplier's last bill of a document."""
        last = self._last.get(move.commercial_partner_id.id)
        if not last:
            return True
        document = move.l10n_co_received_document_id
        is_same = document.supplier_nit == last["nit"]
        is_same &= _plain(document.supplier_name) == _plain(last["name"])
        return not is_same or (move.move_type == "in_invoice" and _is_paid_elsewhere(move, last))

    def _find_last(self):
        """{supplier id: what its last confirmed bill of a document says of it}, one query"""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT supplier.id, last.*
                  FROM unnest(%(suppliers)s) AS supplier(id)
            CROSS JOIN LATERAL (
                       SELECT document.supplier_nit AS nit, document.supplier_name AS name,
                              move.partner_bank_id AS bank, move.create_date AS made
                         FROM account_move move
                         JOIN l10n_co_received_document document
                           ON document.id = move.l10n_co_received_document_id
                        WHERE move.commercial_partner_id = supplier.id
                          AND move.company_id = %(company)s
                          AND move.state = 'posted'
                          AND move.move_type = 'in_invoice'
                     ORDER BY move.invoice_date DESC, move.id DESC
                        LIMIT 1
                       ) last
                """,
                suppliers=self.moves.commercial_partner_id.ids,
                company=self.moves.company_id.id,
            )
        )
        return {row["id"]: row for row in rows}

    def _count_unchanged(self):
        """{supplier id: how many of its last bills needed no hand}: of each as many as its row asks for, one query."""
        suppliers = self.moves.commercial_partner_id
        wanted = {s.id: self._wanted(s) for s in suppliers}
        self.env["account.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT supplier.id, count(*) FILTER (WHERE recent.l10n_co_touch = 'none')
                  FROM unnest(%(suppliers)s, %(wanted)s) AS supplier(id, wanted)
            CROSS JOIN LATERAL (
                       SELECT move.l10n_co_touch
                         FROM account_move move
                        WHERE move.commercial_partner_id = supplier.id
                          AND move.company_id = %(company)s
                          AND move.state = 'posted'
                          AND move.move_type = 'in_invoice'
                     ORDER BY move.invoice_date DESC, move.id DESC
                        LIMIT supplier.wanted
                       ) recent
              GROUP BY supplier.id
                """,
                suppliers=list(wanted),
                wanted=list(wanted.values()),
                company=self.moves.company_id.id,
            )
        )
        return dict(rows)

    def _wanted(self, supplier):
        row = self._confirmations.get(supplier) or self._confirmations.get(supplier.browse())
        return row.bill_count if row else 0


def _ruled(line):
    return [made for made in (line.l10n_co_proposal or {}).values() if made.get("rule")]


def _ruled_bill(move):
    """What rules said of the bill as a whole; who approves it is asked, whichever rule names him."""
    why = (move.l10n_co_coding or {}).get("why", {})
    return [made for what, made in why.items() if made.get("rule") and what != "approver"]


def _is_paid_elsewhere(move, last):
    """Whether the account is another than on the last bill, or was changed since; a note's is the company's own."""
    bank = move.partner_bank_id
    return (bank.id or None) != last["bank"] or (bool(bank) and bank.write_date > last["made"])


def _plain(name):
    return " ".join((name or "").casefold().split())


def _is_unsure(line):
    """What nobody proposed, or somebody changed since, is not what was sure."""
    return line.l10n_co_unsure or not line.l10n_co_proposal or line._l10n_co_changed()


def _is_proven(document):
    """Whether the checks alone accept it: signed under a trusted authority, validated by DIAN; nobody's word for it."""
    return (
        document.state == "accepted"
        and document.verdict == "accepted"
        and document.dian_status == "validated"
        and document.signature_state == "valid"
        and not document.accepted_by_id
        and not document.reason_code
        and not document.copy_ids._unseen()
    )


def _is_unusual(move):
    return bool(
        move.abnormal_amount_warning
        or move.abnormal_date_warning
        or move.duplicated_ref_ids
        or move.restrict_mode_hash_table
        or any(line.price_subtotal < 0 for line in move._l10n_co_items())
    )
