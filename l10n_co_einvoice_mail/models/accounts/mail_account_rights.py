from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..shared import rights

# Says that a record is an account of ours, whatever its other fields say.
MARK = "l10n_co_is_managed"


class MailAccountMixin(models.AbstractModel):
    """Who may change what of an account: asked of the values before they are written, and of the account afterwards,
    for a value can make it an account of somebody else's, of nobody's, or of Odoo's own.
    """

    _inherit = "l10n_co.mail.account.mixin"

    # Fields that are set once: an account that changes hands takes its mails along.
    _l10n_co_fixed = ()

    l10n_co_is_managed = fields.Boolean(
        string="E-invoice mail",
        readonly=True,
        copy=False,
        help="Its secrets are shown to nobody, whatever becomes of its company or owner.",
    )

    def _l10n_co_has_holder(self):
        """:return: True when the account is a company's, as its fields say"""
        return bool(self.sudo().l10n_co_company_id)

    def _l10n_co_is_account(self):
        """:return: True when this record is an account of ours; core's other servers keep core's ways"""
        # A form's record holds what was typed into it; only the stored one tells what it is.
        return self._origin.sudo().l10n_co_is_managed or self._l10n_co_has_holder()

    def _l10n_co_hides_secrets(self):
        # EXTENDS l10n_co.secret.guard.mixin
        return self._l10n_co_is_account()

    def _l10n_co_opens_secrets(self):
        # EXTENDS l10n_co.secret.guard.mixin: an account of nobody's needs none
        return self._l10n_co_has_holder()

    @api.model
    def _l10n_co_confirmed_domain(self):
        """:return: Domain of our accounts that are in use"""
        return Domain("l10n_co_company_id", "!=", False) & Domain(
            self._l10n_co_names["state"], "=", "done"
        )

    @api.model
    def _l10n_co_results(self):
        """:return: set of the fields that tests and runs find out, and no client writes"""
        names = rights.results_of(self)
        return {name for name in names if name.startswith("l10n_co_")} | {
            self._l10n_co_names["state"]
        }

    # ---- writing ---------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        ours = accounts.filtered(lambda account: account._l10n_co_has_holder())
        if not self.env.su:
            accounts._l10n_co_check_created()
        ours._l10n_co_become_managed()
        return accounts

    def write(self, vals):
        ours = self.filtered(lambda account: account._l10n_co_is_account())
        addressed = ours.filtered(lambda account: account.sudo().l10n_co_address)
        if not self.env.su:
            self._l10n_co_check_written(vals, ours)
        result = super().write(vals)
        joined = (self - ours).filtered(lambda account: account._l10n_co_has_holder())
        joined._l10n_co_become_managed()
        joined._l10n_co_doubt_core(vals)
        ours._l10n_co_let_go(addressed)
        if not self.env.su:
            (ours | joined).check_access("write")
        return result

    def _l10n_co_check_created(self):
        """:raise AccessError: these new accounts, just created by a person, claim what only a test finds out"""
        for account in self.sudo():
            names = self._l10n_co_results() if account._l10n_co_has_holder() else [MARK]
            if any(account[name] and account[name] != "draft" for name in names):
                rights.refuse_results(self.env)

    def _l10n_co_check_written(self, vals, ours):
        """:param ours: those of these records that are accounts of ours
        :raise AccessError: the present user may not write `vals`: a test's result, or what is set once
        """
        results = self._l10n_co_results()
        fixed = set(() if rights.has(self.env, rights.SETTINGS_ADMIN) else self._l10n_co_fixed)
        if MARK in vals:
            rights.refuse_results(self.env)
        for account in ours:
            changed = account._l10n_co_changed(vals)
            changed -= {name for name in results if vals.get(name) == "draft"}
            if changed & results:
                rights.refuse_results(self.env)
            # An address may still be typed where there is none.
            if any(account[name] or self._fields[name].relational for name in changed & fixed):
                raise AccessError(
                    self.env._(
                        "%s: company, owner and address of a mail account stay as they are. "
                        "Set up another account, or ask a settings administrator.",
                        account.name,
                    )
                )

    # ---- coming and going ------------------------------------------------------------------------

    def _l10n_co_become_managed(self):  # pylint: disable=missing-return
        super(MailAccountMixin, self.sudo()).write({MARK: True})

    def _l10n_co_doubt_core(self, vals):  # pylint: disable=missing-return
        """A server of core's was confirmed by core, which asked less of it."""
        state = self._l10n_co_names["state"]
        if self and not (self.env.su and state in vals):
            super(MailAccountMixin, self.sudo()).write({state: "draft"})

    def _l10n_co_let_go(self, addressed):
        """:param addressed: those of these accounts that had an address before they were written"""
        for account in self.sudo():
            has_holder = account._l10n_co_has_holder()
            if not has_holder or (account in addressed and not account.l10n_co_address):
                account._l10n_co_leave({MARK: has_holder})

    def _l10n_co_leave(self, values):  # pylint: disable=missing-return
        """This account has lost its company, its owner or its address: nobody who takes it over finds a secret in it,
        and it does nothing until somebody wants it to.

        :param dict values: what else to write
        """
        super().write(
            {
                **self._l10n_co_unproven(),
                **self._l10n_co_no_secrets(),
                "active": False,
                **values,
            }
        )
