import base64
from functools import partial

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...dian import codes, rules
from ...dian.archive import File
from ...dian.proof import STATEMENTS
from ...dian.reader import read
from ...mailbox.message import parse_message
from ..shared import rights
from ..shared.decimals import shown
from ..shared.limits import limits_of
from ..shared.reason_mixin import Blank
from .document_types import DOCUMENT_TYPES, EVENTS
from .read_ahead import READ_AHEAD
from .recorder import Recorder

# Credit notes take away what invoices and debit notes add.
NEGATIVE_TYPES = frozenset({"91", "94"})
SIGNED = {
    "amount_untaxed_signed": "amount_untaxed",
    "amount_tax_signed": "amount_tax",
    "amount_total_signed": "amount_total",
}

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
    supplier_nit = fields.Char(string="Supplier's NIT", readonly=True, index=True)
    supplier_name = fields.Char(string="Supplier", readonly=True)
    receiver_nit = fields.Char(string="Receiver's NIT", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null"
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_untaxed = fields.Monetary(string="Before taxes", readonly=True)
    amount_tax = fields.Monetary(string="Taxes", readonly=True)
    amount_total = fields.Monetary(string="To pay", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    exchange_rate = fields.Float(
        digits=0,
        readonly=True,
        help="What one unit of the document's currency costs, as the document has it.",
    )
    amount_untaxed_signed = fields.Monetary(
        string="Before taxes, in company currency",
        compute="_compute_signed_amounts",
        store=True,
        currency_field="company_currency_id",
    )
    amount_tax_signed = fields.Monetary(
        string="Taxes, in company currency",
        compute="_compute_signed_amounts",
        store=True,
        currency_field="company_currency_id",
    )
    amount_total_signed = fields.Monetary(
        string="Total, in company currency",
        compute="_compute_signed_amounts",
        store=True,
        currency_field="company_currency_id",
    )
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
    warning_data = fields.Json(readonly=True)
    warnings = fields.Text(compute="_compute_warnings")
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
    pdf = fields.Binary(string="PDF", compute="_compute_content")
    pdf_name = fields.Char(compute="_compute_content")
    content_html = fields.Html(string="Content", compute="_compute_content", sanitize=False)
    checks_html = fields.Html(string="Checks", compute="_compute_checks_html", sanitize=False)
    check_data = fields.Json(readonly=True)
    proof_data = fields.Json(readonly=True)
    content_key = fields.Char(readonly=True, help="Digest of what it says.")
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

    @api.depends("warning_data")
    @api.depends_context("lang")
    def _compute_warnings(self):
        for document in self:
            document.warnings = "\n".join(
                document._describe(warning["code"], warning["data"])[0]
                for warning in document.warning_data or []
            )

    @api.depends("mail_ids")
    def _compute_mail_count(self):
        for document in self:
            document.mail_count = len(document.mail_ids)

    # ---- amounts ---------------------------------------------------------------------------------

    @api.depends(
        "document_type",
        "currency_id",
        "exchange_rate",
        "issue_date",
        "company_id",
        *SIGNED.values(),
    )
    def _compute_signed_amounts(self):
        for document in self:
            price = document._price_of_currency()
            sign = -1 if document.document_type in NEGATIVE_TYPES else 1
            for signed, amount in SIGNED.items():
                document[signed] = sign * price * document[amount]

    def _price_of_currency(self):
        """:return: float, what one unit of the document's currency costs in the company's: as the document says,
        else Odoo's rate of the day
        """
        own = self.company_id.currency_id
        if not self.currency_id or self.currency_id == own:
            return 1.0
        day = self.issue_date or fields.Date.context_today(self)
        return self.exchange_rate or self.currency_id._get_conversion_rate(
            self.currency_id, own, self.company_id, day
        )

    # ---- its source ------------------------------------------------------------------------------

    def _read_edocument(self):
        """:return: the dian.reader.EDocument of this record, from the mail or file it came in; None when that
        is gone
        """
        self.ensure_one()
        read_ahead = self.env.context.get(READ_AHEAD)
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
        alike = [item for item in found if str(item.content) == self.content_key]
        is_sure = len(found) == 1 or not self.content_key
        return next(iter(alike or (found if is_sure else ())), None)

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

    @api.depends("check_data", "proof_data")
    @api.depends_context("lang")
    def _compute_checks_html(self):
        for document in self:
            document.checks_html = self.env["ir.qweb"]._render(
                "l10n_co_einvoice_mail.received_document_checks",
                {
                    "statements": document._statements(),
                    "checks": document.check_data or [],
                    "labels": self._check_labels(),
                },
            )

    def _statements(self):
        """:return: list of (is proven, sentence): what is proven of it by whom, and what was not checked"""
        return [
            (statement.is_proven, self.env._(statement.sentence) % Blank(item["data"]))
            for item in self.proof_data or []
            if (statement := STATEMENTS.get(item["code"]))
        ]

    def _check_labels(self):
        """:return: {code in `check_data`: word} in the environment's language"""
        return {
            "document": self.env._("Document"),
            "container": self.env._("Container"),
            "answer": self.env._("DIAN's answer"),
            "intact": self.env._("Intact"),
            "root_digest": self.env._("Content changed after it was signed"),
            "broken": self.env._("Broken"),
            "unsigned": self.env._("Unsigned"),
            "not_understood": self.env._("Of a kind that could not be checked"),
            "trusted": self.env._("Issued by a trusted authority"),
            "confirmed": self.env._("Confirmed by a person"),
            "untrusted": self.env._("Not issued by a trusted authority"),
            "unchecked": self.env._("Not checked: no authority is loaded"),
        }

    # ---- verdicts --------------------------------------------------------------------------------

    def _judge_again(self):
        """Judge these documents anew, as the trust in certificates and the companies are now, and what can be
        booked of them. The mails they came in are read again, so that they end as their documents do.
        """
        uploaded = self.filtered(
            lambda d: d.source_attachment_id not in d.mail_ids.raw_attachment_id
        )
        Recorder(self.env).record_again(uploaded)
        self.mail_ids._read_again()
        self.exists()._follow_up()

    def _take_verdict(self, values):
        """Take over what judging this very document came to, be it better or worse than before.

        What a person accepted stays accepted; that the checks say otherwise now is shown.

        :param dict values: of the record, as the recorder makes them
        """
        if self.accepted_by_id and values["state"] != "accepted":
            values = {**values, "state": self.state, **self._contradiction(values)}
        self._replace_values(values)

    def _contradiction(self, values):
        """:return: values of the reason: none where the person knew it"""
        code = values["reason_code"]
        is_told = code == self.accepted_despite
        if is_told or (values["state"] == "review" and not self.accepted_despite):
            return {"reason_code": False, "reason_data": False}
        if self.state == "accepted" and code != self.reason_code:
            happened, _next_step = self._describe(code, values["reason_data"])
            self.message_post(
                body=self.env._(
                    "Judged again: %(reason)s It stays accepted, as %(person)s decided.",
                    reason=happened,
                    person=self.accepted_by_id.name,
                )
            )
        return {}

    def _is_contradicted(self):
        """:return: whether a person accepted it, and the checks say otherwise since"""
        return bool(self.state == "accepted" and self.accepted_by_id and self.reason_code)

    def _note_rejected_copy(self, code, data):
        """Tell on the document that a copy of it came that was rejected; the document itself stands."""
        happened, _next_step = self._describe(code, data)
        self.message_post(body=self.env._("A copy of this document was rejected: %s", happened))

    def _replace_evidence(self, values):
        """Take over a further copy of this document of which more is proven."""
        self.message_post(
            body=self.env._("A better copy of this document has arrived and was taken over.")
        )
        self._replace_values(values)

    def _replace_values(self, values):
        self.write(values)

    # ---- what others extend ----------------------------------------------------------------------

    @api.model
    def _values_when_recorded(self, values):
        """:param dict values: of a document as it was judged
        :return: dict, what else is kept of it
        """
        return {}

    def _follow_up(self):
        """Do what comes of these documents where they are accepted."""

    def _is_to_be_read(self):
        """:return: whether what is in it is asked for once more in the run that recorded it"""
        return False

    def _as_copy(self, edocument):
        """:return: values of a copy that says what this document says; `edocument` is what is in it"""
        return {
            "source_attachment_id": self.source_attachment_id.id,
            "content_key": str(edocument.content),
            "supplier_name": self.supplier_name,
            "issue_date": self.issue_date,
            "currency_id": self.currency_id.id,
            "amount_total": self.amount_total,
            "state": self.verdict or self.state,
            "reason_code": self.reason_code or self.accepted_despite,
            "reason_data": self.reason_data,
        }

    def _is_used(self):
        """:return: whether something was made of what it says"""
        return False

    def _is_left_over(self):
        """:return: whether it was rejected, and nothing leads to it any more"""
        return self.state == "rejected" and not self.mail_ids

    # ---- decisions -------------------------------------------------------------------------------

    def action_accept(self):
        """A person takes responsibility for documents that the checks leave to a person; their bills are drafted.

        They are judged again first: what counts is the present verdict.

        :return: True, or an action that tells which of them are rejected now
        :raise UserError: none of them may be accepted by the user
        """
        rights.check_user(self.env)
        self.check_access("read")
        waiting = self.filtered(lambda document: document._may_be_accepted())
        if not waiting:
            raise UserError(self.env._("Only a document that is to be reviewed can be accepted."))
        waiting.sudo()._judge_again()
        waiting = waiting.exists()
        chosen = waiting.filtered(lambda document: document._may_be_accepted())
        chosen.sudo()._accept()
        waiting.sudo()._follow_up()
        rejected = (waiting - chosen).filtered(lambda document: document.state == "rejected")
        return rejected._tell_rejected() if rejected else True

    def _may_be_accepted(self):
        """:return: whether the user may accept it in spite of the checks: what is to be reviewed; what was rejected
        for its form, as a manager
        """
        if self.state != "rejected":
            return self.state == "review"
        codes_found = [self.reason_code, *(item["code"] for item in self.warning_data or [])]
        return rules.may_be_overridden(codes_found) and rights.has(self.env, rights.MANAGER)

    def action_accept_and_know(self):
        """Accept documents, and know their signers for their suppliers from now on: a manager's decision."""
        self.check_access("read")
        self.signer_id.action_know()
        return self._accept_the_rest()

    def action_accept_and_know_for_all(self):
        """Accept documents, and know their signers as providers for many from now on: a manager's decision."""
        self.check_access("read")
        self.signer_id.action_know_for_all()
        return self._accept_the_rest()

    def _accept_the_rest(self):
        waiting = self.exists().filtered(lambda document: document.state == "review")
        return waiting.action_accept() if waiting else True

    def _accept(self):
        for document in self:
            document.message_post(
                body=self.env._(
                    "Accepted by a person in spite of: %(reason)s", reason=document.reason
                )
            )
            document.write(
                {
                    "state": "accepted",
                    "accepted_by_id": self.env.uid,
                    "accepted_on": fields.Datetime.now(),
                    "accepted_despite": document.reason_code,
                    "reason_code": False,
                    "reason_data": False,
                }
            )
        self._know_signers()
        self.mail_ids.filtered(lambda mail: mail.state == "failed")._read_again()

    def _know_signers(self):
        """Where no authority is loaded, a certificate is known for its supplier from the first accepted document on."""
        new = self.signer_id.filtered(lambda signer: signer.state == "new")
        if new and not self.env["l10n_co.trusted.certificate"]._trust_store().anchors:
            new._decide("known")

    def _tell_rejected(self):
        reasons = [
            self.env._(
                "%(document)s is rejected now: %(reason)s",
                document=document.display_name,
                reason=document.reason,
            )
            for document in self
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger",
                "sticky": True,
                "message": "\n".join(reasons),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ---- the supplier ----------------------------------------------------------------------------

    def action_write_to_supplier(self):
        """:return: action that opens a mail to the supplier which says what is wrong, to be completed and sent"""
        self.ensure_one()
        rights.check_user(self.env)
        self.check_access("read")
        partner = self.partner_id or self._sender()
        # The supplier reads it: in his language, not in the user's.
        told = self.with_context(
            lang=partner.lang or self.company_id.partner_id.lang or self.env.lang
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "name": self.env._("Write to the supplier"),
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": partner.ids,
                "default_subject": told.env._("About your document %s", self.number or ""),
                "default_body": told._answer(),
            },
        }

    def _sender(self):
        """:return: the contact that the mail came from; none when nobody here knows the address"""
        address = self.sudo().mail_ids[:1].email_from
        if not address:
            return self.env["res.partner"]
        return self._partner_find_from_emails_single([address], no_create=True)[:1]

    def _answer(self):
        text = self.env._(
            "We received your document %(document)s and could not accept it: %(reason)s",
            document=self.display_name,
            reason=self.reason or "",
        )
        wish = self.env._("Please correct it and send it again.")
        return Markup("<p>%s</p><p>%s</p>") % (text, wish)

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
