"""The addon's HISTORY fragment: the repository's changelog from its first version on."""

from .. import paths

CHANGELOG = paths.REPOSITORY / "CHANGELOG.md"


def render():
    """:return: text of the fragment"""
    return CHANGELOG.read_text()[CHANGELOG.read_text().index("## ") :]
