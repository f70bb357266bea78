from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..shared.reason_mixin import REASONS
from . import todo_query

MODULE = "l10n_co_einvoice_mail"
ACCOUNT = (
    "active",
    "l10n_co_company_id",
    "l10n_co_failure_code",
    "l10n_co_notices",
    "l10n_co_password_expiry",
    "l10n_co_certificate_expiry",
)


class Todo(models.Model):
    """The list of what needs a person, whatever it is: each line says what happened and what to do, and does it.

    A line is there as long as its cause is: nothing is copied, so nothing can be forgotten on the list.
    """

    _name = "l10n_co.todo"
    _description = "What needs a person (Colombian e-invoice mail)"
    _auto = False
    _order = "place, since desc, id desc"
    _rec_name = "subject"
    # What the lines come from: written before the list is read, and read anew after it has changed.
    _depends = {
        "fetchmail.server": [
            *ACCOUNT, "state", "error_date", "l10n_co_append_only", "l10n_co_last_success",
        ],
        "ir.mail_server": [*ACCOUNT, "l10n_co_state"],
        "l10n_co.outgoing.mail": [
            "company_id", "state", "handled_on", "is_document", "res_model", "res_id", "date",
        ],
        "l10n_co.trusted.certificate": ["state", "authority_key"],
        "l10n_co.received.document": [
            "company_id", "state", "handled_on", "reason_code", "dian_certificate_id", "event_code",
            "signer_authority_key",
            "document_type", "move_id", "booking", "amount_total", "currency_id", "accepted_by_id", "signer_id",
            "partner_id", "supplier_name", "supplier_nit", "number", "cufe", "written_on",
        ],
        "l10n_co.known.signer": ["company_id", "state"],
        "l10n_co.received.mail": [
            "company_id", "state", "handled_on", "reason_code", "remark_data", "document_ids", "written_on",
        ],
        "account.move": [
            "l10n_co_needs_review", "company_id", "amount_total", "currency_id", "commercial_partner_id",
            "invoice_partner_display_name", "ref", "name", "l10n_co_cufe",
        ],
        "mail.activity": ["res_model", "res_id", "user_id", "date_deadline", "active"],
        "res.company": ["l10n_co_bill_policy", "l10n_co_answer_days"],
    }  # fmt: skip

    kind = fields.Selection(
        [
            ("mailbox", "Mailboxes with trouble"),
            ("sender", "Sending accounts with trouble"),
            ("unsent", "Documents that were not sent"),
            ("certificate", "Certificates to confirm"),
            ("signer", "Signers to decide about"),
            ("claim", "Claims of customers"),
            ("review", "Documents to review"),
            ("contradiction", "Accepted, and refused by the checks since"),
            ("rejected", "Rejected documents"),
            ("unbilled", "Documents without bill"),
            ("difference", "Bills with differences"),
            ("failed", "Mails that failed"),
        ],
        readonly=True,
    )
    place = fields.Integer(readonly=True, aggregator=None)
    company_id = fields.Many2one("res.company", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True, aggregator=None)
    since = fields.Datetime(readonly=True)
    count = fields.Integer(string="How many", readonly=True)
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    supplier = fields.Char(readonly=True)
    nit = fields.Char(string="NIT", readonly=True)
    number = fields.Char(readonly=True)
    cufe = fields.Char(string="CUFE", readonly=True)
    age = fields.Selection(
        [
            ("today", "Today"),
            ("days", "Up to 3 days"),
            ("week", "Up to a week"),
            ("month", "Up to a month"),
            ("older", "Longer"),
        ],
        string="Waits",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Assigned to", readonly=True)
    deadline = fields.Date(string="Until", readonly=True)
    subject = fields.Text(compute="_compute_texts")
    reason = fields.Text(string="What happened", compute="_compute_texts")
    next_step = fields.Text(string="What to do", compute="_compute_texts")
    way = fields.Char(compute="_compute_texts")
    told = fields.Text(string="What happened, and what to do", compute="_compute_texts")

    @property
    def _table_query(self):
        return todo_query.query(self._kinds())

    @api.model
    def _kinds(self):
        """:return: {kind: todo_query.Kind}, in the order in which they are looked at"""
        return todo_query.KINDS

    @api.model
    def _search_panel_selection_range(self, field_name, **kwargs):
        # EXTENDS web: what is to be looked at first is first there too
        kinds = super()._search_panel_selection_range(field_name, **kwargs)
        order = list(self._kinds())
        return sorted(kinds, key=lambda kind: order.index(kind["id"]))

    # ---- what a line says ------------------------------------------------------------------------

    @api.depends("kind", "res_id", "count")
    @api.depends_context("lang")
    def _compute_texts(self):
        for lines in self.grouped("res_model").values():
            # The line is the reader's to see, by the rule of its company; so is what it says.
            records = self.env[lines[0].res_model].sudo().browse(lines.mapped("res_id"))
            for line, record in zip(lines, records, strict=True):
                tell = getattr(line, f"_tell_{line.kind}", line._tell_document)
                line.subject, line.reason, line.next_step = tell(record)
                line.told = "\n".join(filter(None, (line.reason, line.next_step)))
                line.way = line.kind == "rejected" and record.way

    def _tell_mailbox(self, mailbox):
        return mailbox.name, mailbox.l10n_co_problem, False

    def _tell_sender(self, server):
        problem = server.l10n_co_failure or "\n".join(server._l10n_co_causes().values())
        return server.name, problem, False

    def _tell_unsent(self, mail):
        return f"{mail.document_name or mail.subject or ''} · {mail.email_to}", mail.failure, False

    def _tell_certificate(self, certificate):
        if certificate.state == "met":
            happened = self.env._(
                "It issued the certificates that %(documents)s documents of %(suppliers)s suppliers are signed with, "
                "and is not known here.",
                documents=certificate.document_count,
                suppliers=certificate.supplier_count,
            )
            return (
                certificate.name,
                happened,
                self.env._("Read its certificate, compare it and confirm it."),
            )
        waiting = certificate.waiting_count
        happened = self.env._("It was met for the first time. Documents waiting: %s.", waiting)
        return certificate.name, happened, self.env._("Compare its data and confirm it.")

    def _tell_signer(self, signer):
        return (
            signer.display_name,
            self.env._(
                "It has not signed for this supplier before. Documents waiting: %s.",
                signer.waiting_count,
            ),
            self.env._("If you know that it signs for the supplier, know it; otherwise refuse it."),
        )

    def _tell_document(self, document):
        subject = (
            f"{document.display_name} · {document.supplier_name or document.supplier_nit or ''}"
        )
        return subject, self._with_silence(document, document.reason), document.next_step

    def _with_silence(self, record, reason):
        """:return: the reason, and that whoever sent it was written to and did not answer"""
        if not record.written_on:
            return reason
        silence = self.env._(
            "Written on %(day)s to %(address)s; no answer.",
            day=format_date(self.env, record.written_on),
            address=record.written_to,
        )
        return f"{reason or ''} {silence}".strip()

    def _tell_contradiction(self, document):
        subject, reason, next_step = self._tell_document(document)
        accepted = self.env._("%s accepted it.", document.accepted_by_id.name)
        return subject, f"{accepted} {reason}", next_step

    def _tell_claim(self, document):
        subject, _reason, _next_step = self._tell_document(document)
        invoice = document.referenced_move_id.name or document.referenced_cufe or "?"
        return (
            subject,
            self.env._("The customer claims against your invoice %s.", invoice),
            self.env._("Speak with the customer: a credit note may be due."),
        )

    def _tell_unbilled(self, document):
        subject, reason, next_step = self._tell_document(document)
        if reason:
            return subject, reason, next_step
        return (
            subject,
            self.env._("It is accepted, and has no bill."),
            self.env._("Create the bill."),
        )

    def _tell_difference(self, bill):
        notices = bill._l10n_co_open_notices()
        told = [
            bill.env["l10n_co.reason.mixin"]._describe(item["code"], item["data"])
            for item in notices[:1]
        ]
        reason, next_step = told[0] if told else (False, False)
        return f"{bill.ref or bill.name or ''} · {bill.partner_id.name or ''}", reason, next_step

    def _tell_failed(self, mail):
        if self.count == 1:
            subject = f"{mail.subject or ''} · {mail.email_from or ''}"
            return subject, self._with_silence(mail, mail.reason), mail.next_step
        title = REASONS[mail.reason_code].title if mail.reason_code in REASONS else ""
        subject = self.env._(
            "%(count)s mails: %(cause)s", count=self.count, cause=self.env._(title)
        )
        return subject, False, mail.next_step

    # ---- what a line does ------------------------------------------------------------------------

    def _record(self):
        """:return: the record behind the line, with the user's own rights"""
        self.ensure_one()
        self.check_access("read")
        return self.env[self.res_model].browse(self.res_id)

    def action_next(self):
        """Do the next thing.

        :return: what the record's own method answers
        """
        method = self._kinds()[self.kind].action
        return getattr(self._record(), method)() if method else self.action_open()

    def action_open(self):
        """:return: action on what the line is about"""
        record = self._record()
        if self.kind == "failed" and self.count > 1:
            return self._open_mails(record)
        if self.kind == "claim" and record.referenced_move_id:
            record = record.referenced_move_id
        action = record._get_records_action()
        view = self._form_view()
        return {**action, "views": [(view.id, "form")]} if view else action

    def _form_view(self):
        names = {"mailbox": "mailbox_view_form", "sender": "sending_account_view_form"}
        return self.kind in names and self.env.ref(f"{MODULE}.{names[self.kind]}")

    def _open_mails(self, mail):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"{MODULE}.received_mail_action")
        return {
            **action,
            "name": self.subject,
            "domain": self._mails_domain(mail),
            "context": {"search_default_waiting": 1},
        }

    def _mails_domain(self, mail):
        return [("company_id", "=", mail.company_id.id), ("reason_code", "=", mail.reason_code)]

    def action_assign(self):
        """:return: action that asks who does these lines, and until when
        :raise UserError: they are about records of several kinds, or of one that nobody is given
        """
        models = set(self.mapped("res_model"))
        if len(models) != 1 or "activity_ids" not in self.env[models.pop()]._fields:
            raise UserError(
                self.env._(
                    "Choose lines of one kind, about documents or bills: they can be assigned."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assign"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": self[0].res_model,
                "active_ids": self.mapped("res_id"),
                "active_id": self[0].res_id,
            },
        }

    def action_set_done(self):
        """A person has nothing more to do with what this line is about."""
        for line in self:
            records = line._record()
            if "handled_on" not in records._fields:
                raise UserError(
                    self.env._("«%s» is gone from the list when its cause is gone.", line.subject)
                )
            if line.kind == "failed":
                waiting = [("state", "=", "failed"), ("handled_on", "=", False)]
                records = records.search(line._mails_domain(records) + waiting)
            records.action_set_done()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
