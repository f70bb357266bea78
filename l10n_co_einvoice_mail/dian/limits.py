"""How much of a mail is read. Every bound is a default here and can be changed by the caller.

Together they hold the reading of any mail within 2 seconds and 200 MiB: what XML costs to parse and
to verify grows with its tags and attributes, in time and in memory, far more than with its bytes.
"""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024

#: Attachments of one mail, and as many files that come out of them.
FILES = 500
#: Members of one archive; DIAN's has one or two (annex 1.9, 9.1), a batch of one supplier's
#: invoices some dozens.
ARCHIVE_MEMBERS = 200
#: Bytes really read from all archives of one mail, whatever their directories declare.
ARCHIVE_BYTES = 32 * MEBIBYTE
#: Archives inside an archive: a forwarded one, and the annexes in it.
ARCHIVE_DEPTH = 2
#: One XML document: DIAN's have some 32 bytes for each tag and attribute.
XML_BYTES = 10 * MEBIBYTE
#: Tags and attributes of all documents of one mail, counted before parsing: an invoice line has 50
#: to 170 of them, a container of an ordinary size 2,000.
XML_NODES = 400_000
#: As many count for a document however short it is: its signature costs as much to verify.
DOCUMENT_NODES = 500
#: Attributes and namespaces of one element; an invoice's root has some 15.
ELEMENT_ATTRIBUTES = 100
#: Nodes by namespaces in scope, squared: canonical form looks each of them up at each element.
NAMESPACE_LOOKUPS = 200_000_000
#: DIAN's answers in one container that are looked at; usually one, at times one for each attempt.
ANSWERS = 20
#: Lines, taxes, allowances, parties ... of one document altogether.
DOCUMENT_GROUPS = 30_000


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
