import re
import unittest
from pathlib import Path

ADDON = Path(__file__).parents[2]
PAGE = ADDON.parent / "docs" / "security.rst"
TEST = re.compile(r"``(test_\w+\.py)(?:::(test_\w+))?``")


@unittest.skipUnless(PAGE.exists(), "The addon lies alone")
class TestSecurityPage(unittest.TestCase):
    """What docs/security.rst promises names tests that are there."""

    def test_named_tests_are_there(self):
        named = TEST.findall(PAGE.read_text())
        self.assertGreater(len(named), 15)
        for file, test in named:
            with self.subTest(f"{file}::{test}"):
                [path] = [*ADDON.parent.glob(f"l10n_co_einvoice_mail*/tests/**/{file}")] or [
                    ADDON.parent / "dev" / file
                ]
                self.assertIn(f"def {test or 'test_'}", path.read_text())


if __name__ == "__main__":
    unittest.main()
