from markupsafe import Markup
from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import AccessError

from ...dian import sending
from ...dian.archive import File, FileKind, kind_of
from ...dian.recognition import reading_of
from ..shared.limits import limits_of

XML = (FileKind.XML, FileKind.ZIP)
#: Files that need not be opened to know that they are neither.
OTHER_TYPES = ("application/pdf", "audio/", "image/", "video/")
#: What a document shows of its mails, the worst first.
UNSENT = ("failed", "unknown", "waiting")
#: Where a transaction keeps what it has read, and how much of it: subject, text and archive of a mail ask for the same.
READ = "l10n_co_edocuments_read"
READ_BYTES = 16 * 2**20


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

    l10n_co_outgoing_state = fields.Selection(
        [("failed", "Not sent"), ("unknown", "Perhaps sent"), ("waiting", "Waiting")],
        string="State of its e-mails",
        compute="_compute_l10n_co_outgoing",
        compute_sudo=True,
        help="Empty where nothing was sent from an account, or all of it was.",
    )

    @api.constrains("sending_data")
    def _check_l10n_co_asked_by(self):
        """The scheduler sends from the account of whoever asked for it: nobody asks in the name of another one."""
        for move in self if self.env.uid != SUPERUSER_ID else ():
            asked = move.sending_data or {}
            who = asked.get("author_user_id") if isinstance(asked, dict) else asked
            if who and who != self.env.uid:
                raise AccessError(
                    self.env._("An invoice is sent in the name of the user who has it sent.")
                )

    @api.depends_context("lang")
    def _compute_l10n_co_outgoing(self):
        rows = self.env["l10n_co.outgoing.mail"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        by_document = rows.grouped("res_id")
        queued = self.env["l10n_co.outgoing.mail"]._mails_waiting(self).grouped("res_id")
        for document in self:
            waiting = len(queued.get(document.id, ()))
            own = by_document.get(document.id, rows.browse())
            unsent = own._unsettled()
            states = {*unsent.mapped("state"), *(["waiting"] if waiting else [])}
            document.l10n_co_outgoing_waiting = waiting
            document.l10n_co_outgoing_count = len(own)
            document.l10n_co_outgoing_failure = unsent._tell()
            document.l10n_co_outgoing_state = next(filter(states.__contains__, UNSENT), False)

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
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        return rows._unsettled()._resend()


class MailedEInvoice(models.Model):
    """An invoice whose XML some module made and DIAN validated, and how DIAN wants it mailed."""

    _inherit = "account.move"

    def _l10n_co_edocument(self):
        """The e-document of this invoice, if its mails follow DIAN's rules.

        :return: `dian.reader.EDocument`, or None: no XML of this invoice from any module, or the company decided
            otherwise
        """
        self.ensure_one()
        if not self.company_id.l10n_co_dian_sending or not self.is_invoice():
            return None
        files = self._l10n_co_edi_attachments()
        wanted = (self.name, self.company_id.vat)
        key = (*wanted, *files.mapped(lambda file: (file.id, file.checksum)))
        read = self.env.cr.cache.setdefault(READ, {})
        if key not in read:
            edocuments = [
                edocument
                for file in files
                for edocument in self._l10n_co_edocuments_in(file.name, file.raw)
            ]
            read[key] = sending.own_document(edocuments, *wanted)
            _forget_the_oldest(read)
        return read[key]

    def _l10n_co_edi_attachments(self):
        """The files of this invoice, and of the records in which modules for e-invoicing keep theirs."""
        move = self.sudo()
        found = self.env["ir.attachment"].sudo()
        # A condition on the id: without one, files that belong to a field are left out.
        domain = [("id", "!=", False), ("res_model", "=", move._name), ("res_id", "=", move.id)]
        found |= found.search(domain)
        found = found.union(found, *map(move.mapped, self._l10n_co_file_paths()))
        return found.filtered(lambda file: not (file.mimetype or "").startswith(OTHER_TYPES))

    @tools.ormcache()
    def _l10n_co_file_paths(self):
        """:return: tuple of the paths of fields on which modules for e-invoicing keep an invoice's files"""
        fields_of = self._fields.items()
        files = [
            name
            for name, field in fields_of
            if field.type == "many2one" and field.comodel_name == "ir.attachment"
        ]
        lists = [
            f"{name}.attachment_id"
            for name, field in fields_of
            if field.type == "one2many" and "attachment_id" in self.env[field.comodel_name]._fields
        ]
        return (*files, *lists)

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
        :return: (`dian.sending.Archive`, [File]: the annexes with which it would be larger than DIAN allows)
        """
        report = self.sudo().invoice_pdf_report_id.name
        pdf, annexes = None, []
        for name, content in attachments:
            if pdf is None and name == report:
                pdf = content
            elif not self._l10n_co_edocuments_in(name, content):
                annexes.append(File(name, content))
        # No other file of the company has this number, in this year or another.
        return sending.fitting(edocument, pdf, annexes, consecutive=self._origin.id)

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


def _forget_the_oldest(read):
    """Keep as much as may be kept; the last one in any case."""
    left = READ_BYTES
    for number, key in enumerate(reversed(list(read))):
        left -= len(read[key].container or read[key].xml) if read[key] else 0
        if number and left < 0:
            del read[key]
