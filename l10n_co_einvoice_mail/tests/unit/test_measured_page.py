"""What the pages of figures and of the store say is what the tours do and what was measured."""

import ast
import re
import unittest
from pathlib import Path

ADDON = Path(__file__).parents[2]
PAGE = ADDON.parent / "docs" / "measured.rst"
ROW = re.compile(r"^``(l10n_co_\w+)``\s+(\d+)\s+(\d+)  ", re.MULTILINE)
STORE = ADDON / "static" / "description" / "index.html"
# How the pages of the store name a number of clicks, in Spanish and in English.
IN_WORDS = {10: ("diez", "ten"), 11: ("once", "eleven"), 12: ("doce", "twelve")}
# A row of the table of speeds: what, its figure, and how often stock Odoo goes into it.
SPEED = re.compile(
    r"^(Receive \+ check|The same with complete).*?  ([\d.]+)\s*?\n.*against stock +([\d.]+) ",
    re.MULTILINE,
)
ADDRESS = re.compile(r"https?://|mailto:|[\w.]+@\w+")
TOUR = re.compile(r"""\.add\("(l10n_co_\w+)"(.*?)(?=\.add\("|\Z)""", re.DOTALL)
CLICK = re.compile(r"""run: "click|showAppsMenuItem\(""")
TYPED = re.compile(r"""run: ["`]edit""")


def counted():
    """:return: {name of a tour: (clicks, typed fields)}"""
    sources = (ADDON / "static" / "tests" / "tours").glob("*.js")
    tours = (found for file in sources for found in TOUR.findall(file.read_text()))
    return {name: (len(CLICK.findall(js)), len(TYPED.findall(js))) for name, js in tours}


class TestMeasuredPage(unittest.TestCase):
    def test_clicks_and_typed_fields_are_those_of_the_tours(self):
        if not PAGE.exists():
            self.skipTest("The addon lies alone")
        told = {
            name: (int(clicks), int(typed)) for name, clicks, typed in ROW.findall(PAGE.read_text())
        }
        self.assertGreater(len(told), 5)
        found = counted()
        self.assertEqual(told, {name: found.get(name) for name in told})

    def test_first_bill_costs_what_is_promised(self):
        clicks, typed = counted()["l10n_co_first_bill"]
        self.assertLessEqual(clicks, 12)
        self.assertLessEqual(typed, 3)

    def test_store_page_tells_the_clicks(self):
        clicks, _typed = counted()["l10n_co_first_bill"]
        spanish, english = IN_WORDS[clicks]
        page = STORE.read_text()
        self.assertIn(f"{spanish} clics y tres datos escritos", page)
        self.assertIn(f"{english} clicks and three typed fields", page)

    def test_store_page_tells_the_measured_speeds(self):
        if not PAGE.exists():
            self.skipTest("The addon lies alone")
        rows = SPEED.findall(PAGE.read_text())
        self.assertEqual(len(rows), 2)
        page = STORE.read_text()
        for what, figure, times in rows:
            for told in (f"{figure} ", f"{times} "):
                with self.subTest(what, told=told):
                    self.assertIn(told, page)
                    self.assertIn(told.replace(".", ","), page)

    def test_no_address_is_invented(self):
        manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
        self.assertFalse({"website", "support", "live_test_url"} & set(manifest))
        self.assertEqual(ADDRESS.findall(STORE.read_text()), [])
