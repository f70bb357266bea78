"""Mail addresses proposed from the names and logins of people."""

import itertools
import re
import unicodedata
from collections.abc import Container

# Words that belong to the next one: "Ana de la Hoz" has the surname "delahoz".
PARTICLES = frozenset(
    (
        "da",
        "das",
        "de",
        "del",
        "den",
        "der",
        "di",
        "do",
        "dos",
        "el",
        "la",
        "las",
        "los",
        "van",
        "y",
    )
)
# Of three words, the second is a given name (Juan Carlos Pérez) or the first surname (Laura Gómez Ruiz).
_SECOND = """
    adriana alberto alejandra alejandro alexander alfonso alfredo amparo ana andrea andres angel angela angelica
    antonio armando arturo augusto beatriz camila camilo carlos carmen carolina catalina cecilia cesar clara claudia
    cristina daniel daniela david del diana diego eduardo elena elvira emilio enrique ernesto esperanza esteban estela
    eugenia eugenio fabian felipe fernanda fernando francisco gabriel gabriela gloria guillermo gustavo helena hernan
    ignacio ines isabel ivan ivonne jaime javier jesus johana jorge jose josefa juan juliana julian julio karina laura
    leonardo leonor lorena lucia luis luisa luz manuel manuela marcela marcos margarita maria mariana mario marina
    martha mauricio mauro mercedes miguel milena monica natalia nicolas octavio olga omar orlando oscar pablo paola
    patricia paula paulina pedro pilar rafael ramiro ramon raul ricardo roberto rocio rodrigo rosa rosario ruben sandra
    santiago sebastian sergio silvia sofia stella susana teresa tomas valentina vanessa vicente victor victoria virginia
    viviana ximena yaneth yolanda
"""
SECOND_NAMES = frozenset(_SECOND.split())
# Letters that are no base letter with an accent.
LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe"})
LONGEST = 64  # octets of a local part, RFC 5321 §4.5.3.1.1


def fold(text: str) -> str:
    """Return `text` in lower case, without accents: "Peña" is "pena"."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def of_name(name: str) -> str:
    """Return the local part "first.last" for a person's name, or "" when it has no letter of the alphabet.

    Two surnames are usual in Colombia, and the first one is the one that is used.
    """
    surnames, comma, given = re.sub(r"\(.*?\)", " ", name).partition(",")
    words = _words(f"{given} {surnames}" if comma else name)
    if len(words) > 3 or (len(words) == 3 and (words[1] in SECOND_NAMES or len(words[1]) == 1)):
        del words[1]
    return ".".join(words[:2])[:LONGEST].rstrip(".-")


def _words(name):
    """The words of a name, each with the particles before it; apostrophes are left out, hyphens stay."""
    words, particles = [], ""
    for word in re.split(r"[\s.]+", fold(re.sub(r"\(.*?\)", " ", name))):
        clean = re.sub(r"[^a-z0-9-]", "", word).strip("-")
        if clean in PARTICLES and words:
            particles += clean
        elif clean:
            words.append(particles + clean)
            particles = ""
    return words


def of_login(login: str) -> str:
    """Return the local part for a login, which may be an address itself."""
    local = re.sub(r"[^a-z0-9._+-]+", ".", fold(login.partition("@")[0]))
    return re.sub(r"\.{2,}", ".", local).strip(".-")[:LONGEST]


def propose(pattern: str, name: str, login: str, domain: str, taken: Container[str] = ()) -> str:
    """Return an address that nobody has, or "" where neither name nor login gives one.

    :param pattern: "name" for first.last, "login" for the login
    :param taken: addresses of others, in lower case
    """
    local = (of_name(name) if pattern == "name" else "") or of_login(login) or of_name(name)
    if not local or not domain:
        return ""
    for number in itertools.count(1):
        address = f"{local}{number if number > 1 else ''}@{domain}"
        if address not in taken:
            return address
    return ""
