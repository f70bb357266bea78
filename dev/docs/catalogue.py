"""The program's own texts in a reader's language: English as they stand, Spanish out of the addon's catalogue."""

import polib

from .. import paths
from ..paths import Problem

SPANISH = paths.ADDON / "i18n" / "es.po"


def translator(language):
    """:param str language: "es" or "en"
    :return: callable from an English text to the reader's; Problem where the catalogue lacks one
    """
    if language == "en":
        return lambda text: text
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(SPANISH)) if entry.msgstr}

    def translate(text):
        if not any(map(str.isalpha, text)):
            return text  # nothing to translate, as Odoo's exporter sees it
        if text not in known:
            raise Problem(f"Not in {SPANISH.name}: {text}\nRun `make i18n` and translate it.")
        return known[text]

    return translate
