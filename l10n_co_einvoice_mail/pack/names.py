"""Names of files in a pack: ours. What a stranger called a file, or wrote into a document, leads nowhere."""

import re
import unicodedata

PART_LENGTH = 40
_OTHERS = re.compile(r"[^A-Za-z0-9]+")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")
#: A path below the folder in which the pack is unpacked: no part of it begins with a dot, no drive, no backslash.
PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


def part(text: str) -> str:
    """A part of a name with letters, digits and dashes alone; "x" of a text that has neither letters nor digits."""
    plain = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode()
    return _OTHERS.sub("-", plain)[:PART_LENGTH].strip("-") or "x"


def suffix(name: str) -> str:
    """How a file's name ends, with its dot, in lower case; ".bin" where that is no usual ending."""
    _stem, dot, end = (name or "").rpartition(".")
    return (dot + end).lower() if _SUFFIX.fullmatch(dot + end) else ".bin"
