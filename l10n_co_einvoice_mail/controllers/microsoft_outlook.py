from odoo import SUPERUSER_ID
from odoo.addons.microsoft_outlook.controllers.main import MicrosoftOutlookController
from odoo.http import request


class MicrosoftOutlook(MicrosoftOutlookController):
    def _get_outlook_record(self, model_name, rec_id, csrf_token):
        # EXTENDS microsoft_outlook: rights may have gone since the permission was asked for
        record = super()._get_outlook_record(model_name, rec_id, csrf_token)
        if record._l10n_co_hides_secrets():
            record.with_env(request.env)._l10n_co_check_admin()
            record._l10n_co_end_connecting()
        return record

    def _check_email_and_redirect_to_outlook_record(
        self, access_token, expiration, refresh_token, record
    ):
        # EXTENDS microsoft_outlook: a shared mailbox has no login of its own, a member signs in for it. Core leaves
        # that to administrators of everything; who sets a company's account up may do so too (`_get_outlook_record`
        # has asked). A user's own account stays checked.
        facts = (access_token, expiration, refresh_token, record)
        if not record._l10n_co_connected_url():
            return super()._check_email_and_redirect_to_outlook_record(*facts)
        uid = request.env.uid
        request.update_env(user=SUPERUSER_ID)
        try:
            return super()._check_email_and_redirect_to_outlook_record(*facts)
        finally:
            request.update_env(user=uid)

    def _get_redirect_url(self, record):
        # EXTENDS microsoft_outlook: core knows an administrator of everything, and a user's own account
        return record._l10n_co_connected_url() or super()._get_redirect_url(record)
