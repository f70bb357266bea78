"""Everything that the rules judge one electronic document by."""

import datetime
import enum
from dataclasses import dataclass, field
from functools import cached_property

from cryptography import x509

from . import codes
from .document import ApplicationResponse, Document, Response
from .nit import same_nit
from .party import Party
from .reader import Answer, EDocument
from .signature import Integrity, Signature
from .signers import Assessment, KnownSigner, assess
from .trust import ChainState, TrustStore

#: How far ahead of DIAN's validation a document may be dated.
DATED_AHEAD = datetime.timedelta(days=10)


@dataclass(frozen=True)
class Context:
    """What is known apart from the mail's own files.

    :param served_nits: of the companies that the mailbox may serve, with or without check digit.
    :param subject: the mail's, decoded; None where there is no mail.
    :param known_cufes: those of the documents that notes refer to, as far as they are recorded;
        None where nobody looked.
    :param known_signers: of the company that receives the document; None where the caller keeps none:
        then a signer whom nobody knows is only remarked upon.
    """

    trust: TrustStore = field(default_factory=TrustStore)
    served_nits: frozenset[str] = frozenset()
    subject: str | None = None
    known_cufes: frozenset[str] | None = None
    known_signers: tuple[KnownSigner, ...] | None = None


class AnswerState(enum.IntEnum):
    """What an answer that says it is DIAN's is worth, best first."""

    PROVEN = 0
    #: Intact and in DIAN's name, but nobody has confirmed the certificate yet.
    UNCONFIRMED = 1
    #: The same, from no authority that is loaded: the name alone proves nothing.
    UNTRUSTED = 2
    #: Signed in a way that is not known here.
    UNCHECKED = 3
    #: In DIAN's name, its content changed after it was signed.
    ALTERED = 4
    #: About the document's number and CUFE, but not its issuer, type or time.
    CONTRADICTING = 5
    #: About another document.
    MISMATCH = 6
    #: Not signed, wrongly signed, or signed by somebody else.
    FORGED = 7


#: Answers whose addressee is DIAN's word, or will be when a person confirms the certificate.
NAMING = (AnswerState.PROVEN, AnswerState.UNCONFIRMED)


@dataclass(frozen=True)
class Validation:
    """One of DIAN's answers, and what it is worth."""

    state: AnswerState
    answer: ApplicationResponse
    signature: Signature
    #: What it says about this document; about another one if it says nothing about this.
    response: Response
    #: What of it does not fit the document, by its UBL name.
    contradictions: tuple[str, ...] = ()

    @property
    def is_validated(self) -> bool:
        return self.response.code in codes.VALIDATED

    @property
    def is_rejected(self) -> bool:
        return self.response.code in codes.REJECTED


@dataclass(frozen=True)
class Evidence:
    """A document and its signatures, each on its own, and who asks.

    A container's good signature says nothing about the document inside it, nor the other way round.
    """

    edocument: EDocument
    context: Context

    @property
    def code(self) -> str | None:
        """CUFE, CUDE or CUDS."""
        return self.edocument.code

    @property
    def document(self) -> Document | ApplicationResponse:
        return self.edocument.document

    @property
    def fiscal(self) -> Document:
        """The document, where it is no event.

        :raise TypeError: of an event, about which no rule of documents is asked.
        """
        if isinstance(self.document, ApplicationResponse):
            raise TypeError("an event is no fiscal document")
        return self.document

    @property
    def is_event(self) -> bool:
        return self.document.is_response

    @property
    def issuer(self) -> Party:
        """The party that answers for the document and signs it, or has it signed."""
        return self.document.issuer

    @property
    def receiver(self) -> Party:
        return self.document.receiver

    @property
    def signature(self) -> Signature:
        """Of the document itself."""
        return self.edocument.signature

    @cached_property
    def chain(self) -> ChainState:
        """Does the document's signer come from a trust anchor?"""
        return self.chain_of(self.signature)

    @cached_property
    def signer(self) -> Assessment:
        """Who signed the document, and what that proves."""
        known = self.context.known_signers or ()
        nit = self.issuer.id_number
        return assess(self.signature, self.chain, nit, self._issuer_s_name, known)

    @property
    def _issuer_s_name(self):
        """The name that belongs to the issuer's NIT, as DIAN's answer has it.

        What the document says is its signer's to write: whoever puts his own name beside another's NIT would be that
        supplier by the name in his certificate.
        """
        if self.is_event:
            return self.issuer.name
        validation = self.validation
        told = validation and validation.state in NAMING and validation.answer.receiver
        return told.name if told and same_nit(told.id_number, self.issuer.id_number) else None

    @cached_property
    def validations(self) -> tuple[Validation, ...]:
        """DIAN's answers, the best first; events that travel in the container are none."""
        answers = (item for item in self.edocument.answers if not item.response.is_event)
        found = map(self._validation, answers)
        return tuple(sorted(found, key=lambda item: (item.state, not item.is_validated)))

    @property
    def validation(self) -> Validation | None:
        """The best of DIAN's answers."""
        return self.validations[0] if self.validations else None

    def chain_of(self, signature: Signature) -> ChainState:
        """Does a signer come from a trust anchor, by the time of signing? Unchecked where nobody is known to have
        signed.
        """
        if signature.certificate is None:
            return ChainState.UNCHECKED
        at = signature.signing_time or self.document.issued_at
        trust = self.context.trust
        return trust.chain_state(signature.certificate, at, signature.intermediates)

    def serves(self, nit: str | None) -> bool:
        """Is it the NIT of a company that the mailbox may serve?"""
        return bool(nit) and any(same_nit(nit, served) for served in self.context.served_nits)

    def _validation(self, answer: Answer):
        about = [item for item in answer.response.responses if self._is_about_this(item.reference)]
        others = answer.response.responses or (Response(),)
        response = (about or others)[0]
        contradictions = self._contradictions(answer.response, response) if about else ()
        state = self._answer_state(answer.signature, bool(about), contradictions)
        return Validation(state, answer.response, answer.signature, response, contradictions)

    def _contradictions(self, answer, response):
        """What of DIAN's answer does not fit the document whose number and CUFE it names.

        DIAN answers to the issuer (of an event: to either party), and at its own time: what it
        validated may be dated some days ahead (annex 1.9, FAD09), never far beyond.
        """
        addressees = (self.issuer, self.receiver) if self.is_event else (self.issuer,)
        told = answer.receiver.id_number
        type_code = response.reference.type_code
        issued, answered = self.document.issue_date, answer.issue_date
        fits = {
            "ReceiverParty": self.issuer.id_number is None
            or any(same_nit(told, party.id_number) for party in addressees),
            "DocumentTypeCode": self.is_event
            or type_code not in codes.DOCUMENT_TYPES
            or type_code == self.document.type_code,
            "IssueDate": not (issued and answered) or issued - answered <= DATED_AHEAD,
        }
        return tuple(name for name, does_fit in fits.items() if not does_fit)

    def _is_about_this(self, reference):
        if reference is None or not self.code or reference.cufe != self.code:
            return False
        return reference.number in (None, self.document.number)

    def _answer_state(self, signature, is_about_this, contradictions):
        if signature.integrity is Integrity.UNCHECKED:
            return AnswerState.UNCHECKED
        if signature.integrity not in (Integrity.INTACT, Integrity.ROOT_DIGEST):
            return AnswerState.FORGED
        if not signature.holder.is_party(codes.DIAN_NIT, codes.DIAN_NAME):
            return AnswerState.FORGED
        if signature.integrity is Integrity.ROOT_DIGEST:
            return AnswerState.ALTERED
        if not is_about_this:
            return AnswerState.MISMATCH
        if contradictions:
            return AnswerState.CONTRADICTING
        if self.context.trust.is_confirmed_dian(signature.certificate):
            return AnswerState.PROVEN
        if self.chain_of(signature) is ChainState.UNTRUSTED:
            return AnswerState.UNTRUSTED
        return AnswerState.UNCONFIRMED


def unconfirmed_dian_certificate(evidence: Evidence) -> x509.Certificate | None:
    """The certificate that a person has to confirm before DIAN's answer counts."""
    validation = evidence.validation
    if validation is None or validation.state is not AnswerState.UNCONFIRMED:
        return None
    return validation.signature.certificate
