"""The Markdown that our pages are written in, and what is made of it: HTML for guides, reStructuredText for READMEs.

Headings (`## Title {#anchor}`), paragraphs, flat lists, indented code, tables, pictures on a line of their own;
`**bold**`, `*emphasis*`, `` `code` ``, `[text](address)` inside a line. A line
`{{ name }}` is filled in by whoever renders.
"""

import re
import textwrap
from dataclasses import dataclass
from html import escape

HEADING = re.compile(r"^(#{1,4}) +(.+?)(?: +\{#([\w-]+)\})?$")
ITEM = re.compile(r"^(?:([-*])|(\d+)\.) +(.*)$")
PICTURE = re.compile(r"^!\[([^\]]*)\]\(([^)\s]+)\)$")
FILLED = re.compile(r"^\{\{ *(\w+) *\}\}$")
INLINE = re.compile(r"`([^`]+)`|\*\*(.+?)\*\*|\*(.+?)\*|\[([^\]]+)\]\(([^)\s]+)\)")
UNDERLINES = "=-~^"
WIDTH = 79  # of reStructuredText


@dataclass(frozen=True)
class Block:
    """`kind`: heading, paragraph, bullets, numbers, code, table, picture, filled. `content`: a text, or a list."""

    kind: str
    content: object
    detail: object = None  # heading: (level, anchor); picture: its address


def parse(text):
    """:return: list of Block"""
    blocks, lines = [], text.split("\n")
    while lines:
        line = lines.pop(0)
        if not line.strip():
            continue
        if line.startswith("    "):
            code = [line, *_until(lines, lambda each: not each.startswith("    "))]
            blocks.append(Block("code", textwrap.dedent("\n".join(code))))
        elif found := HEADING.match(line):
            blocks.append(Block("heading", found[2], (len(found[1]), found[3])))
        elif found := PICTURE.match(line):
            blocks.append(Block("picture", found[1], found[2]))
        elif found := FILLED.match(line):
            blocks.append(Block("filled", found[1]))
        else:
            blocks.append(_run(line, lines))
    return blocks


def _run(line, lines):
    """A list, a table or a paragraph: what goes on until an empty line."""
    run = [line, *_until(lines, lambda each: not each.strip())]
    if line.startswith("|"):
        rows = [[cell.strip() for cell in row.strip("| ").split("|")] for row in run]
        return Block("table", [rows[0], *rows[2:]])
    if not ITEM.match(line):
        return Block("paragraph", " ".join(map(str.strip, run)))
    items = []
    for each in run:
        if found := ITEM.match(each):
            items.append(found[3])
        else:
            items[-1] += " " + each.strip()
    return Block("bullets" if ITEM.match(line)[1] else "numbers", items)


def _until(lines, is_end):
    taken = []
    while lines and not is_end(lines[0]):
        taken.append(lines.pop(0))
    return taken


# ---- HTML --------------------------------------------------------------------------------------------


def html(blocks, filled=None):
    """:param dict filled: HTML by name
    :return: HTML of the blocks
    """
    return "\n".join(_html(block, filled or {}) for block in blocks)


def _html(block, filled):
    content = block.content
    match block.kind:
        case "heading":
            level, anchor = block.detail
            attribute = f' id="{anchor}"' if anchor else ""
            return f"<h{level}{attribute}>{html_line(content)}</h{level}>"
        case "picture":
            picture = f'<img src="{block.detail}" alt="{escape(content)}"/>'
            return f"<figure>{picture}<figcaption>{html_line(content)}</figcaption></figure>"
        case "filled":
            return filled[content]
        case "code":
            return f"<pre>{escape(content)}</pre>"
        case "table":
            return html_table([[html_line(cell) for cell in row] for row in content])
        case "bullets" | "numbers":
            tag = "ul" if block.kind == "bullets" else "ol"
            items = "\n".join(f"<li>{html_line(item)}</li>" for item in content)
            return f"<{tag}>\n{items}\n</{tag}>"
    return f"<p>{html_line(content)}</p>"


def html_table(rows):
    """:param rows: list of lists of HTML, the head first"""
    head, *body = rows
    lines = ["<table>", _html_row(head, "th"), *(_html_row(row, "td") for row in body), "</table>"]
    return "\n".join(lines)


def _html_row(cells, tag):
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def html_line(text):
    """:return: HTML of one line of text"""

    def replace(found):
        code, bold, emphasis, label, address = found.groups()
        if code:
            return f"<code>{code}</code>"
        if label:
            return f'<a href="{address}">{label}</a>'
        return f"<strong>{bold}</strong>" if bold else f"<em>{emphasis}</em>"

    return INLINE.sub(replace, escape(text, quote=False))


# ---- reStructuredText --------------------------------------------------------------------------------


def rst(blocks, level=0):
    """:param int level: added to the headings' own
    :return: reStructuredText of the blocks
    """
    return "\n\n".join(_rst(block, level) for block in blocks)


def rst_heading(title, level):
    """:return: a title with its line below"""
    return f"{title}\n{UNDERLINES[level] * len(title)}"


def _rst(block, level):
    content = block.content
    match block.kind:
        case "heading":
            return rst_heading(rst_line(content), block.detail[0] - 1 + level)
        case "picture":
            return f".. image:: {block.detail}\n   :alt: {content}"
        case "code":
            return "::\n\n" + "\n".join(f"    {line}".rstrip() for line in content.split("\n"))
        case "table":
            rows = "\n".join(_rst_row(row) for row in content)
            return f".. list-table::\n   :header-rows: 1\n\n{rows}"
        case "bullets":
            return "\n".join(_wrapped(item, "- ") for item in content)
        case "numbers":
            return "\n".join(_wrapped(item, f"{n}. ") for n, item in enumerate(content, 1))
    return _wrapped(content)


def _wrapped(text, mark=""):
    wrapper = textwrap.TextWrapper(
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.fill(rst_line(text))


def _rst_row(cells):
    first, *others = (rst_line(cell) for cell in cells)
    return "\n".join([f"   * - {first}", *(f"     - {cell}" for cell in others)])


def rst_line(text):
    """:return: reStructuredText of one line of text"""

    def replace(found):
        code, bold, emphasis, label, address = found.groups()
        if code:
            return f"``{code}``"
        if label:
            return f"`{label} <{address}>`__"
        return f"**{bold}**" if bold else f"*{emphasis}*"

    return INLINE.sub(replace, text)
