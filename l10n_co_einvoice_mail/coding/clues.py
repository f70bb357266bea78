"""What a line is known by from one bill to the next."""

import functools
import re
import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass

ITEM = "item"
#: Words that change from bill to bill and say nothing of what is sold.
_PASSING = frozenset(
    (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "setiembre"),
        *("octubre", "noviembre", "diciembre", "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "sept"),
        *("oct", "nov", "dic", "de", "del", "la", "el", "los", "las", "y", "en", "por", "para", "con", "a", "al"),
        *("un", "una", "mes", "periodo", "ref"),
    )
)  # fmt: skip
_WORD = re.compile(r"\w+")
#: Descriptions can be pages long: what they begin with tells what is sold.
_LONGEST = 300
#: Two descriptions are of the same thing when they share so much of the words of the shorter one.
ALIKE = 0.5


@functools.lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """The words of a text as they are compared: small letters without accents; no numbers, months and particles."""
    decomposed = unicodedata.normalize("NFKD", text[:_LONGEST].casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    found = (word for word in _WORD.findall(plain) if not any(map(str.isdigit, word)))
    return frozenset(word for word in found if word not in _PASSING)


def first_line(text: str) -> str:
    """What a line's name begins with: the item's own words, before what is remarked of it."""
    return text.strip().partition("\n")[0]


@dataclass(frozen=True)
class Clues:
    """What a line is known by. One that is no item, such as a discount of the document, is known by its kind.

    `code` is the supplier's, `product` the buyer's own product, `words` those of the item.
    """

    kind: str = ITEM
    code: str = ""
    product: Hashable = None
    words: frozenset[str] = frozenset()

    @property
    def exact(self) -> tuple[tuple[Hashable, ...], ...]:
        """Keys by which the very same item is found, the surest first."""
        if self.kind != ITEM:
            return (("kind", self.kind),)
        keys = (
            ("code", self.code, self.words) if self.code else None,
            ("product", self.product) if self.product else None,
            ("words", self.words) if self.words else None,
        )
        return tuple(key for key in keys if key)

    def is_like(self, other: "Clues") -> bool:
        """Whether the words of two lines with one code can be about the same thing."""
        shorter = min(len(self.words), len(other.words))
        return not shorter or len(self.words & other.words) >= ALIKE * shorter
