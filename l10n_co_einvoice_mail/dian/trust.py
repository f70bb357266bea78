"""Who is believed: the authorities that an administrator loaded, the DIAN signers he confirmed."""

import datetime
import enum
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from .signer import fingerprint


class ChainState(enum.Enum):
    """What became of a signer's certificate when it was held against the trust anchors."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    #: No anchor is loaded: nothing was checked, and nobody may say that it was.
    UNCHECKED = "unchecked"


def _is_authority(_policy, _certificate, constraints):
    if not constraints.ca:
        raise ValueError("issued by a certificate that is no authority's")


#: The library's own rules are those of web servers (names, extended key usage): Colombia's
#: authorities issue for persons, so that only "an authority issued it" remains of them. Algorithms,
#: key sizes, periods and signatures of the chain are checked by the library in any case.
_AUTHORITY = ExtensionPolicy.permit_all().require_present(
    x509.BasicConstraints, Criticality.AGNOSTIC, _is_authority
)
_SIGNER = ExtensionPolicy.permit_all()


@dataclass(frozen=True)
class TrustStore:
    """The certificates that count as known.

    Signers usually send their own certificate alone, so root and sub-authorities are all loaded as
    anchors; an intermediate certificate that a signer does send is used, but never believed.
    """

    anchors: tuple[x509.Certificate, ...] = ()
    #: SHA-256 fingerprints, lower-case hex, of the DIAN signers that a person confirmed.
    dian_signers: frozenset[str] = frozenset()
    _states: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def chain_state(
        self,
        certificate: x509.Certificate,
        at: datetime.datetime | None,
        intermediates: tuple[x509.Certificate, ...] = (),
    ) -> ChainState:
        """Does the certificate come from an anchor, at the (aware) time of signing?

        Outside its own period of validity the nearest moment inside counts: that it had expired is
        a fact of its own (`Signature.valid_at_signing`), not a reason to deny who issued it.
        """
        if not self.anchors:
            return ChainState.UNCHECKED
        begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        at = min(max(at or begin, begin), end)
        key = (fingerprint(certificate), at.date(), tuple(map(fingerprint, intermediates)))
        if key not in self._states:
            self._states[key] = self._verify(certificate, at, intermediates)
        return self._states[key]

    def is_confirmed_dian(self, certificate: x509.Certificate) -> bool:
        """Did a person confirm that this certificate is DIAN's?"""
        return fingerprint(certificate) in self.dian_signers

    def _verify(self, certificate, at, intermediates):
        builder = PolicyBuilder().store(Store(self.anchors)).time(at)
        builder = builder.extension_policies(ca_policy=_AUTHORITY, ee_policy=_SIGNER)
        try:
            builder.build_client_verifier().verify(certificate, list(intermediates))
        except (VerificationError, ValueError):
            return ChainState.UNTRUSTED
        return ChainState.TRUSTED
