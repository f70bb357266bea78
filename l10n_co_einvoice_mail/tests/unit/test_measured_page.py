"""What the page of figures says of clicks and typed fields is what the tours do."""

import re
import unittest
from pathlib import Path

ADDON = Path(__file__).parents[2]
PAGE = ADDON.parent / "docs" / "measured.rst"
ROW = re.compile(r"^``(l10n_co_\w+)``\s+(\d+)\s+(\d+)  ", re.MULTILINE)
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
