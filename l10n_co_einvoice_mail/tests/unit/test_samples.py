import datetime
import unittest
from email import message_from_bytes, policy

from cryptography import x509

from ...dian import reader
from ...dian.archive import File
from ...dian.evidence import Context, Evidence
from ...dian.rules import Outcome, evaluate
from ...dian.signer import fingerprint
from ...dian.trust import TrustStore
from ..tools import samples
from ..tools.shared_samples import SYNTHETIC as SYNTHETIC_MAILS
from ..tools.shared_samples import needs

STATES = {Outcome.ACCEPT: "accepted", Outcome.REVIEW: "review", Outcome.REJECT: "rejected"}
BUYER_NIT = "800123456"
#: What INDEX.md says of each case: state, reason, remarks.
SYNTHETIC = {
    "01_invoice_ok": ("accepted", None, []),
    "02_creditnote_ok": ("accepted", None, []),
    "03_debitnote_ok": ("accepted", None, []),
    "04_invoice_usd_unsigned_container": ("accepted", None, ["container_unsigned"]),
    "05_invoice_withholding_escaped_description": ("accepted", None, []),
    "06_tampered_inner_total": ("rejected", "document_altered", []),
    "07_test_environment": ("rejected", "test_environment", []),
    "08_wrong_receiver": ("rejected", "receiver_unknown", []),
    "09_dian_rejected": ("rejected", "dian_rejected", ["subject_mismatch", "pdf_missing"]),
    "10_bare_invoice_no_container": ("review", "dian_answer_missing", ["subject_mismatch"]),
    "11_ar_not_signed_by_dian": ("rejected", "answer_forged", ["pdf_missing"]),
    "12_type04_no_ar": ("accepted", None, ["dian_answer_pending", "pdf_missing"]),
    "13_event_030": ("accepted", None, ["container_unsigned"]),
    "14_zip_in_zip_annexes": ("accepted", None, []),
    "17_forwarded_as_rfc822": ("accepted", None, []),
}
NO_DOCUMENT = {"15_doctype_xxe": ["xml_doctype"], "16_pdf_only": []}


def attachments(raw):
    """Subject and files of a mail, those of a forwarded one included."""
    message = message_from_bytes(raw, policy=policy.default)
    parts = [part for part in message.walk() if part.get_filename() and not part.is_multipart()]
    files = [
        File(name=part.get_filename(), content=part.get_payload(decode=True)) for part in parts
    ]
    return message["Subject"], files


def judge(files, **context):
    """State, reason and remarks of the only document among the files."""
    (edocument,) = reader.read(files).edocuments
    verdict = evaluate(Evidence(edocument, Context(**context)))
    reason = verdict.reason.code if verdict.reason else None
    return STATES[verdict.outcome], reason, [finding.code for finding in verdict.warnings]


@needs(SYNTHETIC_MAILS)
class TestSynthetic(unittest.TestCase):
    """Anchors loaded, DIAN's test signer confirmed, the buyer's NIT served."""

    def setUp(self):
        self.folder = SYNTHETIC_MAILS
        names = ("ca_root.pem", "ca_sub.pem", "leaf_dian_TEST.pem")
        *anchors, dian = (
            x509.load_pem_x509_certificate((self.folder / name).read_bytes()) for name in names
        )
        trust = TrustStore(tuple(anchors), frozenset({fingerprint(dian)}))
        self.known = {"trust": trust, "served_nits": frozenset({BUYER_NIT})}

    def mail(self, name):
        return attachments((self.folder / f"{name}.eml").read_bytes())

    def test_every_mail_ends_as_the_index_says(self):
        for name, expected in SYNTHETIC.items():
            with self.subTest(name):
                subject, files = self.mail(name)
                self.assertEqual(judge(files, subject=subject, **self.known), expected)

    def test_mails_without_a_document(self):
        for name, problems in NO_DOCUMENT.items():
            with self.subTest(name):
                reading = reader.read(self.mail(name)[1])
                self.assertEqual(reading.edocuments, ())
                self.assertEqual([problem.code for problem in reading.problems], problems)

    def test_reformatted_white_space_is_left_to_a_person(self):
        name = "18_reformatted_whitespace.xml"
        files = [File(name=name, content=(self.folder / name).read_bytes())]
        expected = ("review", "document_changed", ["pdf_missing"])
        self.assertEqual(judge(files, **self.known), expected)

    def test_no_case_is_left_out(self):
        mails = {path.stem for path in self.folder.glob("*.eml")}
        self.assertEqual(mails, set(SYNTHETIC) | set(NO_DOCUMENT))


class TestDemoMails(unittest.TestCase):
    NIT = "900373115"

    @classmethod
    def setUpClass(cls):
        cls.mails = samples.demo_mails(cls.NIT, today=datetime.date(2026, 11, 20))
        pems = (pem.encode() for pem in samples.trust_anchors())
        dian = x509.load_pem_x509_certificate(samples.dian_signer().encode())
        cls.known = {
            "trust": TrustStore(
                tuple(map(x509.load_pem_x509_certificate, pems)), frozenset({fingerprint(dian)})
            ),
            "served_nits": frozenset({cls.NIT}),
            "known_signers": (),
        }

    def test_each_ends_as_it_says(self):
        for mail in self.mails:
            if mail.expected_state in ("duplicate", "other_content", "no_document"):
                continue
            with self.subTest(mail.name):
                subject, files = attachments(mail.raw)
                state, reason, _remarks = judge(files, subject=subject, **self.known)
                self.assertEqual((state, reason), (mail.expected_state, mail.expected_reason_code))

    def test_the_forwarded_one_is_the_first_again(self):
        mails = {mail.name: attachments(mail.raw)[1] for mail in self.mails}
        codes = [
            reader.read(mails[name]).edocuments[0].code
            for name in ("factura_papeleria", "factura_reenviada")
        ]
        self.assertEqual(codes[0], codes[1])

    def test_mails_without_a_document(self):
        for mail in self.mails:
            if mail.expected_state == "no_document":
                with self.subTest(mail.name):
                    self.assertEqual(reader.read(attachments(mail.raw)[1]).edocuments, ())

    def test_good_and_bad_of_every_kind(self):
        states = [mail.expected_state for mail in self.mails]
        self.assertGreaterEqual(len(self.mails), 14)
        self.assertEqual(
            set(states),
            {"accepted", "review", "rejected", "duplicate", "other_content", "no_document"},
        )
        self.assertEqual(len({mail.name for mail in self.mails}), len(self.mails))

    def test_each_mail_differs_in_its_message_id(self):
        ids = [message_from_bytes(mail.raw)["Message-ID"] for mail in self.mails]
        self.assertEqual(len(set(ids)), len(ids))
