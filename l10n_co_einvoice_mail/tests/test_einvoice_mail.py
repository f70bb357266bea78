"""The mail with an e-invoice as DIAN asks for it, whichever module made the XML."""

import io
import os
import zipfile

from odoo.tests import tagged

from .sending_common import SendingCase
from .tools import builder

NIT = builder.BUYER.nit


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEinvoiceMail(SendingCase):
    def package_of(self, invoice, **facts):
        """What a module for e-invoicing has of an invoice of this company."""
        return builder.Package(
            builder.Document(
                number=invoice.name.replace("/", ""),
                supplier=builder.BUYER,
                customer=builder.SUPPLIER,
                **facts,
            )
        )

    def attach(self, record, content, name="dian.xml", **values):
        return self.env["ir.attachment"].create(
            {"name": name, "raw": content, "res_model": record._name, "res_id": record.id, **values}
        )

    def attachments(self, message):
        return {part.get_filename(): part.get_content() for part in message.iter_attachments()}

    def unzipped(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def test_subject_archive_and_mailbox(self):
        self.mailbox.state = "done"
        self.company.l10n_co_business_line = "Panadería"
        invoice = self.create_invoice()
        package = self.package_of(invoice)
        self.attach(invoice, package.container)
        self.send_dialog(invoice).action_send_and_print()
        (message,) = self.arrived()
        name, number = builder.BUYER.name, package.facts.number
        fields = message["Subject"].split(";")
        self.assertEqual(fields[:4] + fields[5:], [NIT, name, number, "01", "Panadería"])
        ((archive, content),) = self.attachments(message).items()
        self.assertRegex(archive, rf"^z{NIT:0>10}000\d\d[0-9a-f]{{8}}\.zip$")
        files = self.unzipped(content)
        self.assertEqual([file[:2] for file in files], ["ad", "fv"])
        self.assertEqual(files[f"ad{archive[1:-4]}.xml"], package.container)
        self.assertTrue(files[f"fv{archive[1:-4]}.pdf"])
        html, plain = self.parts(message)
        self.assertIn(f"mailto:{self.address}", html)
        self.assertIn(self.address, plain)

    def test_an_xml_in_a_field_of_the_invoice(self):
        invoice = self.create_invoice()
        content = self.package_of(invoice).container
        self.attach(invoice, content, res_field="ubl_cii_xml_file")
        self.assertIn(";01;", self.send_dialog(invoice).subject)

    def test_a_zip_that_a_module_made(self):
        invoice = self.create_invoice()
        self.attach(invoice, self.package_of(invoice).archive, "z.zip")
        self.send_dialog(invoice).action_send_and_print()
        ((_name, content),) = self.attachments(self.arrived()[0]).items()
        self.assertEqual([file[:2] for file in self.unzipped(content)], ["ad", "fv"])

    def test_annexes_that_the_user_adds(self):
        invoice = self.create_invoice()
        self.attach(invoice, self.package_of(invoice).container)
        annex = self.attach(invoice, b"acta", "acta.txt")
        dialog = self.send_dialog(invoice)
        dialog.mail_attachments_widget = [
            *dialog.mail_attachments_widget,
            {"id": annex.id, "name": "acta.txt", "mimetype": "text/plain", "manual": True},
        ]
        dialog.action_send_and_print()
        ((_name, content),) = self.attachments(self.arrived()[0]).items()
        inner = self.unzipped(self.unzipped(content)["anexos.zip"])
        self.assertEqual(inner, {"acta.txt": b"acta"})

    def test_a_bare_xml_is_sent_with_a_remark(self):
        invoice = self.create_invoice()
        self.attach(invoice, self.package_of(invoice).document)
        dialog = self.send_dialog(invoice)
        self.assertEqual(dialog.alerts["l10n_co_container"]["level"], "warning")
        dialog.action_send_and_print()
        ((_name, content),) = self.attachments(self.arrived()[0]).items()
        self.assertEqual([file[:2] for file in self.unzipped(content)], ["fv", "fv"])

    def dialog_with_a_large_annex(self, **values):
        invoice = self.create_invoice()
        self.attach(invoice, self.package_of(invoice).container)
        self.assertFalse(self.send_dialog(invoice).l10n_co_asks_annexes)
        noise = self.attach(invoice, os.urandom(2**21), "plano.bin")
        dialog = self.send_dialog(invoice, **values)
        dialog.mail_attachments_widget = [
            *dialog.mail_attachments_widget,
            {"id": noise.id, "name": "plano.bin", "mimetype": "x", "manual": True},
        ]
        self.assertTrue(dialog.l10n_co_asks_annexes)
        return dialog

    def test_annexes_that_do_not_fit_follow_in_a_second_mail(self):
        dialog = self.dialog_with_a_large_annex()
        dialog.action_send_and_print()
        first, second = self.arrived()
        ((_name, content),) = self.attachments(first).items()
        self.assertNotIn("anexos.zip", self.unzipped(content))
        self.assertLess(len(content), 2**21)
        self.assertIn(";01;", first["Subject"])
        self.assertNotIn(";", second["Subject"])
        self.assertIn(dialog.move_id.name, second["Subject"])
        self.assertEqual(list(self.attachments(second)), ["plano.bin"])

    def test_annexes_that_do_not_fit_are_left_out(self):
        self.dialog_with_a_large_annex(l10n_co_annexes="left_out").action_send_and_print()
        (only,) = self.arrived()
        ((_name, content),) = self.attachments(only).items()
        self.assertNotIn("anexos.zip", self.unzipped(content))

    def test_annexes_of_a_batch(self):
        template = self.env.ref("account.email_template_edi_invoice")
        template.attachment_ids = self.attach(template, os.urandom(2**21), "condiciones.bin")
        for choice, count in (("apart", 4), ("left_out", 2)):
            with self.subTest(choice):
                self.bed.sink.messages.clear()
                invoices = self.create_invoice() + self.create_invoice()
                for invoice in invoices:
                    self.attach(invoice, self.package_of(invoice).container)
                wizard = self.env["account.move.send.batch.wizard"].with_user(self.ana)
                wizard = wizard.create({"move_ids": invoices.ids})
                self.assertTrue(wizard.l10n_co_asks_annexes)
                wizard.l10n_co_annexes = choice
                wizard.action_send_and_print()
                self.as_scheduler(self.env["account.move"])._cron_account_move_send()
                self.assertEqual(len(self.arrived()), count)

    def test_each_invoice_has_a_file_name_of_its_own(self):
        names = set()
        for _invoice in range(2):
            invoice = self.create_invoice()
            self.attach(invoice, self.package_of(invoice).container)
            (found,) = [invoice._l10n_co_edocument()]
            names.add(invoice._l10n_co_archive(found, [])[0].name)
        self.assertEqual(len(names), 2)

    def test_kinds_of_documents(self):
        """Subjects say what each is; no two files have one name; a supplier's own e-invoice is not ours to send."""
        note = {"kind": "CreditNote", "references": ()}
        ours = {"supplier": builder.BUYER, "customer": builder.SUPPLIER}
        bought = {"supplier": builder.SUPPLIER, "customer": builder.BUYER}
        names = set()
        for move_type, facts, code in (
            ("out_invoice", {**ours, "type_code": "01"}, "01"),
            ("out_refund", {**ours, **note, "type_code": "91"}, "91"),
            ("out_invoice", {**ours, "kind": "DebitNote", "type_code": "92"}, "92"),
            ("in_invoice", {**bought, "type_code": "05"}, "05"),
            ("in_refund", {**bought, **note, "type_code": "95"}, "95"),
            ("in_invoice", {**bought, "type_code": "01"}, None),
        ):
            move = self.create_invoice(move_type=move_type).sudo()
            number = move.name.replace("/", "")
            document = builder.Document(number=number, **facts)
            self.attach(move, builder.Package(document).container)
            found = move._l10n_co_edocument()
            with self.subTest(move_type, code=code):
                self.assertEqual(bool(found), bool(code))
                if found:
                    send = self.env["account.move.send"]
                    subject = send._get_default_mail_subject(move, None, "en_US").split(";")
                    self.assertEqual((subject[0], subject[3]), (NIT, code))
                    names.add(move._l10n_co_archive(found, [])[0].name)
        self.assertEqual(len(names), 5)

    def test_switched_off(self):
        self.company.l10n_co_dian_sending = False
        invoice = self.create_invoice()
        self.attach(invoice, self.package_of(invoice).container)
        self.assertNotIn(";", self.send_dialog(invoice).subject)

    def test_an_invoice_without_xml_of_its_own(self):
        invoice = self.create_invoice()
        self.attach(invoice, b"<x/>")
        self.attach(invoice, builder.Package(builder.Document(number="OTRA1")).container)
        dialog = self.send_dialog(invoice)
        self.assertNotIn(";", dialog.subject)
        self.assertFalse({key for key in dialog.alerts or {} if key.startswith("l10n_co")})
        dialog.action_send_and_print()
        self.assertEqual([name[-4:] for name in self.attachments(self.arrived()[0])], [".pdf"])
