"""Take the addons' terms out of their code and screens: `make i18n`.

Writes `i18n/ADDON.pot` of each addon and brings its `i18n/es.po` up to its terms. What is not translated yet is
printed; the tests ask for all of it.
"""

import os

from . import console, databases, environment, paths, postgres, processes
from .console import run, say, timed
from .docs import __main__ as docs

LANGUAGE = {
    "Language": "es",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
    "Content-Transfer-Encoding": "8bit",
}


def main():
    """Update all the files; return 1 while terms are not translated."""
    processes.end_on_signals()
    with postgres.opened() as server:
        export(server)
    missing = [(addon, term) for addon in paths.ADDONS for term in merge(addon)]
    for addon, term in missing:
        say(f"not translated in {addon.name}: {term}")
    say(f"{len(missing)} terms to translate.")
    if missing:
        return 1
    return docs.main()  # the guides tell the program's own texts


def export(server):
    """Write the templates of the addons as they are now, with Odoo's own exporter."""
    database = f"i18n-{os.getpid()}"
    try:
        databases.copy(server, databases.with_guests(server), database)
        for addon in paths.ADDONS:
            with timed(f"Terms of {addon.name}"):
                options = ["-c", paths.FOREIGN_CONF, "-d", database, "-o", _template(addon)]
                command = environment.odoo("i18n", "export", *map(str, options), addon.name)
                _template(addon).parent.mkdir(exist_ok=True)
                run(command, log="odoo-i18n", env=environment.with_guests(server))
    finally:
        with processes.undisturbed():
            databases.drop(server, database)


def _template(addon):
    return addon / "i18n" / f"{addon.name}.pot"


def merge(addon):
    """Give the addon's catalogue exactly the template's terms, and keep its translations.

    :return: the terms that are not translated
    """
    import polib  # one of Odoo's packages: there once Odoo is set up

    template = polib.pofile(str(_template(addon)), wrapwidth=0)
    catalogue = addon / "i18n" / "es.po"
    known = {}
    if catalogue.exists():
        known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue))}
    # The hour of an export is no news of the terms: without it, files change with terms alone.
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        template.metadata.pop(name, None)
    template.save(newline="\n")
    template.metadata.update(LANGUAGE)
    for entry in template:
        entry.msgstr = known.get(entry.msgid, "")
    template.save(str(catalogue), newline="\n")
    return [entry.msgid for entry in template if not entry.msgstr]


if __name__ == "__main__":
    console.main(main)
