from odoo import api, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    @api.depends("company_id.l10n_co_reception_server_ids")
    def _compute_show_fetch_in_einvoices_button(self):  # pylint: disable=missing-return
        # EXTENDS account
        super()._compute_show_fetch_in_einvoices_button()
        purchase = self.filtered(lambda journal: journal.type == "purchase")
        purchase.filtered(
            lambda journal: journal.company_id.sudo().l10n_co_reception_server_ids
        ).show_fetch_in_einvoices_button = True

    def button_fetch_in_einvoices(self):
        # EXTENDS account
        result = super().button_fetch_in_einvoices()
        mailboxes = self.company_id.l10n_co_reception_server_ids
        return mailboxes.l10n_co_fetch() if mailboxes else result
