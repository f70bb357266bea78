from odoo import models
from odoo.tools import email_normalize

from ...dian.archive import File


class ReceivedMail(models.Model):
    """What the sender of a mail is told about it."""

    _name = "l10n_co.received.mail"
    _inherit = ["l10n_co.received.mail", "l10n_co.written.mixin"]

    def _letter_lang(self):
        """:return: False: a mail does not say which language its sender reads"""
        return False

    def _letter_facts(self):
        """:return: dict, as of a document"""
        return {
            "address": email_normalize(self.email_from or "") or "",
            "number": self.subject or "",
            "code": self.reason_code,
            "data": self.reason_data or {},
        }

    def _original(self):
        """:return: list of dian.archive.File, the mail itself"""
        raw = self.sudo().raw_attachment_id.raw
        return [File("mail.eml", raw)] if raw else []

    def _post_letter(self, letter):
        """Send a letter that answers this mail."""
        attachments = [
            {"name": file.name, "raw": file.content, "mimetype": "message/rfc822"}
            for file in letter._files()
        ]
        mail = self.env["mail.mail"].sudo()
        mail = mail.create(
            {
                "subject": letter.subject,
                "body_html": letter.body,
                "email_to": letter.email,
                "author_id": self.env.user.partner_id.id,
                "email_from": self.env.user.email_formatted,
                "references": self.message_id,
                "message_type": "email_outgoing",
                "attachment_ids": [(0, 0, values) for values in attachments],
            }
        )
        mail.send_after_commit()
