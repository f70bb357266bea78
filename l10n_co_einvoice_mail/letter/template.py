"""A text with variables turned into what Odoo's own rendering reads: an inline template, or QWeb."""

from lxml import etree, html

from . import tokens

#: Between characters that nobody writes.
_MARK = "\ue000{}\ue001"


def inline(text, known, prefix):
    """Return a subject as an inline template: `{number}` -> `{{ <prefix>number }}`.

    Braces that a person wrote twice are no expression: they come out as they are read.

    :param known: tokens of `tokens`
    """
    harmless = (text or "").replace("{{", "{ {").replace("}}", "} }")
    return tokens.replace(harmless, known, lambda name: "{{ %s%s }}" % (prefix, name))  # noqa: UP031


def qweb(source, known, prefix):
    """Return HTML as QWeb: `{number}` -> `<t t-out="<prefix>number"/>`, and in an attribute `t-attf-...`.

    Directives that were in the HTML are dropped: only variables are rendered.
    """
    if not source:
        return ""
    root = html.fragment_fromstring(source, create_parent="div")
    for element in list(root.iter(etree.Element)):
        _attributes(element, known, prefix)
    # Text can hold no element: the variables are marked in it, and become elements when it is written.
    for element in root.iter(etree.Element):
        element.text = _marked(element.text, known)
        element.tail = _marked(element.tail, known)
    written = etree.tostring(root, encoding="unicode", method="xml")
    for token in known:
        written = written.replace(_MARK.format(token.name), f'<t t-out="{prefix}{token.name}"/>')
    return written.removeprefix("<div>").removesuffix("</div>")


def _attributes(element, known, prefix):
    for name, value in element.attrib.items():
        if name.startswith("t-"):
            del element.attrib[name]
            continue
        template = inline(value, known, prefix)
        if "{{" in template:
            del element.attrib[name]
            element.set(f"t-attf-{name}", template)


def _marked(text, known):
    return text and tokens.replace(text, known, _MARK.format)
