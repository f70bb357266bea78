"""A mail is looked at: its text without anything that runs or is fetched, its files, and a bill made of a PDF."""

from email.message import EmailMessage

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .ledger_common import LedgerCase
from .tools import builder

HOSTILE = """
<p onclick="steal()">Buenos días <b>señores</b></p><script>steal()</script>
<img src="https://spy.example.com/p.png"><img src="cid:logo">
<style>body{background:url(https://spy.example.com/b.png)}</style>
<div style="background-image:url('https://spy.example.com/c.png')" background="https://spy.example.com/d">x</div>
<iframe src="https://spy.example.com"></iframe><form action="https://spy.example.com"><input name="a"></form>
<svg><image href="https://spy.example.com/e.png"/></svg><video poster="https://spy.example.com/f"></video>
<a href="javascript:steal()">uno</a><a href="https://proveedor.example.com">dos</a>
<link rel="stylesheet" href="https://spy.example.com/g.css"><base href="https://spy.example.com/">
"""
PDF = b"%PDF-1.4\n%cuenta de cobro\n"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailContent(LedgerCase, HttpCase):
    def mail(self, *files, html=None):
        message = EmailMessage()
        message["From"] = "Ventas <ventas@proveedor.example.com>"
        message["Subject"] = "Cuenta de cobro"
        message.set_content("Adjunto la cuenta de cobro.")
        if html:
            message.add_alternative(html, subtype="html")
        for name, content in files:
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        return self.arrive(None, bytes(message)).with_user(self.bookkeeper)

    def test_text(self):
        self.assertIn("Adjunto la cuenta", self.mail().body_html)

    def test_nothing_runs_and_nothing_is_fetched(self):
        shown = self.mail(html=HOSTILE).body_html
        self.assertIn("<b>señores</b>", shown)
        for word in (
            "spy.example.com",
            "steal",
            "<img",
            "<style",
            "<iframe",
            "<svg",
            "<form",
            "javascript",
        ):
            self.assertNotIn(word, shown)
        self.assertIn('href="https://proveedor.example.com"', shown)
        self.assertIn("noopener", shown)

    def test_files(self):
        mail = self.mail(("cuenta.pdf", PDF), ("mal.html", b"<script>alert(1)</script>"))
        [file] = [item for item in mail.file_data if item["name"] == "cuenta.pdf"]
        self.assertEqual(file["mimetype"], "application/pdf")
        self.assertEqual(mail.pdf_name, "cuenta.pdf")
        self.authenticate(self.bookkeeper.login, self.bookkeeper.login)
        answer = self.url_open(file["url"])
        self.assertEqual((answer.content, answer.headers["Content-Type"]), (PDF, "application/pdf"))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        for other in mail.file_data:
            self.assertNotIn("html", self.url_open(other["url"]).headers["Content-Type"])
        missing = self.url_open(f"/l10n_co_einvoice_mail/mail/{mail.id}/99")
        self.assertGreaterEqual(missing.status_code, 400)

    def test_files_are_nobody_else_s(self):
        mail = self.mail(("cuenta.pdf", PDF))
        for user in self.strangers:
            self.authenticate(user.login, user.login)
            answer = self.url_open(mail.file_data[0]["url"])
            self.assertNotIn(PDF, answer.content)
            self.assertGreaterEqual(answer.status_code, 400)

    def test_bill_with_the_pdf(self):
        mail = self.mail(("cuenta.pdf", PDF))
        action = mail.action_bill_from_file(0)
        bill = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((bill.move_type, bill.state), ("in_invoice", "draft"))
        self.assertEqual(bill.company_id, self.company)
        self.assertEqual(bill.message_main_attachment_id.raw, PDF)
        self.assertTrue(mail.handled_on)

    def test_bill_only_of_a_pdf_and_only_by_who_may(self):
        mail = self.mail(("cuenta.pdf", PDF), ("otra.zip", b"PK\x05\x06" + b"\0" * 18))
        index = next(file["index"] for file in mail.file_data if file["name"] == "otra.zip")
        with self.assertRaises(UserError):
            mail.action_bill_from_file(index)
        reader = self.create_user("lectora", "l10n_co_einvoice_mail.group_user")
        for user in (reader, *self.strangers):
            with self.assertRaises(AccessError):
                mail.with_user(user).action_bill_from_file(0)

    def test_the_button_that_fits(self):
        ways = {
            self.mail(): ("write", False),
            self.rejected().mail_ids: ("documents", False),
            self.received().mail_ids: ("documents", False),
            self.arrive(None, b"Auto-Submitted: auto-replied\r\nSubject: x\r\n\r\nx"): (
                "done",
                False,
            ),
            self.received(
                builder.Package(builder.Document(customer=builder.Party("811000000", "OTRA SAS")))
            ).mail_ids: ("documents", True),
        }
        for mail, (way, may_differ) in ways.items():
            with self.subTest(mail.reason_code):
                self.assertEqual((mail.way, mail.may_differ), (way, may_differ))
        broken = self.mail()
        broken.sudo().reason_code = "read_error"
        self.assertEqual((broken.way, broken.may_differ), ("read", True))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTotals(LedgerCase):
    def test_what_is_rejected_is_no_purchase(self):
        accepted, rejected = self.received(), self.rejected()
        self.assertTrue(accepted.amount_total_signed)
        self.assertFalse(rejected.amount_total_signed)
        self.assertTrue(rejected.amount_total, "the document still says what it says")
        rejected.state = "accepted"
        self.assertTrue(rejected.amount_total_signed)

    def test_the_bill_s_number(self):
        document = self.received()
        self.assertIn(document.number, document.bill_number)
        self.assertIs(self.rejected().bill_number, False)

    def test_times_as_the_reader_writes_them(self):
        self.assertIn("03/02/2026, 10:00", self.received().checks_html)
