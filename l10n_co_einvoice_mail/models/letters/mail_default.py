from markupsafe import Markup
from odoo import api, fields, models, tools
from odoo.tools import html_sanitize, is_html_empty

from ...letter import filling, tokens
from ..shared.one_line import OneLine
from . import documents, own_templates
from .letter_html import LetterHtml


class MailDefault(models.Model):
    """Subject and body that the mails of a kind of document begin with: of a company, or of one of its users."""

    _name = "l10n_co.mail.default"
    _inherit = "l10n_co.mail.text.mixin"
    _description = "Text of the mail with a document"
    _order = "company_id, user_id desc, document_type, lang"

    _l10n_co_tokens = tokens.DOCUMENT

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Only for",
        index=True,
        ondelete="cascade",
        default=lambda self: self._default_user(),
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: for everybody in the company without a text of their own.",
    )
    document_type = fields.Selection(
        selection="_select_document_type", string="Document", required=True
    )
    lang = fields.Selection(
        selection="_select_lang",
        string="Language",
        help="Only for recipients who read this language. Empty: for all.",
    )
    subject = OneLine(help="Empty: Odoo's own.")
    body_html = LetterHtml(string="Body", help="Empty: Odoo's own.")
    has_languages = fields.Boolean(compute="_compute_has_languages")
    sent_by = fields.Char(string="How it is sent", compute="_compute_sent_by")
    preview_subject = fields.Char(string="Example", compute="_compute_preview")
    preview_html = fields.Html(string="Preview", compute="_compute_preview", sanitize=False)

    _unique_text = models.UniqueIndex(
        "(company_id, COALESCE(user_id, 0), document_type, COALESCE(lang, ''))",
        "There is a text for this document already.",
    )

    @api.model
    def _default_user(self):
        """A text is the user's own, unless the user may write for the whole company."""
        is_manager = self.env.user.has_group("l10n_co_einvoice_mail.group_manager")
        return self.env["res.users"] if is_manager else self.env.user

    @api.model
    def _select_document_type(self):
        return [(code, self.env._(kind.label)) for code, kind in documents.kinds(self.env).items()]

    @api.model
    def _select_lang(self):
        return self.env["res.lang"].get_installed()

    @api.depends("document_type")
    def _compute_has_languages(self):
        self.has_languages = len(self._select_lang()) > 1

    @api.depends("document_type")
    @api.depends_context("lang")
    def _compute_sent_by(self):
        by_button = self.env._(
            "The mail of the document's own button begins with it, and automatic mails do."
        )
        for default in self:
            kind = default._kind()
            default.sent_by = by_button
            if kind and kind.own_template:
                default.sent_by = self.env._(
                    "Press «Send message» on the document, open the full composer and choose the template «%s».",
                    self.env._(kind.label),
                )

    def _kind(self):
        """:return: documents.Kind, or None while none is chosen or its app is not installed"""
        return documents.kinds(self.env).get(self.document_type)

    @api.depends("document_type")
    def _compute_l10n_co_variables(self):
        return super()._compute_l10n_co_variables()

    def _l10n_co_allowed(self):
        # EXTENDS l10n_co.mail.text.mixin: what a kind of document has nothing to say for is not offered
        kind = self._kind()
        missing = kind.lacks() if kind else ()
        return [token for token in self._l10n_co_tokens if token.name not in missing]

    @api.depends("document_type", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._select_document_type())
        for default in self:
            names = (labels.get(default.document_type), default.user_id.name)
            default.display_name = " - ".join(filter(None, names))

    @api.constrains("subject", "body_html", "document_type")
    def _check_variables(self):
        for default in self:
            default._l10n_co_check_line(default.subject)
            default._l10n_co_check_html(default.body_html)

    @api.model
    def action_open_own(self):
        """:return: action on the current user's own texts"""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.mail_default_action"
        )
        return action | {
            "name": self.env._("My mail texts"),
            "path": None,
            "domain": [("user_id", "=", self.env.uid)],
            "context": {"default_user_id": self.env.uid},
        }

    @api.model_create_multi
    def create(self, vals_list):
        defaults = super().create(vals_list)
        self.env.registry.clear_cache()
        own_templates.make(self.env, filter(None, map(MailDefault._kind, defaults)))
        return defaults

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        if not {"user_id", "company_id"}.isdisjoint(vals):
            # Rules are asked before a change only: nobody makes an own text the company's.
            self.check_access("write")
        return result

    # ---- something to begin with -----------------------------------------------------------------

    def action_propose(self):
        """Begin with a text that says what is attached, instead of with nothing."""
        self.ensure_one()
        kind = documents.kinds(self.env)[self.document_type]
        proposal = self.with_context(lang=self.lang or self.env.lang)._proposal(kind)
        self.write({"subject": proposal[0], "body_html": proposal[1]})

    def action_propose_all(self):
        """Begin with texts for all kinds of document that have none, in each language of the database.

        They are the company's, or of a user who may not write for the company, the user's own.
        """
        owner = self.env.context.get("default_user_id") or self._default_user().id
        company = self.env.company
        present = self.search([("company_id", "=", company.id), ("user_id", "=", owner)])
        written = {(text.document_type, text.lang) for text in present}
        languages = [code for code, _name in self._select_lang()]
        for code in documents.kinds(self.env):
            for lang in languages if len(languages) > 1 else [False]:
                if written.isdisjoint({(code, lang), (code, False)}):
                    values = {"document_type": code, "lang": lang, "company_id": company.id}
                    self.create({"user_id": owner, **values}).action_propose()

    def _proposal(self, kind):
        """:return: (subject, body as Markup), with variables in them, in the language of the context"""
        words = {token.name: token.written(self.env.lang) for token in self._l10n_co_tokens}
        model = documents.MODELS[kind.model]
        lines = [
            self.env._("Dear %(partner)s:", **words) if model.partner else self.env._("Good day:")
        ]
        if model.amount:
            lines.append(
                self.env._("Please find attached: %(document)s %(number)s of %(amount)s.", **words)
            )
        elif kind.is_attached:
            lines.append(self.env._("Please find attached: %(document)s %(number)s.", **words))
        else:
            lines.append(self.env._("We write to you about: %(document)s %(number)s.", **words))
        if kind.code in ("invoice", "debit_note"):
            lines.append(self.env._("It is due on %(due_date)s.", **words))
        lines.append(self.env._("If you have any question, answer this mail."))
        subject = self.env._("%(document)s %(number)s of %(company)s", **words)
        return subject, Markup().join(Markup("<p>%s</p>") % line for line in lines)

    # ---- which text ------------------------------------------------------------------------------

    @api.model
    def _find(self, kind, company, user, lang):
        """The text for a kind of document: the user's before the company's, the reader's language before all.

        :return: record, maybe empty, sudo
        """
        return self.sudo().browse(self._find_id(kind.code, company.id, user.id, lang))

    @tools.ormcache("code", "company_id", "user_id", "lang")
    def _find_id(self, code, company_id, user_id, lang):
        found = self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("document_type", "=", code),
                ("user_id", "in", [False, user_id]),
                ("lang", "in", [False, lang]),
            ]
        )
        return found.sorted(lambda default: (not default.user_id, not default.lang))[:1].id

    # ---- rendering -------------------------------------------------------------------------------

    def _render_subject(self, record, kind):
        """:return: the subject of the mail with a document, plain text; '' when there is none here"""
        used = filling.used_in_line(self.subject, self._l10n_co_tokens)
        values = self._values(record, kind, used)
        return filling.fill_line(self.subject, self._l10n_co_tokens, values)

    def _render_body(self, record, kind):
        """:return: the body of the mail with a document, Markup; '' when there is none here"""
        if is_html_empty(self.body_html):
            return ""
        used = filling.used_in_html(self.body_html, self._l10n_co_tokens)
        values = self._values(record, kind, used)
        filled = filling.fill_html(self.body_html, self._l10n_co_tokens, values)
        body = html_sanitize(filled, sanitize_attributes=True)
        links = self.env["mail.render.mixin"]  # pictures and links have to work outside, too
        return links._replace_local_links(body, record.get_base_url())

    def _values(self, record, kind, used):
        """:return: {variable: plain text}; the number without its series where the text has the series apart"""
        in_language = record.with_context(lang=self.env.lang)
        return kind.values(in_language, splits_number="series" in used)

    # ---- what it will look like ------------------------------------------------------------------

    @api.depends("subject", "body_html", "document_type", "user_id", "company_id", "lang")
    @api.depends_context("lang", "uid")
    def _compute_preview(self):
        for default in self:
            default.preview_subject = default.preview_html = False
            kind = documents.kinds(self.env).get(default.document_type)
            record = kind and default._example(kind)
            if not record:
                continue
            self._fields["body_html"].check(default)
            sender, company = default.user_id or self.env.user, default.company_id
            as_read = default.with_context(lang=default.lang or self.env.lang)
            default.preview_subject = as_read._render_subject(record, kind)
            header, footer = sender._l10n_co_frame(company)
            default.preview_html = self.env.user._l10n_co_letter(
                header, as_read._render_body(record, kind), sender.signature, footer
            )

    def _example(self, kind):
        """The last document of a kind that the user may see; none without one."""
        Model = self.env[kind.model]
        if not Model.has_access("read"):
            return None
        companies = (self.company_id.id, False)
        domain = [("company_id", "in", companies), ("name", "not in", (False, "/"))]
        return Model.search([*domain, *kind.domain], order="id desc", limit=1)
