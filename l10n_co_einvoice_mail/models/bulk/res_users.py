from odoo import api, fields, models


class ResUsers(models.Model):
    """A user who is to sign in, while the account that was there goes on sending."""

    _inherit = "res.users"

    l10n_co_mail_successor = fields.Char(
        string="To be done", compute="_compute_l10n_co_mail_successor"
    )

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_READABLE_FIELDS, "l10n_co_mail_successor"]

    @api.depends(
        *(
            f"l10n_co_personal_server_ids.l10n_co_successor_ids.{name}"
            for name in ("l10n_co_failure", "l10n_co_connection")
        )
    )
    @api.depends_context("uid", "lang")
    def _compute_l10n_co_mail_successor(self):
        for user in self:
            accounts = user._l10n_co_accounts() if user._l10n_co_may_set_up() else ()
            told = (account._l10n_co_tell_successor() for account in accounts)
            user.l10n_co_mail_successor = next(told, False)

    def l10n_co_action_connect_mail(self):
        # EXTENDS users: what comes after the account is what is signed in with
        successor = self._l10n_co_own_account().l10n_co_successor_ids
        if successor:
            return successor.sudo(False).l10n_co_action_connect()
        return super().l10n_co_action_connect_mail()
