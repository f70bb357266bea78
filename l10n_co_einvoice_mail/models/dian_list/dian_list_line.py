from collections import defaultdict

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...dian.dian_list import key_of
from ..ledger.document_types import CUFE_FIELDS
from ..shared import rights
from . import places

DOCUMENT = "l10n_co.received.document"
#: Of a document that was received; the list's own names of the same facts.
OF_DOCUMENT = {
    "type_code": "document_type",
    "cufe": "cufe",
    "number": "number",
    "issuer_nit": "supplier_nit",
    "issuer_name": "supplier_name",
    "receiver_nit": "receiver_nit",
    "issue_date": "issue_date",
    "total": "amount_total",
}


class DianListLine(models.Model):
    """One document under the company's NIT, at DIAN or received: where it stands, and what comes next."""

    _name = "l10n_co.dian.list.line"
    _inherit = "l10n_co.evidence.mixin"
    _description = "Document of DIAN's list (Colombia)"
    _order = "issue_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True
    _is_all_evidence = True

    list_id = fields.Many2one(
        "l10n_co.dian.list", string="Month", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    is_listed = fields.Boolean(string="At DIAN")
    type_code = fields.Char(string="Code of the type")
    kind = fields.Char(string="Type", help="As DIAN's list calls it.")
    cufe = fields.Char(string="CUFE", index="btree_not_null")
    number = fields.Char(index=True)
    issuer_nit = fields.Char(string="Issuer's NIT", index=True)
    issuer_name = fields.Char(string="Issuer")
    receiver_nit = fields.Char(string="Receiver's NIT")
    receiver_name = fields.Char(string="Receiver")
    issue_date = fields.Date(string="Date")
    received_on = fields.Date(string="At DIAN since")
    total = fields.Monetary()
    tax = fields.Monetary(string="IVA")
    currency_name = fields.Char(string="Currency of the document")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True)
    is_credit = fields.Boolean(string="On credit")
    status = fields.Selection(
        [("approved", "Approved"), ("rejected", "Rejected")], string="Validation by DIAN"
    )
    group = fields.Selection([("received", "Received"), ("issued", "Issued")], required=True)
    document_id = fields.Many2one(
        DOCUMENT, string="Received document", ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", ondelete="set null", index="btree_not_null"
    )
    is_cancelled = fields.Boolean(string="Taken away by a credit note")
    note_of_id = fields.Many2one(
        "l10n_co.dian.list.line",
        string="Invoice that it is a credit note of",
        ondelete="set null",
        index="btree_not_null",
    )
    events_done_on = fields.Datetime(string="Events sent on")
    asked_on = fields.Datetime(string="Supplier asked on")
    asked_by_id = fields.Many2one("res.users", string="Asked by")
    place = fields.Selection(
        [(place.code, place.title) for place in places.PLACES],
        string="Where it stands",
        compute="_compute_place",
        store=True,
        index=True,
    )
    placed_on = fields.Datetime(string="There since", compute="_compute_place", store=True)
    next_step = fields.Text(string="What to do", compute="_compute_next_step")

    _unique_cufe = models.UniqueIndex(
        "(company_id, cufe) WHERE cufe IS NOT NULL", "This document is listed already."
    )

    @api.depends("currency_name", "company_id")
    def _compute_currency_id(self):
        """The document's own; the company's where the list does not say, or names one that is not known."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        names = list(set(self.mapped("currency_name")) - {False})
        by_name = {found.name: found for found in currencies.search([("name", "in", names)])}
        for line in self:
            line.currency_id = by_name.get(line.currency_name) or line.company_id.currency_id

    @api.depends(
        "type_code", "status", "group", "is_listed", "total", "is_credit", "is_cancelled", "events_done_on",
        "document_id.state", "document_id.amount_total", "document_id.payment_form",
        "document_id.move_id.state", "move_id.state", "move_id.amount_total", "note_of_id.is_cancelled",
        "note_of_id.document_id.move_id.state",
    )  # fmt: skip
    def _compute_place(self):
        now = fields.Datetime.now()
        for line in self:
            place = places.of(line)
            if line.place != place:
                line.placed_on = now
            line.place = place

    @api.depends("place", "asked_on", "document_id.state", "document_id.move_id")
    @api.depends_context("lang", "tz")
    def _compute_next_step(self):
        for line in self:
            line.next_step = line._told()

    def _told(self):
        place = places.BY_CODE.get(self.place)
        if place and place.code == "missing" and self.asked_on:
            day = fields.Datetime.context_timestamp(self, self.asked_on).date()
            return self.env._("The supplier was asked on %s.", fields.Date.to_string(day))
        if place and place.code == "unbooked" and self.document_id.state == "review":
            return self.env._("It waits for a decision. Open the document.")
        if place and place.code == "unbooked" and not self.document_id.move_id:
            return self.env._("Create its bill, and confirm it.")
        return place and self.env._(place.next_step)

    def _value_here(self):
        """:return: (amount, currency) of what is here of the document, without withholdings, as documents state it"""
        if self.group != "issued":
            return self.document_id.amount_total, self.document_id.currency_id
        _taxes, withheld = self.move_id._l10n_co_taxes()
        return self.move_id.amount_total - float(withheld), self.move_id.currency_id

    def _has_events(self):
        """:return: whether the buyer's events of the invoice were sent"""
        return bool(self.events_done_on)

    # ---- from a list -----------------------------------------------------------------------------

    @api.model
    def _take(self, company, listed, lists):
        """Write down documents of a list; those that are there are brought up to it.

        :param listed: list of dian.dian_list.Listed
        :param dict lists: {first day of a month: l10n_co.dian.list}
        :return: (how many are new, how many were there)
        """
        held = self._held(company, listed)
        new, there = [], self.browse()
        for item in listed:
            facts, month = _facts(item), lists[item.issue_date.replace(day=1)]
            if line := held(item):
                line.write({name: value for name, value in facts.items() if line[name] != value})
                there += line
            else:
                new.append({**facts, "list_id": month.id, "company_id": company.id})
        made = self.create(new)
        (made + there)._match()
        return len(made), len(there)

    def _held(self, company, listed):
        """:return: function that finds the line of a listed document, of which one of two lists may lack the CUFE"""
        lines = self.search(
            Domain("company_id", "=", company.id)
            & (
                Domain("cufe", "in", [item.cufe for item in listed if item.cufe])
                | Domain("number", "in", [item.number for item in listed])
            )
        )
        by_cufe = {line.cufe: line for line in lines if line.cufe}
        by_number = {line._number_key(): line for line in lines.sorted(lambda line: not line.cufe)}

        def held(item):
            if line := by_cufe.get(item.cufe):
                return line
            line = by_number.get(item.number_key)
            return line if line and not (line.cufe and item.cufe) else None

        return held

    def _number_key(self):
        return key_of("", self.issuer_nit, self.number, self.type_code)

    def _key(self):
        return key_of(self.cufe, self.issuer_nit, self.number, self.type_code)

    # ---- with what was received ------------------------------------------------------------------

    def _match(self):
        """Find what was received, or issued, for these lines."""
        for company, lines in self.grouped("company_id").items():
            lines.filtered(lambda line: line.group == "received")._match_documents(company)
            lines.filtered(lambda line: line.group == "issued")._match_invoices(company)

    def _match_documents(self, company):
        lines = self.filtered(lambda line: not line.document_id)
        documents = lines._documents(company)
        for line in lines:
            if found := documents.get(line._key()):
                line.document_id = found
        self._note_cancelled(company)
        self._meet_notes(company, lines.document_id)

    def _documents(self, company):
        """:return: {key: document}; one with a CUFE is found by it, and by its number"""
        documents = self.env[DOCUMENT].search(
            Domain("company_id", "=", company.id)
            & (
                Domain("cufe", "in", [line.cufe for line in self if line.cufe])
                | Domain("number", "in", [line.number for line in self if not line.cufe])
            )
        )
        by_number = {
            key_of("", document.supplier_nit, document.number, document.document_type): document
            for document in documents
        }
        return by_number | {document.cufe: document for document in documents}

    def _note_cancelled(self, company):
        """A credit note over the whole amount leaves nothing to book or to pay: one of the invoice's own issuer, for
        anybody may name anybody's CUFE.
        """
        cufes = [line.cufe for line in self if line.cufe]
        notes = self.env[DOCUMENT].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "accepted"),
                ("document_type", "in", list(places.CREDIT_NOTES)),
                ("referenced_cufe", "in", cufes),
            ]
        )
        by_invoice = notes.grouped(
            lambda note: (note.referenced_cufe, note.supplier_nit, note.currency_id)
        )
        none = self.browse()
        lines_of_notes = self.search([("document_id", "in", notes.ids)]).grouped("document_id")
        for line in self:
            own = by_invoice.get((line.cufe, line.issuer_nit, line.currency_id), notes.browse())
            of_notes = none.union(*(lines_of_notes.get(note, none) for note in own))
            of_notes.filtered(lambda note, line=line: note.note_of_id != line).note_of_id = line
            is_cancelled = bool(line.total) and sum(own.mapped("amount_total")) >= line.total
            if line.is_cancelled != is_cancelled:
                line.is_cancelled = is_cancelled

    def _match_invoices(self, company):
        lines = self.filtered(lambda line: not line.move_id)
        Move = self.env["account.move"]
        names = [name for name in CUFE_FIELDS if name in Move._fields]
        codes = [line.cufe for line in lines if line.cufe]
        numbers = [line.number for line in lines if line.number]
        moves = Move.search(
            Domain("company_id", "=", company.id)
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain.OR(
                [Domain(name, "in", codes) for name in names] + [Domain("name", "in", numbers)]
            )
        )
        found = {move.name: move for move in moves}
        found |= {move[name]: move for name in names for move in moves if move[name]}
        for line in lines:
            if move := found.get(line.cufe) or found.get(line.number):
                line.move_id = move

    @api.model
    def _meet_invoices(self, moves):
        """Let customer invoices that have just been confirmed find their lines."""
        for company, own in moves.grouped("company_id").items():
            codes = [move[name] for name in CUFE_FIELDS if name in own._fields for move in own]
            self.search(
                Domain("company_id", "=", company.id)
                & Domain("group", "=", "issued")
                & (
                    Domain("cufe", "in", list(filter(None, codes)))
                    | Domain("number", "in", own.mapped("name"))
                )
            )._match_invoices(company)

    @api.model
    def _meet(self, documents):
        """Let documents that have just been received find their lines; where their month has a list, one that is not
        on it gets a line of its own.
        """
        for company, own in documents.grouped("company_id").items():
            lines = self.search(self._domain_of(company, own))
            lines.filtered(lambda line: not line.document_id)._match_documents(company)
            self._add_unlisted(company, own - lines.document_id)
            self._meet_notes(company, own)

    @api.model
    def _meet_notes(self, company, documents):
        """Let what these documents refer to learn whether it is taken away."""
        cufes = documents.filtered(_is_credit_note).mapped("referenced_cufe")
        if cufes:
            lines = self.search([("company_id", "=", company.id), ("cufe", "in", cufes)])
            lines._note_cancelled(company)

    def _domain_of(self, company, documents):
        cufes = set(documents.mapped("cufe")) - {False}
        by_number = Domain("cufe", "=", False) & Domain("number", "in", documents.mapped("number"))
        return Domain("company_id", "=", company.id) & (
            Domain("cufe", "in", list(cufes)) | by_number
        )

    @api.model
    def _add_unlisted_of(self, lists):
        """Give what was received in these months, and is not on their lists, a line of its own."""
        for record in lists:
            documents = self.env[DOCUMENT].search(
                [
                    ("company_id", "=", record.company_id.id),
                    ("issue_date", ">=", record.month),
                    ("issue_date", "<", record.month + relativedelta(months=1)),
                ]
            )
            self._add_unlisted(record.company_id, documents - record.line_ids.document_id)

    @api.model
    def _add_unlisted(self, company, documents):
        """Give documents of months that have a list a line of their own, as received and not at DIAN."""
        by_month = defaultdict(self.env[DOCUMENT].browse)
        for document in documents:
            if document.issue_date and document.document_type not in (False, *places.NO_PURCHASES):
                by_month[document.issue_date.replace(day=1)] += document
        lists = self.env["l10n_co.dian.list"].search(
            [("company_id", "=", company.id), ("month", "in", list(by_month))]
        )
        return self.create(
            [
                {
                    **{ours: document[theirs] for ours, theirs in OF_DOCUMENT.items()},
                    "group": "received",
                    "company_id": company.id,
                    "list_id": record.id,
                    "document_id": document.id,
                    "kind": dict(
                        document._fields["document_type"]._description_selection(self.env)
                    )[document.document_type],
                }
                for record in lists
                for document in by_month[record.month]
            ]
        )

    # ---- actions ---------------------------------------------------------------------------------

    def action_ask_supplier(self):
        """:return: action that writes to the suppliers of these lines, one mail each"""
        rights.check_user(self.env)
        self.check_access("read")
        missing = self.filtered(lambda line: line.place == "missing")
        if not missing:
            raise UserError(self.env._("None of these documents is missing."))
        ask = self.env["l10n_co.dian.list.ask"]._begin(missing)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask the suppliers"),
            "res_model": ask._name,
            "res_id": ask.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_events_done(self):
        """A person says that the buyer's events of these invoices were sent, at DIAN's portal or elsewhere."""
        rights.check_user(self.env)
        self.check_access("read")
        self.sudo().events_done_on = fields.Datetime.now()

    def action_open(self):
        """:return: action on what is here of the document: its invoice, else what was received"""
        self.ensure_one()
        self.check_access("read")
        record = self.move_id or self.document_id
        if not record:
            raise UserError(self.env._("Nothing of this document is here yet."))
        return record._get_records_action()


def _is_credit_note(document):
    return document.document_type in places.CREDIT_NOTES


def _facts(item):
    """:return: values of a line, as the list has them: what a list does not say takes nothing away"""
    facts = {
        "is_listed": True,
        "type_code": item.type_code,
        "kind": item.kind,
        "cufe": item.cufe,
        "number": item.number,
        "issuer_nit": item.issuer_nit,
        "issuer_name": item.issuer_name,
        "receiver_nit": item.receiver_nit,
        "receiver_name": item.receiver_name,
        "issue_date": item.issue_date,
        "received_on": item.received_on,
        "total": item.total and float(item.total),
        "tax": item.tax and float(item.tax),
        "currency_name": item.currency,
        "is_credit": item.is_credit,
        "status": item.status,
        "group": item.group,
    }
    return {name: value for name, value in facts.items() if value not in (None, "")}
