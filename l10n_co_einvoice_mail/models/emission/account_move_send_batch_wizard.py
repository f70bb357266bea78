from odoo import models


class AccountMoveSendBatchWizard(models.TransientModel):
    _inherit = "account.move.send.batch.wizard"

    def action_send_and_print(self, *args, **kwargs):
        # EXTENDS account: what was decided waits with the invoices for the scheduler
        result = super().action_send_and_print(*args, **kwargs)
        for move in self.move_ids.filtered("sending_data"):
            move.sending_data = {**move.sending_data, "l10n_co_annexes": self.l10n_co_annexes}
        return result
