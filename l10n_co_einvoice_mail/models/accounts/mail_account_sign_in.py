from odoo import api, fields, models

from ...mailbox.providers import SIGN_INS

SIGN_IN = [("password", "Password"), ("gmail", "Google"), ("outlook", "Microsoft")]


class MailAccountMixin(models.AbstractModel):
    """How somebody signs in, apart from the protocol: Odoo's types of accounts are both in one."""

    _inherit = "l10n_co.mail.account.mixin"

    l10n_co_sign_in = fields.Selection(
        SIGN_IN,
        string="Sign-in",
        compute="_compute_l10n_co_sign_in",
        readonly=False,
        help="With a password, or on the page of Google or Microsoft, where you allow Odoo to use the mailbox.",
    )

    @api.depends(lambda self: [self._l10n_co_names["type"]] if self._l10n_co_names else [])
    def _compute_l10n_co_sign_in(self):
        for account in self:
            account.l10n_co_sign_in = account._l10n_co_oauth_type() or "password"

    @api.onchange("l10n_co_sign_in")
    def _onchange_l10n_co_sign_in(self):
        is_other = self.l10n_co_sign_in != (self._l10n_co_oauth_type() or "password")
        if is_other and self._l10n_co_is_account():
            password_type = self._l10n_co_password_types[self._l10n_co_protocol()]
            chosen = self.l10n_co_sign_in
            self[self._l10n_co_names["type"]] = chosen if chosen in SIGN_INS else password_type
