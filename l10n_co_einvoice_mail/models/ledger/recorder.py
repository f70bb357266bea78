from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from odoo.fields import Command, Domain

from ...dian import issuers, rules
from ...dian.content import differences_between
from ...dian.evidence import Context, Evidence
from ...dian.nit import normalise
from ...dian.signer import fingerprint
from .document_types import APPLICATION_RESPONSE, CUFE_FIELDS, DOCUMENT_TYPES, EVENTS
from .known_signer import is_unknown

KNOWN_TYPES = frozenset(dict(DOCUMENT_TYPES))
KNOWN_EVENTS = frozenset(dict(EVENTS))

STATE_OF_OUTCOME = {
    rules.Outcome.ACCEPT: "accepted",
    rules.Outcome.REVIEW: "review",
    rules.Outcome.REJECT: "rejected",
}
# A further copy of a document replaces what is held only when more is proven of it: first its state, then
# DIAN's answer.
STATE_RANK = {"rejected": 0, "review": 1, "accepted": 2}


@dataclass(eq=False)
class Arrival:
    """An e-document on its way to a record."""

    edocument: object  # dian.reader.EDocument
    source: object  # ir.attachment: the mail or file it came in
    companies: object  # res.company it may be addressed to; the first one keeps what is addressed to nobody here
    mail: object = None  # l10n_co.received.mail; None for an uploaded file
    subject: str | None = None
    company: object = None  # res.company: the one of `companies` that it is addressed to
    served_nits: frozenset = frozenset()
    evidence: object = None  # dian.evidence.Evidence
    verdict: object = None  # dian.rules.Verdict
    differs: bool = False  # whether it says something else than the document that is held
    values: dict = field(default_factory=dict)

    @property
    def key(self):
        """What makes a document the same document: its code within its company. Without a code it is only itself."""
        return self.values["company_id"], self.values["cufe"] or id(self)

    @property
    def is_rejected(self):
        return self.values["state"] == "rejected"

    @property
    def is_told(self):
        """Whether its mail was read before, and ended for the same reason."""
        return bool(self.mail) and self.mail.reason_code == self.values["reason_code"]

    @property
    def rank(self):
        return _rank(self.values["state"], self.values["dian_status"])


def _rank(state, dian_status):
    return STATE_RANK[state], dian_status == "validated"


def _rank_of(document):
    """What is proven of a document that is held; what a person accepted proves nothing."""
    return _rank(document.verdict or document.state, document.dian_status)


class Recorder:
    """Turns what was read into records: routes by the receiver's NIT, applies the rules, records no document twice.

    Works as superuser: nobody else writes these records.
    """

    def __init__(self, env):
        self.env = env(su=True)
        self._known = {}  # company: as `_known_signers` answers

    def record(self, arrivals):
        """Record e-documents. One that is held and comes from the same mail or file again is judged again.

        :param list arrivals: Arrival objects
        :return: list of (document, code, data) in the order of `arrivals`. code is None for a
            document recorded as accepted or to review, "duplicate" for a copy of one that is held
            already, else the code of its rejection.
        :raise psycopg2.errors.UniqueViolation: another transaction has recorded one of them
            meanwhile; its row is not visible before this transaction ends, so the caller rolls back
            and tries again
        """
        self._appraise(arrivals)
        held = self._held_documents(arrivals)
        judged = self._judged(arrivals, held)
        new = [arrival for key, arrival in judged.items() if key not in held]
        for key in judged.keys() & held.keys():
            held[key]._take_verdict(judged[key].values)
        held.update(zip((arrival.key for arrival in new), self._create(new), strict=True))
        outcomes = [
            self._outcome(arrival, held[arrival.key], judged.get(arrival.key) is arrival)
            for arrival in arrivals
        ]
        created = set(new)
        for arrival in arrivals:
            if arrival.mail and arrival not in created:
                held[arrival.key].mail_ids = [Command.link(arrival.mail.id)]
        return outcomes

    def record_upload(self, edocument, source, company):
        """Record an e-document that a user uploaded, or that came by a journal's alias.

        :param dian.reader.EDocument edocument: what the file holds
        :param source: ir.attachment of the file
        :param company: the company whose journal it was given to; a document for another one is rejected
        :return: the document, which may be one that the mailbox brought already
        """
        [(document, _code, _data)] = self.record(
            [Arrival(edocument=edocument, source=source, companies=company)]
        )
        return document

    def record_again(self, documents):
        """Judge documents anew that came in no mail. Those whose file is gone stay as they are."""
        for document in documents:
            edocument = document._read_edocument()
            if edocument:
                arrival = Arrival(
                    edocument=edocument,
                    source=document.source_attachment_id,
                    companies=document.company_id,
                )
                self._appraise([arrival])
                document._take_verdict(arrival.values)

    # ---- records ---------------------------------------------------------------------------------

    def _held_documents(self, arrivals):
        """:return: {key of an arrival: the document that is recorded already}"""
        cufes = {arrival.values["cufe"] for arrival in arrivals} - {None}
        documents = self.env["l10n_co.received.document"].search(
            [
                ("cufe", "in", list(cufes)),
                ("company_id", "in", [arrival.values["company_id"] for arrival in arrivals]),
            ]
        )
        return {(document.company_id.id, document.cufe): document for document in documents}

    def _judged(self, arrivals, held):
        """:return: {key: the arrival that makes the document what it is}: of a new one the best, of one that is
        held the best that came in its own mail or file. The others are copies.
        """
        judged = {}
        for arrival in arrivals:
            document = held.get(arrival.key)
            if not document or document.source_attachment_id == arrival.source:
                best = judged.get(arrival.key, arrival)
                judged[arrival.key] = max(best, arrival, key=lambda a: a.rank)
        return judged

    def _create(self, arrivals):
        quiet = {
            "tracking_disable": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
        }
        return (
            self.env["l10n_co.received.document"]
            .with_context(**quiet)
            .create(
                [
                    {
                        **arrival.values,
                        "mail_ids": [Command.link(mail.id) for mail in arrival.mail or ()],
                    }
                    for arrival in arrivals
                ]
            )
        )

    def _outcome(self, arrival, document, is_judged):
        """:return: (document, code, data) of one arrival whose document is held now"""
        if is_judged and document.state != "rejected":
            return document, None, None
        self._compare(arrival, document)
        if arrival.is_rejected:
            if document.state != "rejected" and not arrival.is_told:
                document._note_rejected_copy(
                    arrival.values["reason_code"], arrival.values["reason_data"]
                )
            return document, arrival.values["reason_code"], arrival.values["reason_data"]
        if document.source_attachment_id == arrival.source and not arrival.differs:
            return document, None, None
        if arrival.rank > _rank_of(document):
            document._replace_evidence(arrival.values)
            return document, None, None
        data = {"number": document.number or "", "supplier": document.supplier_name or ""}
        return document, "copy_differs" if arrival.differs else "duplicate", data

    def _compare(self, arrival, document):
        """Where an arrival and the document that is held say something else, keep what is proven less of the two."""
        content = arrival.edocument.content
        if document.content_key == str(content):
            return
        held = document._read_edocument()
        if not held or not content.differs_from(held.content):
            return
        arrival.differs = True
        rank, Copy = _rank_of(document), self.env["l10n_co.received.copy"]
        if arrival.is_rejected or arrival.rank <= rank:
            is_doubtful = not arrival.is_rejected and arrival.rank == rank
            found = differences_between(held.document, arrival.edocument.document)
            Copy._keep(document, arrival.values, found, is_doubtful)
        else:
            # The document takes over what the arrival says; what it said until now becomes the copy.
            found = differences_between(arrival.edocument.document, held.document)
            Copy._forget(document, str(content))
            Copy._keep(document, document._as_copy(held), found, document._is_used())

    @cached_property
    def _currencies(self):
        """{ISO code: id} of every currency, active or not: a document in an inactive one is not in another one"""
        currencies = self.env["res.currency"].with_context(active_test=False).search([])
        return {currency.name: currency.id for currency in currencies}

    # ---- appraisal -------------------------------------------------------------------------------

    def _appraise(self, arrivals):
        """Apply the rules to each arrival and work out the values of its record."""
        for arrival in arrivals:
            by_nit = _companies_by_nit(arrival.companies)
            receiver = normalise(arrival.edocument.document.receiver.id_number)
            arrival.company = by_nit.get(receiver.number, arrival.companies[:1])
            arrival.served_nits = frozenset(by_nit)
        known_cufes = self._known_cufes(arrivals)
        for arrival in arrivals:
            context = Context(
                trust=self._trust,
                served_nits=arrival.served_nits,
                subject=arrival.subject,
                known_cufes=known_cufes[arrival.company.id],
                known_signers=tuple(self._known_signers(arrival.company)),
            )
            arrival.evidence = Evidence(arrival.edocument, context)
            arrival.verdict = rules.evaluate(arrival.evidence)
            arrival.values = self._values(arrival)
        self._link_dian_certificates(arrivals)

    def _known_cufes(self, arrivals):
        """:return: {id of a company: of the CUFEs that notes among the arrivals correct, those of its documents that
        are recorded, have a bill, or arrive together with them}
        """
        named, known = set(), defaultdict(set)
        for arrival in arrivals:
            document = arrival.edocument.document
            known[arrival.company.id].add(document.code)
            if not document.is_response:
                named.update(reference.cufe for reference in document.references)
        Document, Move = self.env["l10n_co.received.document"], self.env["account.move"]
        kept = [(Document, "cufe", Domain("state", "!=", "rejected"))]
        kept += [(Move, name, Domain.TRUE) for name in CUFE_FIELDS if name in Move._fields]
        here = Domain("company_id", "in", list(known))
        for Model, name, condition in kept if named else ():
            for record in Model.search(here & condition & Domain(name, "in", list(named))):
                known[record.company_id.id].add(record[name])
        return {company: frozenset(codes) for company, codes in known.items()}

    @cached_property
    def _trust(self):
        return self.env["l10n_co.trusted.certificate"]._trust_store()

    def _known_signers(self, company):
        """:return: {dian.signers.KnownSigner: record} of a company"""
        if company not in self._known:
            self._known[company] = self.env["l10n_co.known.signer"]._known_to(company)
        return self._known[company]

    def _values(self, arrival):
        document, verdict, company = arrival.edocument.document, arrival.verdict, arrival.company
        facts = (_response_facts if document.is_response else _document_facts)(document)
        reason = verdict.reason
        currency = self._currencies.get(facts.pop("currency"), company.currency_id.id)
        values = {
            **facts,
            "company_id": company.id,
            "currency_id": currency,
            "dian_status": verdict.dian_status,
            "signature_state": verdict.document_signature,
            "state": STATE_OF_OUTCOME[verdict.outcome],
            "reason_code": reason and reason.code,
            "reason_data": reason and reason.data,
            "warning_data": [
                {"code": finding.code, "data": finding.data} for finding in verdict.warnings
            ],
            "check_data": _checks(arrival.evidence),
            "content_key": str(arrival.edocument.content),
            "proof_data": [{"code": item.code, "data": item.data} for item in verdict.proof],
            **_authority(arrival.edocument.signature),
            "dian_certificate_id": False,
            "source_attachment_id": arrival.source.id,
            **self._signer_values(arrival),
        }
        values["verdict"] = values["state"]
        return {**values, **self.env["l10n_co.received.document"]._values_when_recorded(values)}

    def _signer_values(self, arrival):
        """:return: values that lead to the signer, and what follows from its being refused"""
        evidence, verdict, company = arrival.evidence, arrival.verdict, arrival.company
        if known := evidence.signer.known:
            return {"signer_id": self._known_signers(company)[known].id}
        if verdict.outcome is not rules.Outcome.REVIEW or not is_unknown(evidence):
            return {"signer_id": False}
        signer = self.env["l10n_co.known.signer"]._meet(company, evidence)
        if signer.state != "refused":
            return {"signer_id": signer.id}
        return {
            "signer_id": signer.id,
            "state": "rejected",
            "reason_code": "signer_refused",
            "reason_data": {**verdict.findings[0].data, "signer": evidence.signer.shown},
        }

    def _link_dian_certificates(self, arrivals):
        """Show DIAN's signing certificates that were met for the first time to a person."""
        waiting = [a for a in arrivals if a.verdict.unconfirmed_dian_certificate]
        if not waiting:
            return
        known = self.env["l10n_co.trusted.certificate"]._meet_dian_signers(
            [arrival.verdict.unconfirmed_dian_certificate for arrival in waiting]
        )
        for arrival in waiting:
            certificate = known[fingerprint(arrival.verdict.unconfirmed_dian_certificate)]
            arrival.values["dian_certificate_id"] = certificate.id


def _authority(signature):
    """:return: values that say who issued the certificate of a document's signer"""
    certificate = signature.certificate
    return {
        "signer_authority": certificate and issuers.name(certificate.issuer),
        "signer_authority_key": certificate and issuers.identity_of_issuer(certificate),
    }


def _checks(evidence):
    """:return: what was checked of each signature, as the document's form shows it"""
    edocument = evidence.edocument
    parts = [("document", edocument.signature), ("container", edocument.container_signature)]
    parts += [("answer", answer.signature) for answer in edocument.answers]
    return [
        _check(part, signature, evidence.context.trust) for part, signature in parts if signature
    ]


def _check(part, signature, trust):
    certificate, at = signature.certificate, signature.signing_time
    trusted = certificate and (
        "confirmed"
        if part == "answer" and trust.is_confirmed_dian(certificate)
        else trust.chain_state(certificate, at, signature.intermediates).value
    )
    return {
        "part": part,
        "integrity": signature.integrity.value,
        "signer": signature.signer_name,
        "nit": signature.signer_nit,
        "signed_on": at and at.isoformat(sep=" ", timespec="minutes"),
        "trust": trusted,
    }


def _companies_by_nit(companies):
    """:return: {NIT without check digit: company}; a company without a NIT receives nothing"""
    nits = ((normalise(company.vat or ""), company) for company in companies)
    return {nit.number: company for nit, company in nits if nit.number}


def _document_facts(document):
    supplier, customer, totals = document.supplier, document.customer, document.totals
    return {
        "document_type": document.type_code if document.type_code in KNOWN_TYPES else False,
        "number": document.number,
        "cufe": document.cufe,
        "issue_date": document.issue_date,
        "due_date": document.due_on,
        "supplier_nit": supplier and supplier.id_number,
        "supplier_name": supplier and (supplier.name or supplier.trade_name),
        "receiver_nit": customer and customer.id_number,
        "currency": document.currency,
        "exchange_rate": _exchange_rate(document),
        "amount_untaxed": totals and float(totals.line_extension or 0),
        "amount_tax": float(sum(tax.amount or 0 for tax in document.taxes)),
        "amount_total": totals and float(totals.payable or 0),
        "referenced_cufe": next((r.cufe for r in document.references if r.cufe), None),
    }


def _exchange_rate(document):
    rate = document.exchange_rate
    return float((rate and rate.price_of(document.currency)) or 0)


def _response_facts(response):
    reference = response.responses[0].reference if response.responses else None
    sender, receiver = response.sender, response.receiver
    return {
        "document_type": APPLICATION_RESPONSE,
        "event_code": response.type_code if response.type_code in KNOWN_EVENTS else False,
        "number": response.number,
        "cufe": response.code,
        "issue_date": response.issue_date,
        "supplier_nit": sender and sender.id_number,
        "supplier_name": sender and (sender.name or sender.trade_name),
        "receiver_nit": receiver and receiver.id_number,
        "currency": None,
        "referenced_cufe": reference and reference.cufe,
    }
