"""What goes wrong with the content of a mail: one exception class per kind of failure.

Each carries a code (a key of `rules.RULES`, where the sentence that a person reads is made from it)
and the data of that sentence's placeholders. `CODES` says which codes a kind has and which
placeholders each one fills; the file's own name is added by whoever turns the error into a problem
of that file.
"""

from ..vocabulary.text import visible

#: Data may quote what strangers wrote: this much of it.
DATUM_LENGTH = 200


class DianError(Exception):
    """A part of a mail that cannot be understood.

    :param code: one of the class' `CODES`.
    :param data: placeholders of the code's sentence; kept as text fit to be shown.
    """

    CODES: dict[str, tuple[str, ...]] = {}

    def __init__(self, code: str, **data):
        if set(data) != set(self.CODES[code]):
            raise TypeError(f"{code} takes {self.CODES[code]}, not {tuple(data)}")
        super().__init__(code, data)
        self.code = code
        self.data = {name: visible(str(value)[:DATUM_LENGTH]) for name, value in data.items()}

    def __str__(self):
        return ": ".join((self.code, *self.data.values()))


class ArchiveError(DianError):
    """An archive that cannot be opened, or not within the limits."""

    CODES = {
        "archive_encrypted": (),
        "archive_unsupported": ("format",),
        "file_gzip": (),
        "file_outlook": (),
        "file_winmail": (),
        "archive_broken": ("detail",),
        "archive_too_big": ("limit",),  # MiB
        "archive_too_many": ("limit",),  # members
        "archive_too_deep": ("limit",),  # archives inside archives
    }


class MemberError(ArchiveError):
    """A single member that cannot be read; the archive's others can."""


class XmlError(DianError):
    """Bytes that are not an XML document that may be read."""

    CODES = {
        "xml_doctype": (),
        "xml_encoding": ("encoding",),
        "xml_malformed": ("detail",),
        "xml_too_big": ("detail",),
    }


class ContainerError(DianError):
    """An AttachedDocument without a readable document inside."""

    CODES = {
        "container_empty": (),
        "container_unreadable": ("detail",),
    }


class DocumentError(DianError):
    """Well-formed XML that is no document of DIAN's, or too long a one."""

    CODES = {
        "document_unknown": ("root",),
        "document_payroll": (),
        "document_too_long": ("limit",),  # lines, taxes, ... altogether
    }


class ReadingError(DianError):
    """What the files of a mail lack when looked at together."""

    CODES = {
        "files_too_many": ("limit",),
        "answer_unreadable": ("detail",),
        "answer_alone": ("number",),
    }
