"""DIAN's list of a company's documents: the Excel that the portal's "Descarga de listados" gives.

It comes as XLSX, as a ZIP with one, or as CSV that somebody saved from it; with 32 columns, or fewer, below titles or
not. Read row by row: a large company's year has some 200,000 rows, and must not have to fit into memory.
"""

import contextlib
import csv
import datetime
import io
import itertools
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ..vocabulary.text import visible

MAX_BYTES = 100 * 2**20
MAX_UNPACKED = 1024 * 2**20
MAX_ROWS = 1_000_000
MAX_COLUMNS = 64
HEADER_ROWS = 40
TEXT_LENGTH = 300
CUFE = re.compile(r"[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{40}")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\3\4"

#: field: how its column is titled, without accents, case and blanks
COLUMNS = {
    "kind": ("tipodedocumento", "tipodocumento"),
    "cufe": ("cufecude", "cufecudecuds", "cufe", "cude"),
    "folio": ("folio", "numero", "consecutivo"),
    "prefix": ("prefijo",),
    "currency": ("divisa", "moneda"),
    "payment_form": ("formadepago",),
    "issue_date": ("fechaemision", "fechadeemision"),
    "received_on": ("fecharecepcion", "fechaderecepcion"),
    "issuer_nit": ("nitemisor",),
    "issuer_name": ("nombreemisor",),
    "receiver_nit": ("nitreceptor",),
    "receiver_name": ("nombrereceptor",),
    "tax": ("iva",),
    "total": ("total", "valortotal"),
    "status": ("estado",),
    "group": ("grupo",),
}
TITLES = {title: name for name, titles in COLUMNS.items() for title in titles}
NEEDED = frozenset({"kind", "cufe", "folio", "issuer_nit", "receiver_nit", "issue_date", "total"})
#: How a type begins in the list, folded as titles are: DIAN's code of it. The longest beginning counts.
TYPES = {
    "facturaelectronica": "01",
    "facturaelectronicadeventa": "01",
    "facturaelectronicadeexportacion": "02",
    "facturadeexportacion": "02",
    "facturaelectronicadecontingencia": "03",
    "facturadecontingencia": "03",
    "notadecreditoelectronica": "91",
    "notacredito": "91",
    "notadecredito": "91",
    "notadedebitoelectronica": "92",
    "notadebito": "92",
    "notadedebito": "92",
    "documentosoporte": "05",
    "notadeajustedeldocumentosoporte": "95",
    "notadeajustealdocumentosoporte": "95",
    "notadeajustedeldocumentoequivalente": "94",
    "nominaindividual": "102",
    "nominaindividualdeajuste": "103",
    "applicationresponse": "96",
    "documentoequivalente": "20",
    "documentoequivalentepos": "20",
    "documentoequivalentecine": "25",
    "documentoequivalenteespectaculos": "27",
    "documentoequivalentejuegos": "32",
    "documentoequivalentetransporte": "35",
    "documentoequivalentepeaje": "40",
    "documentoequivalenteextracto": "45",
    "documentoequivalentetiquete": "50",
    "documentoequivalentebolsa": "55",
    "documentoequivalenteservicios": "60",
    "documentoequivalentesspd": "60",
}
#: "Aprobado con notificación" is approved.
STATUSES = {"aprobado": "approved", "rechazado": "rejected"}
GROUPS = {"recibido": "received", "emitido": "issued"}
CREDIT = "2"
DATE_FORMS = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%Y/%m/%d")
DATE_LENGTH = 10
AMOUNTS = (
    (re.compile(r"-?[0-9]+(\.[0-9]+)?"), lambda text: text),
    (re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?"), lambda text: text.replace(".", "").replace(",", ".")),
    (re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"), lambda text: text.replace(",", "")),
    (re.compile(r"-?[0-9]+,[0-9]+"), lambda text: text.replace(",", ".")),
)  # fmt: skip


class ListRefused(Exception):
    """What was given is no list of DIAN's that can be read.

    :param code: unreadable, too_big, header, password, or one of whoever reads the list
    :param data: values of the sentence's placeholders
    """

    def __init__(self, code: str, data: dict | None = None):
        super().__init__(code)
        self.code = code
        self.data = data or {}


@dataclass(frozen=True)
class Listed:
    """One document as DIAN lists it. Texts are stripped of what cannot be seen; NITs carry no check digit."""

    #: As the spreadsheet counts
    row: int
    #: DIAN's code, "" for one that is not known
    type_code: str
    #: As the list calls it
    kind: str
    #: Lower case; "" where the cell holds none
    cufe: str
    number: str
    issuer_nit: str
    issuer_name: str
    receiver_nit: str
    receiver_name: str
    issue_date: datetime.date | None
    received_on: datetime.date | None
    total: Decimal | None
    tax: Decimal | None
    currency: str
    is_credit: bool
    #: approved, rejected or "": DIAN's validation, not the buyer's acceptance
    status: str
    #: received, issued or ""
    group: str

    @property
    def key(self) -> "Key":
        return key_of(self.cufe, self.issuer_nit, self.number, self.type_code)


Key = str | tuple[str, str, str]


def key_of(cufe: str, issuer_nit: str, number: str, type_code: str) -> Key:
    """What makes two rows, or a row and what was received, one document: its CUFE, else issuer, number and type."""
    return cufe or (issuer_nit, number, type_code)


def read(content: bytes, passwords: Iterable[str] = (), after: int = 0) -> Iterator[Listed]:
    """The documents of a list, one by one, in the order of its rows.

    :param content: XLSX, a ZIP with one, or CSV with any of the usual separators
    :param passwords: that a protected file may have; DIAN protects some with the company's NIT
    :param after: number of a row; those up to it are passed over
    :raise ListRefused: at the latest when the row is reached that shows it
    """
    rows = _table(content, tuple(passwords))
    names = _header(rows)
    for count, (number, cells) in enumerate(rows):
        if count >= MAX_ROWS:
            raise ListRefused("too_big")
        if number <= after:
            continue
        values = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        if any(cell not in (None, "") for cell in values.values()):
            yield _listed(number, values)


# ---- files -----------------------------------------------------------------------------------------


def _table(content, passwords, is_inner=False):
    """:return: iterator of (row number, cells)"""
    if len(content) > MAX_BYTES:
        raise ListRefused("too_big")
    if content.startswith(OLE):
        content = _decrypted(content, passwords)
    if not content.startswith(ZIP):
        return enumerate(_csv(content), 1)
    with _refusing_damage():
        inner = _unpacked(content, passwords)
    if not inner:
        return enumerate(_sheet(content), 1)
    if is_inner:
        raise ListRefused("unreadable")
    return _table(inner, passwords, is_inner=True)


@contextlib.contextmanager
def _refusing_damage():
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, KeyError, EOFError):
        raise ListRefused("unreadable") from None


def _unpacked(content, passwords):
    """:return: the one list in a ZIP; b"" when the ZIP is a spreadsheet itself"""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        items = [item for item in package.infolist() if not item.is_dir()]
        if sum(item.file_size for item in items) > MAX_UNPACKED:
            raise ListRefused("too_big")
        if any(item.filename == "[Content_Types].xml" for item in items):
            return b""
        lists = [item for item in items if item.filename.lower().endswith((".xlsx", ".csv"))]
        if len(lists) != 1 or lists[0].file_size > MAX_BYTES:
            raise ListRefused("unreadable" if len(lists) != 1 else "too_big")
        return _member(package, lists[0], passwords)


def _member(package, item, passwords):
    is_protected = item.flag_bits & 1
    for password in passwords if is_protected else (None,):
        with contextlib.suppress(RuntimeError, zipfile.BadZipFile):
            return package.read(item, password and password.encode())
    raise ListRefused("password" if is_protected else "unreadable")


def _decrypted(content, passwords):
    import msoffcrypto  # takes a moment, and few files need it

    with _refusing_damage():
        try:
            office = msoffcrypto.OfficeFile(io.BytesIO(content))
        except msoffcrypto.exceptions.FileFormatError:
            raise ListRefused("unreadable") from None
        for password in passwords:
            clear = io.BytesIO()
            with contextlib.suppress(
                msoffcrypto.exceptions.InvalidKeyError, msoffcrypto.exceptions.DecryptionError
            ):
                office.load_key(password=password)
                office.decrypt(clear)
                return clear.getvalue()
    raise ListRefused("password")


def _csv(content):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # Excel's own choice in the West
    head = "\n".join(text.splitlines()[:HEADER_ROWS])
    separator = max(";,\t|", key=head.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield cells[:MAX_COLUMNS]
    except csv.Error:
        raise ListRefused("unreadable") from None


def _sheet(content):
    import openpyxl  # one of Odoo's packages; takes a moment

    # A damaged workbook fails in many ways, also in the middle.
    with _refusing_damage(), _refusing_markup():
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What a sheet says of its size is not always so.
        sheet.reset_dimensions()
        limit = MAX_ROWS + HEADER_ROWS
        yield from sheet.iter_rows(max_row=limit, max_col=MAX_COLUMNS, values_only=True)


@contextlib.contextmanager
def _refusing_markup():
    from xml.etree.ElementTree import ParseError

    from openpyxl.utils.exceptions import InvalidFileException

    try:
        yield
    except (ParseError, SyntaxError, InvalidFileException, IndexError, TypeError, AttributeError):
        raise ListRefused("unreadable") from None


# ---- cells -----------------------------------------------------------------------------------------


def _header(rows):
    """Go to the row of titles.

    :return: list of field names by column, "" for those of no use
    """
    for _number, cells in itertools.islice(rows, HEADER_ROWS):
        names = [TITLES.get(_fold(cell), "") for cell in cells]
        if set(names) >= NEEDED:
            return _first_of_each(names)
    raise ListRefused("header")


def _first_of_each(names):
    seen = set()
    return ["" if name in seen else seen.add(name) or name for name in names]


def _fold(cell):
    text = unicodedata.normalize("NFKD", str(cell or "")[:TEXT_LENGTH]).casefold()
    return "".join(char for char in text if char.isascii() and char.isalnum())


def _listed(number, values):
    text = {name: _text(cell) for name, cell in values.items()}
    cufe = text["cufe"].lower()
    return Listed(
        row=number,
        type_code=_type_of(text["kind"]),
        kind=text["kind"],
        cufe=cufe if CUFE.fullmatch(cufe) else "",
        number=text.get("prefix", "") + text["folio"],
        issuer_nit=_nit(text["issuer_nit"]),
        issuer_name=text.get("issuer_name", ""),
        receiver_nit=_nit(text["receiver_nit"]),
        receiver_name=text.get("receiver_name", ""),
        issue_date=_date(values["issue_date"]),
        received_on=_date(values.get("received_on")),
        total=_amount(values["total"]),
        tax=_amount(values.get("tax")),
        currency=text.get("currency", "").upper(),
        is_credit=text.get("payment_form") == CREDIT,
        status=_first(STATUSES, text.get("status", "")),
        group=_first(GROUPS, text.get("group", "")),
    )


def _text(cell):
    """A cell's content; a number without a fraction was meant as it shows."""
    if cell is None:
        return ""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return visible(text[:TEXT_LENGTH], layout=frozenset()).strip()


def _nit(text):
    """Digits without dots and check digit, as DIAN lists them; of persons without a NIT, whatever they have."""
    return text.replace(".", "").partition("-")[0].strip().lstrip("0").upper()


def _type_of(kind):
    folded = _fold(kind)
    found = [beginning for beginning in TYPES if folded.startswith(beginning)]
    return TYPES[max(found, key=len)] if found else ""


def _first(table, text):
    folded = _fold(text)
    return next((value for beginning, value in table.items() if folded.startswith(beginning)), "")


def _date(cell):
    """The day as the list has it; Colombia's own."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    day = _text(cell)[:DATE_LENGTH]
    for form in DATE_FORMS:
        with contextlib.suppress(ValueError):
            return datetime.datetime.strptime(day, form).date()  # noqa: DTZ007 - a mere day
    return None


def _amount(cell):
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        cell = repr(cell) if isinstance(cell, float) else str(cell)
    text = _text(cell).replace("$", "").replace(" ", "")
    for form, plain in AMOUNTS:
        if form.fullmatch(text):
            return Decimal(plain(text))
    with contextlib.suppress(InvalidOperation):
        found = Decimal(text)
        return found if found.is_finite() else None
    return None
