"""What a document says, so that two copies of one CUFE can be compared.

Suppliers send a document again, and providers wrap it anew: white space, containers, file names and mails differ
then, but nothing that was read of the document. Another amount, party or line under the same CUFE is another matter.
"""

import dataclasses
import functools
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

from .document import ApplicationResponse, Document
from .signature import Signature

#: How it was read, not what it says.
NOT_CONTENT = frozenset({"malformed", "ambiguous"})
SEPARATOR = "."
DIFFERENCES = 100


@dataclass(frozen=True)
class Content:
    """A digest of what a document says, short enough to be kept; `str()` writes it, :meth:`parse` reads it.

    :param facts: SHA-256, hex, of all that was read of the document.
    :param signed: `Signature.signed_digest`; None where no signature holds.
    """

    facts: str
    signed: str | None = None

    def __str__(self) -> str:
        return f"{self.facts} {self.signed or ''}".strip()

    @classmethod
    def parse(cls, text: str) -> "Content":
        """What `str()` wrote."""
        facts, _space, signed = text.partition(" ")
        return cls(facts, signed or None)

    def differs_from(self, other: "Content") -> bool:
        """Does a copy of the same CUFE say, or did its signer sign, something else?

        A copy without a signature, or signed with another algorithm, is compared by its facts alone.
        """
        if self.facts != other.facts:
            return True
        if not self.signed or not other.signed:
            return False
        algorithms = {signed.partition(":")[0] for signed in (self.signed, other.signed)}
        return len(algorithms) == 1 and self.signed != other.signed


@dataclass(frozen=True)
class Difference:
    """Something that two copies state otherwise; None where one does not state it."""

    #: Names of `Document`'s fields, and positions in its lists from 1: `totals.payable`, `lines.2.amount`
    path: str
    one: str | None
    other: str | None


def content_of(document: Document | ApplicationResponse, signature: Signature) -> Content:
    """The content of a document with its signature (`reader.EDocument.content`)."""
    facts = json.dumps(facts_of(document), sort_keys=True)
    return Content(hashlib.sha256(facts.encode()).hexdigest(), signature.signed_digest)


def differences_between(
    one: Document | ApplicationResponse, other: Document | ApplicationResponse
) -> list[Difference]:
    """What two documents state otherwise, in the order of their fields; the first `DIFFERENCES` of it."""
    stated, otherwise = facts_of(one), facts_of(other)
    paths = dict.fromkeys((*stated, *otherwise))
    found = [
        Difference(path, stated.get(path), otherwise.get(path))
        for path in paths
        if stated.get(path) != otherwise.get(path)
    ]
    return found[:DIFFERENCES]


def facts_of(document: Document | ApplicationResponse) -> dict[str, str]:
    """Everything that was read of a document: path -> value as text, white space as one blank."""
    facts: dict[str, str] = {}
    _gather(document, "", facts)
    return facts


def _gather(value: object, path: str, facts: dict[str, str]) -> None:
    """Add what `value`, not None, consists of to `facts`."""
    parts = _parts(value)
    if parts is None:
        facts[path] = _text(value)
        return
    prefix = path and path + SEPARATOR
    for name, part in parts:
        if part is not None:
            _gather(part, f"{prefix}{name}", facts)


def _text(value):
    if isinstance(value, str):
        return " ".join(value.split())
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _parts(value):
    """(name, part) of a dataclass, a named tuple or a list; None of a plain value."""
    names = _names(type(value))
    if names is not None:
        return [(name, getattr(value, name)) for name in names]
    return enumerate(value, 1) if isinstance(value, tuple) else None


@functools.cache
def _names(cls):
    """The fields of a dataclass or named tuple that are content; None of another class."""
    if dataclasses.is_dataclass(cls):
        return tuple(item.name for item in dataclasses.fields(cls) if item.name not in NOT_CONTENT)
    return getattr(cls, "_fields", None)
