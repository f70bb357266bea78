"""Originals lie in an external filestore: OCA's `fs_attachment`, here with a folder instead of an object store."""

import hashlib
import tempfile
from pathlib import Path

from odoo.addons.l10n_co_einvoice_mail.tests.common import ReceptionCase
from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder
from odoo.tests import tagged

CODE = "outside"


@tagged("post_install", "-at_install")
class TestFilestore(ReceptionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.env["fs.storage"].sudo().create(
            {
                "name": "Outside",
                "code": CODE,
                "protocol": "file",
                "directory_path": str(cls.folder),
                "use_as_default_for_attachments": True,
            }
        )
        cls.company.l10n_co_bill_policy = "draft"

    def setUp(self):
        super().setUp()
        self.package = builder.Package(builder.Document())
        self.deliver(self.package.mail)
        self.receive()

    def stored(self):
        """:return: {SHA-256 of a file outside: how many have it}"""
        digests = [
            hashlib.sha256(file.read_bytes()).hexdigest() for file in self.folder.rglob("*.eml")
        ]
        return {digest: digests.count(digest) for digest in digests}

    def test_an_original_lies_outside_once(self):
        mail = self.ledger()
        self.assertTrue(mail.raw_attachment_id.store_fname.startswith(f"{CODE}://"))
        self.assertEqual(hashlib.sha256(mail.raw_attachment_id.raw).hexdigest(), mail.sha256)
        self.assertEqual(self.stored()[mail.sha256], 1)

    def test_what_comes_of_it_is_read_from_there(self):
        mail = self.ledger()
        mail.invalidate_recordset()
        self.env["ir.attachment"].invalidate_model()
        mail.sudo()._read_again()
        document = mail.document_ids
        self.assertEqual(document.state, "accepted")
        self.assertEqual(document._read_edocument().document.number, document.number)
        bill = document.move_id
        self.assertEqual(bill.ref, document.number)
        self.assertTrue(all(bill.attachment_ids.mapped("raw")))

    def test_the_same_mail_again_is_not_stored_again(self):
        before = self.stored()
        self.receive()
        self.assertEqual(self.stored(), before)
