from odoo import models


class ReceivedDocument(models.Model):
    """What confirmed itself did so because its document was proven."""

    _inherit = "l10n_co.received.document"

    def _replace_values(self, values):  # pylint: disable=missing-return
        # EXTENDS bills: one that is rejected since. One that is to be reviewed is among what waits for a person
        was_rejected = self.state == "rejected"
        super()._replace_values(values)
        if self.state == "rejected" and not was_rejected:
            self.move_id.sudo()._l10n_co_lose_proof()
