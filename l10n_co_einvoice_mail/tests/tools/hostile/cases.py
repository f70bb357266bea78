"""A corpus row: a mail, and how its reception has to end.

    @failed("archive_encrypted") def zip_with_a_password(number):
        \"""What is odd or hostile about it.\"""
        return mail("...", {...})

The function's name is the case's; `number` is a document number that no other case uses.
"""

import base64
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from .. import builder

MEBIBYTE = 1024 * 1024
ACCEPTED = "accepted"
DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Case:
    """A mail and its end.

    :param state: of the mail: "processed" or "failed".
    :param reason: the mail's reason code, None where there is nothing to say.
    :param documents: of each document in it, `ACCEPTED` or the code of its reason; `DUPLICATE` for one that an earlier
        case brought.
    """

    build: Callable[[str], bytes]
    number: str
    state: str
    reason: str | None
    documents: tuple[str, ...]

    @property
    def name(self):
        return self.build.__name__

    @property
    def raw(self):
        """The mail's bytes, made anew each time: some have 30 MB."""
        return self.build(self.number)


#: In the order of their modules; some build upon what an earlier one brought.
CASES: list[Case] = []
_numbers = itertools.count(2001)


def processed(*documents, reason=None):
    """The mail is done: each of its documents is recorded."""
    return _case("processed", reason, documents)


def failed(reason, *documents):
    """The mail is set aside for a person, with that reason."""
    return _case("failed", reason, documents)


def _case(state, reason, documents):
    def register(build):
        CASES.append(Case(build, f"FE{next(_numbers)}", state, reason, documents))
        return build

    return register


def invoice(number, **facts):
    """The package of a plain invoice."""
    return builder.Package(builder.Document(number=number, **facts))


def mail_of(number, attachments, **options):
    """A mail of the supplier's with {name: bytes} attached."""
    return builder.mail(f"900123456;PROVEEDOR;{number};01;PROVEEDOR", attachments, **options)


def enclosing(number, headers=b"", **parts):
    """Raw bytes of a mail whose only part is the invoice's archive; `headers` stand above the others.

    `parts`: `content_type`, `disposition`, `encoding` (None leaves the header out), `body` (as transferred).
    """
    package = invoice(number)
    parts = {
        "content_type": b"application/zip",
        "disposition": b'attachment; filename="z.zip"',
        "encoding": b"base64",
        "body": base64_lines(package.archive),
        **parts,
    }
    names = {
        "content_type": b"Content-Type",
        "disposition": b"Content-Disposition",
        "encoding": b"Content-Transfer-Encoding",
    }
    lines = [
        b"%s: %s" % (header, parts[name])
        for name, header in names.items()
        if parts[name] is not None
    ]
    return b"\n".join((headers + b"MIME-Version: 1.0", *lines, b"", parts["body"]))


def base64_lines(content):
    """Base64 in lines, as a mail carries it."""
    return base64.encodebytes(content)


def multipart(*parts, boundary=b"=_b", headers=b"Subject: factura\n", kind=b"mixed"):
    """Raw bytes of a mail (or of a part) made of these raw parts."""
    start = headers + b'Content-Type: multipart/%s; boundary="%s"\n\n' % (kind, boundary)
    body = b"".join(b"--%s\n%s\n" % (boundary, part) for part in parts)
    return b"%s%s--%s--\n" % (start, body, boundary)
