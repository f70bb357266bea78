"""A mail put together: header, what is written, signature, footer; each once, in this order."""

import re
from collections.abc import Iterable

from lxml import etree, html

_OPENING = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_CLOSING = re.compile(r"</body\s*>", re.IGNORECASE)
#: What a framed mail begins with: empty when there is no header.
_TOP = '<div class="o_l10n_co_mail_header"'
_BOTTOM = '<div class="o_l10n_co_mail_footer">'
#: What Odoo's layouts begin with, for lists of mails: the first words of the text, not to be seen in it.
_PREVIEW = re.compile(r'<div style="display: ?none;[^"]*">[^<]*</div>')
_SPACE = re.compile(r"\s+")


def framed(page: str, header: str, footer: str) -> str:
    """Return a mail with a header before and a footer after what its reader sees.

    The mail's own HTML is left as it is, character by character.

    :param page: HTML of a mail, a whole page or a piece
    :param header: HTML or ''
    :param footer: HTML or ''
    """
    if is_framed(page):
        return page
    start, end = _extent(page)
    style = ' style="margin-bottom:12px"' if header else ""
    top = f"{_TOP}{style}>{header}</div>"
    bottom = f"{_BOTTOM}{footer}</div>" if footer else ""
    return f"{page[:start]}{top}{page[start:end]}{bottom}{page[end:]}"


def is_framed(page: str) -> bool:
    """True if a mail went through `framed` already; not for one that only quotes such a mail."""
    return page[_extent(page)[0] :].lstrip().startswith(_TOP)


def without_preview(page: str) -> str:
    """Return a mail without the hidden first words of its text, which a reader of plain text would see twice."""
    return _PREVIEW.sub("", page, count=1)


def _extent(page):
    """Where what a mail's reader sees begins and ends, in the mail's HTML."""
    opening = _OPENING.search(page)
    start = opening.end() if opening else 0
    closings = list(_CLOSING.finditer(page, start))
    return start, closings[-1].start() if closings else len(page)


def is_signed(page: str, signatures: Iterable[str | None]) -> bool:
    """True if one of the signatures, HTML, stands in a mail as an element of its own or at its end."""
    known = {text for text in map(_text, signatures) if text}
    if not known:
        return False
    tree = _tree(page)
    if tree is None:
        return False
    return any(_bare(element.text_content()) in known for element in tree.iter(etree.Element))


def _tree(source):
    try:
        return html.fragment_fromstring(source or "", create_parent="div")
    except etree.ParserError:
        return None


def _text(source):
    tree = _tree(source)
    return "" if tree is None else _bare(tree.text_content())


def _bare(text):
    """A text without its spaces, and the dashes before a signature."""
    return _SPACE.sub("", text).removeprefix("--")
