"""The rules of a stylesheet put onto the elements that they are for, as far as a header of a mail has such rules."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from .bounds import Budget

#: Comparisons of an element with a selector.
MAX_STEPS = 500_000
#: Characters of declarations that the rules give to the elements.
MAX_STYLE = 100_000
#: `a`, `.b`, `#c`, `a.b`, `*`: what headers of mails use.
_SIMPLE = re.compile(r"(?P<tag>\*|[a-zA-Z][\w-]*)?(?P<rest>(?:[.#][\w-]+)*)")
_REST = re.compile(r"([.#])([\w-]+)")


@dataclass(frozen=True)
class _Simple:
    """What is known of an element, or what a selector of one element asks for."""

    tag: str
    identity: str
    classes: frozenset[str]

    @classmethod
    def of_element(cls, element: etree._Element) -> "_Simple":
        classes = frozenset(element.get("class", "").split())
        return cls(element.tag, element.get("id", ""), classes)

    @classmethod
    def of_selector(cls, match: re.Match[str]) -> "_Simple":
        names = _REST.findall(match["rest"])
        identities = [name for kind, name in names if kind == "#"]
        classes = frozenset(name for kind, name in names if kind == ".")
        return cls((match["tag"] or "").lower(), "".join(identities), classes)

    def suits(self, element: "_Simple") -> bool:
        return (
            self.tag in ("", "*", element.tag)
            and self.identity in ("", element.identity)
            and self.classes <= element.classes
        )


def inline(page: etree._Element, css: str) -> None:
    """Put the rules of a stylesheet before what the elements' own `style` says, which wins.

    What holds for some screens only (`@media`) is left out, and so is what is not for an element (`:hover`).

    :raise TooMuch: too many rules for so many elements
    """
    steps, length = Budget(MAX_STEPS), Budget(MAX_STYLE)
    elements = {element: _Simple.of_element(element) for element in page.iter(etree.Element)}
    given: dict[etree._Element, list[str]] = {}
    for selectors, declarations in _rules(css):
        for chain in filter(None, map(_chain, selectors.split(","))):
            for element in elements:
                if _suits(element, chain, elements, steps):
                    length.take(len(declarations) + 1)
                    given.setdefault(element, []).append(declarations)
    for element, declared in given.items():
        own = element.get("style", "")
        element.set("style", ";".join([*declared, own]).rstrip(";"))


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of the rules that hold everywhere."""
    depth, prelude = 0, ""
    pieces = re.split(r"([{}])", _without_comments(css))
    for piece, following in itertools.zip_longest(pieces, pieces[1:]):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(depth - 1, 0)
        elif depth == 0:
            prelude = piece.rpartition(";")[2].strip()
        elif depth == 1 and following == "}" and piece.strip() and not prelude.startswith("@"):
            yield prelude, piece.strip().rstrip(";")


def _without_comments(css):
    first, *others = css.split("/*")
    return first + "".join(other.partition("*/")[2] for other in others)


def _chain(selector):
    """The simple selectors of one within another, or None: some have no place in a mail."""
    matches = [_SIMPLE.fullmatch(part) for part in selector.split()]
    return [_Simple.of_selector(match) for match in matches] if all(matches) else None


def _suits(element, chain, elements, steps):
    """True for an element that the last of the selectors suits, within elements that the others suit, in order."""
    steps.take()
    *others, last = chain
    if not last.suits(elements[element]):
        return False
    for ancestor in element.iterancestors() if others else ():
        steps.take()
        if others[-1].suits(elements[ancestor]):
            others.pop()
            if not others:
                break
    return not others
