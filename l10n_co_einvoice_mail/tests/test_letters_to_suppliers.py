"""A supplier is written to: in one click by a person, and by itself only where that was chosen and is safe."""

from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.answers.texts import TEXTS
from ..models.shared.reason_mixin import REASONS
from .emission_common import EmissionCase
from .ledger_common import LedgerCase
from .tools import builder

SUPPLIER = builder.SUPPLIER.email
NOW = fields.Datetime.now


@tagged("post_install_l10n", "post_install", "-at_install")
class LetterCase(EmissionCase):
    arrive = LedgerCase.arrive
    received = LedgerCase.received
    rejected = LedgerCase.rejected
    waiting = LedgerCase.waiting

    def kinds(self, record):
        self.env.flush_all()
        lines = self.env["l10n_co.todo"].with_user(self.bookkeeper).search([])
        return {
            line.kind
            for line in lines
            if (line.res_model, line.res_id) == (record._name, record.id)
        }

    def letter(self, record, user=None):
        action = record.with_user(user or self.bookkeeper).action_write_to_supplier()
        return (
            self.env["l10n_co.letter"].with_user(user or self.bookkeeper).browse(action["res_id"])
        )

    def sent(self, address=SUPPLIER):
        """:return: parsed mails that arrived at the address"""
        return [self.parsed(sent) for sent in self.sent_to(address)]

    def send(self, letter):
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            letter.action_send()
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()


class TestByAPerson(LetterCase):
    def test_one_click(self):
        """No right to contacts, nothing to type: address, text and the document are there."""
        document = self.rejected()
        partners = self.env["res.partner"].search_count([])
        letter = self.letter(document)
        self.assertEqual(letter.email, SUPPLIER)
        self.assertIn("DIAN rejected", letter.body)
        self.assertIn(self.company.vat, self.letter(self.received_for_nobody()).body)
        self.send(letter)
        [mail] = self.sent()
        self.assertIn(document.number, mail["Subject"])
        [attached] = mail.iter_attachments()
        self.assertIn(document.cufe.encode(), attached.get_content().encode())
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertRecordValues(
            document, [{"written_to": SUPPLIER, "written_by_id": self.bookkeeper.id}]
        )
        self.assertIn(document.number, document.message_ids[0].body)
        self.assertIn(self.address, mail["From"], "from the company's account")

    def received_for_nobody(self):
        facts = builder.Document(number="AJENA", customer=builder.Party("811000000", "OTRA SAS"))
        return self.received(builder.Package(facts))

    def test_off_the_list_and_back_again(self):
        document = self.rejected()
        self.assertEqual(self.kinds(document), {"rejected"})
        self.send(self.letter(document))
        self.assertFalse(self.kinds(document), "the supplier has time to answer")
        document.written_on = NOW() - timedelta(days=self.company.l10n_co_answer_days, hours=1)
        self.assertEqual(self.kinds(document), {"rejected"})
        line = self.env["l10n_co.todo"].search(
            [("res_id", "=", document.id), ("kind", "=", "rejected")]
        )
        self.assertIn(SUPPLIER, line.told)

    def test_the_supplier_s_language(self):
        self.env["res.lang"]._activate_lang("es_CO")
        document = self.rejected()
        document.partner_id = self.customer
        self.customer.lang = "es_CO"
        with patch.object(
            type(self.env["l10n_co.letter"]), "_text", lambda letter, *_a: letter.env.lang
        ):
            self.assertIn("es_CO", self.letter(document).body)

    def test_what_may_be_forged_is_not_believed(self):
        """Neither the document's address nor the mail's is used; the contact's is."""
        facts = builder.Document(number="FALSA")
        stranger = builder.signer_of(builder.Party("900999999", "CUALQUIERA SAS"))
        answer = builder.signed_answer(facts, signer=stranger)
        document = self.received(builder.Package(facts, answers=(answer,)))
        self.assertEqual(document.reason_code, "answer_forged")
        self.assertFalse(self.letter(document).email)
        with self.assertRaises(UserError):
            self.letter(document).action_send()
        self.assertEqual(document.way, "dian")
        document.partner_id = self.customer
        self.assertEqual(self.letter(document).email, self.customer.email)

    def test_an_unproven_address_gives_way_to_the_sender(self):
        document = self.waiting()
        document.mail_ids.email_from = '"Ventas" <ventas@proveedor.example.com>'
        self.assertEqual(self.letter(document).email, "ventas@proveedor.example.com")

    def test_a_mail_is_answered(self):
        raw = (
            b"From: Ventas <ventas@proveedor.example.com>\r\nSubject: Cuenta\r\n"
            b"Message-ID: <c@x.example.com>\r\n\r\nAdjunto."
        )
        mail = self.arrive(None, raw)
        self.assertEqual((mail.reason_code, mail.way), ("no_edocument", "write"))
        letter = self.letter(mail)
        self.assertEqual(letter.email, "ventas@proveedor.example.com")
        self.assertIn("support document", letter.body)
        self.send(letter)
        [sent] = self.sent("ventas@proveedor.example.com")
        self.assertIn("<c@x.example.com>", sent["References"])
        self.assertEqual(sent["Subject"], "RE: Cuenta")
        self.assertTrue(mail.written_on)
        self.assertFalse(self.kinds(mail))

    def test_rights(self):
        document = self.rejected()
        other = self.setup_other_company(name="Otra")["company"]
        neighbour = self.create_user("vecina", "account.group_account_manager")
        neighbour.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for user in (self.employee, neighbour):
            with self.assertRaises(AccessError):
                self.letter(document, user)
        forged = (
            self.env["l10n_co.letter"]
            .with_user(neighbour)
            .create({"subject": "x", "body": "x", "email": "x@y.example.com"})
        )
        with self.assertRaises(UserError):
            forged.action_send()
        forged.sudo().document_id = document
        with self.assertRaises(AccessError):
            forged.action_send()
        self.assertFalse(document.written_on)

    def test_every_reason_has_its_words(self):
        self.assertLessEqual(TEXTS.keys(), REASONS.keys())


class TestByItself(LetterCase):
    def setUp(self):
        super().setUp()
        self.rule = self.env["l10n_co.answer.rule"].create(
            {"company_id": self.company.id, "reason_code": "dian_rejected"}
        )

    def answer(self):
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            env = self.env(cr=cr, user=SUPERUSER_ID, su=True)
            env["l10n_co.answer.rule"]._cron_answer()
            env["mail.mail"].search([("state", "=", "outgoing")]).send()
        self.env.invalidate_all()

    def automatic(self):
        """:return: answers that left without a person"""
        mails = [self.parsed(sent) for sent in self.sink.messages]
        return [mail for mail in mails if mail["Auto-Submitted"] == "auto-replied"]

    def test_off_unless_chosen(self):
        self.rule.unlink()
        self.rejected()
        self.answer()
        self.assertFalse(self.sent())
        with self.assertRaises(AccessError):
            self.env["l10n_co.answer.rule"].with_user(self.bookkeeper).create(
                {"company_id": self.company.id, "reason_code": "dian_rejected"}
            )

    def test_once_and_marked_as_automatic(self):
        document = self.rejected()
        self.answer()
        self.answer()
        [mail] = self.sent()
        self.assertEqual(mail["Auto-Submitted"], "auto-replied")
        self.assertIn(self.address, mail["From"])
        self.assertTrue(document.written_on)
        self.assertIn("DIAN rejected", document.message_ids[0].body, "it is in the log")
        row = self.env["l10n_co.outgoing.mail"].search([("email_to", "=", SUPPLIER)])
        self.assertEqual(row.state, "sent")

    def test_once_a_day_and_supplier(self):
        first, second = self.rejected("R1"), self.rejected("R2")
        self.answer()
        self.assertEqual([bool(document.written_on) for document in first + second], [True, False])
        first.written_on = NOW() - timedelta(days=1, minutes=1)
        self.answer()
        self.assertTrue(second.written_on)

    def test_only_what_is_proven(self):
        """A signer whom nobody knows, an answer that nobody confirmed: the address may be a victim's."""
        facts = builder.Document(number="AJENO")
        answer = builder.signed_answer(facts, "04")
        stranger = builder.signer_of(builder.Party("900999999", "CUALQUIERA SAS"))
        document = builder.signed_document(facts, stranger)
        unproven = self.received(builder.Package(facts, document=document, answers=(answer,)))
        self.assertEqual(unproven.reason_code, "dian_rejected")
        self.answer()
        self.assertFalse(self.sent())
        self.assertFalse(unproven.written_on)

    def test_only_for_the_chosen_reason_and_never_on_mails(self):
        facts = builder.Document(number="AJENA", customer=builder.Party("811000000", "OTRA SAS"))
        self.received(builder.Package(facts))
        self.arrive(None, b"From: a@b.example.com\r\nSubject: x\r\n\r\nx")
        self.answer()
        self.assertFalse(self.automatic())

    def test_never_through_an_account_in_trouble(self):
        self.account.l10n_co_failure_code = "login_refused"
        document = self.rejected()
        self.answer()
        self.assertFalse(self.automatic())
        self.assertFalse(document.written_on, "it is answered when the account works again")

    def test_never_to_ourselves(self):
        supplier = builder.Party(builder.SUPPLIER.nit, builder.SUPPLIER.name, email=self.address)
        facts = builder.Document(number="ECO", supplier=supplier)
        answer = builder.signed_answer(facts, "04")
        self.received(builder.Package(facts, answers=(answer,)))
        self.answer()
        self.assertFalse(self.automatic())

    def test_not_what_a_person_is_done_with_nor_what_is_old(self):
        done, old = self.rejected("R1"), self.rejected("R2")
        done.with_user(self.bookkeeper).action_set_done()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE l10n_co_received_document SET create_date = create_date - INTERVAL '3 days' WHERE id = %s",
            [old.id],
        )
        self.env.invalidate_all()
        self.answer()
        self.assertFalse(self.automatic())
