"""Text that strangers wrote, made fit to be shown."""

import re
import unicodedata

#: Unicode categories that a person cannot see, or that reorder what is seen: controls, formats (bidi, zero width, soft
#: hyphen, tags), surrogates, which no database stores, and separators of lines and paragraphs.
UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: What is no less invisible, and counts as a letter or a mark (Unicode, Default_Ignorable_Code_Point).
_FILLERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U000e0100-\U000e01ef]")
#: Controls that lay a text out.
LAYOUT = frozenset("\n\t")
_SPACE = re.compile(r"\s+")
#: Separators that mean a line break.
_BREAKS = re.compile("[\u2028\u2029\x85]|\r\n?")
LINE_LENGTH = 500


def visible(text: str, layout: frozenset[str] = LAYOUT) -> str:
    """`text` without characters that nobody sees; those of `layout` stay, and other line breaks become one of them."""
    if text.isprintable():
        return _FILLERS.sub("", text)
    if "\n" in layout:
        text = _BREAKS.sub("\n", text)
    return _FILLERS.sub("", "".join(char for char in text if char in layout or _is_seen(char)))


def _is_seen(char):
    return unicodedata.category(char) not in UNSEEN_CATEGORIES


def one_line(text: str, length: int = LINE_LENGTH) -> str:
    """The same as one line of at most `length` characters, any white space in it as one blank."""
    seen = visible(_SPACE.sub(" ", text), frozenset())
    return _SPACE.sub(" ", seen).strip()[:length].rstrip()
