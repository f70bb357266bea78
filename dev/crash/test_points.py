import unittest

from . import points


class TestPoints(unittest.TestCase):
    """Collected by `make test` among the tests with Odoo."""

    def test_the_addon_has_every_point(self):
        """What is renamed there is renamed here."""
        points.check()
