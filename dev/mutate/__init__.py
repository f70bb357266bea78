"""Single edits that some test has to notice: `make mutate`."""

from dataclasses import dataclass


class NoEdit(Exception):
    """The edit cannot be made: what it replaces is not there, or is there more than once."""


@dataclass(frozen=True)
class Edit:
    """A mistake that somebody could make, and the tests that have to turn red by it.

    :param str file: the file, seen from the addon's folder
    :param str old: what is replaced, found in the file exactly once; it may span lines
    :param str new: what stands there instead
    :param str tests: `FILE: WORDS`, the tests of a file below `tests/` that the words choose (`dev/choice.py`);
        `FILE` alone means all of it
    """

    file: str
    old: str
    new: str
    tests: str

    @property
    def test_file(self):
        """The file of its tests, seen from `tests/`."""
        return f"{self.tests.partition(':')[0]}.py"

    @property
    def words(self):
        """Which tests of that file."""
        return self.tests.partition(":")[2].strip()

    @property
    def is_plain(self):
        """Whether its tests run without Odoo."""
        return self.tests.startswith("unit/")

    @property
    def title(self):
        """The edit on one line."""
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        return f"{self.file}: {old} -> {new or 'nothing'}"

    def made_in(self, source):
        """:return: the file's text with the edit

        :raise NoEdit: it cannot be made there, or what comes of it is no Python
        """
        found = source.count(self.old)
        if found != 1:
            raise NoEdit(f"found {found} times")
        source = source.replace(self.old, self.new)
        try:
            compile(source, self.file, "exec")
        except SyntaxError as error:
            raise NoEdit(f"no Python: {error}") from error
        return source
