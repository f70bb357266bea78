"""The purchase orders of the documents of a batch."""

from collections import defaultdict
from decimal import Decimal

from odoo.addons.l10n_co_einvoice_mail.booking.lines import LineKind
from odoo.addons.l10n_co_einvoice_mail.coding.clues import words_of
from odoo.addons.l10n_co_einvoice_mail.coding.orders import (
    Billed,
    Ordered,
    differences,
    is_same_thing,
    tie_named,
    tie_open,
)
from odoo.addons.l10n_co_einvoice_mail.coding.sources import Choice
from odoo.addons.l10n_co_einvoice_mail.models.bills.coder import Adviser

NOTICES = {
    "price": "bill_order_price",
    "quantity": "bill_order_quantity",
    "receipt": "bill_order_receipt",
}


class Orders(Adviser):
    """Knows which line of an order a line of a document is, and what was decided when it was ordered."""

    def __init__(self, drafts, lookups):
        """:param drafts: with their suppliers, of one company"""
        self.env, self.lookups = lookups.env, lookups
        self.tolerance = Decimal(str(lookups.company.l10n_co_order_tolerance)) / 100
        self._lines = self._open_lines(drafts)
        self._ties = {}
        # What documents of this batch are billing, which the orders do not know yet.
        self._taken = defaultdict(Decimal)

    def ordered_of(self, draft, planned, product):
        # EXTENDS Adviser
        tied = self._tied(draft).get(id(planned.source))
        if not tied or not is_same_thing(*tied):
            return {}
        line = self._order_line(tied)
        accounts = line.product_id.product_tmpl_id.get_product_accounts()
        values = {
            "product": line.product_id.id,
            "account": accounts["expense"].id if line.product_id else False,
            "analytic": tuple(sorted((line.analytic_distribution or {}).items())),
        }
        data = {"order": line.order_id.name}
        return {what: Choice(value, "order", data) for what, value in values.items() if value}

    def finish(self, draft, rows):
        # EXTENDS Adviser
        ties = self._tied(draft)
        if not ties:
            return
        for planned, row in zip(draft.plan.lines, rows, strict=True):
            if planned.kind is LineKind.ITEM and (tied := ties.get(id(planned.source))):
                row["purchase_line_id"] = tied[1].key
                if tied[0].measure != tied[1].measure:
                    # compared as it stands: counted so in the order, too
                    row["product_uom_id"] = self._order_line(tied).product_uom_id.id
                self._name_differences(draft, planned, tied)

    # ---- orders ----------------------------------------------------------------------------------

    def _open_lines(self, drafts):
        """{commercial partner: lines of its orders that are not billed yet}, one query"""
        suppliers = self.env["res.partner"].union(
            *(draft.supplier for draft in drafts if draft.supplier and _can_be_ordered(draft))
        )
        if not suppliers:
            return {}
        lines = self.env["purchase.order.line"].search(
            [
                ("company_id", "=", self.lookups.company.id),
                ("state", "=", "purchase"),
                ("partner_id.commercial_partner_id", "in", suppliers.ids),
                ("order_id.invoice_status", "!=", "invoiced"),
                ("display_type", "=", False),
            ],
            order="order_id, sequence, id",
        )
        return lines.grouped(lambda line: line.partner_id.commercial_partner_id)

    def _tied(self, draft):
        """{id of a document's line: (Billed, Ordered)}"""
        if draft not in self._ties:
            self._ties[draft] = self._tie(draft)
        return self._ties[draft]

    def _tie(self, draft):
        lines = self._lines.get(draft.supplier)
        if not lines or not _can_be_ordered(draft):
            return {}
        currency = self.lookups.currency(draft.document)
        lines = lines.filtered(lambda line: line.currency_id == currency)
        billed = [
            self._billed(planned) for planned in draft.plan.lines if planned.kind is LineKind.ITEM
        ]
        references = _references(draft.document)
        named = lines.filtered(lambda line: references & _names(line.order_id))
        if named:
            tied = tie_named(billed, self._ordered(named), self.tolerance)
        else:
            tied = tie_open(billed, self._ordered(lines), self.tolerance)
        for line in billed:
            if line.key in tied:
                ordered = tied[line.key]
                self._taken[ordered.key] += line.in_unit_of(ordered).quantity
        return {line.key: (line, tied[line.key]) for line in billed if line.key in tied}

    def _ordered(self, lines):
        return [_ordered(line, self._taken[line.id]) for line in lines]

    def _billed(self, planned):
        source = planned.source
        return Billed(
            key=id(source),
            price=planned.amount / planned.quantity,
            quantity=planned.quantity,
            product=self.lookups.products[id(source)].id or None,
            words=words_of(source.description or ""),
            **_measured(self.lookups.units.get(source.unit_code)),
        )

    def _order_line(self, tied):
        return self.env["purchase.order.line"].browse(tied[1].key)

    # ---- differences -----------------------------------------------------------------------------

    def _name_differences(self, draft, planned, tied):
        line, ordered = tied
        currency = self.lookups.currency(draft.document)
        for found in differences(line, ordered, self.tolerance):
            figures = {"ordered": found.ordered, "billed": found.billed}
            if found.subject == "price":
                shown = {name: currency.format(float(figure)) for name, figure in figures.items()}
            else:
                shown = {name: f"{figure.normalize():f}" for name, figure in figures.items()}
            item = (planned.source.description or "?").strip().partition("\n")[0]
            order = self._order_line(tied).order_id.name
            draft.warn(NOTICES[found.subject], item=item, order=order, **shown)


def _can_be_ordered(draft):
    return draft.document.kind == "invoice"


def _references(document):
    """The orders that a document names, as a whole or on a line."""
    named = (document.order_reference, *(line.order_reference for line in document.lines))
    return set(filter(None, named))


def _names(order):
    return {name for name in (order.name, order.partner_ref) if name}


def _ordered(line, taken):
    """A line of an order, with what is open of it."""
    received = None
    if line.qty_received_method == "stock_moves":
        received = _decimal(line.qty_received - line.qty_invoiced) - taken
    return Ordered(
        key=line.id,
        order=line.order_id.id,
        price=_decimal(line.price_unit * (1 - line.discount / 100)),
        open_quantity=_decimal(line.product_qty - line.qty_invoiced) - taken,
        product=line.product_id.id or None,
        words=words_of(line.name or ""),
        received=received,
        **_measured(line.product_uom_id),
    )


def _measured(unit):
    """What a unit can be converted to, and how much of that it is."""
    if not unit:
        return {}
    return {"measure": unit.parent_path.split("/")[0], "factor": Decimal(repr(unit.factor))}


def _decimal(number):
    return Decimal(repr(round(number, 6)))
