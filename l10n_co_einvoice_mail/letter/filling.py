"""A text whose variables are filled in, each value escaped for the place where it stands.

There are four places: a line (a subject, which becomes a header of the mail), the text of HTML, the address of a link
or picture, and any other attribute. HTML is filled as a tree, so that no value can become an element or an attribute.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote

from lxml import etree, html

from .tokens import Token, UnknownTokenError, Variable, parts, written

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


#: What stands between two things of a line, and would be left over where one of them is missing.
_SEPARATOR = re.compile(r"(?:\s+[-\u2013\u2014|\xb7\u2022/]|,)\s+")


def fill_line(text: str | None, tokens: Collection[Token], values: Values) -> str:
    """Return a line with its variables filled in: one line, whatever the values are."""

    found = _without_separators(parts(_BREAK.sub(" ", text or ""), tokens), values)
    filled = (_BREAK.sub(" ", _value(part, values)) for part in found)
    return _UNPRINTABLE.sub("", "".join(filled))


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


def _value(part, values):
    """A part of a text as it is, or the value of the variable that it is."""
    return (values.get(part.name) or "") if isinstance(part, Variable) else part


def _without_separators(found, values):
    """The parts of a text without the dash or comma that separates a variable without a value from the others."""
    found = list(found)
    for place in range(1, len(found), 2):
        if not _value(found[place], values):
            before, after = place - 1, place + 1
            separators = list(_SEPARATOR.finditer(found[before]))
            if separators and separators[-1].end() == len(found[before]):
                found[before] = found[before][: separators[-1].start()]
            elif not "".join(_value(part, values) for part in found[:place]).strip():
                separator = _SEPARATOR.match(found[after])
                found[after] = found[after][separator.end() if separator else 0 :]
    return found


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
        found = parts(self.text, tokens, is_address=self.is_address)
        return "".join(self._escaped(found, values))

    def written(self, tokens):
        return written(self.text, tokens, is_address=self.is_address)

    def _escaped(self, found, values):
        """Yield the parts with what stands for them; of the text and of attributes the serialiser escapes it."""
        for part in _without_separators(found, values):
            yield _value(part, values)


class _Attribute(_Text):
    def _get(self):
        return self._element.get(self._name)

    def set(self, text):
        self._element.set(self._name, text)


class _Style(_Attribute):
    def _escaped(self, found, values):
        for part in found:
            is_value = isinstance(part, Variable)
            yield _NOT_IN_STYLE.sub("", _value(part, values)) if is_value else part


class _Address(_Attribute):
    is_address = True

    def _escaped(self, found, values):
        before = ""
        for part in found:
            is_value = isinstance(part, Variable)
            yield _in_address(_value(part, values), before) if is_value else part
            before += "x" if is_value else part


def _in_address(value, before):
    """:param before: what stands before a value: it is a part of that address, else a whole one"""
    value = _UNPRINTABLE.sub("", _BREAK.sub(" ", value)).strip()
    scheme = _SCHEME.match(before or value)
    name = scheme[1].lower() if scheme else ""
    if before.strip():
        return _NOT_IN_PHONE.sub("", value) if name == "tel" else quote(value, safe="/@")
    return quote(value, safe="/:?#[]@!$&'()*+,;=%~") if name in ("", *_SCHEMES) else ""


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
