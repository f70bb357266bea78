"""Run the unit tests of `dian/` and `mailbox/`, without Odoo: `python -m dev.unit [-k NAME] [PATTERN]`."""

import argparse
import sys
import unittest

from .bare import REPOSITORY, register_bare_packages

TESTS = REPOSITORY / "l10n_co_einvoice_mail" / "tests" / "unit"
FOUND_NOTHING = 5  # the exit code that pytest has for it


def main(pattern="test_*.py", name=None):
    """Run the tests whose name contains `name`, of the files that match `pattern`; return the exit code."""
    register_bare_packages()
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{name}*"] if name else None
    suite = loader.discover(TESTS, pattern, top_level_dir=REPOSITORY)
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    if not result.wasSuccessful():
        return 1
    return 0 if result.testsRun else FOUND_NOTHING


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m dev.unit")
    parser.add_argument("pattern", nargs="?", default="test_*.py")
    parser.add_argument("-k", dest="name")
    arguments = parser.parse_args()
    sys.exit(main(arguments.pattern, arguments.name))
