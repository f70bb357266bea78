"""The way of a mail, from a real mailbox to its record and its folder."""

import hashlib
from unittest.mock import patch

from odoo.addons.l10n_co_einvoice_mail.mailbox.imap import ImapMailbox
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.ledger import read_ahead, received_document_content
from ..models.reception import run
from .common import ReceptionCase
from .tools import builder


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReception(ReceptionCase):
    def test_good_invoice_is_recorded_booked_and_filed(self):
        package = builder.Package(builder.Document(number="FE100"))
        self.deliver(package.mail)
        self.receive()
        mail = self.ledger()
        self.assertRecordValues(
            mail,
            [{"state": "processed", "filed": "filed", "filed_folder": "Procesados", "attempts": 1}],
        )
        self.assertEqual(mail.raw_attachment_id.raw, package.mail.replace(b"\n", b"\r\n"))
        self.assertRecordValues(
            mail.raw_attachment_id, [{"res_model": mail._name, "res_id": mail.id}]
        )
        self.assertRecordValues(
            mail.document_ids,
            [
                {
                    "company_id": self.company.id,
                    "document_type": "01",
                    "number": "FE100",
                    "cufe": package.facts.cufe,
                    "supplier_nit": builder.SUPPLIER.nit,
                    "receiver_nit": builder.BUYER.nit,
                    "dian_status": "validated",
                    "signature_state": "valid",
                    "state": "accepted",
                    "reason_code": False,
                }
            ],
        )
        self.assertEqual(mail.document_ids.move_id.state, "draft")
        self.assertEqual(self.folder("Procesados"), [package.mail])
        self.assertEqual(self.folder(), [])

    def test_each_mail_of_a_batch_keeps_its_own_bytes(self):
        self.deliver(*(builder.mail(f"Promoción {number}") for number in range(3)))
        self.receive()
        mails = self.ledger()
        self.assertEqual(len(mails), 3)
        for mail in mails:
            original = mail.raw_attachment_id
            self.assertEqual(hashlib.sha256(original.raw).hexdigest(), mail.sha256)
            self.assertEqual((original.res_id, original.name), (mail.id, f"{mail.sha256[:16]}.eml"))

    def test_a_run_that_finds_nothing_reads_nothing(self):
        with patch.object(run.Run, "read_batch") as read_batch:
            self.receive()
        read_batch.assert_not_called()

    def test_second_run_changes_nothing(self):
        self.deliver(builder.Package().mail, builder.mail("Promoción de la semana"))
        self.receive()
        before = self.snapshot()
        self.assertIn("no new mail", self.receive()["message"])
        self.assertEqual(self.snapshot(), before)

    def snapshot(self):
        mails = self.ledger()
        return (
            mails.read(["state", "filed", "attempts", "reason_code", "write_date"]),
            mails.document_ids.read(["state", "move_id", "write_date"]),
            len(self.folder("Procesados")),
            len(self.folder("Fallidos")),
        )

    def test_mail_without_document_fails_with_a_reason(self):
        self.deliver(builder.mail("Promoción de la semana"))
        self.receive()
        mail = self.ledger()
        self.assertEqual((mail.state, mail.reason_code), ("failed", "no_edocument"))
        self.assertTrue(mail.reason)
        self.assertTrue(mail.next_step)
        self.assertEqual(len(self.folder("Fallidos")), 1)

    def test_same_invoice_in_three_mails_is_one_document(self):
        package = builder.Package(builder.Document(number="FE101"))
        self.deliver(package.mail, builder.forward(package.mail, "RV: factura"))
        self.receive()
        self.deliver(builder.forward(package.mail, "FW: factura"))
        self.receive()
        mails = self.ledger()
        self.assertEqual(mails.mapped("state"), ["processed"] * 3)
        self.assertEqual(mails.mapped("reason_code"), [False, "duplicate", "duplicate"])
        self.assertEqual(len(mails.document_ids), 1)
        self.assertEqual(len(mails.document_ids.move_id), 1)

    def test_rejected_copy_does_not_touch_the_document(self):
        package = builder.Package(builder.Document(number="FE102"))
        forged = builder.tampered(package.document, "FE102</cbc:ID>", "FE102</cbc:ID ><!-- -->")
        self.deliver(package.mail)
        self.receive()
        document = self.ledger().document_ids
        rejected = builder.Package(
            package.facts, answers=(builder.signed_answer(package.facts, "04"),)
        )
        self.deliver(rejected.mail)
        self.receive()
        first, second = self.ledger()
        self.assertEqual((second.state, second.reason_code), ("failed", "dian_rejected"))
        self.assertEqual(document.state, "accepted")
        self.assertTrue(forged)
        self.assertEqual(first.document_ids, second.document_ids)

    def test_better_copy_replaces_a_rejected_one(self):
        package = builder.Package(builder.Document(number="FE103"))
        rejected = builder.Package(
            package.facts, answers=(builder.signed_answer(package.facts, "04"),)
        )
        self.deliver(rejected.mail)
        self.receive()
        document = self.ledger().document_ids
        self.assertEqual(document.state, "rejected")
        self.deliver(package.mail)
        self.receive()
        self.assertEqual(self.ledger().document_ids, document)
        self.assertEqual((document.state, document.dian_status), ("accepted", "validated"))
        self.assertTrue(document.move_id)

    def test_what_is_written_down_is_in_the_companys_language(self):
        self.env["res.lang"]._activate_lang("es_CO")
        self.company.partner_id.lang = "es_CO"
        package = builder.Package(builder.Document(number="FE104"))
        rejected = builder.Package(
            package.facts, answers=(builder.signed_answer(package.facts, "04"),)
        )
        self.deliver(package.mail)
        self.receive()
        self.deliver(rejected.mail)
        self.receive()
        document = self.ledger().document_ids
        self.assertIn("Se rechazó una copia", document.message_ids[0].body)

    def test_company_is_chosen_by_the_receivers_nit(self):
        other = self.setup_other_company(name="Otra", country_id=self.company.country_id.id)[
            "company"
        ]
        other.vat = "901019681-8"
        customer = builder.Party(nit="901019681", name="Otra SAS")
        self.deliver(builder.Package(builder.Document(number="FE104", customer=customer)).mail)
        self.receive()
        document = self.ledger().document_ids
        self.assertEqual((document.company_id, document.state), (other, "accepted"))

    def test_document_of_a_company_that_is_not_here_is_rejected(self):
        customer = builder.Party(nit="901019681", name="Otra SAS")
        self.deliver(builder.Package(builder.Document(number="FE105", customer=customer)).mail)
        self.receive()
        mail = self.ledger()
        self.assertEqual((mail.state, mail.reason_code), ("failed", "receiver_unknown"))
        self.assertIn("901019681", mail.reason)
        self.assertEqual(mail.document_ids.company_id, self.company)

    def test_policy_none_records_only(self):
        self.company.l10n_co_bill_policy = "none"
        self.deliver(builder.Package(builder.Document(number="FE106")).mail)
        self.receive()
        document = self.ledger().document_ids
        self.assertFalse(document.move_id)
        document.action_create_bill()
        self.assertTrue(document.move_id)

    def test_bills_are_made_without_reading_the_mails_again(self):
        packages = [builder.Package(builder.Document(number=f"FE30{n}")) for n in range(3)]
        self.deliver(*(package.mail for package in packages), packages[0].mail)
        again = f"{received_document_content.__name__}.read"
        with patch(again, side_effect=AssertionError("read again")):
            self.receive()
        self.assert_booked(packages)

    def test_bills_of_mails_that_are_too_large_to_be_held(self):
        packages = [builder.Package(builder.Document(number=f"FE30{n}")) for n in range(3)]
        self.deliver(*(package.mail for package in packages))
        room = sum(map(len, (packages[0].document, packages[0].container, packages[0].pdf))) * 2
        with patch.object(read_ahead, "HELD_BYTES", room):
            self.receive()
        self.assert_booked(packages)

    def assert_booked(self, packages):
        """Each of these invoices has a bill with its own files."""
        bills = self.ledger().document_ids.move_id
        self.assertEqual(len(bills), len(packages))
        for package in packages:
            bill = bills.filtered(lambda bill, package=package: bill.ref == package.facts.number)
            contents = bill.attachment_ids.mapped("raw")
            self.assertIn(package.container, contents)
            self.assertIn(package.pdf, contents)

    def test_deleted_bill_is_not_drafted_again_by_itself(self):
        self.deliver(builder.Package(builder.Document(number="FE107")).mail)
        self.receive()
        document = self.ledger().document_ids
        document.move_id.unlink()
        self.receive()
        self.assertFalse(document.move_id)

    def test_folder_deleted_meanwhile_is_made_again(self):
        self.deliver(builder.Package(builder.Document(number="FE108")).mail)
        self.receive()
        with self.mailbox._l10n_co_mailbox() as mailbox:
            mailbox.delete_folder("Procesados")
        self.deliver(builder.Package(builder.Document(number="FE109")).mail)
        self.receive()
        self.assertEqual(len(self.folder("Procesados")), 1)

    def test_reprocess_needs_no_mail_server(self):
        self.company.vat = "901019681-8"
        package = builder.Package(builder.Document(number="FE110"))
        self.deliver(package.mail)
        self.receive()
        mail = self.ledger()
        self.assertEqual((mail.state, mail.filed_folder), ("failed", "Fallidos"))
        self.company.vat = f"{builder.BUYER.nit}-{builder.BUYER.check_digit}"
        port, self.mailbox.port = self.mailbox.port, 1
        mail.action_reprocess()
        self.assertEqual((mail.state, mail.filed), ("processed", "pending"))
        self.assertTrue(mail.document_ids.filtered(lambda d: d.state == "accepted").move_id)
        self.mailbox.port = port
        self.receive()
        self.assertEqual((mail.filed, mail.filed_folder), ("filed", "Procesados"))
        self.assertEqual(self.folder("Fallidos"), [])
        self.assertEqual(self.folder("Procesados"), [package.mail])

    def test_reprocess_leaves_a_good_document_as_it_is(self):
        self.deliver(builder.Package(builder.Document(number="FE114")).mail)
        self.receive()
        mail = self.ledger()
        document, bill = mail.document_ids, mail.document_ids.move_id
        mail.action_reprocess()
        self.assertEqual((mail.state, mail.reason_code, mail.filed), ("processed", False, "filed"))
        self.assertEqual((mail.document_ids, document.move_id), (document, bill))

    def test_reprocess_after_the_company_was_added(self):
        customer = builder.Party(nit="901019681", name="Otra SAS")
        self.deliver(builder.Package(builder.Document(number="FE115", customer=customer)).mail)
        self.receive()
        mail = self.ledger()
        other = self.setup_other_company(name="Otra", country_id=self.company.country_id.id)[
            "company"
        ]
        other.vat = "901019681-8"
        mail.action_reprocess()
        self.assertEqual(mail.state, "processed")
        self.assertRecordValues(mail.document_ids, [{"company_id": other.id, "state": "accepted"}])
        self.assertEqual(self.Document.search_count([("number", "=", "FE115")]), 1)

    def test_mail_put_back_into_the_inbox_is_tried_again(self):
        self.company.vat = "901019681-8"
        package = builder.Package(builder.Document(number="FE111"))
        self.deliver(package.mail)
        self.receive()
        mail = self.ledger()
        self.company.vat = f"{builder.BUYER.nit}-{builder.BUYER.check_digit}"
        self.deliver(package.mail)
        self.receive()
        self.assertEqual(self.ledger(), mail)
        self.assertEqual((mail.state, mail.filed_folder), ("processed", "Procesados"))

    def test_two_identical_mails_in_the_inbox_are_two_rows_and_one_document(self):
        package = builder.Package(builder.Document(number="FE112"))
        self.deliver(package.mail, package.mail)
        self.receive()
        self.assertEqual(len(self.ledger()), 2)
        self.assertEqual(len(self.ledger().document_ids), 1)
        self.assertEqual(len(self.folder("Procesados")), 2)

    def test_oversized_mail_is_not_fetched(self):
        self.env["ir.config_parameter"].set_param("l10n_co_einvoice_mail.limit_raw_bytes", "20000")
        self.deliver(builder.mail("Catálogo", {"catalogo.pdf": b"%PDF-1.4" + b"x" * 40000}))
        with patch.object(
            ImapMailbox, "fetch", autospec=True, side_effect=ImapMailbox.fetch
        ) as fetch:
            self.receive()
        self.assertFalse([entry for call in fetch.call_args_list for entry in call.args[1]])
        mail = self.ledger()
        self.assertEqual((mail.state, mail.reason_code), ("failed", "mail_too_big"))
        self.assertEqual(mail.subject, "Catálogo")
        self.assertEqual(len(self.folder("Fallidos")), 1)

    def test_message_of_a_click_has_the_colour_of_its_content(self):
        self.deliver(builder.Package().mail)
        self.assertEqual(self.receive()["type"], "success")
        self.deliver(builder.mail("Rebajas", {}))
        self.assertEqual(self.receive()["type"], "warning")

    def test_wrong_password_is_told_and_not_repeated_at_once(self):
        self.mailbox.password = "wrong"
        message = self.receive()
        self.assertEqual(message["type"], "danger")
        self.assertNotIn("wrong", self.mailbox.error_message or "")
        self.assertTrue(self.mailbox.l10n_co_failure)
        self.assertNotIn(self.mailbox, self.mailbox.search(self.mailbox._l10n_co_due_domain()))

    def test_core_leaves_our_mailbox_alone(self):
        self.mailbox.state = "done"
        self.deliver(builder.Package().mail)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.mailbox.with_env(self.env(cr=cr))._fetch_mail()
        self.assertEqual(len(self.folder()), 1)

    def test_bookkeeper_fetches_but_never_sees_the_password(self):
        bookkeeper = self.env["res.users"].create(
            {
                "name": "Auxiliar contable",
                "login": "auxiliar",
                "company_ids": self.company.ids,
                "company_id": self.company.id,
                "group_ids": self.env.ref("account.group_account_invoice").ids,
            }
        )
        self.deliver(builder.Package(builder.Document(number="FE113")).mail)
        self.receive(as_user=bookkeeper)
        self.assertEqual(self.ledger().with_user(bookkeeper).state, "processed")
        mailbox = self.mailbox.with_user(bookkeeper)
        with self.assertRaises(AccessError):
            mailbox.read(["password"])
        with self.assertRaises(AccessError):
            mailbox.write({"server": "mail.attacker.example.com"})
        employee = self.env["res.users"].create(
            {
                "name": "Empleado",
                "login": "empleado",
                "group_ids": self.env.ref("base.group_user").ids,
            }
        )
        with self.assertRaises(AccessError):
            self.mailbox.with_user(employee).l10n_co_fetch()
