from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...booking import guard
from ..ledger.document_types import APPLICATION_RESPONSE, CUFE_FIELDS
from ..shared import rights

# A document whose drafting ended the process this many times is left to a person.
MAX_BOOK_ATTEMPTS = 3


class ReceivedDocument(models.Model):
    """The bill that is made from a document, and the one that it refers to."""

    _inherit = "l10n_co.received.document"

    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    bill_number = fields.Char(string="Its bill", compute="_compute_bill_number", compute_sudo=True)
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

    @api.depends("move_id.name", "move_id.ref", "move_id.state")
    @api.depends_context("lang")
    def _compute_bill_number(self):
        for document in self:
            bill = document.move_id
            number = bill.name if bill.name and bill.name != "/" else bill.ref
            document.bill_number = (number or self.env._("Draft")) if bill else False

    def create_document_from_attachment(self, attachment_ids):
        """Files that are dropped on the list of documents; Odoo's upload calls the same method on the list of bills.

        :param attachment_ids: ids of ir.attachment
        :return: action on the bills that were made of them
        """
        journals = self.env["account.journal"].with_context(default_move_type="in_invoice")
        return journals.create_document_from_attachment(attachment_ids)

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

    @api.model
    def _values_when_recorded(self, values):
        # EXTENDS ledger
        company = self.env["res.company"].browse(values["company_id"])
        is_to_book = (
            values["state"] == "accepted"
            and values["document_type"] not in (False, APPLICATION_RESPONSE)
            and company.l10n_co_bill_policy == "draft"
        )
        kept = super()._values_when_recorded(values)
        return {**kept, "booking": "pending" if is_to_book else "none"}

    def _replace_values(self, values):  # pylint: disable=missing-return
        # EXTENDS ledger: a bill that was drafted once, and perhaps deleted by a person, is not drafted again by
        # itself; one that waits to be drafted does so no longer when its document is not accepted any more.
        is_withdrawn = self.booking == "pending" and values["booking"] == "none"
        keep = {"booking"} if self.booking != "none" and not is_withdrawn else set()
        super()._replace_values({name: values[name] for name in values if name not in keep})

    def _replace_evidence(self, values):  # pylint: disable=missing-return
        # EXTENDS ledger: its bill is held against what it says now
        super()._replace_evidence(values)
        edocument = self.move_id and self._read_edocument()
        if edocument:
            self.move_id.write(
                {
                    "l10n_co_facts": guard.facts(edocument.document),
                    "l10n_co_xml_total": float(edocument.document.totals.payable or 0),
                }
            )

    def _is_contradicted(self):
        # EXTENDS ledger: the reason of a bill that could not be drafted is no contradiction
        return super()._is_contradicted() and self.booking != "failed"

    def _is_to_be_read(self):
        # EXTENDS ledger
        return super()._is_to_be_read() or self.booking == "pending"

    def _is_used(self):
        # EXTENDS ledger
        return super()._is_used() or bool(self.move_id)

    def _is_left_over(self):
        # EXTENDS ledger
        return super()._is_left_over() and not self.move_id

    def _accept(self):  # pylint: disable=missing-return
        # EXTENDS ledger
        super()._accept()
        self.filtered(
            lambda document: (
                document.is_bookable and document.company_id.l10n_co_bill_policy == "draft"
            )
        ).booking = "pending"

    def _follow_up(self):  # pylint: disable=missing-return
        # EXTENDS ledger
        super()._follow_up()
        self.filtered(lambda document: document.booking == "pending")._book()

    # ---- bills -----------------------------------------------------------------------------------

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
        """:return: action on the draft bills made from these documents, or on how far it is with many"""
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
        name = self.env._("Bills are drafted")
        if later := self.env["l10n_co.work"]._later(self, "book", name):
            return later
        self._book()
        return self.action_open_bill()

    def action_open_bill(self):
        """:return: action on the bills of these documents"""
        return self.move_id._get_records_action(name=self.env._("Vendor bills"))
