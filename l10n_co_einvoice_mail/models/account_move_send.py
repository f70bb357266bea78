from odoo import api, models

from .emission import IS_DOCUMENT, SENDER_ID


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _send_mails(self, moves_data):
        # EXTENDS account: the scheduler sends in the name of who asked for it
        marked = {
            move.with_context(**{IS_DOCUMENT: True, SENDER_ID: data.get("author_user_id")}): data
            for move, data in moves_data.items()
        }
        return super()._send_mails(marked)
