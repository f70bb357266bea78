"""A copy of the repository, and of databases, in which edits are tried one after the other."""

import compileall
import py_compile
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from .. import choice, environment, odoo_source, paths, processes
from ..parts import FOUND_NOTHING
from . import PLAIN, NoEdit

SECONDS = 180  # for the tests of one edit: one that waits for ever is noticed
SECONDS_OF_ALL = 1800
TESTS_FAILED = 1
WHOLE = shutil.ignore_patterns("__pycache__", ".hypothesis")


class Tree:
    """A copy of the addons and of `dev`."""

    def __init__(self, folder, server, databases):
        """Copy them into a folder.

        :param dict databases: the copy's own, {kind of tests: name}
        """
        self.folder = Path(folder)
        self._server = server
        self._databases = databases
        for source in (*paths.ADDONS, paths.REPOSITORY / "dev"):
            shutil.copytree(source, self.folder / source.name, ignore=WHOLE)
        for name in ("pyproject.toml", "requirements.txt"):
            shutil.copy(paths.REPOSITORY / name, self.folder)
        # An edit may leave a file's size and second as they are, by which Python usually knows its compiled files.
        compileall.compile_dir(
            self.folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH
        )

    @contextmanager
    def edited(self, edit):
        """The copy with the edit in it."""
        file, source = edit.made_in(self.folder / paths.ADDON.name)
        before = file.read_text()
        file.write_text(source)
        try:
            yield
        finally:
            file.write_text(before)

    @contextmanager
    def testing(self, edits):
        """Run the copy's tests that belong to edits of one kind; yield the Run.

        Of one edit the first red test is enough.
        """
        command = self._unit(edits) if edits[0].kind == PLAIN else self._odoo(edits)
        with (
            tempfile.TemporaryFile() as output,
            processes.running(
                command, cwd=self.folder, env=self._variables(), stdout=output, stderr=output
            ) as process,
        ):
            yield Run(process, output, SECONDS if len(edits) == 1 else SECONDS_OF_ALL)

    def _unit(self, edits):
        files = {Path(file).name for edit in edits for file in edit.test_files}
        pattern = files.pop() if len(files) == 1 else "test_*.py"
        return [paths.PYTHON, "-m", "dev.unit", "-k", _chosen(edits), pattern]

    def _odoo(self, edits):
        addons = ",".join(map(str, (*odoo_source.find().addons, self.folder, paths.FOREIGN_ADDONS)))
        database = self._databases[edits[0].kind]
        options = [f"--odoo-config={paths.ODOO_CONF}", f"--odoo-database={database}"]
        options += [f"--odoo-addons-path={addons}", "--odoo-extra=max-cron-threads=0"]
        options += ["--odoo-http", "-p", "dev.pytest_plugin", "-p", "no:cacheprovider", "-q"]
        files = {f"{paths.ADDON.name}/tests/{file}" for edit in edits for file in edit.test_files}
        options += ["-k", choice.for_pytest(_chosen(edits))]
        if len(edits) == 1:
            options.append("--exitfirst")
        return [paths.PYTHON, "-m", "pytest", *options, *sorted(files)]

    def _variables(self):
        return {
            **environment.of(self._server),
            "PYTHONDONTWRITEBYTECODE": "1",
            "L10N_CO_SAMPLES": str(paths.REPOSITORY.parent / "shared" / "samples"),
        }


def _chosen(edits):
    """:return: the choice of all their tests; a file's name stands before its tests' names"""
    return " or ".join(
        f"{Path(file).stem}. {words}"
        for edit in edits
        for file in edit.test_files
        for words in edit.words.split(" or ")
    )


class Run:
    """Tests that run."""

    def __init__(self, process, output, seconds):
        """Keep the process, the file of what it says, and how long it may take."""
        self._process = process
        self._output = output
        self._end = time.monotonic() + seconds

    @property
    def goes_on(self):
        """Whether it is neither through nor late."""
        return self._process.poll() is None and time.monotonic() < self._end

    @property
    def passed(self):
        """Whether all the tests passed.

        :raise NoEdit: there were none, or they did not come to run
        """
        code = self._process.poll()
        if code == FOUND_NOTHING:
            raise NoEdit("there are no such tests")
        if code not in (0, TESTS_FAILED, None):
            raise NoEdit(f"the tests did not run:\n{self.output()}")
        return code == 0

    def output(self):
        """What the tests said."""
        self._output.seek(0)
        return self._output.read().decode(errors="replace")
