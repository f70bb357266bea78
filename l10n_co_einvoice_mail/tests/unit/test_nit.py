import unittest

from ...dian.nit import Nit, check_digit, normalise, same_nit

#: Public ones: number, check digit.
KNOWN = (
    ("800197268", "4"),
    ("901019681", "8"),
    ("830003564", "7"),
    ("901223648", "8"),
    ("900373076", "4"),
    ("900108281", "3"),
)


class TestNit(unittest.TestCase):
    def test_check_digit(self):
        for number, digit in KNOWN:
            self.assertEqual(check_digit(number), digit)
        for number in ("", "AB123", "1" * 16, "٣", "12a"):
            self.assertIsNone(check_digit(number))

    def test_spellings_of_one_number(self):
        for text in (
            "900373115-3",
            "900.373.115-3",
            " 900 373 115 - 3 ",
            "900,373,115-3",
            "900373115\N{EN DASH}3",
            "0900373115-3",
            "NIT: 900.373.115-3",
            "CO900373115-3",
        ):
            self.assertEqual(normalise(text), Nit("900373115", "3"), text)

    def test_number_without_check_digit(self):
        self.assertEqual(normalise("900373115"), Nit("900373115"))
        self.assertEqual(normalise("79456123"), Nit("79456123"))

    def test_ten_digits_are_a_company_with_its_check_digit_only_if_it_is_right(self):
        self.assertEqual(normalise("9012236488"), Nit("901223648", "8"))
        self.assertEqual(normalise("9012236481"), Nit("9012236481"))
        self.assertEqual(normalise("1032456789"), Nit("1032456789"), "a cédula of ten digits")

    def test_foreign_identifications_stay(self):
        self.assertEqual(normalise("ab-123"), Nit(""))
        self.assertEqual(normalise("ab123456"), Nit("AB123456"))

    def test_consistency(self):
        self.assertTrue(normalise("800197268-4").is_consistent)
        self.assertFalse(normalise("800197268-9").is_consistent)
        self.assertTrue(normalise("800197268").is_consistent)

    def test_same_number(self):
        for one, other in (
            ("900.373.115-3", "900373115"),
            ("900373115", "0900373115"),
            ("9003731153", "900373115"),
            ("71791802", "717918021"),  # as certificates write a cédula
            ("800197268", "8001972684"),
            ("ab 123456", "AB123456"),
        ):
            self.assertTrue(same_nit(one, other), (one, other))
            self.assertTrue(same_nit(other, one), (other, one))

    def test_other_number(self):
        for one, other in (
            ("900373115", "900373116"),
            ("71791802", "717918022"),
            ("71791802", "71791802-1-1"),
            ("717918021-5", "71791802"),  # the dash says where the check digit is
            ("", ""),
            (None, None),
            ("-", "0"),
            ("900373115", None),
            ("222222222222", "22222222222"),
        ):
            self.assertFalse(same_nit(one, other), (one, other))
            self.assertFalse(same_nit(other, one), (other, one))

    def test_hostile_text(self):
        for text in ("9" * 100_000, "\0", "\ud800", "-" * 1000, "1-" * 1000, "٠١٢٣٤٥٦٧٨٩"):
            self.assertIsInstance(normalise(text), Nit)
            self.assertFalse(same_nit(text, "900373115"))
