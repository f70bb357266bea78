from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...mailbox import failures
from ..shared.rights import MAIL_ADMIN
from .mail_oauth import OAUTH_TYPES


class MailSecretMixin(models.AbstractModel):
    """An account's password: typed and tested, never shown again, and gone when the account leads elsewhere."""

    _name = "l10n_co.mail.secret.mixin"
    _inherit = ["l10n_co.mail.oauth.mixin"]
    _description = "Mail account with a password (Colombian e-invoice mail)"

    l10n_co_company_id = fields.Many2one("res.company", index="btree_not_null")
    l10n_co_new_password = fields.Char(
        string="Password",
        compute="_compute_l10n_co_password",
        inverse="_inverse_l10n_co_password",
        groups=MAIL_ADMIN,
        help="Written only: the stored password is never shown again.",
    )
    l10n_co_confirm_password = fields.Char(
        string="Password again",
        compute="_compute_l10n_co_password",
        inverse="_inverse_l10n_co_password",
        groups=MAIL_ADMIN,
        help="Optional: the test tells anyway whether the password is right.",
    )
    l10n_co_has_password = fields.Boolean(compute="_compute_l10n_co_password", groups=MAIL_ADMIN)
    l10n_co_secret_state = fields.Selection(
        [
            ("none", "No password"),
            ("clear", "Stored without encryption"),
            ("sealed", "Stored encrypted"),
            ("unreadable", "Encrypted with a key that is not on this server"),
        ],
        string="How the password is stored",
        compute="_compute_l10n_co_secret_state",
        groups=MAIL_ADMIN,
    )

    def _l10n_co_is_account(self):
        """:return: True when this record is an account of ours; core's other servers keep core's ways"""
        return bool(self.sudo().l10n_co_company_id)

    @api.model
    def _l10n_co_confirmed_domain(self):
        """:return: Domain of our accounts that are in use"""
        return Domain("l10n_co_company_id", "!=", False) & Domain(
            self._l10n_co_names["state"], "=", "done"
        )

    def _l10n_co_hides_secrets(self):
        # EXTENDS l10n_co.secret.guard.mixin
        return self._l10n_co_is_account()

    def _compute_l10n_co_password(self):
        for account in self:
            account.l10n_co_new_password = account.l10n_co_confirm_password = False
            account.l10n_co_has_password = bool(account.sudo()[self._l10n_co_names["password"]])

    def _inverse_l10n_co_password(self):
        for account in self.filtered("l10n_co_new_password"):
            typed, again = account.l10n_co_new_password, account.l10n_co_confirm_password
            if again and again != typed:
                raise ValidationError(self.env._("The two passwords are not the same."))
            account.sudo()[self._l10n_co_names["password"]] = account._l10n_co_clean_password(typed)
        # A form that saves reads its record again: what was typed must not travel back.
        self.invalidate_recordset(["l10n_co_new_password", "l10n_co_confirm_password"], flush=False)

    def _l10n_co_clean_password(self, typed):
        """:return: the password without the blanks that Google shows in an app password, and people copy"""
        compact = "".join(typed.split())
        is_google = failures.provider_of(self[self._l10n_co_names["host"]] or "") == "google"
        return compact if is_google and len(compact) == 16 and compact.isalpha() else typed

    def _compute_l10n_co_secret_state(self):
        for account in self:
            prefix = OAUTH_TYPES.get(account._l10n_co_oauth_type())
            account.l10n_co_secret_state = account._l10n_co_stored_as(
                f"{prefix}_refresh_token" if prefix else self._l10n_co_names["password"]
            )

    def write(self, vals):
        """A password belongs to one user at one server: whoever may change the server must not get it sent there."""
        moved = self.filtered(lambda account: account._l10n_co_leads_elsewhere(vals))
        if moved:
            moved.check_access("write")
            super(MailSecretMixin, moved.sudo()).write(self._l10n_co_without_secrets(vals))
        return super().write(vals)

    def _l10n_co_leads_elsewhere(self, vals):
        # What becomes an account of ours keeps its secrets on the same condition as one that is.
        return (self._l10n_co_is_account() or vals.get("l10n_co_address")) and any(
            name in vals and (vals[name] or "") != (self.sudo()[name] or "")
            for name in (self._l10n_co_names["host"], self._l10n_co_names["user"])
        )

    def _l10n_co_without_secrets(self, vals):
        tokens = [
            f"{prefix}_{token}"
            for prefix in OAUTH_TYPES.values()
            for token in ("refresh_token", "access_token")
        ]
        cleared = dict.fromkeys([self._l10n_co_names["password"], *tokens], False)
        if not vals.get("l10n_co_new_password") and not vals.get(self._l10n_co_names["password"]):
            cleared[self._l10n_co_names["state"]] = "draft"
        return cleared
