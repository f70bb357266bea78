"""Sample mails through a real mailbox: every case ends as its index says, and its mail lies in the right folder."""

import datetime

from odoo.tests import tagged

from .common import ReceptionCase
from .tools import builder, samples, shared_samples

# Name: (state of the mail, state of its document; None for none)
SYNTHETIC = {
    "01_invoice_ok": ("processed", "accepted"),
    "02_creditnote_ok": ("processed", "accepted"),
    "03_debitnote_ok": ("processed", "accepted"),
    "04_invoice_usd_unsigned_container": ("processed", "accepted"),
    "05_invoice_withholding_escaped_description": ("processed", "accepted"),
    "06_tampered_inner_total": ("failed", "rejected"),
    "07_test_environment": ("failed", "rejected"),
    "08_wrong_receiver": ("failed", "rejected"),
    "09_dian_rejected": ("failed", "rejected"),
    "10_bare_invoice_no_container": ("processed", "review"),
    # The same invoice as 10, with a forged answer: the mail fails, the document that came before it still
    # waits for a person.
    "11_ar_not_signed_by_dian": ("failed", "review"),
    "12_type04_no_ar": ("processed", "accepted"),
    "13_event_030": ("processed", "accepted"),
    "14_zip_in_zip_annexes": ("processed", "accepted"),
    "15_doctype_xxe": ("failed", None),
    "16_pdf_only": ("failed", None),
    "17_forwarded_as_rfc822": ("processed", "accepted"),
}
WARNED = {"04_invoice_usd_unsigned_container", "12_type04_no_ar"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSampleMails(ReceptionCase):
    @shared_samples.needs(shared_samples.SYNTHETIC)
    def test_synthetic(self):
        folder = self.trusted_samples()
        mails = {path.stem: path.read_bytes() for path in sorted(folder.glob("*.eml"))}
        self.deliver(*mails.values())
        self.receive()
        rows = dict(zip(mails, self.ledger(), strict=True))
        for name, (mail_state, document_state) in SYNTHETIC.items():
            with self.subTest(name):
                row = rows[name]
                self.assertEqual(row.state, mail_state, row.reason)
                self.assertEqual(
                    row.document_ids.mapped("state"), [document_state] if document_state else []
                )
                self.assertEqual(
                    row.filed_folder, "Procesados" if mail_state == "processed" else "Fallidos"
                )
                self.assertTrue(mail_state == "processed" or row.reason)
        for name in WARNED:
            self.assertTrue(rows[name].document_ids.warnings, name)
        self.assertEqual(set(rows), set(SYNTHETIC))
        failed = [state for state, _document in SYNTHETIC.values()].count("failed")
        self.assertEqual(len(self.folder("Fallidos")), failed)
        self.assertEqual(len(self.folder("Procesados")), len(SYNTHETIC) - failed)
        self.assertEqual(self.folder(), [])

    def trusted_samples(self):
        """The folder of the synthetic samples, whose authorities and DIAN test signer are trusted from now on."""
        folder = shared_samples.SYNTHETIC
        usages = {"ca_root": "anchor", "ca_sub": "anchor", "leaf_dian_TEST": "dian_signer"}
        self.env["l10n_co.trusted.certificate"].create(
            [
                {"pem": (folder / f"{name}.pem").read_text(), "usage": usage, "state": "confirmed"}
                for name, usage in usages.items()
            ]
        )
        return folder

    @shared_samples.needs(shared_samples.SYNTHETIC)
    def test_only_white_space_was_changed(self):
        folder = self.trusted_samples()
        container = (folder / "18_reformatted_whitespace.xml").read_bytes()
        self.deliver(builder.mail("Factura", {"ad.xml": container}))
        self.receive()
        mail = self.ledger()
        self.assertEqual((mail.state, mail.document_ids.state), ("processed", "review"))

    def test_a_month_of_mails(self):
        mails = samples.demo_mails(builder.BUYER.nit, today=datetime.date(2026, 11, 20))
        self.deliver(*(mail.raw for mail in mails))
        self.receive()
        for expected, row in zip(mails, self.ledger(), strict=True):
            with self.subTest(expected.name):
                if expected.expected_state in ("accepted", "review"):
                    self.assertEqual(row.state, "processed", row.reason)
                    self.assertEqual(row.document_ids.state, expected.expected_state)
                elif expected.expected_state == "duplicate":
                    self.assertEqual((row.state, row.reason_code), ("processed", "duplicate"))
                else:
                    self.assertEqual(
                        (row.state, row.reason_code), ("failed", expected.expected_reason_code)
                    )
        bills = self.ledger().document_ids.move_id
        self.assertTrue(bills)
        for document in self.ledger().document_ids.filtered("move_id"):
            self.assertAlmostEqual(
                document.move_id.amount_total, document.amount_total, 2, document.number
            )

    def test_unknown_dian_signer_waits_for_a_person(self):
        certificates = self.env["l10n_co.trusted.certificate"]
        certificates.search([("usage", "=", "dian_signer")]).unlink()
        self.deliver(builder.Package(builder.Document(number="FE200")).mail)
        self.receive()
        document = self.ledger().document_ids
        self.assertEqual((document.state, document.dian_status), ("review", "missing"))
        self.assertEqual(document.dian_certificate_id.state, "pending")
        self.assertFalse(document.move_id)
        document.dian_certificate_id.action_confirm()
        self.assertEqual((document.state, document.dian_status), ("accepted", "validated"))
        self.assertTrue(document.move_id)

    def test_without_anchors_nothing_is_called_valid(self):
        self.env["l10n_co.trusted.certificate"].search([("usage", "=", "anchor")]).unlink()
        self.deliver(builder.Package(builder.Document(number="FE201")).mail)
        self.receive()
        document = self.ledger().document_ids
        self.assertRecordValues(
            document,
            [
                {
                    "state": "review",
                    "reason_code": "certificate_unknown",
                    "signature_state": "untrusted",
                }
            ],
        )
