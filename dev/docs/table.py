"""Tables of the guides, made of texts that are HTML already."""


def html(rows):
    """:param rows: list of lists of HTML, the head first"""
    head, *body = rows
    lines = [_row(head, "th"), *(_row(row, "td") for row in body)]
    return "\n".join(["<table>", *lines, "</table>"])


def _row(cells, tag):
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"
