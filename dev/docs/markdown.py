"""What is made of Markdown: HTML for the guides, reStructuredText for the READMEs.

Beyond CommonMark: tables, `## Title {#anchor}`, and a paragraph `{{ name }}`, which whoever renders fills in.
"""

import re

import mistune
from mistune.renderers.rst import RSTRenderer

ANCHOR = re.compile(r"^(.+?) +\{#([\w-]+)\}$")
FILLED = re.compile(r"^\{\{ *(\w+) *\}\}$")


class _Guide(mistune.HTMLRenderer):
    """HTML of a guide; keeps the chapters that it met.

    :param dict filled: HTML by name
    """

    def __init__(self, filled):
        super().__init__(escape=True)
        self.filled = filled
        self.chapters = []

    def heading(self, text, level, **attrs):
        found = ANCHOR.match(text)
        if not found:
            return super().heading(text, level, **attrs)
        title, anchor = found.groups()
        if level == 2:
            self.chapters.append((title, anchor))
        return f'<h{level} id="{anchor}">{title}</h{level}>\n'

    def paragraph(self, text):
        if found := FILLED.match(text):
            return self.filled[found[1]] + "\n"
        return text + "\n" if text.startswith("<figure>") else super().paragraph(text)

    def image(self, text, url, title=None):
        return f"<figure>{super().image(text, url, title)}<figcaption>{text}</figcaption></figure>"


def guide(text, filled):
    """:param dict filled: HTML by name
    :return: (HTML, list of (title in HTML, anchor) of its chapters)
    """
    renderer = _Guide(filled)
    return mistune.create_markdown(renderer=renderer, plugins=["table"])(text), renderer.chapters


def rst(text):
    """:return: reStructuredText; headings keep their level"""
    return mistune.create_markdown(renderer=RSTRenderer())(text).strip()
