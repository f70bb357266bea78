"""A header or a footer that was written as half a page, made into a whole piece of HTML.

Other systems have their users open `<html><body>` in the header and close it in the footer. What such a half says
about its looks is kept: the styles of its `<style>` and of its `<body>` move onto the elements. Nothing is made safe
here: that is the caller's sanitiser.
"""

import re

from lxml import etree, html

_PAGE = re.compile(r"<\s*/?\s*(?:html|head|body|style|!doctype)\b|\sbgcolor\s*=", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AT_RULE = re.compile(r"@[^{;]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
#: `a`, `.b`, `#c`, `a.b`, `*`: what headers of mails use.
_SIMPLE = re.compile(r"(?P<tag>\*|[a-zA-Z][\w-]*)?(?P<rest>(?:[.#][\w-]+)*)")
_COLOURS = {"bgcolor": "background-color", "text": "color"}
_CELLS = ("tbody", "tr", "td", "th")
_COLOURED = ("body", "table", *_CELLS)


def repaired(source):
    """Return half a page as a piece of HTML with its styles on its elements; other HTML as it is.

    :param source: HTML, or None
    :return: str; '' for a half that only opens or closes
    """
    if not source or not _PAGE.search(source):
        return source or ""
    try:
        page = html.document_fromstring(source)
    except etree.ParserError:  # nothing but closing tags
        return ""
    body = page.find("body")
    if body is None:
        return ""
    styles = list(page.iter("style"))
    _inline(page, "".join(style.text or "" for style in styles))
    for style in styles:
        style.drop_tree()
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


def _inline(page, css):
    """Put the rules of a stylesheet before what the elements' own `style` says, which wins.

    What holds for some screens only (`@media`) is left out.
    """
    rules = _RULE.findall(_AT_RULE.sub("", _COMMENT.sub("", css)))
    for selectors, declarations in reversed(rules):  # each before the later ones
        for selector in selectors.split(","):
            path = _path(selector)
            for element in page.xpath(path) if path else ():
                own = element.get("style", "")
                element.set("style", f"{declarations.strip().rstrip(';')};{own}".rstrip(";"))


def _path(selector):
    """The XPath of a selector of simple parts one within another, or None: `:hover` has no place in a mail."""
    parts = []
    for part in selector.split():
        match = _SIMPLE.fullmatch(part)
        if not match:
            return None
        conditions = "".join(
            f"[@id='{name}']"
            if kind == "#"
            else f"[contains(concat(' ', @class, ' '), ' {name} ')]"
            for kind, name in re.findall(r"([.#])([\w-]+)", match["rest"])
        )
        parts.append(f"//{match['tag'] or '*'}{conditions}")
    return "".join(parts) or None
