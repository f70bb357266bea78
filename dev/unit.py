"""Run the unit tests of `dian/` and `mailbox/`, without Odoo: `python -m dev.unit [PATTERN]`."""

import sys
import unittest

from .bare import REPOSITORY, register_bare_packages

TESTS = REPOSITORY / "l10n_co_einvoice_mail" / "tests" / "unit"


def main(pattern="test_*.py"):
    """Run the test files that match `pattern`; return the process' exit code."""
    register_bare_packages()
    suite = unittest.defaultTestLoader.discover(TESTS, pattern, top_level_dir=REPOSITORY)
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
