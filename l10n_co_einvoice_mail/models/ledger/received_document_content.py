import base64
from functools import partial

from odoo import api, fields, models

from ...dian import codes
from ...dian.archive import File
from ...dian.reader import read
from ...mailbox.message import parse_message
from ..shared.contexts import carried
from ..shared.decimals import shown
from ..shared.limits import limits_of
from .read_ahead import READ_AHEAD, ReadAhead


class ReceivedDocument(models.Model):
    """What is in a document: taken out of the mail or file it came in."""

    _inherit = "l10n_co.received.document"

    pdf = fields.Binary(string="PDF", compute="_compute_content")
    pdf_name = fields.Char(compute="_compute_content")
    content_html = fields.Html(string="Content", compute="_compute_content", sanitize=False)

    def _read_edocument(self):
        """:return: the dian.reader.EDocument of this record, from the mail or file it came in; None when that
        is gone
        """
        self.ensure_one()
        read_ahead = carried(self.env, READ_AHEAD, ReadAhead)
        if read_ahead and (edocument := read_ahead.take(self)):
            return edocument
        source, limits = self._source(), limits_of(self.env)
        files = [File(source.name or "", source.raw or b"")]
        if source.res_model == "l10n_co.received.mail":
            message = parse_message(source.raw or b"", limits.message)
            files = [File(part.name, part.content) for part in message.attachments]
        found = [
            edocument
            for edocument in read(files, limits.content).edocuments
            if self._is_of(edocument.document)
        ]
        # One mail may bring copies of one CUFE that say something else.
        if len(found) > 1 and self.content_key:
            found = [edocument for edocument in found if self._is_made_of(edocument)]
        return next(iter(found), None)

    def _is_made_of(self, edocument):
        """Whether this record was made of the very same document; former versions kept a digest of what it says."""
        return self.content_key in (edocument.digest, str(edocument.content))

    def _source(self):
        """:return: ir.attachment, as superuser: the mail or file it came in; none where the attachment is neither
        this record's own nor that of a mail it came in
        """
        # A client asks for sizes instead of contents of binary fields; that must not reach the source.
        document = self.sudo().with_context(bin_size=False)
        source = document.source_attachment_id
        if source.res_model == self._name:
            is_own = source.res_id == self.id
        else:
            mail = self._mail_of(source)
            is_own = mail in document.mail_ids or mail.company_id == document.company_id
        return source if is_own else source.browse()

    def _mail_of(self, source):
        mails = self.env["l10n_co.received.mail"].sudo()
        if source.res_model != mails._name:
            return mails
        return mails.browse(source.res_id).filtered(lambda m: m.raw_attachment_id == source)

    def _is_of(self, document):
        """Whether this record is of a parsed document: same unique code, or the same number where it carries none."""
        cufe = getattr(document, "cufe", None) or getattr(document, "cude", None)
        return cufe == self.cufe if self.cufe else document.number == self.number

    @api.depends("source_attachment_id")
    @api.depends_context("lang")
    def _compute_content(self):
        for document in self:
            edocument = document._read_edocument()
            pdf = edocument and edocument.pdf
            document.pdf = pdf and base64.b64encode(pdf.content)
            document.pdf_name = pdf and pdf.name
            document.content_html = edocument and self.env["ir.qweb"]._render(
                "l10n_co_einvoice_mail.received_document_content",
                {
                    "document": edocument.document,
                    "is_response": edocument.document.is_response,
                    "annexes": edocument.annexes,
                    "tax_names": codes.TAX_SCHEMES,
                    "number": partial(shown, self.env),
                },
            )
