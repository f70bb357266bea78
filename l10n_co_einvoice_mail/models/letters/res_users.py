from markupsafe import Markup
from odoo import SUPERUSER_ID, api, models
from odoo.tools import html_sanitize, is_html_empty

from ...letter import filling, tokens
from ...letter.assembly import is_signed
from ..shared.contexts import SENDER_ID, told
from .mail_frame_mixin import FRAME


class ResUsers(models.Model):
    """A user as the sender of mails: what stands above and below them, and what the variables say of the user."""

    _name = "res.users"
    _inherit = ["res.users", "l10n_co.mail.frame.mixin"]

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        shown = ("l10n_co_mail_as_code", "l10n_co_mail_preview", "l10n_co_variables")
        return [*super().SELF_READABLE_FIELDS, *FRAME, *shown]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_WRITEABLE_FIELDS, *FRAME, "l10n_co_mail_as_code"]

    @api.model
    def _l10n_co_current_sender(self):
        """The user in whose name mails are made now; empty under the scheduler, unless it says for whom it works."""
        user = self.browse(told(self.env, SENDER_ID) or ()) or self.env.user
        return user._l10n_co_person()

    def _l10n_co_person(self):
        """This user, if it is a person of the company's and not the machine or a visitor; else empty."""
        is_person = self and self.id != SUPERUSER_ID and self.sudo()._is_internal()
        return self if is_person else self.browse()

    def _l10n_co_company(self):
        """:return: the company that this user works in now, as far as it is known; else the user's own"""
        is_present = not self or self._origin == self.env.user
        return self.env.company if is_present else self.sudo().company_id

    @api.depends("signature", "company_id")
    def _compute_l10n_co_mail_preview(self):
        return super()._compute_l10n_co_mail_preview()

    def _l10n_co_example(self):
        # EXTENDS l10n_co.mail.frame.mixin
        company = self.company_id or self.env.company
        header, footer = self._l10n_co_frame(company)
        return self._l10n_co_letter(header, self._l10n_co_example_body(), self.signature, footer)

    def _l10n_co_frame(self, company):
        """What this user's mails begin and end with, in a company: the user's own, else the company's.

        :return: (header, footer), Markup with the variables filled, '' for none
        """
        return tuple(
            self._l10n_co_fill(self._l10n_co_own(name) or company._l10n_co_own(name), company)
            for name in FRAME
        )

    def _l10n_co_missing_signature(self, body, record):
        """This user's signature for the mail with a document, Markup; '' when there is none, or the mail is signed
        already: by this user, or by the document's salesperson, whom Odoo's own templates name.
        """
        if is_html_empty(self.signature):
            return Markup()
        names = [name for name in ("user_id", "invoice_user_id") if name in record._fields]
        people = self.union(*(record[name] for name in names))
        if is_signed(body, people.sudo().mapped("signature")):
            return Markup()
        return Markup("<div>--<br/>%s</div>") % self.signature

    def _l10n_co_fill(self, text, company):
        """HTML with what its variables say of this user, in a company, made safe; no user leaves them empty.

        :return: Markup
        """
        filled = filling.fill_html(text, tokens.SENDER, self._l10n_co_sender_values(company))
        return html_sanitize(filled, sanitize_attributes=True) or Markup()

    def _l10n_co_sender_values(self, company):
        """{variable: plain text} of this user in a company."""
        user, company = self.sudo(), company.sudo()
        return {
            "name": user.name,
            "job": user.partner_id.function,
            "phone": user.partner_id.phone,
            "mobile": False,
            "email": user.email,
            "department": False,
            "company": company.name,
            "website": company.website,
        }
