from odoo import api, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize


class PersonalAccount(models.Model):
    """A user's own sending account: Odoo's personal mail server (`owner_user_id`) with an address of ours, proposed,
    tested and explained as a company's account is. Core's own personal servers have no such address.
    """

    _inherit = "ir.mail_server"

    @api.model
    def _l10n_co_personal_domain(self):
        return Domain([("owner_user_id", "!=", False), ("l10n_co_address", "!=", False)])

    def _l10n_co_is_personal(self):
        """:return: True when this is a user's own account, and none that core set up for him"""
        account = self.sudo()
        return bool(account.owner_user_id and account.l10n_co_address)

    def _l10n_co_has_holder(self):
        # EXTENDS l10n_co.mail.account.mixin
        return super()._l10n_co_has_holder() or self._l10n_co_is_personal()

    @api.model
    def _l10n_co_confirmed_domain(self):
        # EXTENDS l10n_co.mail.account.mixin
        mine = self._l10n_co_personal_domain() & Domain("l10n_co_state", "=", "done")
        return super()._l10n_co_confirmed_domain() | mine

    @api.constrains("owner_user_id", "l10n_co_company_id", "l10n_co_address")
    def _check_l10n_co_owner(self):
        for account in self.filtered("owner_user_id"):
            if account.l10n_co_company_id:
                raise ValidationError(
                    self.env._("An account belongs to a company or to a user, not to both.")
                )
            if account.l10n_co_address:
                account._l10n_co_check_personal()

    def _l10n_co_check_personal(self):
        """:raise ValidationError: nobody can send from this address as himself"""
        if not self.owner_user_id._is_internal():
            raise ValidationError(
                self.env._("Only internal users have a mail account of their own.")
            )
        address = email_normalize(self.l10n_co_address)
        if not address:
            raise ValidationError(
                self.env._(
                    "«%s» is no mail address. Type it as maria@example.com.", self.l10n_co_address
                )
            )
        # Core's rule: notifications of everybody leave from these addresses, never through one person's account.
        shared = self.env["mail.alias.domain"].sudo().search([]).mapped("default_from_email")
        shared.append(tools.config.get("email_from"))
        if any(self._match_from_filter(sender, address) for sender in shared if sender):
            raise ValidationError(
                self.env._(
                    "Odoo sends its own notifications from %s: it cannot be one person's account.",
                    address,
                )
            )

    def _l10n_co_check_admin(self):
        # EXTENDS l10n_co.mail.account.mixin: his own account is for the user himself to set up
        account = self.sudo()
        if account._l10n_co_is_personal() and account.owner_user_id == self.env.user:
            return None
        return super()._l10n_co_check_admin()

    # ---- who is told -----------------------------------------------------------------------------

    def _l10n_co_people(self):
        # EXTENDS l10n_co.mail.account.mixin: his account is the user's own affair
        owner = self.owner_user_id.filtered("active")
        return owner if self._l10n_co_is_personal() else super()._l10n_co_people()

    def _l10n_co_contact(self):
        # EXTENDS l10n_co.mail.account.mixin
        return (
            self.owner_user_id.partner_id
            if self._l10n_co_is_personal()
            else super()._l10n_co_contact()
        )

    # ---- the owner's life ------------------------------------------------------------------------

    def _l10n_co_forget(self):
        """The owner left: nobody sends in his name any more, and his password is not kept."""
        self.write({**self._l10n_co_unproven(), **self._l10n_co_no_secrets()})

    def _l10n_co_doubt(self):
        """The owner has another address now: whether he still sends from this one is for him to say."""
        for account in self.filtered(lambda a: a.l10n_co_state == "done"):
            account.write(
                {
                    "l10n_co_state": "draft",
                    "l10n_co_failure_code": "owner_moved",
                    "l10n_co_failure_data": {
                        "user": account.l10n_co_address,
                        "address": account.owner_user_id.email or "",
                    },
                }
            )

    def unlink(self):
        self.filtered(lambda server: server._l10n_co_is_account()).l10n_co_activity_id.unlink()
        return super().unlink()
