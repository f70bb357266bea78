"""Run the tests of the plain packages, without Odoo: `python -m dev.unit [-k WORDS] [PATTERN]`."""

import argparse
import sys
import unittest

from . import choice
from .bare import REPOSITORY, register_bare_addons
from .parts import FOUND_NOTHING
from .report import Report

TESTS = sorted(REPOSITORY.glob("*/tests/unit"))


class Loader(unittest.TestLoader):
    """Loads the tests whose file, class or method `words` choose."""

    def __init__(self, words):
        super().__init__()
        self.words = words

    def getTestCaseNames(self, case):  # noqa: N802 - unittest's name
        """Return the names of a class's tests that are chosen."""
        place = f"{case.__module__.rpartition('.')[2]}.{case.__qualname__}"
        names = super().getTestCaseNames(case)
        return [name for name in names if choice.chooses(self.words, f"{place}.{name}")]


def main(pattern="test_*.py", words=""):
    """Run the tests that `words` choose, of the files that match `pattern`; return the exit code."""
    register_bare_addons()
    suite = unittest.TestSuite(
        Loader(words).discover(str(folder), pattern, top_level_dir=str(REPOSITORY))
        for folder in TESTS
    )
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    _report(result).write()
    if not result.wasSuccessful():
        return 1
    return 0 if result.testsRun else FOUND_NOTHING


def _report(result):
    failed = [
        getattr(test, "test_case", test).id()  # a subTest is one of a test's
        for test, _text in (*result.failures, *result.errors)
    ]
    failed += [test.id() for test in result.unexpectedSuccesses]
    skipped = {test.id(): reason for test, reason in result.skipped}
    return Report(result.testsRun - len({*failed, *skipped}), sorted({*failed}), skipped)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m dev.unit")
    parser.add_argument("pattern", nargs="?", default="test_*.py")
    parser.add_argument("-k", dest="words", default="")
    arguments = parser.parse_args()
    sys.exit(main(arguments.pattern, arguments.words))
