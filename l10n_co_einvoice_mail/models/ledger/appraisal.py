from collections import defaultdict
from functools import cached_property

from odoo.fields import Domain

from ...dian import rules
from ...dian.evidence import Context, Evidence
from ...dian.nit import normalise
from ...dian.signer import fingerprint
from .document_facts import authority_of, checks_of, facts_of
from .document_types import CUFE_FIELDS
from .known_signer import is_unknown

STATE_OF_OUTCOME = {
    rules.Outcome.ACCEPT: "accepted",
    rules.Outcome.REVIEW: "review",
    rules.Outcome.REJECT: "rejected",
}


class Appraisal:
    """Applies the rules to arrivals and works out the values of their records: routes by the receiver's NIT, with the
    trust and the signers known now.

    Works as superuser.
    """

    def __init__(self, env):
        self.env = env(su=True)
        self._known = {}  # company: as `_known_signers` answers

    def appraise(self, arrivals):
        """Apply the rules to each arrival and work out the values of its record."""
        by_nits = {}
        for arrival in arrivals:
            companies = arrival.companies
            by_nit = by_nits.get(companies) or by_nits.setdefault(
                companies, _companies_by_nit(companies)
            )
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
        facts = facts_of(document)
        reason = verdict.reason
        currency = self._currencies.get(facts.pop("currency"), company.currency_id.id)
        values = {
            # Before the amounts: by it Odoo rounds them.
            "company_id": company.id,
            "currency_id": currency,
            **facts,
            "dian_status": verdict.dian_status,
            "signature_state": verdict.document_signature,
            "state": STATE_OF_OUTCOME[verdict.outcome],
            "reason_code": reason and reason.code,
            "reason_data": reason and reason.data,
            "warning_data": [
                {"code": finding.code, "data": finding.data} for finding in verdict.warnings
            ],
            "check_data": checks_of(arrival.evidence),
            "content_key": arrival.edocument.digest,
            "proof_data": [{"code": item.code, "data": item.data} for item in verdict.proof],
            **authority_of(arrival.edocument.signature),
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

    @cached_property
    def _currencies(self):
        """{ISO code: id} of every currency, active or not: a document in an inactive one is not in another one"""
        currencies = self.env["res.currency"].with_context(active_test=False).search([])
        return {currency.name: currency.id for currency in currencies}


def _companies_by_nit(companies):
    """:return: {NIT without check digit: company}; a company without a NIT receives nothing"""
    nits = ((normalise(company.vat or ""), company) for company in companies)
    return {nit.number: company for nit, company in nits if nit.number}
