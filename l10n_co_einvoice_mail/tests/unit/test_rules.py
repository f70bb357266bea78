import datetime
import unittest
from dataclasses import replace

from ...dian import errors
from ...dian.rules import RULES, Outcome, Scope
from ...dian.trust import TrustStore
from ..tools import builder, certificates, xades
from ..tools.judging import (
    INVOICE,
    NOBODY_CONFIRMED,
    STRANGER,
    TRUST,
    altered,
    answered,
    codes_of,
    contained,
    invoice,
    judge,
    rewritten,
    self_signed,
    sentence,
    signed_by,
)

REFERENCED_TWICE = ("root", "root", "properties")
EXPIRED = certificates.leaf(
    "900123456",
    "VENCIDO",
    valid_to=datetime.datetime(2025, 6, 1, tzinfo=datetime.timezone.utc),
)
UNRELATED = builder.event("030", replace(INVOICE, supplier=STRANGER, customer=builder.DIAN))
RECEIVED_EVENT = builder.event("030", replace(INVOICE, customer=STRANGER, supplier=builder.BUYER))

#: Code -> what makes a document break just that rule: package, and what else is known.
CASES = {
    "test_environment": (invoice(environment="2"), {}),
    "type_unsupported": (invoice(type_code="05"), {}),
    "event_unsupported": (
        builder.Package(replace(RECEIVED_EVENT, code="999", description="?")),
        {},
    ),
    "final_consumer": (
        invoice(customer=builder.Party("222222222222", "Consumidor final", id_type="13")),
        {},
    ),
    "receiver_unknown": (invoice(customer=STRANGER), {}),
    "event_unrelated": (builder.Package(UNRELATED), {}),
    # As long as SHA-256, which DIAN no longer accepts.
    "cufe_malformed": (invoice(unique_code="0123456789abcdef" * 4), {}),
    "answer_forged": (answered(signer=builder.signer_of(builder.SUPPLIER)), {}),
    "answer_mismatch": (answered(about="FE2", about_cufe="ab" * 48), {}),
    "answer_contradicts": (answered(receiver=STRANGER), {}),
    "answer_unchecked": (answered(style=builder.Style(digest="sha1")), {}),
    "document_broken": (signed_by(None, references=REFERENCED_TWICE), {}),
    "document_unchecked": (signed_by(None, digest="sha1"), {}),
    "document_altered": (altered("119000.00", "919000.00"), {}),
    "dian_rejected": (answered(code="04", notifications=(("FAD06", "CUFE errado"),)), {}),
    "document_unsigned": (
        builder.Package(document=xades.unsigned(builder.xml(INVOICE))),
        {},
    ),
    "document_changed": (altered("><cbc:", ">\n<cbc:"), {}),
    "answer_altered": (
        builder.Package(
            answers=(builder.tampered(builder.signed_answer(INVOICE), "><cbc:", "> <cbc:"),)
        ),
        {},
    ),
    "dian_signer_untrusted": (answered(signer=self_signed("800197268", "DIAN DE CARTÓN")), {}),
    "dian_signer_unconfirmed": (builder.Package(), {"trust": NOBODY_CONFIRMED}),
    "dian_answer_unknown": (answered(code="77"), {}),
    "dian_answer_missing": (builder.Package(answers=()), {}),
    "document_signer_untrusted": (signed_by(self_signed("900123456", "PROVEEDOR FALSO")), {}),
    "signer_unknown": (signed_by(builder.signer_of(STRANGER)), {"known_signers": ()}),
    "certificate_unknown": (
        builder.Package(),
        {"trust": TrustStore((), TRUST.dian_signers), "known_signers": ()},
    ),
    "document_signer_unnamed": (signed_by(certificates.leaf("1238229", "OTRA EMPRESA SAS")), {}),
    "values_ambiguous": (
        rewritten("<cbc:IssueDate>", "<cbc:IssueDate>2026-01-01</cbc:IssueDate><cbc:IssueDate>"),
        {},
    ),
    "document_incomplete": (invoice(number=""), {}),
    "dian_answer_pending": (builder.Package(replace(INVOICE, type_code="04"), answers=()), {}),
    "event_answer_missing": (builder.Package(RECEIVED_EVENT, answers=()), {}),
    "event_unusual": (builder.Package(replace(RECEIVED_EVENT, code="037")), {}),
    "document_signer_other": (signed_by(builder.signer_of(STRANGER)), {}),
    "document_signer_unchecked": (
        builder.Package(),
        {"trust": TrustStore((), TRUST.dian_signers)},
    ),
    "certificate_expired": (signed_by(EXPIRED), {}),
    "totals_differ": (invoice(totals={"PayableAmount": "1.00"}), {}),
    "values_malformed": (invoice(issue_time="10 de la mañana"), {}),
    "reference_missing": (builder.Package(builder.credit_note(references=())), {}),
    "reference_unknown": (builder.Package(builder.credit_note()), {"known_cufes": frozenset()}),
    "dian_remarks": (answered(notifications=(("RUT01", "RUT próximamente"),)), {}),
    "date_outside_authorization": (
        invoice(authorization=builder.Authorization(end="2026-03-01")),
        {},
    ),
    "number_outside_authorization": (
        invoice(authorization=builder.Authorization(last="1000")),
        {},
    ),
    "qr_mismatch": (
        signed_by(None, replace(INVOICE, qr_code="https://example.com/?documentkey=" + "ab" * 48)),
        {},
    ),
    "cufe_scheme": (invoice(unique_code_scheme="CUDE-SHA384"), {}),
    "check_digit_wrong": (invoice(supplier=replace(builder.SUPPLIER, dv="1")), {}),
    "policy_unknown": (signed_by(None, policy_hash="AAAA"), {}),
    "container_broken": (contained(style=builder.Style(references=REFERENCED_TWICE)), {}),
    "container_unsigned": (contained(is_signed=False), {}),
    "container_mismatch": (contained(number="FE7"), {}),
    "subject_mismatch": (builder.Package(), {"subject": "Su factura"}),
    "pdf_missing": (builder.Package(files={"ad.xml": builder.Package().container}), {}),
}


class TestTable(unittest.TestCase):
    """Every rule can be broken, and then says so in a whole sentence."""

    def test_each_rule_is_broken_by_its_case(self):
        for code, (package, context) in CASES.items():
            with self.subTest(code):
                verdict = judge(package, **context)
                self.assertIn(code, codes_of(verdict))
                rule = RULES[code]
                if rule.outcome is Outcome.WARN:
                    self.assertIs(verdict.outcome, Outcome.ACCEPT, codes_of(verdict))
                    self.assertIsNone(verdict.reason)
                else:
                    self.assertIs(verdict.outcome, rule.outcome, codes_of(verdict))
                    self.assertEqual(verdict.reason.code, code)
                for finding in verdict.findings:
                    self.assertNotIn("%(", sentence(finding))

    def test_no_rule_is_left_out(self):
        judging = {code for code, rule in RULES.items() if rule.check}
        self.assertEqual(judging, set(CASES))

    def test_every_code_of_an_error_is_a_rule_with_its_placeholders(self):
        kinds = [item for item in vars(errors).values() if isinstance(item, type)]
        codes = {
            code: names for kind in kinds for code, names in getattr(kind, "CODES", {}).items()
        }
        self.assertTrue(codes)
        for code, names in codes.items():
            with self.subTest(code):
                self.assertIs(RULES[code].scope, Scope.READING)
                self.assertLessEqual(placeholders(RULES[code].sentence), {*names, "file"})

    def test_every_code_without_a_check_is_somebodys(self):
        codes = {
            code
            for item in vars(errors).values()
            if isinstance(item, type)
            for code in getattr(item, "CODES", {})
        }
        mail_codes = {"no_edocument", "duplicate", "too_many_attempts", "read_error"}
        mail_codes |= {
            "copy_differs",
            "signer_refused",
        }  # of what is held, and of a person's decision
        unchecked = {code for code, rule in RULES.items() if not rule.check}
        self.assertEqual(unchecked, codes | mail_codes)

    def test_texts(self):
        for rule in RULES.values():
            with self.subTest(rule.code):
                self.assertLessEqual(len(rule.title), 40)
                self.assertTrue(rule.sentence.endswith("."))
                self.assertTrue(rule.remedy.endswith("."))
                self.assertFalse(placeholders(rule.title) | placeholders(rule.remedy))


def placeholders(text):
    """Names of the %(name)s in a text."""
    seen = {}

    class Recorder(dict):
        def __missing__(self, name):
            seen[name] = True
            return ""

    text % Recorder()
    return set(seen)
