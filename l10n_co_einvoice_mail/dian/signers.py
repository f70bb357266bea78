"""Who signed a document, and what that proves: the amounts are proven by the supplier's signature alone.

DIAN's answer names a number and a CUFE, which nobody but the issuer can recompute: whoever holds a genuine answer
and any certificate could put his own amounts into it. So a document counts as proven when its signer is the supplier
itself, under an authority that is trusted, or a signer that a person knows for this supplier.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from .authorities import carries
from .nit import same_nit
from .signature import Integrity, Signature
from .trust import ChainState


class Standing(enum.Enum):
    """What a document's signer is to its supplier."""

    #: The supplier itself, under a trusted authority.
    SUPPLIER = "supplier"
    #: Somebody, or a certificate, that a person knows for this supplier or as a provider for many.
    KNOWN = "known"
    #: Somebody whom nobody knows yet: a person decides.
    UNKNOWN = "unknown"
    #: The document has no signature that holds: nothing proves who made it.
    UNPROVEN = "unproven"


@dataclass(frozen=True)
class KnownSigner:
    """A signer that a person knows, by certificate or by NIT.

    :param fingerprint: SHA-256 of the DER certificate, lower-case hex: that very certificate, whoever issued it.
    :param nit: with or without check digit: every certificate of that holder, renewed ones too, that comes from a
        trusted authority. Ignored where `fingerprint` is given.
    :param authority: `Signature.authority`, where the holder is known under this one only; None: under any trusted.
    :param supplier_nit: for whom it signs; None: for everybody, as a technology provider does.
    """

    fingerprint: str | None = None
    nit: str | None = None
    authority: str | None = None
    supplier_nit: str | None = None

    def signed(self, signature: Signature, chain: ChainState, supplier_nit: str | None) -> bool:
        """Did this signer make the signature, for that supplier?"""
        if self.supplier_nit is not None and not same_nit(self.supplier_nit, supplier_nit):
            return False
        if self.fingerprint:
            return self.fingerprint == signature.fingerprint
        return (
            chain is ChainState.TRUSTED
            and self.authority in (None, signature.authority)
            and signature.holder.is_certain
            and (carries(signature.signer_nit, self.nit) or carries(self.nit, signature.signer_nit))
        )


@dataclass(frozen=True)
class Assessment:
    """Who signed a document, as data to show, to keep and to decide by. Texts are None where nothing is signed."""

    standing: Standing
    #: Was the signer's certificate issued by a trusted authority?
    chain: ChainState
    #: Does the certificate name the supplier? None: it does not say whose it is.
    is_supplier: bool | None = None
    #: SHA-256 of the certificate, lower-case hex
    fingerprint: str | None = None
    name: str | None = None
    #: Digits, with or without check digit
    nit: str | None = None
    #: The certificate's whole subject (RFC 4514)
    subject: str | None = None
    authority: str | None = None
    #: By which entry of the caller's it is known
    known: KnownSigner | None = None

    @property
    def shown(self) -> str:
        """Name and NIT in one line."""
        return f"{self.name or '-'} ({self.nit or '-'})"


def assess(
    signature: Signature,
    chain: ChainState,
    supplier_nit: str | None,
    supplier_name: str | None,
    known_signers: Iterable[KnownSigner] = (),
) -> Assessment:
    """What the signature of a supplier's document proves.

    :param chain: of the signer's certificate, at the time of signing.
    :param known_signers: of the company that received the document.
    """
    if signature.certificate is None:
        return Assessment(Standing.UNPROVEN, chain)
    is_supplier = signature.holder.is_party(supplier_nit, supplier_name)
    known = next((it for it in known_signers if it.signed(signature, chain, supplier_nit)), None)
    if signature.integrity is not Integrity.INTACT:
        standing = Standing.UNPROVEN
    elif is_supplier and chain is ChainState.TRUSTED:
        standing = Standing.SUPPLIER
    else:
        standing = Standing.KNOWN if known else Standing.UNKNOWN
    return Assessment(
        standing,
        chain,
        is_supplier,
        signature.fingerprint,
        signature.signer_name,
        signature.signer_nit,
        signature.subject,
        signature.authority,
        known,
    )
