"""The table of rules by which a document is accepted, reviewed or rejected, and its judge."""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509

from ..evidence import AnswerState, Evidence, unconfirmed_dian_certificate
from ..finding import Finding
from ..proof import proof_of
from ..signature import Integrity
from ..signers import Assessment
from ..trust import ChainState
from .objections import REJECTING, REVIEWING
from .reasons import READING_RULES
from .remarks import REMARKS
from .rule import Outcome, Scope

#: Every reason of the reading side by its code, the gravest first within each outcome.
RULES = {rule.code: rule for rule in (*REJECTING, *REVIEWING, *REMARKS, *READING_RULES)}
_JUDGING = {
    is_event: tuple(
        rule
        for rule in RULES.values()
        if rule.scope in (Scope.BOTH, Scope.EVENT if is_event else Scope.DOCUMENT)
    )
    for is_event in (False, True)
}
_SIGNATURE_STATES = {
    Integrity.ROOT_DIGEST: "broken",
    Integrity.BROKEN: "broken",
    Integrity.UNCHECKED: "unchecked",
    Integrity.UNSIGNED: "unsigned",
}


@dataclass(frozen=True)
class Verdict:
    """What becomes of a document, and why."""

    #: ACCEPT (perhaps with remarks), REVIEW or REJECT
    outcome: Outcome
    #: The gravest first
    findings: tuple[Finding, ...]
    #: "valid" (intact, from a trust anchor), "untrusted" (intact), "broken", "unchecked", "unsigned"
    document_signature: str
    #: "validated" or "rejected" where DIAN's answer is proven, "missing" otherwise
    dian_status: str
    #: To be confirmed by a person before DIAN's answer counts
    unconfirmed_dian_certificate: x509.Certificate | None
    #: Who signed, and what that proves
    signer: Assessment
    #: What is proven by whom, and what was not checked: codes of `proof.STATEMENTS`
    proof: tuple[Finding, ...]

    @property
    def reason(self) -> Finding | None:
        """Why it is not accepted; None where it is."""
        return None if self.outcome is Outcome.ACCEPT else self.findings[0]

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Everything else that is to be said."""
        return self.findings if self.outcome is Outcome.ACCEPT else self.findings[1:]

    @property
    def may_be_overridden(self) -> bool:
        """May a manager accept the document in spite of everything that was found?"""
        return may_be_overridden(finding.code for finding in self.findings)


def may_be_overridden(codes: Iterable[str]) -> bool:
    """May a manager accept a document of which these codes were found? Not where one is unknown."""
    return all(code in RULES and RULES[code].may_be_overridden for code in codes)


def evaluate(evidence: Evidence) -> Verdict:
    """Judge a document by every rule that concerns its kind."""
    common = _common_data(evidence)
    findings, worst = [], Outcome.ACCEPT
    for rule in _JUDGING[evidence.is_event]:
        data = rule.check(evidence) if rule.check else None
        if data is not None:
            findings.append(Finding(rule.code, {**common, **data}))
            worst = max(worst, rule.outcome, key=lambda outcome: outcome.severity)
    return Verdict(
        Outcome.ACCEPT if worst is Outcome.WARN else worst,
        tuple(findings),
        _signature_state(evidence),
        _dian_status(evidence),
        unconfirmed_dian_certificate(evidence),
        evidence.signer,
        proof_of(evidence),
    )


def _common_data(evidence):
    """What any sentence may name."""
    document = evidence.document
    return {
        "number": document.number or "-",
        "type": document.type_code or "-",
        "supplier": evidence.issuer.name or "-",
        "supplier_nit": evidence.issuer.id_number or "-",
        "receiver": evidence.receiver.name or "-",
        "receiver_nit": evidence.receiver.id_number or "-",
    }


def _signature_state(evidence):
    state = _SIGNATURE_STATES.get(evidence.signature.integrity)
    if state is None:
        state = "valid" if evidence.chain is ChainState.TRUSTED else "untrusted"
    return state


def _dian_status(evidence):
    answer = evidence.validation
    if answer is None or answer.state is not AnswerState.PROVEN:
        return "missing"
    if answer.is_validated:
        return "validated"
    return "rejected" if answer.is_rejected else "missing"
