"""Mails that a forwarding rule sends to a purchase journal's address: a row of the ledger each, by Odoo's gateway."""

import xmlrpc.client
from email.message import EmailMessage
from unittest.mock import patch

import psycopg2
from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.bills.mail_thread import HANDED, Handed
from .ledger_common import LedgerCase
from .tools import builder, hostile

PDF = b"%PDF-1.4\n%cuenta de cobro\n"
GATEWAY = "odoo.addons.l10n_co_einvoice_mail.models.bills"
NIGHT = "Received: from mx.example.com; Mon, 2 Mar 2026 03:00:00 -0500\r\n"


class AliasCase(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "odoo.comprador.example.com"}
        )
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Compras por reenvío",
                "code": "REEN",
                "type": "purchase",
                "company_id": cls.company.id,
                "alias_name": "facturas-reenviadas",
                "default_account_id": cls.company_data["default_account_expense"].id,
            }
        )

    def forward(self, raw, to=None, extra=b""):
        """A mail that Odoo's gateway is handed, as a provider's rule forwards it.

        :return: the new rows of the ledger
        """
        before = self.rows()
        self.env["mail.thread"].message_process(False, self.forwarded(raw, to, extra))
        return self.rows() - before

    def forwarded(self, raw, to=None, extra=b""):
        address = to or self.journal.alias_email
        return b"Delivered-To: " + address.encode() + b"\r\n" + extra + raw

    def rows(self):
        return self.Mail.sudo().search([("journal_id", "!=", False)])

    def letter(self, *files, **headers):
        message = EmailMessage()
        message["From"] = "Ventas <ventas@proveedor.example.com>"
        message["Subject"] = "Cuenta de cobro"
        message["Message-ID"] = "<cuenta@proveedor.example.com>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content("Adjunto la cuenta de cobro.")
        for name, content in files:
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        return bytes(message)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReceivedByAlias(AliasCase):
    def test_who_may_not_work_with_received_mail_hands_none_over(self):
        raw = self.forwarded(builder.Package(builder.Document()).mail)
        for groups in ("base.group_portal", "base.group_user"):
            user = new_test_user(self.env, f"con {groups}", groups=groups)
            with (
                self.assertRaises(AccessError),
                mute_logger(f"{GATEWAY}.mail_thread"),
                self.env.cr.savepoint(),
            ):
                self.env["mail.thread"].with_user(user).message_process(False, raw)
        self.assertFalse(self.rows())
        self.assertTrue(self.forward(builder.Package(builder.Document()).mail))

    # ---- the way of a mail -----------------------------------------------------------------------

    def test_row_document_and_bill(self):
        package = builder.Package()
        raw = self.forwarded(package.mail)
        mail = self.forward(package.mail)
        self.assertRecordValues(
            mail,
            [
                {
                    "journal_id": self.journal.id,
                    "server_id": False,
                    "company_id": self.company.id,
                    "state": "processed",
                    "filed": "filed",
                    "attempts": 1,
                    "size": len(raw),
                    "came_by": "By the alias of journal Compras por reenvío",
                }
            ],
        )
        self.assertEqual(mail.raw_attachment_id.raw, raw, "byte for byte")
        document = mail.document_ids
        self.assertEqual((document.cufe, document.state), (package.facts.cufe, "accepted"))
        self.assertEqual(document.source_attachment_id, mail.raw_attachment_id)
        bill = document.move_id
        self.assertEqual((bill.state, bill.journal_id), ("draft", self.journal))
        self.assertEqual(bill.amount_total, 119000)
        self.assertEqual(bill.message_main_attachment_id.raw, package.pdf)

    def test_every_form_in_which_a_gateway_hands_it_over(self):
        for number, form in enumerate((bytes, bytes.decode, xmlrpc.client.Binary)):
            raw = self.forwarded(builder.Package(builder.Document(number=f"FORMA{number}")).mail)
            with self.subTest(form):
                before = self.rows()
                self.env["mail.thread"].message_process(False, form(raw))
                self.assertEqual((self.rows() - before).raw_attachment_id.raw, raw)

    def test_what_a_client_says_of_the_bytes_is_not_believed(self):
        raw = self.forwarded(builder.Package().mail)
        gateway = self.env["mail.thread"].with_context(**{HANDED: Handed(b"Subject: otra\r\n\r\n")})
        gateway.message_process(False, raw)
        self.assertEqual(self.rows().raw_attachment_id.raw, raw)

    def test_to_two_journals(self):
        """One mail, addressed to two journals: a row each, one document, one bill."""
        second = self.journal.copy({"name": "Otro", "code": "OTRO", "alias_name": "otras-facturas"})
        mail = builder.Package().mail
        to = f"{self.journal.alias_email}, {second.alias_email}"
        mails = self.forward(mail, to)
        self.assertEqual(mails.journal_id, self.journal | second)
        self.assertEqual(len(mails.document_ids), 1)
        self.assertEqual(len(mails.document_ids.move_id), 1)

    def test_a_document_that_a_person_decides_about_waits(self):
        mail = self.forward(builder.Package(builder.Document(number="REV1"), answers=()).mail)
        document = mail.document_ids
        self.assertEqual((mail.state, document.state), ("processed", "review"))
        self.assertFalse(document.move_id)
        document.with_user(self.bookkeeper).action_accept()
        self.assertEqual(document.move_id.journal_id, self.journal)

    def test_a_document_of_another_company_gets_no_bill(self):
        """The journal's company is asked, and no other: who writes to an alias chooses no other company's books."""
        other = builder.Party("901019681", "Otra SAS")
        mail = self.forward(builder.Package(builder.Document(customer=other)).mail)
        self.assertEqual((mail.state, mail.company_id), ("failed", self.company))
        self.assertEqual(mail.document_ids.mapped("state"), ["rejected"])
        self.assertEqual(mail.document_ids.company_id, self.company)
        self.assertFalse(mail.document_ids.move_id)

    # ---- once ------------------------------------------------------------------------------------

    def test_delivered_again(self):
        package = builder.Package()
        self.assertTrue(self.forward(package.mail))
        self.assertFalse(self.forward(package.mail), "the same bytes")
        self.assertFalse(self.forward(package.mail, extra=NIGHT.encode()), "by another way")
        self.assertEqual(len(self.rows().document_ids.move_id), 1)

    def test_one_message_id_does_not_keep_another_mail_out(self):
        """Whoever sends chooses the Message-ID: a first mail with it must not swallow the supplier's."""
        package = builder.Package()
        name = f"<{package.facts.number}.{package.facts.supplier.nit}@example.com>"
        empty = b"PK\x05\x06" + b"\0" * 18
        bait = self.letter(("nada.zip", empty)).replace(
            b"<cuenta@proveedor.example.com>", name.encode()
        )
        self.assertEqual(self.forward(bait).message_id, name)
        self.assertEqual(self.forward(package.mail).document_ids.cufe, package.facts.cufe)

    def test_known_to_odoo_already(self):
        """A copy that came to another address of Odoo's has the same Message-ID: Odoo passes the second over."""
        package = builder.Package()
        self.bookkeeper.partner_id.message_post(
            body="x",
            message_id=f"<{package.facts.number}.{package.facts.supplier.nit}@example.com>",
        )
        self.assertTrue(self.forward(package.mail).document_ids.move_id)

    @mute_logger(f"{GATEWAY}.mail_thread")
    def test_headers_over_which_odoo_stumbles(self):
        """Outlook writes such Message-IDs."""
        mail = builder.Package().mail.replace(b"Message-ID: <", b"Message-ID: <[", 1)
        self.assertTrue(self.forward(mail).document_ids.move_id)

    def test_an_alias_that_is_not_everybody_s(self):
        self.journal.alias_id.alias_contact = "partners"
        self.assertFalse(self.forward(builder.Package().mail))

    def test_also_in_the_mailbox(self):
        package = builder.Package()
        first = self.arrive(package)
        second = self.forward(package.mail)
        self.assertEqual((second.state, second.reason_code), ("processed", "duplicate"))
        self.assertEqual(first.document_ids, second.document_ids)
        self.assertEqual(len(self.Document.search([("cufe", "=", package.facts.cufe)])), 1)

    # ---- nothing of DIAN's -----------------------------------------------------------------------

    def test_a_pdf_alone_becomes_odoo_s_draft(self):
        raw = self.letter(("cuenta.pdf", PDF))
        mail = self.forward(raw)
        self.assertEqual((mail.state, mail.reason_code), ("failed", "no_edocument"))
        self.assertTrue(mail.handled_on, "the draft is there: nothing more to do")
        [bill] = self.env["account.move"].search([("journal_id", "=", self.journal.id)])
        self.assertEqual(bill.message_main_attachment_id.raw, PDF)
        self.assertFalse(self.forward(raw), "once")
        self.assertEqual(
            self.env["account.move"].search([("journal_id", "=", self.journal.id)]), bill
        )

    @mute_logger(f"{GATEWAY}.mail_thread", "odoo.addons.mail.models.mail_thread")
    def test_a_pdf_of_which_odoo_makes_no_draft_waits_for_a_person(self):
        Move = self.env.registry["account.move"]
        with patch.object(Move, "_message_post_after_hook", side_effect=ValueError("no")):
            mail = self.forward(self.letter(("cuenta.pdf", PDF)))
        self.assertEqual((mail.state, mail.handled_on), ("failed", False))
        self.assertFalse(self.env["account.move"].search([("journal_id", "=", self.journal.id)]))
        todo = self.env["l10n_co.todo"].search([("kind", "=", "failed")])
        self.assertIn(mail.id, todo.mapped("res_id"))

    # ---- what goes wrong -------------------------------------------------------------------------

    @mute_logger(f"{GATEWAY}.received_mail_alias")
    def test_what_cannot_be_read_stays_and_is_read_again(self):
        package = builder.Package()
        with patch.object(type(self.Mail), "_read_mails", side_effect=ValueError("unforeseen")):
            mail = self.forward(package.mail)
        self.assertEqual((mail.state, mail.reason_code), ("failed", "read_error"))
        mail.with_user(self.bookkeeper).action_reprocess()
        self.assertEqual((mail.state, mail.filed), ("processed", "filed"))
        self.assertTrue(mail.document_ids.move_id)

    def test_what_meets_another_transaction_is_read_in_the_background(self):
        package = builder.Package()
        busy = psycopg2.errors.SerializationFailure("busy")
        with patch.object(type(self.Mail), "_read_mails", side_effect=busy):
            mail = self.forward(package.mail)
        self.assertEqual((mail.state, mail.attempts), ("fetched", 0))
        self.assertTrue(mail.work_id)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, user=SUPERUSER_ID, su=True)["l10n_co.work"]._cron_go_on()
        self.env.invalidate_all()
        self.assertEqual((mail.state, mail.filed), ("processed", "filed"))
        self.assertEqual(mail.document_ids.move_id.journal_id, self.journal)

    @mute_logger(f"{GATEWAY}.mail_thread")
    def test_hostile_mails(self):
        """Each ends as it does in a mailbox, and the good one behind them is booked."""
        for case in hostile.CASES[::10]:
            with self.subTest(case.name):
                mail = self.forward(case.raw)
                self.assertEqual((mail.state, mail.reason_code or None), (case.state, case.reason))
        good = self.forward(builder.Package(builder.Document(number="BUENA1")).mail)
        self.assertTrue(good.document_ids.move_id)

    # ---- what is none of ours --------------------------------------------------------------------

    def test_a_company_of_another_country_goes_odoo_s_way(self):
        self.company.account_fiscal_country_id = self.env.ref("base.fr")
        self.assertFalse(self.forward(self.letter(("cuenta.pdf", PDF))))
        [bill] = self.env["account.move"].search([("journal_id", "=", self.journal.id)])
        self.assertEqual(bill.message_main_attachment_id.raw, PDF)

    def test_an_answer_on_a_bill_stays_on_it(self):
        bill = self.forward(builder.Package().mail).document_ids.move_id
        message = bill.message_post(body="¿?", message_type="comment")
        answer = self.letter(References=message.message_id).replace(b"<cuenta@", b"<otra@")
        self.assertFalse(self.forward(answer))
        self.assertIn("Adjunto la cuenta", " ".join(bill.message_ids.mapped("body")))

    # ---- people ----------------------------------------------------------------------------------

    def test_who_has_mails_forwarded_needs_no_mailbox(self):
        Home = self.env["l10n_co.home"].with_user(self.bookkeeper)
        self.assertTrue([step for step in Home.look()["steps"] if step["state"] != "done"])
        self.forward(builder.Package().mail)
        left = [step["name"] for step in Home.look()["steps"] if step["state"] != "done"]
        self.assertFalse({"account", "test", "fetch"} & set(left))

    def test_who_sees_it(self):
        mail = self.forward(builder.Package().mail)
        reader = self.create_user("lectora", "l10n_co_einvoice_mail.group_user")
        fields = {"came_by": {}, "journal_id": {"fields": {"display_name": {}}}, "subject": {}}
        for user in (*self.workers, reader):
            [told] = mail.with_user(user).web_read(fields)
            self.assertIn("Compras por reenvío", told["came_by"])
            with self.assertRaises(AccessError):
                mail.with_user(user).write({"journal_id": False})
        for user in self.strangers:
            with self.assertRaises(AccessError):
                mail.with_user(user).read(["came_by"])

    def test_nobody_makes_such_a_row(self):
        for user in self.workers:
            with self.assertRaises(AccessError):
                self.Mail.with_user(user).create(
                    {"journal_id": self.journal.id, "company_id": self.company.id}
                )

    @mute_logger("odoo.sql_db")
    def test_one_way_in(self):
        values = {"company_id": self.company.id}
        for ways in ({}, {"journal_id": self.journal.id, "server_id": self.mailbox.id}):
            with self.assertRaises(psycopg2.errors.CheckViolation), self.env.cr.savepoint():
                self.Mail.sudo().create({**values, **ways})

    @mute_logger("odoo.sql_db")
    def test_a_journal_with_mails_stays(self):
        self.forward(self.letter(("nada.zip", b"PK\x05\x06" + b"\0" * 18)))
        with self.assertRaises(psycopg2.errors.ForeignKeyViolation), self.env.cr.savepoint():
            self.journal.unlink()

    def test_grouped_and_found(self):
        mail = self.forward(builder.Package().mail)
        Mail = self.Mail.with_user(self.bookkeeper)
        groups = Mail.formatted_read_group([("id", "=", mail.id)], ["journal_id"], ["__count"])
        self.assertEqual(groups[0]["journal_id"][0], self.journal.id)
        self.assertEqual(Mail.search([("journal_id", "!=", False)]), mail)
        self.assertFalse(Mail.search([("id", "=", mail.id), ("filed", "=", "pending")]))
