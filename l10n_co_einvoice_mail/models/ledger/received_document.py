from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..shared import rights
from .document_types import APPLICATION_RESPONSE, CUFE_FIELDS, DOCUMENT_TYPES, EVENTS
from .recorder import Recorder

# A document whose drafting ended the process this many times is left to a person.
MAX_BOOK_ATTEMPTS = 3
# DIAN's public page of a document (annex 1.9, the QR code's address).
DIAN_PAGE = "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey="


class ReceivedDocument(models.Model):
    """One fiscal document: what its XML says, what was checked of it, and the bill made from it.

    Its files are not stored again: they are taken out of the mail (or the uploaded file) it came in.
    """

    _name = "l10n_co.received.document"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "l10n_co.evidence.mixin",
        "l10n_co.reason.mixin",
        "l10n_co.handled.mixin",
        "l10n_co.document.source.mixin",
        "l10n_co.document.amounts.mixin",
        "l10n_co.document.answer.mixin",
    ]
    _description = "Received e-document (Colombia)"
    _order = "issue_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True
    # Users write in the chatter and plan activities; the record itself only actions change.
    _mail_post_access = "read"
    _is_all_evidence = True

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
    mail_ids = fields.Many2many(
        "l10n_co.received.mail",
        "l10n_co_received_document_mail_rel",
        "document_id",
        "mail_id",
        string="Mails",
        readonly=True,
    )
    mail_count = fields.Integer(compute="_compute_mail_count")
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    booking = fields.Selection(
        [("none", "None"), ("pending", "To draft"), ("done", "Drafted"), ("failed", "Failed")],
        string="Bill drafting",
        required=True,
        readonly=True,
        default="none",
    )
    book_attempts = fields.Integer(readonly=True, help="How often drafting its bill was begun.")
    referenced_move_id = fields.Many2one(
        "account.move", string="Refers to", compute="_compute_referenced_move_id"
    )
    is_bookable = fields.Boolean(compute="_compute_is_bookable", search="_search_is_bookable")

    _pending_booking = models.Index("(company_id) WHERE booking = 'pending'")
    # What the list of what needs a person asks for.
    _waiting = models.Index(
        "(company_id) WHERE handled_on IS NULL AND (state != 'accepted' OR move_id IS NULL)"
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

    @api.depends("state", "document_type", "move_id")
    def _compute_is_bookable(self):
        for document in self:
            document.is_bookable = (
                document.state == "accepted"
                and document.document_type not in (False, APPLICATION_RESPONSE)
                and not document.move_id
            )

    def _search_is_bookable(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return [
            ("state", "=", "accepted"),
            ("document_type", "not in", (False, APPLICATION_RESPONSE)),
            ("move_id", "=", False),
        ]

    @api.depends("referenced_cufe", "company_id")
    def _compute_referenced_move_id(self):
        for document in self:
            document.referenced_move_id = document._find_move_by_cufe(document.referenced_cufe)

    def _find_move_by_cufe(self, cufe):
        """:return: the invoice or bill of this document's company with that code, whichever module keeps it"""
        Move = self.env["account.move"]
        names = [name for name in CUFE_FIELDS if name in Move._fields]
        if not cufe:
            return Move
        return Move.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain.OR(Domain(name, "=", cufe) for name in names),
            limit=1,
        )

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
        self.exists()._book_accepted()

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
        if values["state"] == "review" and code == (self.accepted_despite or code):
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
        return bool(
            self.state == "accepted"
            and self.accepted_by_id
            and self.reason_code
            and self.booking != "failed"
        )

    def _note_rejected_copy(self, finding):
        """Tell on the document that a copy of it came that was rejected; the document itself stands."""
        happened, _next_step = self._describe(finding.code, finding.data)
        self.message_post(body=self.env._("A copy of this document was rejected: %s", happened))

    def _replace_evidence(self, values):
        """Take over a further copy of this document of which more is proven."""
        self.message_post(
            body=self.env._("A better copy of this document has arrived and was taken over.")
        )
        self._replace_values(values)

    def _replace_values(self, values):
        # A bill that was drafted once, and perhaps deleted by a person, is not drafted again by itself; one that
        # waits to be drafted does so no longer when its document is not accepted any more.
        is_withdrawn = self.booking == "pending" and values["booking"] == "none"
        keep = {"booking"} if self.booking != "none" and not is_withdrawn else set()
        self.write({name: value for name, value in values.items() if name not in keep})

    def action_open_dian(self):
        """:return: action that shows the document on DIAN's own page"""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": DIAN_PAGE + (self.cufe or ""), "target": "new"}

    # ---- decisions -------------------------------------------------------------------------------

    def action_accept(self):
        """A person takes responsibility for documents that the checks leave to a person; their bills are drafted.

        They are judged again first: what counts is the present verdict.

        :return: True, or an action that tells which of them are rejected now
        :raise UserError: none of them is to be reviewed
        """
        rights.check_user(self.env)
        self.check_access("read")
        waiting = self.sudo().filtered(lambda document: document.state == "review")
        if not waiting:
            raise UserError(self.env._("Only a document that is to be reviewed can be accepted."))
        waiting._judge_again()
        waiting = waiting.exists()
        waiting.filtered(lambda document: document.state == "review")._accept()
        waiting._book_accepted()
        rejected = waiting.filtered(lambda document: document.state == "rejected")
        return rejected._tell_rejected() if rejected else True

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
        self.filtered(
            lambda document: (
                document.is_bookable and document.company_id.l10n_co_bill_policy == "draft"
            )
        ).booking = "pending"

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

    # ---- bills -----------------------------------------------------------------------------------

    def _book_accepted(self):
        """Draft the bills that are to be drafted of themselves."""
        self.filtered(lambda document: document.booking == "pending")._book()

    def _begin_booking(self):
        """Count an attempt at drafting those that are still to be drafted; the caller commits before he drafts.

        :return: the documents that may be booked. The others ended the process too often and keep the reason.
        """
        pending = self.filtered(lambda document: document.booking == "pending")
        exhausted = pending.filtered(lambda document: document.book_attempts >= MAX_BOOK_ATTEMPTS)
        exhausted._fail_booking("bill_attempts", {"attempts": str(MAX_BOOK_ATTEMPTS)})
        bookable = pending - exhausted
        for attempts, documents in bookable.grouped("book_attempts").items():
            documents.book_attempts = attempts + 1
        return bookable

    def _fail_booking(self, code, data=None):
        self.write({"booking": "failed", "reason_code": code, "reason_data": data or False})

    def _book(self):
        """Draft vendor bills; a document whose bill cannot be made keeps the reason.

        :return: the bills
        """
        bills = self.env["account.move"]
        # Another run may be booking the same documents: whoever holds the row books it.
        documents = self.sudo().try_lock_for_update().filtered("is_bookable")
        for company, company_documents in documents.grouped("company_id").items():
            pairs = [(document, document._read_edocument()) for document in company_documents]
            builder = self.env["l10n_co.bill.import"].sudo().with_company(company)
            bills = bills.union(*builder._create_bills(pairs).values())
        booked = documents.filtered("move_id")
        booked.write({"booking": "done", "reason_code": False, "reason_data": False})
        (documents - booked).booking = "failed"
        return bills

    def action_create_bill(self):
        """:return: action on the draft bills made from these documents"""
        rights.check_user(self.env)
        self.check_access("read")
        unbookable = self.filtered(lambda document: not document.is_bookable)
        if unbookable:
            raise UserError(
                self.env._(
                    "No bill can be made from %(documents)s: it is not accepted, it is an event, "
                    "or it has a bill already.",
                    documents=", ".join(unbookable.mapped("display_name")),
                )
            )
        self._book()
        return self.action_open_bill()

    def action_open_bill(self):
        """:return: action on the bills of these documents"""
        return self.move_id._get_records_action(name=self.env._("Vendor bills"))

    def action_open_mails(self):
        """:return: action on the mails these documents came in"""
        return self.mail_ids._get_records_action(name=self.env._("Received mails"))

    def _open(self):
        return self._get_records_action(name=self.env._("Received documents"))
