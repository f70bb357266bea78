"""Which withholding applies, and what is left to a person."""

import datetime
import itertools
import unittest
from dataclasses import replace
from decimal import Decimal

from ...coding.sources import SOURCES
from ...coding.withholding import Case, Kind, Operation, Party, Row, judge, least_amounts, of_day
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
    operation = Operation(Decimal(base), more.pop("day", DAY))
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
