"""The way to a mail server: every socket of the addon is opened here.

Host and port come from a user, so the address is checked before anything is sent (a mail form must not become a scanner
of the network Odoo runs in), and the connection goes to the address that was checked, not to the name (a name may
answer differently the second time). TLS is verified unless the administrator chose otherwise.
"""

import enum
import functools
import ipaddress
import itertools
import os
import socket
import ssl
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from . import failures
from .errors import AddressRefused, ArgumentRefused, ConnectionFailed

#: (family, what `socket.connect` takes)
Address = tuple[socket.AddressFamily, Any]

CONNECT_SECONDS = 15
ATTEMPT_SECONDS = 5  # for one of several addresses, so that a dead IPv6 route leaves time for IPv4
READ_SECONDS = 60
MAIL_PORTS = frozenset({25, 110, 143, 465, 587, 993, 995, 1025, 1143, 2525})

NAT64 = ipaddress.ip_network("64:ff9b::/96")
# All of IPv6 that is given out (IANA): what lies outside is local, reserved or a wrapping.
GIVEN_OUT = ipaddress.ip_network("2000::/3")
# Special blocks that some versions of Python take for public ones (RFC 6890, RFC 7526, RFC 9637).
SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))


class Encryption(str, enum.Enum):
    """How the conversation is encrypted; the values are those of `ir.mail_server.smtp_encryption`."""

    NONE = "none"
    STARTTLS_STRICT = "starttls_strict"
    STARTTLS = "starttls"
    SSL_STRICT = "ssl_strict"
    SSL = "ssl"

    @property
    def is_implicit(self) -> bool:
        """True when the first byte is already TLS."""
        return self in (Encryption.SSL, Encryption.SSL_STRICT)

    @property
    def is_upgraded(self) -> bool:
        """True when the conversation starts in clear and must turn to TLS before the login."""
        return self in (Encryption.STARTTLS, Encryption.STARTTLS_STRICT)

    @property
    def is_verified(self) -> bool:
        """True when the server has to prove its name."""
        return self in (Encryption.STARTTLS_STRICT, Encryption.SSL_STRICT)


@dataclass(frozen=True)
class Endpoint:
    """Where a mail server listens."""

    host: str
    port: int
    encryption: Encryption = Encryption.SSL_STRICT

    def __post_init__(self):
        object.__setattr__(self, "host", clean((self.host or "").strip()))
        object.__setattr__(self, "encryption", Encryption(self.encryption))

    @property
    def facts(self) -> dict[str, str]:
        """What a sentence about a failure may name."""
        return {"host": self.host, "port": str(self.port)}


def clean(argument: str) -> str:
    """Return `argument` as it is, unless it would end the command it is put into.

    CR or LF in an argument is a second command for the server (CVE-2025-15366, CVE-2025-15367; neither imaplib before
    its fix nor IMAPClient refuses it); NUL is allowed in no argument (RFC 3501 §4.3).

    :raise ArgumentRefused: the argument holds CR, LF or NUL
    """
    if any(character in argument for character in "\r\n\0"):
        raise ArgumentRefused("argument_control")
    return argument


def tls_context(encryption: Encryption) -> ssl.SSLContext:
    """Return the TLS context for one of the five encryption values; not to be changed, others use it too.

    Verified contexts trust what the machine's OpenSSL trusted when the process made its first one (`SSL_CERT_FILE`
    included).
    """
    trusted = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
    return _make_tls_context(encryption.is_verified, trusted)


@functools.lru_cache(maxsize=8)
def _make_tls_context(is_verified, _trusted):
    """Made once: to read the authorities of the machine takes longer than a handshake."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # some systems' own default is lower
    if not is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def is_public(address: str) -> bool:
    """Tell whether an IP address lies in the public internet.

    6to4 and NAT64 addresses are as public as the IPv4 address inside; other wrappings are not.
    """
    ip = ipaddress.ip_address(address)
    if ip.version == 6:
        inside = ipaddress.IPv4Address(ip.packed[-4:]) if ip in NAT64 else ip.sixtofour
        if not inside and ip not in GIVEN_OUT:
            return False
        ip = inside or ip
    is_special = ip.is_multicast or ip.is_reserved or any(ip in block for block in SPECIAL)
    return ip.is_global and not is_special


def resolve(
    endpoint: Endpoint, allow_internal: bool = False, ports: Collection[int] = MAIL_PORTS
) -> list[Address]:
    """Return the (family, address) pairs of the endpoint, families alternating, in the system's order of preference.

    :raise ConnectionFailed: the name does not exist or cannot be looked up now
    :raise AddressRefused: one address is not public, or the port is none of `ports`, and `allow_internal` is false
    """
    if not endpoint.host:
        raise ConnectionFailed("server_missing", data=endpoint.facts)
    if not allow_internal and endpoint.port not in ports:
        raise AddressRefused("port_refused", data=endpoint.facts)
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise failures.as_error(error, "connect", data=endpoint.facts) from None
    if not allow_internal and not all(is_public(str(sockaddr[0])) for *_rest, sockaddr in found):
        raise AddressRefused("address_internal", data=endpoint.facts)
    return _alternate_families([(family, sockaddr) for family, _t, _p, _c, sockaddr in found])


def _alternate_families(addresses):
    first = [item for item in addresses if item[0] == addresses[0][0]]
    other = [item for item in addresses if item[0] != addresses[0][0]]
    pairs = itertools.zip_longest(first, other)
    return [item for pair in pairs for item in pair if item is not None]


def connect(
    endpoint: Endpoint, allow_internal: bool = False, ports: Collection[int] = MAIL_PORTS
) -> socket.socket:
    """Open a socket to the endpoint; for implicit TLS the handshake is done.

    The socket's timeout is still `CONNECT_SECONDS`, because a server that says nothing after the connection (TLS port
    spoken to in clear) shall be noticed soon: `patient` raises it once the greeting is there.

    :raise AddressRefused, ConnectionFailed, TlsFailed: see `failures.FAILURES`
    """
    plain = reach(endpoint, resolve(endpoint, allow_internal, ports))
    return secure(plain, endpoint) if endpoint.encryption.is_implicit else plain


def reach(endpoint: Endpoint, addresses: Sequence[Address]) -> socket.socket:
    """Open a socket to one of `addresses` (what `resolve` returned); nothing is encrypted yet.

    :raise ConnectionFailed: see `failures.FAILURES`
    """
    try:
        return _connect_any(addresses)
    except OSError as error:
        raise failures.as_error(error, "connect", data=endpoint.facts) from None


def _connect_any(addresses):
    deadline = time.monotonic() + CONNECT_SECONDS
    failure = OSError("no address")
    for number, (family, sockaddr) in enumerate(addresses, start=1):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            is_last = number == len(addresses)
            return _connect_one(family, sockaddr, left if is_last else min(left, ATTEMPT_SECONDS))
        except OSError as error:
            failure = error
    raise failure


def _connect_one(family, sockaddr, seconds):
    candidate = socket.socket(family, socket.SOCK_STREAM)
    try:
        candidate.settimeout(seconds)
        candidate.connect(sockaddr)
        candidate.settimeout(CONNECT_SECONDS)
    except OSError:
        candidate.close()
        raise
    return candidate


def secure(plain: socket.socket, endpoint: Endpoint) -> ssl.SSLSocket:
    """Turn a connected socket into a TLS one; the certificate is checked against the host's name, not its address.

    :raise TlsFailed, ConnectionLost: see `failures.FAILURES`; the socket is closed
    """
    context = tls_context(endpoint.encryption)
    try:
        return context.wrap_socket(plain, server_hostname=endpoint.host)
    except (OSError, ValueError) as error:
        plain.close()
        raise failures.as_error(error, "tls", data=endpoint.facts) from None


def patient(connected: socket.socket) -> None:
    """Give a connected socket the time a real answer may take, once the server has greeted."""
    connected.settimeout(READ_SECONDS)


def is_silent(connected: socket.socket) -> bool:
    """:return: whether nothing has come, not even the end. What has is lost: the socket is of no use then."""
    seconds = connected.gettimeout()
    connected.settimeout(0)
    try:
        connected.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False
    finally:
        connected.settimeout(seconds)
    return False
