from markupsafe import Markup
from odoo import models

from ..shared.contexts import IS_DOCUMENT, Told
from . import documents


class MailTemplate(models.Model):
    """The texts of Odoo's own templates for documents give way to those that the company or the user wrote."""

    _inherit = "mail.template"

    def send_mail_batch(self, *args, **kwargs):
        # EXTENDS mail: what a template makes of a record is the document itself
        return super(MailTemplate, self.with_context(**{IS_DOCUMENT: Told(True)})).send_mail_batch(
            *args, **kwargs
        )

    def _render_field(self, field, res_ids, *args, **kwargs):
        # EXTENDS mail: every way to send with a template comes through here (send dialog, composer for one or many,
        # automatic mails), before a person sees the text and can change it.
        rendered = super()._render_field(field, res_ids, *args, **kwargs)
        if field not in ("subject", "body_html"):
            return rendered
        langs = kwargs.get("res_ids_lang") or {}
        if kwargs.get("compute_lang"):
            langs = self._render_lang(res_ids)
        for record in self._l10n_co_documents(res_ids):
            lang = langs.get(record.id) or kwargs.get("set_lang") or self.env.context.get("lang")
            text = self.with_context(lang=lang)._l10n_co_text(field, record)
            rendered[record.id] = text or rendered[record.id]
            if field == "body_html":
                rendered[record.id] = self._l10n_co_signed(rendered[record.id], record, bool(text))
        return rendered

    def _l10n_co_documents(self, res_ids):
        """The documents among the records of a template; none of a template for something else."""
        if not documents.is_sent(self.env, self.model):
            return ()
        return self.env[self.model].browse(res_ids).exists()

    def _l10n_co_text(self, field, record):
        """The company's or the user's own text for a document, '' for none."""
        kind = documents.kind_of(self, record)
        if not kind:
            return ""
        user = self.env["res.users"]._l10n_co_current_sender()
        company = documents.company_of(record, user)
        default = self.env["l10n_co.mail.default"]._find(kind, company, user, self.env.lang)
        render = default._render_subject if field == "subject" else default._render_body
        return render(record, kind)

    def _l10n_co_signed(self, body, record, is_own_text):
        """A body with the sender's signature below it, unless it has one.

        Odoo's templates print the salesperson's, if there is one. Where neither text nor frame is the company's own
        they stay as they are.
        """
        sender = self.env["res.users"]._l10n_co_current_sender()
        company = documents.company_of(record, sender)
        if not (is_own_text or any(sender._l10n_co_frame(company))):
            return body
        signature = sender._l10n_co_missing_signature(body, record)
        return Markup("%s<br/>%s") % (body, signature) if signature else body
