"""Text that strangers wrote, made fit to be shown on one screen."""

import unicodedata

#: Unicode categories that a person cannot see or that reorder what he sees: controls, formats
#: (bidi, zero width), surrogates.
UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
#: Controls that lay a text out.
LAYOUT = frozenset("\n\t")


def visible(text: str, layout: frozenset = LAYOUT) -> str:
    """`text` without control, bidirectional and zero-width characters; those of `layout` stay."""
    if text.isprintable():
        return text
    return "".join(
        char
        for char in text
        if char in layout or unicodedata.category(char) not in UNSEEN_CATEGORIES
    )
