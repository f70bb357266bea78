from odoo import api, models


class MailAccountMixin(models.AbstractModel):
    """The daily watch looks after the companies' access to DIAN's service too."""

    _inherit = "l10n_co.mail.account.mixin"

    @api.model
    def _l10n_co_watched(self):
        # EXTENDS l10n_co_einvoice_mail
        return [*super()._l10n_co_watched(), self.env["l10n_co.radian.account"].sudo().search([])]
