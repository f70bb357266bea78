from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.models.shared import rights
from odoo.exceptions import UserError

from ..radian.events import CLAIM_CONCEPTS
from . import words

KINDS = {
    "receipts": ("030", "032"),
    "030": ("030",),
    "032": ("032",),
    "031": ("031",),
    "033": ("033",),
}


class RadianSend(models.TransientModel):
    """Which event is sent about which invoices, decided by a person."""

    _name = "l10n_co.radian.send"
    _description = "Send events to DIAN (Colombia)"

    document_ids = fields.Many2many("l10n_co.received.document", string="Invoices", readonly=True)
    kind = fields.Selection(
        [
            ("receipts", "Receipt of the invoice, then of goods or services (030 and 032)"),
            ("030", "Receipt of the invoice (030)"),
            ("032", "Receipt of goods or services (032)"),
            ("031", "Claim (031)"),
            ("033", "Express acceptance (033)"),
        ],
        string="Event",
        default="receipts",
        required=True,
    )
    concept = fields.Selection(list(CLAIM_CONCEPTS.items()), string="What is claimed")
    person_id = fields.Many2one(
        "l10n_co.radian.person", string="Received by", help="Empty: whoever receives for you."
    )
    environment = fields.Selection(
        [("2", "Test (habilitación)"), ("1", "Production")], compute="_compute_objections"
    )
    allowed_count = fields.Integer(string="Can be sent", compute="_compute_objections")
    objections = fields.Text(string="Cannot be sent", compute="_compute_objections")

    @api.depends("document_ids", "kind")
    @api.depends_context("lang")
    def _compute_objections(self):
        for send in self:
            account = self.env["l10n_co.radian.account"]._of(send.document_ids.company_id[:1])
            found = {document: send._reason(document) for document in send.document_ids}
            send.environment = account.environment
            send.allowed_count = sum(not reason for reason in found.values())
            send.objections = "\n".join(
                f"{document.number}: {reason}" for document, reason in found.items() if reason
            )

    def _reason(self, document):
        """:return: why nothing of it can be sent, "" where something can"""
        ahead, reasons = set(), []
        for code in KINDS[self.kind]:
            found = document._radian_objections(code, ahead)
            if not found:
                return ""
            reasons += found
            ahead.add(code)
        return words.in_one(self.env, reasons[-1], {"until": document.radian_claim_until or "?"})

    def action_send(self):
        """Let the events wait to be sent.

        :return: action on them
        :raise UserError: none of them may be sent
        """
        self.ensure_one()
        rights.check_user(self.env)
        documents, codes = self.document_ids, KINDS[self.kind]
        documents.check_access("read")
        for code in codes:
            documents._check_radian_user(code)
        for company in documents.company_id:
            self.env["l10n_co.radian.account"]._check_ready(company)
        if self.kind == "031" and not self.concept:
            raise UserError(self.env._("Choose what is claimed."))
        self._check_person(documents)
        events, refused = self.env["l10n_co.radian.event"]._plan(documents, codes, **self._values())
        if not events:
            reason = next(iter(refused.values()), "event_done")
            until = documents[:1].radian_claim_until or "?"
            raise UserError(words.in_one(self.env, reason, {"until": until}))
        return events.with_env(self.env)._get_records_action(name=self.env._("Events sent to DIAN"))

    def _check_person(self, documents):
        """:raise UserError: who received is another company's"""
        if self.person_id and self.person_id.company_id != documents.company_id:
            raise UserError(self.env._("Who receives belongs to another company."))

    def _values(self):
        values = {"concept": self.concept} if self.kind == "031" else {}
        if self.person_id:
            values["person_id"] = self.person_id.id
        return values
