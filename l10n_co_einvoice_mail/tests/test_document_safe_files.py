"""What a supplier sends runs in nobody's browser, whichever address it is fetched from."""

from odoo.tests import HttpCase, tagged

from ..models.shared.filetypes import harmless
from .ledger_common import LedgerCase
from .tools import builder

SCRIPT = b"<script>document.title='run'</script>"
ANNEXES = {
    "pagina.html": b"<!DOCTYPE html><html>" + SCRIPT + b"</html>",
    "pagina.htm": b"<html>" + SCRIPT + b"</html>",
    "dibujo.svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "pagina.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    "hoja.xml": b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="hoja.xsl"?><a/>',
    "hoja.xsl": b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"/>',
    "codigo.js": b"alert(1)",
    "guardada.mht": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n",
    "nota.txt": b"<html> " + SCRIPT + b"</html>",
    "sin_nombre": b"<html>  " + SCRIPT + b"</html>",
}
RUN = ("html", "xml", "svg", "script", "rfc822", "multipart", "css")
ROUTES = (
    "/web/content/{id}",
    "/web/content/{id}/{name}",
    "/web/content/{id}?mimetype=text/html",
    "/web/content/{id}?filename=x.html",
    "/web/content/ir.attachment/{id}/raw",
    "/web/content/ir.attachment/{id}/datas?mimetype=image/svg%2Bxml",
    "/web/content?id={id}&mimetype=application/xhtml%2Bxml",
    "/web/image/{id}",
    "/web/image/{id}?mimetype=image/svg%2Bxml",
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSafeFiles(LedgerCase, HttpCase):
    def setUp(self):
        super().setUp()
        package = builder.Package(builder.Document(number="FE1"))
        archive = builder.archive({**package.files, **ANNEXES})
        # As the scheduled action does, which may create files of any type.
        self.mail = self.arrive(package, builder.mail(package.subject, {"z.zip": archive}))
        self.document = self.mail.document_ids
        self.bill = self.document.move_id
        self.assertTrue(self.bill)

    def assert_harmless(self, url):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200, url)
        content_type = response.headers["Content-Type"]
        is_saved = response.headers.get("Content-Disposition", "").startswith("attachment")
        self.assertTrue(
            is_saved or not any(word in content_type for word in RUN), f"{url}: {content_type}"
        )
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        return response

    def test_annexes(self):
        files = {file.name: file for file in self.bill.attachment_ids}
        self.assertLessEqual(ANNEXES.keys(), files.keys())
        for user in ("auxiliar", "contador"):
            self.authenticate(user, user)
            for name, file in files.items():
                self.assertEqual(file.mimetype, harmless(file.mimetype), name)
                for route in ROUTES:
                    with self.subTest(user=user, name=name, route=route):
                        self.assert_harmless(route.format(id=file.id, name=name))

    def test_annexes_that_were_stored_before(self):
        file = self.bill.attachment_ids.filtered(lambda file: file.name == "pagina.html")
        self.env.cr.execute("UPDATE ir_attachment SET mimetype='text/html' WHERE id=%s", [file.id])
        self.env.invalidate_all()
        self.authenticate("auxiliar", "auxiliar")
        for route in ROUTES:
            self.assert_harmless(route.format(id=file.id, name=file.name))

    def test_the_pdf_is_shown_as_one(self):
        file = self.bill.message_main_attachment_id
        self.authenticate("auxiliar", "auxiliar")
        self.assertEqual(
            self.assert_harmless(f"/web/content/{file.id}").headers["Content-Type"],
            "application/pdf",
        )

    def test_the_mail_and_what_the_document_shows(self):
        self.authenticate("auxiliar", "auxiliar")
        for route in ROUTES:
            self.assert_harmless(route.format(id=self.mail.raw_attachment_id.id, name="x.eml"))
        pdf = f"/web/content/{self.document._name}/{self.document.id}/pdf"
        self.assertEqual(self.assert_harmless(pdf).headers["Content-Type"], "application/pdf")
        self.assert_harmless(f"{pdf}?mimetype=text/html")

    def test_an_uploaded_one(self):
        package = builder.Package(builder.Document(number="FE2"))
        html = builder.archive({**package.files, **ANNEXES})
        attachment = self.env["ir.attachment"].create({"name": "z.zip", "raw": html})
        journal = self.company_data["default_journal_purchase"]
        bill = journal._create_document_from_attachment(attachment.ids)
        self.authenticate("auxiliar", "auxiliar")
        self.assertGreater(len(bill.attachment_ids), len(ANNEXES))
        for file in bill.attachment_ids:
            self.assert_harmless(f"/web/content/{file.id}")

    def test_types(self):
        for mimetype in (
            "text/html",
            "text/html; charset=utf-8",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/xml",
            "application/xslt+xml",
            "message/rfc822",
            "multipart/related",
            "application/x-mimearchive",
            "text/javascript",
            "application/vnd.wap.xhtml+xml",
            "application/x-shockwave-flash",
            "application/unheard-of",
        ):
            self.assertIn(harmless(mimetype), ("text/plain", "application/octet-stream"), mimetype)
        office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        for mimetype in ("application/pdf", "image/png", "text/plain", office):
            self.assertEqual(harmless(mimetype), mimetype)
