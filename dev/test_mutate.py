"""That each edit of `make mutate` can be made. Collected by `make test` among the tests with Odoo."""

import unittest

from . import paths
from .mutate import NoEdit, edits


class TestEdits(unittest.TestCase):
    def test_each_can_be_made(self):
        for edit in edits.ALL:
            with self.subTest(edit.title):
                try:
                    edit.made_in(paths.ADDON)
                except NoEdit as error:
                    self.fail(str(error))
