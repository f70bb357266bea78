"""Which event may follow which, and on which invoices."""

import itertools
import unittest

from ...radian.events import EVENTS, Subject, objections

BOUGHT = {"type_code": "01", "payment_form": "2"}


class TestObjections(unittest.TestCase):
    def told(self, code, *approved, ahead=(), **facts):
        subject = Subject(**{**BOUGHT, "approved": frozenset(approved), **facts})
        return objections(code, subject, ahead)

    def test_each_follows_its_prerequisites(self):
        self.assertEqual(self.told("030"), [])
        self.assertEqual(self.told("032", "030"), [])
        self.assertEqual(self.told("031", "030", "032"), [])
        self.assertEqual(self.told("033", "030", "032"), [])

    def test_none_comes_without_them(self):
        self.assertEqual(self.told("032"), ["event_needs_030"])
        self.assertEqual(self.told("031", "030"), ["event_needs_032"])
        self.assertEqual(self.told("033"), ["event_needs_030", "event_needs_032"])

    def test_what_goes_ahead_is_waited_for(self):
        self.assertEqual(self.told("032", ahead=["030"]), [])

    def test_none_comes_twice(self):
        for code in EVENTS:
            with self.subTest(code):
                self.assertIn("event_done", self.told(code, "030", "032", code))
                self.assertIn(
                    "event_done", self.told(code, "030", "032", waiting=frozenset({code}))
                )

    def test_claim_and_acceptance_exclude_each_other(self):
        self.assertEqual(self.told("031", "030", "032", "033"), ["event_accepted"])
        self.assertEqual(self.told("033", "030", "032", "031"), ["event_claimed"])
        self.assertEqual(self.told("031", "030", "032", "034"), ["event_tacit"])
        self.assertEqual(self.told("033", "030", "032", "034"), ["event_tacit"])

    def test_one_on_its_way_excludes_as_well(self):
        waiting = frozenset({"033"})
        self.assertEqual(self.told("031", "030", "032", waiting=waiting), ["event_accepted"])

    def test_one_on_its_way_proves_nothing(self):
        self.assertEqual(self.told("032", waiting=frozenset({"030"})), ["event_needs_030"])

    def test_a_claim_has_its_days(self):
        self.assertEqual(self.told("031", "030", "032", is_late=True), ["event_late"])
        self.assertEqual(self.told("033", "030", "032", is_late=True), [])

    def test_only_accepted_invoices_on_credit_that_we_bought(self):
        for code, (name, value, reason) in itertools.product(
            EVENTS,
            (
                ("type_code", "91", "event_no_invoice"),
                ("payment_form", "1", "event_no_credit"),
                ("payment_form", "", "event_no_credit"),
                ("is_accepted", False, "event_not_accepted"),
                ("is_bought", False, "event_not_bought"),
            ),
        ):
            with self.subTest(code, reason=reason):
                self.assertIn(reason, self.told(code, **{name: value}))
