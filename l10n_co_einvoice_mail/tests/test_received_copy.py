"""The same CUFE with other content: never a silent duplicate, and what is proven better stands."""

from dataclasses import replace

from cryptography import x509
from cryptography.x509.oid import NameOID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .ledger_common import LedgerCase
from .tools import builder, certificates

SIGNING_TIME = "2026-03-02T10:00:01-05:00"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReceivedCopy(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.genuine = builder.Package(builder.Document(number="FE1"))
        lines = (builder.Line(price="999000.00"),)
        facts = builder.Document(number="FE1", lines=lines, unique_code=cls.genuine.facts.cufe)
        # With DIAN's genuine answer, which proves number and CUFE only.
        cls.answers = cls.genuine.answers
        style = builder.Style(signing_time=SIGNING_TIME)
        other = certificates.leaf("900555444", "OTRO FIRMANTE SAS")
        cls.forged = builder.Package(
            facts,
            document=builder.signed_document(facts, other, style),
            answers=cls.answers,
        )
        #: As if the supplier itself had signed twice.
        cls.twice = builder.Package(facts, answers=cls.answers)

    def test_a_copy_that_was_wrapped_anew_is_no_alarm(self):
        document = self.received(self.genuine)
        mail = self.arrive(self.genuine, builder.forward(self.genuine.mail))
        bare = self.arrive(
            self.genuine, builder.mail(self.genuine.subject, {"fv.xml": self.genuine.document})
        )
        self.assertEqual((mail | bare).mapped("reason_code"), ["duplicate", "duplicate"])
        self.assertFalse(document.copy_ids)

    def in_other_bytes(self, document):
        """:return: a mail with what says the same, and is signed alike, in other bytes"""
        return builder.mail("Factura", {"fv.xml": document + b"<!-- again -->"})

    def test_a_copy_in_other_bytes_is_no_alarm(self):
        document = self.received(self.genuine)
        mail = self.arrive(self.genuine, self.in_other_bytes(self.genuine.document))
        self.assertEqual(mail.reason_code, "duplicate")
        self.assertFalse(document.copy_ids)

    def test_a_forged_one_in_other_bytes_is_kept_once(self):
        document = self.received(self.genuine)
        self.arrive(self.forged)
        self.arrive(self.forged, self.in_other_bytes(self.forged.document))
        self.assertEqual(len(document.copy_ids), 1)

    def test_a_forged_one_after_the_genuine(self):
        document = self.received(self.genuine)
        total, bill = document.amount_total, document.move_id
        mail = self.arrive(self.forged)
        self.assertEqual((mail.state, mail.reason_code), ("failed", "copy_differs"))
        self.assertEqual(mail.document_ids, document)
        self.assertEqual((document.state, document.amount_total), ("accepted", total))
        self.assertRecordValues(
            document.copy_ids,
            [
                {
                    "state": "review",
                    "is_doubtful": False,
                    "source_attachment_id": mail.raw_attachment_id.id,
                }
            ],
        )
        self.assertIn("999000", document.copy_ids.differences_html)
        self.assertFalse(bill.l10n_co_needs_review)
        bill.action_post()

    def test_a_forged_one_before_the_genuine(self):
        document = self.received(self.forged)
        self.assertEqual(document.state, "review")
        document.with_user(self.bookkeeper).action_accept()
        bill = document.move_id
        self.assertTrue(bill)
        mail = self.arrive(self.genuine)
        self.assertEqual(mail.state, "processed")
        self.assertEqual(document.source_attachment_id, mail.raw_attachment_id)
        self.assertEqual(document.verdict, "accepted")
        self.assertAlmostEqual(
            document.amount_total, float(self.genuine.facts.monetary_total["PayableAmount"])
        )
        self.assertTrue(document.copy_ids.is_doubtful, "the bill was drafted from it")
        self.assertTrue(bill.l10n_co_needs_review)
        with self.assertRaises(UserError):
            bill.with_user(self.bookkeeper).action_post()
        document.copy_ids.with_user(self.bookkeeper).action_set_seen()
        bill.action_l10n_co_rebuild()
        self.assertFalse(bill.l10n_co_needs_review)
        bill.with_user(self.bookkeeper).action_post()
        self.assertEqual(bill.state, "posted")

    def renamed(self):
        """The forger's own good certificate, and his name beside the supplier's NIT; the rest is the genuine's."""
        forger = certificates.issue(
            x509.Name(
                [
                    x509.NameAttribute(NameOID.COMMON_NAME, "JUAN PÉREZ"),
                    x509.NameAttribute(NameOID.SERIAL_NUMBER, "52990181"),
                ]
            ),
            certificates.private_key("juan"),
            certificates.authority("TEST AUTORIDAD SUBORDINADA"),
        )
        supplier = replace(builder.SUPPLIER, name="JUAN PÉREZ")
        lines = (builder.Line(price="999000.00"),)
        cufe = self.genuine.facts.cufe
        facts = builder.Document(number="FE1", supplier=supplier, lines=lines, unique_code=cufe)
        style = builder.Style(signing_time=SIGNING_TIME)
        document = builder.signed_document(facts, forger, style)
        return builder.Package(facts, document=document, answers=self.answers)

    def test_the_forger_s_name_beside_the_supplier_s_nit(self):
        document = self.received(self.renamed())
        self.assertEqual((document.state, document.reason_code), ("review", "signer_unknown"))
        self.assertFalse(document.move_id)
        self.arrive(self.genuine)
        self.assertEqual(document.state, "accepted")
        self.assertEqual(document.supplier_name, builder.SUPPLIER.name)
        self.assertEqual(document.copy_ids.state, "review")
        self.assertEqual(document.amount_total, document.move_id.amount_total)

    def test_the_forger_s_name_after_the_genuine(self):
        document = self.received(self.genuine)
        total = document.amount_total
        self.arrive(self.renamed())
        self.assertEqual((document.state, document.amount_total), ("accepted", total))
        self.assertEqual(document.copy_ids.state, "review")

    def test_two_that_are_proven_alike(self):
        document = self.received(self.genuine)
        mail = self.arrive(self.twice)
        self.assertEqual(mail.reason_code, "copy_differs")
        self.assertTrue(document.copy_ids.is_doubtful)
        with self.assertRaises(UserError):
            document.move_id.action_post()

    def test_both_in_one_mail(self):
        files = {"a.xml": self.forged.container, "b.xml": self.genuine.container}
        mail = self.arrive(self.genuine, builder.mail("Factura", files))
        document = mail.document_ids
        self.assertEqual((document.state, mail.state), ("accepted", "failed"))
        self.assertEqual(len(document.copy_ids), 1)
        document.move_id.unlink()
        document.with_user(self.bookkeeper).action_create_bill()
        self.assertAlmostEqual(document.move_id.amount_total, document.amount_total)
        self.assertAlmostEqual(
            document.amount_total, float(self.genuine.facts.monetary_total["PayableAmount"])
        )

    def test_both_in_one_mail_of_a_former_version(self):
        """It kept a digest of what a document says."""
        files = {"a.xml": self.forged.container, "b.xml": self.genuine.container}
        document = self.arrive(self.genuine, builder.mail("Factura", files)).document_ids
        document.content_key = str(document._read_edocument().content)
        held = document._read_edocument()
        self.assertAlmostEqual(float(held.document.totals.payable), document.amount_total)
        document.content_key = "of another one"
        self.assertIsNone(document._read_edocument())

    def test_judged_again_it_stays_one_copy(self):
        document = self.received(self.genuine)
        mail = self.arrive(self.forged)
        document._judge_again()
        mail.action_reprocess()
        self.assertEqual(len(document.copy_ids), 1)
        self.assertEqual((document.state, mail.reason_code), ("accepted", "copy_differs"))

    def test_only_who_works_with_it_says_that_both_were_compared(self):
        document = self.received(self.genuine)
        self.arrive(self.twice)
        copy = document.copy_ids
        for user in self.strangers:
            with self.subTest(user.login), self.assertRaises(AccessError):
                copy.with_user(user).action_set_seen()
        for user in (*self.workers, *self.strangers):
            with self.subTest(user.login), self.assertRaises(AccessError):
                copy.with_user(user).write({"is_doubtful": False})
            with self.subTest(user.login), self.assertRaises(AccessError):
                copy.with_user(user).unlink()
        self.assertFalse(copy.seen_on)
