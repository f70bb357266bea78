"""Single edits that some test has to notice: `make mutate`."""

from dataclasses import dataclass

from .. import paths

# The kind of an edit's tests, by what the names of their files begin with; the others are with Odoo alone.
PLAIN, WITH_ODOO, WITH_GUESTS = "without Odoo", "with Odoo", "with OCA's apps"
KINDS = {
    "unit/": PLAIN,
    **{
        f"../../{folder.relative_to(paths.REPOSITORY)}/": WITH_GUESTS
        for folder in paths.GUEST_TESTS
    },
}


class NoEdit(Exception):
    """The edit cannot be made: what it replaces is not there, or is there more than once."""


@dataclass(frozen=True)
class Edit:
    """A mistake that somebody could make, and the tests that have to turn red by it.

    :param str place: a file or a folder of the addon, so that a file may change its name
    :param str old: what is replaced, found there exactly once; it may span lines
    :param str new: what stands there instead
    :param str tests: `FILE: WORDS`, the tests of a file below `tests/` that the words choose (`dev/choice.py`);
        `FILE, FILE` means all of them
    """

    place: str
    old: str
    new: str
    tests: str

    @property
    def test_files(self):
        """The files of its tests, seen from `tests/`."""
        return [f"{name.strip()}.py" for name in self.tests.partition(":")[0].split(",")]

    @property
    def words(self):
        """Which tests of those files."""
        return self.tests.partition(":")[2].strip()

    @property
    def kind(self):
        """What its tests run with."""
        kinds = (kind for start, kind in KINDS.items() if self.tests.startswith(start))
        return next(kinds, WITH_ODOO)

    @property
    def title(self):
        """The edit on one line."""
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        return f"{self.place}: {old} -> {new or 'nothing'}"

    def made_in(self, addon):
        """:param Path addon: the addon's folder, which stays as it is
        :return: (Path of the file, its text with the edit)
        :raise NoEdit: it cannot be made there, or what comes of it is no Python
        """
        place = addon / self.place
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        sources = {file: file.read_text() for file in files if file.is_file()}
        found = sum(source.count(self.old) for source in sources.values())
        if found != 1:
            raise NoEdit(f"what it replaces is there {found} times")
        file = next(file for file, source in sources.items() if self.old in source)
        source = sources[file].replace(self.old, self.new)
        try:
            if file.suffix == ".py":
                compile(source, file, "exec")
        except SyntaxError as error:
            raise NoEdit(f"no Python: {error}") from error
        return file, source
