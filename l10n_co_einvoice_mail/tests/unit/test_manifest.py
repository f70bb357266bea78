"""The manifest names what is there, and the store page shows what comes with it."""

import ast
import re
import unittest
from pathlib import Path

from lxml import html

ADDON = Path(__file__).parents[2]
MANIFEST = ast.literal_eval((ADDON / "__manifest__.py").read_text())
# Read by Odoo without being named.
UNNAMED = {"data/neutralize.sql"}
# What our addons join, and every Odoo has.
OF_ODOO = {"hr", "purchase", "stock"}


class TestManifest(unittest.TestCase):
    def test_names_are_short_enough_for_the_store(self):
        for file in ADDON.parent.glob("l10n_co_einvoice_mail*/__manifest__.py"):
            name = ast.literal_eval(file.read_text())["name"]
            self.assertLessEqual(len(name), 25, name)

    def test_a_company_of_colombia_needs_no_app_of_others(self):
        """Odoo installs what has a country and installs itself, also where what it depends on is not there."""
        addons = {
            file.parent.name: ast.literal_eval(file.read_text())
            for file in ADDON.parent.glob("l10n_co_einvoice_mail*/__manifest__.py")
        }
        for name, manifest in addons.items():
            if manifest.get("auto_install") and manifest.get("countries"):
                self.assertLessEqual(set(manifest["depends"]), OF_ODOO | addons.keys(), name)

    def test_every_data_file_is_loaded(self):
        present = {
            file.relative_to(ADDON).as_posix()
            for folder in ("data", "security", "views")
            for file in (ADDON / folder).rglob("*.*")
            if file.suffix in (".xml", ".csv", ".sql")
        }
        self.assertEqual(present - UNNAMED, set(MANIFEST["data"]))

    def test_python_packages_are_those_of_the_requirements(self):
        requirements = ADDON.parent / "requirements.txt"
        if not requirements.exists():
            self.skipTest("The addon lies alone")
        lines = requirements.read_text().splitlines()
        names = {re.match(r"[\w-]+", line)[0] for line in lines if line[:1].isalpha()}
        needed = (
            ast.literal_eval(file.read_text()).get("external_dependencies", {}).get("python", ())
            for file in ADDON.parent.glob("*/__manifest__.py")
        )
        self.assertEqual(names, {name for addon in needed for name in addon})

    def test_every_package_is_pinned(self):
        for file in (
            ADDON.parent / "requirements.txt",
            *ADDON.parent.glob("dev/requirements*.txt"),
        ):
            for line in filter(None, file.read_text().splitlines()):
                self.assertRegex(line, r"^(#|[\w.-]+==[\w.]+$)", file.name)

    def test_pictures_are_there(self):
        for name in MANIFEST["images"]:
            self.assertTrue((ADDON / name).is_file(), name)

    def test_store_page_needs_nothing_from_elsewhere(self):
        folder = ADDON / "static" / "description"
        page = html.fromstring((folder / "index.html").read_text())
        self.assertFalse(page.xpath("//script | //link | //style | //iframe"))
        # The store takes the layout of inline styles away, and keeps classes.
        self.assertFalse(page.xpath("//@style"))
        self.assertFalse([link for link in page.xpath("//a/@href") if not link.startswith("#")])
        for source in page.xpath("//img/@src"):
            self.assertTrue((folder / source).is_file(), source)


if __name__ == "__main__":
    unittest.main()
