from odoo import api, models

from ...dian import sending
from ..letters.documents import IS_DOCUMENT, SENDER_ID
from .batch import each_that_can


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    def _get_default_sending_settings(self, move, from_cron=False, **custom_settings):
        # EXTENDS account: the scheduler makes texts in the name of the user who asked for them
        if from_cron:
            author = (move.sending_data or {}).get("author_user_id")
            move = move.with_context(**{SENDER_ID: author})
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
    def _send_mails(self, moves_data):
        # EXTENDS account: the scheduler sends in the name of who asked for it
        marked = {
            move.with_context(**{IS_DOCUMENT: True, SENDER_ID: data.get("author_user_id")}): data
            for move, data in moves_data.items()
        }
        return super()._send_mails(marked)

    # ---- DIAN's rules for the mail with an e-invoice ---------------------------------------------

    @api.model
    def _get_default_mail_subject(self, move, mail_template, mail_lang):
        # EXTENDS account
        edocument = move._l10n_co_edocument()
        if edocument:
            line = move.company_id.l10n_co_business_line
            return sending.subject(edocument.document, line or "")
        return super()._get_default_mail_subject(move, mail_template, mail_lang)

    @api.model
    def _get_default_mail_body(self, move, mail_template, mail_lang):
        # EXTENDS account
        body = super()._get_default_mail_body(move, mail_template, mail_lang)
        # The buyer's events are an invoice's: a credit or debit note has none.
        is_invoice = move.move_type == "out_invoice" and not move._l10n_co_is_debit_note()
        if body and is_invoice and move._l10n_co_edocument():
            body += move.with_context(lang=mail_lang)._l10n_co_events_note()
        return body

    @api.model
    def _get_mail_params(self, move, move_data):
        # EXTENDS account: one archive instead of loose files
        params = super()._get_mail_params(move, move_data)
        edocument = params and move._l10n_co_edocument()
        if edocument:
            archive = move._l10n_co_archive(edocument, params["attachments"])
            params["attachments"] = [(archive.name, archive.content)]
        return params

    @api.model
    def _get_alerts(self, moves, moves_data):
        # EXTENDS account: what will be sent instead of the files that the dialog lists
        alerts = super()._get_alerts(moves, moves_data)
        if len(moves) == 1 and "email" in moves_data[moves]["sending_methods"]:
            alerts.update(self._l10n_co_alerts(moves))
        return alerts

    def _l10n_co_alerts(self, move):
        edocument = move._l10n_co_edocument()
        if not edocument:
            return {}
        archive = move._l10n_co_archive(edocument, self._l10n_co_chosen(move))
        alerts = {
            "l10n_co_archive": {
                "level": "info",
                "message": self.env._(
                    "As DIAN asks, one file will be sent: %s, with the XML, the PDF and the annexes in it.",
                    archive.name,
                ),
            }
        }
        if not edocument.container:
            alerts["l10n_co_container"] = {
                "level": "warning",
                "message": self.env._(
                    "Only the signed XML is at hand, without DIAN's validation (AttachedDocument). Some buyers do not "
                    "accept it: send the invoice once DIAN has validated it."
                ),
            }
        if archive.is_too_large:
            alerts["l10n_co_size"] = {
                "level": "warning",
                "message": self.env._(
                    "The file would have %s MB; DIAN allows 2 MB in one mail, and buyers may refuse more. Leave an "
                    "annex out.",
                    round(len(archive.content) / 2**20, 1),
                ),
            }
        return alerts

    def _l10n_co_chosen(self, move):
        """[(name, bytes)] of the files that the dialog lists and that are there already."""
        listed = self.mail_attachments_widget if "mail_attachments_widget" in self._fields else []
        ids = [
            int(item["id"])
            for item in (self and listed) or []
            if str(item["id"]).isdigit() and not item.get("skip")
        ]
        attachments = self.env["ir.attachment"].browse(
            ids
        ).exists() | self._get_invoice_extra_attachments(move)
        return [(attachment.name, attachment.raw) for attachment in attachments]
