"""A text whose variables are filled in, each value escaped for the place where it stands.

There are four places: a line (a subject, which becomes a header of the mail), the text of HTML, the address of a link
or picture, and any other attribute. HTML is filled as a tree, so that no value can become an element or an attribute.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote

from lxml import etree, html

from .tokens import Token, UnknownTokenError, substitute, written

#: {variable: plain text}
Values = Mapping[str, str | bool | None]

#: What XML cannot hold, and no mail program shows.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: What ends a line for one program or another.
_BREAK = re.compile("[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_ADDRESSES = html.defs.link_attrs | {"poster", "srcset", "xlink:href"}
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
#: Schemes that a value may bring with it.
_SCHEMES = ("http", "https", "mailto", "tel")
#: What can neither end a declaration of a style nor name an address in it.
_NOT_IN_STYLE = re.compile(r"[^\w #%,.-]")
_NOT_IN_PHONE = re.compile(r"[^\d+*#]")


def fill_line(text: str | None, tokens: Collection[Token], values: Values) -> str:
    """Return a line with its variables filled in: one line, whatever the values are."""

    def put(name, _before):
        return _BREAK.sub(" ", values.get(name) or "")

    return _UNPRINTABLE.sub("", substitute(_BREAK.sub(" ", text or ""), tokens, put))


def fill_html(source: str | None, tokens: Collection[Token], values: Values) -> str:
    """Return HTML with its variables filled in.

    What else is in the HTML is as safe as it was: that is the caller's sanitiser.
    """
    root = _tree(source)
    if root is None:
        return ""
    for place in list(_places(root)):
        filled = place.filled(tokens, values)
        if filled != place.text:
            place.set(_UNPRINTABLE.sub("", filled))
    written_html = html.tostring(root, encoding="unicode")
    return written_html.removeprefix("<div>").removesuffix("</div>")


def check_line(text: str | None, tokens: Collection[Token]) -> None:
    """Look for variables that do not exist.

    :raise UnknownTokenError: the line has one
    """
    _refuse(written(text or "", tokens)[1])


def check_html(source: str | None, tokens: Collection[Token]) -> None:
    """Look for variables that do not exist, wherever in HTML.

    :raise UnknownTokenError: the HTML has one
    """
    root = _tree(source)
    places = () if root is None else _places(root)
    _refuse([name for place in places for name in place.written(tokens)[1]])


def used_in_line(text: str | None, tokens: Collection[Token]) -> set[str]:
    """Return the names of the variables that a line has."""
    return written(text or "", tokens)[0]


def used_in_html(source: str | None, tokens: Collection[Token]) -> set[str]:
    """Return the names of the variables that HTML has."""
    root = _tree(source)
    places = () if root is None else _places(root)
    return set().union(*(place.written(tokens)[0] for place in places))


def _refuse(unknown):
    if unknown:
        raise UnknownTokenError(dict.fromkeys(unknown))


def _tree(source):
    """The HTML below a `div`; None where there is none."""
    try:
        return html.fragment_fromstring(source or "", create_parent="div")
    except etree.ParserError:  # a comment and nothing else
        return None


class _Text:
    """Text of an element: in it (`text`) or after it (`tail`)."""

    is_address = False

    def __init__(self, element, name):
        self._element = element
        self._name = name
        self.text = self._get() or ""

    def _get(self):
        return getattr(self._element, self._name)

    def set(self, text):
        setattr(self._element, self._name, text)

    def filled(self, tokens, values):
        def put(name, before):
            return self._escaped(values.get(name) or "", before)

        return substitute(self.text, tokens, put, is_address=self.is_address)

    def written(self, tokens):
        return written(self.text, tokens, is_address=self.is_address)

    def _escaped(self, value, _before):
        return value  # the serialiser escapes it


class _Attribute(_Text):
    def _get(self):
        return self._element.get(self._name)

    def set(self, text):
        self._element.set(self._name, text)


class _Style(_Attribute):
    def _escaped(self, value, _before):
        return _NOT_IN_STYLE.sub("", value)


class _Address(_Attribute):
    is_address = True

    def _escaped(self, value, before):
        """A whole address at the beginning, else a part of one."""
        value = _UNPRINTABLE.sub("", _BREAK.sub(" ", value)).strip()
        scheme = _SCHEME.match(before or value)
        scheme = scheme[1].lower() if scheme else ""
        if before.strip():
            return _NOT_IN_PHONE.sub("", value) if scheme == "tel" else quote(value, safe="/@")
        return quote(value, safe="/:?#[]@!$&'()*+,;=%~") if scheme in ("", *_SCHEMES) else ""


def _places(root: etree._Element) -> Iterator[_Text]:
    """Everywhere in a tree where a person's text stands; not in what no reader sees (comments)."""
    for element in root.iter(etree.Element):
        yield _Text(element, "text")
        for name in element.attrib:
            kind = _Address if name in _ADDRESSES else _Style if name == "style" else _Attribute
            yield kind(element, name)
    for element in root.iter():
        if element is not root:
            yield _Text(element, "tail")
