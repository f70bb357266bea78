from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ...dian import words
from ...vocabulary.text import sentence
from ..shared import rights
from ..shared.contexts import FOR_COMPANY, Told
from ..shared.reason_mixin import as_read
from . import texts

DOCUMENT = "l10n_co.received.document"
MAIL = "l10n_co.received.mail"


class Letter(models.TransientModel):
    """A mail to whoever sent a document or a mail: says what is wrong and what is asked for, ready to be sent.

    It goes to an address, not to a contact: nobody needs a right to contacts, and none is made.
    """

    _name = "l10n_co.letter"
    _description = "Mail to a supplier (Colombian e-invoice mail)"

    document_id = fields.Many2one(DOCUMENT, readonly=True, ondelete="cascade")
    mail_id = fields.Many2one(MAIL, readonly=True, ondelete="cascade")
    email = fields.Char(string="To")
    subject = fields.Char(required=True)
    body = fields.Html(required=True)
    has_original = fields.Boolean(string="Attach what came", default=True)

    @api.model
    def _about(self, record):
        """:param record: a document or a mail that its sender is written to about
        :return: the letter, in the language of its reader
        """
        rights.check_user(self.env)
        record.check_access("read")
        return self.create(self._values(record))

    @api.model
    def _values(self, record):
        company = record.sudo().company_id
        lang = record._letter_lang() or company.partner_id.lang or self.env.lang
        facts = record.with_context(lang=lang)._letter_facts()
        told = self.with_context(lang=lang)
        is_document = record._name == DOCUMENT
        number = facts["number"] or "-"
        subject = told.env._("About your document %s", number) if is_document else f"RE: {number}"
        return {
            "document_id": is_document and record.id,
            "mail_id": not is_document and record.id,
            "email": facts["address"],
            "subject": subject,
            "body": told._text(facts, company, is_document),
        }

    def _text(self, facts, company, is_document):
        """:return: Markup in the language of the environment"""
        text = texts.TEXTS.get(facts["code"]) or (texts.OTHER if is_document else texts.OTHER_MAIL)
        reason, _next_step = self.env[MAIL]._describe(facts["code"], facts["data"])
        data = as_read(
            self.env,
            {
                **words.worded(facts["data"], self.env._),
                "document": facts["number"] or "-",
                "reason": reason or "-",
                "company": company.name,
                "nit": company.vat or "-",
                "mailbox": company._l10n_co_events_address() or "-",
            },
        )
        greeting = self.env._("Good day,")
        farewell = self.env._("Thank you. %s", company.name)
        told = [sentence(self.env._(part) % data) for part in (text.wrong, text.wish)]
        return Markup("<p>%s</p><p>%s</p><p>%s</p><p>%s</p>") % (greeting, *told, farewell)

    def action_send(self):
        """Send it, and note on what it is about that its sender was written to.

        :raise UserError: the address is none
        """
        self.ensure_one()
        rights.check_user(self.env)
        record = self._record()
        record.check_access("read")
        address = email_normalize(self.email or "")
        if not address:
            raise UserError(self.env._("Type the supplier's e-mail address."))
        self.email = address
        self._send()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _record(self):
        """:return: what it is about"""
        record = self.document_id or self.mail_id
        if not record:
            raise UserError(self.env._("This letter is about nothing that was received."))
        return record

    def _send(self, **options):
        record = self._record()
        company = record.sudo().company_id
        record.with_context(**{FOR_COMPANY: Told(company.id)})._post_letter(self, **options)
        record._note_written(self.email)

    def _files(self):
        return self._record()._original() if self.has_original else []
