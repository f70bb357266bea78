"""What a mail that is signed with S/MIME holds: the signature is only a wrapping (RFC 8551, 3.5.2).

Nothing is verified: who signed a mail says nothing of the documents in it, which are signed themselves.
"""

from typing import NamedTuple

#: Content types (RFC 5652), as they are written in BER.
DATA = bytes.fromhex("2a864886f70d010701")
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
ENVELOPED_DATA = bytes.fromhex("2a864886f70d010703")
AUTH_ENVELOPED_DATA = bytes.fromhex("2a864886f70d0109100117")
ENCRYPTED = frozenset({ENVELOPED_DATA, AUTH_ENVELOPED_DATA})
#: Tags of BER (X.690).
OCTET_STRING, OBJECT_IDENTIFIER, SEQUENCE, EXPLICIT = 0x04, 0x06, 0x30, 0xA0
CONSTRUCTED, LONG_TAG = 0x20, 0x1F
INDEFINITE, END_OF_CONTENTS = 0x80, b"\0\0"
#: Bytes that a length is written in; elements one inside the other; pieces of an octet string.
LENGTH_BYTES = 4
DEPTH = 12
PIECES = 100_000


class NotSmime(ValueError):
    """Bytes that are no message of the kind that was looked for."""


class _Element(NamedTuple):
    """An element of BER: its tag, where its content starts and ends, and where the next one starts."""

    tag: int
    start: int
    end: int
    after: int


def is_encrypted(content: bytes) -> bool:
    """Is it an encrypted message? Never raises."""
    try:
        kind, _held = _content_info(content)
    except NotSmime:
        return False
    return kind in ENCRYPTED


def signed_content(content: bytes) -> bytes | None:
    """The mail inside a signed message (`smime.p7m`), in BER as OpenSSL and Outlook write it; None of anything else.

    Never raises.
    """
    try:
        kind, held = _content_info(content)
        return _encapsulated(content, held) if kind == SIGNED_DATA else None
    except NotSmime:
        return None


def _content_info(content):
    """The content type of a message, and the element that holds its content."""
    outer = _expect(_element(content, 0, len(content)), SEQUENCE)
    return _typed(content, outer)


def _typed(content, sequence):
    """The object identifier that a sequence begins with, and what stands explicitly tagged after it."""
    kind = _expect(_element(content, sequence.start, sequence.end), OBJECT_IDENTIFIER)
    held = _expect(_element(content, kind.after, sequence.end), EXPLICIT)
    return content[kind.start : kind.end], held


def _encapsulated(content, held):
    """SignedData: version, digest algorithms, then encapContentInfo."""
    signed = _expect(_element(content, held.start, held.end), SEQUENCE)
    version = _element(content, signed.start, signed.end)
    algorithms = _element(content, version.after, signed.end)
    info = _expect(_element(content, algorithms.after, signed.end), SEQUENCE)
    kind, wrapped = _typed(content, info)
    if kind != DATA:
        return None
    return b"".join(_octets(content, _element(content, wrapped.start, wrapped.end)))


def _octets(content, element):
    """The pieces of an octet string, which may be written in pieces."""
    if element.tag == OCTET_STRING:
        yield content[element.start : element.end]
        return
    _expect(element, OCTET_STRING | CONSTRUCTED)
    position = element.start
    for _number in range(PIECES):
        if position >= element.end:
            return
        piece = _expect(_element(content, position, element.end), OCTET_STRING)
        yield content[piece.start : piece.end]
        position = piece.after


def _expect(element, tag):
    if element.tag != tag:
        raise NotSmime(f"tag {element.tag}, not {tag}")
    return element


def _element(content, start, end, depth=DEPTH):
    """The element at `start`, which ends before `end`."""
    if start + 2 > end or not depth:
        raise NotSmime("cut or nested too deep")
    tag, length, position = content[start], content[start + 1], start + 2
    if tag & LONG_TAG == LONG_TAG:
        raise NotSmime(f"tag {tag}")
    if length == INDEFINITE:
        return _indefinite(content, tag, position, end, depth)
    if length > INDEFINITE:
        size = length - INDEFINITE
        if size > LENGTH_BYTES or position + size > end:
            raise NotSmime(f"length of {size} bytes")
        length = int.from_bytes(content[position : position + size], "big")
        position += size
    if position + length > end:
        raise NotSmime("cut")
    return _Element(tag, position, position + length, position + length)


def _indefinite(content, tag, start, end, depth):
    """An element that ends with the mark of its end."""
    position = start
    while content[position : position + 2] != END_OF_CONTENTS:
        position = _element(content, position, end, depth - 1).after
    return _Element(tag, start, position, position + 2)
