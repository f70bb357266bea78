"""The first words with a mail server, without logging in: does it answer, encrypted how, under which certificate.

Nothing that is secret passes here, so a probe may be sent to servers that are only guessed.
"""

import contextlib
import poplib
from collections.abc import Callable, Sequence
from typing import Any

from . import failures, transport
from .certificate import PRELUDES, PeerCertificate, peer_certificate, read_certificate
from .errors import AddressRefused, MailboxError, TlsFailed
from .transport import Encryption, Endpoint

# (with TLS from the first byte, otherwise): RFC 8314.
PORTS = {"imap": (993, 143), "pop": (995, 110), "smtp": (465, 587)}
GREETINGS = {"imap": (b"* OK", b"* PREAUTH"), "pop": (b"+OK",), "smtp": (b"220",)}
ACCEPTED = {"imap": b"a OK", "pop": b"+OK", "smtp": b"2"}
LINE_BYTES = 2000
LINES = 100


class Probe:
    """One connection, step by step; `close` it. Each method raises a `MailboxError`."""

    def __init__(self, protocol: str, endpoint: Endpoint, allow_internal: bool = False):
        """Keep where to; `protocol` is imap, pop or smtp. Nothing is opened yet."""
        self.protocol = protocol
        self.endpoint = endpoint
        self.allow_internal = allow_internal
        self.addresses: Sequence[transport.Address] = ()
        self.certificate: PeerCertificate | None = None
        self._socket: Any = None

    def look_up(self) -> None:
        """Resolve the name, within the address guard."""
        self.addresses = transport.resolve(self.endpoint, self.allow_internal)

    def reach(self) -> None:
        """Open the connection."""
        self._socket = transport.reach(self.endpoint, self.addresses)

    def encrypt(self) -> None:
        """Do the TLS handshake, after asking for it where the conversation starts in clear."""
        if self.endpoint.encryption.is_upgraded:
            self._ask_for_tls()
        plain, self._socket = self._socket, None
        try:
            self._socket = transport.secure(plain, self.endpoint)
        except TlsFailed as error:
            self._name_the_other(error)
            raise
        with contextlib.suppress(ValueError):  # trusted as it is; only its dates are not told then
            self.certificate = read_certificate(self._socket.getpeercert(binary_form=True))

    def _name_the_other(self, error):
        if error.code == "certificate_host":
            with contextlib.suppress(MailboxError):
                shown = peer_certificate(self.endpoint, self.protocol, self.allow_internal)
                error.data["names"] = ", ".join(shown.names) or shown.subject

    def greet(self) -> None:
        """Read the server's greeting."""
        with self._translated("greeting"):
            line = self._line()
            if not line.startswith(GREETINGS[self.protocol]):
                raise poplib.error_proto(line)

    def close(self) -> None:
        """Hang up. Never raises."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()
            self._socket = None

    def _ask_for_tls(self):
        with self._translated("tls"):
            for command, last in PRELUDES[self.protocol]:
                self._socket.sendall(command + b"\r\n")
                line = self._last_line(last)
            if not line.startswith(ACCEPTED[self.protocol]):
                raise TlsFailed(
                    "starttls_missing",
                    failures.scrub(line.decode("utf-8", "replace")),
                    self.endpoint.facts,
                )

    def _last_line(self, start):
        for _number in range(LINES):
            line = self._line()
            if line.startswith(start) or line[:1] in (b"4", b"5"):
                return line
        raise poplib.error_proto(b"line too long")

    def _line(self):
        line = bytearray()
        while not line.endswith(b"\n"):
            octet = self._socket.recv(1)  # byte by byte: what follows belongs to TLS
            if not octet or len(line) > LINE_BYTES:
                raise (
                    ConnectionResetError(104, "Connection reset by peer")
                    if not line
                    else (poplib.error_proto(bytes(line)))
                )
            line += octet
        return bytes(line).rstrip(b"\r\n")

    @contextlib.contextmanager
    def _translated(self, stage):
        try:
            yield
        except (OSError, poplib.error_proto) as error:
            raise failures.as_error(error, stage, self.endpoint.facts) from None

    @property
    def stages(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """The methods in the order this kind of encryption wants them, as (name of the step, method)."""
        way: list[tuple[str, Callable[[], None]]] = [("dns", self.look_up), ("tcp", self.reach)]
        if self.endpoint.encryption.is_implicit:
            return (*way, ("tls", self.encrypt), ("greeting", self.greet))
        if self.endpoint.encryption.is_upgraded:
            return (*way, ("greeting", self.greet), ("tls", self.encrypt))
        return (*way, ("greeting", self.greet))


def answers(protocol: str, endpoint: Endpoint, allow_internal: bool = False) -> bool:
    """Tell whether a mail server of this protocol answers at `endpoint`, encrypted as it says.

    :raise AddressRefused: nobody may be asked there
    """
    probe = Probe(protocol, endpoint, allow_internal)
    try:
        for _name, stage in probe.stages:
            stage()
    except AddressRefused:
        raise
    except MailboxError:
        return False
    finally:
        probe.close()
    return True


def rungs(protocol: str, host: str, typed_port: int = 0) -> tuple[Endpoint, ...]:
    """Return the endpoints of `host` worth trying, all of them encrypted and verified: first the port that was typed,
    with either encryption, then the customary ones, the safest first.
    """
    implicit, plain = PORTS[protocol]
    customary = [(implicit, Encryption.SSL_STRICT), (plain, Encryption.STARTTLS_STRICT)]
    if protocol == "smtp":
        customary = [*reversed(customary), (25, Encryption.STARTTLS_STRICT)]
    typed = [(typed_port, kind) for kind in (Encryption.SSL_STRICT, Encryption.STARTTLS_STRICT)]
    pairs = dict.fromkeys([*(typed if typed_port else ()), *customary])
    return tuple(Endpoint(host, port, encryption) for port, encryption in pairs)
