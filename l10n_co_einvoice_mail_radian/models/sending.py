import base64
from datetime import timedelta

from odoo import fields
from odoo.addons.l10n_co_einvoice_mail.dian.nit import normalise
from odoo.addons.l10n_co_einvoice_mail.models.shared import transactions

from ..radian.client import Client, NotProcessed, ServiceError, Uncertain
from ..radian.document import (
    NIT,
    TAX_SCHEMES,
    EventFacts,
    Invoice,
    Party,
    event_document,
    signature_place,
)
from ..radian.events import EVENTS
from ..radian.signing import sign
from .radian_account import now
from .res_company import colombian_day

#: DIAN is asked what became of an event when it had the time to note it.
ASK_AFTER = timedelta(minutes=5)
#: What waits for another event is looked at again that soon.
NEXT_LOOK = timedelta(minutes=1)


class FactsMissing(Exception):
    """The invoice does not say what the event has to repeat; the text names it."""


class Sending:
    """One event at its next step: it is handed over, or DIAN is asked for it.

    It is noted as `unknown`, and that is committed, before it is handed over.
    """

    #: Questions that DIAN does not answer clearly; then a person decides.
    QUESTIONS = 3

    def __init__(self, event, account, identity):
        self.event = event
        self.env = event.env
        self.account = account
        self.identity = identity
        self.client: Client = account._client(identity, event)

    def run(self):
        """Take the step; what came of it is committed."""
        event = self.event.try_lock_for_update(allow_referencing=True)
        if not event or event.state not in ("waiting", "unknown"):
            return
        if event.environment != self.account.environment:
            event._refuse("event_environment")
        elif event.state == "unknown":
            self._ask()
        else:
            self._send()
        transactions.commit(self.env)

    # ---- handing over ----------------------------------------------------------------------------

    def _send(self):
        if not self._may_go():
            return
        try:
            xml = self._xml()
        except FactsMissing as missing:
            self.event._refuse("event_not_understood", {"what": str(missing)})
            return
        if not xml:
            self.event._refuse("event_no_xml")
            return
        self._note_handed_over()
        try:
            status = self.client.send_event(xml, self.event.cude)
        except NotProcessed as error:
            self.event.state = "waiting"
            self.event._postpone(error.code, error.data)
        except Uncertain as error:
            self._note_uncertain(error)
        else:
            self._take(status)

    def _may_go(self):
        """:return: whether it may be sent now; else it waits for another event, or is refused"""
        event, document = self.event, self.event.document_id
        found = document._radian_objections(event.code, without=event)
        if not found:
            return True
        needs = EVENTS[event.code].needs
        on_their_way = {needs.get(code) for code in document._radian_subject().waiting}
        if set(found) <= on_their_way:
            event.try_on = fields.Datetime.now() + NEXT_LOOK
        else:
            event._refuse(found[0], event._limits())
        return False

    def _note_handed_over(self):
        self.event.write(
            {
                "state": "unknown",
                "attempts": self.event.attempts + 1,
                "questions": 0,
                "try_on": fields.Datetime.now() + ASK_AFTER,
                "reason_code": "uncertain",
                "reason_data": False,
            }
        )
        transactions.commit(self.env)

    def _note_uncertain(self, error):
        self.event.write(
            {
                "reason_code": "uncertain",
                "reason_data": error.data,
                "try_on": fields.Datetime.now() + ASK_AFTER,
            }
        )

    def _take(self, status):
        event, xml = self.event, base64.b64encode(status.xml) or False
        if status.is_approved:
            event._approve(colombian_day(event.issued_on), status.text, xml)
        elif status.is_unauthorised:
            event._refuse("unauthorised", {"answer": status.text}, status.text, xml)
        elif status.is_decided:
            if not self._was_sent_elsewhere():
                event._refuse("refused", {"answer": status.text}, status.text, xml)
        else:
            self._note_uncertain(Uncertain("uncertain"))

    def _was_sent_elsewhere(self):
        """DIAN refuses what it has already, in words of its own: it is asked what it has.

        :return: whether it has the event, which counts as approved then
        """
        document = self.event.document_id
        try:
            return document._radian_take_recorded(self.client.events(document.cufe), self.event)
        except ServiceError:
            return False

    # ---- asking ----------------------------------------------------------------------------------

    def _ask(self):
        """Ask DIAN for what was handed over: only what it says that it has not is handed over again."""
        event, document = self.event, self.event.document_id
        try:
            if document._radian_take_recorded(self.client.events(document.cufe), event):
                return
            status = self.client.status(event.cude)
        except ServiceError as error:
            event.questions += 1
            event._postpone("uncertain", error.data)
            return
        if status.is_approved:
            event._approve(colombian_day(event.issued_on), status.text)
        elif status.is_unknown:
            event.write({"state": "waiting", "try_on": fields.Datetime.now()})
        else:
            event.questions += 1
            event._postpone("uncertain", {"answer": status.text})

    # ---- the document ----------------------------------------------------------------------------

    def _xml(self):
        """:return: the signed event; the one that was handed over before, if it is of today. None without the invoice's
            XML
        :raise FactsMissing: see there
        """
        event = self.event.with_context(bin_size=False)
        is_todays = event.issued_on and colombian_day(event.issued_on) == _today()
        if event.xml and is_todays:
            return base64.b64decode(event.xml)
        edocument = event.document_id._read_edocument()
        if not edocument:
            return None
        facts = self._facts(edocument.document)
        root = event_document(facts)
        xml = sign(root, signature_place(root), self.identity, facts.issued_at)
        event.write(
            {
                "number": facts.number,
                "cude": facts.cude,
                "issued_on": facts.issued_at.replace(tzinfo=None),
                "xml": base64.b64encode(xml),
            }
        )
        return xml

    def _facts(self, invoice):
        event = self.event
        return EventFacts(
            event.code,
            # A number that DIAN refused once may be used up.
            self.account.sequence_id.next_by_id(),
            now().replace(microsecond=0),
            event.environment,
            self.account._party(),
            _supplier(invoice.issuer),
            Invoice(invoice.number, invoice.cufe, invoice.type_code),
            self.account._software(),
            event.person_id._facts() if event.person_id else None,
            event.concept or "",
        )


def _supplier(issuer):
    """:return: document.Party of the invoice's issuer"""
    id_type = issuer.id_type or NIT
    number = normalise(issuer.id_number).number if id_type == NIT else issuer.id_number
    if not number or not issuer.name:
        raise FactsMissing("CompanyID, RegistrationName")
    scheme = issuer.tax_scheme if issuer.tax_scheme in TAX_SCHEMES else "ZZ"
    return Party(issuer.name, number, id_type, issuer.organization_type or "1", scheme)


def _today():
    return colombian_day(fields.Datetime.now())
