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
                # Plain tests and Odoo's of one subject may bear one name.
                paths = [*ADDON.parent.glob(f"l10n_co_einvoice_mail*/tests/**/{file}")]
                sources = [path.read_text() for path in paths or [ADDON.parent / "dev" / file]]
                self.assertIn(f"def {test or 'test_'}", "".join(sources))


if __name__ == "__main__":
    unittest.main()
