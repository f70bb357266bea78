from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError

from .batch import Batch


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
    _l10n_co_confirmed_bills = models.Index(
        "(commercial_partner_id, company_id, invoice_date DESC) "
        "WHERE state = 'posted' AND move_type = 'in_invoice'"
    )

    # ---- the user's series -----------------------------------------------------------------------

    def _search_default_journal(self):
        # EXTENDS account: called where nobody chose a journal, neither on the document nor by the context
        company = self.company_id or self.env.company
        own = self.env.user._l10n_co_default_journal(self.move_type, company)
        return own or super()._search_default_journal()

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: Odoo looks for lines that are to be added to its bills; these bring all of them.
        if not Batch.of_complete(self.env):
            return super().create(vals_list)
        complete = self.with_context(skip_invoice_line_sync=True)
        with self._disable_recursion({}, "skip_invoice_sync"):
            return super(AccountMove, complete).create(vals_list)

    def _get_accounting_date(self, invoice_date, has_tax, lock_dates=None):
        # EXTENDS account: it follows from the journal's last entry and the company's locks
        find = partial(super()._get_accounting_date, invoice_date, has_tax, lock_dates)
        if lock_dates:
            return find()
        key = ("date", self.company_id, self.journal_id, self.move_type, invoice_date, has_tax)
        return Batch.once(self.env, key, find)

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
