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
