"""Rows of accounts from what people paste or upload: tab-separated text, CSV, XLSX."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .addresses import fold

MAX_BYTES = 5 * 2**20
MAX_UNPACKED = 20 * 2**20
MAX_ROWS = 5000
MAX_LINES = 4 * MAX_ROWS  # with empty ones
MAX_COLUMNS = 50
# Opening and closing tags in an XLSX: 5,000 rows of 7 cells with texts have 300,000 of them. What is none of it
# (styles, names) is read as a whole, and slowly.
MAX_TAGS = 320_000
MAX_OTHER_TAGS = 20_000

# field: its titles in a first row, the Spanish and the English one of the template first
COLUMNS = {
    "user": ("Usuario", "User", "nombre", "name", "empleado", "employee", "persona"),
    "email": ("Correo", "Address", "email", "e-mail", "mail", "correo electronico", "direccion"),
    "login": ("Usuario del correo", "Mail user", "login", "cuenta", "account"),
    "password": ("Contraseña", "Password", "clave"),
    "smtp_host": ("Servidor", "Server", "smtp", "host"),
    "smtp_port": ("Puerto", "Port"),
    "smtp_encryption": ("Cifrado", "Encryption", "seguridad", "security"),
}
SERVER = ("smtp_host", "smtp_port", "smtp_encryption")
# What columns without titles are, by their number.
UNTITLED = {
    2: ("user", "password"),
    3: ("user", "email", "password"),
    4: ("user", "email", "login", "password"),
    7: tuple(COLUMNS),
}
ENCRYPTIONS = {
    "ssl": "ssl_strict",
    "ssl/tls": "ssl_strict",
    "tls": "starttls_strict",
    "starttls": "starttls_strict",
    "ninguno": "none",
    "ninguna": "none",
    "none": "none",
    "no": "none",
    "": "",
}
TITLES = {fold(title): name for name, titles in COLUMNS.items() for title in titles}


class SheetRefused(Exception):
    """What was given is no table of accounts; `code` is one of unreadable, too_big, columns, port, encryption and
    `row` the row's number, where there is one. No cell is ever named: one of them is a password.
    """

    def __init__(self, code: str, row: int = 0):
        super().__init__(code)
        self.code = code
        self.row = row


@dataclass(frozen=True)
class Row:
    """One person's row: `number` as the spreadsheet counts, `user` whom it names, `values` what it gives."""

    number: int
    user: str
    values: dict[str, str | int]


def of_text(text: str) -> list[Row]:
    """Return the rows of text that was copied from a spreadsheet.

    :raise SheetRefused: see there
    """
    if len(text) > MAX_BYTES:
        raise SheetRefused("too_big")
    return _rows(line.split("\t", MAX_COLUMNS) for line in text.splitlines())


def of_file(content: bytes) -> list[Row]:
    """Return the rows of a file, XLSX or CSV with any of the usual separators.

    :raise SheetRefused: see there
    """
    if len(content) > MAX_BYTES:
        raise SheetRefused("too_big")
    return _rows(_workbook(content) if content.startswith(b"PK\3\4") else _csv(content))


def _csv(content):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # Excel's own choice in the West
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error:
        raise SheetRefused("unreadable") from None


def _workbook(content):
    import openpyxl  # one of Odoo's packages; takes a moment

    try:
        _check_package(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MAX_LINES + 1, max_col=MAX_COLUMNS, values_only=True)
        return [[_text(cell) for cell in row] for row in rows]
    except SheetRefused:
        raise
    except Exception:  # noqa: BLE001 - openpyxl and the parser raise whatever they happen upon
        raise SheetRefused("unreadable") from None


def _check_package(content):
    """:raise SheetRefused: there is too much in an XLSX to be read in a moment"""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [part for part in package.infolist() if part.filename.endswith((".xml", ".rels"))]
        if sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise SheetRefused("too_big")
        counts = [0, 0]
        for part in parts:
            is_table = part.filename.startswith(("xl/worksheets/", "xl/sharedStrings"))
            counts[is_table] += package.read(part).count(b"<")
    if counts[False] > MAX_OTHER_TAGS or counts[True] > MAX_TAGS:
        raise SheetRefused("too_big")


def _text(cell):
    """A cell's content; a number without a fraction was meant as it shows."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _rows(table):
    filled = []
    for number, line in enumerate(table, 1):
        cells = [cell.strip("\r\n") for cell in line[:MAX_COLUMNS]]
        if any(map(_bare, cells)):
            filled.append((number, cells))
        if number > MAX_LINES or len(filled) > MAX_ROWS:
            raise SheetRefused("too_big")
    if not filled:
        return []
    names = _titles(filled[0][1])
    if names:
        del filled[0]
    else:
        names = UNTITLED.get(max(_width(cells) for _number, cells in filled))
    if not names or not {"user", "email"} & set(names):
        raise SheetRefused("columns")
    return [_row(number, dict(zip(names, cells, strict=False))) for number, cells in filled]


def _titles(cells):
    """The fields of a row of titles; None when the row is none."""
    names = [TITLES.get(fold(_bare(cell)), "") for cell in cells]
    return names if sum(map(bool, names)) > 1 else None


def _width(cells):
    return max((number for number, cell in enumerate(cells, 1) if _bare(cell)), default=0)


def _bare(cell):
    """A cell without the blanks around it, which only a password may have."""
    return cell.strip("\t\xa0 ")


def _row(number, cells):
    cells = {
        name: cell if name == "password" and _bare(cell) else _bare(cell)
        for name, cell in cells.items()
    }
    values = {name: cell for name, cell in cells.items() if name not in ("", "user") and cell}
    if port := values.get("smtp_port"):
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
            raise SheetRefused("port", number)
        values["smtp_port"] = int(port)
    if encryption := values.get("smtp_encryption"):
        folded = fold(encryption)
        known = ENCRYPTIONS.get(folded, folded if folded in ENCRYPTIONS.values() else None)
        if known is None:
            raise SheetRefused("encryption", number)
        values["smtp_encryption"] = known
    return Row(number, cells.get("user") or cells.get("email") or "", values)


def template(rows: Iterable[Mapping[str, str]], spanish: bool) -> bytes:
    """Return an XLSX (bytes) with the columns' titles and `rows`, dicts of text by field; passwords stay empty."""
    import xlsxwriter  # one of Odoo's packages

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, (name, titles) in enumerate(COLUMNS.items()):
            sheet.write_string(0, column, titles[0 if spanish else 1], bold)
            for number, row in enumerate(rows, 1):
                # As text: a name that begins with "=" is no formula.
                sheet.write_string(number, column, "" if name == "password" else row[name])
        sheet.set_column(0, len(COLUMNS) - 1, 24)
        sheet.freeze_panes(1, 0)
    return content.getvalue()
