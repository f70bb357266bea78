"""Header, signature and footer of sent mails, of a user and of a company."""

import contextlib

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from ..models.bills.res_users import SEQUENCES
from .common import EInvoiceMailCase

HEADER = '<html><body style="color:#333"><table><tr><td><img src="https://pan.example.co/l.png"/>{company}'
FOOTER = "</td></tr></table><p>{name}, {cargo}</p></body></html>"


class MailFrameCase(EInvoiceMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"name": "Pan & Café S.A.S.", "website": "https://pan.example.co"})
        cls.ana, cls.luis = (cls.create_person(name) for name in ("Ana Ruiz", "Luis Gil"))
        cls.ana.partner_id.function = "Cartera"

    @classmethod
    def create_person(cls, name):
        login = name.split()[0].lower()
        return cls.env["res.users"].create(
            {
                "name": name,
                "login": login,
                "email": f"{login}@pan.example.co",
                "lang": "en_US",
                "tz": "America/Bogota",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("account.group_account_invoice").ids)],
            }
        )


class TestMailFrame(MailFrameCase):
    def test_halves_are_repaired_and_made_safe(self):
        self.ana.l10n_co_mail_header = (
            f"{HEADER}<script>alert(1)</script><a href='javascript:x'>z</a>"
        )
        header = self.ana.l10n_co_mail_header
        self.assertTrue(header.startswith('<div style="color:#333"><table><tr><td><img'), header)
        self.assertTrue(header.endswith("</td></tr></table></div>"), header)
        self.assertNotIn("script", header)

    def test_the_users_own_else_the_companys(self):
        self.company.l10n_co_mail_header = "<p>{empresa}</p>"
        self.company.l10n_co_mail_footer = "<p>De todos</p>"
        self.ana.l10n_co_mail_footer = FOOTER
        self.luis.l10n_co_mail_footer = "<p><br></p>"
        company = "<p>Pan &amp; Café S.A.S.</p>"
        self.assertEqual(
            self.ana._l10n_co_frame(self.company), (company, "<p>Ana Ruiz, Cartera</p>")
        )
        self.assertEqual(self.luis._l10n_co_frame(self.company), (company, "<p>De todos</p>"))
        nobody = self.env["res.users"]
        self.assertEqual(nobody._l10n_co_frame(self.company), (company, "<p>De todos</p>"))

    def test_an_unknown_variable_is_refused_with_the_list(self):
        with self.assertRaisesRegex(ValidationError, r"\{nif\} is no variable.*\{name\}, \{job\}"):
            self.ana.l10n_co_mail_header = "<p>{nif}</p>"

    def test_a_value_cannot_bring_a_script_in(self):
        self.company.website = "javascript:alert(1)"
        filled = self.ana._l10n_co_fill('<a href="{website}">x</a>', self.company)
        self.assertNotIn("javascript", filled)

    def test_a_picture_within_the_html_gets_an_address(self):
        dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        self.ana.with_user(
            self.ana
        ).l10n_co_mail_header = f'<p><img src="data:image/png;base64,{dot}"/></p>'
        header = self.ana.l10n_co_mail_header
        self.assertRegex(header, r'src="/web/image/\d+\?access_token=[\w-]+"')
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "res.users"),
                ("res_id", "=", self.ana.id),
                ("name", "=", "logo.png"),
            ]
        )
        self.assertEqual(attachment.datas.decode(), dot)

    def test_a_user_changes_only_his_own(self):
        self.ana.with_user(self.ana).l10n_co_mail_footer = "<p>mío</p>"
        with self.assertRaises(AccessError):
            self.luis.with_user(self.ana).l10n_co_mail_footer = "<p>mío</p>"
        with self.assertRaises(AccessError):
            self.company.with_user(self.ana).l10n_co_mail_footer = "<p>mío</p>"

    def test_the_preview_follows_what_is_typed(self):
        self.ana.signature = "<p>Con gusto, Ana</p>"
        view = "base.view_users_form_simple_modif"
        with Form(self.ana.with_user(self.ana), view=view) as form:
            form.l10n_co_mail_header = "<p>{company}</p>"
            form.l10n_co_mail_footer = "<p>{email}</p>"
            preview = form.l10n_co_mail_preview
            parts = [
                "Pan &amp; Café",
                "Please find attached",
                "Con gusto, Ana",
                "ana@pan.example.co",
            ]
            places = [preview.index(part) for part in parts]
            self.assertEqual(places, sorted(places))

    def test_the_person_of_the_employees_app(self):
        if "hr.employee" not in self.env:
            self.skipTest("the Employees app is not installed")
        department = self.env["hr.department"].sudo().create({"name": "Cartera y cobro"})
        self.env["hr.employee"].sudo().create(
            {
                "name": "Luis",
                "user_id": self.luis.id,
                "company_id": self.company.id,
                "department_id": department.id,
                "job_title": "Analista",
                "mobile_phone": "300 123 4567",
                "work_phone": "601 555",
            }
        )
        text = "{department}|{job}|{mobile}|{phone}"
        filled = self.luis.with_user(self.luis)._l10n_co_fill(text, self.company)
        self.assertIn("Cartera y cobro|Analista|300 123 4567|601 555", filled)


class TestDefaultSeries(MailFrameCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.series = {
            code: cls.env["account.journal"].create(
                {"name": code, "code": code, "type": kind, "company_id": cls.company.id}
            )
            for code, kind in (("FEA", "sale"), ("NCA", "sale"), ("COA", "purchase"))
        }
        cls.ana.l10n_co_invoice_journal_id = cls.series["FEA"]
        cls.ana.l10n_co_refund_journal_id = cls.series["NCA"]
        cls.ana.l10n_co_bill_journal_id = cls.series["COA"]

    def journal_of(self, move_type, user=None, **values):
        Move = self.env["account.move"].with_user(user or self.ana).with_company(self.company)
        return Move.create({"move_type": move_type, **values}).journal_id

    def test_each_kind_of_document_has_its_series(self):
        for move_type, code in (
            ("out_invoice", "FEA"),
            ("out_refund", "NCA"),
            ("in_invoice", "COA"),
            ("in_refund", "COA"),
        ):
            with self.subTest(move_type):
                self.assertEqual(self.journal_of(move_type), self.series[code])

    def test_receipts_have_their_own_or_that_of_invoices(self):
        self.assertEqual(self.journal_of("out_receipt"), self.series["FEA"])
        self.ana.l10n_co_receipt_journal_id = self.series["NCA"]
        self.assertEqual(self.journal_of("out_receipt"), self.series["NCA"])

    def sequence(self, code, company=None, **values):
        return self.env["ir.sequence"].create(
            {
                "name": code,
                "code": code,
                "prefix": "BOG",
                "padding": 3,
                "company_id": (company or self.company).id,
                **values,
            }
        )

    def next_number(self, code, user=None):
        numbers = self.env["ir.sequence"].with_user(user or self.ana).with_company(self.company)
        return numbers.next_by_code(code) or ""

    def test_quotations_and_purchase_orders_are_numbered_by_the_users_own_series(self):
        for code, name in SEQUENCES.items():
            with self.subTest(code):
                self.ana[name] = self.sequence(f"l10n_co.{code}")
                self.assertEqual(self.next_number(code), "BOG001")
                self.assertFalse(self.next_number(code, self.luis).startswith("BOG"))

    def test_a_sales_order_is_created_with_it(self):
        if "sale.order" not in self.env:
            self.assertFalse(self.ana.l10n_co_sells)
            return
        self.ana.l10n_co_sale_sequence_id = self.sequence("l10n_co.sale.order")
        self.ana.group_ids += self.env.ref("sales_team.group_sale_salesman")
        orders = self.env["sale.order"].with_user(self.ana).with_company(self.company)
        self.assertEqual(orders.create({"partner_id": self.partner_a.id}).name, "BOG001")

    def test_nobody_draws_numbers_of_another_sequence(self):
        """The field is the user's own to write: what stands there is not trusted."""
        other = self.setup_other_company()["company"]
        for sequence in (
            self.sequence("account.payment"),
            self.sequence("sale.order", prefix="STD", company=other),
            self.sequence("l10n_co.sale.order", company=other),
            self.sequence("l10n_co.purchase.order"),
            self.sequence("l10n_co.sale.order", active=False),
        ):
            with self.subTest(sequence.code, company=sequence.company_id.name):
                with contextlib.suppress(UserError):  # of another company
                    self.ana.with_company(self.company).l10n_co_sale_sequence_id = sequence
                self.next_number("sale.order")
                self.assertEqual(sequence.number_next_actual, 1)

    def test_another_user_gets_what_core_proposes(self):
        self.assertNotIn(self.journal_of("out_invoice", self.luis), self.series.values())

    def test_the_screen_proposes_it(self):
        Move = self.env["account.move"].with_user(self.ana).with_company(self.company)
        with Form(Move.with_context(default_move_type="out_invoice")) as form:
            self.assertEqual(form.journal_id, self.series["FEA"])

    def test_what_was_chosen_stays(self):
        other = self.series["NCA"]
        self.assertEqual(self.journal_of("out_invoice", journal_id=other.id), other)
        Move = (
            self.env["account.move"].with_user(self.ana).with_context(default_journal_id=other.id)
        )
        move = Move.with_company(self.company).create({"move_type": "out_invoice"})
        self.assertEqual(move.journal_id, other)

    def test_an_archived_series_gives_way(self):
        self.series["FEA"].active = False
        journal = self.journal_of("out_invoice")
        self.assertEqual((journal.type, journal.active), ("sale", True))

    def test_each_company_has_its_own(self):
        other = self.setup_other_company()["company"]
        self.ana.company_ids += other
        Move = self.env["account.move"].with_user(self.ana).with_company(other)
        self.assertEqual(Move.create({"move_type": "out_invoice"}).journal_id.company_id, other)
        self.assertFalse(self.ana.with_company(other).l10n_co_invoice_journal_id)

    def test_a_credit_note_keeps_its_invoices_series(self):
        invoice = self.init_invoice("out_invoice", amounts=[100], post=True, company=self.company)
        refund = invoice.with_user(self.ana)._reverse_moves([{"journal_id": invoice.journal_id.id}])
        self.assertEqual(refund.journal_id, invoice.journal_id)
