"""What a person is told: what happened, and what to do next.

The tables of rules, failures, reasons of mails and notices are made of it.
"""

from dataclasses import dataclass


def _(text: str) -> str:
    """Mark a text for Odoo's translation exporter, which looks for `_(...)`; the Odoo layer translates it when it is
    shown, the plain packages know no language.
    """
    return text


@dataclass(frozen=True)
class Reason:
    """One thing that can be the matter.

    :param title: two to five words, for lists.
    :param sentence: what happened; `%(name)s` are filled from the data of whatever names the reason by its code.
    :param remedy: what to do next; "" where there is nothing to say.
    """

    code: str
    title: str
    sentence: str
    remedy: str = ""
