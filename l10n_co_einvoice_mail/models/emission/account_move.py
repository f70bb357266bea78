from markupsafe import Markup
from odoo import api, fields, models

from ...dian import sending
from ...dian.archive import File, FileKind, kind_of
from ...dian.recognition import reading_of
from ..shared.limits import limits_of

XML = (FileKind.XML, FileKind.ZIP)
#: Files that need not be opened to know that they are neither.
OTHER_TYPES = ("application/pdf", "audio/", "image/", "video/")


class OutgoingInvoice(models.Model):
    """An invoice that tells what it was sent with, and why it was not."""

    _inherit = "account.move"

    l10n_co_outgoing_count = fields.Integer(
        string="E-mails", compute="_compute_l10n_co_outgoing", compute_sudo=True
    )
    l10n_co_outgoing_failure = fields.Text(
        string="Not sent", compute="_compute_l10n_co_outgoing", compute_sudo=True
    )
    l10n_co_outgoing_waiting = fields.Integer(
        string="E-mails that wait", compute="_compute_l10n_co_outgoing", compute_sudo=True
    )

    @api.depends_context("lang")
    def _compute_l10n_co_outgoing(self):
        rows = self.env["l10n_co.outgoing.mail"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        by_document = rows.grouped("res_id")
        queued = self.env["l10n_co.outgoing.mail"]._mails_waiting(self).grouped("res_id")
        for document in self:
            document.l10n_co_outgoing_waiting = len(queued.get(document.id, ()))
            own = by_document.get(document.id, rows.browse())
            document.l10n_co_outgoing_count = len(own)
            document.l10n_co_outgoing_failure = own._tell_unsent()

    def l10n_co_action_open_outgoing(self):
        """:return: action on the e-mails that this document was sent with"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.outgoing_mail_action"
        )
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return {**action, "domain": domain, "context": {"create": False}}

    def l10n_co_action_resend(self):
        """Send what could not be sent once more, now.

        :return: action that tells what came of it
        """
        self.ensure_one()
        self.check_access("write")
        rows = self.env["l10n_co.outgoing.mail"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("state", "!=", "sent")]
        )
        return rows._resend()


class MailedEInvoice(models.Model):
    """An invoice whose XML some module made and DIAN validated, and how DIAN wants it mailed."""

    _inherit = "account.move"

    def _l10n_co_edocument(self):
        """The e-document of this invoice, if its mails follow DIAN's rules.

        :return: `dian.reader.EDocument`, or None: no XML of this invoice from any module, or the company decided
            otherwise
        """
        self.ensure_one()
        if not self.company_id.l10n_co_dian_sending or not self.is_sale_document():
            return None
        edocuments = [
            edocument
            for attachment in self._l10n_co_edi_attachments()
            for edocument in self._l10n_co_edocuments_in(attachment.name, attachment.raw)
        ]
        return sending.own_document(edocuments, self.name, self.company_id.vat)

    def _l10n_co_edi_attachments(self):
        """The files of this invoice, and of the records in which modules for e-invoicing keep theirs."""
        move = self.sudo()
        found = self.env["ir.attachment"].sudo()
        # A condition on the id: without one, files that belong to a field are left out.
        domain = [("id", "!=", False), ("res_model", "=", move._name), ("res_id", "=", move.id)]
        found |= found.search(domain)
        for name, field in move._fields.items():
            if field.type == "many2one" and field.comodel_name == "ir.attachment":
                found |= move[name]
            elif (
                field.type == "one2many" and "attachment_id" in self.env[field.comodel_name]._fields
            ):
                found |= move[name].attachment_id
        return found.filtered(lambda file: not (file.mimetype or "").startswith(OTHER_TYPES))

    def _l10n_co_edocuments_in(self, name, content):
        """The documents of DIAN's in a file, a list."""
        if not content or kind_of(content) not in XML:
            return []
        limits = limits_of(self.env).content
        reading = reading_of(File(name or "", content), limits)
        return list(reading.edocuments) if reading else []

    def _l10n_co_archive(self, edocument, attachments):
        """What is attached to the mail in the place of its attachments.

        :param attachments: [(name, bytes)]
        :return: `dian.sending.Archive`
        """
        report = self.sudo().invoice_pdf_report_id.name
        pdf, annexes = None, []
        for name, content in attachments:
            if pdf is None and name == report:
                pdf = content
            elif not self._l10n_co_edocuments_in(name, content):
                annexes.append(File(name, content))
        return sending.archive(edocument, pdf, annexes)

    def _l10n_co_is_debit_note(self):
        return "debit_origin_id" in self._fields and bool(self.debit_origin_id)

    def _l10n_co_events_note(self):
        """What the mail says about the mailbox for the buyer's events, Markup; '' when there is none."""
        address = self.company_id.sudo()._l10n_co_events_address()
        if not address:
            return Markup()
        sentence = self.env._(
            "Please send the events of this electronic invoice (acknowledgement, claim, receipt of the goods or "
            "services, acceptance) to %s.",
            Markup('<a href="mailto:%s">%s</a>') % (address, address),
        )
        return Markup('<p style="color:#666666; font-size:12px">%s</p>') % sentence
