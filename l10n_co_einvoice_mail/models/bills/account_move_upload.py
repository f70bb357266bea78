from lxml import etree
from odoo import api, models

from ...dian.archive import File, FileKind, kind_of
from ...dian.reader import Reading
from ...dian.recognition import reading_of
from ..ledger.recorder import Recorder
from ..shared.filetypes import TEXT
from ..shared.limits import limits_of

DIAN = "l10n_co.dian"
#: Ahead of the UBL decoders of `account_edi_ubl_cii` (20).
PRIORITY = 30


class AccountMove(models.Model):
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
        super(AccountMove, others)._link_bill_origin_to_purchase_orders(timeout)
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


def _parser():
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
