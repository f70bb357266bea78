"""The home page: what is on the list of what needs a person, what its lines do, who sees them, and the board."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..dian.rules import Outcome
from ..models.shared.reason_mixin import REASONS
from .account_common import MailAccountCase
from .tools import builder

ACCEPT = Outcome.ACCEPT  # nothing to be told
SPAM = b"From: tienda@publicidad.example.com\r\nSubject: Rebajas\r\n\r\nTodo a mitad de precio.\r\n"


class HomeCase(MailAccountCase):
    """A mailbox with an invoice that is accepted, one to review, one rejected, and two mails without invoice."""

    def setUp(self):
        super().setUp()
        self.mailbox.button_confirm_login()
        self.Todo = self.env["l10n_co.todo"]

    def deliver_all(self):
        bare = builder.Package(builder.Document(number="REV1"))
        other = builder.Package(builder.Document(number="REJ1", customer=builder.SUPPLIER))
        self.deliver(
            builder.Package(builder.Document(number="ACC1")).mail,
            builder.mail(bare.subject, {"fv.xml": bare.document}),
            other.mail,
            SPAM,
            SPAM.replace(b"Rebajas", b"Ofertas"),
        )
        self.receive()

    def lines(self, kind=None, user=None):
        domain = [("kind", "=", kind)] if kind else []
        return self.Todo.with_user(user or self.bookkeeper).search(domain)

    def document(self, number):
        return self.Document.search([("number", "=", number), ("company_id", "=", self.company.id)])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTodo(HomeCase):
    def test_only_what_needs_a_person_is_listed(self):
        self.deliver_all()
        kinds = self.lines().mapped("kind")
        self.assertEqual(kinds, ["review", "rejected", "failed"])

    def test_a_line_says_what_happened_and_what_to_do(self):
        self.deliver_all()
        review, rejected, failed = self.lines()
        document = self.document("REV1")
        self.assertIn("REV1", review.subject)
        self.assertEqual((review.reason, review.next_step), (document.reason, document.next_step))
        self.assertEqual(review.amount, document.amount_total)
        self.assertIn("REJ1", rejected.subject)
        self.assertEqual(failed.count, 2)
        self.assertEqual(failed.subject, f"2 mails: {REASONS['no_edocument'].title}")
        self.assertEqual(failed.next_step, REASONS["no_edocument"].remedy)

    def test_found_by_supplier_number_nit_and_cufe(self):
        self.deliver_all()
        document = self.document("REV1")
        for name, value in (
            ("number", "rev1"),
            ("supplier", document.supplier_name[:6]),
            ("nit", document.supplier_nit),
            ("cufe", document.cufe),
            ("amount", document.amount_total),
        ):
            operator = "=" if name == "amount" else "ilike"
            found = self.Todo.with_user(self.bookkeeper).search([(name, operator, value)])
            self.assertIn("review", found.mapped("kind"), name)
            self.assertNotIn("failed", found.mapped("kind"), name)

    def test_grouped_by_supplier_and_by_how_long_it_waits(self):
        self.deliver_all()
        document = self.document("REV1")
        self.env.cr.execute(
            "UPDATE l10n_co_received_document SET create_date = now() - INTERVAL '5 days' WHERE id = %s",
            [document.id],
        )
        self.env.invalidate_all()
        todo = self.Todo.with_user(self.bookkeeper)
        ages = dict(todo._read_group([], ["age"], ["__count"]))
        self.assertEqual(ages, {"week": 1, "today": 2})
        suppliers = dict(todo._read_group([("kind", "=", "review")], ["supplier"], ["__count"]))
        self.assertEqual(suppliers, {document.supplier_name: 1})

    def test_lines_are_assigned(self):
        self.deliver_all()
        review = self.lines("review")
        action = review.action_assign()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        yesterday = fields.Date.today() - timedelta(days=1)
        wizard = wizard.with_user(self.bookkeeper).create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "activity_user_id": self.bookkeeper.id,
                "date_deadline": yesterday,
            }
        )
        wizard.action_schedule_activities()
        todo = self.Todo.with_user(self.bookkeeper)
        self.assertEqual(todo.search([("user_id", "=", self.bookkeeper.id)]), review)
        self.assertEqual(todo.search([("deadline", "<", "today")]), review)
        for lines in (self.lines("failed"), self.lines()):
            with self.assertRaises(UserError):
                lines.action_assign()

    def test_counted_on_the_journal_and_found_from_the_supplier(self):
        self.deliver_all()
        journal = self.company_data["default_journal_purchase"].with_user(self.bookkeeper)
        data = journal._get_journal_dashboard_data_batched()[journal.id]
        self.assertEqual(data["l10n_co_todo_count"], 3)
        lines = self.Todo.search(journal.l10n_co_action_open_todo()["domain"])
        self.assertEqual(len(lines), 3)
        supplier = self.document("ACC1").partner_id.with_user(self.bookkeeper)
        self.assertTrue(supplier)
        found = self.Document.search(supplier.l10n_co_action_open_documents()["domain"])
        self.assertIn(self.document("ACC1"), found)
        self.assertEqual(supplier.l10n_co_document_count, len(found))
        with self.assertRaises(AccessError):
            supplier.with_user(self.employee).read(["l10n_co_document_count"])

    def test_accepting_takes_the_line_away(self):
        self.deliver_all()
        self.lines("review").action_next()
        self.assertFalse(self.lines("review"))
        self.assertEqual(self.document("REV1").state, "accepted")
        self.assertTrue(self.document("REV1").move_id)

    def test_a_supplier_is_told_why(self):
        self.deliver_all()
        action = self.lines("rejected").action_next()
        letter = self.env[action["res_model"]].sudo().browse(action["res_id"])
        self.assertIn("REJ1", letter.subject)
        self.assertIn(builder.SUPPLIER.nit, letter.body, "why: it is for another NIT")

    def test_done_takes_all_mails_of_the_cause_away_and_keeps_them(self):
        self.deliver_all()
        self.lines("failed").action_set_done()
        self.assertFalse(self.lines("failed"))
        mails = self.ledger().filtered(lambda mail: mail.reason_code == "no_edocument")
        self.assertRecordValues(
            mails, [{"state": "failed", "handled_by_id": self.bookkeeper.id}] * 2
        )
        mails.with_user(self.bookkeeper).action_set_open()
        self.assertEqual(self.lines("failed").count, 2)

    def test_news_puts_what_was_done_on_the_list_again(self):
        self.deliver_all()
        self.lines("rejected").action_set_done()
        self.assertFalse(self.lines("rejected"))
        mails = self.ledger().filtered("document_ids").with_user(self.bookkeeper)
        mails.action_reprocess()
        self.assertFalse(self.lines("rejected"), "nothing is new")
        self.company.vat = "901019681-8"
        mails.action_reprocess()
        self.assertTrue(self.lines("rejected"), "rejected for another reason now")

    def test_see_mails_opens_those_of_the_cause(self):
        self.deliver_all()
        action = self.lines("failed").action_open()
        mails = self.Mail.search(action["domain"])
        self.assertEqual(set(mails.mapped("reason_code")), {"no_edocument"})
        other = self.env["res.company"].create({"name": "Otra S.A.S."})
        mails[0].sudo().copy({"company_id": other.id, "uid": "999", "reason_code": "no_edocument"})
        self.assertEqual(self.Mail.search(action["domain"]), mails)

    def test_document_without_bill(self):
        self.company.l10n_co_bill_policy = "none"
        self.deliver_all()
        self.assertFalse(self.lines("unbilled"), "the company wanted none")
        self.company.l10n_co_bill_policy = "draft"
        line = self.lines("unbilled")
        self.assertIn("ACC1", line.subject)
        line.action_next()
        self.assertTrue(self.document("ACC1").move_id)
        self.assertFalse(self.lines("unbilled"))

    def test_bill_with_a_difference(self):
        self.deliver_all()
        bill = self.document("ACC1").move_id
        bill.invoice_line_ids[0].price_unit += 1000
        line = self.lines("difference")
        self.assertEqual(line.res_id, bill.id)
        self.assertTrue(line.reason)
        self.assertEqual(line.action_next()["res_id"], bill.id)
        bill.invoice_line_ids[0].price_unit -= 1000
        self.assertFalse(self.lines("difference"))

    def test_certificate_to_confirm_stands_for_its_documents(self):
        signer = self.env["l10n_co.trusted.certificate"].search([("usage", "=", "dian_signer")])
        signer.state = "pending"
        self.deliver(*(builder.Package(builder.Document(number=f"CERT{n}")).mail for n in (1, 2)))
        self.receive()
        line = self.lines()
        self.assertEqual(line.mapped("kind"), ["certificate"])
        self.assertIn("2", line.reason)
        self.assertEqual(line.action_next()["res_id"], signer.id)
        signer.action_confirm()
        self.assertFalse(self.lines())

    def test_mailbox_with_trouble(self):
        self.mailbox.l10n_co_failure_code = "login_refused"
        line = self.lines("mailbox")
        self.assertEqual(line.subject, self.mailbox.name)
        self.assertEqual(line.reason, self.mailbox.l10n_co_failure)
        with self.assertRaises(AccessError):
            line.action_next()
        diagnosis = line.with_user(self.admin).action_next()
        self.assertEqual(diagnosis["res_model"], "l10n_co.mail.diagnosis")

    def test_what_expires_soon_is_listed(self):
        today = fields.Date.context_today(self.mailbox)
        self.mailbox.l10n_co_password_expiry = today + timedelta(days=30)
        self.assertFalse(self.lines("mailbox"))
        self.mailbox.l10n_co_password_expiry = today + timedelta(days=3)
        self.assertIn("password", self.lines("mailbox").reason)

    def test_half_typed_mailbox_is_nobodys_to_do(self):
        self.mailbox.write({"state": "draft", "l10n_co_last_success": False})
        self.assertFalse(self.lines("mailbox"))
        self.mailbox.l10n_co_last_success = fields.Datetime.now()
        self.assertTrue(self.lines("mailbox"))

    def test_a_mailbox_is_not_done_by_saying_so(self):
        self.mailbox.l10n_co_failure_code = "login_refused"
        with self.assertRaises(UserError):
            self.lines("mailbox").action_set_done()

    def test_sending_accounts_are_the_mail_administrators(self):
        server = (
            self.env["ir.mail_server"]
            .sudo()
            .create(
                {
                    "name": "Envíos",
                    "smtp_host": "localhost",
                    "l10n_co_company_id": self.company.id,
                    "l10n_co_state": "done",
                    "l10n_co_failure_code": "login_refused",
                }
            )
        )
        self.assertFalse(self.lines("sender"))
        self.assertEqual(self.lines("sender", self.admin).res_id, server.id)

    def test_customers_claim(self):
        self.Document.sudo().create(
            {
                "company_id": self.company.id,
                "document_type": "96",
                "event_code": "031",
                "number": "E1",
                "referenced_cufe": "abc",
                "state": "accepted",
            }
        )
        line = self.lines("claim")
        self.assertIn("claims", line.reason)
        line.action_set_done()
        self.assertFalse(self.lines("claim"))

    def test_another_companys_lines_are_not_seen(self):
        self.deliver_all()
        elsewhere = self.create_user("vecino", "account.group_account_invoice")
        other = self.env["res.company"].create({"name": "Otra S.A.S."})
        elsewhere.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(self.lines(user=elsewhere))
        with self.assertRaises(AccessError):
            self.lines("review").with_user(elsewhere).action_next()
        self.assertTrue(self.lines())

    def test_who_has_no_right_sees_nothing(self):
        with self.assertRaises(AccessError):
            self.lines(user=self.employee)

    def test_the_list_is_read_without_a_query_a_line(self):
        def read(count):
            self.env.flush_all()
            self.env.invalidate_all()
            lines = self.lines("rejected")[:count]
            lines.mapped("told")

        self.deliver(
            *(
                builder.Package(builder.Document(number=f"R{n}", customer=builder.SUPPLIER)).mail
                for n in range(8)
            )
        )
        self.receive()
        read(8)  # what is computed once and kept
        before = self.cr.sql_log_count
        read(2)
        few = self.cr.sql_log_count - before
        with self.assertQueryCount(few):
            read(8)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBoard(HomeCase):
    FIELDS = (
        "name", "l10n_co_health", "l10n_co_problem", "l10n_co_today_count", "l10n_co_pending_count",
        "l10n_co_failed_count", "l10n_co_connection", "l10n_co_last_success",
    )  # fmt: skip

    def test_counts(self):
        self.deliver_all()
        mailbox = self.mailbox.with_user(self.bookkeeper)
        counts = (
            mailbox.l10n_co_today_count,
            mailbox.l10n_co_pending_count,
            mailbox.l10n_co_failed_count,
        )
        self.assertEqual(counts, (5, 0, 3))
        self.lines("failed").action_set_done()
        self.env.invalidate_all()
        self.assertEqual(mailbox.l10n_co_failed_count, 1, "nobody has to look at the two again")

    def test_health(self):
        mailbox = self.mailbox.with_user(self.bookkeeper)
        self.assertEqual((mailbox.l10n_co_health, mailbox.l10n_co_problem), ("well", False))
        self.mailbox.l10n_co_notices = {"quiet": "2026-01-01"}
        self.assertEqual(mailbox.l10n_co_health, "attention")
        self.assertIn("registered at DIAN", mailbox.l10n_co_problem)
        self.mailbox.l10n_co_failure_code = "login_refused"
        self.assertEqual(mailbox.l10n_co_health, "trouble")
        self.mailbox.state = "draft"
        self.assertEqual(mailbox.l10n_co_health, "draft")

    def test_the_board_is_read_without_a_query_a_mailbox(self):
        names = [f"buzon{n}@comprador.example.com" for n in range(8)]
        for name in names:
            self.create_mailbox(name, state="done")

        def read(count):
            self.env.flush_all()
            self.env.invalidate_all()
            Server = self.env["fetchmail.server"].with_user(self.bookkeeper)
            Server.search([("name", "in", names[:count])]).read(self.FIELDS)

        read(8)
        before = self.cr.sql_log_count
        read(2)
        few = self.cr.sql_log_count - before
        with self.assertQueryCount(few):
            read(8)

    def test_the_steps_to_the_first_invoice(self):
        def states(user):
            self.env.invalidate_all()
            home = self.env["l10n_co.home"].with_user(user).with_company(self.company)
            return [
                step["state"]
                for step in home.with_context(allowed_company_ids=self.company.ids).look()["steps"]
            ]

        vat = self.company.vat
        self.mailbox.unlink()
        self.company.partner_id.vat = False
        self.assertEqual(states(self.admin), ["now", "later", "later", "later"])
        self.company.partner_id.vat = vat
        self.assertEqual(states(self.admin), ["done", "now", "later", "later"])
        self.mailbox = self.create_mailbox(self.address)
        self.assertEqual(states(self.admin), ["done", "done", "now", "later"])
        self.mailbox.button_confirm_login()
        self.assertEqual(states(self.bookkeeper), ["done", "done", "done", "now"])
        self.receive(as_user=self.bookkeeper)
        self.assertEqual(states(self.bookkeeper), [])

    def test_the_panel_is_for_those_who_work_with_it(self):
        with self.assertRaises(AccessError):
            self.env["l10n_co.home"].with_user(self.employee).look()
        self.mailbox.state = "draft"
        home = (
            self.env["l10n_co.home"]
            .with_user(self.bookkeeper)
            .with_context(allowed_company_ids=self.company.ids)
        )
        with self.assertRaises(AccessError):
            home.go("test")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAnalysis(HomeCase):
    def test_credit_notes_take_away(self):
        note = self.Document.sudo().create(
            {
                "company_id": self.company.id,
                "document_type": "91",
                "state": "accepted",
                "currency_id": self.company.currency_id.id,
                "amount_untaxed": 100,
                "amount_tax": 19,
                "amount_total": 119,
            }
        )
        signed = (note.amount_untaxed_signed, note.amount_tax_signed, note.amount_total_signed)
        self.assertEqual(signed, (-100, -19, -119))

    def test_dollars_are_added_up_in_pesos(self):
        dollars = self.env.ref("base.USD")
        document = builder.Document(number="USD1", currency="USD", exchange_rate="4000.00")
        self.deliver(builder.Package(document).mail)
        self.receive()
        record = self.document("USD1")
        self.assertEqual(record.currency_id, dollars)
        self.assertAlmostEqual(record.amount_total_signed, record.amount_total * 4000, 2)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReasons(MailAccountCase):
    def test_every_reason_is_listed_without_data(self):
        reasons = self.env["l10n_co.home"].with_user(self.bookkeeper).reasons()
        titles = {reason["title"] for reason in reasons}
        told = [reason for reason in REASONS.values() if getattr(reason, "outcome", 0) != ACCEPT]
        self.assertLessEqual({reason.title for reason in told}, titles)
        texts = " ".join(text for reason in reasons for text in reason.values())
        self.assertNotIn("%(", texts)

    def test_only_who_works_with_received_mail_reads_them(self):
        with self.assertRaises(AccessError):
            self.env["l10n_co.home"].with_user(self.employee).reasons()
