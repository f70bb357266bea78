"""DIAN's list of a company's documents: the Excel that the portal's "Descarga de listados" gives.

It comes as XLSX, as a ZIP with some, or as CSV that somebody saved from it; with 32 columns, or fewer, below titles or
not, in one sheet or in several. Read row by row: a large company's year has some 200,000 rows, and must not have to fit
into memory.
"""

import contextlib
import csv
import datetime
import io
import itertools
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ..vocabulary.text import visible

MAX_BYTES = 100 * 2**20
MAX_UNPACKED = 1024 * 2**20
#: DIAN's own unpack to ten times their size or so. What unpacks to far more is made to fill memory: a row of three
#: million cells has 160 kB, and takes 2 GB.
MAX_RATIO = 100
#: Small ones may.
SMALL_UNPACKED = 20 * 2**20
MAX_ROWS = 1_000_000
MAX_COLUMNS = 64
HEADER_ROWS = 40
TEXT_LENGTH = 300
WORDS = re.compile(r"[a-z0-9]+")
#: A whole number as programs write it that take every number for a fraction.
WHOLE = re.compile(r"([0-9]+)\.0")
CUFE = re.compile(r"[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{40}")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\3\4"
#: A ZIP in a ZIP, not more.
DEPTH = 2
LISTS = (".xlsx", ".xlsm", ".xls", ".csv", ".txt")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ";,\t|"
#: Of a CSV, to find its separator in.
HEAD_LENGTH = 100_000
#: Words of titles and types that some lists have, and others have not.
FILLERS = frozenset({"de", "del", "al", "la", "el", "electronica", "electronico"})

#: field: how its column is titled, folded
COLUMNS = {
    "kind": ("tipodocumento",),
    "cufe": ("cufecude", "cufecudecuds", "cufe", "cude"),
    "folio": ("folio", "numero", "numerodocumento", "numerofactura", "consecutivo"),
    "prefix": ("prefijo",),
    "currency": ("divisa", "moneda"),
    "payment_form": ("formapago",),
    "issue_date": ("fechaemision", "fechadocumento"),
    "received_on": ("fecharecepcion",),
    "issuer_nit": ("nitemisor",),
    "issuer_name": ("nombreemisor", "razonsocialemisor"),
    "receiver_nit": ("nitreceptor",),
    "receiver_name": ("nombrereceptor", "razonsocialreceptor"),
    "tax": ("iva",),
    "total": ("total", "valortotal"),
    "status": ("estado",),
    "group": ("grupo",),
}
TITLES = {title: name for name, titles in COLUMNS.items() for title in titles}
NEEDED = frozenset({"kind", "cufe", "folio", "issuer_nit", "receiver_nit", "issue_date", "total"})
#: How a type begins in the list, folded: DIAN's code of it. The longest beginning counts.
TYPES = {
    "factura": "01",
    "facturaexportacion": "02",
    "facturacontingencia": "03",
    "facturatalonario": "03",
    "notacredito": "91",
    "notadebito": "92",
    "documentosoporte": "05",
    "documentosoportepagonomina": "102",
    "notaajustedocumentosoporte": "95",
    "notaajustedocumentosoportepagonomina": "103",
    "notaajustedocumentoequivalente": "94",
    "notaajustenomina": "103",
    "nomina": "102",
    "nominaindividualajuste": "103",
    "applicationresponse": "96",
    "evento": "96",
    "documentoequivalente": "20",
    "documentoequivalentecine": "25",
    "documentoequivalenteboletaingresocine": "25",
    "documentoequivalenteespectaculos": "27",
    "documentoequivalenteboletaingreso": "27",
    "documentoequivalentejuegos": "32",
    "documentoequivalentetransporte": "35",
    "documentoequivalentepeaje": "40",
    "documentoequivalentecobropeaje": "40",
    "documentoequivalenteextracto": "45",
    "documentoequivalentetiquete": "50",
    "documentoequivalentetiquetemaquina": "20",
    "documentoequivalentebolsa": "55",
    "documentoequivalenteservicios": "60",
    "documentoequivalentesspd": "60",
}
#: "Aprobado con notificación" is approved.
STATUSES = {"aprobado": "approved", "rechazado": "rejected"}
GROUPS = {"recibido": "received", "emitido": "issued"}
#: "2", or in words
CREDIT = frozenset({"2", "credito"})
DAYS = ("issue_date", "received_on")
#: Days as a spreadsheet counts them, where a cell lost its form: 2000 to 2099.
DAY_NUMBERS = range(36526, 73051)
FIRST_DAY = datetime.date(1899, 12, 30)
DATE_FORMS = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%Y/%m/%d")
AMOUNTS = (
    (re.compile(r"-?[0-9]+(\.[0-9]+)?"), lambda text: text),
    (re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?"), lambda text: text.replace(".", "").replace(",", ".")),
    (re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"), lambda text: text.replace(",", "")),
    (re.compile(r"-?[0-9]+,[0-9]+"), lambda text: text.replace(",", ".")),
)  # fmt: skip


class ListRefused(Exception):
    """What was given is no list of DIAN's that can be read.

    :param code: unreadable, old_excel, packed, too_big, header, password, or one of whoever reads the list
    :param data: values of the sentence's placeholders
    """

    def __init__(self, code: str, data: dict | None = None):
        super().__init__(code)
        self.code = code
        self.data = data or {}


@dataclass(frozen=True)
class Listed:
    """One document as DIAN lists it. Texts are stripped of what cannot be seen; NITs carry no check digit."""

    #: As its sheet counts
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
    #: None where the list does not say
    is_credit: bool | None
    #: approved, rejected or "": DIAN's validation, not the buyer's acceptance
    status: str
    #: received, issued or ""
    group: str

    @property
    def key(self) -> "Key":
        return key_of(self.cufe, self.issuer_nit, self.number, self.type_code)

    @property
    def number_key(self) -> "Key":
        """Of a list that lacks the CUFE."""
        return key_of("", self.issuer_nit, self.number, self.type_code)

    def as_json(self) -> dict:
        """What `from_json` makes it of again."""
        return {
            name: value if isinstance(value, (str, int, bool, type(None))) else str(value)
            for name, value in vars(self).items()
        }

    @classmethod
    def from_json(cls, values: dict) -> "Listed":
        """:param values: of `as_json`"""
        days = {name: datetime.date.fromisoformat(values[name]) for name in DAYS if values[name]}
        amounts = {
            name: Decimal(values[name]) for name in ("total", "tax") if values[name] is not None
        }
        return cls(**{**values, **days, **amounts})


Key = str | tuple[str, str, str]


def key_of(cufe: str, issuer_nit: str, number: str, type_code: str) -> Key:
    """What makes two rows, or a row and what was received, one document: its CUFE, else issuer, number and type."""
    return cufe or (issuer_nit, number, type_code)


def read(content: bytes, passwords: Iterable[str] = (), after: int = 0) -> Iterator[Listed]:
    """The documents of a list, one by one, in the order of its rows.

    :param content: XLSX, CSV with any of the usual separators, or a ZIP with some of them
    :param passwords: that a protected file may have; DIAN protects some with the company's NIT
    :param after: so many documents are passed over
    :raise ListRefused: at the latest when the row is reached that shows it
    """
    rows = _documents(_files(content, tuple(passwords)))
    for count, (number, values) in enumerate(rows):
        if count >= MAX_ROWS:
            raise ListRefused("too_big")
        if count >= after:
            yield _listed(number, values)


def _documents(files):
    """Yield (row number, {field: cell}) of each document.

    :param files: each an iterator of tables; one of its tables has to be a list
    """
    for tables in files:
        is_list = False
        for rows in tables:
            names = _header(rows)
            is_list = is_list or bool(names)
            for number, cells in rows if names else ():
                values = {name: cell for name, cell in zip(names, cells, strict=False) if name}
                if any(cell not in (None, "") for cell in values.values()):
                    yield number, values
        if not is_list:
            raise ListRefused("header")


# ---- files -----------------------------------------------------------------------------------------


def _files(content, passwords, depth=0):
    """Yield each list of a file: an iterator of its tables, which are iterators of (row number, cells)."""
    if len(content) > MAX_BYTES:
        raise ListRefused("too_big")
    if content.startswith(OLE):
        content = _decrypted(content, passwords)
    if not content.startswith(ZIP):
        yield iter([enumerate(_csv(content), 1)])
        return
    with _refusing_damage():
        package = zipfile.ZipFile(io.BytesIO(content))
    items = [item for item in package.infolist() if not item.is_dir()]
    limit = min(MAX_UNPACKED, max(SMALL_UNPACKED, MAX_RATIO * len(content)))
    if sum(item.file_size for item in items) > limit:
        raise ListRefused("too_big")
    if any(item.filename == "[Content_Types].xml" for item in items):
        yield _sheets(content)
        return
    for item in _lists(items, depth):
        with _refusing_damage():
            inner = _member(package, item, passwords)
        yield from _files(inner, passwords, depth + 1)


def _lists(items, depth):
    """:return: those of the files in a ZIP that are lists, or ZIPs"""
    lists = [
        item
        for item in items
        if item.filename.lower().endswith((*LISTS, ".zip"))
        and not item.filename.startswith("__MACOSX/")
    ]
    if not lists or depth >= DEPTH:
        raise ListRefused("unreadable")
    if any(item.file_size > MAX_BYTES for item in lists):
        raise ListRefused("too_big")
    return lists


@contextlib.contextmanager
def _refusing_damage():
    try:
        yield
    except NotImplementedError:
        raise ListRefused("packed") from None
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, EOFError, zlib.error):
        raise ListRefused("unreadable") from None


def _member(package, item, passwords):
    is_protected = item.flag_bits & 1
    for password in passwords if is_protected else (None,):
        try:
            return package.read(item, password and password.encode())
        except NotImplementedError:
            raise  # it is a RuntimeError too
        except (RuntimeError, zipfile.BadZipFile, zlib.error):
            continue
    raise ListRefused("password" if is_protected else "unreadable")


def _decrypted(content, passwords):
    import msoffcrypto  # takes a moment, and few files need it
    from msoffcrypto.format.ooxml import OOXMLFile

    with _refusing_damage():
        try:
            office = msoffcrypto.OfficeFile(io.BytesIO(content))
        except msoffcrypto.exceptions.FileFormatError:
            raise ListRefused("unreadable") from None
        if not isinstance(office, OOXMLFile):
            raise ListRefused("old_excel")
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
    text = _text_of(content)
    head = text[:HEAD_LENGTH].splitlines(keepends=True)[:HEADER_ROWS]
    separator = next(filter(lambda one: _has_titles(head, one), SEPARATORS), ";")
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield cells[:MAX_COLUMNS]
    except csv.Error:
        raise ListRefused("unreadable") from None


def _text_of(content):
    if content.startswith(UTF_16):
        return content.decode("utf-16", "replace")  # Excel's «Unicode text»
    with contextlib.suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig")
    return content.decode("cp1252", "replace")  # Excel's own choice in the West


def _has_titles(head, separator):
    with contextlib.suppress(csv.Error):
        return any(set(_names(cells)) >= NEEDED for cells in csv.reader(head, delimiter=separator))
    return False


def _sheets(content):
    """Yield the rows of each sheet of a workbook."""
    import openpyxl  # one of Odoo's packages; takes a moment

    with _refusing_damage(), _refusing_markup():
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = book.worksheets
    for sheet in sheets:
        yield enumerate(_rows(sheet), 1)


def _rows(sheet):
    # A damaged workbook fails in many ways, also in the middle.
    with _refusing_damage(), _refusing_markup():
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

    :return: list of field names by column, "" for those of no use; empty where there is no such row
    """
    for _number, cells in itertools.islice(rows, HEADER_ROWS):
        names = _names(cells)
        if set(names) >= NEEDED:
            return _first_of_each(names)
    return []


def _names(cells):
    return [TITLES.get(_fold(cell), "") for cell in cells]


def _first_of_each(names):
    seen = set()
    return ["" if name in seen else seen.add(name) or name for name in names]


def _fold(cell):
    """Without accents, case, blanks and the words that do not matter."""
    text = unicodedata.normalize("NFKD", str(cell or "")[:TEXT_LENGTH]).casefold()
    plain = "".join(char for char in text if not unicodedata.combining(char))
    return "".join(word for word in WORDS.findall(plain) if word not in FILLERS)


def _listed(number, values):
    text = {name: _text(cell) for name, cell in values.items()}
    cufe = text["cufe"].lower()
    return Listed(
        row=number,
        type_code=_type_of(text["kind"]),
        kind=text["kind"],
        cufe=cufe if CUFE.fullmatch(cufe) else "",
        number=_number(text.get("prefix", ""), text["folio"]),
        issuer_nit=_nit(text["issuer_nit"]),
        issuer_name=text.get("issuer_name", ""),
        receiver_nit=_nit(text["receiver_nit"]),
        receiver_name=text.get("receiver_name", ""),
        issue_date=_date(values["issue_date"]),
        received_on=_date(values.get("received_on")),
        total=_amount(values["total"]),
        tax=_amount(values.get("tax")),
        currency=text.get("currency", "").upper(),
        is_credit=_fold(form) in CREDIT if (form := text.get("payment_form")) else None,
        status=_first(STATUSES, text.get("status", "")),
        group=_first(GROUPS, text.get("group", "")),
    )


def _text(cell):
    """A cell's content; a number without a fraction was meant as it shows."""
    if cell is None:
        return ""
    text = visible(str(cell)[:TEXT_LENGTH], layout=frozenset()).strip()
    whole = WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _number(prefix, folio):
    """The number with its prefix, which some lists have in both columns."""
    is_there = prefix and not prefix.isdecimal() and folio.upper().startswith(prefix.upper())
    return folio if is_there else prefix + folio


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
    text = _text(cell)
    if text.isdecimal() and int(text) in DAY_NUMBERS:
        return FIRST_DAY + datetime.timedelta(days=int(text))
    day = re.split("[T ]", text, maxsplit=1)[0]
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
