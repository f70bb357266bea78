"""Working days: the holidays of 2026 and after, days that one adds, Saturdays."""

import datetime
import unittest

from ...radian import days


def day(text):
    return datetime.date.fromisoformat(text)


class TestDays(unittest.TestCase):
    def test_the_holiday_of_2026_is_known(self):
        self.assertIn(day("2026-07-13"), days.official(2026))
        self.assertIn(day("2027-07-12"), days.official(2027))
        self.assertEqual([len(days.official(year)) for year in (2025, 2026, 2027)], [17, 19, 19])

    def test_three_working_days(self):
        for start, end in (
            ("2026-07-10", "2026-07-16"),  # Friday; Monday 13 is a holiday
            ("2026-12-04", "2026-12-10"),  # Friday; Tuesday 8 is a holiday
            ("2026-12-31", "2027-01-06"),  # over the turn of the year
            ("2026-11-28", "2026-12-02"),  # from a Saturday
        ):
            with self.subTest(start):
                self.assertEqual(days.after(day(start)), day(end))

    def test_days_that_one_adds_and_saturdays(self):
        self.assertEqual(days.after(day("2026-07-10"), free={day("2026-07-14")}), day("2026-07-17"))
        self.assertEqual(days.after(day("2026-07-10"), saturday_counts=True), day("2026-07-15"))

    def test_what_is_left(self):
        end = day("2026-07-16")
        for today, left in (
            ("2026-07-10", 3),
            ("2026-07-15", 1),
            ("2026-07-16", 0),
            ("2026-07-17", -1),
        ):
            with self.subTest(today):
                self.assertEqual(days.left(day(today), end), left)
