from odoo import api, fields, models

from ..shared import rights
from ..shared.money import Money
from ..shared.plain_json import PlainJson
from .document_types import DOCUMENT_TYPES, EVENTS, PAYMENT_FORMS

# DIAN's public page of a document (annex 1.9, the QR code's address).
DIAN_PAGE = "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey="


class ReceivedDocument(models.Model):
    """One fiscal document: what its XML says, what was checked of it, and what a person decided.

    Its files are not stored again: they are taken out of the mail (or the uploaded file) it came in.
    """

    _name = "l10n_co.received.document"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "l10n_co.evidence.mixin",
        "l10n_co.reason.mixin",
        "l10n_co.handled.mixin",
    ]
    _description = "Received e-document (Colombia)"
    _order = "issue_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True
    # Users write in the chatter and plan activities; the record itself only actions change.
    _mail_post_access = "read"
    _is_all_evidence = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    document_type = fields.Selection(DOCUMENT_TYPES, string="Type", readonly=True, index=True)
    number = fields.Char(readonly=True, index=True)
    cufe = fields.Char(
        string="CUFE / CUDE", readonly=True, help="DIAN's unique code of the document."
    )
    issue_date = fields.Date(readonly=True, index=True)
    due_date = fields.Date(readonly=True)
    payment_form = fields.Selection(PAYMENT_FORMS, string="Form of payment", readonly=True)
    supplier_nit = fields.Char(string="Supplier's NIT", readonly=True, index=True)
    supplier_name = fields.Char(string="Supplier", readonly=True, index="trigram")
    receiver_nit = fields.Char(string="Receiver's NIT", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null"
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_untaxed = Money(string="Before taxes", readonly=True)
    amount_tax = Money(string="Taxes", readonly=True)
    amount_total = Money(string="To pay", readonly=True)
    event_code = fields.Selection(EVENTS, string="Event", readonly=True, index="btree_not_null")
    referenced_cufe = fields.Char(
        string="CUFE of the document it refers to", readonly=True, index="btree_not_null"
    )
    dian_status = fields.Selection(
        [("validated", "Validated"), ("rejected", "Rejected"), ("missing", "No answer")],
        string="DIAN",
        readonly=True,
    )
    signature_state = fields.Selection(
        [
            ("valid", "Valid"),
            ("untrusted", "Intact, signer not verified"),
            ("broken", "Broken"),
            ("unsigned", "Unsigned"),
            ("unchecked", "Could not be checked"),
        ],
        string="Signature",
        readonly=True,
    )
    signer_authority = fields.Char(
        string="Issuer of the signer's certificate",
        readonly=True,
        help="As the certificate says: only a trusted authority proves it.",
    )
    signer_authority_key = fields.Char(readonly=True, index="btree_not_null")
    state = fields.Selection(
        [("review", "To review"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    verdict = fields.Selection(
        [("review", "To review"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        readonly=True,
        help="Of the checks alone, whatever a person decided.",
    )
    handled_on = fields.Datetime(tracking=True)
    accepted_by_id = fields.Many2one(
        "res.users",
        string="Accepted by",
        readonly=True,
        index="btree_not_null",
        copy=False,
        help="Who took responsibility for it in spite of what the checks said.",
    )
    accepted_on = fields.Datetime(readonly=True, copy=False)
    accepted_despite = fields.Char(
        readonly=True, copy=False, help="Code of the reason in spite of which it was accepted."
    )
    warning_data = PlainJson(readonly=True)
    dian_certificate_id = fields.Many2one(
        "l10n_co.trusted.certificate", string="DIAN's certificate to confirm", readonly=True
    )
    signer_id = fields.Many2one(
        "l10n_co.known.signer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who signed it, where that is not the supplier itself under a trusted authority.",
    )
    signer_state = fields.Selection(related="signer_id.state", string="State of the signer")
    mail_ids = fields.Many2many(
        "l10n_co.received.mail",
        "l10n_co_received_document_mail_rel",
        "document_id",
        "mail_id",
        string="Mails",
        readonly=True,
    )
    mail_count = fields.Integer(compute="_compute_mail_count")
    source_attachment_id = fields.Many2one(
        "ir.attachment", readonly=True, ondelete="restrict", help="The mail or file it came in."
    )
    check_data = PlainJson(readonly=True)
    proof_data = PlainJson(readonly=True)
    content_key = fields.Char(readonly=True, help="SHA-256 of the bytes that its issuer signed.")
    work_id = fields.Many2one(
        "l10n_co.work", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    copy_ids = fields.One2many(
        "l10n_co.received.copy", "document_id", string="Copies with other content", readonly=True
    )

    _unique_cufe = models.UniqueIndex(
        "(company_id, cufe)", "This company has this document already."
    )

    @api.depends("number", "document_type")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["document_type"]._description_selection(self.env))
        for document in self:
            parts = (labels.get(document.document_type), document.number)
            document.display_name = " ".join(part for part in parts if part) or document.cufe

    @api.depends("mail_ids")
    def _compute_mail_count(self):
        for document in self:
            document.mail_count = len(document.mail_ids)

    # ---- followers -------------------------------------------------------------------------------

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        # EXTENDS mail, where only who may write adds others: whoever works with these records may
        records = self._to_follow(partner_ids)
        return super(ReceivedDocument, records).message_subscribe(partner_ids, subtype_ids)

    def message_unsubscribe(self, partner_ids=None):
        # EXTENDS mail, as above
        records = self._to_follow(partner_ids)
        return super(ReceivedDocument, records).message_unsubscribe(partner_ids)

    def _to_follow(self, partner_ids):
        if set(partner_ids or ()) <= set(self.env.user.partner_id.ids):
            return self
        rights.check_user(self.env)
        self.check_access("read")
        return self.sudo()

    # ---- what belongs to it ----------------------------------------------------------------------

    def action_open_dian(self):
        """:return: action that shows the document on DIAN's own page"""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": DIAN_PAGE + (self.cufe or ""), "target": "new"}

    def action_open_mails(self):
        """:return: action on the mails these documents came in"""
        return self.mail_ids._get_records_action(name=self.env._("Received mails"))

    def _open(self):
        return self._get_records_action(name=self.env._("Received documents"))
