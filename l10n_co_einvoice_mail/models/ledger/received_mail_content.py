import base64
import mimetypes

from lxml import etree, html
from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize, plaintext2html
from odoo.tools.mimetypes import guess_mimetype

from ...mailbox.body import html_and_text
from ...mailbox.message import parse_message
from ..shared import rights
from ..shared.filetypes import BYTES, PDF, harmless
from ..shared.limits import limits_of
from . import ways

#: What of a mail's HTML may be fetched from somewhere.
REMOTE = ("src", "srcset", "background", "poster", "data", "action", "ping")
#: Elements that are fetched, or fetch.
FETCHING = (
    "img", "picture", "source", "video", "audio", "object", "embed", "iframe", "link", "base", "meta", "svg",
)  # fmt: skip
FILE_ROUTE = "/l10n_co_einvoice_mail/mail"


class ReceivedMail(models.Model):
    """What is in a mail, taken out of its stored bytes: the text as a mail program shows it, and its files."""

    _inherit = "l10n_co.received.mail"

    body_html = fields.Html(string="Text", compute="_compute_content", sanitize=False)
    file_data = fields.Json(string="Attachments", compute="_compute_content")
    pdf = fields.Binary(string="PDF", compute="_compute_content")
    pdf_name = fields.Char(compute="_compute_content")
    way = fields.Selection(
        [
            ("documents", "See the documents"),
            ("read", "Read again"),
            ("write", "Answer"),
            ("done", "Nothing more to do"),
        ],
        string="Best next step",
        compute="_compute_way",
    )
    may_differ = fields.Boolean(
        compute="_compute_way", help="Reading it once more may come to something else."
    )

    @api.depends("raw_attachment_id")
    def _compute_content(self):
        for mail in self:
            raw = mail.sudo().with_context(bin_size=False).raw_attachment_id.raw or b""
            files = mail._files(raw)
            mail.body_html = _shown(*html_and_text(raw))
            mail.file_data = [mail._told_file(index, file) for index, file in enumerate(files)]
            pdf = next((file for file in files if file.content.startswith(b"%PDF")), None)
            mail.pdf = pdf and base64.b64encode(pdf.content)
            mail.pdf_name = pdf and pdf.name

    def _files(self, raw):
        """:return: tuple of mailbox.message.Attachment in the mail"""
        return parse_message(raw, limits_of(self.env).message).attachments

    def _told_file(self, index, file):
        """:return: dict about a file, for the screen"""
        return {
            "index": index,
            "name": file.name or self.env._("without name"),
            "mimetype": type_of(file),
            "size": len(file.content),
            "url": f"{FILE_ROUTE}/{self.id}/{index}",
        }

    def _file(self, index):
        """:return: mailbox.message.Attachment
        :raise AccessError: the user may not see it
        :raise UserError: there is none
        """
        self.ensure_one()
        rights.check_user(self.env)
        self.check_access("read")
        files = self._files(self.sudo().raw_attachment_id.raw or b"")
        if not 0 <= index < len(files):
            raise UserError(self.env._("This file is not in the mail any more."))
        return files[index]

    @api.depends("state", "reason_code", "document_ids")
    def _compute_way(self):
        for mail in self:
            mail.may_differ = mail.state != "processed" and (
                mail.reason_code in ways.READ_AGAIN or mail.state == "fetched"
            )
            mail.way = mail._way()

    def _way(self):
        """:return: the button that fits its reason, False where nothing waits"""
        if self.state != "failed":
            return "documents" if self.document_ids else False
        if self.reason_code in ways.DONE:
            return "done"
        if self.reason_code in ways.READ_FIRST:
            return "read"
        return "documents" if self.document_ids else "write"


def type_of(file):
    """:return: str, the type under which a file in a mail is shown: by what it is, never one that a browser runs"""
    if file.content.startswith(b"%PDF"):
        return PDF
    guessed = guess_mimetype(file.content, default=BYTES)
    if guessed == BYTES:
        guessed = mimetypes.guess_type(file.name or "")[0] or BYTES
    return harmless(guessed)


def _shown(text_html, text):
    """:return: Markup that can be shown: no script, no style, and nothing that is fetched from somewhere"""
    if not text_html.strip():
        return plaintext2html(text) if text.strip() else False
    clean = html_sanitize(
        text_html,
        sanitize_attributes=True,
        sanitize_style=True,
        sanitize_form=True,
        strip_style=True,
        strip_classes=True,
    )
    if not clean.strip():
        return plaintext2html(text) if text.strip() else False
    tree = html.fragment_fromstring(str(clean), create_parent="div")
    etree.strip_elements(tree, *FETCHING, with_tail=False)
    for element in tree.iter(etree.Element):
        for name in REMOTE:
            element.attrib.pop(name, None)
        element.attrib.pop("style", None)
        if element.tag == "a":
            element.set("rel", "noopener noreferrer nofollow")
            element.set("target", "_blank")
    return Markup(html.tostring(tree, encoding="unicode"))  # noqa: S704 - sanitised above
