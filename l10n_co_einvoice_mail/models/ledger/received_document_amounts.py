from odoo import api, fields, models

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
    amount_untaxed_signed = fields.Monetary(
        string="Before taxes, in company currency",
        compute="_compute_signed_amounts",
        store=True,
        currency_field="company_currency_id",
    )
    amount_tax_signed = fields.Monetary(
        string="Taxes, in company currency",
        compute="_compute_signed_amounts",
        store=True,
        currency_field="company_currency_id",
    )
    amount_total_signed = fields.Monetary(
        string="Total, in company currency",
        compute="_compute_signed_amounts",
        store=True,
        currency_field="company_currency_id",
    )

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
            sign = document._sign()
            for signed, amount in SIGNED.items():
                document[signed] = sign * price * document[amount]

    def _sign(self):
        """:return: what it is added up as: a rejected document is no purchase, and a credit note takes away"""
        if self.state == "rejected":
            return 0
        return -1 if self.document_type in NEGATIVE_TYPES else 1

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
