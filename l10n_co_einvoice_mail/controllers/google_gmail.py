from odoo.addons.google_gmail.controllers.main import GoogleGmailController
from odoo.http import request


class GoogleGmail(GoogleGmailController):
    def _get_gmail_record(self, model_name, rec_id, csrf_token):
        # EXTENDS google_gmail: rights may have gone since the permission was asked for
        record = super()._get_gmail_record(model_name, rec_id, csrf_token)
        if record._l10n_co_hides_secrets():
            record.with_env(request.env)._l10n_co_check_admin()
            record._l10n_co_end_connecting()
        return record

    def _get_redirect_url(self, record):
        # EXTENDS google_gmail: core knows an administrator of everything, and a user's own account
        return record._l10n_co_connected_url() or super()._get_redirect_url(record)
