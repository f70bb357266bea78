from odoo import api, fields, models

from ..shared import parameters


class ResUsers(models.Model):
    """A user's own accounts: Odoo's personal mail servers."""

    _inherit = "res.users"

    l10n_co_personal_server_ids = fields.One2many(
        "ir.mail_server",
        "owner_user_id",
        string="Personal mail servers",
        groups=fields.NO_ACCESS,
    )

    def _l10n_co_servers(self):
        """:return: the personal servers of these users, core's ones too; for server code only"""
        return self._origin.sudo().with_context(active_test=False).l10n_co_personal_server_ids

    def _l10n_co_accounts(self):
        """:return: the accounts of these users that they set up with us; for server code only"""
        return self._l10n_co_servers().filtered("l10n_co_address")

    @api.model
    def _l10n_co_personal_is_allowed(self):
        """:return: False where the administrator has switched personal mail servers off (a parameter of core's)"""
        return not parameters.flag(self.env, "mail.disable_personal_mail_servers")
