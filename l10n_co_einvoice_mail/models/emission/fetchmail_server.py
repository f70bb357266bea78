from odoo import models


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"

    def _l10n_co_way_of_backups(self):
        # EXTENDS reception: the company's own sending account, if that works
        account = self.env["l10n_co.emission"]._account_of_notices(self.l10n_co_company_id)
        if account:
            return account, account._l10n_co_from(self.env["res.users"])
        return super()._l10n_co_way_of_backups()
