"""What one row of the tables behind `failures` is."""

import re
from dataclasses import dataclass, field

from ...vocabulary.reason import Reason
from ..errors import MailboxError


@dataclass(frozen=True)
class Failure(Reason):
    """One cause. `datum` names what has to be changed: server, port, encryption, certificate, auth,
    login, password, sender, recipient, folder, provider. `stages` and `providers` limit where the
    patterns count; empty means everywhere.
    """

    error: type[MailboxError] = field(kw_only=True)
    datum: str = field(kw_only=True)
    patterns: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    temporary: bool = False
    hides_answer: bool = (
        False  # what a service that is no mail server says is not for a mail form to show
    )

    def matches(self, sign: str, provider: str, stage: str) -> bool:
        """Tell whether a server's answer (or a socket's error), seen at `stage`, is a sign of this
        row.
        """
        if (self.stages and stage not in self.stages) or (
            self.providers and provider not in self.providers
        ):
            return False
        return any(re.search(pattern, sign, re.IGNORECASE) for pattern in self.patterns)
