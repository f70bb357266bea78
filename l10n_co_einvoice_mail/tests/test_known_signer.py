"""The amounts are proven by the supplier's signature, or by that of a signer known for the supplier."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .ledger_common import LedgerCase
from .tools import builder, certificates

SIGNING_TIME = "2026-03-02T10:00:01-05:00"
PROVIDER = ("900555444", "PROVEEDOR TECNOLOGICO SAS")
SELF_MADE = "PERSONA QUE SE FIRMA SOLA"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestKnownSigner(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Signer = cls.env["l10n_co.known.signer"]
        cls.provider = certificates.leaf(*PROVIDER)
        cls.other_supplier = builder.Party(nit="800197268", name="OTRO PROVEEDOR SAS")

    def signed(self, signer=None, **facts):
        """A package whose document a provider signed."""
        facts = builder.Document(**facts)
        style = builder.Style(signing_time=SIGNING_TIME)
        document = builder.signed_document(facts, signer or self.provider, style)
        return builder.Package(facts, document=document)

    def self_made(self):
        """A signer whose certificate no authority issued."""
        subject = certificates.subject(SELF_MADE, builder.SUPPLIER.nit)
        return certificates.issue(subject, certificates.private_key(SELF_MADE))

    def assert_waits(self, document):
        self.assertEqual(document.state, "review")
        self.assertIn(document.reason_code, ("signer_unknown", "certificate_unknown"))
        self.assertFalse(document.move_id)
        self.assertEqual(document.signer_id.state, "new")

    # ---- who counts ------------------------------------------------------------------------------

    def test_the_supplier_itself_needs_nobody(self):
        document = self.received(number="FE1")
        self.assertEqual((document.state, document.signer_id.id), ("accepted", False))
        self.assertFalse(self.Signer.search([("company_id", "=", self.company.id)]))

    def test_a_new_signer_waits_whatever_the_document_says_of_its_provider(self):
        document = self.received(self.signed(number="FE1"))
        self.assert_waits(document)
        self.assertRecordValues(
            document.signer_id,
            [
                {
                    "company_id": self.company.id,
                    "nit": PROVIDER[0],
                    "name": PROVIDER[1],
                    "supplier_nit": builder.SUPPLIER.nit,
                    "fingerprint": False,
                }
            ],
        )

    def test_known_for_one_supplier(self):
        first = self.received(self.signed(number="FE1"))
        again = self.received(self.signed(number="FE2"))
        elsewhere = self.received(self.signed(number="FE3", supplier=self.other_supplier))
        self.assertEqual(first.signer_id, again.signer_id)
        self.assertNotEqual(first.signer_id, elsewhere.signer_id)
        first.signer_id.with_user(self.manager).action_know()
        for document in first | again:
            self.assertEqual(document.state, "accepted")
            self.assertTrue(document.move_id)
        self.assert_waits(elsewhere)
        self.assertEqual(self.received(self.signed(number="FE4")).state, "accepted")
        self.assertEqual(first.signer_id.decided_by_id, self.manager)

    def test_a_renewed_certificate_of_a_known_holder_needs_nobody(self):
        self.received(self.signed(number="FE1")).signer_id.with_user(self.manager).action_know()
        renewed = certificates.leaf(*PROVIDER, bits=3072)
        self.assertNotEqual(renewed.pem, self.provider.pem)
        self.assertEqual(self.received(self.signed(renewed, number="FE2")).state, "accepted")

    def test_known_as_a_provider_for_all(self):
        first = self.received(self.signed(number="FE1"))
        elsewhere = self.received(self.signed(number="FE2", supplier=self.other_supplier))
        first.with_user(self.manager).action_accept_and_know_for_all()
        self.assertEqual((first | elsewhere).mapped("state"), ["accepted", "accepted"])
        self.assertFalse(first.signer_id.supplier_nit)
        self.assertFalse(first.accepted_by_id, "the checks accept it now")
        third = builder.Party(nit="811021363", name="TERCERO SAS")
        self.assertEqual(self.received(self.signed(number="FE3", supplier=third)).state, "accepted")

    def test_a_company_knows_for_itself_alone(self):
        self.received(self.signed(number="FE1")).signer_id.with_user(self.manager).action_know()
        customer = builder.Party(nit="901019681", name="Otra SAS")
        there = self.received(self.signed(number="FE2", customer=customer))
        self.assertEqual(there.company_id, self.other_company)
        self.assert_waits(there)

    def test_refused(self):
        document = self.received(self.signed(number="FE1"))
        document.signer_id.with_user(self.manager).action_refuse()
        self.assertEqual((document.state, document.reason_code), ("rejected", "signer_refused"))
        self.assertEqual(document.mail_ids.state, "failed")
        again = self.received(self.signed(number="FE2"))
        self.assertEqual((again.state, again.move_id.id), ("rejected", False))
        with self.assertRaises(UserError):
            again.with_user(self.manager).action_accept()
        document.signer_id.with_user(self.manager).action_know()
        self.assertEqual((document | again).mapped("state"), ["accepted", "accepted"])

    def test_no_longer_known(self):
        document = self.received(self.signed(number="FE1"))
        signer = document.signer_id.with_user(self.manager)
        signer.action_know()
        bill = document.move_id
        signer.action_refuse()
        self.assertEqual(document.state, "rejected")
        self.assertTrue(bill.l10n_co_needs_review)

    # ---- forgeries -------------------------------------------------------------------------------

    def test_changed_amounts_under_a_genuine_answer_wait(self):
        """Whoever holds a genuine answer and any certificate puts his own amounts into the invoice."""
        genuine = builder.Document(number="FE1")
        lines = (builder.Line(price="999000.00"),)
        forged = builder.Document(number="FE1", lines=lines, unique_code=genuine.cufe)
        answer = builder.signed_answer(genuine)
        style = builder.Style(signing_time=SIGNING_TIME)
        for signer in (self.provider, self.self_made()):
            document = builder.signed_document(forged, signer, style)
            mail = self.arrive(builder.Package(forged, document=document, answers=(answer,)))
            self.assertNotEqual(mail.document_ids.mapped("state"), ["accepted"])
            self.assertFalse(mail.document_ids.move_id)

    def test_a_self_made_certificate_with_the_suppliers_number(self):
        document = self.received(self.signed(self.self_made(), number="FE1"))
        self.assertEqual(document.state, "review")
        self.assertFalse(document.move_id)
        self.assertTrue(document.signer_id.fingerprint, "known by its very certificate, if at all")

    # ---- without authorities ---------------------------------------------------------------------

    def test_without_an_authority_the_first_accepted_document_makes_it_known(self):
        self.env["l10n_co.trusted.certificate"].search([("usage", "=", "anchor")]).unlink()
        first = self.received(number="FE1")
        self.assert_waits(first)
        first.with_user(self.bookkeeper).action_accept()
        self.assertEqual(first.state, "accepted")
        self.assertEqual(first.signer_id.state, "known")
        self.assertEqual(self.received(number="FE2").state, "accepted")
        self.assert_waits(self.received(self.signed(number="FE3")))

    def test_with_an_authority_accepting_alone_makes_nobody_known(self):
        document = self.received(self.signed(number="FE1"))
        document.with_user(self.bookkeeper).action_accept()
        self.assertEqual((document.state, document.signer_id.state), ("accepted", "new"))
        self.assert_waits(self.received(self.signed(number="FE2")))

    # ---- who decides -----------------------------------------------------------------------------

    def test_only_a_manager_of_the_company_decides(self):
        document = self.received(self.signed(number="FE1"))
        signer = document.signer_id
        for user in (self.bookkeeper, *self.strangers):
            for record, names in (
                (signer, ("action_know", "action_know_for_all", "action_refuse")),
                (document, ("action_accept_and_know", "action_accept_and_know_for_all")),
            ):
                for name in names:
                    with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                        getattr(record.with_user(user), name)()
        self.assert_waits(document)

    def test_nobody_writes_a_signer(self):
        signer = self.received(self.signed(number="FE1")).signer_id
        for user in (*self.workers, *self.strangers):
            for values in ({"state": "known"}, {"supplier_nit": False}, {"key": "x"}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    signer.with_user(user).write(values)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                signer.browse().with_user(user).create(
                    {"company_id": self.company.id, "key": "x", "state": "known"}
                )
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                signer.with_user(user).unlink()

    def test_a_rejection_for_its_form_is_a_managers_to_override(self):
        document = self.received(number="FE1")
        document.write(
            {"state": "rejected", "reason_code": "cufe_malformed", "warning_data": False}
        )
        self.assertFalse(document.with_user(self.bookkeeper)._may_be_accepted())
        self.assertTrue(document.with_user(self.manager)._may_be_accepted())
        document.reason_code = "document_broken"
        self.assertFalse(document.with_user(self.manager)._may_be_accepted())

    # ---- what is shown ---------------------------------------------------------------------------

    def test_one_line_of_what_is_to_do_for_each_signer(self):
        documents = self.received(self.signed(number="FE1")) | self.received(
            self.signed(number="FE2")
        )
        self.env.flush_all()
        kinds = [("kind", "in", ("signer", "review"))]
        lines = self.env["l10n_co.todo"].with_user(self.manager).search(kinds)
        self.assertEqual(lines.mapped("kind"), ["signer"])
        self.assertIn("2", lines.reason)
        self.assertEqual(lines.action_next()["res_id"], documents.signer_id.id)

    def test_the_page_says_who_proves_what(self):
        text = self.received(number="FE1").checks_html
        self.assertIn("the supplier itself", text)
        self.assertIn("DIAN validated this number and CUFE", text)
        text = self.received(self.signed(number="FE2")).checks_html
        self.assertIn("is not known to sign for", text)
