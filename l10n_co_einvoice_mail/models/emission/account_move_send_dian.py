from markupsafe import Markup
from odoo import api, fields, models

from ...dian import sending

ANNEXES = [("apart", "In a second mail"), ("left_out", "Left out")]
# What is decided of a document's annexes, among the settings with which it is sent.
DECISION = "l10n_co_annexes"


class EInvoiceSend(models.AbstractModel):
    """DIAN's rules for the mail with an e-invoice."""

    _inherit = "account.move.send"

    l10n_co_annexes = fields.Selection(
        ANNEXES,
        string="Annexes that do not fit",
        default="apart",
        required=True,
        help="DIAN allows 2 MB in the mail with an e-invoice.",
    )
    l10n_co_asks_annexes = fields.Boolean(compute="_compute_l10n_co_asks_annexes")

    @api.depends("alerts")
    def _compute_l10n_co_asks_annexes(self):
        for wizard in self:
            wizard.l10n_co_asks_annexes = DECISION in (wizard.alerts or {})

    @api.model
    def _get_default_sending_settings(self, move, from_cron=False, **custom_settings):
        # EXTENDS account
        settings = super()._get_default_sending_settings(move, from_cron, **custom_settings)
        stored = (move.sending_data or {}).get(DECISION)
        decided = custom_settings.get(DECISION) or stored
        return {**settings, DECISION: decided if decided in dict(ANNEXES) else "apart"}

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
            archive, annexes = move._l10n_co_archive(edocument, params["attachments"])
            params["attachments"] = [(archive.name, archive.content)]
            if annexes and move_data[DECISION] == "apart":
                params[DECISION] = [(file.name, file.content) for file in annexes]
        return params

    @api.model
    def _send_mail(self, move, mail_template, **kwargs):
        # EXTENDS account: what had no place in the archive follows it
        annexes = kwargs.pop(DECISION, ())
        sent = super()._send_mail(move, mail_template, **kwargs)
        if annexes:
            lang = mail_template._render_lang(move.ids)[move.id] if mail_template else False
            letter = self.with_context(lang=lang or self.env.lang)._l10n_co_annexes_letter(move)
            super()._send_mail(move, mail_template, **{**kwargs, **letter, "attachments": annexes})
        return sent

    @api.model
    def _l10n_co_annexes_letter(self, move):
        """:return: dict of subject and body of the mail with the annexes, which is none of DIAN's form"""
        number = move.name
        sentence = self.env._(
            "Please find attached the annexes of %s, which you receive with another mail.", number
        )
        return {
            "subject": self.env._(
                "Annexes of %(number)s, %(company)s", number=number, company=move.company_id.name
            ),
            "body": Markup("<p>%s</p>") % sentence,
        }

    # ---- what the dialogs tell -------------------------------------------------------------------

    @api.model
    def _get_alerts(self, moves, moves_data):
        # EXTENDS account: what will be sent instead of the files that the dialog lists
        alerts = super()._get_alerts(moves, moves_data)
        if len(moves) == 1 and "email" in moves_data[moves]["sending_methods"]:
            alerts.update(self._l10n_co_alerts(moves))
        elif any(self._l10n_co_has_annexes(move, moves_data[move]) for move in moves):
            alerts[DECISION] = self._l10n_co_alert(
                "info",
                self.env._(
                    "DIAN allows 2 MB in one mail: choose what becomes of annexes that do not fit."
                ),
            )
        return alerts

    @api.model
    def _l10n_co_alert(self, level, message):
        return {"level": level, "message": message}

    @api.model
    def _l10n_co_has_annexes(self, move, settings):
        """:return: whether an e-invoice is sent with files of its template beside its own"""
        listed = settings.get("mail_attachments_widget") or []
        has_others = any(
            item.get("mail_template_id") or item.get("dynamic_report") for item in listed
        )
        return has_others and bool(move._l10n_co_edocument())

    @api.model
    def _l10n_co_alerts(self, move):
        edocument = move._l10n_co_edocument()
        if not edocument:
            return {}
        archive, annexes = move._l10n_co_archive(edocument, self._l10n_co_chosen(move))
        told = self._l10n_co_told(edocument, archive, annexes)
        return {key: self._l10n_co_alert(level, message) for key, level, message in told}

    def _l10n_co_told(self, edocument, archive, annexes):
        """Yield (key, level, sentence) of what a dialog tells about a mail."""
        one_file = self.env._(
            "As DIAN asks, one file will be sent: %s, with the XML and the PDF in it.",
            archive.name,
        )
        if archive.has_annexes:
            one_file = self.env._(
                "As DIAN asks, one file will be sent: %s, with the XML, the PDF and the annexes in it.",
                archive.name,
            )
        yield "l10n_co_archive", "info", one_file
        if not edocument.container:
            text = self.env._(
                "Only the signed XML is at hand, without DIAN's validation (AttachedDocument). Some buyers do not "
                "accept it: send the invoice once DIAN has validated it."
            )
            yield "l10n_co_container", "warning", text
        if annexes:
            text = self.env._(
                "With its annexes the file would have more than the 2 MB that DIAN allows in one mail: choose "
                "what becomes of them."
            )
            yield DECISION, "warning", text
        if archive.is_too_large:
            size = round(len(archive.content) / 2**20, 1)
            text = self.env._(
                "Even without annexes the file has %s MB; DIAN allows 2 MB in one mail, and buyers may refuse "
                "more. Make the PDF smaller.",
                size,
            )
            yield "l10n_co_size", "warning", text

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
