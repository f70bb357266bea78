"""What a person may decide about a received document, and what a further copy of it changes."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .account_common import MailAccountCase
from .tools import builder, certificates


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReceivedDocument(MailAccountCase):
    def create_document(self, state, **values):
        package = builder.Package(builder.Document(number=f"D{state}"))
        return (
            self.Document.sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "document_type": "01",
                    "number": package.facts.number,
                    "cufe": package.facts.cufe,
                    "state": state,
                    **values,
                }
            )
            .with_user(self.bookkeeper)
        )

    def receive_package(self, package):
        """:return: the document of what arrived last"""
        self.deliver(package.mail)
        self.receive()
        return self.ledger()[-1].document_ids

    def test_bill_is_made_of_an_accepted_document_only(self):
        for state in ("review", "rejected"):
            document = self.create_document(state)
            self.assertFalse(document.is_bookable)
            self.assertNotIn(document, document.search([("is_bookable", "=", True)]))
            with self.assertRaises(UserError):
                document.action_create_bill()
            self.assertFalse(document.sudo()._book())
        self.assertTrue(self.create_document("accepted").is_bookable)

    def test_only_what_is_to_be_reviewed_is_accepted(self):
        rejected, review = self.create_document("rejected"), self.create_document("review")
        with self.assertRaises(UserError):
            rejected.action_accept()
        (rejected | review).action_accept()
        self.assertEqual((rejected | review).mapped("state"), ["rejected", "accepted"])

    def test_accepted_by_who_works_with_received_mail_only(self):
        document = self.create_document("review")
        with self.assertRaises(AccessError):
            document.with_user(self.employee).action_accept()
        self.assertEqual(document.state, "review")

    def test_certificate_is_confirmed_by_a_settings_administrator_only(self):
        known = self.env["l10n_co.trusted.certificate"].create(
            {"pem": certificates.leaf("800197268", "OTRO").pem, "usage": "dian_signer"}
        )
        anchor = self.env["l10n_co.trusted.certificate"].create(
            {"pem": certificates.root("OTRA RAIZ").pem, "usage": "anchor"}
        )
        manager = self.create_user("jefa", "l10n_co_einvoice_mail.group_manager")
        for certificate in known | anchor:
            for user in (self.employee, self.bookkeeper, manager):
                with self.assertRaises(AccessError):
                    certificate.with_user(user).action_confirm()
            self.assertEqual(certificate.state, "pending")
        store = known._trust_store()
        self.assertNotIn(known.fingerprint, store.dian_signers)
        self.assertNotIn(anchor._certificate(), store.anchors)
        administrator = self.create_user("administra", "base.group_system")
        administrator.group_ids += manager.group_ids
        (known | anchor).with_user(administrator).action_confirm()
        store = known._trust_store()
        self.assertIn(known.fingerprint, store.dian_signers)
        self.assertIn(anchor._certificate(), store.anchors)

    def test_handled_by_who_works_with_received_mail_only(self):
        self.deliver(builder.mail("Promoción de la semana"))
        self.receive()
        for record in (self.create_document("rejected"), self.ledger()):
            for method in ("action_set_done", "action_set_open"):
                with self.assertRaises(AccessError):
                    getattr(record.with_user(self.employee), method)()
            self.assertFalse(record.handled_on)
            record.with_user(self.bookkeeper).action_set_done()
            self.assertEqual(record.handled_by_id, self.bookkeeper)

    def test_worse_copy_replaces_nothing(self):
        package = builder.Package(builder.Document(number="FE200"))
        document = self.receive_package(package)
        before = document.read(["state", "dian_status", "reason_code", "source_attachment_id"])
        worse = builder.Package(package.facts, answers=())
        self.assertEqual(self.receive_package(worse), document)
        self.assertEqual(
            document.read(["state", "dian_status", "reason_code", "source_attachment_id"]), before
        )

    def test_deleted_bill_is_not_drafted_again_by_a_better_copy(self):
        package = builder.Package(builder.Document(number="FE202"))
        document = self.receive_package(builder.Package(package.facts, answers=()))
        self.assertEqual(document.state, "review")
        document.with_user(self.bookkeeper).action_accept()
        document.move_id.unlink()
        document.sudo().dian_status = "missing"
        self.receive_package(package)
        self.assertEqual(document.dian_status, "validated")
        self.assertFalse(document.move_id)
        self.assertEqual(document.booking, "done")

    def test_bill_of_another_company_is_not_the_one_that_is_referred_to(self):
        other = self.setup_other_company(name="Otra")["company"]
        self.env.user.company_ids = [Command.link(other.id)]
        cufe = "ab" * 48
        bill = self.env["account.move"].with_company(other).create({"move_type": "in_invoice"})
        bill.sudo().l10n_co_cufe = cufe
        document = self.create_document("accepted", referenced_cufe=cufe).sudo()
        self.assertFalse(document.referenced_move_id)
        bill.sudo().l10n_co_cufe = False
        own = self.env["account.move"].create(
            {"move_type": "in_invoice", "company_id": self.company.id}
        )
        own.sudo().l10n_co_cufe = cufe
        document.invalidate_recordset()
        self.assertEqual(document.referenced_move_id, own)
