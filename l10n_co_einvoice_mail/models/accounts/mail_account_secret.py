from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...mailbox import providers
from ...mailbox.transport import Encryption
from ..shared.rights import MAIL_ADMIN
from .mail_oauth import OAUTH_TYPES

# Whose an account is: with another one it is another account.
HOLDERS = frozenset({"l10n_co_company_id", "owner_user_id", "l10n_co_address"})


class MailAccountMixin(models.AbstractModel):
    """An account's password: typed and tested, never shown again, and gone when the account leads elsewhere."""

    _inherit = "l10n_co.mail.account.mixin"

    l10n_co_new_password = fields.Char(
        string="Password",
        compute="_compute_l10n_co_new_password",
        inverse="_inverse_l10n_co_password",
        groups=MAIL_ADMIN,
        help="Written only: the stored password is never shown again.",
    )
    l10n_co_confirm_password = fields.Char(
        string="Password again",
        compute="_compute_l10n_co_new_password",
        inverse="_inverse_l10n_co_password",
        groups=MAIL_ADMIN,
        help="Optional: the test tells anyway whether the password is right.",
    )
    l10n_co_has_password = fields.Boolean(
        compute="_compute_l10n_co_has_password",
        groups=MAIL_ADMIN,
        help="It is kept, encrypted, and shown to nobody.",
    )
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

    def _l10n_co_hides_secrets(self):
        # EXTENDS l10n_co.mail.oauth.mixin
        return self._l10n_co_is_account()

    def _compute_l10n_co_new_password(self):
        self.l10n_co_new_password = self.l10n_co_confirm_password = False

    @api.depends(lambda self: [self._l10n_co_names["password"]] if self._l10n_co_names else [])
    def _compute_l10n_co_has_password(self):
        for account in self:
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
        is_google = providers.provider_of(self[self._l10n_co_names["host"]] or "") == "google"
        return compact if is_google and len(compact) == 16 and compact.isalpha() else typed

    def _compute_l10n_co_secret_state(self):
        for account in self:
            prefix = OAUTH_TYPES.get(account._l10n_co_oauth_type())
            account.l10n_co_secret_state = account._l10n_co_stored_as(
                f"{prefix}_refresh_token" if prefix else self._l10n_co_names["password"]
            )

    def write(self, vals):
        """A password belongs to one user at one server: whoever may change the server must not get it sent there. What
        was tested is confirmed only as long as it stays as it was.
        """
        ours = self.filtered(lambda a: a._l10n_co_is_account() or vals.get("l10n_co_address"))
        moved = ours.filtered(lambda account: not account._l10n_co_keeps_secrets(vals))
        changed = (ours - moved).filtered(lambda account: account._l10n_co_is_untested(vals))
        given = vals.keys() if self.env.su else set()
        for accounts, more in ((moved, self._l10n_co_no_secrets()), (changed, {})):
            if accounts:
                accounts.check_access("write")
                values = {**self._l10n_co_unproven(), **more}
                super(MailAccountMixin, accounts.sudo()).write(
                    {name: value for name, value in values.items() if name not in given}
                )
        return super().write(vals)

    def _l10n_co_keeps_secrets(self, vals):
        """:param dict vals: what is about to be written
        :return: True when password and tokens may go where `vals` lead: to the same user of the same server, by another
            port, protocol or encryption only when the server has to prove its name there
        """
        names = self._l10n_co_names
        changed = self._l10n_co_changed(vals)
        # What an account did not have yet it does not leave.
        held = any(self.sudo()[name] for name in changed & HOLDERS)
        if held or changed & {names["host"], names["user"]}:
            return False
        types = {self[names["type"]], vals.get(names["type"], self[names["type"]])}
        if len(types) > 1 and not types <= set(self._l10n_co_password_types.values()):
            return False
        encryption = vals.get(names["encryption"], self[names["encryption"]])
        is_elsewhere = changed & {names["port"], names["encryption"], names["type"]}
        return not is_elsewhere or Encryption(encryption or "none").is_verified

    def _l10n_co_is_untested(self, vals):
        """:return: True when `vals` make it an account that nobody has tested"""
        names = self._l10n_co_names
        tested = {names[key] for key in ("host", "port", "encryption", "user", "type", "password")}
        # A permission that is gone is a failure, no other account.
        tokens = {
            name for prefix in OAUTH_TYPES.values() if vals.get(name := f"{prefix}_refresh_token")
        }
        return bool(self._l10n_co_changed(vals) & (tested | tokens | HOLDERS))

    def _l10n_co_unproven(self):
        """:return: dict of values that say that nothing is known of the account as it is"""
        failure = {"l10n_co_failure_code": False, "l10n_co_failure_data": False}
        return {self._l10n_co_names["state"]: "draft", **failure}

    def _l10n_co_changed(self, vals):
        """:return: set of the names in `vals` whose values the account does not have"""
        account = self.sudo()
        fields_ = {name: self._fields[name] for name in vals if name in self._fields}
        return {
            name
            for name, field in fields_.items()
            if field.type not in ("one2many", "many2many")
            and (field.convert_to_write(account[name], account) or False) != (vals[name] or False)
        }

    def _l10n_co_no_secrets(self):
        """:return: dict of values that leave an account nothing to log in with"""
        tokens = [
            f"{prefix}_{token}"
            for prefix in OAUTH_TYPES.values()
            for token in ("refresh_token", "access_token")
        ]
        names = (self._l10n_co_names["password"], *tokens, "l10n_co_confirmed_on")
        return dict.fromkeys(names, False)
