from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.tools.urls import urljoin

from ...mailbox.providers import SIGN_INS
from ..shared import rights
from ..shared.asking import ask_administrator
from .mail_account_sign_in import SIGN_IN

# Where core takes a permission back.
CALLBACKS = {"gmail": "/google_gmail/confirm", "outlook": "/microsoft_outlook/confirm"}


class MailRegistration(models.TransientModel):
    """How this Odoo is registered at Google or Microsoft, step by step, for whoever wants to connect and cannot yet."""

    _name = "l10n_co.mail.registration"
    _description = "How Odoo is registered at a mail provider"

    type = fields.Selection(SIGN_IN[1:], string="Sign-in", required=True)
    provider_id = fields.Many2one("l10n_co.mail.provider", ondelete="cascade")
    redirect_uri = fields.Char(
        string="Redirect address",
        compute="_compute_redirect_uri",
        help="Where the provider sends people back to. It has to be the same there, letter by letter.",
    )
    is_insecure = fields.Boolean(compute="_compute_redirect_uri")
    is_administrator = fields.Boolean(compute="_compute_is_administrator")

    @api.depends("type")
    def _compute_redirect_uri(self):
        for registration in self:
            base = registration.get_base_url()
            registration.redirect_uri = urljoin(base, CALLBACKS[registration.type])
            registration.is_insecure = urlsplit(base).scheme != "https"

    def _compute_is_administrator(self):
        self.is_administrator = rights.has(self.env, rights.SETTINGS_ADMIN)

    @api.model
    def _open(self, account):
        """:param account: what cannot be connected, because nobody has registered this Odoo
        :return: action that shows how that is done
        """
        registration = self.sudo().create(
            {"type": account._l10n_co_oauth_type(), "provider_id": account.l10n_co_provider_id.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register this Odoo at %s", SIGN_INS[registration.type].name),
            "res_model": self._name,
            "res_id": registration.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_settings(self):
        """:return: action on the settings, where identifier and secret are entered
        :raise AccessError: the present user does not administer the settings
        """
        rights.check_settings(self.env)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "base_setup.action_general_configuration"
        )

    def action_ask_administrator(self):
        """Ask a settings administrator to register this Odoo.

        :return: action that tells who was asked
        :raise UserError: there is no settings administrator
        """
        self.ensure_one()
        self.check_access("read")
        sign_in = SIGN_INS[self.type]
        providers = self.env["l10n_co.mail.provider"].sudo()
        provider = self.sudo().provider_id or providers.search(
            [("auth", "=", sign_in.auth)], limit=1
        )
        return ask_administrator(
            provider,
            lambda _provider: (
                self.env._("Register this Odoo at %s", sign_in.name),
                self.env._(
                    "%(user)s wants to connect a mail account. «Connect» on that account shows how Odoo is registered.",
                    user=self.env.user.name,
                ),
            ),
        )
