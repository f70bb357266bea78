import time
import unittest

from ...mailbox import oauth


class TestFreshness(unittest.TestCase):
    def test_a_token_in_its_last_minutes_is_renewed(self):
        """A run lasts longer than what is left of it."""
        now = time.time()
        for left, expected in (
            (400, True),
            (240, False),
            (1, False),
            (-60, False),
        ):
            with self.subTest(left=left):
                self.assertEqual(oauth.is_fresh(now + left), expected)

    def test_a_token_without_a_date(self):
        self.assertFalse(oauth.is_fresh(0))
        self.assertFalse(oauth.is_fresh(False))
