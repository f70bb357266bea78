"""The names in a finding's lists are put into words."""

import unittest

from ...dian import words


class TestWords(unittest.TestCase):
    def test_names_become_words_and_keep_their_amounts(self):
        data = {"differences": "PayableAmount 10.00 ≠ 12.00, TaxInclusiveAmount 9.00 ≠ 8.00"}
        self.assertEqual(
            words.worded(data, str.upper),
            {"differences": "THE AMOUNT TO PAY 10.00 ≠ 12.00, THE TOTAL WITH TAXES 9.00 ≠ 8.00"},
        )

    def test_names_that_nobody_worded_stay(self):
        data = {"fields": "Invoice/cac:TaxTotal[1]/cbc:TaxAmount, IssueDate ..."}
        self.assertEqual(
            words.worded(data, str.upper),
            {"fields": "Invoice/cac:TaxTotal[1]/cbc:TaxAmount, THE ISSUE DATE ..."},
        )

    def test_other_values_are_left_alone(self):
        data = {"supplier": "ID", "number": "PayableAmount"}
        self.assertEqual(words.worded(data, str.upper), data)


if __name__ == "__main__":
    unittest.main()


class TestPaths(unittest.TestCase):
    def test_of_a_difference(self):
        for path, expected in {
            "lines.2.price": "LINE 2, PRICE",
            "totals.payable": "TOTALS, AMOUNT TO PAY",
            "lines.12.taxes.1.scheme": "LINE 12, TAX 1, scheme",
            "qr_code": "qr_code",
        }.items():
            self.assertEqual(words.path_in_words(path, str.upper), expected)
