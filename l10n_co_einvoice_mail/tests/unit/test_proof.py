import unittest
from dataclasses import replace

from ...dian.evidence import AnswerState
from ...dian.proof import _ANSWERS, STATEMENTS
from ...dian.signers import KnownSigner
from ...dian.trust import TrustStore
from ..tools import builder, certificates, xades
from ..tools.judging import (
    INVOICE,
    NOBODY_CONFIRMED,
    STRANGER,
    TRUST,
    altered,
    answered,
    judge,
    self_signed,
    signed_by,
)

PROVIDER = certificates.leaf("9012236488", "PROVEEDOR TECNOLÓGICO SAS")
KNOWN = (KnownSigner(nit="901223648"),)
#: What is proven of the plain invoice.
PLAIN = ["amounts_signed_by_supplier", "authority_trusted", "dian_validated", "cufe_not_checked"]
CASES = {
    "amounts_signed_by_supplier": (builder.Package(), {}),
    "amounts_signed_by_known": (signed_by(PROVIDER), {"known_signers": KNOWN}),
    "amounts_signed_by_unknown": (signed_by(PROVIDER), {"known_signers": ()}),
    "amounts_changed": (altered("><cbc:", ">\n<cbc:"), {}),
    "amounts_broken": (signed_by(None, references=("root", "root", "properties")), {}),
    "amounts_not_checked": (signed_by(None, digest="sha1"), {}),
    "amounts_unsigned": (builder.Package(document=xades.unsigned(builder.xml(INVOICE))), {}),
    "authority_trusted": (builder.Package(), {}),
    "authority_untrusted": (signed_by(self_signed("900123456", "FALSO")), {}),
    "authority_not_checked": (builder.Package(), {"trust": TrustStore((), TRUST.dian_signers)}),
    "dian_validated": (builder.Package(), {}),
    "dian_rejected": (answered(code="04"), {}),
    "dian_other": (answered(code="77"), {}),
    "dian_not_confirmed": (builder.Package(), {"trust": NOBODY_CONFIRMED}),
    "dian_not_checked": (answered(style=builder.Style(digest="sha1")), {}),
    "dian_false": (answered(receiver=STRANGER), {}),
    "dian_missing": (builder.Package(answers=()), {}),
    "cufe_not_checked": (builder.Package(), {}),
}


def proof(package=None, **context):
    return [finding.code for finding in judge(package, **context).proof]


class TestStatements(unittest.TestCase):
    def test_each_is_said_of_its_case(self):
        self.assertEqual(set(CASES), set(STATEMENTS))
        for code, (package, context) in CASES.items():
            with self.subTest(code):
                self.assertIn(code, proof(package, **context))
                for finding in judge(package, **context).proof:
                    self.assertNotIn("%(", STATEMENTS[finding.code].sentence % finding.data)

    def test_the_plain_invoice(self):
        findings = judge().proof
        self.assertEqual([finding.code for finding in findings], PLAIN)
        sentences = [STATEMENTS[finding.code].sentence % finding.data for finding in findings]
        self.assertEqual(
            sentences[0],
            "The amounts are signed by PROVEEDOR DE PRUEBA SAS (9001234568), the supplier itself.",
        )
        self.assertIn("2026-03-02", sentences[2])

    def test_nothing_is_called_proven_of_a_forged_answer(self):
        forged = answered(signer=builder.signer_of(builder.SUPPLIER))
        self.assertIn("dian_false", proof(forged))
        for state in AnswerState:
            if state is not AnswerState.PROVEN:
                self.assertFalse(STATEMENTS[_ANSWERS.get(state, "dian_false")].is_proven)

    def test_an_event(self):
        event = builder.event("030", replace(INVOICE, customer=STRANGER, supplier=builder.BUYER))
        self.assertNotIn("cufe_not_checked", proof(builder.Package(event)))
