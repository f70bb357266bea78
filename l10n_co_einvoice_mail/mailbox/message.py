"""From the raw bytes of a mail to the files in it.

Every leaf part is looked at, and every forwarded mail inside, however its sender declared it. The work is linear in the
size of the mail and bounded in parts and depth; nothing raises on content: what could not be read is a `Problem`, a row
of `failures.MAIL_REASONS`.
"""

import binascii
import datetime
import re
from dataclasses import dataclass, field

from ..vocabulary.text import one_line
from . import smime
from .headers import (
    date_of,
    file_name,
    from_base64,
    message_id_of,
    parameter,
    parameters,
    read_headers,
    text_of,
)
from .uuencoding import UuDecoder

MARKERS = 20_000  # lines that look like a boundary, before a part's body is given up as a bomb
BOUNDARY_LENGTH = 200  # RFC 2046 §5.1.1 allows 70

# What a file worth looking at begins with: XML, ZIP, PDF, RAR, 7z, gzip, TNEF (winmail.dat).
_SIGNATURES = (
    b"<?xml",
    b"PK\x03\x04",
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"\x78\x9f\x3e\x22",
)
_ENDINGS = (".xml", ".zip", ".pdf", ".rar", ".7z")
_BLANK = b"\xef\xbb\xbf \t\r\n"

_MARKER_TAIL = re.compile(rb"(--)?[ \t]{0,100}(?:\r?\n|\Z)")
_TEXT_TYPES = ("text/", "message/", "multipart/")
#: Signatures of the mail itself: no file of the sender's.
_SIGNATURE_TYPES = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
)
_SMIME_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SMIME_ENDING, _SIGNATURE_ENDING = ".p7m", ".p7s"
_NESTED_TYPES = ("message/rfc822", "message/global")
_UU_ENCODINGS = (b"x-uuencode", b"uuencode", b"x-uue", b"uue")


@dataclass(frozen=True)
class Limits:
    """How much of a mail is read."""

    raw_bytes: int = 30 * 1024 * 1024
    parts: int = 200
    depth: int = 20
    attachments: int = 50


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Problem:
    """Something that could not be read: a code of `failures.MAIL_REASONS` and the texts for its sentence."""

    code: str
    data: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Attachment:
    """A file in a mail; `name` is a label ("" when it has none), `content_type` what its sender claims."""

    name: str
    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True)
class Message:
    """What a mail says about itself, and its files in the order of the mail. Texts are one line, "" when missing."""

    message_id: str
    subject: str
    sender: str
    date: datetime.datetime | None  # aware, UTC
    is_automatic: bool  # an answering machine, a receipt, a bounce
    is_bounce: bool
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]


def parse_message(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Message:
    """Return the `Message` that `raw` holds. Raises nothing, whatever the bytes are."""
    start = len(raw) - len(raw.lstrip(b"\r\n")) if raw[:1] in (b"\r", b"\n") else 0
    headers, _body = read_headers(raw, start, len(raw))
    attachments, problems = (), []
    if len(raw) > limits.raw_bytes:
        problems.append(_too_big(len(raw), limits))
    elif not headers and not raw.strip():
        problems.append(Problem("mail_empty"))
    else:
        if "x-odoo-backup-of" in headers:
            problems.append(Problem("mail_is_backup"))
        walk = _Walk(limits)
        walk.read(raw, start)
        attachments = walk.chosen()
        problems += walk.problems
    return _described(headers, attachments, problems)


def _too_big(size, limits):
    return Problem("mail_too_big", {"size": str(size), "limit": str(limits.raw_bytes)})


def _described(headers, attachments, problems):
    is_bounce = _is_bounce(headers)
    return Message(
        message_id=message_id_of(headers),
        subject=text_of(headers.get("subject", b"")),
        sender=text_of(headers.get("from") or headers.get("sender", b"")),
        date=date_of(headers),
        is_automatic=is_bounce or _is_automatic(headers),
        is_bounce=is_bounce,
        attachments=tuple(attachments),
        problems=tuple(problems),
    )


def _is_bounce(headers):
    """A delivery report: RFC 3462, or the header Exim (cPanel) writes."""
    main, found = parameters(headers.get("content-type", b""))
    if main == "multipart/report":
        return found.get("report-type", "delivery-status").lower() == "delivery-status"
    return "x-failed-recipients" in headers


def _is_automatic(headers):
    """An answering machine or a receipt. RFC 3834 §5; the null sender is RFC 5321 §4.5.5. Invoices sent by a program
    say so too.
    """
    submitted = headers.get("auto-submitted", b"no").split(b";")[0].strip().lower()
    return (
        submitted != b"no"
        or headers.get("return-path", b"").strip() == b"<>"
        or headers.get("precedence", b"").strip().lower() == b"auto_reply"
        or "x-autoreply" in headers
        or "x-autorespond" in headers
        or parameters(headers.get("content-type", b""))[0] == "multipart/report"
    )


class _Walk:
    """The walk through the parts of one mail, with what it has found so far."""

    def __init__(self, limits):
        self._limits = limits
        self._parts = 0
        self._found = []
        self._uudecoder = UuDecoder()
        self.problems = []

    def read(self, raw, start):
        """Look at every part, parents before children, in the order of the mail."""
        waiting = [(raw, start, len(raw), 0)]
        while waiting:
            buffer, begin, end, depth = waiting.pop()
            self._parts += 1
            if self._parts > self._limits.parts:
                self._note("mail_too_many_parts", limit=str(self._limits.parts))
                return
            children = self._read_part(buffer, begin, end)
            if children and depth >= self._limits.depth:
                self._note("mail_too_deep", limit=str(self._limits.depth))
                continue
            waiting.extend((*child, depth + 1) for child in reversed(children))

    def _read_part(self, buffer, start, end):
        """Return the parts inside the part at buffer[start:end], or keep it as a file and return none."""
        headers, body = read_headers(buffer, start, end)
        main, found = parameters(headers.get("content-type", b""))
        if main.startswith("multipart/"):
            boundary = parameter(found, "boundary").rstrip()[:BOUNDARY_LENGTH]
            children = _split(buffer, body, end, boundary, self._limits.parts)
            if children:
                return [(buffer, *child) for child in children]
        name = file_name(headers)
        written = memoryview(buffer)[body:end]
        content, is_intact = self._transfer_decoded(headers, written)
        if main in _NESTED_TYPES or name.lower().endswith(".eml"):
            # as it is written: twenty mails one inside the other are no twenty copies
            return [(buffer, body, end) if content is written else (content, 0, len(content))]
        ending = name.lower()[-len(_SMIME_ENDING) :]
        if (main in _SIGNATURE_TYPES or ending == _SIGNATURE_ENDING) and not _is_file(content):
            return []
        if main in _SMIME_TYPES or ending == _SMIME_ENDING:
            inside = self._opened(name, bytes(content))
            if inside is not None:
                return [(inside, 0, len(inside))]
        self._keep(name, content, main or "text/plain", is_intact)
        return []

    def _opened(self, name, content):
        """Return the mail inside one that is signed with S/MIME; None of what cannot be opened, which stays a file."""
        if smime.is_encrypted(content):
            self._note("mail_encrypted", name=name or "smime.p7m")
            return None
        return smime.signed_content(content)

    def _transfer_decoded(self, headers, body):
        """Return (the part's content, True unless it was cut) by its Content-Transfer-Encoding."""
        encoding = headers.get("content-transfer-encoding", b"").split(b";")[0].strip().lower()
        if encoding == b"base64":
            return from_base64(body)
        if encoding == b"quoted-printable":
            return binascii.a2b_qp(body), True
        if encoding in _UU_ENCODINGS:
            _name, content = next(self._uudecoder.files(bytes(body)), (b"", None))
            return (body, False) if content is None else (content, True)
        return body, True

    def _keep(self, name, content, content_type, is_intact):
        content = bytes(content)
        if not name and content_type.startswith(_TEXT_TYPES):
            if content_type == "text/plain":
                self._found.extend(
                    Attachment(text_of(raw_name), file, "application/octet-stream")
                    for raw_name, file in self._uudecoder.files(content)
                )
            # Somebody's text, unless its bytes say otherwise. XHTML begins like XML and is only text.
            if content_type == "text/html" or not _is_file(content):
                return
        if not is_intact:
            self._note("attachment_damaged", name=name)
        self._found.append(Attachment(name, content, content_type))

    def chosen(self):
        """Return the files, at most `Limits.attachments`: what may be an invoice comes before pictures."""
        limit = self._limits.attachments
        if len(self._found) <= limit:
            return self._found
        self._note("mail_too_many_attachments", limit=str(limit))
        by_worth = sorted(
            range(len(self._found)), key=lambda index: not _may_be_invoice(self._found[index])
        )
        return [self._found[index] for index in sorted(by_worth[:limit])]

    def _note(self, code, **data):
        self.problems.append(Problem(code, {key: one_line(value) for key, value in data.items()}))


def _split(buffer, start, end, boundary, most):
    """Return the (start, end) of each part between the boundary lines (RFC 2046 §5.1.1); a missing last line ends with
    the body.
    """
    marker = b"--" + boundary.encode("utf-8", "replace")
    found, opened, position = [], None, start
    for _number in range(MARKERS):
        at = buffer.find(marker, position, end)
        if at < 0 or not boundary or len(found) > most:
            break
        position = at + len(marker)
        tail = _MARKER_TAIL.match(buffer, position, end)
        if tail is None or (at > start and buffer[at - 1] != 10):
            continue
        if opened is not None:
            found.append((opened, max(opened, _line_end(buffer, at))))
        opened = None if tail[1] else tail.end()
        if opened is None:
            break
    if opened is not None:
        found.append((opened, end))
    return found


def _line_end(buffer, at):
    """Where the text before the line at `at` ends: the line break belongs to the boundary."""
    return at - (2 if buffer[at - 2 : at] == b"\r\n" else 1)


def _is_file(content):
    return bytes(content[:200]).lstrip(_BLANK).startswith(_SIGNATURES)


def _may_be_invoice(attachment):
    return _is_file(attachment.content) or attachment.name.lower().endswith(_ENDINGS)
