"""The variables of a text that a person writes: `{number}`, or in Spanish `{numero}`.

A text holds names and nothing that could be run; what stands for a name is put in as plain text.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote

#: One pair of braces. More of them, or a dollar before them, are somebody else's language: they stay as they are.
_TOKEN = re.compile(r"(?<![{$])\{([^\W\d][\w ]{0,30})\}(?!\})")
#: The same in an address, where editors and serialisers write characters as %7B.
_TOKEN_IN_ADDRESS = re.compile(
    r"(?<![{$])(?<!%7B)(?:\{|%7B)((?:[\w ]|%(?!7[BD])[0-9A-F]{2}){1,93})(?:\}|%7D)(?!\}|%7D)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d][\w ]{0,30}")


@dataclass(frozen=True)
class Token:
    """A variable: its name, and the name by which those who read Spanish write it."""

    name: str
    spanish: str

    def written(self, lang: str | None) -> str:
        """Return the variable as it stands in a text, in a language such as "es_CO"."""
        name = self.spanish if (lang or "").startswith("es") else self.name
        return f"{{{name}}}"


#: The sender, in a header, signature or footer.
SENDER = (
    Token("name", "nombre"),
    Token("job", "cargo"),
    Token("phone", "telefono"),
    Token("mobile", "celular"),
    Token("email", "correo"),
    Token("department", "departamento"),
    Token("company", "empresa"),
    Token("website", "sitio_web"),
)
#: The document, in a subject or body.
DOCUMENT = (
    Token("document", "documento"),
    Token("series", "serie"),
    Token("number", "numero"),
    Token("company", "empresa"),
    Token("partner", "cliente"),
    Token("amount", "valor"),
    Token("due_date", "vencimiento"),
)


class UnknownTokenError(Exception):
    """A text has variables that do not exist: `names`, as they are written."""

    def __init__(self, names: Collection[str]):
        super().__init__(", ".join(names))
        self.names = list(names)


@dataclass(frozen=True)
class Variable:
    """A variable found in a text, by its name."""

    name: str


def parts(
    text: str, tokens: Collection[Token], *, is_address: bool = False
) -> list[str | Variable]:
    """Return a text as the variables that are among `tokens`, and all the rest as it is, in order.

    :param is_address: the text is an address (URL), where a brace may be written as %7B
    """
    known = _names(tokens)
    found: list[str | Variable] = []
    end = 0
    for match in _pattern(is_address).finditer(text):
        if name := known.get(_read(match[1], is_address)):
            found += [text[end : match.start()], Variable(name)]
            end = match.end()
    return [*found, text[end:]]


def written(text: str, tokens: Collection[Token], *, is_address: bool = False) -> tuple[set, list]:
    """Return the variables of a text: the names of those that are among `tokens`, and the others as written."""
    known = _names(tokens)
    used, unknown = set(), []
    for found in _pattern(is_address).findall(text):
        read = _read(found, is_address)
        if read in known:
            used.add(known[read])
        elif read:
            unknown.append(f"{{{unquote(found) if is_address else found}}}")
    return used, unknown


def _pattern(is_address):
    return _TOKEN_IN_ADDRESS if is_address else _TOKEN


def _read(name, is_address):
    """The name as `_names` has it: without capitals and accents; '' for what cannot be one."""
    name = unquote(name) if is_address else name
    if not _NAME.fullmatch(name):
        return ""
    decomposed = unicodedata.normalize("NFD", name.strip().lower().replace(" ", "_"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _names(tokens):
    """{name or Spanish name: name}"""
    return {written: token.name for token in tokens for written in (token.name, token.spanish)}
