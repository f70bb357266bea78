import base64

from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.models.shared import rights
from odoo.exceptions import AccessError

from ..radian import events as rules
from ..radian.events import EVENTS, Subject
from .radian_event import EVENT, OPEN
from .res_company import colombian_day
from .words import in_one

#: What tells whether a document awaits events, and where it stands before the first.
AWAITING = ("document_type", "payment_form", "state")
NO_EVENT = "missing"
#: Declarations about a debt: a manager's.
OF_MANAGERS = frozenset({rules.CLAIM, rules.ACCEPT})


class ReceivedDocument(models.Model):
    """What DIAN was told about a supplier's invoice."""

    _name = "l10n_co.received.document"
    _inherit = ["l10n_co.received.document", "l10n_co.radian.errand.mixin"]

    fetched_on = fields.Datetime(
        string="Fetched from DIAN on", readonly=True, help="It never came by mail."
    )
    radian_event_ids = fields.One2many(
        EVENT, "document_id", string="Events sent to DIAN", readonly=True
    )
    radian_step = fields.Selection(
        [
            ("missing", "No event"),
            ("acknowledged", "Invoice received (030)"),
            ("received", "Goods received (032)"),
            ("claimed", "Claimed against (031)"),
            ("accepted", "Accepted (033)"),
        ],
        string="Events at DIAN",
        compute="_compute_radian_step",
        store=True,
        index="btree_not_null",
        help="Of purchases on credit.",
    )
    radian_open_count = fields.Integer(string="On their way", compute="_compute_radian_open_count")
    radian_claim_until = fields.Date(string="Claim until", compute="_compute_radian_claim_until")
    radian_answer = fields.Text(string="What DIAN said last", compute="_compute_radian_answer")

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS main: no event of a new document was sent, and its row is not written once more to say so
        return super().create(
            [
                {**vals, "radian_step": _awaits_events(*map(vals.get, AWAITING)) and NO_EVENT}
                for vals in vals_list
            ]
        )

    @api.depends(
        "document_type", "payment_form", "state", "radian_event_ids.state",
        "radian_event_ids.environment",
    )  # fmt: skip
    def _compute_radian_step(self):
        for document in self:
            is_due = _awaits_events(*(document[name] for name in AWAITING))
            approved = document._radian_codes(("approved",)) if is_due else ()
            document.radian_step = is_due and next(
                (step for code, step in STEPS if code in approved), NO_EVENT
            )

    @api.depends("radian_event_ids.state")
    def _compute_radian_open_count(self):
        for document in self:
            document.radian_open_count = len(
                document.sudo().radian_event_ids.filtered(lambda event: event.state in OPEN)
            )

    @api.depends("radian_event_ids.state", "create_date")
    def _compute_radian_claim_until(self):
        for document in self:
            start = document._radian_clock_start()
            document.radian_claim_until = start and document.company_id.sudo()._radian_claim_until(
                start
            )

    @api.depends("radian_failure")
    @api.depends_context("lang")
    def _compute_radian_answer(self):
        for document in self:
            failure = document.radian_failure or {}
            document.radian_answer = in_one(self.env, failure.get("code"), failure.get("data"))

    def _radian_clock_start(self):
        """:return: the day from which the days to claim are counted; None while they do not run"""
        if self.document_type != rules.INVOICE_TYPE or self.payment_form != rules.CREDIT:
            return None
        if self.company_id.sudo().l10n_co_radian_clock_start == "invoice":
            return self.create_date and colombian_day(self.create_date)
        received = self._radian_events().filtered(
            lambda event: event.code == rules.RECEIVE and event.state == "approved"
        )
        return received.approved_on

    # ---- the rules -------------------------------------------------------------------------------

    def _radian_events(self):
        """:return: the events of the environment that the company works in, as superuser"""
        events = self.sudo().radian_event_ids
        if not events:
            return events
        account = self.env["l10n_co.radian.account"].sudo()
        account = account.search([("company_id", "=", self.company_id.id)])
        return events.filtered(lambda event: event.environment == account.environment)

    def _radian_codes(self, states):
        return frozenset(
            self._radian_events().filtered(lambda event: event.state in states).mapped("code")
        )

    def _radian_subject(self, without=None):
        """:param without: l10n_co.radian.event that does not count
        :return: events.Subject: what DIAN's rules ask about the invoice
        """
        own = self._radian_events() - (without or self.env[EVENT])
        # Of the supplier: by mail.
        told = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("referenced_cufe", "=", self.cufe),
                ("event_code", "!=", False),
                ("state", "=", "accepted"),
            ]
        )
        today = colombian_day(fields.Datetime.now())
        return Subject(
            self.document_type or "",
            self.payment_form or "",
            self.state == "accepted",
            bool(self.cufe),
            frozenset(
                [*own.filtered(lambda event: event.state == "approved").mapped("code"),
                 *told.mapped("event_code")]
            ),
            frozenset(own.filtered(lambda event: event.state in OPEN).mapped("code")),
            bool(self.radian_claim_until and today > self.radian_claim_until),
        )  # fmt: skip

    def _radian_objections(self, code, ahead=(), without=None):
        """:param ahead: codes of events that are about to be sent before it
        :param without: the event that is to be sent itself; what is on its way proves nothing for it yet
        :return: codes of the reasons why the event may not be sent about this invoice
        """
        subject = self._radian_subject(without)
        waited_for = set(ahead) if without else {*ahead, *subject.waiting}
        return rules.objections(code, subject, waited_for)

    def _check_radian_user(self, code):
        """:raise AccessError: the user may not declare this"""
        rights.check_user(self.env)
        if code in OF_MANAGERS and not rights.has(self.env, rights.MANAGER):
            raise AccessError(
                self.env._(
                    "Only a manager of the e-invoice mail claims against invoices or accepts them."
                )
            )

    def _radian_apply(self, moment):
        """Send by itself what the company's policy says for this moment: receipts, and nothing else.

        :param str moment: of `res_company.MOMENTS`
        """
        for company, documents in self.sudo().grouped("company_id").items():
            codes = [
                c for c in (rules.ACKNOWLEDGE, rules.RECEIVE) if company._radian_moment(c) == moment
            ]
            if codes and self.env["l10n_co.radian.account"]._of(company):
                credit = documents.filtered(lambda document: document.payment_form == rules.CREDIT)
                self.env[EVENT]._plan(credit, codes, is_automatic=True)

    def _follow_up(self):  # pylint: disable=missing-return
        # EXTENDS l10n_co_einvoice_mail
        super()._follow_up()
        self.filtered(lambda document: document.state == "accepted")._radian_apply("accepted")

    def _goods_received(self):  # pylint: disable=missing-return
        # EXTENDS l10n_co_einvoice_mail
        super()._goods_received()
        self._radian_apply("received")

    def _radian_read_payment_form(self):
        """Read how these invoices are paid, of those that were recorded before that was kept."""
        for document in self:
            edocument = document._read_edocument()
            form = edocument and edocument.document.payment_form
            if form in dict(self._fields["payment_form"].selection):
                document.payment_form = form

    # ---- what DIAN has ---------------------------------------------------------------------------

    def _radian_take_recorded(self, recorded, event=None):
        """Note the events that DIAN has of this invoice, whoever sent them.

        :param recorded: tuple of answers.Recorded
        :param event: the one that is asked for
        :return: whether DIAN has that one
        """
        account = self.env["l10n_co.radian.account"].sudo()._of(self.company_id)
        own = {item.code: item for item in self._radian_events() if item.state != "refused"}
        for item in recorded:
            if item.code not in EVENTS:
                continue
            ours = own.get(item.code) or self.env[EVENT].sudo().create(
                {
                    "company_id": self.company_id.id,
                    "document_id": self.id,
                    "code": item.code,
                    "environment": account.environment,
                    "number": item.number,
                    "cude": item.cude,
                }
            )
            if ours.state != "approved":
                ours._approve(item.day, False, is_foreign=item.cude != ours.cude or not ours.xml)
        return bool(event) and event.state == "approved"

    def action_radian_ask(self):
        """Ask DIAN which events it has of these invoices: those that were sent elsewhere are noted."""
        rights.check_user(self.env)
        self.check_access("read")
        for company in self.company_id:
            self.env["l10n_co.radian.account"]._check_ready(company)
        self.filtered("radian_step")._radian_order()
        return True

    def _radian_ask(self, account, identity):
        # EXTENDS l10n_co.radian.errand.mixin: which events it has
        self._radian_take_recorded(account._client(identity).events(self.cufe))

    def _proof_files(self):
        # EXTENDS l10n_co_einvoice_mail: what DIAN was told, and what it answered
        files = super()._proof_files()
        for event in self._radian_events().with_context(bin_size=False).sorted("id"):
            name = f"evento-{event.code}-{event.id}"
            parts = ((f"{name}.xml", event.xml), (f"{name}-respuesta.xml", event.answer_xml))
            files += [(part, base64.b64decode(content)) for part, content in parts if content]
        return files

    # ---- actions ---------------------------------------------------------------------------------

    def action_radian_send(self):
        """:return: action that asks which event is sent about these invoices"""
        rights.check_user(self.env)
        self.check_access("read")
        # A claim or an acceptance is never proposed.
        kind = "032" if self[:1].radian_step == "acknowledged" else "receipts"
        send = self.env["l10n_co.radian.send"].create(
            {"document_ids": [fields.Command.set(self.ids)], "kind": kind}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send events to DIAN"),
            "res_model": send._name,
            "res_id": send.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_radian_open_events(self):
        """:return: action on the events of these invoices"""
        return self.radian_event_ids._get_records_action(name=self.env._("Events sent to DIAN"))


#: The furthest that is there.
STEPS = (
    (rules.ACCEPT, "accepted"),
    (rules.CLAIM, "claimed"),
    (rules.RECEIVE, "received"),
    (rules.ACKNOWLEDGE, "acknowledged"),
)


def _awaits_events(document_type, payment_form, state):
    """:return: whether it is a purchase on credit"""
    is_bought = (document_type, payment_form) == (rules.INVOICE_TYPE, rules.CREDIT)
    return is_bought and state == "accepted"
