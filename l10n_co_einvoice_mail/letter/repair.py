"""A header or a footer that was written as half a page, made into a whole piece of HTML.

Other systems have their users open `<html><body>` in the header and close it in the footer. What such a half says
about its looks is kept: the styles of its `<style>` and of its `<body>` move onto the elements. Nothing is made safe
here: that is the caller's sanitiser.
"""

import re

from lxml import etree, html

from . import bounds, styles

_PAGE = re.compile(r"<\s*(?:/\s*)?(?:html|head|body|style|!doctype)\b|\sbgcolor\s*=", re.IGNORECASE)
_COLOURS = {"bgcolor": "background-color", "text": "color"}
_CELLS = ("tbody", "tr", "td", "th")
_COLOURED = ("body", "table", *_CELLS)


def repaired(source: str | None) -> str:
    """Return half a page as a piece of HTML with its styles on its elements; other HTML as it is.

    :return: '' for a half that only opens or closes
    :raise TooMuch: it is too long or too intricate, and so would be what becomes of it
    """
    if not source:
        return ""
    bounds.check(source)
    if not _PAGE.search(source):
        return source
    piece = _repaired(source)
    bounds.check(piece)
    return piece


def _repaired(source):
    try:
        page = html.document_fromstring(source)
    except etree.ParserError:  # nothing but closing tags
        return ""
    body = page.find("body")
    if body is None:
        return ""
    sheets = list(page.iter("style"))
    styles.inline(page, "".join(sheet.text or "" for sheet in sheets))
    for sheet in sheets:
        sheet.drop_tree()
    for element in list(body.iter(*_COLOURED)):
        _colour(element)
        if element.tag in _CELLS and next(element.iterancestors("table"), None) is None:
            element.drop_tag()  # its table begins in the other half
    return _piece(body)


def _colour(element):
    """The colours that old HTML gives an element, which sanitisers drop, as a style."""
    looks = [f"{prop}:{element.get(name)}" for name, prop in _COLOURS.items() if element.get(name)]
    if looks:
        element.set("style", ";".join([*looks, element.get("style", "")]).rstrip(";"))


def _piece(body):
    """A body as a `div` that looks like it, or only what is in it."""
    if not len(body) and not (body.text or "").strip():
        return ""
    style = body.get("style")
    body.tag = "div"
    body.attrib.clear()
    if style:
        body.set("style", style)
        return html.tostring(body, encoding="unicode")
    return html.tostring(body, encoding="unicode").removeprefix("<div>").removesuffix("</div>")
