"""Programs that run tests, in the terminal or beside each other, and what each of them found."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from . import paths, processes, report
from .console import say
from .report import Report

FOUND_NOTHING = 5  # the exit code that pytest has for it
KILLED = 128  # and more: the exit code of a program that a signal ended


class Part:
    """A program that runs tests; `code` is its exit code when it has ended."""

    def __init__(self, title, command, variables=None):
        """Keep how the program is started.

        :param str title: what is printed of it
        :param list command: the program and its arguments
        :param dict variables: its environment, beside this command's own
        """
        self.title = title
        self.command = command
        self.code = None
        self.found = Report()
        self._folder = tempfile.TemporaryDirectory(prefix="tests-")
        self._file = Path(self._folder.name) / "report.json"
        self._variables = {**os.environ, **(variables or {}), report.VARIABLE: str(self._file)}

    @property
    def was_interrupted(self):
        """Whether a signal ended it."""
        return self.code is not None and self.code > KILLED

    def in_foreground(self):
        """Run it in the terminal, which is its own for the while: a debugger works there."""
        say(self.title)
        self._end(processes.in_foreground(self.command, **self._options()))

    @contextmanager
    def in_background(self):
        """Run it beside what is done in the block; it ends with the block at the latest."""
        with (
            tempfile.TemporaryFile() as self._output,
            processes.running(
                self.command, **self._options(), stdout=self._output, stderr=self._output
            ) as self._process,
        ):
            yield self

    def finish(self):
        """Wait until it has ended, and print in one piece what it said."""
        code = self._process.wait()
        self._end(code if code >= 0 else KILLED - code)
        self._output.seek(0)
        say(f"{self.title}\n{self._output.read().decode(errors='replace')}")

    def _options(self):
        return {"cwd": paths.REPOSITORY, "env": self._variables}

    def _end(self, code):
        self.code = code
        self.found = report.read(self._file) or Report()
        self._folder.cleanup()
        if code not in (0, FOUND_NOTHING) and not self.found.failed:
            self.found.failed.append(f"{self.title}: exit code {code}")
