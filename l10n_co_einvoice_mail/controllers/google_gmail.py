from odoo.addons.google_gmail.controllers.main import GoogleGmailController
from odoo.http import request


class GoogleGmail(GoogleGmailController):
    def _get_gmail_record(self, model_name, rec_id, csrf_token):
        # EXTENDS google_gmail: rights may have gone since the permission was asked for
        record = super()._get_gmail_record(model_name, rec_id, csrf_token)
        if record._l10n_co_hides_secrets():
            record.with_env(request.env)._l10n_co_check_admin()
        return record
