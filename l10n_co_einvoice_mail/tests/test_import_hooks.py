"""Upload, the journal's alias and drag and drop: the same bill as through the mailbox, and the same
received document."""

import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..models.bills.values import BillValues
from .bill_common import BillCase
from .tools import builder, certificates
from .tools.builder import Package, Party

ALIAS_MAIL = "proveedor@example.com"


class ImportCase(BillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        anchors = [(certificates.pem(anchor), "anchor") for anchor in certificates.anchors()]
        cls.env["l10n_co.trusted.certificate"].sudo().create(
            [
                {"pem": pem, "usage": usage, "state": "confirmed"}
                for pem, usage in (*anchors, (certificates.dian().pem, "dian_signer"))
            ]
        )
        cls.package = Package()

    def upload(self, *files, journal=None):
        """Bills that the Upload button of a journal makes of (name, bytes)."""
        attachments = self.env["ir.attachment"].create(
            [{"name": name, "raw": content} for name, content in files]
        )
        return (journal or self.journal)._create_document_from_attachment(attachments.ids)

    def received(self, cufe):
        return self.env["l10n_co.received.document"].search([("cufe", "=", cufe)])

    def bills(self):
        return self.env["account.move"].search(
            [("move_type", "in", ("in_invoice", "in_refund", "entry"))]
        )

    def bodies(self, move):
        return " ".join(move.message_ids.mapped("body"))


class TestUpload(ImportCase):
    def assert_entered(self, move, package=None):
        facts = (package or self.package).facts
        document = self.received(facts.cufe)
        self.assertEqual(len(document), 1)
        self.assertEqual(document.move_id, move)
        self.assertEqual(move.l10n_co_cufe, facts.cufe)
        self.assert_says(
            move, self.read_file(builder.unsigned(builder.ubl.document(facts))).document
        )

    def test_zip(self):
        move = self.upload(("z.zip", self.package.archive))
        self.assert_entered(move)
        self.assertFalse(move.l10n_co_needs_review)
        main = move.message_main_attachment_id
        self.assertEqual((main.name, main.mimetype), ("FE1001.pdf", "application/pdf"))
        self.assertEqual(main.raw, self.package.pdf)
        self.assertIn(self.package.container, move.attachment_ids.mapped("raw"))

    def test_container(self):
        move = self.upload(("ad.xml", self.package.container))
        self.assert_entered(move)
        self.assertEqual(move.attachment_ids.mapped("raw"), [self.package.container])

    def test_bare_document(self):
        move = self.upload(("fv.xml", self.package.document))
        self.assert_entered(move)
        self.assertEqual(self.received(self.package.facts.cufe).state, "review")
        self.assertEqual(self.notice_codes(move), {"bill_under_review"})

    def test_container_that_core_cannot_unwrap(self):
        """Without MimeCode core's own parser raises UnboundLocalError."""
        container = self.package.container.replace(b"<cbc:MimeCode>text/xml</cbc:MimeCode>", b"")
        self.assert_entered(self.upload(("ad.xml", container)))

    def test_credit_note(self):
        package = Package(builder.credit_note())
        move = self.upload(("z.zip", package.archive))
        self.assertEqual(move.move_type, "in_refund")
        self.assert_entered(move, package)

    def test_debit_note(self):
        package = Package(builder.debit_note())
        move = self.upload(("z.zip", package.archive))
        self.assertEqual(move.move_type, "in_invoice")
        self.assert_entered(move, package)

    def test_several_documents_in_one_zip(self):
        packages = [Package(builder.Document(number=f"FE{n}")) for n in (1, 2, 3)]
        files = {name: content for package in packages for name, content in package.files.items()}
        moves = self.upload(("todo.zip", builder.archive(files)))
        self.assertEqual(len(moves), 3)
        for package in packages:
            self.assert_entered(
                moves.filtered(lambda m, p=package: m.l10n_co_cufe == p.facts.cufe), package
            )

    def test_several_files(self):
        packages = [Package(builder.Document(number=f"FE{n}")) for n in (1, 2)]
        moves = self.upload(*((f"{n}.zip", package.archive) for n, package in enumerate(packages)))
        self.assertEqual(sorted(moves.mapped("ref")), ["FE1", "FE2"])

    def test_who_may_make_no_bills_has_none_completed(self):
        """What is here already is found, and completed, as superuser: whoever asks for it may enter bills there."""
        typed = self.upload(("z.zip", self.package.archive))
        other = self.setup_other_company()["company"]
        users = (
            self.env["res.users"].create(
                {
                    "name": login,
                    "login": login,
                    "group_ids": [Command.set(self.env.ref(group).ids)],
                    "company_ids": [Command.set(company.ids)],
                    "company_id": company.id,
                }
            )
            for login, group, company in (
                ("empleado", "base.group_user", self.company),
                ("vecino", "account.group_account_invoice", other),
            )
        )
        message_count = len(typed.message_ids)
        for user in users:
            with self.subTest(user.login), self.assertRaises(AccessError):
                file = {"name": "z.zip", "raw": self.package.archive}
                attachment = self.env["ir.attachment"].with_user(user).create(file)
                journal = self.journal.with_user(user).with_context(
                    default_journal_id=self.journal.id
                )
                journal.browse().create_document_from_attachment(attachment.ids)
        self.assertEqual(len(typed.message_ids), message_count)
        self.assertEqual(self.received(self.package.facts.cufe).move_id, typed)

    def test_what_is_here_already_makes_no_second_bill(self):
        first = self.upload(("z.zip", self.package.archive))
        before = self.bills()
        self.assertEqual(self.upload(("ad.xml", self.package.container)), first)
        self.assertEqual(self.bills(), before)
        self.assertEqual(len(self.received(self.package.facts.cufe)), 1)

    def test_a_confirmed_bill_stays_as_it_is(self):
        first = self.upload(("z.zip", self.package.archive))
        first.action_post()
        self.assertEqual(self.upload(("z.zip", self.package.archive)), first)
        self.assertEqual(first.state, "posted")

    def test_a_typed_bill_is_completed(self):
        supplier = self.env["res.partner"].create(
            {"name": "P", "vat": f"{builder.SUPPLIER.nit}-{builder.SUPPLIER.check_digit}"}
        )
        typed = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": supplier.id,
                "ref": "FE-1001",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "x",
                            "price_unit": 100000,
                            "tax_ids": self.chart_tax("l10n_co_tax_1").ids,
                        }
                    )
                ],
            }
        )
        self.assertEqual(self.upload(("z.zip", self.package.archive)), typed)
        self.assertEqual(typed.l10n_co_cufe, self.package.facts.cufe)
        self.assertEqual(typed.message_main_attachment_id.name, "FE1001.pdf")

    def test_of_another_company(self):
        stranger = Package(builder.Document(customer=Party("811111111", "OTRA SAS")))
        move = self.upload(("z.zip", stranger.archive))
        self.assertFalse(move.invoice_line_ids)
        self.assertIn(self.received(stranger.facts.cufe).reason, self.bodies(move))

    def test_an_event_is_no_bill(self):
        move = self.upload(("z.zip", Package(builder.event("030", builder.Document())).archive))
        self.assertFalse(move.invoice_line_ids)
        self.assertIn("nothing that is paid", self.bodies(move))

    def test_a_broken_document_says_why(self):
        move = self.upload(("ad.xml", self.package.container.replace(b"?>", b"?><!DOCTYPE x>", 1)))
        self.assertFalse(move.invoice_line_ids)
        self.assertIn("not imported", self.bodies(move))

    def test_a_sales_journal(self):
        move = self.upload(
            ("z.zip", self.package.archive), journal=self.company_data["default_journal_sale"]
        )
        self.assertFalse(move.invoice_line_ids)
        self.assertIn("purchase journal", self.bodies(move))

    def test_the_lines_are_refused(self):
        refusal = "no such account"

        def refuse(*_args):
            raise UserError(refusal)

        with patch.object(BillValues, "of_lines", refuse):
            move = self.upload(("z.zip", self.package.archive))
        self.assertEqual(move.message_main_attachment_id.raw, self.package.pdf)
        self.assertEqual(move.l10n_co_cufe, self.package.facts.cufe)
        self.assertIn("no such account", move.l10n_co_warning)
        move.action_l10n_co_rebuild()
        self.assert_entered(move)
        self.assertFalse(move.l10n_co_needs_review)

    def test_other_files_are_cores(self):
        ubl = b"urn:oasis:names:specification:ubl:schema:xsd:"
        peppol = (
            b'<Invoice xmlns="%sInvoice-2" xmlns:cbc="%sCommonBasicComponents-2">'
            b"<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:ID>1</cbc:ID></Invoice>"
        ) % (ubl, ubl)
        for name, content, kind in (
            ("peppol.xml", peppol, "account.edi.xml.ubl_21"),
            ("notes.xml", b"<notes/>", None),
            ("photos.zip", builder.archive({"a.jpg": b"\xff\xd8"}), None),
            ("book.xlsx", builder.archive({"[Content_Types].xml": b"<Types/>"}), None),
            ("fe.pdf", self.package.pdf, "pdf"),
        ):
            with self.subTest(name):
                attachment = self.env["ir.attachment"].create({"name": name, "raw": content})
                [file_data] = self.env["account.move"]._to_files_data(attachment)
                self.assertEqual(file_data["import_file_type"], kind)

    def test_deleting_the_bill_leaves_the_document(self):
        move = self.upload(("z.zip", self.package.archive))
        document = self.received(self.package.facts.cufe)
        move.unlink()
        self.assertTrue(document.exists())
        self.assertTrue(document.sudo()._read_edocument())
        again = self.upload(("z.zip", self.package.archive))
        self.assertEqual(document.move_id, again)

    def test_rebuild(self):
        move = self.upload(("z.zip", self.package.archive))
        move.invoice_line_ids.unlink()
        self.assertTrue(move.l10n_co_needs_review)
        move.action_l10n_co_rebuild()
        self.assert_entered(move)
        self.assertFalse(move.l10n_co_needs_review)
        move.action_post()
        with self.assertRaisesRegex(UserError, "Only a draft"):
            move.action_l10n_co_rebuild()


class TestUploadWithOrders(ImportCase):
    def test_an_order_of_the_same_total_does_not_replace_the_lines(self):
        if "purchase.order" not in self.env:
            self.skipTest("the purchase app is not installed")
        supplier = self.env["res.partner"].create(
            {"name": "P", "vat": f"{builder.SUPPLIER.nit}-{builder.SUPPLIER.check_digit}"}
        )
        line = {"product_id": self.product_a.id, "product_qty": 1, "price_unit": 100000}
        order = self.env["purchase.order"].create(
            {"partner_id": supplier.id, "order_line": [Command.create(line)]}
        )
        order.order_line.tax_ids = self.chart_tax("l10n_co_tax_1")
        order.button_confirm()
        move = self.upload(("z.zip", Package(builder.Document(order_reference=order.name)).archive))
        self.assertEqual(move.invoice_line_ids.mapped("name"), ["Servicio de prueba"])
        self.assertEqual(move.invoice_line_ids.purchase_line_id, order.order_line)


class TestAliasAndChatter(ImportCase):
    def mail(self, *attachments, **values):
        """A mail to the purchase journal's alias."""
        message = {
            "message_id": "<a@b>",
            "from": ALIAS_MAIL,
            "to": "compras@example.com",
            "subject": "Factura",
            "body": "Adjunto",
            "attachments": list(attachments),
            **values,
        }
        self.env["account.move"].with_context(mail_create_nosubscribe=True)
        move = (
            self.env["account.move"]
            .with_context(from_alias=True)
            .message_new(
                message,
                {
                    "move_type": "in_invoice",
                    "journal_id": self.journal.id,
                    "company_id": self.company.id,
                },
            )
        )
        move.with_context(from_alias=True).message_post(
            message_type="email",
            email_from=ALIAS_MAIL,
            body="x",
            attachments=message["attachments"],
        )
        return move

    def test_forwarded_mail_is_recorded(self):
        """What a provider forwards to the journal's address comes in through Odoo's mail gate, byte for byte."""
        domain = self.env["mail.alias.domain"].create({"name": "odoo.comprador.example.com"})
        self.company.alias_domain_id = domain
        self.journal.alias_name = "facturas-proveedores"
        address = self.journal.alias_email
        self.assertTrue(address)
        raw = b"Delivered-To: " + address.encode() + b"\r\n" + self.package.mail
        self.env["mail.thread"].message_process(False, raw)
        document = self.received(self.package.facts.cufe)
        self.assertRecordValues(document, [{"state": "accepted", "company_id": self.company.id}])
        self.assertEqual(document.move_id.l10n_co_cufe, self.package.facts.cufe)
        mailbox = self.env["fetchmail.server"].new({"l10n_co_company_id": self.company.id})
        self.assertEqual(mailbox.l10n_co_forward_address, address)

    def test_dropped_on_the_list_of_documents(self):
        """Odoo's upload calls the same method on the list's own model."""
        attachment = self.env["ir.attachment"].create(
            {"name": "z.zip", "raw": self.package.archive}
        )
        documents = self.env["l10n_co.received.document"]
        action = documents.create_document_from_attachment(attachment.ids)
        move = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(self.received(self.package.facts.cufe).move_id, move)

    def test_zip_by_alias(self):
        move = self.mail(("z.zip", self.package.archive))
        self.assertEqual(move.l10n_co_cufe, self.package.facts.cufe)
        self.assertEqual(move.amount_total, 119000)
        self.assertEqual(move.message_main_attachment_id.raw, self.package.pdf)

    def test_loose_xml_and_pdf_by_alias_are_one_bill(self):
        before = self.bills()
        move = self.mail(("ad.xml", self.package.container), ("FE1001.pdf", self.package.pdf))
        self.assertEqual(self.bills() - before, move)
        self.assertEqual(move.amount_total, 119000)
        self.assertEqual(move.message_main_attachment_id.raw, self.package.pdf)

    def test_a_copy_by_alias_gives_way(self):
        first = self.upload(("z.zip", self.package.archive))
        second = self.mail(("z.zip", self.package.archive))
        self.assertNotEqual(second, first)
        self.assertEqual(second.state, "cancel")
        self.assertIn("has its bill already", self.bodies(second))

    def test_dropped_on_an_empty_draft(self):
        draft = self.env["account.move"].create(
            {"move_type": "in_invoice", "journal_id": self.journal.id}
        )
        attachment = self.env["ir.attachment"].create(
            {
                "name": "z.zip",
                "datas": base64.b64encode(self.package.archive),
                "res_model": "account.move",
                "res_id": draft.id,
            }
        )
        attachment._post_add_create()
        self.assertEqual(draft.amount_total, 119000)
        self.assertEqual(draft.l10n_co_cufe, self.package.facts.cufe)

    def test_dropped_on_a_customers_invoice(self):
        invoice = self.init_invoice("out_invoice", amounts=[1000])
        attachment = self.env["ir.attachment"].create(
            {
                "name": "z.zip",
                "raw": self.package.archive,
                "res_model": "account.move",
                "res_id": invoice.id,
            }
        )
        attachment._post_add_create()
        self.assertFalse(invoice.l10n_co_cufe)
        self.assertFalse(self.received(self.package.facts.cufe))
