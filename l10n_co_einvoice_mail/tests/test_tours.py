"""The screens' main jobs, in a browser, in Spanish."""

from email.message import EmailMessage
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..mailbox import discovery
from ..mailbox.transport import Endpoint
from ..mailbox.way import Way
from ..models.ledger import work
from .common import ReceptionCase
from .tools import builder

TOUR_ADDRESS = "facturas@comprador.example.com"
TOUR_PASSWORD = "clave-segura"
SPAM = b"From: tienda@publicidad.example.com\r\nSubject: Rebajas\r\n\r\nTodo a mitad de precio.\r\n"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTours(ReceptionCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_CO")
        cls.bookkeeper = cls.env["res.users"].create(
            {
                "name": "Auxiliar contable",
                "login": "auxiliar",
                "password": "auxiliar",
                "lang": "es_CO",
                "company_id": cls.company.id,
                "company_ids": cls.company.ids,
                "group_ids": cls.env.ref("account.group_account_invoice").ids,
            }
        )

    def empty_bed(self):
        """No mailbox in Odoo; an address with one invoice and a provider that is recognised by it."""
        self.mailbox.unlink()
        self.env["l10n_co.mail.provider"].create(
            {
                "name": "Bed",
                "code": "bed",
                "domains": "comprador.example.com",
                "imap_host": "localhost",
                "imap_port": self.bed.imaps,
                "imap_encryption": "ssl_strict",
            }
        )
        self.bookkeeper.group_ids += self.env.ref("l10n_co_einvoice_mail.group_mail_admin")
        # The tour types this address: the names of tests are no addresses a person would type.
        self.bed.add_user(TOUR_ADDRESS, TOUR_PASSWORD)
        self.bed.deliver(TOUR_ADDRESS, builder.Package(builder.Document(number="TOUR3")).mail)

    def test_mailbox_from_nothing(self):
        """Two fields are typed, the address and the password; everything else is proposed."""
        self.empty_bed()
        self.start_tour(
            "/odoo/einvoice-mailboxes", "l10n_co_mailbox_from_nothing", login="auxiliar"
        )
        mailbox = self.env["fetchmail.server"].search([("user", "=", TOUR_ADDRESS)])
        self.assertRecordValues(mailbox, [{"state": "done", "server": "localhost"}])
        self.assertEqual(mailbox.l10n_co_mail_ids.document_ids.number, "TOUR3")

    def test_mended_datum(self):
        """A mistyped password is put right in the test that names it."""
        self.empty_bed()
        self.start_tour("/odoo/einvoice-mailboxes", "l10n_co_mended_datum", login="auxiliar")
        mailbox = self.env["fetchmail.server"].search([("user", "=", TOUR_ADDRESS)])
        self.assertRecordValues(mailbox, [{"state": "done", "port": self.bed.imaps}])

    def test_found_servers(self):
        """Which server, by which protocol, is seen and chosen before anything is tested."""
        self.empty_bed()
        ways = tuple(
            Way(protocol, Endpoint(host, port), "srv")
            for protocol, host, port in (
                ("imap", "imap.otra.example.com", 993),
                ("pop", "pop.otra.example.com", 995),
                ("imap", "imap.hosting.example.net", 993),
            )
        )
        found = discovery.Found("srv", "", "otra.example.com", ways)
        with patch.object(discovery, "discover", return_value=found):
            self.start_tour("/odoo/einvoice-mailboxes", "l10n_co_found_servers", login="auxiliar")
        mailbox = self.env["fetchmail.server"].search([("user", "=", "compras@otra.example.com")])
        self.assertRecordValues(
            mailbox, [{"server_type": "pop", "server": "pop.otra.example.com", "port": 995}]
        )

    def test_onboarding(self):
        self.empty_bed()
        self.start_tour("/odoo/einvoices-to-do", "l10n_co_onboarding", login="auxiliar")
        mailbox = self.env["fetchmail.server"].search([("user", "=", TOUR_ADDRESS)])
        self.assertEqual(mailbox.l10n_co_mail_ids.document_ids.number, "TOUR3")

    def test_first_bill_from_nothing(self):
        """A company that has nothing yet: twelve clicks, and three fields that are typed."""
        self.empty_bed()
        bare = self.env["res.company"].create({"name": "Sin nada"})
        self.company.partner_id.vat = False
        self.bookkeeper.write(
            {
                "group_ids": [Command.link(self.env.ref("base.group_system").id)],
                "company_ids": [Command.set(bare.ids)],
                "company_id": bare.id,
            }
        )
        self.start_tour("/odoo", "l10n_co_first_bill", login="auxiliar", timeout=180)
        self.assertEqual((bare.country_code, bare.chart_template), ("CO", "co"))
        bill = self.env["l10n_co.received.document"].search([("company_id", "=", bare.id)]).move_id
        self.assertRecordValues(bill, [{"state": "draft", "company_id": bare.id}])

    def test_todo(self):
        packages = [builder.Package(builder.Document(number=n)) for n in ("TOUR5", "TOUR6")]
        bare = [builder.mail(package.subject, {"fv.xml": package.document}) for package in packages]
        self.deliver(*bare, SPAM, SPAM + b"!")
        self.receive()
        self.mailbox.state = "done"
        self.start_tour("/odoo/einvoices-to-do", "l10n_co_todo", login="auxiliar")
        document = self.ledger().document_ids.filtered(lambda one: one.number == "TOUR5")
        self.assertEqual((document.state, document.move_id.state), ("accepted", "draft"))
        failed = self.ledger().filtered(lambda mail: mail.state == "failed")
        self.assertEqual(failed.handled_by_id, self.bookkeeper)

    def test_reasons(self):
        self.start_tour("/odoo/einvoice-reasons", "l10n_co_reasons", login="auxiliar")

    def test_mailbox_board(self):
        self.mailbox.state = "done"
        self.deliver(SPAM, SPAM + b"!")
        self.start_tour("/odoo/einvoice-mailboxes", "l10n_co_mailbox_board", login="auxiliar")

    def test_received_documents(self):
        package = builder.Package(builder.Document(number="TOUR1"))
        bare = {"fv.xml": package.document, "fv.pdf": package.pdf}
        self.deliver(builder.mail(package.subject, bare))
        self.receive()
        self.start_tour("/odoo/received-edocuments", "l10n_co_received_documents", login="auxiliar")
        document = self.ledger().document_ids
        self.assertEqual((document.state, document.move_id.state), ("accepted", "draft"))

    def test_analysis(self):
        for number, name, nit, price in (
            ("TOUR4", "GRANDE SAS", "900111222", "9000000.00"),
            ("TOUR5", "PEQUEÑO SAS", "900333444", "1000.00"),
        ):
            facts = builder.Document(
                number=number,
                supplier=builder.Party(nit, name),
                lines=(builder.Line(price=price),),
            )
            self.deliver(builder.Package(facts).mail)
        self.receive()
        self.start_tour("/odoo/edocuments-analysis", "l10n_co_analysis", login="auxiliar")

    def test_received_mails(self):
        self.company.vat = "901019681-8"
        self.deliver(builder.Package(builder.Document(number="TOUR2")).mail)
        self.receive()
        self.company.vat = f"{builder.BUYER.nit}-{builder.BUYER.check_digit}"
        self.start_tour("/odoo/received-mails", "l10n_co_received_mails", login="auxiliar")
        self.assertEqual(self.ledger().state, "processed")

    def test_mail_texts(self):
        self.bookkeeper.group_ids += self.env.ref("account.group_account_manager")
        self.init_invoice("out_invoice", amounts=[50], post=True, company=self.company)
        self.start_tour("/odoo/einvoice-mail-texts", "l10n_co_mail_texts", login="auxiliar")
        text = self.env["l10n_co.mail.default"].search([("company_id", "=", self.company.id)])
        self.assertRecordValues(
            text, [{"subject": "Documento-{numero}", "document_type": "invoice"}]
        )
        self.assertIn("Saldo por pagar", text.body_html)

    def test_write_to_the_supplier(self):
        facts = builder.Document(number="TOUR5")
        answer = builder.signed_answer(facts, "04")
        self.deliver(builder.Package(facts, answers=(answer,)).mail)
        self.receive()
        document = self.ledger().document_ids
        self.start_tour("/odoo/einvoices-to-do", "l10n_co_write_to_supplier", login="auxiliar")
        self.assertEqual(document.written_to, builder.SUPPLIER.email)

    def test_work_in_background(self):
        signer = self.env["l10n_co.trusted.certificate"].search([("usage", "=", "dian_signer")])
        signer.state = "pending"
        self.deliver(*(builder.Package(builder.Document(number=f"WORK{n}")).mail for n in (1, 2)))
        self.receive()
        self.bookkeeper.group_ids += self.env.ref("base.group_system")
        action = self.env.ref("l10n_co_einvoice_mail.trusted_certificate_action")
        with patch.object(work, "AT_ONCE", 0):
            self.start_tour(
                f"/odoo/action-{action.id}/{signer.id}",
                "l10n_co_work_in_background",
                login="auxiliar",
            )
        running = self.env["l10n_co.work"].sudo().search([], limit=1)
        self.assertRecordValues(running, [{"state": "running", "total": 2}])

    def test_nothing_found(self):
        self.deliver(builder.Package(builder.Document(number="TOUR7")).mail)
        self.receive()
        self.start_tour("/odoo/received-edocuments", "l10n_co_nothing_found", login="auxiliar")

    def test_bill_of_a_pdf(self):
        mail = EmailMessage()
        mail["From"] = "ventas@proveedor.example.com"
        mail["Subject"] = "TOUR6"
        mail.set_content("Adjunto la cuenta de cobro.")
        content = builder.pdf("Cuenta de cobro", "TOUR6")
        mail.add_attachment(content, maintype="application", subtype="pdf", filename="cuenta.pdf")
        self.deliver(bytes(mail))
        self.receive()
        self.start_tour("/odoo/received-mails", "l10n_co_bill_of_a_pdf", login="auxiliar")
        self.assertTrue(self.ledger().handled_on)
