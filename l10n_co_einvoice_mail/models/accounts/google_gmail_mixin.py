from odoo import models

from ..shared.secret import Secret


class GoogleGmailMixin(models.AbstractModel):
    _name = "google.gmail.mixin"
    _inherit = ["google.gmail.mixin", "l10n_co.mail.oauth.mixin"]

    google_gmail_refresh_token = Secret()
    google_gmail_access_token = Secret()

    def _generate_oauth2_string(self, user, refresh_token):
        # EXTENDS google_gmail: a token is renewed in its own transaction
        self._l10n_co_renew_first()
        return super()._generate_oauth2_string(user, refresh_token)

    def _get_gmail_csrf_token(self):
        # EXTENDS google_gmail: who comes back with a permission is who went to give it
        return self._l10n_co_bound_token(super()._get_gmail_csrf_token())

    def open_google_gmail_uri(self):
        # EXTENDS google_gmail: the permission comes back once, to this browser
        self._l10n_co_begin_connecting()
        return super().open_google_gmail_uri()
