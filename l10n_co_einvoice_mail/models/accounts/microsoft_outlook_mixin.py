from odoo import models

from ..shared.secret import Secret


class MicrosoftOutlookMixin(models.AbstractModel):
    _name = "microsoft.outlook.mixin"
    _inherit = ["microsoft.outlook.mixin", "l10n_co.mail.oauth.mixin"]

    microsoft_outlook_refresh_token = Secret()
    microsoft_outlook_access_token = Secret()

    def _generate_outlook_oauth2_string(self, login):
        # EXTENDS microsoft_outlook: renewed in its own transaction, a rotated token survives a
        # rollback
        self._l10n_co_renew_first()
        return super()._generate_outlook_oauth2_string(login)

    def _get_outlook_csrf_token(self):
        # EXTENDS microsoft_outlook: who comes back with a permission is who went to give it
        return self._l10n_co_bound_token(super()._get_outlook_csrf_token())

    def open_microsoft_outlook_uri(self):
        # EXTENDS microsoft_outlook: the permission comes back once, to this browser
        self._l10n_co_begin_connecting()
        return super().open_microsoft_outlook_uri()
