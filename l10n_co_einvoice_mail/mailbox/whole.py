"""Whether what a server handed out is the whole mail.

A server's +OK, or OK, says nothing about it: damaged folders, wrong caches and a lone "." that was not stuffed all look
like a mail that ends early. What came is compared with what was announced; where a server only estimates its sizes
(Exchange, hMailServer), the mail's own structure speaks for it.
"""

import re

from .headers import parameter, parameters, read_headers

# A mail begins with a header field (RFC 5322 §2.2), or with the line that mbox files put before it.
_HEADER = re.compile(rb"[\r\n]*(From |[!-9;-~]{1,200}[ \t]*:)")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
ESTIMATE = 2  # a server's estimate is at most so many times what really comes


def has_header(raw: bytes) -> bool:
    """:return: whether `raw` begins as a mail does"""
    return bool(_HEADER.match(raw))


def is_cut(raw: bytes) -> bool:
    """:return: whether `raw` is made of parts and ends before the line that closes the last one (RFC 2046 §5.1.1)"""
    boundary = _boundary(raw)
    return bool(boundary) and b"\n--" + boundary + b"--" not in raw


def is_whole(raw: bytes, announced: int) -> bool:
    """:param raw: what was handed out as a mail
    :param announced: bytes that the server announced for it; 0: none
    :return: whether it may be taken for the whole mail
    """
    if not has_header(raw):
        return False
    if len(raw) >= announced:
        return True
    if not _BLANK_LINE.search(raw):
        return False
    if _boundary(raw):
        return not is_cut(raw)
    return len(raw) * ESTIMATE >= announced


def _boundary(raw: bytes) -> bytes:
    headers, _body = read_headers(raw, 0, len(raw))
    main, found = parameters(headers.get("content-type", b""))
    if not main.startswith("multipart/"):
        return b""
    return parameter(found, "boundary").encode("utf-8", "surrogateescape")
