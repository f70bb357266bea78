from odoo import models

from ..shared.one_line import OneLine


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_co_support_contact = OneLine(
        string="Whom to ask",
        help="Name, mail address or telephone of who looks after Odoo for you: shown wherever a mail account fails.",
    )

    def unlink(self):
        # EXTENDS base: the foreign key alone would leave accounts of nobody's, with their passwords
        for name in ("fetchmail.server", "ir.mail_server"):
            accounts = self.env[name].sudo().with_context(active_test=False)
            accounts.search([("l10n_co_company_id", "in", self.ids)]).write(
                {"l10n_co_company_id": False}
            )
        return super().unlink()
