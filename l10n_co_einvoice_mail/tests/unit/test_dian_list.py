import datetime
import io
import itertools
import unittest
import zipfile
from decimal import Decimal
from unittest import mock

import msoffcrypto
import openpyxl
import xlwt

from ...dian import dian_list
from ...dian.dian_list import ListRefused
from ..tools.dian_lists import TITLES, sheet
from ..tools.shared_samples import DIAN_LISTS, needs

CUFE = "ab" * 48
CELLS = (
    "Factura electrónica", CUFE.upper(), 1012, "OB", "COP", 2, "20-11-2026", "2026-11-20T14:30:00", 900200002.0,
    "Talleres\u202e SAS", "800.123.456-7", "Compradora", "1.14", 7.14, "Aprobado con notificación", "Recibido",
)  # fmt: skip


def with_cells(**cells):
    row = dict(zip(TITLES, CELLS, strict=True))
    return tuple({**row, **cells}.values())


def only(content, **options):
    [listed] = dian_list.read(content, **options)
    return listed


class TestRead(unittest.TestCase):
    def test_a_row(self):
        listed = only(sheet(TITLES, CELLS))
        self.assertEqual((listed.row, listed.type_code, listed.cufe), (2, "01", CUFE))
        self.assertEqual(
            (listed.number, listed.issuer_nit, listed.receiver_nit),
            ("OB1012", "900200002", "800123456"),
        )
        self.assertEqual(listed.issuer_name, "Talleres SAS")
        self.assertEqual(
            (listed.issue_date, listed.received_on), (datetime.date(2026, 11, 20),) * 2
        )
        self.assertEqual((listed.total, listed.tax), (Decimal("7.14"), Decimal("1.14")))
        self.assertEqual(
            (listed.status, listed.group, listed.is_credit), ("approved", "received", True)
        )

    def test_goes_on_after_so_many(self):
        content = sheet(TITLES, CELLS, CELLS, CELLS, before=((),))
        rows = [listed.row for listed in dian_list.read(content, after=1)]
        self.assertEqual(rows, [4, 5])

    def test_titles_below_others_and_written_otherwise(self):
        titles = [title.upper().replace("Ó", "O") for title in TITLES]
        before = (("Reporte de documentos",), (), ("Consulta 2026-11-28",))
        self.assertEqual(only(sheet(titles, CELLS, before=before)).row, 5)

    def test_titles_in_the_last_row_that_is_looked_at(self):
        before = [("Reporte",)] * (dian_list.HEADER_ROWS - 1)
        self.assertEqual(only(sheet(TITLES, CELLS, before=before)).row, 41)

    def test_titles_as_other_lists_have_them(self):
        others = {
            "CUFE/CUDE": ("CUFE/CUDE/CUDS", "CUFE", "Cufe / Cude"),
            "Tipo de documento": ("Tipo de Documento", "TIPO DOCUMENTO"),
            "Fecha Emisión": ("Fecha Emision", "Fecha de emisión", " FECHA  EMISIÓN "),
            "NIT Emisor": ("Nit Emisor", "N.I.T. emisor", "NIT del emisor"),
            "Folio": ("Número", "Número de documento"),
            "Total": ("TOTAL", "Valor total"),
        }
        for title, written in others.items():
            for other in written:
                with self.subTest(other):
                    titles = [other if one == title else one for one in TITLES]
                    self.assertEqual(only(sheet(titles, CELLS)).cufe, CUFE)

    def test_seventeen_columns_without_payment(self):
        """A form without currency and form of payment, with taxes in their place."""
        left_out = {"Divisa", "Forma de Pago"}
        row = {
            title: cell for title, cell in zip(TITLES, CELLS, strict=True) if title not in left_out
        }
        taxes = {"ICA": 0, "IPC": 0, "Notificación": ""}
        listed = only(sheet((*row, *taxes), (*row.values(), *taxes.values())))
        self.assertEqual((listed.number, listed.currency, listed.is_credit), ("OB1012", "", None))

    def test_numbers_as_programs_write_them(self):
        cells = {"NIT Emisor": "900200002.0", "NIT Receptor": 800123456.0, "Folio": "1012.0"}
        listed = only(sheet(TITLES, with_cells(**cells)))
        self.assertEqual(
            (listed.issuer_nit, listed.receiver_nit, listed.number),
            ("900200002", "800123456", "OB1012"),
        )

    def test_a_number_that_has_its_prefix_already(self):
        for prefix, folio, number in (
            ("OB", "OB7", "OB7"),
            ("ob", "OB7", "OB7"),
            ("1", "17", "117"),
        ):
            with self.subTest(folio):
                listed = only(sheet(TITLES, with_cells(Prefijo=prefix, Folio=folio)))
                self.assertEqual(listed.number, number)

    def test_several_sheets(self):
        book = openpyxl.Workbook()
        book.active.append(("Instrucciones",))
        for name in ("Emitidos", "Recibidos"):
            other = book.create_sheet(name)
            other.append(TITLES)
            other.append(CELLS)
        content = io.BytesIO()
        book.save(content)
        self.assertEqual([listed.row for listed in dian_list.read(content.getvalue())], [2, 2])

    def test_other_order_and_columns_of_no_use(self):
        mixed = sheet((*reversed(TITLES), "INC Bolsas"), (*reversed(CELLS), 0))
        self.assertEqual(only(mixed).number, "OB1012")

    def test_dates_of_every_form(self):
        day = datetime.date(2026, 11, 3)
        cells = (
            "03-11-2026",
            "3/11/2026 8:05",
            "2026-11-03",
            "2026-11-03T23:59:59",
            46329,
            "46329",
            day,
        )
        for cell in (*cells, datetime.datetime(2026, 11, 3, 9)):  # noqa: DTZ001 - as a spreadsheet has it
            with self.subTest(cell):
                listed = only(sheet(TITLES, with_cells(**{"Fecha Emisión": cell})))
                self.assertEqual(listed.issue_date, day)
        self.assertIsNone(only(sheet(TITLES, with_cells(**{"Fecha Emisión": "hoy"}))).issue_date)

    def test_amounts_of_every_form(self):
        for cell, amount in (
            ("516018.25", "516018.25"), (516018.25, "516018.25"), (5000, "5000"), ("1.516.018,25", "1516018.25"),
            ("1,516,018.25", "1516018.25"), ("516018,25", "516018.25"), ("$ 5000", "5000"), ("-7.5", "-7.5"),
        ):  # fmt: skip
            with self.subTest(cell):
                self.assertEqual(only(sheet(TITLES, with_cells(Total=cell))).total, Decimal(amount))
        for cell in ("", "nan", "mil", None, True):
            with self.subTest(cell):
                self.assertIsNone(only(sheet(TITLES, with_cells(Total=cell))).total)

    def test_types(self):
        for kind, code in (
            ("Factura electrónica de contingencia", "03"), ("NOTA DE CRÉDITO ELECTRÓNICA", "91"),
            ("Nota de débito electrónica", "92"), ("Documento soporte con no obligados", "05"),
            ("Nota de ajuste del documento soporte", "95"), ("Nomina Individual", "102"),
            ("Nómina Individual de Ajuste", "103"), ("Application response", "96"),
            ("Documento equivalente - POS", "20"), ("Documento equivalente - Servicios públicos", "60"),
            ("Documento equivalente electrónico - Tiquete de máquina registradora POS", "20"),
            ("Factura electrónica de Venta", "01"), ("Factura de exportación", "02"), ("Nota Crédito", "91"),
            ("Nota de ajuste del documento equivalente", "94"), ("Nómina electrónica", "102"),
            ("Documento soporte de pago de nómina electrónica", "102"), ("Otra cosa", ""),
        ):  # fmt: skip
            with self.subTest(kind):
                listed = only(sheet(TITLES, with_cells(**{"Tipo de documento": kind})))
                self.assertEqual((listed.type_code, listed.kind), (code, kind))

    def test_a_cell_that_holds_no_cufe(self):
        for cell in ("", "xyz", 12, "=1+1"):
            with self.subTest(cell):
                self.assertEqual(only(sheet(TITLES, with_cells(**{"CUFE/CUDE": cell}))).cufe, "")

    def test_a_wrong_dimension_hides_no_row(self):
        content = io.BytesIO(sheet(TITLES, CELLS, CELLS))
        with zipfile.ZipFile(content) as package:
            files = {name: package.read(name) for name in package.namelist()}
        name = "xl/worksheets/sheet1.xml"
        files[name] = files[name].replace(b'ref="A1:P3"', b'ref="A1:A1"')
        self.assertIn(b'"A1:A1"', files[name])
        self.assertEqual(len(list(dian_list.read(packed(files)))), 2)

    def test_csv_of_the_usual_kinds(self):
        cells = [str(cell) for cell in CELLS]
        for separator, encoding in itertools.product(";,\t", ("utf-8-sig", "cp1252", "utf-8")):
            rows = "\r\n".join(
                separator.join(row) for row in (TITLES, [c.replace("\u202e", "") for c in cells])
            )
            with self.subTest(separator=separator, encoding=encoding):
                listed = only(rows.encode(encoding))
                self.assertEqual((listed.number, listed.status), ("OB1012", "approved"))

    def test_csv_of_excels_unicode_text(self):
        rows = "\r\n".join("\t".join(map(str, row)) for row in (TITLES, CELLS))
        self.assertEqual(only(rows.encode("utf-16")).number, "OB1012")

    def test_csv_below_a_text_full_of_other_separators(self):
        cells = ";".join(map(str, CELLS)).replace("\u202e", "")
        text = "sep=;\r\n" + "Consulta,de,varias,cosas,y,más,cosas,así,,,,,,,,,,,,,,\r\n" * 3
        listed = only((text + ";".join(TITLES) + "\r\n" + cells).encode("cp1252"))
        self.assertEqual((listed.row, listed.number), (6, "OB1012"))

    def test_zip(self):
        content = sheet(TITLES, CELLS)
        for files in (
            {"x.xlsx": content},
            {"x.xlsx": content, "__MACOSX/._x.xlsx": b"x", "l.pdf": b"x"},
        ):
            with self.subTest(list(files)):
                self.assertEqual(only(packed(files)).number, "OB1012")

    def test_zip_in_a_zip(self):
        inner = packed({"x.xlsx": sheet(TITLES, CELLS)})
        self.assertEqual(only(packed({"descarga.zip": inner})).number, "OB1012")

    def test_many_months_in_one_zip(self):
        content = sheet(TITLES, CELLS)
        self.assertEqual(
            len(list(dian_list.read(packed({"1.xlsx": content, "2.xlsx": content})))), 2
        )


def packed(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, file in files.items():
            package.writestr(name, file)
    return content.getvalue()


class TestRefused(unittest.TestCase):
    def refused(self, content, code, **options):
        with self.assertRaises(ListRefused) as caught:
            list(dian_list.read(content, **options))
        self.assertEqual(caught.exception.code, code)

    def test_what_is_no_list(self):
        for content in (
            b"",
            b"\0" * 50,
            b"hello\n",
            sheet(("a", "b")),
            sheet(TITLES[:5], CELLS[:5]),
        ):
            self.refused(content, "header")

    def test_titles_too_far_below(self):
        self.refused(sheet(TITLES, CELLS, before=[("x",)] * 41), "header")

    def test_damaged(self):
        whole = sheet(TITLES, CELLS)
        for content in (
            whole[:-100],
            whole[:200],
            b"PK\3\4" + b"x" * 100,
            dian_list.OLE + b"x" * 600,
        ):
            self.refused(content, "unreadable")
        broken = io.BytesIO(whole)
        with zipfile.ZipFile(broken) as package:
            files = {name: package.read(name) for name in package.namelist()}
        files["xl/worksheets/sheet1.xml"] = files["xl/worksheets/sheet1.xml"][:-60]
        self.refused(packed(files), "unreadable")

    def test_one_file_of_a_zip_that_is_no_list(self):
        self.refused(packed({"a.xlsx": sheet(TITLES, CELLS), "b.xlsx": sheet(("x",))}), "header")

    def test_a_zip_without_a_list(self):
        self.refused(packed({"a.pdf": b"x"}), "unreadable")

    def test_a_zip_in_a_zip_in_a_zip(self):
        inner = packed({"b.zip": packed({"c.zip": packed({"d.xlsx": sheet(TITLES, CELLS)})})})
        self.refused(inner, "unreadable")

    def test_an_old_excel_file_is_called_so(self):
        book = xlwt.Workbook()
        book.add_sheet("Lista").write(0, 0, "CUFE")
        content = io.BytesIO()
        book.save(content)
        self.refused(content.getvalue(), "old_excel")
        self.refused(packed({"a.xls": content.getvalue()}), "old_excel", passwords=["1"])

    def test_a_zip_that_is_packed_otherwise(self):
        """As a protected one of another program: method 99 (AES)."""
        content = bytearray(packed({"x.xlsx": sheet(TITLES, CELLS)}))
        entry = content.rindex(b"PK\1\2")
        for place in (8, entry + 10):
            content[place : place + 2] = (99).to_bytes(2, "little")
        self.refused(bytes(content), "packed")

    def test_protected_with_a_password(self):
        office = msoffcrypto.OfficeFile(io.BytesIO(sheet(TITLES, CELLS)))
        content = io.BytesIO()
        office.encrypt("800123456", content)
        self.refused(content.getvalue(), "password")
        self.refused(content.getvalue(), "password", passwords=["1", "8001234567"])
        self.assertEqual(only(content.getvalue(), passwords=["1", "800123456"]).number, "OB1012")

    def test_bounds(self):
        content = sheet(TITLES, CELLS, CELLS, CELLS)
        with mock.patch.object(dian_list, "MAX_ROWS", 2):
            self.refused(content, "too_big")
        with mock.patch.object(dian_list, "MAX_BYTES", 10):
            self.refused(content, "too_big")
        with mock.patch.object(dian_list, "MAX_UNPACKED", 10):
            self.refused(content, "too_big")

    def test_a_few_kilobytes_that_fill_memory(self):
        content = io.BytesIO(sheet(TITLES, CELLS))
        self.assertEqual(only(content.getvalue()).number, "OB1012")
        with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/more.xml", b"<c/>" * (6 * 2**20))
        self.refused(content.getvalue(), "too_big")

    def test_a_cell_far_to_the_right_costs_nothing(self):
        book = openpyxl.Workbook()
        book.active.append(TITLES)
        book.active.append(CELLS)
        book.active["XFD2"] = "x"
        content = io.BytesIO()
        book.save(content)
        self.assertEqual(only(content.getvalue()).number, "OB1012")


class TestSamples(unittest.TestCase):
    @needs(DIAN_LISTS)
    def test_all_forms_list_the_same(self):
        folder = DIAN_LISTS
        keys = [
            [(item.cufe, item.number, item.type_code, item.issuer_nit, item.total, item.issue_date, item.group)
             for item in dian_list.read(file.read_bytes())]
            for file in sorted(folder.iterdir())
        ]  # fmt: skip
        self.assertEqual(len(keys), 4)
        for other in keys[1:]:
            self.assertEqual(other, keys[0])
        self.assertNotIn("", [type_code for _c, _n, type_code, *_rest in keys[0]])
