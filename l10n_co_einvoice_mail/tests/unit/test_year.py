"""The made-up year has the shape that its tables say."""

import unittest
from collections import Counter

from ..tools import year


class TestYear(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.year = year.Year()

    def test_a_seed_is_a_year(self):
        self.assertEqual(self.year.bills, year.Year().bills)
        self.assertNotEqual(self.year.bills, year.Year(1).bills)

    def test_so_many_suppliers_and_bills(self):
        self.assertEqual(len(self.year.bills), year.BILLS)
        self.assertEqual(len({bill.supplier for bill in self.year.bills}), year.SUPPLIERS)
        self.assertEqual(len({bill.number for bill in self.year.bills}), year.BILLS)
        dates = [bill.date for bill in self.year.bills]
        self.assertEqual(dates, sorted(dates))

    def test_it_has_what_is_irregular(self):
        why = Counter(line.why for bill in self.year.bills for line in bill.lines)
        self.assertLessEqual(set(year.UNFORESEEABLE), set(why))
        self.assertTrue(any(bill.is_note for bill in self.year.bills))
        self.assertTrue(any(bill.order for bill in self.year.bills))
        self.assertTrue(any(not bill.is_proven for bill in self.year.bills))

    def test_rules_come_before_what_they_decide(self):
        for bill in self.year.bills:
            for rule in bill.rules:
                self.assertEqual(rule.supplier, bill.supplier)


if __name__ == "__main__":
    unittest.main()
