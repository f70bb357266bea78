"""A small file from the web, or a question to a service there: the same guard, bounds and time limits as for a mail
server.
"""

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from . import transport
from .errors import ConnectionFailed, ConnectionLost
from .transport import Encryption, Endpoint

PORTS = frozenset({80, 443})
SCHEMES = {
    "http": (80, Encryption.NONE),
    "https": (443, Encryption.SSL_STRICT),
}
REDIRECTS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
CHUNK = 16 * 1024


@dataclass(frozen=True)
class Posted:
    """What a service answered: its status, its clock as it wrote it, and the content."""

    status: int
    date: str
    content: bytes


def download(url: str, *, limit: int, seconds: float = 20, allow_internal: bool = False) -> bytes:
    """Read what lies at an address of the web, and where it sends us on to, three times at the most.

    :param url: http or https; every host on the way is guarded as `transport` guards mail servers
    :param limit: bytes; a longer answer is refused
    :param seconds: after that no more is read and nobody else is asked; a connection is given up by itself
    :return: the content, of at least one byte
    :raise MailboxError: the address, the way to it or the answer is not good for that
    """
    deadline = time.monotonic() + seconds
    for _hop in range(REDIRECTS + 1):
        if time.monotonic() > deadline:
            raise ConnectionFailed("web_refused", data=_facts(url))
        status, onward, content = _get(url, limit, deadline, allow_internal)
        if status not in MOVED or not onward:
            break
        url = _onward(url, onward)
    if status != http.client.OK or not 0 < len(content) <= limit:
        raise ConnectionFailed("web_refused", data=_facts(url))
    return content


def post(
    url: str,
    content: bytes,
    headers: dict[str, str],
    *,
    limit: int,
    seconds: float = 60,
    allow_internal: bool = False,
) -> Posted:
    """Hand something over to a service, once: it is not sent on to another address, and not again.

    :param limit: bytes; a longer answer is none
    :raise ConnectionLost: it left, or a part of it, and no whole answer came: the service may have taken it
    :raise MailboxError: another one: nothing of it left
    """
    deadline = time.monotonic() + seconds
    endpoint, path = _target(url)
    sock = transport.connect(endpoint, allow_internal, PORTS)
    connection = http.client.HTTPConnection(endpoint.host, endpoint.port)
    try:
        connection.sock = sock
        sock.settimeout(max(deadline - time.monotonic(), 0.1))
        connection.request("POST", path, content, {**headers, "Connection": "close"})
        response = connection.getresponse()
        answer = _read(response, sock, limit, deadline)
    except (OSError, http.client.HTTPException, ValueError):
        raise ConnectionLost("connection_lost", data=_facts(url)) from None
    finally:
        connection.close()
    if len(answer) > limit or response.length:
        raise ConnectionLost("connection_lost", data=_facts(url))
    return Posted(response.status, response.getheader("Date") or "", answer)


def _onward(url, onward):
    """:raise ConnectionFailed: it leads from an encrypted way to one in clear, where anybody could answer"""
    target = urljoin(url, onward)
    if urlsplit(url).scheme.lower() == "https" != urlsplit(target).scheme.lower():
        raise ConnectionFailed("web_refused", data=_facts(url))
    return target


def _facts(url):
    return {"host": urlsplit(url).hostname or ""}


def _get(url, limit, deadline, allow_internal):
    """:return: (status, address to go on to, at most `limit` + 1 bytes of content)"""
    endpoint, path = _target(url)
    connection = http.client.HTTPConnection(endpoint.host, endpoint.port)
    try:
        # Kept: http.client lets go of it as soon as the head of the answer is there.
        connection.sock = sock = transport.connect(endpoint, allow_internal, PORTS)
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        content = _read(response, sock, limit, deadline)
        return response.status, response.getheader("Location"), content
    except (OSError, http.client.HTTPException, ValueError):
        raise ConnectionFailed("web_refused", data=_facts(url)) from None
    finally:
        connection.close()


def _target(url):
    try:
        parts = urlsplit(transport.clean(url))
        port, encryption = SCHEMES[parts.scheme.lower()]
        endpoint = Endpoint(parts.hostname or "", parts.port or port, encryption)
    except (KeyError, ValueError):
        raise ConnectionFailed("web_refused", data={"host": url[:100]}) from None
    path = parts.path or "/"
    return endpoint, f"{path}?{parts.query}" if parts.query else path


def _read(response, sock, limit, deadline):
    """Read in pieces, so that a server that drips is left when the time is over."""
    content = b""
    while len(content) <= limit:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if sock.fileno() >= 0:
            sock.settimeout(left)
        piece = response.read1(min(CHUNK, limit + 1 - len(content)))
        if not piece:
            break
        content += piece
    return content
