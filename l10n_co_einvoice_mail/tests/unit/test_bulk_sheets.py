"""Rows of accounts from pasted text and uploaded files."""

import io
import tracemalloc
import unittest
import zipfile

from l10n_co_einvoice_mail.bulk import sheets
from l10n_co_einvoice_mail.bulk.sheets import SheetRefused

TITLED = "Usuario\tCorreo\tContraseña\tServidor\tPuerto\tCifrado\n"


def zipped(parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return content.getvalue()


def workbook(rows, parts=None):
    """An XLSX with these rows (XML) and other parts."""
    with zipfile.ZipFile(io.BytesIO(sheets.template([], True))) as package:
        present = {name: package.read(name) for name in package.namelist()}
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'
    return zipped({**present, "xl/worksheets/sheet1.xml": sheet, **(parts or {})})


def tracemalloc_peak(work):
    """:return: bytes that Python took at most meanwhile"""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class TestSheets(unittest.TestCase):
    def assert_refused(self, code, row, read, table):
        with self.assertRaises(SheetRefused) as caught:
            read(table)
        self.assertEqual((caught.exception.code, caught.exception.row), (code, row))

    def test_two_columns_are_user_and_password(self):
        rows = sheets.of_text('Laura Gómez\ts3 "cr&t;\npedro\t\n\n')
        self.assertEqual(
            [(row.number, row.user, row.values) for row in rows],
            [(1, "Laura Gómez", {"password": 's3 "cr&t;'}), (2, "pedro", {})],
        )

    def test_three_columns_are_user_address_and_password(self):
        (row,) = sheets.of_text("laura\tlaura@example.com\tsecreta\n")
        self.assertEqual(row.values, {"email": "laura@example.com", "password": "secreta"})

    def test_a_password_keeps_its_blanks(self):
        rows = sheets.of_text(" ana \t con blancos  \r\nluis\t   \n")
        self.assertEqual([row.user for row in rows], ["ana", "luis"])
        self.assertEqual([row.values for row in rows], [{"password": " con blancos  "}, {}])
        content = b" Usuario ; Clave\nana; uno \n"
        self.assertEqual(sheets.of_file(content)[0].values, {"password": " uno "})

    def test_titles_name_the_columns_in_any_order(self):
        rows = sheets.of_text("CLAVE\te-mail\tnota\nuno\ta@example.com\tx\n")
        self.assertEqual(rows[0].user, "a@example.com")
        self.assertEqual(rows[0].values, {"password": "uno", "email": "a@example.com"})

    def test_server_port_and_encryption(self):
        (row,) = sheets.of_text(TITLED + "ana\ta@x.co\tc\tsmtp.x.co\t587\tStartTLS\n")
        self.assertEqual(row.number, 2)
        self.assertEqual(
            (row.values["smtp_host"], row.values["smtp_port"], row.values["smtp_encryption"]),
            ("smtp.x.co", 587, "starttls_strict"),
        )

    def test_what_is_wrong_is_told_by_its_row(self):
        for port in ("x", "0", "70000", "²"):
            line = f"ana\ta@x.co\tc\tsmtp.x.co\t{port}\tSSL\n"
            self.assert_refused("port", 2, sheets.of_text, TITLED + line)
        line = "ana\ta@x.co\tc\tsmtp.x.co\t25\tfuerte\n"
        self.assert_refused("encryption", 2, sheets.of_text, TITLED + line)
        self.assert_refused("columns", 0, sheets.of_text, "only\n")
        self.assert_refused("columns", 0, sheets.of_text, "Clave\tPuerto\nuno\t25\n")

    def test_csv_of_excel_in_spanish(self):
        content = 'Usuario;Contraseña\nLaura Gómez;"a;b"\n'.encode("cp1252")
        (row,) = sheets.of_file(content)
        self.assertEqual((row.user, row.values), ("Laura Gómez", {"password": "a;b"}))
        (row,) = sheets.of_file("\ufeffuser,password\nana,1\n".encode())
        self.assertEqual((row.user, row.values), ("ana", {"password": "1"}))

    def test_template_comes_back(self):
        row = {
            "user": "=1+1",
            "email": "ana@example.com",
            "login": "ana",
            "smtp_host": "smtp.example.com",
            "smtp_port": "465",
            "smtp_encryption": "SSL",
        }
        for spanish in (True, False):
            (read,) = sheets.of_file(sheets.template([row], spanish))
            self.assertEqual(read.user, "=1+1")
            self.assertEqual(read.values["smtp_port"], 465)
            self.assertNotIn("password", read.values)

    def test_numbers_in_cells_are_what_they_show(self):
        import openpyxl

        book = openpyxl.Workbook()
        for cells in (("Usuario", "Clave", "Puerto"), ("ana", 123456, 587.0)):
            book.active.append(cells)
        content = io.BytesIO()
        book.save(content)
        (row,) = sheets.of_file(content.getvalue())
        self.assertEqual(row.values, {"password": "123456", "smtp_port": 587})

    def test_hostile_files(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/workbook.xml", bytes(sheets.MAX_UNPACKED + 1))
        self.assert_refused("too_big", 0, sheets.of_file, bomb.getvalue())
        self.assert_refused("too_big", 0, sheets.of_file, bytes(sheets.MAX_BYTES + 1))
        self.assert_refused("unreadable", 0, sheets.of_file, b"PK\3\4 no workbook")
        self.assert_refused("unreadable", 0, sheets.of_file, zipped({"a.txt": "no workbook"}))
        rows = "ana\tclave\n" * (sheets.MAX_ROWS + 1)
        self.assert_refused("too_big", 0, sheets.of_text, rows)

    def test_a_cell_at_the_end_of_the_world(self):
        """The last column there can be (XFD) in every row, and the last row."""
        rows = "".join(
            f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>ana</t></is></c>'
            f'<c r="B{row}" t="inlineStr"><is><t>clave</t></is></c><c r="XFD{row}"><v>1</v></c></row>'
            for row in range(1, sheets.MAX_ROWS + 1)
        )
        reads = tracemalloc_peak(lambda: sheets.of_file(workbook(rows)))
        self.assertLess(reads, 100 * 2**20)
        self.assertEqual(len(sheets.of_file(workbook(rows))), sheets.MAX_ROWS)
        last = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        self.assert_refused("too_big", 0, sheets.of_file, workbook(last))

    def test_more_tags_than_a_table_of_accounts_has(self):
        cells = "<c/>" * (sheets.MAX_TAGS + 1)
        self.assert_refused("too_big", 0, sheets.of_file, workbook(f"<row>{cells}</row>"))
        styles = {"xl/styles.xml": "<x>" + "<xf/>" * sheets.MAX_OTHER_TAGS + "</x>"}
        self.assert_refused("too_big", 0, sheets.of_file, workbook("", styles))

    def test_broken_workbooks_say_so(self):
        whole = workbook('<row r="1"><c r="A1"><v>1</v></c></row>')
        spoiled = (
            whole[: len(whole) // 2],
            workbook("<row><c>"),
            workbook('<row r="x"><c r="?"/></row>'),
            workbook("", {"xl/workbook.xml": "<workbook/>"}),
            workbook("", {"xl/_rels/workbook.xml.rels": "<a"}),
            workbook("", {"[Content_Types].xml": "?"}),
            whole.replace(b"sheetData", b"sheetdata"),
            whole.replace(b"\x00\x00\x00\x00", b"\xff\xff\xff\xff"),
        )
        for content in spoiled:
            with self.subTest(content[:40]), self.assertRaises(SheetRefused) as caught:
                sheets.of_file(content)
            self.assertIn(caught.exception.code, ("unreadable", "columns"))

    def test_lines_without_end(self):
        self.assert_refused("too_big", 0, sheets.of_file, b"\n" * sheets.MAX_BYTES)
        self.assert_refused("too_big", 0, sheets.of_text, "\n" * (sheets.MAX_BYTES + 1))
        self.assert_refused("columns", 0, sheets.of_file, b"x;" * (sheets.MAX_BYTES // 2))

    def test_empty(self):
        self.assertEqual(sheets.of_text("\n\t\n"), [])
