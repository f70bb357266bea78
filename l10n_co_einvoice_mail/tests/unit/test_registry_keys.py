"""No two of our scripts take the same key of a registry: the second would keep every page from opening."""

import re
import unittest
from collections import Counter
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "static"
ADDED = re.compile(r"""registry\.category\("([\w.]+)"\)\s*\.add\("([\w.]+)\"""")


class TestRegistryKeys(unittest.TestCase):
    def test_each_key_is_added_once(self):
        found = [pair for file in SCRIPTS.rglob("*.js") for pair in ADDED.findall(file.read_text())]
        self.assertGreater(len(found), 10)
        self.assertEqual([pair for pair, times in Counter(found).items() if times > 1], [])


if __name__ == "__main__":
    unittest.main()
