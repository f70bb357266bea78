"""The variables of a text that a person writes: `{number}`, or in Spanish `{numero}`.

A text holds names and nothing that could be run; what stands for a name is put in as plain text.
"""

import re
import unicodedata
from dataclasses import dataclass
from html import escape

#: One pair of braces: those of `{{ ... }}` are Odoo's own.
_TOKEN = re.compile(r"(?<![{$])\{([^\W\d][\w ]{0,30})\}(?!\})")
#: As an editor or a serialiser writes a brace in the address of a link.
_QUOTED = re.compile(r"%7[Bb](\w{1,31})%7[Dd]")


@dataclass(frozen=True)
class Token:
    """A variable: its name, and the name by which those who read Spanish write it."""

    name: str
    spanish: str

    def written(self, lang):
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

    def __init__(self, names):
        super().__init__(", ".join(names))
        self.names = names


def _plain(name):
    decomposed = unicodedata.normalize("NFD", name.strip().lower().replace(" ", "_"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _names(tokens):
    """{name or Spanish name: name}"""
    return {written: token.name for token in tokens for written in (token.name, token.spanish)}


def check(text, tokens):
    """Raise `UnknownTokenError` if a text has a variable that is none of `tokens`."""
    known = _names(tokens)
    unknown = [found for found in _TOKEN.findall(text or "") if _plain(found) not in known]
    if unknown:
        raise UnknownTokenError([f"{{{name}}}" for name in dict.fromkeys(unknown)])


def replace(text, tokens, put):
    """Return a text with `put(name)` in the place of each variable; an unknown one is left as it is."""
    known = _names(tokens)

    def found(match):
        name = known.get(_plain(match[1]))
        return match[0] if name is None else put(name)

    return _TOKEN.sub(found, _QUOTED.sub(r"{\1}", text or ""))


def fill(html, tokens, values):
    """Return HTML with the values, {name: plain text}, escaped in the place of its variables."""
    return replace(html, tokens, lambda name: escape(values.get(name) or ""))


def uses(text, tokens, name):
    """True if a text has the variable `name`."""
    known = _names(tokens)
    return any(known.get(_plain(found)) == name for found in _TOKEN.findall(text or ""))
