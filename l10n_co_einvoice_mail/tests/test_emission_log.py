"""Copy address, read receipt, and the log of what was sent."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .emission_common import CUSTOMER, EmissionCase

COPY = "archivo@comprador.example.com"
SECOND = "segundo@otra.example.com"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionLog(EmissionCase):
    def rows(self):
        return self.env["l10n_co.outgoing.mail"].search([("account_id", "=", self.account.id)])

    def test_copy_is_blind_and_comes_once(self):
        self.account.l10n_co_copy_email = f"Archivo <{COPY.upper()}>"
        second = self.customer.copy({"name": "Segundo", "email": SECOND})
        self.post(self.create_invoice(), partners=self.customer + second)
        self.assertEqual(len(self.sink.messages), 2)
        copied = self.sent_to(COPY)
        self.assertEqual(len(copied), 1)
        self.assertNotIn(COPY.encode(), copied[0].raw.lower())
        self.assertEqual(self.rows().filtered("copy_to").copy_to, COPY)

    def test_recipient_is_not_copied_again(self):
        self.account.l10n_co_copy_email = CUSTOMER
        self.post(self.create_invoice())
        self.assertEqual(self.sink.messages[0].recipients, (CUSTOMER,))

    def test_refused_copy_keeps_nothing_back(self):
        self.account.l10n_co_copy_email = COPY
        self.sink.reject[COPY] = "550 5.1.1 no such user"
        message = self.post(self.create_invoice())
        self.assertEqual(len(self.sent_to(CUSTOMER)), 1)
        self.assertEqual(self.mails_of(message).state, "sent")
        self.assertFalse(self.rows().copy_to)
        self.assertIn(f"{COPY}: 550 5.1.1", self.rows().refused)

    def test_copy_of_nobodys_mail_is_not_sent(self):
        self.account.l10n_co_copy_email = COPY
        self.sink.reject[CUSTOMER] = "550 5.1.1 no such user"
        self.post(self.create_invoice())
        self.assertFalse(self.sink.messages)

    def test_copy_comes_with_the_second_try(self):
        self.account.l10n_co_copy_email = COPY
        self.sink.refuse_data = "451 4.7.1 Try again later"
        message = self.post(self.create_invoice())
        self.sink.calm()
        mail = self.mails_of(message)
        mail.scheduled_date = False
        mail.send()
        self.assertEqual(len(self.sent_to(COPY)), 1)

    def test_companys_copy_of_what_leaves_from_a_users_account(self):
        own = self.create_personal(self.seller, l10n_co_copy_email="mio@comprador.example.com")
        self.account.l10n_co_copy_email = COPY
        self.company.l10n_co_emission_policy = "user"
        self.post(self.create_invoice())
        (sent,) = self.sent_to(CUSTOMER)
        self.assertEqual(sent.login, own.l10n_co_address)
        self.assertEqual(set(sent.recipients), {CUSTOMER, COPY, own.l10n_co_copy_email})
        self.assertNotIn(COPY.encode(), sent.raw)
        self.sink.calm()
        self.post(self.env["res.partner"].create({"name": "Somebody"}))
        self.assertFalse(self.sent_to(COPY), "a letter is no document")
        self.account.l10n_co_copy_all = False
        self.post(self.create_invoice())
        self.assertFalse(self.sent_to(COPY))

    def test_read_receipt(self):
        invoice = self.create_invoice()
        self.post(invoice)
        self.assertNotIn("Disposition-Notification-To", self.parsed(self.sink.messages[0]))
        self.account.l10n_co_read_receipt = True
        self.post(invoice)
        asked = self.parsed(self.sink.messages[1])["Disposition-Notification-To"]
        self.assertIn(self.address, asked)

    def test_row_tells_everything(self):
        invoice = self.create_invoice()
        message = self.post(invoice)
        self.assertRecordValues(
            self.rows(),
            [
                {
                    "state": "sent",
                    "company_id": self.company.id,
                    "user_id": self.seller.id,
                    "res_model": "account.move",
                    "res_id": invoice.id,
                    "document_name": invoice.display_name,
                    "message_id": message.message_id,
                    "email_to": CUSTOMER,
                    "server_answer": "250 Message accepted",
                    "copy_state": "missing",
                }
            ],
        )
        self.assertIn(self.address, self.rows().email_from)
        self.assertEqual(invoice.l10n_co_outgoing_count, 1)

    def test_who_reads_it(self):
        self.post(self.create_invoice())
        self.create_personal(self.seller)
        self.post(self.env["res.partner"].create({"name": "Somebody"}))
        rows = self.env["l10n_co.outgoing.mail"].search([])
        document, letter = rows.filtered("is_document"), rows.filtered(lambda r: not r.is_document)
        self.assertTrue(document and letter)
        seen = lambda user: self.env["l10n_co.outgoing.mail"].with_user(user).search([])  # noqa: E731
        self.assertEqual(seen(self.bookkeeper), document)
        self.assertEqual(seen(self.seller), rows)
        self.assertEqual(seen(self.admin), rows)
        self.assertFalse(seen(self.employee))
        stranger = self.create_user("ajeno", "l10n_co_einvoice_mail.group_mail_admin")
        other = self.env["res.company"].create({"name": "Otra"})
        stranger.write({"company_ids": other.ids, "company_id": other.id})
        self.assertFalse(seen(stranger))
        with self.assertRaises(AccessError):
            document.with_user(self.admin).write({"state": "failed"})

    def test_resend_asks_for_the_right_on_the_document(self):
        self.sink.reject[CUSTOMER] = "550 5.1.1 no such user"
        self.post(self.create_invoice())
        reader = self.create_user("lector", "l10n_co_einvoice_mail.group_user")
        with self.assertRaises(AccessError):
            self.rows().with_user(reader).action_resend()
        invoice = self.env["account.move"].browse(self.rows().res_id).with_user(reader)
        with self.assertRaises(AccessError):
            invoice.l10n_co_action_resend()
        self.sink.calm()
        for person in (self.employee, self.create_user("portal.resend", "base.group_portal")):
            with self.subTest(person.login), self.assertRaises(AccessError):
                self.rows().with_user(person).action_resend()
            with self.subTest(person.login), self.assertRaises(AccessError):
                invoice.with_user(person).l10n_co_action_resend()
        self.assertFalse(self.sink.messages)

    def test_big_archive_stays_an_attachment(self):
        """Core makes links of a document's files above a size; DIAN's ZIP must arrive as a file."""
        invoice = self.create_invoice()
        archive = (
            self.env["ir.attachment"]
            .with_user(self.seller)
            .create(
                {
                    "name": "z09003731150002600000001.zip",
                    "raw": b"PK\x03\x04" + b"x" * 1_500_000,
                    "res_model": "account.move",
                    "res_id": invoice.id,
                    "mimetype": "application/zip",
                }
            )
        )
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "1")
        self.account.max_email_size = 1
        self.post(invoice, attachment_ids=archive.ids)
        names = [part.get_filename() for part in self.parsed(self.sink.messages[0]).walk()]
        self.assertIn(archive.name, names)
