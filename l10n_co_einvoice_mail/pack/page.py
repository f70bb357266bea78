"""The page that says what is in a pack, and how it is checked without this program. In Spanish, as its readers are."""

import html
import string
from pathlib import Path

_TEMPLATE = string.Template(Path(__file__).with_name("page.es.html").read_text(encoding="utf-8"))


def page(**facts: str) -> str:
    """:param facts: company, nit, first, last, made_on, made_by, documents, mails, years
    :return: HTML
    :raise KeyError: one is missing
    """
    return _TEMPLATE.substitute({name: html.escape(str(fact)) for name, fact in facts.items()})
