import logging
from collections import defaultdict
from contextlib import contextmanager

from markupsafe import Markup
from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Command
from odoo.tools import SQL, clean_context
from psycopg2 import OperationalError

from ...booking.notices import BillFailure
from ..shared.filetypes import PDF, TEXT, harmless
from ..shared.ir_attachment import WHOLE_FILES
from .batch import TOGETHER, Batch
from .coder import Coder
from .draft import Draft, find_known_suppliers, look_up
from .links import Links
from .taxes import BillTaxes, owed
from .values import BillValues, trace_values

_logger = logging.getLogger(__name__)

#: Bills created at once: four times as many bills a second as one by one; more gains nothing.
BATCH = 60
#: Nobody is to be told, and nothing predicted, while a document is entered.
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "skip_is_manually_modified": True,
    "disable_onchange_name_predictive": True,
    WHOLE_FILES: True,
}


class BillImport(models.AbstractModel):
    """Turns received documents into draft vendor bills. A model, so that other addons can extend its steps."""

    _name = "l10n_co.bill.import"
    _description = "Vendor bills from e-documents (Colombia)"

    # ---- documents of the mailbox ----------------------------------------------------------------

    @api.model
    def _create_bills(self, pairs):
        """Draft the bills of documents of the current company.

        A document that cannot be entered line by line becomes a draft with its files and the
        reason; one that cannot even become that keeps the reason itself. Neither costs another
        document its bill.

        :param pairs: list of (l10n_co.received.document, dian.reader.EDocument)
        :return: {received document: account.move} of those that have a bill now
        :raises ConcurrencyError: if another transaction is creating one of the suppliers; roll back
            and try again
        """
        self = self._in_company(self.env.company)
        drafts = []
        for received, edocument in pairs:
            record = received.with_env(self.env)
            if edocument is None:
                record._fail_booking("bill_files_missing")
            else:
                drafts.append(Draft(record, edocument))
        for start in range(0, len(drafts), BATCH):
            self._book(drafts[start : start + BATCH])
        return {draft.record: draft.move for draft in drafts if draft.move}

    @api.model
    def _enter(self, move, record, edocument):
        """Enter a document on an empty draft bill, or complete a bill that was typed; what goes
        wrong is said on the bill."""
        self = self._in_company(move.company_id)
        record, target = record.with_env(self.env), move.with_env(self.env)
        self._book([Draft(record, edocument, target=target)])

    @api.model
    def _rebuild(self, move, edocument):
        """Replace the lines of a draft bill by the document's.

        :raises ConcurrencyError: as `_create_bills`
        """
        self = self._in_company(move.company_id)
        target = move.with_env(self.env)
        target.invoice_line_ids = [Command.clear()]
        self._book_together([Draft(target.l10n_co_received_document_id, edocument, target=target)])

    @api.model
    def _find_existing(self, edocuments):
        """The bills that these documents have in the current company already, None where one has
        not."""
        drafts = [Draft(None, edocument) for edocument in edocuments]
        find_known_suppliers(self.env, drafts)
        found = Links(self.env).find_bills(drafts)
        return [found.get(draft) for draft in drafts]

    @api.model
    def _in_company(self, company):
        """As the company works: its language, nobody told while documents are entered, and no defaults of whoever
        began it."""
        context = clean_context(self.env.context)
        language = company.partner_id.lang or self.env.lang
        return self.with_context(context, **QUIET, lang=language).with_company(company)

    # ---- batches ---------------------------------------------------------------------------------

    @api.model
    def _book(self, drafts):
        """Book a batch; if one of it is refused, each on its own; if it still is, without its
        lines."""
        try:
            with self.env.cr.savepoint():
                self._book_together(drafts)
        except (OperationalError, ConcurrencyError):
            raise
        except (
            Exception
        ) as error:  # whatever one document provokes must not cost the others their bills
            _logger.info("A batch of %s bills was refused", len(drafts), exc_info=error)
            for draft in drafts:
                self._book([draft]) if len(drafts) > 1 else self._book_bare(draft, error)

    @api.model
    def _book_bare(self, draft, error):
        """A draft without lines, with the document's files and the reason; without even that, the
        reason on the document."""
        draft.failure = _failure_of(error)
        try:
            with self.env.cr.savepoint():
                self._book_together([draft])
        except (OperationalError, ConcurrencyError):
            raise
        except Exception as second:  # the same: kept as the document's reason
            _logger.warning("No bill for %s", draft.document.number, exc_info=second)
            draft.move = None
            failure = _failure_of(second)
            draft.record._fail_booking(failure.code, failure.data)

    @api.model
    def _book_together(self, drafts):
        for draft in drafts:
            draft.move, draft.plan, draft.notices = draft.target, None, []
        lookups = look_up(self.env, drafts)
        lookups.coder = Coder(lookups, self._advisers(drafts, lookups))
        existing = Links(self.env).find_bills([d for d in drafts if not d.target])
        existing.update({draft: draft.target for draft in drafts if draft.target})
        for draft, move in existing.items():
            self._complete(draft, move, lookups)
        fresh = [draft for draft in drafts if draft not in existing]
        if fresh:
            self._create(fresh, lookups)
        self._finish(drafts)

    @api.model
    def _advisers(self, drafts, lookups):
        """:return: list of `Adviser`, who know more about the lines of a batch of drafts; the surest first"""
        return []

    @api.model
    def _create(self, drafts, lookups):
        """Create the bills of `drafts`; sets `move` on them."""
        by_completeness = defaultdict(list)
        for draft in drafts:
            journal = self._journal(draft, lookups)
            vals, commands = self._values(draft, lookups, journal)
            due = owed(vals, commands, lookups.company)
            vals = {**vals, "journal_id": journal.id, "line_ids": [*commands, *due]}
            by_completeness[bool(due)].append((draft, vals))
        with self._fine_discounts():
            for is_complete, pairs in by_completeness.items():
                batch = {TOGETHER: Batch(is_complete)}
                moves = (
                    self.env["account.move"]
                    .with_context(**batch)
                    .create([vals for _draft, vals in pairs])
                )
                for (draft, _vals), move in zip(pairs, moves, strict=True):
                    draft.move = move.with_env(self.env)

    @api.model
    def _values(self, draft, lookups, journal):
        """(values of the bill, commands of its lines); no lines where they were refused before."""
        values = BillValues(draft, lookups)
        vals, commands = values.of_bill(), []
        if draft.failure:
            draft.warn("bill_lines_failed", error=_error_text(draft.failure))
        else:
            rows = values.of_lines(journal)
            if all(row["account_id"] for row in rows):
                commands = BillTaxes(draft, vals, rows, lookups).commands()
            else:
                commands = [Command.create(row) for row in rows]
        return {**vals, "l10n_co_notices": draft.notices}, commands

    @contextmanager
    def _fine_discounts(self):
        """A discount of a document has more decimals than a person would type: let them be
        written."""
        with self.env["account.move"]._disable_discount_precision():
            yield
            self.env["account.move"].flush_model()
            self.env["account.move.line"].flush_model()

    @api.model
    def _journal(self, draft, lookups):
        if advised := lookups.coder.journal(draft):
            return advised
        if addressed := lookups.alias_journals.get(draft.record):
            return addressed
        known = lookups.memories.journal(draft.supplier)
        remembered = self.env["account.journal"].browse(known or ())
        if remembered and remembered.active and remembered.type == "purchase":
            return remembered
        if not lookups.journal:
            raise BillFailure("bill_no_journal", company=lookups.company.display_name)
        return lookups.journal

    # ---- bills that are there --------------------------------------------------------------------

    @api.model
    def _complete(self, draft, move, lookups):
        """Enter a document on a bill that is there. Lines that somebody typed stay as they are."""
        draft.move = move.with_env(self.env)
        if move.state == "draft" and not move.invoice_line_ids:
            self._fill(draft, lookups)
            return
        values = trace_values(draft)
        # What a person typed has his lines, not the document's.
        values["l10n_co_facts"] = {**values["l10n_co_facts"], "lines": None}
        if not move.invoice_date and move.state == "draft":
            values["invoice_date"] = draft.document.issue_date
        draft.move.write(values)

    @api.model
    def _fill(self, draft, lookups):
        move = draft.move
        vals, commands = self._values(draft, lookups, move.journal_id)
        # Lines after type and currency: a change of these makes Odoo compute the taxes itself.
        if move.move_type != vals["move_type"]:
            move.move_type = vals["move_type"]
        move.write(vals)
        with self._fine_discounts():
            move.write({"line_ids": commands})

    # ---- after the lines -------------------------------------------------------------------------

    @api.model
    def _finish(self, drafts):
        """What needs the bills to be there: files, links."""
        self._attach(drafts)
        moves = self.env["account.move"].union(*(draft.move for draft in drafts))
        Links(self.env).link_notes(moves)
        moves._message_log_batch(
            bodies={
                draft.move.id: self.env._("Made from %s.", draft.record._get_html_link())
                for draft in drafts
            }
        )
        for draft in drafts:
            partner = draft.supplier.id if draft.supplier else False
            record = draft.record.with_context(**QUIET)
            record.write({"move_id": draft.move.id, "partner_id": partner, "booking": "done"})

    @api.model
    def _attach(self, drafts):
        """PDF, XML and annexes onto the bills; the PDF is what is shown beside them."""
        vals_list = [vals for draft in drafts for vals in self._attachment_values(draft)]
        attachments = self.env["ir.attachment"].create(vals_list)
        shown = {
            move_id: pdf.id
            for move_id, files in attachments.grouped("res_id").items()
            if (pdf := files.filtered(lambda file: file.mimetype == PDF)[:1])
        }
        if shown:
            # one statement for all: a write on a bill looks at its lines, taxes and payment terms
            self.env.execute_query(
                SQL(
                    """
                    UPDATE account_move SET message_main_attachment_id = shown.attachment_id
                      FROM unnest(%s, %s) AS shown(move_id, attachment_id)
                     WHERE account_move.id = shown.move_id RETURNING account_move.id
                    """,
                    list(shown),
                    list(shown.values()),
                )
            )
            moves = self.env["account.move"].browse(shown)
            moves.invalidate_recordset(["message_main_attachment_id"], flush=False)

    @api.model
    def _attachment_values(self, draft):
        """Values of the files that the bill does not have yet."""
        edocument, number = draft.edocument, draft.document.number or draft.record.cufe
        files = [(f"{number}.xml", edocument.container or edocument.xml, TEXT)]
        if edocument.pdf:
            files.insert(0, (edocument.pdf.name or f"{number}.pdf", edocument.pdf.content, PDF))
        files += [(annex.name, annex.content, None) for annex in edocument.annexes]
        present = set(draft.move.attachment_ids.mapped("checksum"))
        Attachment = self.env["ir.attachment"]
        for name, content, mimetype in files:
            if Attachment._compute_checksum(content) not in present:
                own = {"name": name, "raw": content}
                yield {
                    **own,
                    "mimetype": mimetype or harmless(Attachment._compute_mimetype(own)),
                    "res_model": "account.move",
                    "res_id": draft.move.id,
                }

    # ---- words -----------------------------------------------------------------------------------

    @api.model
    def _notice_text(self, code, data=None):
        """:return: what happened and what to do next, in the environment's language"""
        return " ".join(text for text in self._describe(code, data) if text)

    @api.model
    def _notice_list(self, notices):
        """:return: the notices ({code, data}) as an HTML list, False for none"""
        if not notices:
            return False
        described = (self._describe(item["code"], item["data"]) for item in notices)
        return Markup("<ul class='mb-0'>%s</ul>") % Markup().join(
            Markup("<li>%s <i>%s</i></li>") % (sentence, remedy or "")
            for sentence, remedy in described
        )

    @api.model
    def _describe(self, code, data=None):
        return self.env["l10n_co.reason.mixin"]._describe(code, data)


def _failure_of(error):
    if isinstance(error, BillFailure):
        return error
    return BillFailure("bill_error", error=str(error) or type(error).__name__)


def _error_text(failure):
    return failure.data.get("error") or failure.code
