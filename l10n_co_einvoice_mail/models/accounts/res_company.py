from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def unlink(self):
        # EXTENDS base: the foreign key alone would leave accounts of nobody's, with their passwords
        for name in ("fetchmail.server", "ir.mail_server"):
            accounts = self.env[name].sudo().with_context(active_test=False)
            accounts.search([("l10n_co_company_id", "in", self.ids)]).write(
                {"l10n_co_company_id": False}
            )
        return super().unlink()
