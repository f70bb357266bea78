"""Rows of accounts from pasted text and uploaded files."""

import io
import unittest
import zipfile

from l10n_co_einvoice_mail.bulk import sheets
from l10n_co_einvoice_mail.bulk.sheets import SheetRefused

TITLED = "Usuario\tCorreo\tContraseña\tServidor\tPuerto\tCifrado\n"


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
        other = io.BytesIO()
        with zipfile.ZipFile(other, "w") as package:
            package.writestr("a.txt", "no workbook")
        self.assert_refused("unreadable", 0, sheets.of_file, other.getvalue())
        rows = "ana\tclave\n" * (sheets.MAX_ROWS + 1)
        self.assert_refused("too_big", 0, sheets.of_text, rows)

    def test_empty(self):
        self.assertEqual(sheets.of_text("\n\t\n"), [])
