"""From a mail's attachment to the files in it, within limits.

What a file is, its first bytes say, never its name or declared type. Names out of a mail are labels
for people and no paths. Sizes that an archive declares are not believed: bytes are counted while
they are read.
"""

import io
import itertools
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from enum import Enum
from typing import IO

from ..vocabulary.text import visible
from .errors import ArchiveError, DianError, MemberError
from .limits import DEFAULTS, MEBIBYTE, Limits
from .xml import UTF16_STARTS

#: A file's name is a label: this much of it is kept.
NAME_LENGTH = 120
UNNAMED = "unnamed"
#: What archivers of some systems add by themselves.
SYSTEM_FOLDER = "__macosx"
SYSTEM_FILES = frozenset({".ds_store", "desktop.ini", "thumbs.db"})
#: A member that only an office document, and the like, has: it is a ZIP but no archive of files.
OFFICE_MEMBERS = frozenset({"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"})
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
#: What says that a member is encrypted (APPNOTE 4.4.4, 4.4.5).
METHOD_AES = 99
ENCRYPTED_FLAG = 0x1
UTF8_FLAG = 0x800
#: What :mod:`zipfile` raises for broken content.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_CENTRAL_ENTRY = b"PK\x01\x02"
LOCAL_HEADER_LENGTH = 30
CHUNK = 256 * 1024


class FileKind(Enum):
    """What a file is; the value is the format's name."""

    XML = "XML"
    ZIP = "ZIP"
    PDF = "PDF"
    RAR = "RAR"
    SEVENZIP = "7z"
    GZIP = "gzip"
    TNEF = "winmail.dat"
    OUTLOOK = "Outlook"
    OTHER = ""


_MAGIC = (
    (b"PK\x03\x04", FileKind.ZIP),
    (b"PK\x05\x06", FileKind.ZIP),  # an empty one
    (b"%PDF-", FileKind.PDF),
    (b"Rar!\x1a\x07", FileKind.RAR),
    (b"7z\xbc\xaf\x27\x1c", FileKind.SEVENZIP),
    (b"\x1f\x8b\x08", FileKind.GZIP),
    (b"\x78\x9f\x3e\x22", FileKind.TNEF),
    *((start, FileKind.XML) for start in UTF16_STARTS),
)
#: What nobody opens here, and why: DIAN's annex asks for ZIP.
UNSUPPORTED = "archive_unsupported"
UNSUPPORTED_KINDS = {
    FileKind.RAR: UNSUPPORTED,
    FileKind.SEVENZIP: UNSUPPORTED,
    FileKind.GZIP: "file_gzip",
    FileKind.TNEF: "file_winmail",
    FileKind.OUTLOOK: "file_outlook",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A stream that each mail saved by Outlook has (MS-OXMSG, 2.4); other OLE files are documents.
_OUTLOOK_STREAM = "__properties_version1.0".encode("utf-16-le")
_XML_START = re.compile(rb"<[A-Za-z_?!]")
#: White space and byte order mark, and how much of them may stand before an XML document.
_BEFORE_XML = b" \t\r\n\xef\xbb\xbf"
_XML_WITHIN = 64 * 1024
#: Readers accept a PDF that begins within its first KiB (ISO 32000-1, H.3.4.1).
_PDF_WITHIN = 1024


@dataclass(frozen=True, eq=False)
class File:
    """A file of a mail: an attachment, or a member of an archive; two equal files are two.

    :param name: made a :func:`label`, whatever is given.
    :param archive: the archive it came out of, itself a file.
    """

    name: str
    content: bytes = field(repr=False)
    archive: "File | None" = field(default=None, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "name", label(self.name))

    @property
    def path(self) -> tuple[str, ...]:
        """Names of the archives that it came out of, the outermost first."""
        return (*self.archive.path, self.archive.name) if self.archive else ()


@dataclass(frozen=True)
class Problem:
    """Why a file was not understood; it never stops the other files.

    :param code: a key of `rules.RULES`; `data` are the placeholders of its sentence.
    :param file: the file's name.
    """

    code: str
    data: dict
    file: str

    @classmethod
    def of(cls, error: DianError, file: str) -> "Problem":
        """The problem that `error` means for the file of that name."""
        return cls(error.code, error.data, file)


@dataclass(frozen=True)
class Unpacked:
    """The files of an attachment; an archive inside it stands before its own members."""

    files: tuple[File, ...]
    problems: tuple[Problem, ...] = ()


class Budget:
    """What may still be read from archives; one budget serves a whole mail."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.bytes_left = limits.archive_bytes
        self.files_left = limits.files

    def read(self, stream: IO[bytes]) -> bytes:
        """All that `stream` has.

        :raises ArchiveError: `archive_too_big` as soon as more comes out of it than is left.
        """
        content = io.BytesIO()  # whose value is its buffer, not a second copy
        while chunk := stream.read(min(self.bytes_left, CHUNK) + 1):
            if len(chunk) > self.bytes_left:
                raise ArchiveError("archive_too_big", limit=self.limits.archive_bytes // MEBIBYTE)
            self.bytes_left -= len(chunk)
            content.write(chunk)
        return content.getvalue()

    def count_file(self) -> None:
        """One more file came out of an archive."""
        self.files_left -= 1
        if self.files_left < 0:
            raise ArchiveError("archive_too_many", limit=self.limits.files)


def kind_of(content: bytes) -> FileKind:
    """What a file is by its first bytes."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content.startswith(_OLE) and _OUTLOOK_STREAM in content:
        return FileKind.OUTLOOK
    if _XML_START.match(content[:_XML_WITHIN].lstrip(_BEFORE_XML)):
        return FileKind.XML
    return FileKind.PDF if b"%PDF-" in content[:_PDF_WITHIN] else FileKind.OTHER


def label(name: str) -> str:
    """A file's name fit to be shown: no folders, no characters that nobody sees, not too long."""
    name = visible(name.replace("\\", "/").rpartition("/")[2], layout=frozenset()).strip()
    if len(name) > NAME_LENGTH:
        stem, dot, extension = name.rpartition(".")
        kept = f"{dot}{extension}" if stem and len(extension) <= 10 else ""
        name = name[: NAME_LENGTH - len(kept)] + kept
    return name or UNNAMED


def unpack(file: File, limits: Limits = DEFAULTS, budget: Budget | None = None) -> Unpacked:
    """The files in an attachment; one that is no archive, or yields nothing, comes back as itself.

    Never raises on content: what cannot be opened is among the problems.
    """
    files, problems = [], []
    _unpack(file, budget or Budget(limits), files, problems)
    return Unpacked(tuple(files), tuple(problems))


def _unpack(file, budget, files, problems):
    members = []
    try:
        for member in _members(file, budget, problems):
            members.append(member)
    except ArchiveError as error:
        problems.append(Problem.of(error, file.name))
    if file.archive or not members:
        files.append(file)
    for member in members:
        _unpack(member, budget, files, problems)


def _members(file, budget, problems):
    """Yield the members of an archive; none of another file."""
    kind = kind_of(file.content)
    if kind in UNSUPPORTED_KINDS:
        code = UNSUPPORTED_KINDS[kind]
        raise ArchiveError(code, **({"format": kind.value} if code == UNSUPPORTED else {}))
    if kind is not FileKind.ZIP:
        return
    with _open(file, budget.limits) as archive:
        infos = [info for info in archive.infolist() if not _is_noise(info)]
        if not OFFICE_MEMBERS.isdisjoint(info.filename for info in infos):
            return
        _check_depth(file, budget.limits)
        _check_layout(archive.infolist())
        failures = set()
        for info in infos:
            try:
                yield _member(archive, info, file, budget)
            except MemberError as error:
                if error.code not in failures:
                    failures.add(error.code)
                    problems.append(Problem.of(error, file.name))


def _open(file, limits):
    """The opened archive; a directory of too many members is not even read."""
    # an archive inside that is stored as it is has such entries of its own
    if file.content.count(_CENTRAL_ENTRY) > limits.archive_members * (1 + limits.archive_depth):
        raise ArchiveError("archive_too_many", limit=limits.archive_members)
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.content))
    except BROKEN as error:
        raise _broken(error) from error
    if len(archive.infolist()) > limits.archive_members:
        raise ArchiveError("archive_too_many", limit=limits.archive_members)
    return archive


def _check_depth(file, limits):
    if len(file.path) > limits.archive_depth:
        raise ArchiveError("archive_too_deep", limit=limits.archive_depth)


def _check_layout(infos):
    """Members that share bytes are a bomb's (CVE-2024-0450); Python checks since 3.11.8 only."""
    infos = sorted(infos, key=lambda info: info.header_offset)
    for one, other in itertools.pairwise(infos):
        if one.header_offset + LOCAL_HEADER_LENGTH + one.compress_size > other.header_offset:
            raise ArchiveError("archive_broken", detail="overlapping members")


def _is_noise(info):
    """Folders, and what archivers of some systems add by themselves."""
    *folders, name = info.filename.replace("\\", "/").lower().split("/")
    return not name or SYSTEM_FOLDER in folders or name in SYSTEM_FILES or name.startswith("._")


def _member(archive, info, file, budget):
    if info.flag_bits & ENCRYPTED_FLAG or info.compress_type == METHOD_AES:
        raise MemberError("archive_encrypted")
    if info.compress_type not in METHODS:
        raise MemberError("archive_unsupported", format=f"ZIP/{info.compress_type}")
    budget.count_file()
    try:
        with archive.open(info) as stream:
            return File(_member_name(info), budget.read(stream), file)
    except BROKEN as error:
        raise _broken(error, MemberError) from error


def _member_name(info):
    """The member's name; many write UTF-8 without its flag (APPNOTE, appendix D)."""
    if info.flag_bits & UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _broken(error, kind=ArchiveError):
    return kind("archive_broken", detail=error)
