"""What one row of the tables behind `failures` is."""

import re
from dataclasses import dataclass

from .errors import MailboxError


def _(text):
    """Mark a text for Odoo's translation exporter, which looks for `_(...)`; the Odoo layer
    translates it when it is shown.
    """
    return text


@dataclass(frozen=True)
class Failure:
    """One cause. `datum` names what has to be changed: server, port, encryption, certificate, auth,
    login, password, sender, recipient, folder, provider. `stages` and `providers` limit where the
    patterns count; empty means everywhere.
    """

    code: str
    error: type[MailboxError]
    datum: str
    title: str
    sentence: str
    remedy: str
    patterns: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    temporary: bool = False
    hides_answer: bool = (
        False  # what a service that is no mail server says is not for a mail form to show
    )

    def matches(self, sign, provider, stage):
        """Tell whether a server's answer (or a socket's error), seen at `stage`, is a sign of this
        row.
        """
        if (self.stages and stage not in self.stages) or (
            self.providers and provider not in self.providers
        ):
            return False
        return any(re.search(pattern, sign, re.IGNORECASE) for pattern in self.patterns)


@dataclass(frozen=True)
class MailReason:
    """One thing that can be wrong with a mail itself, whoever sent it."""

    code: str
    title: str
    sentence: str
    remedy: str
