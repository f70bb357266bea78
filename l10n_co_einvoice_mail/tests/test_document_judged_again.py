"""A document that is judged again takes what comes out; its mail, its bill and what is to do agree with it."""

from odoo.tests import tagged

from .ledger_common import LedgerCase
from .tools import builder, certificates


@tagged("post_install_l10n", "post_install", "-at_install")
class TestJudgedAgain(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.signer = cls.env["l10n_co.trusted.certificate"].search([("usage", "=", "dian_signer")])

    def waiting_for_dian(self, code, number="FE1"):
        """A document whose answer counts once DIAN's certificate is confirmed."""
        self.signer.state = "pending"
        facts = builder.Document(number=number)
        answer = builder.signed_answer(facts, code)
        document = self.received(builder.Package(facts, answers=(answer,)))
        self.assertRecordValues(
            document,
            [{"state": "review", "reason_code": "dian_signer_unconfirmed", "move_id": False}],
        )
        self.assertEqual(document.mail_ids.state, "processed")
        document.mail_ids.filed = "filed"
        return document

    def todo(self, document):
        """Kinds of the lines of what is to do about a document and its mails."""
        self.env.flush_all()
        lines = self.env["l10n_co.todo"].with_user(self.bookkeeper).search([])
        return {
            line.kind
            for line in lines
            if (line.res_model, line.res_id) == (document._name, document.id)
            or (line.res_model == "l10n_co.received.mail" and line.res_id in document.mail_ids.ids)
        }

    def test_confirmed_and_validated(self):
        document = self.waiting_for_dian("02")
        self.signer.action_confirm()
        self.assertRecordValues(
            document, [{"state": "accepted", "dian_status": "validated", "reason_code": False}]
        )
        self.assertTrue(document.move_id)
        self.assertEqual((document.mail_ids.state, document.mail_ids.filed), ("processed", "filed"))
        self.assertFalse(self.todo(document))

    def test_confirmed_and_rejected(self):
        document = self.waiting_for_dian("04")
        self.signer.action_confirm()
        self.assertRecordValues(
            document,
            [{"state": "rejected", "dian_status": "rejected", "reason_code": "dian_rejected"}],
        )
        self.assertFalse(document.move_id)
        mail = document.mail_ids
        self.assertEqual((mail.state, mail.reason_code), ("failed", "dian_rejected"))
        self.assertEqual(mail.filed, "pending", "the mail goes to the folder of those that failed")
        self.assertEqual(self.todo(document), {"rejected"})

    def test_an_uploaded_one_too(self):
        self.signer.state = "pending"
        facts = builder.Document(number="FE1")
        rejected = builder.Package(facts, answers=(builder.signed_answer(facts, "04"),))
        document = self.uploaded(rejected)
        self.assertEqual(document.state, "review")
        self.signer.action_confirm()
        self.assertEqual((document.state, document.reason_code), ("rejected", "dian_rejected"))

    def test_every_mail_that_brought_it(self):
        self.signer.state = "pending"
        facts = builder.Document(number="FE1")
        package = builder.Package(facts, answers=(builder.signed_answer(facts, "04"),))
        first = self.arrive(package)
        second = self.arrive(package, builder.forward(package.mail))
        self.assertEqual(second.reason_code, "duplicate")
        self.signer.action_confirm()
        self.assertEqual((first | second).mapped("state"), ["failed", "failed"])
        self.assertEqual(first.document_ids, second.document_ids)

    def test_trust_that_was_taken_back(self):
        document = self.received(number="FE1")
        bill = document.move_id
        self.assertFalse(bill.l10n_co_needs_review)
        self.signer.unlink()
        document.mail_ids.with_user(self.bookkeeper).action_reprocess()
        self.assertEqual((document.state, document.dian_status), ("review", "missing"))
        self.assertEqual(document.move_id, bill)
        self.assertTrue(bill.l10n_co_needs_review)
        self.assertEqual(
            self.todo(document), {"review"} if not document.dian_certificate_id else set()
        )
        document.dian_certificate_id.action_confirm()
        self.assertEqual(document.state, "accepted")
        self.assertFalse(bill.l10n_co_needs_review)

    def test_a_bill_that_waited_is_not_drafted_any_more(self):
        document = self.received(number="FE1")
        document.move_id.unlink()
        document.booking = "pending"
        self.signer.unlink()
        document._judge_again()
        self.assertEqual((document.state, document.booking), ("review", "none"))
        self.assertFalse(document.move_id)

    def test_the_bill_of_a_rejected_document_says_so(self):
        document = self.received(number="FE1")
        bill = document.move_id
        self.company.vat = "800197268-4"
        document.mail_ids.action_reprocess()
        self.assertEqual(document.state, "rejected")
        self.assertTrue(bill.l10n_co_needs_review)
        self.assertIn("rejected", bill.l10n_co_warning)

    # ---- what a person decided -------------------------------------------------------------------

    def test_a_persons_decision_stays_where_the_checks_say_the_same(self):
        document = self.waiting("FE1")
        document.with_user(self.bookkeeper).action_accept()
        notes = len(document.message_ids)
        document.mail_ids.action_reprocess()
        self.assertEqual((document.state, document.reason_code), ("accepted", False))
        self.assertEqual(len(document.message_ids), notes)
        self.assertFalse(self.todo(document))

    def test_a_persons_decision_stays_and_the_contradiction_is_shown(self):
        document = self.waiting_for_dian("04")
        document.with_user(self.bookkeeper).action_accept()
        self.assertEqual((document.state, document.reason_code), ("accepted", False))
        bill = document.move_id
        self.assertTrue(bill)
        self.signer.action_confirm()
        self.assertRecordValues(
            document,
            [{"state": "accepted", "dian_status": "rejected", "reason_code": "dian_rejected"}],
        )
        self.assertEqual(document.move_id, bill)
        self.assertEqual(document.mail_ids.state, "processed")
        self.assertIn(self.bookkeeper.name, document.message_ids[0].body)
        self.assertEqual(self.todo(document), {"contradiction"})
        notes = len(document.message_ids)
        document.mail_ids.action_reprocess()
        self.assertEqual(len(document.message_ids), notes, "told once")
        document.with_user(self.bookkeeper).action_set_done()
        document.mail_ids.action_reprocess()
        self.assertTrue(document.handled_on, "nothing new")
        self.assertFalse(self.todo(document))

    def test_the_bill_says_the_contradiction_too(self):
        document = self.waiting_for_dian("04")
        document.with_user(self.bookkeeper).action_accept()
        self.signer.action_confirm()
        self.assertIn("DIAN", document.move_id.l10n_co_warning)

    def test_the_present_verdict_counts_when_a_person_accepts(self):
        document = self.waiting_for_dian("04")
        self.signer.state = "confirmed"
        action = document.with_user(self.bookkeeper).action_accept()
        self.assertEqual((document.state, document.accepted_by_id.id), ("rejected", False))
        self.assertEqual(document.mail_ids.state, "failed")
        self.assertFalse(document.move_id)
        self.assertIn("FE1", action["params"]["message"])

    def test_what_is_accepted_by_now_needs_no_person(self):
        document = self.waiting_for_dian("02")
        self.signer.state = "confirmed"
        document.with_user(self.bookkeeper).action_accept()
        self.assertEqual((document.state, document.accepted_by_id.id), ("accepted", False))
        self.assertTrue(document.move_id)

    def test_done_stays_done_where_nothing_is_new(self):
        document = self.waiting("FE1")
        document.with_user(self.bookkeeper).action_set_done()
        document.mail_ids.action_reprocess()
        self.assertTrue(document.handled_on)

    def test_another_reason_is_news(self):
        document = self.waiting_for_dian("04")
        document.with_user(self.bookkeeper).action_set_done()
        self.signer.action_confirm()
        self.assertFalse(document.handled_on)

    # ---- a second copy ---------------------------------------------------------------------------

    def test_a_copy_that_was_rejected_is_told_once(self):
        document = self.received(number="FE1")
        facts = builder.Document(number="FE1")
        bad = self.arrive(builder.Package(facts, answers=(builder.signed_answer(facts, "04"),)))
        self.assertEqual((document.state, bad.state), ("accepted", "failed"))
        notes = len(document.message_ids)
        bad.action_reprocess()
        self.assertEqual(len(document.message_ids), notes)

    def test_worse_and_better_in_one_mail(self):
        """A bare document beside its container: the container makes the record, whenever it is read."""
        package = builder.Package(builder.Document(number="FE1"))
        files = {"fv.xml": package.document, **package.attachments}
        mail = self.arrive(package, builder.mail(package.subject, files))
        document = mail.document_ids
        self.assertEqual((document.state, mail.state), ("accepted", "processed"))
        mail.action_reprocess()
        self.assertEqual((document.state, mail.state), ("accepted", "processed"))

    # ---- certificates ----------------------------------------------------------------------------

    def test_a_certificate_with_a_name_has_its_facts(self):
        root = certificates.root("OTRA AUTORIDAD").certificate
        record = self.env["l10n_co.trusted.certificate"].create(
            {"name": "Nuestra autoridad", "pem": certificates.pem(root)}
        )
        self.assertEqual(record.name, "Nuestra autoridad")
        self.assertIn("OTRA AUTORIDAD", record.subject)
        self.assertTrue(
            record.fingerprint and record.issuer and record.valid_from and record.valid_to
        )

    def test_a_certificate_without_a_name_is_called_by_its_own(self):
        root = certificates.root("OTRA AUTORIDAD").certificate
        record = self.env["l10n_co.trusted.certificate"].create({"pem": certificates.pem(root)})
        self.assertEqual(record.name, "OTRA AUTORIDAD")

    def test_another_certificate_is_to_be_confirmed_anew(self):
        other = certificates.leaf("800197268", "OTRO FIRMANTE")
        self.assertEqual(self.signer.state, "confirmed")
        self.signer.pem = other.pem
        self.assertEqual(self.signer.state, "pending")
