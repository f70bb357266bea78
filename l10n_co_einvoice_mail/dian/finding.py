"""What was found of a document: a code and the data of its sentence."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """A reason, by its code, that holds for a document; `data` (texts) fills its sentence."""

    code: str
    data: dict = field(default_factory=dict)
