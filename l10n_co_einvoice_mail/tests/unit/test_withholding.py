"""Which withholding applies, and what is left to a person."""

import datetime
import itertools
import unittest
from dataclasses import replace
from decimal import Decimal

from ...coding.sources import SOURCES
from ...coding.withholding import (
    Case,
    Kind,
    Operation,
    Party,
    Row,
    judge,
    known_rows,
    least_amounts,
    of_day,
)
from ...coding.withholding_table import CONCEPTS, WINDOWS

DAY = datetime.date(2026, 8, 3)
UVT = {2026: Decimal(52_374)}
SERVICES = Row(
    "services", Kind.RENTA, "Servicios", 23, Decimal(4), Decimal(2), datetime.date(2026, 7, 1)
)
IVA = replace(SERVICES, concept="iva", kind=Kind.IVA, rate=Decimal("2.85"))
ICA = replace(SERVICES, concept="ica", kind=Kind.ICA, municipality="11001")
BUYER = Party(frozenset({"R-99-PN"}), False)
AGENT = Party(frozenset({"O-13"}), False)
SUPPLIER = Party(frozenset({"R-99-PN"}), False, "11001")


def answer(row=SERVICES, buyer=BUYER, supplier=SUPPLIER, base="104748", **more):
    others = {name: more.pop(name) for name in ("others", "base_of_others") if name in more}
    operation = Operation(Decimal(base), more.pop("day", DAY), **others)
    found = judge(Case(row, buyer, supplier, operation, UVT, **more))
    if found.applies is None:
        assert not SOURCES[found.source].is_sure
    return found.applies, found.source.removeprefix("withholding_")


def having(*levels, **more):
    return replace(SUPPLIER, levels=frozenset(levels), **more)


class TestBase(unittest.TestCase):
    def test_from_the_least_base_on(self):
        self.assertEqual(answer(base="105000"), (True, "applies"))
        self.assertEqual(answer(base="104747"), (False, "below"))

    def test_between_the_exact_and_the_rounded_figure_a_person_is_asked(self):
        ten = replace(SERVICES, least=Decimal(10))
        self.assertEqual(least_amounts(ten, UVT[2026]), (Decimal(523_740), Decimal(524_000)))
        self.assertEqual(answer(ten, base="523800"), (None, "near"))
        self.assertEqual(answer(ten, base="524000"), (True, "applies"))

    def test_a_base_that_nobody_confirmed_is_asked_about_where_it_decides(self):
        before = replace(SERVICES, least=Decimal(4), since=datetime.date(2026, 5, 8))
        *_, doubtful = known_rows([SERVICES, before], [False, True])
        self.assertEqual(doubtful.otherwise, 4)
        self.assertEqual(answer(doubtful, base="150000"), (None, "in_doubt"))
        self.assertEqual(answer(doubtful, base="210000"), (True, "applies"))
        self.assertEqual(answer(doubtful, base="104747"), (False, "below"))
        *_, sure = known_rows([SERVICES, before], [True, True])
        self.assertEqual(answer(sure, base="150000"), (True, "applies"))

    def test_several_purchases_of_a_day_are_asked_about_and_services_are_not(self):
        goods = replace(SERVICES, of_a_day=True)
        others = {"others": ("FE1",), "base_of_others": Decimal(60_000)}
        self.assertEqual(answer(goods, base="60000"), (False, "below"))
        self.assertEqual(answer(goods, base="60000", **others), (None, "same_day"))
        self.assertEqual(answer(goods, base="40000", **others), (False, "below"))
        self.assertEqual(answer(SERVICES, base="60000", **others), (False, "below"))

    def test_which_concepts_are_goods(self):
        goods = {concept.key for concept in CONCEPTS if concept.of_a_day}
        self.assertEqual(goods, {"purchases", "purchases_not_declaring", "farm", "coffee"})

    def test_no_base_is_every_base(self):
        self.assertEqual(answer(replace(SERVICES, least=Decimal(0)), base="1"), (True, "applies"))

    def test_a_year_without_uvt_is_asked(self):
        self.assertEqual(answer(day=datetime.date(2027, 1, 4)), (None, "no_uvt"))


class TestSwitches(unittest.TestCase):
    def test_the_buyer(self):
        self.assertEqual(answer(buyer=Party()), (None, "buyer_unknown"))
        self.assertEqual(answer(buyer=Party(frozenset({"O-47"}))), (False, "buyer_simple"))
        natural = Party(frozenset({"R-99-PN"}), True)
        self.assertEqual(answer(buyer=natural), (None, "buyer_natural"))

    def test_the_supplier(self):
        self.assertEqual(answer(supplier=having("O-47")), (False, "supplier_simple"))
        self.assertEqual(answer(ICA, supplier=having("O-47")), (False, "supplier_simple"))
        self.assertEqual(answer(supplier=having("O-15")), (False, "supplier_self"))
        self.assertEqual(answer(supplier=having()), (None, "supplier_unknown"))
        self.assertEqual(answer(supplier=having(), base="105000", is_known=True), (True, "applies"))
        large = answer(supplier=having("O-13"), base="105000")
        self.assertEqual(large, (True, "applies"))

    def test_a_natural_person_is_asked_about_until_somebody_knew(self):
        person = having(is_natural=True)
        self.assertEqual(answer(supplier=person, base="105000"), (None, "natural"))
        known = answer(supplier=person, base="105000", is_known=True)
        self.assertEqual(known, (True, "applies"))
        unknown = replace(SUPPLIER, is_natural=None)
        self.assertEqual(answer(supplier=unknown), (None, "person_unknown"))

    def test_reteica_is_of_an_activity_that_the_document_names(self):
        row = replace(ICA, activity="6920")
        base = {"base": "105000"}
        self.assertEqual(answer(row, **base), (None, "activity"))
        self.assertEqual(answer(row, is_known=True, **base), (True, "applies"))
        named = replace(SUPPLIER, activities=frozenset({"6920"}))
        self.assertEqual(answer(row, supplier=named, **base), (True, "applies"))

    def test_reteiva_is_for_agents_only(self):
        self.assertEqual(answer(IVA), (False, "no_agent"))
        self.assertEqual(answer(IVA, buyer=AGENT, base="105000"), (True, "applies"))
        between = answer(IVA, buyer=AGENT, supplier=having("O-23"))
        self.assertEqual(between, (False, "between_agents"))
        self.assertEqual(answer(IVA, supplier=having("O-47")), (None, "iva_simple"))
        self_withholder = answer(IVA, buyer=AGENT, supplier=having("O-15"), base="105000")
        self.assertEqual(self_withholder, (True, "applies"))

    def test_reteica_of_another_municipality_is_asked(self):
        self.assertEqual(answer(ICA, base="105000"), (True, "applies"))
        elsewhere = replace(SUPPLIER, municipality="05001")
        self.assertEqual(answer(ICA, supplier=elsewhere), (None, "place"))


class TestTable(unittest.TestCase):
    def test_windows_follow_each_other(self):
        for before, after in itertools.pairwise(WINDOWS):
            self.assertEqual(before.until + datetime.timedelta(1), after.since)
        self.assertIsNone(WINDOWS[-1].until)

    def test_the_day_of_the_document_decides(self):
        rows = [
            replace(
                SERVICES, since=window.since, until=window.until, least=Decimal(window.services)
            )
            for window in WINDOWS
        ]
        for day, least in (
            ("2025-05-31", 4),
            ("2025-06-01", 2),
            ("2026-05-07", 2),
            ("2026-05-08", 4),
            ("2026-06-30", 4),
            ("2026-07-01", 2),
        ):
            [row] = of_day(rows, datetime.date.fromisoformat(day))
            self.assertEqual(row.least, least, day)

    def test_what_is_known_from_copies_alone_says_so(self):
        self.assertEqual([window.is_sure for window in WINDOWS], [True, True, False, False])

    def test_no_reteica_is_shipped(self):
        self.assertNotIn(Kind.ICA, {concept.kind for concept in CONCEPTS})


if __name__ == "__main__":
    unittest.main()
