from odoo import models
from odoo.tools import html2plaintext

from ...letter.assembly import framed, without_preview

#: What people send: neither notes for colleagues nor what Odoo tells them.
SENT = ("comment", "email_outgoing", "email", "notification")


class FramedMailMixin(models.AbstractModel):
    """The mails that documents are sent with get a header and a footer when they are made.

    Not when they are sent: that is later, by the scheduler, when nobody knows any more who made them.
    """

    _name = "l10n_co.framed.mail.mixin"
    _description = "Mail with header and footer"

    def _l10n_co_frame(self):
        """Put the sender's header and footer around the mails with documents; around each once."""
        for mail in self.sudo().filtered(lambda mail: mail._l10n_co_carries_document()):
            record = self.env[mail.model].browse(mail.res_id)
            sender = self.env["l10n_co.emission"]._user_of(mail.mail_message_id)._l10n_co_person()
            header, footer = sender._l10n_co_frame(record.company_id or self.env.company)
            if header or footer:
                body = mail.body_html or ""
                if mail.message_type == "email_outgoing":  # core signs what is posted only
                    footer = sender._l10n_co_missing_signature(body, record) + footer
                mail.body_html = framed(body, header, footer)

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        # EXTENDS mail: the plain text says everything once
        mails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        if self._l10n_co_carries_document():
            for mail in mails:
                mail["body_alternative"] = html2plaintext(without_preview(mail["body"]))
        return mails

    def _l10n_co_carries_document(self):
        """Whether a mail is about a document and meant for people outside."""
        comment = self.env.ref("mail.mt_comment")
        return (
            self.env["l10n_co.mail.document"]._is_document(self.model)
            and bool(self.res_id)
            and self.message_type in SENT
            and self.subtype_id in (comment, comment.browse())
            and not self.is_internal
        )
