from odoo import api, fields, models


class FetchmailServer(models.Model):
    """The way without a password: the mail provider forwards what arrives to the purchase journal's own address."""

    _inherit = "fetchmail.server"

    l10n_co_forward_address = fields.Char(
        string="Forward to",
        compute="_compute_l10n_co_forward_address",
        help="Address of the purchase journal: whatever arrives there becomes a document and its bill.",
    )

    @api.depends("l10n_co_company_id")
    def _compute_l10n_co_forward_address(self):
        for server in self:
            server.l10n_co_forward_address = server._l10n_co_purchase_journal().alias_email

    def _l10n_co_purchase_journal(self):
        """:return: the first purchase journal that has an address, of this mailbox' company"""
        company = self.l10n_co_company_id or self.env.company
        journals = self.env["account.journal"].sudo()
        return journals.search(
            [
                ("company_id", "=", company.id),
                ("type", "=", "purchase"),
                ("alias_name", "!=", False),
            ],
            limit=1,
        )
