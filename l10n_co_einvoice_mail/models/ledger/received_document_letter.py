from markupsafe import Markup
from odoo import models

from ..shared import rights


class ReceivedDocument(models.Model):
    """What the supplier is told about a document."""

    _inherit = "l10n_co.received.document"

    def action_write_to_supplier(self):
        """:return: action that opens a mail to the supplier which says what is wrong, to be completed and sent"""
        self.ensure_one()
        rights.check_user(self.env)
        self.check_access("read")
        partner = self.partner_id or self._sender()
        # The supplier reads it: in his language, not in the user's.
        told = self.with_context(
            lang=partner.lang or self.company_id.partner_id.lang or self.env.lang
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "name": self.env._("Write to the supplier"),
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": partner.ids,
                "default_subject": told.env._("About your document %s", self.number or ""),
                "default_body": told._answer(),
            },
        }

    def _sender(self):
        """:return: the contact that the mail came from; none when nobody here knows the address"""
        address = self.sudo().mail_ids[:1].email_from
        if not address:
            return self.env["res.partner"]
        return self._partner_find_from_emails_single([address], no_create=True)[:1]

    def _answer(self):
        text = self.env._(
            "We received your document %(document)s and could not accept it: %(reason)s",
            document=self.display_name,
            reason=self.reason or "",
        )
        wish = self.env._("Please correct it and send it again.")
        return Markup("<p>%s</p><p>%s</p>") % (text, wish)
