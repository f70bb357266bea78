from odoo import api, models

from ..shared.contexts import IS_DOCUMENT, SENDER_ID, Told
from .batch import each_that_can


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    def _get_default_sending_settings(self, move, from_cron=False, **custom_settings):
        # EXTENDS account: the scheduler makes texts in the name of the user who asked for them
        if from_cron:
            author = (move.sending_data or {}).get("author_user_id") or 0
            move = move.with_context(**{SENDER_ID: Told(author)})
        return super()._get_default_sending_settings(move, from_cron, **custom_settings)

    @api.model
    def _generate_and_send_invoices(self, moves, from_cron=False, **settings):
        # EXTENDS account: one document that cannot be sent does not keep the others back, today and for good
        send = super()._generate_and_send_invoices
        if not from_cron:
            return send(moves, from_cron=from_cron, **settings)
        # What is undone again has not been sent meanwhile.
        moves = moves.with_context(mail_notify_force_send=False)
        log = self.env["l10n_co.outgoing.mail"]
        before = log._mails_waiting(moves)
        sent = each_that_can(
            moves, lambda some: send(some, from_cron=True, **settings), self._l10n_co_set_aside
        )
        (log._mails_waiting(moves) - before).send_after_commit()
        return self.env["ir.attachment"].union(*sent)

    @api.model
    def _l10n_co_set_aside(self, move, error):
        """:param Exception error: why its mail could not be made"""
        asked = move.sending_data or {}
        move.sending_data = False
        user = self.env["res.users"].browse(asked.get("author_user_id") or self.env.uid)
        self.env["l10n_co.outgoing.mail"]._note_unmade(move, user, error)
        self._send_notifications_to_partners({user.partner_id.id: move.ids}, is_success=False)

    @api.model
    def _send_notifications_to_partners(self, moves_grouped_by_author_partner_id, is_success=True):
        # EXTENDS account: what has only been handed over to be sent is not called sent
        told = moves_grouped_by_author_partner_id
        if is_success:
            told = {
                partner_id: self._l10n_co_tell_underway(partner_id, ids)
                for partner_id, ids in told.items()
            }
        return super()._send_notifications_to_partners(
            {partner_id: ids for partner_id, ids in told.items() if ids}, is_success
        )

    @api.model
    def _l10n_co_tell_underway(self, partner_id, ids):
        """Tell who had invoices sent which of them are still to leave.

        :return: ids of the others
        """
        moves = self.env["account.move"].browse(ids)
        mails = self.env["l10n_co.outgoing.mail"]._mails_waiting(moves)
        underway = set(mails.filtered("l10n_co_account_id").mapped("res_id"))
        if underway:
            text = self.env._(
                "The e-mails of %s invoices are being sent. Each invoice shows what comes of its own.",
                len(underway),
            )
            values = {"type": "info", "message": text}
            self.env["res.partner"].browse(partner_id)._bus_send("simple_notification", values)
        return [move_id for move_id in ids if move_id not in underway]

    @api.model
    def _send_mails(self, moves_data):
        # EXTENDS account: the scheduler sends in the name of who asked for it
        is_document = {IS_DOCUMENT: Told(True)}
        marked = {
            move.with_context(
                **is_document, **{SENDER_ID: Told(data.get("author_user_id") or 0)}
            ): data
            for move, data in moves_data.items()
        }
        return super()._send_mails(marked)
