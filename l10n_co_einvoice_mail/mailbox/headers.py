"""The header of a mail or of one of its parts, read within bounds.

Python's own header parser is not given what strangers write: `email.policy.default` needs minutes for a 5 MB subject
and recurses over nested comments. Here every value is cut before it is looked at, nothing recurses, and what cannot be
decoded is shown with replacement characters instead of raising.
"""

import binascii
import codecs
import datetime
import email.utils
import re
import urllib.parse
from collections.abc import Mapping

from ..vocabulary.text import one_line

FIELDS = 2000  # header fields looked at
VALUE_BYTES = 16 * 1024  # of one field
TEXT_LENGTH = 500  # of a decoded text such as the subject
NAME_LENGTH = 120
PARAMETERS = 100

WANTED = frozenset(
    {
        "message-id",
        "subject",
        "from",
        "sender",
        "date",
        "return-path",
        "auto-submitted",
        "precedence",
        "x-autoreply",
        "x-autorespond",
        "x-failed-recipients",
        "x-odoo-backup-of",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
    }
)

#: {lower-case name: raw value}
Headers = dict[str, bytes]

# Codecs that are slow on long input or that interpret what they decode; no mail program announces them.
_REFUSED_CODECS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape"})

_NEXT_FIELD = re.compile(rb"\n(?=[^ \t\r\n])")
_ENCODED_WORD = re.compile(r"=\?([!-)+->@-~]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_PARAMETER = re.compile(r""";\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)""", re.DOTALL)
_CONTINUATION = re.compile(r"\*(\d{1,3})(\*?)")
_RECIPIENTS = re.compile(
    rb"^(?:Delivered-To|X-Original-To|To|Cc|Resent-To|Resent-Cc):((?:[^\n]|\n[ \t])*)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(rb"[^\s<>,;:\"()@]{1,64}@[^\s<>,;:\"()@]{1,255}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """Return ({lower-case name: raw value}, where the body starts) of the entity at raw[start:end].

    Only the names of `WANTED`, the first field of each, its value unfolded and cut.
    """
    header_end, body = _header_block(raw, start, end)
    positions = [start]
    for match in _NEXT_FIELD.finditer(raw, start, header_end):
        positions.append(match.end())
        if len(positions) > FIELDS:
            break
    headers = {}
    for at, following in zip(positions, [*positions[1:], header_end], strict=True):
        name, colon, value = raw[at : min(following, at + VALUE_BYTES)].partition(b":")
        key = name.strip().lower().decode("ascii", "replace")
        if colon and key in WANTED and key not in headers:
            headers[key] = value.replace(b"\r", b"").replace(b"\n", b"").strip()
    return headers, body


def addressed_to(raw: bytes) -> frozenset[str]:
    """Return the addresses, in small letters, to which a mail says that it was sent or delivered."""
    header_end, _body = _header_block(raw, 0, len(raw))
    header = raw[: min(header_end, FIELDS * 100)]
    return frozenset(
        address.decode("ascii", "replace").lower()
        for field in _RECIPIENTS.findall(header)
        for address in _ADDRESS.findall(field[:VALUE_BYTES])
    )


def _header_block(raw, start, end):
    """Return (end of the header, start of the body): an empty line parts them; without one, everything is header."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return start, start + (1 if raw[start] == 10 else 2)
    crlf = raw.find(b"\n\r\n", start, end)
    bare = raw.find(b"\n\n", start, end if crlf < 0 else crlf + 1)
    if bare >= 0:
        return bare + 1, bare + 2
    return (crlf + 1, crlf + 3) if crlf >= 0 else (end, end)


def decoded(data: bytes, charset: str = "") -> str:
    """Return `data` as text: by `charset`, else as UTF-8, else as Windows-1252 with replacement characters."""
    for name in (charset, "utf-8"):
        try:
            if name and codecs.lookup(name).name not in _REFUSED_CODECS:
                return data.decode(name)
        except (LookupError, ValueError):
            # An unknown or a lying charset: UnicodeError is a ValueError.
            continue
    return data.decode("cp1252", "replace")


def text_of(value: bytes, length: int = TEXT_LENGTH) -> str:
    """Return a header's raw value as one line of text: encoded words decoded (RFC 2047), raw 8-bit guessed, nothing
    unshowable.
    """
    return one_line(_decode_words(decoded(value)), length)


def _decode_words(text):
    """Decode encoded words; neighbours of one charset are joined before, as some programs cut inside a character."""
    pieces, position, pending, charset = [], 0, b"", ""
    for match in _ENCODED_WORD.finditer(text):
        between = text[position : match.start()]
        if pending and (between.strip() or match[1].lower() != charset):
            pieces.append(decoded(pending, charset))
            pending = b""
        if between.strip() or not position:
            pieces.append(between)
        pending += _word_bytes(match[2], match[3])
        charset, position = match[1].lower(), match.end()
    return "".join((*pieces, decoded(pending, charset) if pending else "", text[position:]))


def _word_bytes(encoding, content):
    raw = content.encode("ascii", "replace")
    return from_base64(raw)[0] if encoding in "bB" else binascii.a2b_qp(raw, header=True)


def from_base64(data: bytes | memoryview) -> tuple[bytes, bool]:
    """Return (bytes, True), or (what is left of them, False) when the data was cut."""
    try:
        return binascii.a2b_base64(data), True
    except binascii.Error:
        kept = bytes(data).translate(None, _NOT_BASE64)
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4)), False


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """Return (lower-case main value, {lower-case name: raw text}) of a Content-Type or Content-Disposition."""
    text = decoded(value)
    found = {}
    for match in _PARAMETER.finditer(text):
        content = match[2].strip()
        if content.startswith('"'):
            content = content[1:].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")
        found.setdefault(match[1].lower(), content)
        if len(found) >= PARAMETERS:
            break
    return text.partition(";")[0].strip().lower(), found


def parameter(found: Mapping[str, str], name: str) -> str:
    """Return the text of one parameter: RFC 2231 (charset, continuations), RFC 2047 in quotes, or plain; "" when
    missing.
    """
    if f"{name}*" in found:
        return _extended([(found[f"{name}*"], True)])
    pieces = {}
    for key, value in found.items():
        match = _CONTINUATION.fullmatch(key[len(name) :]) if key.startswith(name) else None
        if match:
            pieces[int(match[1])] = (value, bool(match[2]))
    if pieces:
        return _extended([pieces[number] for number in sorted(pieces)])
    return _decode_words(found.get(name, ""))


def _extended(pieces):
    """Join (text, is percent-encoded) pieces; the first may begin with charset'language' (RFC 2231 §4)."""
    charset, (first, is_encoded) = "", pieces[0]
    if is_encoded and first.count("'") >= 2:
        charset, _language, first = first.split("'", 2)
    rest = [(first, is_encoded), *pieces[1:]]
    return decoded(
        b"".join(_percent_decoded(text) if encoded else text.encode() for text, encoded in rest),
        charset,
    )


def _percent_decoded(text):
    return urllib.parse.unquote_to_bytes(text)


def file_name(headers: Headers) -> str:
    """Return the name a part gives itself as a label: no folders, nothing unshowable, its ending kept; "" without."""
    for header, name in (("content-disposition", "filename"), ("content-type", "name")):
        _value, found = parameters(headers.get(header, b""))
        label = _label(parameter(found, name))
        if label:
            return label
    return ""


def _label(name):
    label = one_line(re.split(r"[\\/]", name)[-1], len(name)).strip(" .")
    if len(label) <= NAME_LENGTH:
        return label
    stem, dot, ending = label.rpartition(".")
    kept = dot + ending if stem and len(ending) <= 10 else ""
    return label[: NAME_LENGTH - len(kept)] + kept


def message_id_of(headers: Headers) -> str:
    """Return the Message-ID with its brackets, or "" when there is none that could be one."""
    found = _MESSAGE_ID.search(one_line(decoded(headers.get("message-id", b""))))
    return found[0] if found else ""


def date_of(headers: Headers) -> datetime.datetime | None:
    """Return the Date as an aware datetime in UTC, or None; a date without a zone is taken as UTC (RFC 5322 §3.3)."""
    text = decoded(headers.get("date", b"")[:100])
    try:
        found = email.utils.parsedate_to_datetime(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=datetime.timezone.utc)
        return found.astimezone(datetime.timezone.utc)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
