import datetime
import unittest
from dataclasses import replace

from ...dian import errors, reader
from ...dian.archive import File
from ...dian.evidence import carries
from ...dian.rule import Scope
from ...dian.rules import RULES, Context, Outcome, evaluate, gather
from ...dian.trust import TrustStore
from ..tools import builder, certificates, xades

SERVED = frozenset({"800123456-5", "811000000"})
TRUST = TrustStore(certificates.anchors(), frozenset({certificates.dian().fingerprint}))
NOBODY_CONFIRMED = TrustStore(certificates.anchors())
STRANGER = builder.Party("900999999", "CUALQUIERA SAS")
INVOICE = builder.Document()


def judge(package=None, **context):
    """The verdict about the only document of a package, as if its files came in one mail."""
    package = package or builder.Package()
    files = [File(name=name, content=content) for name, content in package.files.items()]
    reading = reader.read(files)
    (edocument,) = reading.edocuments
    known = {"trust": TRUST, "served_nits": SERVED, "subject": package.subject}
    return evaluate(gather(edocument, Context(**{**known, **context})))


def codes_of(verdict):
    return [finding.code for finding in verdict.findings]


def sentence(finding):
    """The text a person reads, in English; fails where data is missing."""
    return RULES[finding.code].sentence % finding.data


def bare(document, pdf=b"%PDF-1.4"):
    """A document without container."""
    return builder.Package(files={"FE1001.xml": document, "FE1001.pdf": pdf})


def answered(facts=INVOICE, code="02", **changes):
    """A package with another answer than the plain one."""
    return builder.Package(facts, answers=(builder.signed_answer(facts, code, **changes),))


def altered(old, new, facts=INVOICE):
    """A package whose document was changed after it was signed."""
    document = builder.tampered(builder.signed_document(facts), old, new)
    return builder.Package(facts, document=document)


def signed_by(signer, facts=INVOICE, **style):
    """A package whose document somebody else signed, or otherwise."""
    style = builder.Style(**{"signing_time": "2026-03-02T10:00:01-05:00", **style})
    return builder.Package(facts, document=builder.signed_document(facts, signer, style))


def contained(**wrapping):
    """A package with another container."""
    package = builder.Package()
    container = builder.attached_document(INVOICE, package.document, package.answers, **wrapping)
    return builder.Package(container=container)


def invoice(**facts):
    return builder.Package(replace(INVOICE, **facts))


def self_signed(nit, name):
    subject = certificates.subject(name, nit)
    return certificates.issue(subject, certificates.private_key(name))


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
    "cufe_malformed": (invoice(unique_code="0123456789"), {}),
    "answer_forged": (answered(signer=builder.signer_of(builder.SUPPLIER)), {}),
    "answer_mismatch": (answered(about="FE2", about_cufe="ab" * 48), {}),
    "document_broken": (signed_by(None, digest="sha1"), {}),
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
    "container_broken": (contained(style=builder.Style(digest="sha1")), {}),
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
        style = builder.Style(digest="sha1")
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


class TestSignersNit(unittest.TestCase):
    def test_with_and_without_check_digit(self):
        for signer in ("900123456", "9001234568", "9001234560", "900.123.456-8", "0900123456"):
            self.assertTrue(carries(signer, "900123456"), signer)
        for signer in ("90012345", "900123457", "90012345688", "1900123456", "", None):
            self.assertFalse(carries(signer, "900123456"), signer)
        self.assertFalse(carries("900123456", None))
