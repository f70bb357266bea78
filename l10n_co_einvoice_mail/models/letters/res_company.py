from odoo import models


class ResCompany(models.Model):
    """A company whose users' mails begin and end alike, where a user has no header or footer."""

    _name = "res.company"
    _inherit = ["res.company", "l10n_co.mail.frame.mixin"]

    def _l10n_co_example(self):
        # EXTENDS l10n_co.mail.frame.mixin: a mail of the current user, if the user has no header and footer
        user = self.env.user
        return self._l10n_co_letter(
            user._l10n_co_fill(self._l10n_co_own("l10n_co_mail_header"), self),
            self._l10n_co_example_body(),
            user.signature,
            user._l10n_co_fill(self._l10n_co_own("l10n_co_mail_footer"), self),
        )
