"""What the fuzzer found once (`make fuzz`) does not break a reader again."""

import unittest
from pathlib import Path

from ..tools import hostile, invariants

FOUND = Path(hostile.__file__).parent / "found"


class TestFound(unittest.TestCase):
    def test_findings(self):
        for path in sorted(FOUND.glob("*/*")):
            with self.subTest(path.relative_to(FOUND)):
                invariants.TARGETS[path.parent.name](path.read_bytes())

    def test_whole_corpus(self):
        """The mails of the corpus hold what is asked of every mail, too."""
        for case in hostile.CASES:
            with self.subTest(case.name):
                invariants.message(case.raw)
