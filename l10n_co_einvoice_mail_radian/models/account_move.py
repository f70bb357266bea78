from odoo import fields, models


class AccountMove(models.Model):
    """What DIAN was told about the invoice that a bill is of."""

    _inherit = "account.move"

    l10n_co_radian_step = fields.Selection(
        related="l10n_co_received_document_id.radian_step", string="Events at DIAN"
    )
    l10n_co_radian_event_ids = fields.One2many(
        related="l10n_co_received_document_id.radian_event_ids", string="Events sent to DIAN"
    )

    def _post(self, soft=True):
        # EXTENDS account
        posted = super()._post(soft)
        posted.sudo().l10n_co_received_document_id._radian_apply("posted")
        return posted

    def action_l10n_co_radian_send(self):
        """:return: action that asks which event is sent about the invoices of these bills"""
        return self.l10n_co_received_document_id.action_radian_send()

    def action_l10n_co_radian_open_events(self):
        """:return: action on the events of the invoices of these bills"""
        return self.l10n_co_received_document_id.action_radian_open_events()
