"""What stands against confirming a bill by itself: each thing alone is enough."""

import unittest
from dataclasses import replace
from decimal import Decimal

from ...coding.confirmation import OBSTACLES, Standing, obstacles

FINE = Standing(
    is_proven=True,
    is_draft=True,
    notices=0,
    lines=2,
    unsure=0,
    ruled_out=0,
    unordered=0,
    amount=Decimal(100),
    limit=Decimal(100),
    unchanged=3,
    wanted=3,
    is_changed=False,
    is_unusual=False,
    is_other_supplier=False,
    lacks_rate=False,
    is_closed=False,
    is_refused=False,
    was_taken_back=False,
    lacks_approval=False,
)
DOUBTS = {
    "confirm_not_draft": {"is_draft": False},
    "confirm_not_proven": {"is_proven": False},
    "confirm_notice": {"notices": 1},
    "confirm_unsure": {"unsure": 1},
    "confirm_changed": {"is_changed": True},
    "confirm_rule": {"ruled_out": 1},
    "confirm_order": {"unordered": 1},
    "confirm_limit": {"amount": Decimal("100.01")},
    "confirm_unusual": {"is_unusual": True},
    "confirm_supplier": {"is_other_supplier": True},
    "confirm_rate": {"lacks_rate": True},
    "confirm_closed": {"is_closed": True},
    "confirm_few": {"unchanged": 2},
    "confirm_refused": {"is_refused": True},
    "confirm_taken_back": {"was_taken_back": True},
    "confirm_approval": {"lacks_approval": True},
}


class TestObstacles(unittest.TestCase):
    def test_nothing_stands_against_what_is_fine(self):
        self.assertEqual(obstacles(FINE), ())

    def test_each_doubt_is_enough(self):
        self.assertEqual(set(DOUBTS), set(OBSTACLES))
        for code, doubt in DOUBTS.items():
            with self.subTest(code):
                self.assertEqual(obstacles(replace(FINE, **doubt)), (code,))

    def test_who_says_nothing_forbids_it(self):
        self.assertEqual(set(obstacles(Standing())), set(OBSTACLES) - {"confirm_limit"})

    def test_a_bill_without_lines_or_of_a_negative_amount(self):
        self.assertEqual(obstacles(replace(FINE, lines=0)), ("confirm_unsure",))
        self.assertEqual(obstacles(replace(FINE, amount=Decimal(-1))), ("confirm_limit",))

    def test_no_bill_before_is_never_enough(self):
        self.assertEqual(obstacles(replace(FINE, unchanged=0, wanted=0)), ("confirm_few",))


if __name__ == "__main__":
    unittest.main()
