"""How much of a mail is read. Every bound is a default here and can be changed by the caller."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024

#: Attachments of one mail, and as many files that come out of them.
FILES = 500
#: Members of one archive; DIAN's has one or two (annex 1.9, 9.1), a batch of one supplier's
#: invoices some dozens.
ARCHIVE_MEMBERS = 200
#: Bytes really read from all archives of one mail, whatever their directories declare.
ARCHIVE_BYTES = 100 * MEBIBYTE
#: Archives inside an archive: a forwarded one, and the annexes in it.
ARCHIVE_DEPTH = 2
#: One XML document.
XML_BYTES = 20 * MEBIBYTE
#: Its tags and attributes, counted before parsing: an invoice line has some 170.
XML_NODES = 1_000_000
#: DIAN's answers in one container that are looked at; usually one, at times one for each attempt.
ANSWERS = 20
#: Lines, taxes, allowances, parties ... of one document altogether.
DOCUMENT_GROUPS = 100_000


@dataclass(frozen=True)
class Limits:
    """The bounds of one reading."""

    files: int = FILES
    archive_members: int = ARCHIVE_MEMBERS
    archive_bytes: int = ARCHIVE_BYTES
    archive_depth: int = ARCHIVE_DEPTH
    xml_bytes: int = XML_BYTES
    xml_nodes: int = XML_NODES
    answers: int = ANSWERS
    document_groups: int = DOCUMENT_GROUPS


DEFAULTS = Limits()
