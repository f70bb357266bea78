"""The words on a bill."""

from odoo.tools.translate import LazyTranslate

from ...booking.lines import LineKind
from ...booking.taxes import ZERO, withholdings
from ..shared.decimals import shown

_lt = LazyTranslate(__name__)

LINE_NAMES = {
    LineKind.ITEM_CHARGE: _lt("Charge"),
    LineKind.TAX: _lt("%(tax)s of the document"),
    LineKind.TAX_COST: _lt("%(tax)s, booked as a cost"),
    LineKind.TAX_UNMAPPED: _lt("%(tax)s, without a purchase tax"),
    LineKind.ALLOWANCE: _lt("Discount of the document"),
    LineKind.CHARGE: _lt("Charge of the document"),
    LineKind.PREPAID: _lt("Paid in advance"),
    LineKind.ROUNDING: _lt("Rounding"),
}


class Words:
    """The words on a bill: what its lines are called, and what the bookkeeper is told of them."""

    def __init__(self, env):
        """:param env: in the company's language"""
        self.env = env

    def line_name(self, planned):
        source = planned.source
        item = (source.description or "") if source else ""
        if planned.kind is LineKind.ITEM:
            return "\n".join([item, *self._item_remarks(planned)]).strip() or self.env._("Item")
        if planned.label:
            return planned.label
        tax = self.env["l10n_co.tax.map"]._name_of(planned.key) if planned.key else ""
        name = self.env._(LINE_NAMES[planned.kind]) % {"tax": tax}
        return f"{name}: {item}" if item else name

    def _item_remarks(self, planned):
        """What of a line has no field on a bill's line."""
        line = planned.source
        make = " ".join(part for part in (line.brand, line.model) if part)
        if make and make not in (line.description or ""):
            yield make
        if line.quantity and line.quantity != planned.quantity:
            yield self.env._("Quantity: %s", shown(self.env, line.quantity, least=0))
        if line.free_of_charge:
            price = shown(self.env, line.reference_price or ZERO)
            yield self.env._("Free of charge; reference price: %s", price)
        if line.mandator_nit:
            yield self.env._("On behalf of NIT %s", line.mandator_nit)
        yield from (note for note in line.notes if note != line.description)

    def tell(self, draft, lookups):
        """Add to the draft what is to be said of its lines."""
        document = draft.document
        tax_name = self.env["l10n_co.tax.map"]._name_of
        currency = lookups.currency(document)

        def show(amount):
            return currency.format(float(amount))

        if not document.lines:
            draft.warn("bill_no_lines")
        for planned in draft.plan.lines:
            if planned.kind is LineKind.TAX_UNMAPPED:
                tax = tax_name(planned.key)
                draft.warn("bill_tax_unmapped", tax=tax, amount=show(planned.amount))
            elif planned.kind is LineKind.PREPAID:
                account = lookups.prepaid_account
                account_name = account.display_name if account else "?"
                draft.warn("bill_prepaid", amount=show(-planned.amount), account=account_name)
        withheld = [f"{name} {show(amount)}" for name, amount in withholdings(document).items()]
        if withheld:
            draft.warn("bill_withholdings", taxes=", ".join(withheld))
