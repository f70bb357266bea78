"""Values of a draft bill."""

from markupsafe import Markup, escape
from odoo import fields
from odoo.fields import Command

from ...booking import guard
from ...booking.lines import LineKind, plan
from .coder import item_code
from .words import Words


class BillValues:
    """Values of a draft bill from a parsed document. What the bookkeeper is to be told is added to the draft."""

    def __init__(self, draft, lookups):
        """:param draft.Draft draft: with its supplier, if there is one
        :param draft.Lookups lookups: of its batch
        """
        self.draft, self.lookups, self.env = draft, lookups, lookups.env

    # ---- the bill --------------------------------------------------------------------------------

    def of_bill(self):
        """:return: dict for `account.move`, everything of the bill except journal and lines"""
        draft, document = self.draft, self.draft.document
        values = {
            "move_type": draft.move_type,
            "partner_id": draft.supplier.id if draft.supplier else False,
            "ref": document.number,
            "invoice_date": document.issue_date,
            "invoice_origin": document.order_reference,
            "narration": Markup("<br/>").join(escape(note) for note in document.notes),
            **self._due_values(),
            **self._currency_values(),
            **trace_values(draft),
            **self.lookups.coder.of_bill(draft),
        }
        if not draft.supplier:
            draft.warn("bill_supplier_unknown")
        if document.malformed:
            draft.warn("bill_unreadable_values", fields=", ".join(sorted(set(document.malformed))))
        return values

    def _due_values(self):
        """A due date that the document states stands against the supplier's payment terms. Where it states none,
        those count, else the day of issue; never the day on which the document happens to be entered.
        """
        draft, document = self.draft, self.draft.document
        if document.due_on:
            return {"invoice_date_due": document.due_on, "invoice_payment_term_id": False}
        if document.kind != "credit_note":  # what is owed to the company has no due date
            draft.warn("bill_due_unstated")
        if draft.supplier and draft.supplier.property_supplier_payment_term_id:
            return {}
        return {"invoice_date_due": document.issue_date, "invoice_payment_term_id": False}

    def _currency_values(self):
        draft, document, company = self.draft, self.draft.document, self.lookups.company
        currency, code = self.lookups.currency(document), document.currency
        if code and currency.name != code:
            draft.warn("bill_currency_unknown", currency=code, used=currency.name)
        if currency == company.currency_id:
            return {"currency_id": currency.id, "invoice_currency_rate": 1.0}
        if price := document.exchange_rate and document.exchange_rate.price_of(code):
            rate = float(1 / price)
        else:
            draft.warn("bill_no_exchange_rate", currency=code)
            date = document.issue_date or fields.Date.context_today(draft.record)
            rate = currency._get_conversion_rate(company.currency_id, currency, company, date)
        return {"currency_id": currency.id, "invoice_currency_rate": rate}

    # ---- its lines -------------------------------------------------------------------------------

    def of_lines(self, journal):
        """:return: list of dicts for `account.move.line`; sets `plan` on the draft"""
        draft, lookups = self.draft, self.lookups
        draft.plan = plan(draft.document, lookups.table.treat, lookups.quantity_digits)
        Words(self.env).tell(draft, lookups)
        rows, items = [], {}
        for planned in draft.plan.lines:
            row = self._of_line(planned, journal)
            if planned.kind is LineKind.ITEM:
                items[id(planned.source)] = row
            elif item := items.get(id(planned.source)):
                row.update({name: item[name] for name in _SHARED_WITH_ITEM})
            rows.append(row)
        lookups.coder.finish(draft, rows)
        return rows

    def _of_line(self, planned, journal):
        draft, lookups, coder = self.draft, self.lookups, self.lookups.coder
        is_item = planned.kind is LineKind.ITEM
        product = self.env["product.product"]
        if is_item:
            product = lookups.products[id(planned.source)]
        name = Words(self.env).line_name(planned)
        coded = coder.code(draft, planned, product, name, journal)
        values = {
            "name": name,
            "quantity": float(planned.quantity),
            "price_unit": float(planned.price),
            "discount": float(planned.discount),
            "tax_ids": [Command.set(coder.taxes(planned, coded).ids)],
            "is_imported": True,
            "account_id": coded.value("account") or False,
            "analytic_distribution": dict(coded.value("analytic") or ()) or False,
            "l10n_co_line_kind": planned.kind.value,
            "l10n_co_item_code": item_code(planned),
            "l10n_co_cost_text": (is_item and planned.source.cost_text) or False,
            "l10n_co_tax_scheme": planned.key.scheme if _is_loose_tax(planned) else False,
            "l10n_co_proposal": coded.as_json(),
            "l10n_co_unsure": coded.is_unsure,
        }
        if is_item:
            product = product.browse(coded.value("product") or product.ids)
            unit = lookups.units.get(planned.source.unit_code)
            values.update(self._product_values(product, unit))
        return values

    def _product_values(self, product, unit):
        if product and not (unit and unit._has_common_reference(product.uom_id)):
            unit = product.uom_id
        return {"product_id": product.id, "product_uom_id": unit.id if unit else False}


def trace_values(draft):
    """What ties the bill to its document, and the figures it is held against."""
    document = draft.document
    reference = document.references[0] if _is_note(document) and document.references else None
    values = {
        "l10n_co_received_document_id": draft.record.id,
        "l10n_co_cufe": document.cufe,
        "l10n_co_xml_total": float(document.totals.payable or 0),
        "l10n_co_facts": guard.facts(document),
        "l10n_co_referenced_cufe": reference and reference.cufe,
        "l10n_co_referenced_number": reference and (reference.number or reference.cufe),
    }
    if "l10n_co_edi_cufe_cude_ref" in draft.record.env["account.move"]._fields:
        values["l10n_co_edi_cufe_cude_ref"] = document.cufe
    return values


_SHARED_WITH_ITEM = (
    "account_id",
    "analytic_distribution",
    "l10n_co_proposal",
    "l10n_co_unsure",
)


def _is_loose_tax(planned):
    return planned.kind in (LineKind.TAX_COST, LineKind.TAX_UNMAPPED)


def _is_note(document):
    return document.kind in ("credit_note", "debit_note")
