from odoo import models
from odoo.exceptions import UserError

from ..shared import rights
from ..shared.filetypes import PDF


class ReceivedMail(models.Model):
    """A bill whose supplier is not obliged to invoice electronically comes as a PDF: it is entered by hand from it."""

    _inherit = "l10n_co.received.mail"

    def action_bill_from_file(self, index):
        """Begin a draft vendor bill with a PDF of this mail; the person types the rest, the PDF beside it.

        :param int index: of the file in the mail
        :return: action on the draft
        :raise AccessError: the user may not enter bills
        :raise UserError: it is no PDF, or the company has no purchase journal
        """
        self.ensure_one()
        rights.check_user(self.env)
        file = self._file(index)
        if not file.content.startswith(b"%PDF"):
            raise UserError(self.env._("Only a PDF can be the picture of a bill."))
        journal = self.env["account.journal"].search(
            [("type", "=", "purchase"), ("company_id", "=", self.company_id.id)], limit=1
        )
        if not journal:
            raise UserError(self.env._("The company has no journal for purchases."))
        bill = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create({"move_type": "in_invoice", "journal_id": journal.id})
        )
        attachment = self.env["ir.attachment"].create(
            {
                "name": file.name or "bill.pdf",
                "raw": file.content,
                "mimetype": PDF,
                "res_model": bill._name,
                "res_id": bill.id,
            }
        )
        bill.message_main_attachment_id = attachment
        bill.message_post(
            body=self.env._("Made with the PDF of the mail «%s».", self.subject or ""),
        )
        self.action_set_done()
        return bill._get_records_action(views=[(False, "form")])
