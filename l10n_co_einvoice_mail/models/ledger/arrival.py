"""An e-document on its way to a record, and what is proven of it against what is proven of one that is held."""

from dataclasses import dataclass, field

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
    def as_copy(self):
        """Values of a copy that says what this one says, in whatever bytes."""
        return {**self.values, "content_key": str(self.edocument.content)}

    @property
    def is_rejected(self):
        return self.values["state"] == "rejected"

    @property
    def is_told(self):
        """Whether its mail was read before, and ended for the same reason."""
        return bool(self.mail) and self.mail.reason_code == self.values["reason_code"]

    @property
    def rank(self):
        return rank(self.values["state"], self.values["dian_status"])


def rank(state, dian_status):
    return STATE_RANK[state], dian_status == "validated"


def rank_of(document):
    """What is proven of a document that is held; what a person accepted proves nothing."""
    return rank(document.verdict or document.state, document.dian_status)
