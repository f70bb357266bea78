"""The certificate a mail server shows, looked at without trusting it: for diagnoses only, nothing else is ever sent.

OpenSSL refuses a certificate before Python sees it, so it takes a second connection to say whose it is.
"""

import datetime
import warnings
from dataclasses import dataclass
from typing import Any

from cryptography import x509

from . import failures, transport
from .transport import Encryption, Endpoint

LINES = 50  # of a server's answer to one line of the prelude
LINE_BYTES = 2000

# What is said in clear before TLS: (line to send, what the last line of the answer begins with).
PRELUDES = {
    "imap": ((b"a STARTTLS", b"a "),),
    "pop": ((b"STLS", b""),),
    "smtp": ((b"EHLO localhost", b"250 "), (b"STARTTLS", b"")),
}


@dataclass(frozen=True)
class PeerCertificate:
    """Who a server says it is. `names` as they stand in the certificate (with `*.`); times are aware, UTC."""

    names: tuple[str, ...]
    subject: str
    issuer: str
    valid_from: datetime.datetime
    valid_to: datetime.datetime

    @property
    def is_self_signed(self) -> bool:
        """True when nobody else vouches for it."""
        return self.subject == self.issuer

    @property
    def days_left(self) -> int:
        """Whole days until it expires; negative afterwards."""
        return (self.valid_to - datetime.datetime.now(datetime.timezone.utc)).days


def peer_certificate(
    endpoint: Endpoint, protocol: str, allow_internal: bool = False
) -> PeerCertificate:
    """Return the `PeerCertificate` of the server at `endpoint`, whether or not it is any good.

    :param protocol: "imap", "pop" or "smtp": how STARTTLS is asked for
    :raise MailboxError: there is no connection, no TLS, or no readable certificate
    """
    anybody = Encryption.SSL if endpoint.encryption.is_implicit else Encryption.STARTTLS
    untrusted = Endpoint(endpoint.host, endpoint.port, anybody)
    connected: Any = transport.connect(untrusted, allow_internal)
    try:
        if anybody.is_upgraded:
            _ask_for_tls(connected, protocol)
            connected = transport.secure(connected, untrusted)
        return read_certificate(connected.getpeercert(binary_form=True))
    except (OSError, ValueError) as error:
        raise failures.as_error(error, "tls", endpoint.facts) from None
    finally:
        connected.close()


def _ask_for_tls(connected, protocol):
    with connected.makefile("rwb") as stream:
        greeting_end = b"220 " if protocol == "smtp" else b""
        for line, last in ((b"", greeting_end), *PRELUDES[protocol]):
            if line:
                stream.write(line + b"\r\n")
                stream.flush()
            for _number in range(LINES):
                answer = stream.readline(LINE_BYTES)
                if not answer or answer.startswith(last):
                    break


def read_certificate(der: bytes | None) -> PeerCertificate:
    """Return the `PeerCertificate` in `der`.

    :raise ValueError: it is no certificate
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a certificate that is odd is read all the same
        try:
            certificate = x509.load_der_x509_certificate(der or b"")
        except x509.InvalidVersion as error:
            raise ValueError(str(error)) from error
    return PeerCertificate(
        names=_names(certificate),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        valid_from=_utc(certificate, "not_valid_before"),
        valid_to=_utc(certificate, "not_valid_after"),
    )


def _utc(certificate, name):
    """Old versions of cryptography, which Odoo still allows, know only the time without its zone."""
    aware = getattr(certificate, f"{name}_utc", None)
    return aware or getattr(certificate, name).replace(tzinfo=datetime.timezone.utc)


def _names(certificate):
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(extension.value.get_values_for_type(x509.DNSName))
