"""The documents that are sent by mail: which they are, and what the variables say of them.

A table, so that nothing depends on the apps whose documents they are.
"""

from dataclasses import dataclass

from odoo import api, models
from odoo.tools import format_amount, format_date

from ..emission.emission import DOCUMENTS


@dataclass(frozen=True)
class Kind:
    """A kind of document: `templates` are Odoo's own, the only ones whose text a default replaces."""

    code: str
    model: str
    templates: tuple
    domain: tuple = ()
    #: Without this field of the model the kind does not exist.
    needs: str = ""


KINDS = (
    Kind("proforma", "sale.order", ("sale.email_template_proforma",)),
    Kind(
        "quotation",
        "sale.order",
        ("sale.email_template_edi_sale",),
        (("state", "in", ("draft", "sent")),),
    ),
    Kind(
        "sale_order",
        "sale.order",
        ("sale.mail_template_sale_confirmation", "sale.email_template_edi_sale"),
        (("state", "=", "sale"),),
    ),
    Kind("delivery", "stock.picking", ("stock.mail_template_data_delivery_confirmation",)),
    Kind(
        "debit_note",
        "account.move",
        ("account.email_template_edi_invoice",),
        (("debit_origin_id", "!=", False),),
        needs="debit_origin_id",
    ),
    Kind(
        "invoice",
        "account.move",
        ("account.email_template_edi_invoice",),
        (("move_type", "in", ("out_invoice", "out_receipt")),),
    ),
    Kind("credit_note", "account.move", ("account.email_template_edi_credit_note",)),
    Kind("rfq", "purchase.order", ("purchase.email_template_edi_purchase",)),
    Kind("purchase_order", "purchase.order", ("purchase.email_template_edi_purchase_done",)),
    Kind("payment", "account.payment", ("account.mail_template_data_payment_receipt",)),
)
#: Model -> its fields with the amount and the date that something is due.
FIELDS = {
    "account.move": ("amount_total", "invoice_date_due"),
    "account.payment": ("amount", "date"),
    "purchase.order": ("amount_total", "date_planned"),
    "sale.order": ("amount_total", "validity_date"),
    "stock.picking": (None, "scheduled_date"),
}


class MailDocument(models.AbstractModel):
    _name = "l10n_co.mail.document"
    _description = "Documents sent by mail"

    @api.model
    def _kinds(self):
        """:return: the kinds of document of the installed apps, {code: Kind}"""
        return {
            kind.code: kind
            for kind in KINDS
            if kind.model in self.env
            and (not kind.needs or kind.needs in self.env[kind.model]._fields)
        }

    @api.model
    def _label(self, code):
        """:return: what a kind of document is called"""
        return {
            "quotation": self.env._("Quotation"),
            "sale_order": self.env._("Sales order"),
            "delivery": self.env._("Delivery slip"),
            "invoice": self.env._("Invoice"),
            "credit_note": self.env._("Credit note"),
            "debit_note": self.env._("Debit note"),
            "proforma": self.env._("Pro-forma invoice"),
            "rfq": self.env._("Request for quotation"),
            "purchase_order": self.env._("Purchase order"),
            "payment": self.env._("Payment"),
        }[code]

    @api.model
    def _kind_of(self, template, record):
        """The Kind of a document that is sent with one of Odoo's own templates for it, else None."""
        for kind in self._kinds().values():
            if kind.model != record._name or not record.filtered_domain(list(kind.domain)):
                continue
            for xmlid in kind.templates:
                if self.env.ref(xmlid, raise_if_not_found=False) == template:
                    return kind
        return None

    @api.model
    def _is_document(self, model):
        """Whether the records of a model are documents that are sent to somebody."""
        return model in DOCUMENTS and model in self.env

    @api.model
    def _has_amount(self, kind):
        """Whether the documents of a Kind are worth an amount."""
        return bool(FIELDS[kind.model][0])

    @api.model
    def _values(self, record, kind, splits_number):
        """What the variables say of a document, in the language of the context.

        :param splits_number: whether the text has the series apart from the number
        :return: {variable: plain text}
        """
        amount, due = FIELDS[record._name]
        number = record.name or ""
        series = number.rstrip("0123456789")
        env = self.env(context={**self.env.context, "lang": self.env.lang})
        partner = record.partner_id
        return {
            "document": self._label(kind.code),
            "series": series,
            "number": number.removeprefix(series) if splits_number else number,
            "company": record.company_id.name or "",
            "partner": partner.name or partner.commercial_partner_id.name or "",
            "amount": format_amount(env, record[amount], record.currency_id) if amount else "",
            "due_date": format_date(env, record[due]) if record[due] else "",
        }
