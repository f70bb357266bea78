"""Tables of a pack: CSV that grows row by row, and one workbook with all of them.

Their titles are Spanish: they are read by an auditor or an official in Colombia, whatever language the program speaks.
"""

import csv
import datetime
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..vocabulary.text import one_line

#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@")
#: A sheet of Excel's has 1,048,576 rows.
SHEET_ROWS = 1_000_000
#: A cell of Excel's has 32,767 characters.
CELL_LENGTH = 32_000
NUMBER, TEXT = "number", "text"


@dataclass(frozen=True)
class Table:
    """One table: its file's name, and its columns.

    :param columns: key in a row: (title, `NUMBER` or `TEXT`)
    """

    name: str
    columns: dict[str, tuple[str, str]]

    @property
    def titles(self) -> list[str]:
        return [title for title, _kind in self.columns.values()]


def _texts(**titles: str) -> dict[str, tuple[str, str]]:
    return {key: (title, TEXT) for key, title in titles.items()}


def _numbers(**titles: str) -> dict[str, tuple[str, str]]:
    return {key: (title, NUMBER) for key, title in titles.items()}


DOCUMENTS = Table(
    "libro",
    {
        **_texts(
            kind="Tipo", number="Número", cufe="CUFE o CUDE", date="Fecha de emisión", supplier_nit="NIT del emisor",
            supplier="Emisor", receiver_nit="NIT del receptor", currency="Moneda",
        ),
        **_numbers(untaxed="Antes de impuestos", tax="Impuestos", total="Total"),
        **_texts(
            state="Estado", reason="Motivo", accepted_by="Aceptado por", accepted_on="Aceptado el (UTC)", dian="DIAN",
            signature="Firma", event="Evento", refers_to="Se refiere a", bill="Factura en los libros",
            bill_state="Estado de la factura", files="Archivos", digests="SHA-256 de los archivos, en el mismo orden",
            mails="Correos originales", mail_digests="SHA-256 de los correos, en el mismo orden", remark="Observación",
        ),
    },
)  # fmt: skip
MAILS = Table(
    "correos",
    {
        **_texts(
            received_on="Recibido el (UTC)", mailbox="Buzón", sender="Remitente", subject="Asunto",
            message_id="Message-ID", state="Estado", reason="Motivo",
        ),
        **_numbers(size="Bytes"),
        **_texts(file="Archivo", digest="SHA-256 al recibirlo", remark="Observación"),
    },
)  # fmt: skip
BILLS = Table(
    "facturas",
    {
        **_texts(
            bill="Factura", reference="Número del proveedor", supplier="Proveedor", date="Fecha", due="Vencimiento",
            state="Estado", currency="Moneda",
        ),
        **_numbers(untaxed="Antes de impuestos", tax="Impuestos", total="Total"),
        **_texts(cufe="CUFE", files="Otros soportes", digests="SHA-256 de los soportes, en el mismo orden"),
    },
)  # fmt: skip
ITEMS = Table(
    "asientos",
    {
        **_texts(bill="Factura", date="Fecha", account="Cuenta", account_name="Nombre de la cuenta",
                 partner="Tercero", label="Detalle", taxes="Impuestos"),
        **_numbers(debit="Débito", credit="Crédito"),
    },
)  # fmt: skip
DIAN_LIST = Table(
    "dian",
    {
        **_texts(
            month="Mes", place="Dónde está", kind="Tipo", number="Número", cufe="CUFE o CUDE", date="Fecha de emisión",
            issuer_nit="NIT del emisor", issuer="Emisor", receiver_nit="NIT del receptor", currency="Moneda",
        ),
        **_numbers(tax="IVA", total="Total"),
        **_texts(at_dian="En el listado de la DIAN", status="Validación de la DIAN", asked_on="Pedido al proveedor el"),
    },
)  # fmt: skip
TABLES = (DOCUMENTS, MAILS, BILLS, ITEMS, DIAN_LIST)


def cell(value: Any) -> str:
    """A value as it stands in a table; a text that a spreadsheet would run begins with an apostrophe."""
    if value is None or value is False:
        return ""
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return str(value)
    text = one_line(str(value), CELL_LENGTH)
    return "'" + text if text.startswith(FORMULA) else text


class Rows:
    """The CSV of a table in a folder, which grows."""

    def __init__(self, folder: Path, table: Table):
        self.table = table
        self.path = folder / f"{table.name}.csv"
        is_new = not self.path.exists()
        # With a mark of its encoding, or Excel takes it for another one.
        self._file = self.path.open("a", encoding="utf-8-sig" if is_new else "utf-8", newline="")
        self._csv = csv.writer(self._file)
        if is_new:
            self._csv.writerow(table.titles)

    def add(self, values: dict[str, Any]) -> None:
        """:param values: by the keys of the table's columns, all of them"""
        if values.keys() != self.table.columns.keys():
            odd = values.keys() ^ self.table.columns.keys()
            raise ValueError(f"{self.table.name}: {sorted(odd)}")
        self._csv.writerow([cell(values[key]) for key in self.table.columns])

    def close(self) -> None:
        self._file.close()


def workbook(folder: Path, path: Path) -> None:
    """Write all tables whose CSV lies in a folder into one workbook, row by row: it is never in memory as a whole."""
    import xlsxwriter  # one of Odoo's packages; takes a moment

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(folder),
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        for table in TABLES:
            for number, rows in enumerate(_sheets(folder / f"{table.name}.csv"), 1):
                name = f"{table.name} {number}" if number > 1 else table.name
                _sheet(book.add_worksheet(name), table, rows)


def _sheets(path: Path) -> Iterator[Iterator[list[str]]]:
    """Yield the rows of a table, as many as fit into a sheet at a time; each lot has to be used before the next."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield itertools.islice(rows, SHEET_ROWS)
        while first := next(rows, None):
            yield itertools.chain([first], itertools.islice(rows, SHEET_ROWS - 1))


def _sheet(sheet: Any, table: Table, rows: Iterator[list[str]]) -> None:
    sheet.freeze_panes(1, 0)
    kinds = [kind for _title, kind in table.columns.values()]
    for row, cells in enumerate(itertools.chain([table.titles], rows)):
        for column, text in enumerate(cells):
            if row and kinds[column] == NUMBER and text:
                sheet.write_number(row, column, float(text))
            elif text:
                sheet.write_string(row, column, text)
