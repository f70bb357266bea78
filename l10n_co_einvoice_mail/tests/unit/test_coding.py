"""How lines are coded by what was done before and by rules, how sure that is, and what a year of it comes to."""

import unittest
from decimal import Decimal

from ...coding.clues import Clues, words_of
from ...coding.memory import Memory, Past
from ...coding.proposal import Line, propose
from ...coding.rules import Conditions, Rule, Rules, Subject, attempt
from ...coding.sources import Choice
from ..tools import judged_year, year

ENERGY = "Servicio de energía marzo 2026 contador 4471"


def clues(words=ENERGY, code="E1"):
    return Clues(code=code, words=words_of(words))


def memory(*accounts, of=None, **more):
    """A supplier's bills of one line each, the latest first."""
    lines = [
        Past(n, f"FC-{n}", of or clues(), {"account": account, **more})
        for n, account in enumerate(accounts)
    ]
    return Memory(lines)


def told(known, about=None, what="account"):
    choice = known.recall(about or clues(), what)
    return choice and (choice.value, choice.source)


class TestClues(unittest.TestCase):
    def test_words_are_those_of_every_month(self):
        self.assertEqual(words_of(ENERGY), words_of("SERVICIO DE ENERGIA - Abril 2027, contador 9"))
        self.assertEqual(words_of("1234"), frozenset())

    def test_a_line_that_is_no_item_is_known_by_its_kind(self):
        self.assertEqual(Clues(kind="rounding", code="x").exact, (("kind", "rounding"),))


class TestMemory(unittest.TestCase):
    def test_often_enough_is_sure(self):
        self.assertEqual(told(memory("A", "A", "A")), ("A", "item"))
        self.assertEqual(told(memory("A", "A")), ("A", "item_few"))

    def test_lines_of_one_bill_count_once(self):
        lines = [Past("b", "FC-1", clues(), {"account": "A"}) for _ in range(5)]
        self.assertEqual(told(Memory(lines)), ("A", "item_few"))

    def test_what_a_person_changed_comes_next_and_is_looked_at_until_it_is_repeated(self):
        self.assertEqual(told(memory("B", *"AAAAAAAAAAA")), ("B", "item_changed"))
        self.assertEqual(told(memory(*"BB", *"AAAAAAAAA")), ("B", "item"))

    def test_what_changed_once_in_a_short_history_may_be_an_opinion(self):
        self.assertEqual(told(memory(*"BBBBB", *"AAAAA")), ("B", "item_changed"))
        self.assertEqual(told(memory(*"BBBBBB", *"AAAAA")), ("B", "item"))

    def test_an_exception_is_over_when_what_was_usual_comes_again(self):
        self.assertEqual(told(memory(*"AB", *"AAAAAAAAA")), ("A", "item"))
        self.assertEqual(told(memory(*"AB", *"AAAAAAAA")), ("A", "item_mixed"))

    def test_to_and_fro_is_never_sure(self):
        self.assertEqual(told(memory(*"AAAAABAAAAAB")), ("A", "item_mixed"))
        self.assertEqual(told(memory(*"AABBAABBAABBAABBAABBAABB")), ("A", "item_mixed"))
        self.assertEqual(told(memory(*"ABABABABABABABABABABABAB")), ("A", "item_mixed"))

    def test_other_items_that_never_changed_speak_for_a_change(self):
        changed = [Past(n, f"FC-{n}", clues(), {"account": a}) for n, a in enumerate("BBAAA")]
        steady = [Past(n, f"FC-{n}", clues("lija", "L"), {"account": "C"}) for n in range(7)]
        self.assertEqual(told(Memory([*changed, *steady]), clues()), ("B", "item"))
        self.assertEqual(told(Memory([*changed, *steady[1:]]), clues()), ("B", "item_changed"))
        steady = [Past(n, f"FC-{n}", clues("lija", "L"), {"account": "C"}) for n in range(12)]
        steady[3] = Past(3, "FC-3", clues("lija", "L"), {"account": "D"})
        self.assertEqual(told(Memory([*changed, *steady]), clues()), ("B", "item_changed"))

    def items(self, **accounts):
        """Bills with these items, {word: accounts of the bills on which it is, the latest first}."""
        return [
            Past(n, f"FC-{n}", clues(word, word), {"account": account})
            for word, of_word in accounts.items()
            for n, account in enumerate(of_word)
        ]

    def test_a_supplier_whose_items_are_booked_as_before_needs_one_bill(self):
        known = self.items(lija="C", tornillo="AA", tuerca="AA")
        self.assertEqual(told(Memory(known), clues("lija", "lija")), ("C", "item_usual"))
        known = self.items(lija="C", tornillo="AA", tuerca="BAA")
        self.assertEqual(told(Memory(known), clues("lija", "lija")), ("C", "item_few"))
        known = self.items(lija="C", tornillo="AA", tuerca="A")
        self.assertEqual(told(Memory(known), clues("lija", "lija")), ("C", "item_few"))

    def test_where_items_are_booked_in_several_ways_one_that_came_again_is_enough(self):
        known = self.items(lija="C", tornillo="AA", tuerca="B")
        self.assertEqual(told(Memory(known), clues("lija", "lija")), ("C", "item_usual"))
        known = self.items(lija="C", tornillo="A", tuerca="B")
        self.assertEqual(told(Memory(known), clues("lija", "lija")), ("C", "item_few"))

    def test_other_words_under_the_same_code_are_looked_at(self):
        known = memory(*"AAAA")
        self.assertEqual(told(known, clues("Arriendo bodega")), ("A", "item_reworded"))
        self.assertEqual(told(known, clues("Energía sede contador")), ("A", "item"))

    def test_other_words_are_no_reason_to_doubt_what_a_supplier_always_has(self):
        about = clues("Arriendo bodega")
        for what, value in (("analytic", "north"), ("withholdings", ())):
            known = memory(*"AAAA", **{what: value})
            self.assertEqual(told(known, about, what), (value, "supplier_always"))
        self.assertEqual(told(memory(*"AAAA"), about), ("A", "item_reworded"))

    def test_the_same_words_under_another_code_are_no_proof_after_one_bill(self):
        known = [
            Past(n, f"FC-{n}", clues(word, word), {"account": "A"})
            for n in range(2)
            for word in ("tornillo", "tuerca")
        ]
        self.assertEqual(told(Memory(known), clues("tornillo", "X")), ("A", "item_few"))

    def test_a_new_item_is_looked_at_but_a_supplier_s_only_centre_is_sure(self):
        known = memory(*"AAA", analytic="north")
        self.assertEqual(told(known, clues("Reconexión", "R")), ("A", "supplier"))
        about = clues("Reconexión", "R")
        self.assertEqual(told(known, about, "analytic"), ("north", "supplier_always"))
        self.assertIsNone(told(Memory(), clues()))


class TestRules(unittest.TestCase):
    subject = Subject(
        supplier=7,
        code="E1",
        description="Flete a Medellín",
        unit="94",
        document_type="01",
        amount=Decimal(500),
        text="Centro de costo NORTE",
        addresses=frozenset({"facturas@x.co"}),
    )

    def test_each_condition_is_asked(self):
        for met, missed in (
            ({"supplier": 7}, {"supplier": 8}),
            ({"code": "e1"}, {"code": "E"}),
            ({"words": "FLETE medellin"}, {"words": "flete bogotá"}),
            ({"unit": "94"}, {"unit": "KGM"}),
            ({"document_type": "01"}, {"document_type": "91"}),
            ({"least": Decimal(500)}, {"least": Decimal(501)}),
            ({"most": Decimal(500)}, {"most": Decimal(499)}),
            ({"text": "norte"}, {"text": "sur"}),
            ({"address": " Facturas@X.co"}, {"address": "otro@x.co"}),
        ):
            with self.subTest(met=met):
                self.assertTrue(Conditions(**met).meet(self.subject))
                self.assertFalse(Conditions(**missed).meet(self.subject))

    def test_numbers_are_compared_as_they_stand(self):
        numbered = Subject(7, text="OC 4501")
        self.assertTrue(Conditions(text="4501").meet(numbered))
        self.assertFalse(Conditions(text="4502").meet(numbered))

    def test_the_first_rule_that_says_something_counts(self):
        of_all = Rule(1, "all", Conditions(words="flete"), {"account": "A"})
        of_supplier = Rule(2, "his", Conditions(supplier=7), {"account": "B", "product": "P"})
        line = Line(clues(), Memory(), Rules([of_all, of_supplier]).met_by(self.subject))
        self.assertEqual(propose(line, "account").value, "A")
        self.assertEqual(propose(line, "product").value, "P")
        self.assertIsNone(propose(line, "journal"))

    def test_a_trial_says_how_many_it_meets_and_agrees_with(self):
        rule = Rule(1, "x", Conditions(supplier=7), {"account": "A"})
        past = [
            ("a", self.subject, {"account": "A"}),
            ("b", self.subject, {"account": "B"}),
            ("c", Subject(8), {"account": "A"}),
        ]
        trial = attempt(rule, past)
        self.assertEqual((trial.met, trial.agrees, trial.others), (2, 1, ("b",)))


class TestProposal(unittest.TestCase):
    def test_a_rule_goes_before_the_last_bills_until_somebody_books_otherwise(self):
        rule = Rule(1, "Fletes", Conditions(), {"account": "R"})
        line = Line(clues(), memory(*"AAA"), (rule,))
        self.assertEqual(propose(line, "account").source, "rule")
        changed = Past(1, "FC-1", clues(), {"account": "B"}, {"account": 1})
        line = Line(clues(), Memory([changed]), (rule,))
        self.assertEqual(propose(line, "account").source, "rule_doubted")
        self.assertEqual(propose(line, "account").value, "R")

    def test_a_note_is_coded_as_what_it_corrects(self):
        known = Memory(
            [
                Past("new", "FC-2", clues(), {"account": "B"}),
                Past("old", "FC-1", clues(), {"account": "A"}),
            ]
        )
        line = Line(clues(), known, (Rule(1, "x", Conditions(), {"account": "R"}),), "old")
        self.assertEqual(propose(line, "account"), Choice("A", "corrected", {"bill": "FC-1"}))

    def test_the_product_knows_better_than_another_item_of_the_supplier(self):
        product = [Choice("P", "product")]
        line = Line(clues("Nuevo", "N"), memory(*"AAA"))
        self.assertEqual(propose(line, "account", product).value, "P")
        line = Line(clues(), memory("A"))
        self.assertEqual(propose(line, "account", product).value, "A")
        self.assertFalse(propose(line, "account", product).is_sure)
        same = [Choice("A", "product")]
        self.assertTrue(propose(line, "account", same).is_sure)


class TestYear(unittest.TestCase):
    """What the year comes to without Odoo; `make bench` prints the same with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = (year.FIRST, year.HELD_OUT)
        cls.figures = [judged_year.judge_plainly(year.Year(company)) for company in companies]

    def test_nothing_is_wrong_and_unmarked(self):
        for figures in self.figures:
            self.assertEqual(figures.wrong_unmarked, [])

    def test_most_bills_need_no_hand(self):
        for figures in self.figures:
            self.assertGreater(figures.rate, 0.85)

    def test_what_is_new_is_marked(self):
        for figures in self.figures:
            self.assertGreater(figures.wrong_marked, 100)


if __name__ == "__main__":
    unittest.main()
