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
JOURNALS = dict.fromkeys(name for name, _type in SERIES.values())


class ResUsers(models.Model):
    """The series that a user's documents get when no other is chosen, in each of the user's companies."""

    _inherit = "res.users"

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

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_READABLE_FIELDS, *JOURNALS]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_WRITEABLE_FIELDS, *JOURNALS]

    def _l10n_co_default_journal(self, move_type, company):
        """The user's journal for a kind of document in a company.

        :return: account.journal, empty when there is none, or it is archived or of another company
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
