import re

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import html_sanitize, is_html_empty

from ...letter.assembly import framed
from .letter_html import LetterHtml

FRAME = ("l10n_co_mail_header", "l10n_co_mail_footer")
_INLINE_IMAGE = re.compile(
    r'src="data:image/(?P<kind>png|gif|jpe?g|webp);base64,(?P<data>[A-Za-z0-9+/=\s]+)"'
)


class MailFrameMixin(models.AbstractModel):
    """What stands above and below the mails that documents are sent with."""

    _name = "l10n_co.mail.frame.mixin"
    _inherit = "l10n_co.mail.text.mixin"
    _description = "Header and footer of sent mails"

    l10n_co_mail_header = LetterHtml(
        string="Mail header",
        help="Stands above the text of the mails that documents are sent with.",
    )
    l10n_co_mail_footer = LetterHtml(
        string="Mail footer",
        help="Stands below the signature of the mails that documents are sent with.",
    )
    l10n_co_mail_as_code = fields.Boolean(
        string="Edit the HTML",
        store=False,
        help="For a header and a footer that were made elsewhere: paste their code here.",
    )
    l10n_co_mail_preview = fields.Html(
        string="Preview", compute="_compute_l10n_co_mail_preview", sanitize=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._l10n_co_store_images()
        return records

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(FRAME):
            self._l10n_co_store_images()
        return result

    def _l10n_co_store_images(self):
        """Give pictures that stand within the HTML an address: mail programs do not show the others."""
        for record in self.sudo():
            for name in FRAME:
                text = record[name] or ""
                stored = _INLINE_IMAGE.sub(record._l10n_co_store_image, text)
                if stored != text:
                    record[name] = stored

    def _l10n_co_store_image(self, match):
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"logo.{match['kind']}",
                "datas": match["data"],
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        (token,) = attachment.generate_access_token()
        return f'src="/web/image/{attachment.id}?access_token={token}"'

    @api.constrains(*FRAME)
    def _check_l10n_co_mail_frame(self):
        for record in self:
            for name in FRAME:
                record._l10n_co_check_html(record[name])

    @api.depends(*FRAME)
    @api.depends_context("lang", "uid")
    def _compute_l10n_co_mail_preview(self):
        for record in self:
            for name in FRAME:
                self._fields[name].check(record)
            record.l10n_co_mail_preview = record._l10n_co_example()

    def _l10n_co_example(self):
        """A mail as its recipient sees it, Markup. To be defined by the model."""
        raise NotImplementedError

    @api.model
    def _l10n_co_letter(self, header, body, signature, footer):
        """A mail put together, without Odoo's layout: all HTML, filled already.

        :return: Markup
        """
        signed = Markup("%s<br/><div>%s</div>") % (body, html_sanitize(signature or ""))
        return html_sanitize(framed(signed, header, footer), sanitize_attributes=True)

    @api.model
    def _l10n_co_example_body(self):
        """What a mail may say, for a preview."""
        lines = (
            self.env._("Good morning."),
            self.env._("Please find attached our invoice SETP990000001 of $ 1,190,000.00."),
        )
        return Markup("").join(Markup("<p>%s</p>") % line for line in lines)

    def _l10n_co_own(self, name):
        """A header or footer if there is one, else ''."""
        text = self.sudo()[name] if self else ""
        return "" if is_html_empty(text) else text
