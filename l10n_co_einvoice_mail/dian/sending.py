"""How an e-invoice is sent by mail: the subject, one archive, the names of its files.

Source: Anexo Técnico de Factura Electrónica de Venta 1.9 (Res. 000165/2023), numeral 9.1, and 6.5 for the names;
the archive of annexes within the archive: agreement of the industry, CCCE, June 2020.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

from .archive import File
from .document import ApplicationResponse, Document, Party
from .enclosures import OFFICIAL_NAME
from .nit import normalise, same_nit
from .reader import EDocument

#: "Peso máximo por envío: 2 Megas".
MAX_BYTES = 2 * 1024 * 1024
ANNEXES_NAME = "anexos.zip"
#: Software of one's own, or of a provider whose code is not known here.
OWN_SOFTWARE = "000"
#: Of a bare document; a container is `ad`.
_PREFIXES = {"invoice": "fv", "credit_note": "nc", "debit_note": "nd"}
_SUPPORT_DOCUMENT = {"05": "ds", "95": "na"}


@dataclass(frozen=True)
class Archive:
    """What is attached to the mail."""

    name: str
    content: bytes = field(repr=False)
    has_annexes: bool = False

    @property
    def is_too_large(self) -> bool:
        """True of more than DIAN allows in one mail."""
        return len(self.content) > MAX_BYTES


def subject(document: Document, business_line: str = "") -> str:
    """The subject of the mail: `NIT;name;number;type;trade name[;line of business]`.

    A `;` in a name would shift the fields, and cannot be escaped: it becomes a comma.
    """
    sender = sender_of(document)
    parts = [
        normalise(sender.id_number).number,
        sender.name,
        document.number,
        document.type_code,
        sender.trade_name or sender.name,
    ]
    parts += [business_line] if business_line else []
    return ";".join(_field(part) for part in parts)


def sender_of(document: Document | ApplicationResponse) -> Party:
    """Who issues a document: of a *documento soporte* and its note the buyer, for a seller who issues no invoices."""
    is_support = document.type_code in _SUPPORT_DOCUMENT
    return document.receiver if is_support else document.issuer


def _field(text):
    return " ".join((text or "").replace(";", ",").split()).strip(", ")


def own_document(edocuments: Iterable[EDocument], number: str, nit: str | None) -> EDocument | None:
    """Of the documents at hand, the one that is sent under a number; one within its container comes first.

    :param number: the invoice's, as the company writes it: `SETP 990-1` is `SETP9901`.
    :param nit: the company's, None if it is not known.
    """
    found = [
        edocument
        for edocument in edocuments
        if not edocument.document.is_response
        and _bare(edocument.document.number) == _bare(number)
        and (not nit or same_nit(sender_of(edocument.document).id_number, nit))
    ]
    return max(found, key=lambda edocument: edocument.container is not None, default=None)


def _bare(number):
    return re.sub(r"[^0-9A-Z]", "", (number or "").upper())


def archive(
    edocument: EDocument,
    pdf: bytes | None = None,
    annexes: Iterable[File] = (),
    *,
    consecutive: int = 0,
) -> Archive:
    """The one archive of the mail: container or document, its PDF, and the annexes in an archive of their own.

    :param consecutive: of the sender's files, see `file_stem`
    """
    stem = file_stem(edocument, consecutive)
    content = edocument.container or edocument.xml
    document = _prefix(edocument.document)
    files = {f"{'ad' if edocument.container else document}{stem}.xml": content}
    if pdf:
        files[f"{document}{stem}.pdf"] = pdf
    annexes = list(annexes)
    if annexes:
        files[ANNEXES_NAME] = _zipped(_unique(annexes))
    return Archive(f"z{stem}.zip", _zipped(files), bool(annexes))


def file_stem(edocument: EDocument, consecutive: int) -> str:
    """What the names of the files have in common: NIT, provider, year, consecutive (6.5).

    The file's own name says it where it is an official one.

    :param consecutive: a number that no other file of the sender has in the year; that of a document is none, because
        its series have the same numbers
    """
    official = OFFICIAL_NAME.match(edocument.name)
    if official:
        return official[1].lower()
    document = edocument.document
    nit = normalise(sender_of(document).id_number).number
    year = document.issue_date.strftime("%y") if document.issue_date else "00"
    return f"{nit:0>10}{OWN_SOFTWARE}{year}{consecutive % 16**8:08x}"


def fitting(
    edocument: EDocument, pdf: bytes | None, annexes: Iterable[File], *, consecutive: int
) -> tuple[Archive, list[File]]:
    """The archive as DIAN allows it, and the annexes that have no place in it: all of them or none."""
    annexes = list(annexes)
    whole = archive(edocument, pdf, annexes, consecutive=consecutive)
    if not annexes or not whole.is_too_large:
        return whole, []
    return archive(edocument, pdf, consecutive=consecutive), annexes


def _prefix(document):
    return _SUPPORT_DOCUMENT.get(document.type_code) or _PREFIXES[document.kind]


def _unique(files):
    """{name: content} of files, two of which may have the same name."""
    named = {}
    for file in files:
        stem, dot, extension = file.name.rpartition(".")
        name, count = file.name, 1
        while name in named:
            count += 1
            name = f"{stem or extension}-{count}{dot}{extension if dot else ''}"
        named[name] = file.content
    return named


def _zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
