"""Edits of how lines are coded, and of what lets a bill confirm itself."""

from .. import Edit

PLAIN = (
    Edit(
        "coding/memory.py",
        'return "item" if latest >= OFTEN else "item_few"',
        'return "item"',
        "unit/test_coding",
    ),
    Edit(
        "coding/memory.py",
        "and weight >= OUTWEIGHS * irregular:",
        "and True:",
        "unit/test_coding",
    ),
    Edit(
        "coding/memory.py",
        "if latest >= (1 if is_back else REPEATED)",
        "if True",
        "unit/test_coding",
    ),
    Edit(
        "coding/memory.py",
        "if changed == len(runs) - 1 else 0",
        "",
        "unit/test_coding",
    ),
    Edit(
        "coding/memory.py",
        "if what in OF_THE_ITEM:",
        "if False:",
        "unit/test_coding",
    ),
    Edit(
        "coding/proposal.py",
        "if last and last.values.get(what) != value:",
        "if False:",
        "unit/test_coding",
    ),
    Edit(
        "coding/clues.py",
        "return not shorter or len(self.words & other.words) >= ALIKE * shorter",
        "return True",
        "unit/test_coding",
    ),
    Edit(
        "coding/confirmation.py",
        "is_there=lambda bill: not 0 <= bill.amount <= bill.limit,",
        "is_there=lambda bill: False,",
        "unit/test_confirmation",
    ),
    Edit(
        "coding/confirmation.py",
        "is_there=lambda bill: bill.unchanged < max(bill.wanted, 1),",
        "is_there=lambda bill: bill.unchanged < bill.wanted,",
        "unit/test_confirmation",
    ),
    Edit(
        "coding/orders.py",
        "    line = line.in_unit_of(ordered)",
        "",
        "unit/test_orders",
    ),
)
WITHHOLDINGS = (
    Edit(
        "coding/withholding.py",
        "and wanted not in case.supplier.activities",
        "and False",
        "unit/test_withholding",
    ),
    Edit(
        "coding/withholding.py",
        "if kind in (Kind.RENTA, Kind.ICA) and SIMPLE in levels:",
        "if kind is Kind.RENTA and SIMPLE in levels:",
        "unit/test_withholding",
    ),
    Edit(
        "coding/withholding.py",
        "if IVA_AGENTS & case.supplier.levels:",
        "if False:",
        "unit/test_withholding",
    ),
    Edit(
        "coding/withholding.py",
        "if base >= low:",
        "if False:",
        "unit/test_withholding",
    ),
    Edit(
        "coding/orders.py",
        "return found[0] if len(found) == 1 and billed else {}",
        "return found[0] if found and billed else {}",
        "unit/test_orders",
    ),
    Edit(
        "models/coding",
        'domain = [("company_id", "=", company.id), ("is_confirmed", "=", True)]',
        'domain = [("company_id", "=", company.id)]',
        "test_withholding: nothing",
    ),
    Edit(
        "models/coding",
        "was_refused = past and WHAT in past.changed and answer.applies",
        "was_refused = False",
        "test_withholding: otherwise",
    ),
    Edit(
        "coding/withholding.py",
        "if not case.row.of_a_day or operation.base + operation.base_of_others < low:",
        "if True:",
        "unit/test_withholding",
    ),
    Edit(
        "coding/withholding.py",
        "low, high = min(low, other_low), max(high, other_high)",
        "pass",
        "unit/test_withholding",
    ),
    Edit(
        "coding/withholding.py",
        "if case.supplier.levels or case.is_known:",
        "if True:",
        "unit/test_withholding",
    ),
    Edit(
        "models/coding",
        'found.pop(draft.document.number or "?", None)',
        "pass",
        "test_withholding: alone or together",
    ),
)
WITH_ODOO = (
    Edit(
        "models/coding",
        "elif vals.get(GRANT):",
        "elif False:",
        "test_coding: trial",
    ),
    Edit(
        "models/coding",
        "except UniqueViolation as error:",
        "except ZeroDivisionError as error:",
        "test_confirming: instant",
    ),
    Edit(
        "models/coding",
        "if self._l10n_co_has_limits() or self._l10n_co_waits_for_approval():",
        "if self._l10n_co_has_limits():",
        "test_confirming: core_s",
    ),
    Edit(
        "models/coding",
        "if self._l10n_co_has_limits() or self._l10n_co_waits_for_approval():",
        "if self._l10n_co_waits_for_approval():",
        "test_confirming: limits",
    ),
    Edit(
        "models/coding",
        'and document.verdict == "accepted"',
        "",
        "test_confirming: doubt or rule",
    ),
    Edit(
        "models/coding",
        "and not document.accepted_by_id",
        "",
        "test_confirming: doubt",
    ),
    Edit(
        "models/coding",
        "is_changed=move._l10n_co_find_touch() not in UNCHANGED,",
        "is_changed=False,",
        "test_confirming: higher",
    ),
    Edit(
        "models/coding",
        'allowed = set(self._rules.filtered("may_confirm").ids)',
        "allowed = set(self._rules.ids)",
        "test_confirming: rule",
    ),
    Edit(
        "models/coding",
        "if untried := self.filtered(lambda rule: not rule.tried_on):",
        "if untried := self.browse():",
        "test_coding: tried",
    ),
    Edit(
        "models/coding",
        'self.sudo().filtered("tried_on").write(NO_TRIAL)',
        "pass",
        "test_coding: tried",
    ),
    Edit(
        "models/coding",
        "if not move.l10n_co_is_approver:",
        "if False:",
        "test_confirming: approver",
    ),
    Edit(
        "models/coding",
        "movable.sudo().l10n_co_taken_back = True",
        "pass",
        "test_confirming: click",
    ),
    Edit(
        "models/coding",
        'document.supplier_nit == last["nit"]',
        "True",
        "test_confirming: nit",
    ),
    Edit(
        "models/coding",
        'and _plain(document.supplier_name) == _plain(last["name"])',
        "",
        "test_confirming: nit",
    ),
    Edit(
        "models/coding",
        'and (bank.id or None) == last["bank"]',
        "",
        "test_confirming: bank",
    ),
    Edit(
        "models/coding",
        'or (bool(bank) and bank.write_date > last["made"])',
        "",
        "test_confirming: bank",
    ),
    Edit(
        "models/coding",
        "lacks_rate=not move._l10n_co_has_rate(),",
        "lacks_rate=False,",
        "test_confirming: currency",
    ),
    Edit(
        "models/coding",
        "own.round(max(by_own, by_bill))",
        "own.round(by_bill)",
        "test_confirming: currency",
    ),
    Edit(
        "models/coding",
        "is_closed=move._l10n_co_is_closed(),",
        "is_closed=False,",
        "test_confirming: closed",
    ),
    Edit(
        "models/coding",
        "self.amount_total - float(withheld)",
        "self.amount_total",
        "test_confirming: withheld",
    ),
    Edit(
        "models/coding",
        "or any(line.price_subtotal < 0 for line in move._l10n_co_items())",
        "",
        "test_confirming: negative",
    ),
    Edit(
        "models/coding",
        "(*map(_ruled, move.invoice_line_ids), _ruled_bill(move))",
        "map(_ruled, move.invoice_line_ids)",
        "test_confirming: whole",
    ),
    Edit(
        "models/coding",
        'if "taxes" in proposed and taxes_of(lines) != proposed["taxes"]:',
        "if False:",
        "test_coding: another",
    ),
    Edit(
        "models/coding",
        "self.move_id.sudo()._l10n_co_lose_proof()",
        "pass",
        "test_confirming: afterwards",
    ),
    Edit(
        "models/coding",
        "if row.partner_id != row.partner_id.commercial_partner_id:",
        "if False:",
        "test_confirming: address",
    ),
    Edit(
        "models/bills/coder.py",
        'if product and not first_with(line.rules, "product"):',
        "if product:",
        "test_coding: product",
    ),
)
EDITS = (*PLAIN, *WITHHOLDINGS, *WITH_ODOO)
