from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.models.shared import rights
from odoo.exceptions import UserError

from ..radian.events import CLAIM_CONCEPTS, EVENTS
from . import words
from .sending import Sending

EVENT = "l10n_co.radian.event"
#: On their way: they forbid what an approved one forbids.
OPEN = ("waiting", "unknown")


class RadianEvent(models.Model):
    """An event of ours about a supplier's invoice, from the decision to send it to DIAN's answer.

    `unknown` is what was handed over and never answered: DIAN is asked for it before it is handed over again.
    """

    _name = EVENT
    _inherit = ["l10n_co.evidence.mixin", "l10n_co.handled.mixin"]
    _description = "Event sent to DIAN (Colombia)"
    _order = "id desc"
    _rec_name = "display_name"
    _check_company_auto = True
    _is_all_evidence = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    document_id = fields.Many2one(
        "l10n_co.received.document",
        string="Invoice",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    supplier_name = fields.Char(related="document_id.supplier_name")
    move_id = fields.Many2one(related="document_id.move_id")
    code = fields.Selection(
        [
            ("030", "030 Receipt of the invoice"),
            ("032", "032 Receipt of goods or services"),
            ("031", "031 Claim"),
            ("033", "033 Express acceptance"),
        ],
        string="Event",
        required=True,
        readonly=True,
    )
    environment = fields.Selection(
        [("2", "Test (habilitación)"), ("1", "Production")], required=True, readonly=True
    )
    concept = fields.Selection(list(CLAIM_CONCEPTS.items()), string="Claim", readonly=True)
    person_id = fields.Many2one("l10n_co.radian.person", string="Received by", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting to be sent"),
            ("unknown", "Outcome not known"),
            ("approved", "Approved by DIAN"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    is_automatic = fields.Boolean(string="Sent by itself", readonly=True)
    is_foreign = fields.Boolean(
        string="Sent elsewhere", readonly=True, help="DIAN had it already: another program sent it."
    )
    number = fields.Char(readonly=True, help="The event's own.")
    cude = fields.Char(string="CUDE", readonly=True)
    issued_on = fields.Datetime(readonly=True)
    approved_on = fields.Date(readonly=True, help="Day of the event, as DIAN has it.")
    attempts = fields.Integer(readonly=True, help="How often it was handed over, or tried to.")
    questions = fields.Integer(readonly=True, help="How often DIAN was asked for it in vain.")
    try_on = fields.Datetime(string="Next try", readonly=True)
    xml = fields.Binary(string="XML", readonly=True, attachment=True)
    xml_name = fields.Char(compute="_compute_names")
    answer = fields.Text(string="DIAN's answer", readonly=True)
    answer_xml = fields.Binary(string="DIAN's signed answer", readonly=True, attachment=True)
    answer_name = fields.Char(compute="_compute_names")
    reason_code = fields.Char(readonly=True)
    reason_data = fields.Json(readonly=True)
    reason = fields.Text(compute="_compute_reason")
    next_step = fields.Text(string="What to do", compute="_compute_reason")
    call_ids = fields.One2many("l10n_co.radian.call", "event_id", string="Requests")

    _one_of_a_kind = models.UniqueIndex(
        "(document_id, code, environment) WHERE state != 'refused'",
        "This event of the invoice is there already, or on its way.",
    )
    _due = models.Index("(company_id, try_on) WHERE state IN ('waiting', 'unknown')")

    @api.depends("code", "document_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for event in self:
            event.display_name = f"{labels.get(event.code)}, {event.document_id.number or ''}"

    @api.depends("number")
    def _compute_names(self):
        for event in self:
            event.xml_name = f"ar_{event.number or event.id}.xml"
            event.answer_name = f"dian_{event.number or event.id}.xml"

    @api.depends("reason_code", "reason_data")
    @api.depends_context("lang")
    def _compute_reason(self):
        for event in self:
            event.reason, event.next_step = words.told(
                self.env, event.reason_code, event.reason_data
            )

    # ---- deciding --------------------------------------------------------------------------------

    @api.model
    def _plan(self, documents, codes, **values):
        """Let events wait to be sent, as far as DIAN's rules let them be sent.

        Works as superuser: the caller has asked whether the user may.

        :param codes: in the order in which they are sent
        :param values: of the new events
        :return: (events, {document: code of the reason why one may not be sent})
        """
        events, refused = self.sudo(), {}
        for document in documents.sudo():
            account = self.env["l10n_co.radian.account"]._of(document.company_id)
            ahead = set()
            for code in codes:
                found = document._radian_objections(code, ahead)
                if found == ["event_done"]:
                    ahead.add(code)
                    continue
                person = values.get("person_id") or self._person_of(document)
                if not found and EVENTS[code].names_person and not person:
                    found = ["event_no_person"]
                if found or not account:
                    refused[document] = found[0] if found else "not_ready"
                    break
                ahead.add(code)
                events += events.create(
                    {
                        **values,
                        "company_id": document.company_id.id,
                        "document_id": document.id,
                        "code": code,
                        "environment": account.environment,
                        "person_id": EVENTS[code].names_person and person,
                        "try_on": fields.Datetime.now(),
                    }
                )
        if events:
            self.env["l10n_co.radian.account"]._trigger()
        return events, refused

    def _person_of(self, document):
        people = self.env["l10n_co.radian.person"]
        return people._for(document.company_id, self.env.user).id

    # ---- sending ---------------------------------------------------------------------------------

    @api.model
    def _radian_due(self, company, limit):
        """:return: the events of a company that are to be sent or asked for now, prerequisites first"""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", OPEN),
                ("try_on", "<=", fields.Datetime.now()),
            ],
            order="try_on, document_id, code, id",
            limit=limit,
        )

    def _radian_work(self, account, identity):
        """Send it, or ask what became of it; committed piece by piece."""
        Sending(self, account, identity).run()

    def _radian_failed(self, code, data, is_passing=False):
        """What went wrong in a way that `Sending` does not know."""
        self._postpone(code, data)

    def _postpone(self, code, data=None):
        """Try again later, at growing intervals."""
        pause = timedelta(minutes=min(5 * 2 ** min(self.attempts + self.questions, 8), 12 * 60))
        self.write(
            {
                "reason_code": code,
                "reason_data": data or False,
                "try_on": fields.Datetime.now() + pause,
            }
        )

    def _approve(self, day, answer, xml=False, is_foreign=False):
        self.write(
            {
                "state": "approved",
                "approved_on": day,
                "answer": answer,
                "answer_xml": xml,
                "is_foreign": is_foreign,
                "reason_code": False,
                "reason_data": False,
            }
        )

    def _refuse(self, code, data=None, answer=False, xml=False):
        self.write(
            {
                "state": "refused",
                "reason_code": code,
                "reason_data": data or False,
                "answer": answer,
                "answer_xml": xml,
            }
        )

    # ---- actions ---------------------------------------------------------------------------------

    def action_send(self):
        """A person wants it now: what waits is sent, what is not known is asked for, what was refused is made anew."""
        self._check_user()
        for event in self.sudo().filtered(lambda event: event.state == "refused"):
            if found := event.document_id._radian_objections(event.code):
                raise UserError(words.in_one(self.env, found[0], event._limits()))
        for event in self.sudo().filtered(lambda event: event.state != "approved"):
            values = {"try_on": fields.Datetime.now(), "questions": 0}
            if event.state == "refused":
                values |= {"state": "waiting", "xml": False, "reason_code": False}
            event.write(values)
        self.env["l10n_co.radian.account"]._trigger()
        return True

    def action_send_again(self):
        """DIAN was asked and did not say whether it has it: a person decides that it has not.

        :raise UserError: DIAN was not asked often enough yet
        """
        self._check_user()
        for event in self.sudo():
            if not event._is_left_to_person():
                raise UserError(self.env._("DIAN is asked first what became of it."))
            event.write({"state": "waiting", "try_on": fields.Datetime.now(), "questions": 0})
        self.env["l10n_co.radian.account"]._trigger()
        return True

    def _check_user(self):
        """:raise AccessError: the user may not declare what one of these events says"""
        rights.check_user(self.env)
        self.check_access("read")
        for event in self:
            event.document_id._check_radian_user(event.code)

    def _is_left_to_person(self):
        return self.state == "unknown" and self.questions >= Sending.QUESTIONS

    def _limits(self):
        return {"until": fields.Date.to_string(self.document_id.radian_claim_until) or "?"}

    def action_open_document(self):
        """:return: action on the invoice"""
        return self.document_id._get_records_action()
