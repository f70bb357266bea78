"""Lines of bills and of purchase orders that are the same."""

import unittest
from dataclasses import replace
from decimal import Decimal

from ...coding.clues import words_of
from ...coding.orders import Billed, Ordered, differences, tie_named, tie_open

D = Decimal
NONE, PERCENT = D(0), D("0.01")
PAPER = Ordered("o1", "P1", D(100), D(10), "paper", words_of("Resma carta"))
INK = Ordered("o2", "P1", D(50), D(5), None, words_of("Tinta negra"))
BOUGHT = Billed("b1", D(100), D(10), "paper", words_of("Papel"))
INKED = Billed("b2", D(50), D(5), None, words_of("Tinta negra HP"))


def keys(tied):
    return {key: line.key for key, line in tied.items()}


class TestNamed(unittest.TestCase):
    def test_by_product_by_words_by_price(self):
        tied = tie_named([INKED, BOUGHT], [PAPER, INK], NONE)
        self.assertEqual(keys(tied), {"b1": "o1", "b2": "o2"})
        by_price = replace(INKED, words=frozenset())
        self.assertEqual(keys(tie_named([by_price], [PAPER, INK], NONE)), {"b2": "o2"})

    def test_another_product_is_another_thing(self):
        self.assertEqual(tie_named([replace(BOUGHT, product="x")], [PAPER], NONE), {})

    def test_a_line_of_an_order_is_taken_once(self):
        twice = [BOUGHT, replace(BOUGHT, key="b9")]
        self.assertEqual(keys(tie_named(twice, [PAPER], NONE)), {"b1": "o1"})

    def test_another_price_is_tied_and_named(self):
        dear = replace(BOUGHT, price=D(120), quantity=D(12))
        self.assertEqual(keys(tie_named([dear], [PAPER], NONE)), {"b1": "o1"})
        subjects = [found.subject for found in differences(dear, PAPER, PERCENT)]
        self.assertEqual(subjects, ["price", "quantity"])

    def test_within_the_tolerance_nothing_differs(self):
        close = replace(BOUGHT, price=D(101), quantity=D("10.1"))
        self.assertEqual(list(differences(close, PAPER, PERCENT)), [])
        self.assertEqual(len(list(differences(close, PAPER, NONE))), 2)
        self.assertEqual(list(differences(replace(BOUGHT, quantity=D(1)), PAPER, NONE)), [])

    def test_what_was_not_received(self):
        [found] = differences(BOUGHT, replace(PAPER, received=D(4)), PERCENT)
        self.assertEqual((found.subject, found.ordered, found.billed), ("receipt", D(4), D(10)))


class TestUnits(unittest.TestCase):
    """A box of the order has 12 pieces of the bill."""

    box = replace(PAPER, price=D(1200), open_quantity=D(10), measure="piece", factor=D(12))
    pieces = replace(BOUGHT, price=D(100), quantity=D(120), measure="piece")

    def test_prices_and_quantities_are_compared_in_one_unit(self):
        self.assertEqual(list(differences(self.pieces, self.box, NONE)), [])
        self.assertEqual(keys(tie_open([self.pieces], [self.box], NONE)), {"b1": "o1"})
        [found] = differences(replace(self.pieces, quantity=D(132)), self.box, NONE)
        self.assertEqual((found.subject, found.ordered, found.billed), ("quantity", D(10), D(11)))

    def test_boxes_that_are_billed_as_pieces_are_too_dear(self):
        dear = replace(self.pieces, price=D(1200), quantity=D(10))
        self.assertEqual([one.subject for one in differences(dear, self.box, NONE)], ["price"])
        self.assertEqual(tie_open([dear], [self.box], NONE), {})

    def test_units_of_which_one_is_not_known_are_compared_as_they_stand(self):
        for measure in (None, "metre"):
            same = replace(self.pieces, price=D(1200), quantity=D(10), measure=measure)
            self.assertEqual(list(differences(same, self.box, NONE)), [])


class TestOpen(unittest.TestCase):
    def test_the_only_order_that_has_them_all(self):
        other = replace(PAPER, key="x", order="P2", price=D(90))
        tied = tie_open([BOUGHT, INKED], [PAPER, INK, other], PERCENT)
        self.assertEqual(keys(tied), {"b1": "o1", "b2": "o2"})

    def test_two_orders_prove_nothing(self):
        twin = replace(PAPER, key="x", order="P2")
        self.assertEqual(tie_open([BOUGHT], [PAPER, twin], PERCENT), {})

    def test_some_lines_prove_nothing(self):
        self.assertEqual(tie_open([BOUGHT, INKED], [PAPER], PERCENT), {})
        self.assertEqual(tie_open([], [PAPER], PERCENT), {})

    def test_price_alone_or_more_than_is_open_prove_nothing(self):
        words = replace(INKED, words=words_of("Otra cosa"))
        self.assertEqual(tie_open([words], [INK], PERCENT), {})
        self.assertEqual(tie_open([replace(INKED, quantity=D(6))], [INK], PERCENT), {})


if __name__ == "__main__":
    unittest.main()
