"""Write the pages: `make docs`. `problems` is for `make lint`."""

from docutils.core import publish_doctree
from docutils.utils import SystemMessage

from .. import console, paths
from ..console import say
from . import guide, history, readme

STRICT = {"report_level": 5, "halt_level": 2}


def pages():
    """:return: {file: function that makes its text}, in the order in which they are made"""
    fragment = paths.ADDON / "readme" / "HISTORY.md"
    return {
        fragment: history.render,
        **{guide.FOLDER / f"{name}.html": _of(guide.render, name) for name in guide.LANGUAGES},
        **{addon / "README.rst": _of(readme.render, addon) for addon in paths.ADDONS},
    }


def _of(function, argument):
    return lambda: function(argument)


def main():
    """Write what has changed."""
    for file, make in pages().items():
        text = make()
        if not file.exists() or file.read_text() != text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
            say(f"{_name(file)}: written")
    return 0


def problems():
    """:return: sentences about pages that are not what `make docs` would write, or that no reader could show"""
    found = [
        f"{_name(file)} is not up to date. Run `make docs`."
        for file, make in pages().items()
        if not file.exists() or file.read_text() != make()
    ]
    for file in (paths.REPOSITORY / "README.rst", *paths.REPOSITORY.glob("*/*.rst")):
        try:
            publish_doctree(file.read_text(), settings_overrides=STRICT)
        except SystemMessage as error:
            found.append(f"{_name(file)}: {error}")
    return found


def _name(file):
    return file.relative_to(paths.REPOSITORY)


if __name__ == "__main__":
    console.main(main)
