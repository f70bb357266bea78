"""What a company sends by mail: the models of its documents, and the kinds of them that have texts of their own.

These tables are the only place that names them: choice of the sending account, log, header and footer, texts ask here.
"""

from dataclasses import dataclass

from odoo.tools import format_amount, format_date
from odoo.tools.translate import LazyGettext, LazyTranslate

_lt = LazyTranslate(__name__)


@dataclass(frozen=True)
class DocumentModel:
    """A model of documents: its fields with the amount, the date that something is due, and whom it is for; '' for
    none.
    """

    model: str
    amount: str = ""
    due: str = ""
    partner: str = "partner_id"
    company: str = "company_id"
    #: Its name is words, and no number.
    has_title: bool = False
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
        DocumentModel("stock.picking", due="scheduled_date"),
        DocumentModel("project.task", due="date_deadline", has_title=True),
        DocumentModel("repair.order", due="schedule_date"),
        DocumentModel("maintenance.request", due="schedule_date", partner="", has_title=True),
    )
}


@dataclass(frozen=True)
class Kind:
    """A kind of document: `templates` are Odoo's own, the only ones whose text a default replaces; () where Odoo has
    none, and one of ours is made (see `own_templates`).
    """

    code: str
    model: str
    label: LazyGettext
    templates: tuple[str, ...] = ()
    domain: tuple = ()
    #: What our own template attaches.
    report: str = ""
    #: Without this field of the model the kind does not exist.
    needs: str = ""

    def exists(self, env) -> bool:
        """:return: whether the app that has such documents is installed"""
        return self.model in env and (not self.needs or self.needs in env[self.model]._fields)

    @property
    def own_template(self) -> str:
        """The external identifier of our own template for these documents; '' where Odoo has one."""
        return "" if self.templates else f"l10n_co_einvoice_mail.mail_template_{self.code}"

    @property
    def is_attached(self) -> bool:
        """Whether the document itself comes with its mails."""
        return bool(self.templates or self.report)

    def has_template(self, template) -> bool:
        """:return: whether a mail.template is Odoo's own for these documents, or ours"""
        own = self.templates or (self.own_template,)
        return template in (template.env.ref(xmlid, raise_if_not_found=False) for xmlid in own)

    def lacks(self) -> set[str]:
        """:return: the variables that say nothing of these documents"""
        model = MODELS[self.model]
        has = {
            "amount": model.amount,
            "due_date": model.due,
            "partner": model.partner,
            "series": not model.has_title,
        }
        return {name for name, value in has.items() if not value}

    def values(self, record, splits_number):
        """What the variables say of a document, in the language of its context.

        :param splits_number: whether the text has the series apart from the number
        :return: {variable: plain text}
        """
        model = MODELS[self.model]
        number = record.name or ""
        series = "" if model.has_title else number.rstrip("0123456789")
        env = record.env(context={**record.env.context, "lang": record.env.lang})
        partner = record[model.partner] if model.partner else env["res.partner"]
        amount = model.amount and format_amount(env, record[model.amount], record.currency_id)
        return {
            "document": env._(self.label),
            "series": series,
            "number": number.removeprefix(series) if splits_number else number,
            "company": company_of(record, env["res.users"]._l10n_co_current_sender()).name,
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
    Kind("work_order", "project.task", _lt("Work order")),
    Kind("repair", "repair.order", _lt("Repair order"), report="repair.action_report_repair_order"),
    Kind("maintenance", "maintenance.request", _lt("Maintenance request")),
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


def company_of(record, user):
    """:param user: res.users who sends it
    :return: res.company of a document; of one that belongs to none, such as a task, that in which its sender works
    """
    return record[MODELS[record._name].company] or user._l10n_co_company()


def is_sent(env, model) -> bool:
    """:return: whether the records of a model are documents that are sent to somebody"""
    return model in MODELS and model in env
