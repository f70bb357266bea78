"""The plain packages know no Odoo, and of each other what they may; `test_house` has the folders of `models/`."""

import ast
import unittest
from pathlib import Path

ADDON = Path(__file__).parents[2]
# What each may import of the others.
PACKAGES = {
    "vocabulary": set(),
    "dian": {"vocabulary"},
    "mailbox": {"vocabulary"},
    "booking": {"dian", "vocabulary"},
    "coding": {"vocabulary"},
    "letter": {"vocabulary"},
    "bulk": {"mailbox", "vocabulary"},
    "pack": {"vocabulary"},
}


def _used(path):
    """Yield the first part of each module's name that a file imports, of the addon's own as seen from there."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            folder = path.relative_to(ADDON).parts[: -node.level]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from ((*folder, *name.split("."))[0] for name in names)


class TestLayers(unittest.TestCase):
    def test_plain_packages_import_what_they_may(self):
        forbidden = {*PACKAGES, "models", "odoo", "cli", "hooks"}
        for package, allowed in PACKAGES.items():
            for path in sorted((ADDON / package).rglob("*.py")):
                with self.subTest(str(path.relative_to(ADDON))):
                    used = forbidden.intersection(_used(path))
                    self.assertLessEqual(used, {package, *allowed})
