from odoo.addons.microsoft_outlook.controllers.main import MicrosoftOutlookController
from odoo.http import request


class MicrosoftOutlook(MicrosoftOutlookController):
    def _get_outlook_record(self, model_name, rec_id, csrf_token):
        # EXTENDS microsoft_outlook: rights may have gone since the permission was asked for
        record = super()._get_outlook_record(model_name, rec_id, csrf_token)
        if record._l10n_co_hides_secrets():
            record.with_env(request.env)._l10n_co_check_admin()
        return record
