"""What is proven of a document, by whom, and what was not checked, as statements to be shown beside it."""

import functools
import re
from dataclasses import dataclass

from ..vocabulary.reason import _
from .evidence import AnswerState, Evidence
from .finding import Finding
from .signature import Integrity
from .signers import Standing
from .trust import ChainState


@dataclass(frozen=True)
class Statement:
    """One thing that is, or is not, proven.

    :param sentence: `%(name)s` are filled from the data of the finding that names this statement by its code.
    :param is_proven: False where the sentence says that something is false, or was not checked.
    """

    code: str
    sentence: str
    is_proven: bool = False

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """What its sentence tells."""
        return tuple(re.findall(r"%\((\w+)\)s", self.sentence))


STATEMENTS = {
    statement.code: statement
    for statement in (
        # The amounts
        Statement(
            "amounts_signed_by_supplier",
            _("The amounts are signed by %(signer)s, the supplier itself."),
            is_proven=True,
        ),
        Statement(
            "amounts_signed_by_known",
            _("The amounts are signed by %(signer)s, who is known to sign for %(supplier)s."),
            is_proven=True,
        ),
        Statement(
            "amounts_signed_by_unknown",
            _("The amounts are signed by %(signer)s, who is not known to sign for %(supplier)s."),
        ),
        Statement(
            "amounts_changed",
            _("Not proven: the amounts. Something changed after %(signer)s signed the document."),
        ),
        Statement("amounts_broken", _("Not proven: the amounts. The signature is not valid.")),
        Statement(
            "amounts_not_checked",
            _("Not checked: the signature of the amounts, which is of a kind not known here."),
        ),
        Statement("amounts_unsigned", _("Not proven: the amounts. Nobody signed them.")),
        # The signer's authority
        Statement(
            "authority_trusted",
            _("%(authority)s, a trusted authority, issued the signer's certificate."),
            is_proven=True,
        ),
        Statement(
            "authority_untrusted",
            _("No trusted authority issued the signer's certificate: it is from %(authority)s."),
        ),
        Statement(
            "authority_not_checked",
            _("Not checked: who issued the signer's certificate, as no authority is loaded."),
        ),
        # DIAN
        Statement(
            "dian_validated",
            _("DIAN validated this number and CUFE on %(date)s."),
            is_proven=True,
        ),
        Statement("dian_rejected", _("DIAN rejected this number and CUFE on %(date)s.")),
        Statement(
            "dian_other", _("DIAN answered about this number and CUFE, but not that it is valid.")
        ),
        Statement(
            "dian_not_confirmed",
            _("Not checked: DIAN's answer, which is signed with a certificate not confirmed yet."),
        ),
        Statement(
            "dian_not_checked",
            _("Not checked: DIAN's answer, which is signed in a way not known here."),
        ),
        Statement("dian_false", _("What came as DIAN's answer proves nothing of this document.")),
        Statement(
            "dian_missing",
            _("Not checked: whether DIAN validated it, as no answer of DIAN's came with it."),
        ),
        Statement(
            "cufe_not_checked",
            _("Not checked: that the CUFE was made from these amounts; only the issuer can tell."),
        ),
    )
}
_AMOUNTS = {
    Integrity.ROOT_DIGEST: "amounts_changed",
    Integrity.BROKEN: "amounts_broken",
    Integrity.UNCHECKED: "amounts_not_checked",
    Integrity.UNSIGNED: "amounts_unsigned",
}
_SIGNED = {
    Standing.SUPPLIER: "amounts_signed_by_supplier",
    Standing.KNOWN: "amounts_signed_by_known",
    Standing.UNKNOWN: "amounts_signed_by_unknown",
}
_AUTHORITY = {
    ChainState.TRUSTED: "authority_trusted",
    ChainState.UNTRUSTED: "authority_untrusted",
    ChainState.UNCHECKED: "authority_not_checked",
}
_ANSWERS = {
    AnswerState.UNCONFIRMED: "dian_not_confirmed",
    AnswerState.UNTRUSTED: "dian_not_confirmed",
    AnswerState.UNCHECKED: "dian_not_checked",
}


def proof_of(evidence: Evidence) -> tuple[Finding, ...]:
    """What is proven of the document, as codes of `STATEMENTS` with the data of their sentences."""
    signer, issuer = evidence.signer, evidence.issuer
    data = {
        "signer": signer.shown,
        "supplier": issuer.name or issuer.id_number or "-",
        "authority": signer.authority or "-",
        "date": _date_of_answer(evidence),
    }
    codes = [_AMOUNTS.get(evidence.signature.integrity) or _SIGNED[signer.standing]]
    if signer.fingerprint:
        codes.append(_AUTHORITY[signer.chain])
    codes.append(_answer(evidence))
    if not evidence.is_event:
        codes.append("cufe_not_checked")
    return tuple(
        Finding(code, {name: data[name] for name in STATEMENTS[code].names}) for code in codes
    )


def _answer(evidence):
    validation = evidence.validation
    if validation is None:
        return "dian_missing"
    if validation.state is not AnswerState.PROVEN:
        return _ANSWERS.get(validation.state, "dian_false")
    if validation.is_validated:
        return "dian_validated"
    return "dian_rejected" if validation.is_rejected else "dian_other"


def _date_of_answer(evidence):
    """ISO date, Colombian, as DIAN wrote it."""
    date = evidence.validation and evidence.validation.answer.issue_date
    return date.isoformat() if date else "-"
