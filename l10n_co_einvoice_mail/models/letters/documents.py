"""What a company sends by mail: the models of its documents, and the kinds of them that have texts of their own.

These tables are the only place that names them: choice of the sending account, log, header and footer, texts ask here.
"""

from dataclasses import dataclass

from odoo.tools import format_amount, format_date
from odoo.tools.translate import LazyGettext, LazyTranslate

_lt = LazyTranslate(__name__)

#: Context of a mail that is sent as the document itself: it leaves from the account even to a colleague.
IS_DOCUMENT = "l10n_co_is_document"
#: Context of a mail that the scheduler sends for somebody: id of that user.
SENDER_ID = "l10n_co_sender_id"


@dataclass(frozen=True)
class DocumentModel:
    """A model of documents: its fields with the amount and the date that something is due, '' for none."""

    model: str
    amount: str = ""
    due: str = ""
    company: str = "company_id"
    #: Its own button's method, with which a document is sent anew.
    send: str = ""


#: {model: DocumentModel}
MODELS = {
    row.model: row
    for row in (
        DocumentModel(
            "account.move", "amount_total", "invoice_date_due", send="action_send_and_print"
        ),
        DocumentModel("account.payment", "amount", "date"),
        DocumentModel("purchase.order", "amount_total", "date_planned", send="action_rfq_send"),
        DocumentModel("sale.order", "amount_total", "validity_date", send="action_quotation_send"),
        DocumentModel("stock.picking", "", "scheduled_date"),
    )
}


@dataclass(frozen=True)
class Kind:
    """A kind of document: `templates` are Odoo's own, the only ones whose text a default replaces."""

    code: str
    model: str
    label: LazyGettext
    templates: tuple[str, ...]
    domain: tuple = ()
    #: Without this field of the model the kind does not exist.
    needs: str = ""

    def exists(self, env) -> bool:
        """:return: whether the app that has such documents is installed"""
        return self.model in env and (not self.needs or self.needs in env[self.model]._fields)

    def has_template(self, template) -> bool:
        """:return: whether a mail.template is Odoo's own for these documents"""
        own = (template.env.ref(xmlid, raise_if_not_found=False) for xmlid in self.templates)
        return template in own

    def values(self, record, splits_number):
        """What the variables say of a document, in the language of its context.

        :param splits_number: whether the text has the series apart from the number
        :return: {variable: plain text}
        """
        model = MODELS[self.model]
        number = record.name or ""
        series = number.rstrip("0123456789")
        env = record.env(context={**record.env.context, "lang": record.env.lang})
        partner = record.partner_id
        amount = model.amount and format_amount(env, record[model.amount], record.currency_id)
        return {
            "document": env._(self.label),
            "series": series,
            "number": number.removeprefix(series) if splits_number else number,
            "company": record.company_id.name or "",
            "partner": partner.name or partner.commercial_partner_id.name or "",
            "amount": amount,
            "due_date": format_date(env, record[model.due])
            if model.due and record[model.due]
            else "",
        }


#: A document is of the first kind that suits it.
KINDS = (
    Kind("proforma", "sale.order", _lt("Pro-forma invoice"), ("sale.email_template_proforma",)),
    Kind(
        "quotation",
        "sale.order",
        _lt("Quotation"),
        ("sale.email_template_edi_sale",),
        (("state", "in", ("draft", "sent")),),
    ),
    Kind(
        "sale_order",
        "sale.order",
        _lt("Sales order"),
        ("sale.mail_template_sale_confirmation", "sale.email_template_edi_sale"),
        (("state", "=", "sale"),),
    ),
    Kind(
        "delivery",
        "stock.picking",
        _lt("Delivery slip"),
        ("stock.mail_template_data_delivery_confirmation",),
    ),
    Kind(
        "debit_note",
        "account.move",
        _lt("Debit note"),
        ("account.email_template_edi_invoice",),
        (("debit_origin_id", "!=", False),),
        needs="debit_origin_id",
    ),
    Kind(
        "invoice",
        "account.move",
        _lt("Invoice"),
        ("account.email_template_edi_invoice",),
        (("move_type", "in", ("out_invoice", "out_receipt")),),
    ),
    Kind(
        "credit_note",
        "account.move",
        _lt("Credit note"),
        ("account.email_template_edi_credit_note",),
        (("move_type", "=", "out_refund"),),
    ),
    Kind(
        "rfq",
        "purchase.order",
        _lt("Request for quotation"),
        ("purchase.email_template_edi_purchase",),
    ),
    Kind(
        "purchase_order",
        "purchase.order",
        _lt("Purchase order"),
        ("purchase.email_template_edi_purchase_done",),
    ),
    Kind(
        "payment",
        "account.payment",
        _lt("Payment"),
        ("account.mail_template_data_payment_receipt",),
    ),
)


def kinds(env) -> dict[str, Kind]:
    """:return: the kinds of document of the installed apps, by their code"""
    return {kind.code: kind for kind in KINDS if kind.exists(env)}


def kind_of(template, record) -> Kind | None:
    """:return: the kind of a document that is sent with one of Odoo's own templates (mail.template) for it"""
    for kind in kinds(record.env).values():
        if (
            kind.model == record._name
            and record.filtered_domain(list(kind.domain))
            and kind.has_template(template)
        ):
            return kind
    return None


def is_sent(env, model) -> bool:
    """:return: whether the records of a model are documents that are sent to somebody"""
    return model in MODELS and model in env
