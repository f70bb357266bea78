import unittest
from dataclasses import replace

from ...dian.rules import Outcome
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
    judge,
    signed_by,
)
from .test_rules import CASES, RECEIVED_EVENT


class TestAccepted(unittest.TestCase):
    def test_a_plain_invoice(self):
        verdict = judge()
        self.assertIs(verdict.outcome, Outcome.ACCEPT)
        self.assertEqual(verdict.findings, ())
        self.assertEqual(verdict.document_signature, "valid")
        self.assertEqual(verdict.dian_status, "validated")
        self.assertIsNone(verdict.unconfirmed_dian_certificate)

    def test_notes_dollars_and_equivalent_documents(self):
        for facts in (
            builder.credit_note(),
            builder.debit_note(),
            replace(INVOICE, currency="USD", exchange_rate="4000"),
            replace(INVOICE, type_code="60"),
            replace(INVOICE, type_code="02"),
        ):
            with self.subTest(facts.kind + facts.type_code + facts.currency):
                verdict = judge(builder.Package(facts))
                self.assertEqual(codes_of(verdict), [])

    def test_signed_by_the_provider(self):
        provider = certificates.leaf("9012236488", "PROVEEDOR TECNOLÓGICO SAS")
        facts = replace(INVOICE, provider_nit="901223648")
        self.assertEqual(codes_of(judge(signed_by(provider, facts))), [])

    def test_known_reference(self):
        note = builder.credit_note()
        known = frozenset({note.references[0].cufe})
        self.assertEqual(codes_of(judge(builder.Package(note), known_cufes=known)), [])

    def test_spellings_of_the_served_nit(self):
        for nit in ("800123456", "800.123.456-5", "8001234565", "0800123456"):
            with self.subTest(nit):
                self.assertEqual(codes_of(judge(served_nits=frozenset({nit}))), [])

    def test_subject_of_a_reply_with_other_spaces(self):
        subject = "RV: Fwd: 900123456 ; PROVEEDOR; DE PRUEBA SAS; FE1001 ;01;X"
        self.assertEqual(codes_of(judge(subject=subject)), [])

    def test_no_mail_no_subject(self):
        self.assertEqual(codes_of(judge(subject=None)), [])


class TestTrust(unittest.TestCase):
    def test_without_anchors_nothing_is_called_valid(self):
        verdict = judge(trust=TrustStore((), TRUST.dian_signers))
        self.assertEqual(verdict.document_signature, "untrusted")
        self.assertEqual(codes_of(verdict), ["document_signer_unchecked"])

    def test_a_new_dian_certificate_is_shown_and_nothing_counts_as_validated(self):
        for trust in (NOBODY_CONFIRMED, TrustStore()):
            with self.subTest(trust):
                verdict = judge(trust=trust)
                self.assertIs(verdict.outcome, Outcome.REVIEW)
                self.assertEqual(verdict.reason.code, "dian_signer_unconfirmed")
                self.assertEqual(verdict.dian_status, "missing")
                shown = verdict.unconfirmed_dian_certificate
                self.assertEqual(shown, certificates.dian().certificate)

    def test_a_certificate_in_dians_name_from_nowhere_is_not_offered(self):
        package, _context = CASES["dian_signer_untrusted"]
        self.assertIsNone(judge(package).unconfirmed_dian_certificate)

    def test_a_rejection_counts_only_from_a_confirmed_signer(self):
        verdict = judge(answered(code="04"), trust=NOBODY_CONFIRMED)
        self.assertEqual(verdict.reason.code, "dian_signer_unconfirmed")
        self.assertEqual(judge(answered(code="04")).dian_status, "rejected")

    def test_states_of_the_signature(self):
        for code, state in {
            "document_broken": "broken",
            "document_changed": "broken",
            "document_unchecked": "unchecked",
            "document_unsigned": "unsigned",
            "document_signer_untrusted": "untrusted",
            "document_signer_other": "valid",
        }.items():
            with self.subTest(code):
                package, context = CASES[code]
                self.assertEqual(judge(package, **context).document_signature, state)


class TestAnswers(unittest.TestCase):
    def test_unsigned_answer_is_forged(self):
        answer = xades.unsigned(builder.xml(builder.answer(INVOICE)))
        verdict = judge(builder.Package(answers=(answer,)))
        self.assertEqual(verdict.reason.code, "answer_forged")
        self.assertEqual(verdict.dian_status, "missing")

    def test_right_cufe_wrong_number(self):
        self.assertEqual(judge(answered(about="FE2")).reason.code, "answer_mismatch")

    def test_a_rejection_and_then_a_validation(self):
        answers = tuple(builder.signed_answer(INVOICE, code) for code in ("04", "02"))
        verdict = judge(builder.Package(answers=answers))
        self.assertEqual(verdict.dian_status, "validated")
        self.assertEqual(codes_of(verdict), [])

    def test_answer_of_the_test_environment(self):
        self.assertEqual(judge(answered(environment="2")).reason.code, "test_environment")

    def test_three_digits(self):
        self.assertEqual(judge(answered(code="002")).dian_status, "validated")

    def test_events_in_a_container_are_no_answers(self):
        event = builder.signed_document(builder.event("030", INVOICE))
        answers = (event, builder.signed_answer(INVOICE))
        self.assertEqual(codes_of(judge(builder.Package(answers=answers))), [])

    def test_loose_answer_beside_the_bare_document(self):
        package = builder.Package()
        files = {"fv.xml": package.document, "ar.xml": package.answers[0], "fv.pdf": package.pdf}
        verdict = judge(builder.Package(files=files))
        self.assertEqual(verdict.dian_status, "validated")
        self.assertEqual(codes_of(verdict), [])


class TestAltered(unittest.TestCase):
    """Which changes after signing are told from a change of white space, and how."""

    def reason(self, *change, facts=INVOICE):
        return judge(altered(*change, facts=facts)).reason

    def test_contradictions(self):
        cufe = INVOICE.cufe
        for change in (
            ('PayableAmount currencyID="COP">119', 'PayableAmount currencyID="COP">129'),
            ('TaxInclusiveAmount currencyID="COP">119', 'TaxInclusiveAmount currencyID="COP">129'),
            ('LineExtensionAmount currencyID="COP">1', 'LineExtensionAmount currencyID="COP">2'),
            (
                "<cbc:PayableAmount",
                "<cbc:PrepaidAmount>50000</cbc:PrepaidAmount><cbc:PayableAmount",
            ),
            (f"documentkey={cufe}", "documentkey=" + "ab" * 48),
            (f">{cufe}</cbc:UUID>", ">" + "ab" * 48 + "</cbc:UUID>"),
        ):
            with self.subTest(change):
                verdict = judge(altered(*change))
                self.assertIs(verdict.outcome, Outcome.REJECT)
                self.assertIn("document_altered", codes_of(verdict))

    def test_somebody_elses_signature(self):
        """A signature cut out of another supplier's document."""
        other = builder.signed_document(replace(INVOICE, supplier=STRANGER))
        start, end = b"<ds:Signature ", b"</ds:Signature>"
        signature = start + other.partition(start)[2].partition(end)[0] + end
        document = builder.xml(INVOICE).encode().replace(b"<!--signature-->", signature)
        self.assertEqual(judge(builder.Package(document=document)).reason.code, "document_altered")

    def test_a_change_that_contradicts_nothing_is_left_to_a_person(self):
        reason = self.reason("Servicio de prueba", "Servicio de otra clase")
        self.assertEqual(reason.code, "document_changed")

    def test_never_accepted(self):
        for change in (("><cbc:", "> <cbc:"), ("119000.00", "919000.00"), ("FE1001", "FE1002")):
            with self.subTest(change):
                self.assertIsNot(judge(altered(*change)).outcome, Outcome.ACCEPT)


class TestEvents(unittest.TestCase):
    def test_events_about_an_own_invoice(self):
        sale = replace(INVOICE, supplier=builder.BUYER, customer=STRANGER)
        for code in ("030", "031", "032", "033"):
            with self.subTest(code):
                verdict = judge(builder.Package(builder.event(code, sale)))
                self.assertEqual(codes_of(verdict), [])
                self.assertEqual(verdict.dian_status, "validated")

    def test_tacit_acceptance_declared_by_the_supplier(self):
        self.assertEqual(codes_of(judge(builder.Package(builder.event("034", INVOICE)))), [])

    def test_own_event_that_comes_back(self):
        self.assertEqual(codes_of(judge(builder.Package(builder.event("030", INVOICE)))), [])

    def test_forged_answer_and_broken_signature(self):
        answers = (builder.signed_answer(RECEIVED_EVENT, signer=builder.signer_of(STRANGER)),)
        verdict = judge(builder.Package(RECEIVED_EVENT, answers=answers))
        self.assertEqual(verdict.reason.code, "answer_forged")
        style = builder.Style(references=("root", "root", "properties"))
        document = builder.signed_document(RECEIVED_EVENT, style=style)
        verdict = judge(builder.Package(RECEIVED_EVENT, document=document))
        self.assertEqual(verdict.reason.code, "document_broken")


class TestOrder(unittest.TestCase):
    def test_the_gravest_comes_first(self):
        facts = replace(INVOICE, environment="2", customer=STRANGER)
        answers = (builder.signed_answer(facts, "04"),)
        verdict = judge(builder.Package(facts, answers=answers), subject="RV: factura")
        self.assertEqual(
            codes_of(verdict),
            ["test_environment", "receiver_unknown", "dian_rejected", "subject_mismatch"],
        )
        self.assertEqual([item.code for item in verdict.warnings], codes_of(verdict)[1:])
