"""The company's certificate with its key, out of a PFX file."""

import base64
import datetime
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from odoo.addons.l10n_co_einvoice_mail.dian.authorities import Holder, holder_of
from odoo.addons.l10n_co_einvoice_mail.dian.nit import same_nit

MINIMUM_BITS = 2048
#: A PFX with a chain of three has some 8 kB.
PFX_BYTES = 64 * 1024


class SetupError(Exception):
    """Something of the set-up is not right.

    :param code: of `reasons.REASONS`
    :param data: texts for the placeholders of its sentences
    """

    def __init__(self, code: str, **data: str):
        super().__init__(code)
        self.code = code
        self.data = data


@dataclass(frozen=True)
class Identity:
    """Who signs. The key is shown nowhere."""

    key: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate

    @property
    def base64(self) -> str:
        """The certificate (DER) in one line of base64, as ds:X509Certificate holds it."""
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()

    @property
    def holder(self) -> Holder:
        return holder_of(self.certificate)

    @property
    def valid_from(self) -> datetime.datetime:
        return self.certificate.not_valid_before_utc

    @property
    def valid_to(self) -> datetime.datetime:
        return self.certificate.not_valid_after_utc

    def check_validity(self, now: datetime.datetime) -> None:
        """:raises SetupError: it is not valid at that (aware) time."""
        if not self.valid_from <= now <= self.valid_to:
            start, end = (f"{moment:%Y-%m-%d}" for moment in (self.valid_from, self.valid_to))
            raise SetupError("certificate_expired", start=start, end=end)

    def check_owner(self, nit: str) -> None:
        """:raises SetupError: it is not the company's of that NIT, or nobody can tell whose it is."""
        holder = self.holder
        if not same_nit(holder.nit, nit):
            names = " ".join((*holder.names[:1], holder.nit or "")).strip()
            raise SetupError("certificate_foreign", holder=names or "?", nit=nit)


def open_pfx(content: bytes, password: str) -> Identity:
    """The key and its certificate in a PFX file.

    :raises SetupError: `certificate_unreadable`, `certificate_kind`
    """
    if not 0 < len(content) <= PFX_BYTES:
        raise SetupError("certificate_unreadable")
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(content, password.encode())
    except (ValueError, TypeError):
        raise SetupError("certificate_unreadable") from None
    if not isinstance(key, rsa.RSAPrivateKey) or certificate is None:
        raise SetupError("certificate_kind", what=type(key).__name__)
    if key.key_size < MINIMUM_BITS:
        raise SetupError("certificate_kind", what=str(key.key_size))
    return Identity(key, certificate)
