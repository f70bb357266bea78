"""Write the pages: `make docs`. `outdated` is for `make lint`."""

from .. import console, paths
from ..console import say
from . import guide, history, readme


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
            say(f"{file.relative_to(paths.REPOSITORY)}: written")
    return 0


def outdated():
    """:return: the files that are not what `make docs` would write"""
    return [
        file for file, make in pages().items() if not file.exists() or file.read_text() != make()
    ]


if __name__ == "__main__":
    console.main(main)
