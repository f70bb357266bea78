"""The made-up years have the shape that their tables say."""

import hashlib
import unittest
from collections import Counter
from dataclasses import replace

from ..tools import year

#: What is judged by them was written later: they stay as they were.
DIGESTS = {
    year.FIRST: "e7acf819c80c59ed9fc602f99de1947274372a9143f612a50f6d65cff7330e4e",
    year.HELD_OUT: "16b02e99393dc36d7d90c845f41862d539477a6c3ced18bcace4f6e19adbe6b0",
}


class TestYear(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.years = {company: year.Year(company) for company in DIGESTS}

    def test_each_stays_as_it_was(self):
        for company, one in self.years.items():
            digest = hashlib.sha256(repr(one.bills).encode()).hexdigest()
            self.assertEqual(digest, DIGESTS[company], company.seed)

    def test_another_seed_is_another_year(self):
        other = year.Year(replace(year.FIRST, seed=1))
        self.assertNotEqual(self.years[year.FIRST].bills, other.bills)

    def test_so_many_suppliers_and_bills(self):
        for one in self.years.values():
            self.assertEqual(len(one.bills), year.BILLS)
            self.assertEqual(len({bill.supplier for bill in one.bills}), year.SUPPLIERS)
            self.assertEqual(len({bill.number for bill in one.bills}), year.BILLS)
            dates = [bill.date for bill in one.bills]
            self.assertEqual(dates, sorted(dates))

    def test_it_has_what_is_irregular(self):
        for one in self.years.values():
            why = Counter(line.why for bill in one.bills for line in bill.lines)
            self.assertLessEqual(set(year.UNFORESEEABLE), set(why))
            self.assertTrue(any(bill.is_note for bill in one.bills))
            self.assertTrue(any(bill.order for bill in one.bills))
            self.assertTrue(any(not bill.is_proven for bill in one.bills))

    def test_rules_come_before_what_they_decide(self):
        for one in self.years.values():
            for bill in one.bills:
                for rule in bill.rules:
                    self.assertEqual(rule.supplier, bill.supplier)


if __name__ == "__main__":
    unittest.main()
