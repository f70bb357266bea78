import datetime
import unittest

from ...dian.trust import ChainState, TrustStore
from ..tools import builder, certificates

SIGNER = builder.signer_of(builder.SUPPLIER)
SIGNED_AT = datetime.datetime.fromisoformat("2026-03-02T10:00:01-05:00")
UTC = datetime.timezone.utc


class TestTrustStore(unittest.TestCase):
    ROOT, AUTHORITY = certificates.anchors()

    def state(self, *anchors, leaf=SIGNER, at=SIGNED_AT, intermediates=()):
        return TrustStore(anchors).chain_state(leaf.certificate, at, intermediates)

    def test_without_anchors_nothing_is_checked(self):
        self.assertIs(self.state(), ChainState.UNCHECKED)

    def test_leaf_alone_needs_its_own_authority_as_an_anchor(self):
        self.assertIs(self.state(self.ROOT, self.AUTHORITY), ChainState.TRUSTED)
        self.assertIs(self.state(self.AUTHORITY), ChainState.TRUSTED)
        self.assertIs(self.state(self.ROOT), ChainState.UNTRUSTED)

    def test_intermediates_that_came_along_are_used_but_not_believed(self):
        chain = (self.AUTHORITY,)
        other = certificates.root("OTRA RAIZ").certificate
        self.assertIs(self.state(self.ROOT, intermediates=chain), ChainState.TRUSTED)
        self.assertIs(self.state(other, intermediates=(*chain, self.ROOT)), ChainState.UNTRUSTED)

    def test_same_names_other_keys(self):
        name = certificates.subject("TEST AUTORIDAD SUBORDINADA", "0")
        impostor = certificates.issue(name, certificates.private_key("x"), is_authority=True)
        forged = certificates.leaf("900123456", "FALSO", issuer=impostor)
        self.assertIs(self.state(self.ROOT, self.AUTHORITY, leaf=forged), ChainState.UNTRUSTED)

    def test_a_signer_is_no_authority(self):
        forged = certificates.leaf("900999999", "FIRMADO POR UN PROVEEDOR", issuer=SIGNER)
        chain = (SIGNER.certificate,)
        state = self.state(self.ROOT, self.AUTHORITY, leaf=forged, intermediates=chain)
        self.assertIs(state, ChainState.UNTRUSTED)

    def test_who_issued_it_does_not_expire_with_the_certificate(self):
        late = datetime.datetime(2034, 5, 1, tzinfo=UTC)
        short = certificates.leaf(
            "900123456", "CORTO", valid_to=datetime.datetime(2025, 1, 1, tzinfo=UTC)
        )
        for at in (late, None):
            with self.subTest(at=at):
                state = self.state(self.AUTHORITY, leaf=short, at=at)
                self.assertIs(state, ChainState.TRUSTED)

    def test_confirmed_dian_signers(self):
        dian = certificates.dian()
        store = TrustStore((), frozenset({dian.fingerprint}))
        self.assertTrue(store.is_confirmed_dian(dian.certificate))
        self.assertFalse(store.is_confirmed_dian(SIGNER.certificate))
