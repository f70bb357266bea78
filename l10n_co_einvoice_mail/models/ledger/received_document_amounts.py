from odoo import api, fields, models

from ..shared.money import Money

# Credit notes take away what invoices and debit notes add.
NEGATIVE_TYPES = frozenset({"91", "94"})
SIGNED = {
    "amount_untaxed_signed": "amount_untaxed",
    "amount_tax_signed": "amount_tax",
    "amount_total_signed": "amount_total",
}


class ReceivedDocument(models.Model):
    """What a document adds to its company's purchases, in the company's currency."""

    _inherit = "l10n_co.received.document"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    exchange_rate = fields.Float(
        digits=0,
        readonly=True,
        help="What one unit of the document's currency costs, as the document has it.",
    )
    amount_untaxed_signed = Money(
        string="Before taxes, in company currency",
        compute="_compute_signed_amounts",
        store=True,
        currency_field="company_currency_id",
    )
    amount_tax_signed = Money(
        string="Taxes, in company currency",
        compute="_compute_signed_amounts",
        store=True,
        currency_field="company_currency_id",
    )
    amount_total_signed = Money(
        string="Total, in company currency",
        compute="_compute_signed_amounts",
        store=True,
        currency_field="company_currency_id",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS ledger: what is known of these amounts beforehand is neither computed nor written once more
        known = [self._known_amounts(vals) for vals in vals_list]
        documents = super().create([{**v, **k} for v, k in zip(vals_list, known, strict=True)])
        done = documents.browse(
            document.id for document, k in zip(documents, known, strict=True) if k
        )
        for name in SIGNED:
            self.env.remove_to_compute(self._fields[name], done)
        return documents

    @api.model
    def _known_amounts(self, vals):
        """:return: values of the amounts in the company's currency, where no rate is asked for them"""
        company = self.env["res.company"].browse(vals.get("company_id"))
        if vals.get("currency_id", company.currency_id.id) != company.currency_id.id:
            return {}
        sign = sign_of(vals.get("state"), vals.get("document_type"))
        return {signed: sign * (vals.get(amount) or 0) for signed, amount in SIGNED.items()}

    @api.depends(
        "state",
        "document_type",
        "currency_id",
        "exchange_rate",
        "issue_date",
        "company_id",
        *SIGNED.values(),
    )
    def _compute_signed_amounts(self):
        for document in self:
            price = document._price_of_currency()
            sign = sign_of(document.state, document.document_type)
            for signed, amount in SIGNED.items():
                document[signed] = sign * price * document[amount]

    def _price_of_currency(self):
        """:return: float, what one unit of the document's currency costs in the company's: as the document says,
        else Odoo's rate of the day
        """
        own = self.company_id.currency_id
        if not self.currency_id or self.currency_id == own:
            return 1.0
        day = self.issue_date or fields.Date.context_today(self)
        return self.exchange_rate or self.currency_id._get_conversion_rate(
            self.currency_id, own, self.company_id, day
        )


def sign_of(state, document_type):
    """:return: what a document is added up as: a rejected one is no purchase, and a credit note takes away"""
    if state == "rejected":
        return 0
    return -1 if document_type in NEGATIVE_TYPES else 1
