from odoo import api, models

from .user_account_mixin import PASSWORD, SHOWN, TYPED

#: What everybody sets for himself, in his preferences.
OWN_FIELDS = [
    "l10n_co_mail_header",
    "l10n_co_mail_footer",
    "l10n_co_mail_as_code",
    "l10n_co_invoice_journal_id",
    "l10n_co_refund_journal_id",
    "l10n_co_bill_journal_id",
    PASSWORD,
    *TYPED,
]
#: What he is shown besides.
SHOWN_FIELDS = [
    *SHOWN,
    "l10n_co_mail_preview",
    "l10n_co_variables",
    "l10n_co_emission_server_id",
    "l10n_co_mail_notice",
    "l10n_co_mail_help",
    "l10n_co_mail_is_allowed",
    "l10n_co_mail_route",
    "l10n_co_api_example",
]


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = [
        "res.users",
        "l10n_co.mail.sender.mixin",
        "l10n_co.default.series.mixin",
        "l10n_co.user.preferences.mixin",
    ]

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_READABLE_FIELDS, *OWN_FIELDS, *SHOWN_FIELDS]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_WRITEABLE_FIELDS, *OWN_FIELDS]

    @api.depends("email")
    def _compute_outgoing_mail_server_id(self):
        # EXTENDS mail: core knows a personal server by its login being the user's address; ours is known by its owner
        result = super()._compute_outgoing_mail_server_id()
        kinds = dict(self._fields["outgoing_mail_server_type"]._description_selection(self.env))
        accounts = {account.owner_user_id: account for account in self._l10n_co_accounts()}
        for user in self:
            account = accounts.get(user._origin)
            if account:
                kind = account.smtp_authentication
                user.outgoing_mail_server_id = account
                user.outgoing_mail_server_type = kind if kind in kinds else "default"
        return result

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create([_without_account(vals) for vals in vals_list])
        for user, vals in zip(users, vals_list, strict=True):
            user._l10n_co_save_typed(vals)
        return users

    def write(self, vals):
        result = super().write(_without_account(vals))
        self._l10n_co_save_typed(vals)
        if vals.get("active") is False:
            self._l10n_co_accounts()._l10n_co_forget()
        return result

    def unlink(self):
        # Without its owner core would take the account for a server of everybody's.
        self._l10n_co_accounts().unlink()
        return super().unlink()

    def _l10n_co_note_moved(self, address):
        """:param str address: the user's normalised address until now"""
        self._l10n_co_accounts().filtered(lambda a: a.from_filter == address)._l10n_co_doubt()


def _without_account(vals):
    """The account is no part of the user's own record: it is saved by the user's own method."""
    return {name: value for name, value in vals.items() if name not in (PASSWORD, *TYPED)}
