"""The checks of the table of rules: evidence -> None where all is well, else data for the sentence.

Dates, numbers and names are handed on as they stand; amounts with two decimals.
"""

import re

from .. import codes
from ..arithmetic import differences
from ..authorities import carries
from ..evidence import AnswerState, Evidence
from ..nit import Nit, check_digit
from ..signature import Integrity
from ..signers import Standing
from ..trust import ChainState

#: Of a finding: the values of its sentence's placeholders.
Data = dict[str, str]
#: DIAN may be down (04) or the issuer may (03): the document travels before DIAN has seen it.
CONTINGENCY_TYPES = frozenset({"03", "04"})
#: Issued by the buyer himself (05, 95), no fiscal document (96), or payroll (102, 103).
NEVER_RECEIVED = frozenset({"05", "95", "96", "102", "103"})
#: RADIAN events that concern a mere buyer or seller; the others are about a title's holders.
USUAL_EVENTS = frozenset({"030", "031", "032", "033", "034"})
CONSECUTIVE = re.compile(r"[0-9]{1,18}")
SHA384_HEX = re.compile(r"[0-9a-f]{96}")
#: What a unique code may be called, by type of document.
SCHEMES = {"01": "CUFE-SHA384", "02": "CUFE-SHA384", "04": "CUFE-SHA384"}
OTHER_SCHEME = "CUDE-SHA384"
#: Notes of these operations correct an invoice that they must name (annex 1.9).
WITH_REFERENCE = frozenset({"20", "30"})
#: Notification of an answer that has none.
NO_REMARK = frozenset({"0000", "0"})
NIT_TYPE = "31"
FORWARDED = re.compile(r"^\s*(?:(?:fwd?|rv|re|reenv)\s*:\s*)+", re.IGNORECASE)
LISTED = 5


def _met(condition):
    """Data of a finding whose sentence needs none of its own."""
    return {} if condition else None


def _listed(items):
    """The first few of a list, for a sentence."""
    return ", ".join(items[:LISTED]) + (" ..." if len(items) > LISTED else "")


# Who and where


def test_environment(evidence: Evidence) -> Data | None:
    answers = (answer.response.environment for answer in evidence.edocument.answers)
    return _met(codes.TEST_ENVIRONMENT in (evidence.document.environment, *answers))


def final_consumer(evidence: Evidence) -> Data | None:
    return _met(evidence.receiver.id_number == codes.FINAL_CONSUMER)


def receiver_unknown(evidence: Evidence) -> Data | None:
    nit = evidence.receiver.id_number
    return _met(nit != codes.FINAL_CONSUMER and not evidence.serves(nit))


def event_unrelated(evidence: Evidence) -> Data | None:
    nits = (evidence.issuer.id_number, evidence.receiver.id_number)
    return _met(not any(map(evidence.serves, nits)))


def type_unsupported(evidence: Evidence) -> Data | None:
    known = evidence.document.type_code in codes.DOCUMENT_TYPES
    return _met(not known or evidence.document.type_code in NEVER_RECEIVED)


def event_unsupported(evidence: Evidence) -> Data | None:
    return _met(not evidence.document.is_event)


def event_unusual(evidence: Evidence) -> Data | None:
    return _met(evidence.document.is_event and evidence.document.type_code not in USUAL_EVENTS)


def cufe_malformed(evidence: Evidence) -> Data | None:
    return _met(not SHA384_HEX.fullmatch(evidence.code or ""))


def cufe_scheme(evidence: Evidence) -> Data | None:
    document = evidence.fiscal
    expected = SCHEMES.get(document.type_code or "", OTHER_SCHEME)
    if document.cufe_scheme in (expected, None):
        return None
    return {"scheme": document.cufe_scheme, "expected": expected}


def incomplete(evidence: Evidence) -> Data | None:
    document = evidence.fiscal
    needed = {
        "ID": document.number,
        "IssueDate": document.issue_date,
        "CompanyID": document.supplier.id_number,
        "PayableAmount": document.totals.payable,
    }
    missing = [name for name, value in needed.items() if value is None]
    return {"fields": ", ".join(missing)} if missing else None


# DIAN's answer


def _answer_is(*states):
    def check(evidence):
        validation = evidence.validation
        if validation is None or validation.state not in states:
            return None
        return {"signer": _signer_of(validation.signature)}

    return check


def _signer_of(signature):
    if signature.certificate is None:
        return "-"
    return f"{signature.signer_name or '-'} ({signature.signer_nit or '-'})"


answer_forged = _answer_is(AnswerState.FORGED)
answer_altered = _answer_is(AnswerState.ALTERED)
dian_signer_untrusted = _answer_is(AnswerState.UNTRUSTED)
dian_signer_unconfirmed = _answer_is(AnswerState.UNCONFIRMED)


def answer_unchecked(evidence: Evidence) -> Data | None:
    validation = evidence.validation
    if validation is None or validation.state is not AnswerState.UNCHECKED:
        return None
    return {"detail": validation.signature.detail}


def answer_contradicts(evidence: Evidence) -> Data | None:
    validation = evidence.validation
    if validation is None or validation.state is not AnswerState.CONTRADICTING:
        return None
    return {"contradictions": _listed(validation.contradictions)}


def answer_mismatch(evidence: Evidence) -> Data | None:
    validation = evidence.validation
    if validation is None or validation.state is not AnswerState.MISMATCH:
        return None
    reference = validation.response.reference
    return {"other": (reference and reference.number) or "-"}


def _proven(evidence):
    """DIAN's answer, where it is proven to be one."""
    validation = evidence.validation
    proven = validation is not None and validation.state is AnswerState.PROVEN
    return validation if proven else None


def dian_rejected(evidence: Evidence) -> Data | None:
    answer = _proven(evidence)
    return {"remarks": _remarks(answer) or "-"} if answer and answer.is_rejected else None


def dian_answer_unknown(evidence: Evidence) -> Data | None:
    answer = _proven(evidence)
    if answer is None or answer.is_validated or answer.is_rejected:
        return None
    return {"code": answer.response.code or "-"}


def dian_remarks(evidence: Evidence) -> Data | None:
    answer = _proven(evidence)
    remarks = answer and answer.is_validated and _remarks(answer)
    return {"remarks": remarks} if remarks else None


def _remarks(validation):
    return _listed(
        [
            f"{item.code or ''} {item.description or ''}".strip()
            for item in validation.response.notifications
            if item.code not in NO_REMARK
        ]
    )


def dian_answer_missing(evidence: Evidence) -> Data | None:
    return _met(not evidence.validations and not _is_contingency(evidence))


def dian_answer_pending(evidence: Evidence) -> Data | None:
    return _met(not evidence.validations and _is_contingency(evidence))


def _is_contingency(evidence):
    return evidence.document.type_code in CONTINGENCY_TYPES


def event_answer_missing(evidence: Evidence) -> Data | None:
    return _met(not evidence.validations)


# The document's signature


def document_broken(evidence: Evidence) -> Data | None:
    return _met(evidence.signature.integrity is Integrity.BROKEN)


def document_unsigned(evidence: Evidence) -> Data | None:
    return _met(evidence.signature.integrity is Integrity.UNSIGNED)


def document_unchecked(evidence: Evidence) -> Data | None:
    signature = evidence.signature
    return {"detail": signature.detail} if signature.integrity is Integrity.UNCHECKED else None


def document_altered(evidence: Evidence) -> Data | None:
    """Content changed after signing, and contradicts what was not changed with it.

    When only the digest of the document fails, the signer did sign something, but nobody can tell
    what: a relay that re-wrapped lines leaves the same trace as a forger, and the CUFE cannot be
    recomputed without the issuer's secret key. What can be told is whether the document still
    agrees with itself and with the parts that are proven: its sums, the CUFE in its QR code, the
    CUFE in a container whose own signature is intact, the signer who must be the issuer or his
    provider. A change of white space disturbs none of them, so a document that contradicts itself
    was altered in substance: rejected. One that agrees is not thereby genuine: a person looks
    (`document_changed`).
    """
    contradictions = _contradictions(evidence)
    return {"contradictions": _listed(contradictions)} if contradictions else None


def document_changed(evidence: Evidence) -> Data | None:
    changed = evidence.signature.integrity is Integrity.ROOT_DIGEST
    return _met(changed and not _contradictions(evidence))


def _contradictions(evidence):
    if evidence.signature.integrity is not Integrity.ROOT_DIGEST:
        return []
    found = [] if evidence.is_event else [item.text for item in differences(evidence.document)]
    container_is_intact = (
        evidence.edocument.container_signature is not None
        and evidence.edocument.container_signature.integrity is Integrity.INTACT
    )
    if container_is_intact and container_mismatch(evidence) is not None:
        found.append("AttachedDocument")
    if not evidence.is_event and qr_mismatch(evidence) is not None:
        found.append("QRCode")
    if _is_signed_by_other(evidence):
        found.append(_signer_of(evidence.signature))
    return found


def document_signer_untrusted(evidence: Evidence) -> Data | None:
    return _signer_in_chain_state(evidence, ChainState.UNTRUSTED)


def document_signer_unchecked(evidence: Evidence) -> Data | None:
    return _signer_in_chain_state(evidence, ChainState.UNCHECKED)


def _signer_in_chain_state(evidence, state):
    """Of a signer whom nobody knows: a certificate that a person knows needs no authority."""
    signer = evidence.signer
    if not _is_intact(evidence) or signer.chain is not state or signer.known:
        return None
    issuer = evidence.signature.certificate.issuer.rfc4514_string()
    return {"signer": signer.shown, "authority": issuer[:200]}


def signer_unknown(evidence: Evidence) -> Data | None:
    """Somebody else, whose certificate a trusted authority issued."""
    return _unknown_signer(evidence, ChainState.TRUSTED)


def certificate_unknown(evidence: Evidence) -> Data | None:
    """No authority proves whose it is, so that only a person can: whatever it says, anybody could have made it."""
    return _unknown_signer(evidence, ChainState.UNCHECKED)


def _unknown_signer(evidence, chain):
    """Of a signer whom nobody knows. Where authorities are loaded and none issued the certificate, that is the reason
    (`document_signer_untrusted`).
    """
    is_reason = _waits_for_signer(evidence) and evidence.signer.chain is chain
    return {"signer": evidence.signer.shown} if is_reason else None


def _waits_for_signer(evidence):
    """Does a person have to say whether this signer may sign for the supplier?"""
    is_unknown = evidence.signer.standing is Standing.UNKNOWN
    return is_unknown and not evidence.is_event and evidence.context.known_signers is not None


def document_signer_other(evidence: Evidence) -> Data | None:
    is_other = _is_intact(evidence) and _is_signed_by_other(evidence) and not evidence.signer.known
    is_remark = is_other and not _waits_for_signer(evidence)
    return {"signer": evidence.signer.shown} if is_remark else None


def document_signer_unnamed(evidence: Evidence) -> Data | None:
    is_open = _is_intact(evidence) and _signed_by_party(evidence) is None
    is_remark = is_open and not evidence.signer.known and not _waits_for_signer(evidence)
    return {"signer": evidence.signer.shown} if is_remark else None


def _is_intact(evidence):
    return evidence.signature.integrity is Integrity.INTACT


def _is_signed_by_other(evidence):
    return _signed_by_party(evidence) is False


def _signed_by_party(evidence):
    """Is the signer the party itself or, as often, the provider that it names? None: nobody can tell."""
    signature = evidence.signature
    provider = None if evidence.is_event else evidence.document.software_provider_nit
    return carries(signature.signer_nit, provider) or evidence.signer.is_supplier


def certificate_expired(evidence: Evidence) -> Data | None:
    signature = evidence.signature
    at, end = signature.signing_time, signature.valid_to
    if signature.valid_at_signing is not False or at is None or end is None:
        return None
    return {
        "signer": _signer_of(signature),
        "signed": at.date().isoformat(),
        "valid_to": end.date().isoformat(),
    }


def policy_unknown(evidence: Evidence) -> Data | None:
    return _met(evidence.signature.certificate is not None and not evidence.signature.policy_known)


# The container, the subject, the PDF


def container_unsigned(evidence: Evidence) -> Data | None:
    signature = evidence.edocument.container_signature
    return _met(signature is not None and signature.integrity is Integrity.UNSIGNED)


def container_broken(evidence: Evidence) -> Data | None:
    signature = evidence.edocument.container_signature
    broken = (Integrity.BROKEN, Integrity.ROOT_DIGEST)
    return _met(signature is not None and signature.integrity in broken)


def container_mismatch(evidence: Evidence) -> Data | None:
    facts = evidence.edocument.container_facts
    if facts is None:
        return None
    same_cufe = facts.cufe in (evidence.code, None)
    same_number = facts.number in (evidence.document.number, None)
    return None if same_cufe and same_number else {"other": facts.number or "-"}


def pdf_missing(evidence: Evidence) -> Data | None:
    return _met(evidence.edocument.pdf is None)


def subject_mismatch(evidence: Evidence) -> Data | None:
    """Annex 1.9, 9.1: NIT; name; number; type; trade name. Names may hold `;`, so order is not."""
    subject = evidence.context.subject
    if subject is None:
        return None
    written = [part.strip() for part in FORWARDED.sub("", subject).split(";")]
    number, nit = evidence.document.number, evidence.issuer.id_number
    as_asked = number in written and any(carries(part, nit) for part in written)
    return None if as_asked else {"subject": subject[:200]}


# What the document says


def totals_differ(evidence: Evidence) -> Data | None:
    if evidence.signature.integrity is Integrity.ROOT_DIGEST:
        return None
    found = [item.text for item in differences(evidence.fiscal)]
    return {"differences": _listed(found)} if found else None


def values_malformed(evidence: Evidence) -> Data | None:
    malformed = evidence.document.malformed
    return {"fields": _listed(malformed)} if malformed else None


def values_ambiguous(evidence: Evidence) -> Data | None:
    ambiguous = evidence.document.ambiguous
    return {"fields": _listed(ambiguous)} if ambiguous else None


def qr_mismatch(evidence: Evidence) -> Data | None:
    qr_code = (evidence.fiscal.qr_code or "").lower()
    named = re.findall(r"[0-9a-f]{96}", qr_code)
    return _met(bool(named) and evidence.code not in named)


def check_digit_wrong(evidence: Evidence) -> Data | None:
    issuer = evidence.issuer
    if issuer.id_type != NIT_TYPE or not issuer.check_digit or not issuer.id_number:
        return None
    if Nit(issuer.id_number, issuer.check_digit).is_consistent:
        return None
    return {"written": issuer.check_digit, "expected": check_digit(issuer.id_number) or "-"}


def date_outside_authorization(evidence: Evidence) -> Data | None:
    range_, issued = evidence.fiscal.authorization, evidence.fiscal.issue_date
    if range_ is None or issued is None:
        return None
    too_early = range_.start is not None and issued < range_.start
    too_late = range_.end is not None and issued > range_.end
    if not (too_early or too_late):
        return None
    return {"issued": issued.isoformat(), "start": str(range_.start), "end": str(range_.end)}


def number_outside_authorization(evidence: Evidence) -> Data | None:
    range_, number = evidence.fiscal.authorization, evidence.fiscal.number
    if range_ is None or range_.first is None or range_.last is None:
        return None
    consecutive = (number or "").removeprefix(range_.prefix or "")
    if not CONSECUTIVE.fullmatch(consecutive) or range_.first <= int(consecutive) <= range_.last:
        return None
    return {"first": str(range_.first), "last": str(range_.last)}


def reference_missing(evidence: Evidence) -> Data | None:
    document = evidence.fiscal
    named = any(reference.cufe for reference in document.references)
    return _met((document.operation or "") in WITH_REFERENCE and not named)


def reference_unknown(evidence: Evidence) -> Data | None:
    known = evidence.context.known_cufes
    if known is None:
        return None
    unknown = [
        reference.number or "-"
        for reference in evidence.fiscal.references
        if reference.cufe and reference.cufe not in known
    ]
    return {"references": _listed(unknown)} if unknown else None
