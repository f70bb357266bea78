from odoo import models
from odoo.tools import email_normalize

from ...dian.archive import File
from ..ledger import ways

#: What proves that the address in a document is its supplier's: who signed it, and what DIAN said of it.
SIGNED = frozenset({"amounts_signed_by_supplier", "amounts_signed_by_known"})
ANSWERED = frozenset({"dian_validated", "dian_rejected"})


class ReceivedDocument(models.Model):
    """What the supplier is told about a document."""

    _name = "l10n_co.received.document"
    _inherit = ["l10n_co.received.document", "l10n_co.written.mixin"]

    def _letter_lang(self):
        """:return: the supplier's language, where its contact has one"""
        return self.sudo().partner_id.lang

    def _letter_facts(self):
        """:return: dict of what a letter about it needs: `address`, `number`, `code`, `data`"""
        return {
            "address": self._address_of_supplier(),
            "number": self.display_name,
            "code": self.reason_code or self.accepted_despite,
            "data": self.reason_data or {},
        }

    def _address_of_supplier(self):
        """:return: where its supplier reads mail: as the document says where its signature proves it, else as the
        contact has it, else where the mail came from; '' of a document that may be forged and has no contact
        """
        contact = email_normalize(self.sudo().partner_id.email or "")
        if self.reason_code in ways.LOOK_AT_DIAN:
            return contact or ""
        sender = email_normalize(self.sudo().mail_ids[:1].email_from or "")
        return self._proven_address() or contact or sender or ""

    def _proven_address(self):
        """:return: the supplier's address in the document, where signature and DIAN's answer are proven; else False"""
        proven = {item["code"] for item in self.sudo().proof_data or []}
        if not (proven & SIGNED and proven & ANSWERED):
            return False
        edocument = self.sudo()._read_edocument()
        issuer = edocument and edocument.document.issuer
        return issuer and email_normalize(issuer.email or "")

    def _original(self):
        """:return: list of dian.archive.File that show the supplier which document is meant"""
        edocument = self.sudo()._read_edocument()
        if not edocument:
            return []
        return [File(edocument.name, edocument.container or edocument.xml)]

    def _post_letter(self, letter, **options):
        """Send a letter about this document, and keep it in its history."""
        self.message_post(
            body=letter.body,
            subject=letter.subject,
            outgoing_email_to=letter.email,
            attachments=[(file.name, file.content) for file in letter._files()],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **options,
        )
