from decimal import Decimal

from lxml import etree
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column

from ...booking import guard
from ...booking.lines import LineKind
from ...booking.notices import NOTICES
from ...dian import codes
from ...dian.archive import File, FileKind, kind_of
from ...dian.reader import Reading
from ...dian.recognition import reading_of
from ..ledger.recorder import Recorder
from ..shared.filetypes import TEXT
from ..shared.limits import limits_of

# Context key: bills are created with all their lines, what is owed among them.
COMPLETE = "l10n_co_complete"
DIFFERENCES = {
    "payable": "bill_differs_payable",
    "tax": "bill_differs_tax",
    "lines": "bill_differs_lines",
}
# A bill whose document is not accepted says so, as long as that is so.
VERDICTS = {
    "review": "bill_under_review",
    "rejected": "bill_document_rejected",
    "contradicted": "bill_document_contradicted",
}
# What a bill is held against its document by.
REVIEWED = (
    "state",
    "l10n_co_received_document_id.state",
    "l10n_co_received_document_id.reason_code",
    "l10n_co_received_document_id.copy_ids.seen_on",
    "l10n_co_received_document_id.copy_ids.is_doubtful",
    "amount_total",
    "l10n_co_facts",
    "l10n_co_notices",
    "reversed_entry_id",
    "debit_origin_id",
    "line_ids.amount_currency",
    "line_ids.tax_line_id",
    "line_ids.l10n_co_line_kind",
)
DIAN = "l10n_co.dian"
#: Ahead of the UBL decoders of `account_edi_ubl_cii` (20).
PRIORITY = 30


class AccountMove(models.Model):
    """The bill of a received document, and what it came from."""

    _name = "account.move"
    _inherit = [
        "l10n_co.evidence.mixin",
        "account.move",
    ]

    l10n_co_received_document_id = fields.Many2one(
        "l10n_co.received.document",
        string="Received e-document",
        readonly=True,
        copy=False,
        evidence=True,
        index="btree_not_null",
        check_company=True,
    )
    l10n_co_cufe = fields.Char(
        string="CUFE / CUDE",
        readonly=True,
        copy=False,
        evidence=True,
        help="DIAN's unique code of the document.",
    )
    l10n_co_referenced_cufe = fields.Char(
        string="CUFE of the invoice it corrects",
        readonly=True,
        copy=False,
        evidence=True,
        index="btree_not_null",
    )
    l10n_co_referenced_number = fields.Char(
        string="Invoice it corrects",
        readonly=True,
        copy=False,
        evidence=True,
        index="btree_not_null",
    )
    l10n_co_xml_total = fields.Monetary(
        string="To pay, in the XML", readonly=True, copy=False, evidence=True
    )

    _l10n_co_unique_cufe = models.UniqueIndex(
        "(company_id, l10n_co_cufe) WHERE l10n_co_cufe IS NOT NULL AND state != 'cancel'",
        "This document has a bill already.",
    )
    _l10n_co_to_check = models.Index("(company_id) WHERE l10n_co_needs_review")
    _l10n_co_confirmed_bills = models.Index(
        "(commercial_partner_id, company_id, invoice_date DESC) "
        "WHERE state = 'posted' AND move_type = 'in_invoice'"
    )

    def _auto_init(self):
        # No entry comes from a document yet: nothing to work out for all those that there are.
        if not column_exists(self.env.cr, self._table, "l10n_co_needs_review"):
            create_column(self.env.cr, self._table, "l10n_co_needs_review", "boolean")
        return super()._auto_init()

    # ---- the user's series -----------------------------------------------------------------------

    def _search_default_journal(self):
        # EXTENDS account: called where nobody chose a journal, neither on the document nor by the context
        company = self.company_id or self.env.company
        own = self.env.user._l10n_co_default_journal(self.move_type, company)
        return own or super()._search_default_journal()

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: Odoo looks for lines that are to be added to its bills; these bring all of them.
        if not self.env.context.get(COMPLETE):
            return super().create(vals_list)
        with self._disable_recursion({}, "skip_invoice_sync"):
            return super().create(vals_list)

    # ---- actions ---------------------------------------------------------------------------------

    def action_l10n_co_rebuild(self):
        """Enter the lines anew from the document, after a tax was mapped, a currency activated
        ..."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("Only a draft can be rebuilt."))
        edocument = self.l10n_co_received_document_id.sudo()._read_edocument()
        if not edocument:
            raise UserError(self.env["l10n_co.bill.import"]._notice_text("bill_files_missing", {}))
        self.env["l10n_co.bill.import"].sudo()._rebuild(self, edocument)
        return True

    def action_l10n_co_open_document(self):
        """:return: action on the received document"""
        return self.l10n_co_received_document_id._get_records_action()


class ReviewedBill(models.Model):
    """Whether the bill of a document says the same as the document."""

    _inherit = "account.move"

    l10n_co_facts = fields.Json(readonly=True, copy=False, evidence=True)
    l10n_co_notices = fields.Json(readonly=True, copy=False, evidence=True)
    l10n_co_needs_review = fields.Boolean(
        string="Differs from its e-document",
        compute="_compute_l10n_co_needs_review",
        store=True,
        evidence=True,
    )
    l10n_co_warning = fields.Html(string="To check", compute="_compute_l10n_co_review")
    l10n_co_remark = fields.Html(string="Remarks", compute="_compute_l10n_co_review")

    @api.depends(*REVIEWED)
    def _compute_l10n_co_needs_review(self):
        for move in self:
            notices = move._l10n_co_open_notices()
            move.l10n_co_needs_review = any(NOTICES[item["code"]].blocking for item in notices)

    @api.depends(*REVIEWED)
    @api.depends_context("lang")
    def _compute_l10n_co_review(self):
        texts = self.env["l10n_co.bill.import"]
        for move in self:
            notices = move._l10n_co_open_notices()
            warnings = [item for item in notices if NOTICES[item["code"]].blocking]
            remarks = [item for item in notices if item not in warnings]
            move.l10n_co_warning = texts._notice_list(warnings)
            move.l10n_co_remark = texts._notice_list(remarks)

    def _l10n_co_open_notices(self):
        """What is to be said of a draft bill of a document: list of {code, data}."""
        self.ensure_one()
        if self.state != "draft" or not self.l10n_co_facts:
            return []
        differences = [
            self._l10n_co_difference_notice(difference)
            for difference in self._l10n_co_differences()
        ]
        kept = [
            item for item in self.l10n_co_notices or [] if item["code"] not in VERDICTS.values()
        ]
        return differences + kept + self._l10n_co_verdict_notices() + self._l10n_co_note_notices()

    def _l10n_co_verdict_notices(self):
        document = self.l10n_co_received_document_id.sudo()
        code = VERDICTS.get("contradicted" if document._is_contradicted() else document.state)
        data = {"reason": document.reason or "?", "person": document.accepted_by_id.name or "?"}
        notices = [{"code": code, "data": data}] if code else []
        if document.copy_ids._unseen():
            notices.append({"code": "bill_copy_differs", "data": {}})
        return notices

    def _l10n_co_differences(self):
        """Tuple of `booking.guard.Difference` between the document and this bill."""
        lines = self.invoice_line_ids.filtered(
            lambda line: line.l10n_co_line_kind == LineKind.ITEM.value
        )
        taxes, withheld = self._l10n_co_taxes()
        total = _decimal(self.amount_total) - withheld
        return guard.differences(self.l10n_co_facts, total, taxes, len(lines))

    def _l10n_co_taxes(self):
        """({DIAN scheme: amount of the bill}, sum of its withholdings, negative); a tax unknown to
        the table is scheme ''."""
        by_tax, by_group = self.env["l10n_co.tax.map"]._schemes(self.company_id)
        taxes, withheld = {}, Decimal(0)
        for line in self.line_ids.filtered("tax_line_id"):
            tax, amount = line.tax_line_id, _decimal(self.direction_sign * line.amount_currency)
            if tax.amount < 0:
                withheld += amount
                continue
            scheme = by_tax.get(tax) or by_group.get(tax.tax_group_id) or ""
            taxes[scheme] = taxes.get(scheme, Decimal(0)) + amount
        for line in self.invoice_line_ids.filtered("l10n_co_tax_scheme"):
            scheme, amount = line.l10n_co_tax_scheme, _decimal(line.price_subtotal)
            taxes[scheme] = taxes.get(scheme, Decimal(0)) + amount
        return taxes, withheld

    def _l10n_co_difference_notice(self, difference):
        figures = {"of_document": difference.of_document, "of_bill": difference.of_bill}
        is_count = difference.subject == "lines"
        show = str if is_count else lambda amount: self.currency_id.format(float(amount))
        data = {name: show(figure) for name, figure in figures.items()}
        if difference.subject == "tax":
            name = codes.TAX_SCHEMES.get(difference.scheme)
            data["tax"] = name or self.env._("another tax %s", difference.scheme)
        return {"code": DIFFERENCES[difference.subject], "data": data}

    def _l10n_co_note_notices(self):
        """A note that is not tied to its invoice says so."""
        references = (self.l10n_co_facts or {}).get("references")
        if references is None or self.reversed_entry_id or self.debit_origin_id:
            return []
        if not references:
            return [{"code": "bill_note_without_reference", "data": {}}]
        data = {"number": ", ".join(references)}
        return [{"code": "bill_note_reference_unknown", "data": data}]

    # ---- confirming ------------------------------------------------------------------------------

    def _autopost_bill(self):
        # EXTENDS account: what a person has to look at is not posted by itself, and what is posted
        # is left alone.
        if self.state != "draft":
            return
        if self.l10n_co_needs_review:
            self.message_post(
                body=self.env._(
                    "Not posted by itself: this bill is to be checked. %s", self.l10n_co_warning
                )
            )
            return
        super()._autopost_bill()

    def _post(self, soft=True):
        # EXTENDS account: who confirms a bill in spite of a warning leaves a trace of it; of two copies that say
        # something else one is false, and a person has to look first.
        documents = self.l10n_co_received_document_id.sudo()
        if unseen := documents.filtered(lambda document: document.copy_ids._unseen()):
            raise UserError(
                self.env._(
                    "Of %s there are two copies with the same CUFE and other content. Open the document, compare "
                    "them and say that you have looked, then confirm the bill.",
                    ", ".join(unseen.mapped("display_name")),
                )
            )
        doubtful = self.filtered(lambda move: move.l10n_co_facts and move.l10n_co_needs_review)
        doubtful._message_log_batch(
            bodies={
                move.id: self.env._("Confirmed in spite of: %s", move.l10n_co_warning)
                for move in doubtful
            }
        )
        return super()._post(soft)


class UploadedBill(models.Model):
    """DIAN's ZIP, AttachedDocument and bare XML in Odoo's own import: Upload, the journal's alias, drag and drop."""

    _inherit = "account.move"

    # ---- recognising -----------------------------------------------------------------------------

    @api.model
    def _l10n_co_read(self, file_data):
        """The `dian.reader.Reading` of a file if it is, or should be, a document of DIAN's, else
        None."""
        if "l10n_co_reading" not in file_data:
            content = file_data["raw"] or b""
            file_data["l10n_co_reading"] = (
                reading_of(
                    File(file_data["name"] or "", content),
                    limits_of(self.env).content,
                )
                if kind_of(content) in (FileKind.XML, FileKind.ZIP)
                else None
            )
        return file_data["l10n_co_reading"]

    @api.model
    def _get_xml_tree(self, file_data):
        # EXTENDS account: of a ZIP or a container too, so that the alias takes it for the document
        # that it carries, and core never unwraps a container by itself.
        reading = self._l10n_co_read(file_data)
        if reading and reading.edocuments:
            return etree.fromstring(reading.edocuments[0].xml, _parser())
        return super()._get_xml_tree(file_data)

    @api.model
    def _get_import_file_type(self, file_data):
        # EXTENDS account
        return DIAN if self._l10n_co_read(file_data) else super()._get_import_file_type(file_data)

    @api.model
    def _unwrap_attachment(self, file_data, recurse=True):
        # EXTENDS account: every document after the first becomes a file, and a bill, of its own.
        if file_data["import_file_type"] != DIAN:
            return super()._unwrap_attachment(file_data, recurse)
        if file_data.get("l10n_co_unwrapped"):
            # `account.move` unwraps a second time, for its notifications
            return []
        file_data["l10n_co_unwrapped"] = True
        others = file_data["l10n_co_reading"].edocuments[1:]
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": edocument.name,
                    "raw": edocument.container or edocument.xml,
                    "mimetype": TEXT,
                }
                for edocument in others
            ]
        )
        files_data = self._to_files_data(attachments)
        for other, edocument in zip(files_data, others, strict=True):
            # with the PDF and the annexes that it had in its archive
            other.update(l10n_co_reading=Reading((edocument,)), l10n_co_unwrapped=True)
        return files_data

    @api.model
    def _get_edi_decoder(self, file_data, new=False):
        # EXTENDS account
        if file_data["import_file_type"] != DIAN:
            return super()._get_edi_decoder(file_data, new)
        if self and not new and not self.is_purchase_document(include_receipts=True):
            return None
        return {"priority": PRIORITY, "decoder": type(self)._l10n_co_decode}

    # ---- entering --------------------------------------------------------------------------------

    def _l10n_co_decode(self, file_data, new=False):
        """Enter a document on this draft.

        :return: None, or why it was not entered
        """
        reading = file_data["l10n_co_reading"]
        if not reading.edocuments:
            return self._l10n_co_problems(reading)
        if self.journal_id.type != "purchase":
            return self.env._("A supplier's document belongs in a purchase journal.")
        edocument = reading.edocuments[0]
        record = self._l10n_co_record(edocument, file_data["attachment"])
        if edocument.document.is_response:
            return self.env["l10n_co.bill.import"]._notice_text("bill_not_a_bill", {})
        if record.state == "rejected":
            return record.reason
        if record.move_id and record.move_id != self:
            return self._l10n_co_give_way(record.move_id, new)
        if self.state != "draft":
            return self.env._("The bill is confirmed already.")
        self.env["l10n_co.bill.import"].sudo()._enter(self, record, edocument)
        return None

    def _l10n_co_record(self, edocument, attachment):
        """The received document of an uploaded one. Its file is kept apart from the bill's, which
        may be deleted."""
        source = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": attachment.name if attachment else edocument.name,
                    "raw": attachment.raw if attachment else edocument.container or edocument.xml,
                    "res_model": "l10n_co.received.document",
                }
            )
        )
        company = self.company_id or self.env.company
        record = Recorder(self.env).record_upload(edocument, source, company)
        if record.source_attachment_id == source:
            source.res_id = record.id
        else:
            source.unlink()
        return record

    def _l10n_co_give_way(self, bill, new):
        """The document has its bill: this draft, if it is nothing but the upload, is cancelled."""
        if new and self.state == "draft" and not self.invoice_line_ids:
            self.button_cancel()
        return self.env._("The document has its bill already: %s", bill._get_html_link())

    @api.model
    def _l10n_co_problems(self, reading):
        describe = self.env["l10n_co.received.document"]._describe
        return " ".join(
            describe(problem.code, problem.data)[0] or "" for problem in reading.problems
        )

    def _link_bill_origin_to_purchase_orders(self, timeout=10):
        # EXTENDS account: the lines of a document are tied to the order's already; core would put
        # the order's in their place.
        others = self.filtered(lambda move: not move.l10n_co_facts)
        super(UploadedBill, others)._link_bill_origin_to_purchase_orders(timeout)
        return self

    # ---- what has its bill already ---------------------------------------------------------------

    @api.model
    def _create_records_from_attachments(self, attachments, grouping_method=None):
        # EXTENDS account: an upload of what is here already makes no second bill.
        known = self._l10n_co_known(attachments)
        records = super()._create_records_from_attachments(
            attachments - self.env["ir.attachment"].union(*known), grouping_method
        )
        for attachment, bills in known.items():
            records |= bills
            attachment.unlink()
        return records

    @api.model
    def _l10n_co_known(self, attachments):
        """{attachment: bills} of files all of whose documents have their bill; one typed by hand is
        completed."""
        journal = self.env["account.journal"].browse(self.env.context.get("default_journal_id"))
        company = journal.company_id or self.env.company
        importer = self.env["l10n_co.bill.import"].sudo().with_company(company)
        known = {}
        for file_data in self.with_company(company)._to_files_data(attachments):
            reading = file_data.get("l10n_co_reading")
            documents = [
                edocument
                for edocument in (reading.edocuments if reading else ())
                if not edocument.document.is_response
            ]
            if not documents or not all(importer._find_existing(documents)):
                continue
            pairs = [
                (
                    self.with_company(company)._l10n_co_record(edocument, file_data["attachment"]),
                    edocument,
                )
                for edocument in documents
            ]
            if any(record.state == "rejected" for record, _edocument in pairs):
                continue
            bills = importer._create_bills(pairs)
            known[file_data["attachment"]] = self.union(*bills.values()).sudo(False)
        return known


def _decimal(amount):
    """An amount of Odoo's, without the noise of its binary fraction."""
    return Decimal(repr(round(amount, 6)))


def _parser():
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
