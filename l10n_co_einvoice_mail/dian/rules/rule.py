"""What a rule is, and what it finds."""

import enum
from collections.abc import Callable
from dataclasses import dataclass, field

from ...vocabulary.reason import Reason


class Outcome(enum.Enum):
    """What a finding does to the document (or, without a document, to the mail)."""

    ACCEPT = "accept"
    #: Accepted, and said.
    WARN = "warn"
    #: A person decides.
    REVIEW = "review"
    REJECT = "reject"

    @property
    def severity(self) -> int:
        return list(Outcome).index(self)


class Scope(enum.Enum):
    """What a rule is about."""

    #: Invoices, notes and equivalent documents
    DOCUMENT = "document"
    #: ApplicationResponses of the parties
    EVENT = "event"
    BOTH = "both"
    #: Nothing to check: a reason that somebody else gives
    READING = "reading"


@dataclass(frozen=True)
class Rule(Reason):
    """One line of the table.

    :param check: evidence -> None where all is well, else the data of the finding.
    :param overridable: of a rejection: may a manager accept the document in spite of it? Never of what is
        proven to be false, of another company's, of what DIAN rejected, and of what was not read.
    """

    check: Callable | None = None
    scope: Scope = Scope.READING
    outcome: Outcome = field(kw_only=True)
    overridable: bool = False

    @property
    def may_be_overridden(self) -> bool:
        """May a person accept a document in spite of this, with name and reason?"""
        return self.outcome is not Outcome.REJECT or self.overridable
