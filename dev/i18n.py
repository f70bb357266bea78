"""Take the addon's terms out of its code and screens: `make i18n`.

Writes `i18n/l10n_co_einvoice_mail.pot` and brings `i18n/es.po` up to its terms. What is not translated yet is
printed; the tests ask for all of it.
"""

import os

from . import console, databases, environment, paths, postgres, processes
from .console import run, say, timed

FOLDER = paths.ADDON / "i18n"
TEMPLATE = FOLDER / f"{paths.ADDON.name}.pot"
CATALOGUE = FOLDER / "es.po"
LANGUAGE = {
    "Language": "es",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
    "Content-Transfer-Encoding": "8bit",
}


def main():
    """Update both files; return 1 while terms are not translated."""
    processes.end_on_signals()
    with postgres.opened() as server:
        export(server)
    missing = merge()
    for term in missing:
        say(f"not translated: {term}")
    say(f"{CATALOGUE.name}: {len(missing)} terms to translate.")
    return 1 if missing else 0


def export(server):
    """Write the template of the addon as it is now, with Odoo's own exporter."""
    database = f"i18n-{os.getpid()}"
    try:
        databases.copy(server, databases.with_addon(server), database)
        with timed("Terms of the addon"):
            options = ["-c", paths.ODOO_CONF, "-d", database, "-o", TEMPLATE]
            command = environment.odoo("i18n", "export", *map(str, options), paths.ADDON.name)
            FOLDER.mkdir(exist_ok=True)
            run(command, log="odoo-i18n", env=environment.of(server))
    finally:
        with processes.undisturbed():
            databases.drop(server, database)


def merge():
    """Give the catalogue exactly the template's terms, and keep its translations.

    :return: the terms that are not translated
    """
    import polib  # one of Odoo's packages: there once Odoo is set up

    template = polib.pofile(str(TEMPLATE), wrapwidth=0)
    known = {}
    if CATALOGUE.exists():
        known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}
    # The hour of an export is no news of the terms: without it, files change with terms alone.
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        template.metadata.pop(name, None)
    template.save(newline="\n")
    template.metadata.update(LANGUAGE)
    for entry in template:
        entry.msgstr = known.get(entry.msgid, "")
    template.save(str(CATALOGUE), newline="\n")
    return [entry.msgid for entry in template if not entry.msgstr]


if __name__ == "__main__":
    console.main(main)
