from odoo import api, models
from odoo.exceptions import ValidationError

from .res_users import CONNECTION, PASSWORD, TESTED


class SavedAccount(models.Model):
    """How what a user types becomes the user's account."""

    _inherit = "res.users"

    def _l10n_co_save_typed(self, vals):
        """:param dict vals: values of a user's fields, of which those that are typed for the account count"""
        typed_fields = self._l10n_co_typed_fields().items()
        typed = {source: vals[name] for name, source in typed_fields if name in vals}
        if not typed and not vals.get(PASSWORD):
            return
        if vals.get(PASSWORD):
            typed["l10n_co_new_password"] = vals[PASSWORD]
        for user in self:
            user._l10n_co_save_account(typed)

    def _l10n_co_save_account(self, values):
        """Set the user's account up, or change it; what was not tested as it is now has to be tested again.

        :param dict values: fields of `ir.mail_server`; of the connection, what is left out is proposed from the address
        :return: the account, with the rights to work on it; empty when there is nothing to set up
        """
        account = self._l10n_co_own_account()
        values = {"l10n_co_address": account.l10n_co_address, **values}
        if not self._l10n_co_personal_is_allowed():
            raise ValidationError(
                self.env._("The administrator has switched the users' own mail accounts off.")
            )
        if not values["l10n_co_address"]:
            if account or values.get("l10n_co_new_password"):
                raise ValidationError(self.env._("Type the address of the mailbox."))
            return account
        if not account:
            account = self._l10n_co_servers()
            values |= self._l10n_co_proposed(values)
        if values.get("smtp_authentication") in ("gmail", "outlook"):
            values.pop("l10n_co_new_password", None)
            values["smtp_pass"] = False
        changed = {
            name: value
            for name, value in values.items()
            if not account or _differs(account, name, value)
        }
        if not account:
            given = {name: value for name, value in changed.items() if value}
            return account.create({"owner_user_id": self.id, **given})
        if TESTED & changed.keys():
            changed.update(l10n_co_state="draft", l10n_co_failure_code=False, active=True)
        account.write(changed)
        return account

    def _l10n_co_proposed(self, values):
        """:return: {field: value} of the connection that `values` leaves open"""
        if values.get("smtp_host"):
            return {}
        draft = self.env["ir.mail_server"].sudo()
        draft = draft.new({"owner_user_id": self.id, "l10n_co_address": values["l10n_co_address"]})
        draft._onchange_l10n_co_address()
        names = [name for name in (*CONNECTION, "l10n_co_provider_id") if not values.get(name)]
        return {name: draft._fields[name].convert_to_write(draft[name], draft) for name in names}

    @api.onchange("l10n_co_mail_address")
    def _onchange_l10n_co_mail_address(self):
        self._l10n_co_follow("_onchange_l10n_co_address")

    @api.onchange("l10n_co_mail_provider_id")
    def _onchange_l10n_co_mail_provider(self):
        self._l10n_co_follow("_onchange_l10n_co_provider")

    @api.onchange("l10n_co_mail_authentication")
    def _onchange_l10n_co_mail_authentication(self):
        self._l10n_co_follow("_onchange_smtp_authentication_outlook")

    @api.onchange("l10n_co_mail_encryption")
    def _onchange_l10n_co_mail_encryption(self):
        self._l10n_co_follow("_onchange_encryption")

    def _l10n_co_follow(self, onchange):
        """What the account itself would propose is shown in the user's form.

        :param str onchange: the account's own method
        """
        if not self.env.user._is_internal() or not self._l10n_co_may_set_up():
            return
        typed = self._l10n_co_typed_fields()
        values = {
            target: self._fields[name].convert_to_write(self[name], self)
            for name, target in typed.items()
        }
        draft = self.env["ir.mail_server"].sudo()
        draft = draft.new({"owner_user_id": self._origin.id, **values})
        getattr(draft, onchange)()
        for name, target in typed.items():
            self[name] = draft[target]
        self.l10n_co_mail_server_origin = draft.l10n_co_server_origin


def _differs(account, name, value):
    stored = account._fields[name].convert_to_write(account[name], account)
    return (stored or False) != (value or False)
