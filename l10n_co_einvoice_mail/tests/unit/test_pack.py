"""A pack is checked with what every machine has: unzip and sha256sum. What strangers wrote runs and escapes nowhere."""

import csv
import datetime
import io
import subprocess
import tempfile
import tracemalloc
import unittest
import unittest.mock
import zipfile
from pathlib import Path

import openpyxl

from l10n_co_einvoice_mail.pack import names, page, tables, writer

EVIL = (
    "../../etc/passwd",
    "C:\\windows\\system.ini",
    "/etc/passwd",
    "a/../../b",
    ".bashrc",
    "con\x00trol",
    "a\nb",
    "",
    "x" * 300,
    "ñandú & cía.",
)
FACTS = {
    "company": "<script>alert(1)</script>",
    "nit": "900",
    "first": "2026-01-01",
    "last": "2026-12-31",
    "made_on": "2027-01-02",
    "made_by": "Ana",
    "documents": "1",
    "mails": "1",
    "years": "10",
}


def row(table, **values):
    return {**dict.fromkeys(table.columns), **values}


class PackCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.work = self.folder / "work"

    def make(self, *files, rows=()):
        """:return: the ZIP of a pack with these files, made in as many turns as there are files"""
        for name, content in files:
            pack = writer.Pack(self.work)
            pack.add(name, content)
            pack.close()
        pack = writer.Pack(self.work)
        for table, values in rows:
            pack.row(table, **row(table, **values))
        return pack.finish(page.page(**FACTS))

    def unpack(self, path):
        into = self.folder / "unpacked"
        subprocess.run(["unzip", "-q", str(path), "-d", str(into)], check=True)
        return into

    def sums(self, folder):
        command = ["sha256sum", "--check", "--strict", "--quiet", writer.MANIFEST]
        return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


class TestPack(PackCase):
    def test_is_checked_with_standard_tools(self):
        into = self.unpack(self.make(("correos/1.eml", b"From: x"), ("a/b.xml", b"<a/>")))
        self.assertEqual(self.sums(into).returncode, 0)
        self.assertEqual((into / "correos/1.eml").read_bytes(), b"From: x")
        listed = {line[66:] for line in (into / writer.MANIFEST).read_text().splitlines()}
        present = {str(file.relative_to(into)) for file in into.rglob("*") if file.is_file()}
        self.assertEqual(listed, present - {writer.MANIFEST})

    def test_what_was_changed_is_found(self):
        into = self.unpack(self.make(("correos/1.eml", b"From: x")))
        (into / "correos/1.eml").write_bytes(b"From: y")
        outcome = self.sums(into)
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("correos/1.eml", outcome.stdout)

    def test_no_name_leads_out_of_it(self):
        pack = writer.Pack(self.work)
        self.addCleanup(pack.close)
        for name in EVIL[:-2]:
            with self.subTest(name), self.assertRaises(ValueError):
                pack.add(name, b"x")

    def test_no_name_twice(self):
        pack = writer.Pack(self.work)
        self.addCleanup(pack.close)
        pack.add("a.xml", b"x")
        with self.assertRaises(ValueError):
            pack.add("a.xml", b"y")
        pack.close()
        again = writer.Pack(self.work)
        self.addCleanup(again.close)
        with self.assertRaises(ValueError):
            again.add("a.xml", b"y")

    def test_memory_does_not_grow_with_it(self):
        pack = writer.Pack(self.work)
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        for number in range(40):
            pack.add(f"correos/{number}.eml", b"%d" % number * 500_000)
        pack.finish(page.page(**FACTS))
        self.assertLess(tracemalloc.get_traced_memory()[1], 8_000_000)

    def test_discard(self):
        self.make(("a.xml", b"x"))
        writer.discard(self.work)
        self.assertFalse(self.work.exists())
        writer.discard(self.work)


class TestTables(PackCase):
    def read(self, path, member):
        with zipfile.ZipFile(path) as package:
            return package.read(member)

    def test_a_ledger_grows_over_turns_and_keeps_one_header(self):
        for number in ("FE1", "FE2"):
            pack = writer.Pack(self.work)
            pack.row(tables.DOCUMENTS, **row(tables.DOCUMENTS, number=number))
            pack.close()
        path = self.make()
        text = self.read(path, "libro.csv").decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([one["Número"] for one in rows], ["FE1", "FE2"])

    def test_no_text_is_a_formula(self):
        evil = ['=cmd|"/c calc"!A1', "+1", "-1+1", "@SUM(A1)", "\t=1", "\n=1", "\u200b=1", " =1"]
        rows = [(tables.DOCUMENTS, {"supplier": text, "total": -5.5}) for text in evil]
        path = self.make(rows=rows)
        text = self.read(path, "libro.csv").decode("utf-8-sig")
        for one in csv.DictReader(io.StringIO(text)):
            self.assertEqual(one["Emisor"][0], "'")
            self.assertEqual(one["Total"], "-5.5", "a number is none")
        book = openpyxl.load_workbook(io.BytesIO(self.read(path, "libro.xlsx")))
        cells = [cell for line in book["libro"].iter_rows(min_row=2) for cell in line]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertIn(-5.5, [cell.value for cell in cells])

    def test_all_tables_are_sheets_of_one_workbook(self):
        path = self.make(rows=[(tables.ITEMS, {"account": "220501", "debit": 1})])
        book = openpyxl.load_workbook(io.BytesIO(self.read(path, "libro.xlsx")))
        self.assertEqual(book.sheetnames, [table.name for table in tables.TABLES])
        self.assertEqual(book["asientos"]["C2"].value, "220501", "an account is no number")

    def test_a_table_larger_than_a_sheet_goes_on_in_another(self):
        rows = [(tables.MAILS, {"subject": str(number)}) for number in range(5)]
        with unittest.mock.patch.object(tables, "SHEET_ROWS", 2):
            path = self.make(rows=rows)
        book = openpyxl.load_workbook(io.BytesIO(self.read(path, "libro.xlsx")))
        subjects = [
            line[3].value
            for name in ("correos", "correos 2", "correos 3")
            for line in book[name].iter_rows(min_row=2)
        ]
        self.assertEqual(subjects, ["0", "1", "2", "3", "4"])

    def test_a_row_has_the_columns_of_its_table(self):
        pack = writer.Pack(self.work)
        self.addCleanup(pack.close)
        with self.assertRaises(ValueError):
            pack.row(tables.MAILS, subject="x")

    def test_cells(self):
        for value, text in (
            (None, ""),
            (False, ""),
            (0, "0"),
            (datetime.date(2026, 1, 2), "2026-01-02"),
            ("a\x00b\r\nc", "ab c"),
        ):
            self.assertEqual(tables.cell(value), text)


class TestNames(unittest.TestCase):
    def test_parts_are_harmless(self):
        for text in EVIL:
            self.assertRegex(names.part(text), r"\A[A-Za-z0-9][A-Za-z0-9-]{0,39}\Z")
        self.assertEqual(names.part("Ñandú & Cía."), "Nandu-Cia")

    def test_suffixes(self):
        for name, end in (
            ("a.PDF", ".pdf"),
            ("a", ".bin"),
            ("a.b/c", ".bin"),
            ("a.tar.gz", ".gz"),
            ("a.\u202efdp", ".bin"),
            (None, ".bin"),
        ):
            self.assertEqual(names.suffix(name), end)


class TestPage(unittest.TestCase):
    def test_runs_nothing(self):
        text = page.page(**FACTS)
        self.assertNotIn("<script", text)
        self.assertIn("sha256sum -c SHA256SUMS", text)

    def test_misses_no_fact(self):
        with self.assertRaises(KeyError):
            page.page(company="x")


if __name__ == "__main__":
    unittest.main()
