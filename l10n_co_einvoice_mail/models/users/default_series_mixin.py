from odoo import fields, models

#: Kind of document -> the user's field, and the type of journal it needs.
SERIES = {
    "out_invoice": ("l10n_co_invoice_journal_id", "sale"),
    "out_receipt": ("l10n_co_invoice_journal_id", "sale"),
    "out_refund": ("l10n_co_refund_journal_id", "sale"),
    "in_invoice": ("l10n_co_bill_journal_id", "purchase"),
    "in_receipt": ("l10n_co_bill_journal_id", "purchase"),
    "in_refund": ("l10n_co_bill_journal_id", "purchase"),
}


class DefaultSeriesMixin(models.AbstractModel):
    """The series that a user's documents get when he does not choose another, in each of his companies."""

    _name = "l10n_co.default.series.mixin"
    _description = "Default series of a user"

    l10n_co_invoice_journal_id = fields.Many2one(
        "account.journal",
        string="Customer invoices",
        company_dependent=True,
        domain=[("type", "=", "sale")],
        check_company=True,
        help="Series of the invoices that you create.",
    )
    l10n_co_refund_journal_id = fields.Many2one(
        "account.journal",
        string="Credit notes",
        company_dependent=True,
        domain=[("type", "=", "sale")],
        check_company=True,
        help="Series of the credit notes that you create; a note of an invoice keeps the invoice's series.",
    )
    l10n_co_bill_journal_id = fields.Many2one(
        "account.journal",
        string="Vendor bills",
        company_dependent=True,
        domain=[("type", "=", "purchase")],
        check_company=True,
        help="Series of the bills that you enter.",
    )

    def _l10n_co_default_journal(self, move_type, company):
        """The user's journal for a kind of document in a company.

        :return: account.journal, empty when he has none, or it is archived or of another company
        """
        name, kind = SERIES.get(move_type, (None, None))
        journals = self.env["account.journal"]
        if not name:
            return journals
        journal = self.sudo().with_company(company)[name]
        allowed = journals.sudo()._check_company_domain(company)
        return (
            journal.filtered(lambda found: found.active and found.type == kind)
            .filtered_domain(allowed)
            .sudo(False)
        )
