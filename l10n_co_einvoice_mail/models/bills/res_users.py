from odoo import fields, models

#: Kind of document -> the user's fields, the first that has a journal counting, and the type that it needs.
SERIES = {
    "out_invoice": (("l10n_co_invoice_journal_id",), "sale"),
    "out_receipt": (("l10n_co_receipt_journal_id", "l10n_co_invoice_journal_id"), "sale"),
    "out_refund": (("l10n_co_refund_journal_id",), "sale"),
    "in_invoice": (("l10n_co_bill_journal_id",), "purchase"),
    "in_receipt": (("l10n_co_bill_journal_id",), "purchase"),
    "in_refund": (("l10n_co_bill_journal_id",), "purchase"),
}
JOURNALS = dict.fromkeys(name for names, _type in SERIES.values() for name in names)
#: Code of Odoo's numbers -> the user's field with a sequence in its place.
SEQUENCES = {
    "sale.order": "l10n_co_sale_sequence_id",
    "purchase.order": "l10n_co_purchase_sequence_id",
}
#: What stands before Odoo's code in that of a sequence that users may choose: Odoo's own is never one of them.
USERS_CODE = "l10n_co."


def _series(comodel, domain, string, explained):
    """:return: a field for the series of a user's documents, in each of the user's companies"""
    return fields.Many2one(
        comodel,
        string=string,
        company_dependent=True,
        domain=[domain],
        check_company=True,
        help=explained,
    )


def _journal(kind, string, explained):
    return _series("account.journal", ("type", "=", kind), string, explained)


def _sequence(code, string, explained):
    return _series("ir.sequence", ("code", "=", f"{USERS_CODE}{code}"), string, explained)


class ResUsers(models.Model):
    """The series that a user's documents get when no other is chosen, in each of the user's companies."""

    _inherit = "res.users"

    l10n_co_invoice_journal_id = _journal(
        "sale", "Customer invoices", "Series of the invoices that you create."
    )
    l10n_co_refund_journal_id = _journal(
        "sale",
        "Credit notes",
        "Series of the credit notes that you create; a note of an invoice keeps the invoice's series.",
    )
    l10n_co_bill_journal_id = _journal(
        "purchase", "Vendor bills", "Series of the bills that you enter."
    )
    l10n_co_receipt_journal_id = _journal(
        "sale",
        "Sales receipts",
        "Series of the receipts that you create; empty: that of your invoices.",
    )
    l10n_co_sale_sequence_id = _sequence(
        "sale.order",
        "Quotations and sales orders",
        "Numbers of the quotations that you create; an order keeps that of its quotation. An administrator makes "
        "the sequences, with the code l10n_co.sale.order.",
    )
    l10n_co_purchase_sequence_id = _sequence(
        "purchase.order",
        "Requests for quotation and purchase orders",
        "Numbers of the purchase orders that you create. An administrator makes the sequences, with the code "
        "l10n_co.purchase.order.",
    )
    l10n_co_sells = fields.Boolean(compute="_compute_l10n_co_orders")
    l10n_co_buys = fields.Boolean(compute="_compute_l10n_co_orders")

    def _compute_l10n_co_orders(self):
        self.l10n_co_sells = "sale.order" in self.env
        self.l10n_co_buys = "purchase.order" in self.env

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        own = (*JOURNALS, *SEQUENCES.values(), "l10n_co_sells", "l10n_co_buys")
        return [*super().SELF_READABLE_FIELDS, *own]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_WRITEABLE_FIELDS, *JOURNALS, *SEQUENCES.values()]

    def _l10n_co_default_journal(self, move_type, company):
        """The user's journal for a kind of document in a company.

        :return: account.journal, empty when there is none, or it is archived or of another company
        """
        names, kind = SERIES.get(move_type, ((), None))
        journals = self.env["account.journal"]
        user = self.sudo().with_company(company)
        allowed = journals.sudo()._check_company_domain(company)
        for name in names:
            journal = user[name].filtered(lambda found: found.active and found.type == kind)
            if journal := journal.filtered_domain(allowed):
                return journal.sudo(False)
        return journals

    def _l10n_co_default_sequence(self, code, company):
        """The user's own numbers in a company, in the place of Odoo's.

        :param str code: of Odoo's sequence
        :return: ir.sequence as superuser, empty when there is none, or it is none for users, or of another company
        """
        sequence = self.env["ir.sequence"].sudo()
        if code in SEQUENCES:
            sequence = self.sudo().with_company(company)[SEQUENCES[code]]
        return sequence.filtered(
            lambda own: (
                own.active
                and own.code == f"{USERS_CODE}{code}"
                and own.company_id in (company, company.browse())
            )
        )
