from odoo import models


class AccountMove(models.Model):
    """A customer invoice that DIAN's list has, and that was not in the books yet, is found when it is confirmed."""

    _inherit = "account.move"

    def _post(self, soft=True):
        # EXTENDS account
        posted = super()._post(soft)
        issued = posted.filtered(lambda move: move.move_type in ("out_invoice", "out_refund"))
        if issued:
            self.env["l10n_co.dian.list.line"].sudo()._meet_invoices(issued.sudo())
        return posted
