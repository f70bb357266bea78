"""When a database is made again. Collected by `make test` among the tests with Odoo."""

import unittest

from . import declarations

FILE = '''"""A record."""
from odoo import fields, models

LIMIT = 3


class Record(models.Model):
    """Something."""

    _inherit = "res.partner"
    total = fields.Float(compute="_compute_total")

    def _compute_total(self):
        """Add."""
        self.total = 1

    def init(self):
        self.env.cr.execute("SELECT 1")
'''
# An edit, and whether an installation takes something else from the file after it.
EDITS = {
    ("self.total = 1", "self.total = 2"): False,
    ('"""Add."""', '"""Add up."""'): False,
    ('"""Something."""', '"""Something else."""'): False,
    ("LIMIT = 3", "LIMIT = 3  # as the annex says"): False,
    ("LIMIT = 3", "LIMIT = 4"): True,
    ("fields.Float(", "fields.Float(store=True, "): True,
    ("def _compute_total(self)", "def _compute_total(self, limit=LIMIT)"): True,
    ('_inherit = "res.partner"', '_inherit = "res.users"'): True,
    ("SELECT 1", "SELECT 2"): True,
    ("    def init(self)", "    def other(self)"): True,
}


class TestDeclarations(unittest.TestCase):
    def test_what_makes_a_database_again(self):
        before = declarations.of(FILE)
        for (old, new), changes in EDITS.items():
            with self.subTest(f"{old} -> {new}"):
                self.assertEqual(FILE.count(old), 1)
                self.assertEqual(declarations.of(FILE.replace(old, new)) != before, changes)
