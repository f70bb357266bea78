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
_NO_WORD = re.compile(r"[\W_]+")
#: Capitals of other alphabets, and digits, that look like Latin capitals (Unicode TR39, the most common ones).
_LOOKS_LIKE = str.maketrans(
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u04ae"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "01L5",
    "ABESIJKMHOPCTYXY" + "ABEZHIKMNOPTYX" + "OIIS",
)
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


def appearance(text: str) -> str:
    """What remains of a name for the eye: texts that are easily taken for one another have the same.

    For a warning only: names that differ may have it too.
    """
    plain = unicodedata.normalize("NFKD", visible(text, frozenset())).upper()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return _NO_WORD.sub("", letters).translate(_LOOKS_LIKE)


def sentence(text: str) -> str:
    """A sentence that was filled in: where the last word ends with a point of its own (`S.A.S.`), one point ends it."""
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)
