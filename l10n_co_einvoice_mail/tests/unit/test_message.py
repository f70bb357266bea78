import base64
import binascii
import datetime
import email
import os
from email.message import EmailMessage
from email.policy import SMTP

from ..tools import shared_samples
from ..tools.messagecase import PDF, XML, ZIP, MessageCase, multipart, nested, part, zip_part


class TestUsualMail(MessageCase):
    def composed(self):
        mail = EmailMessage(policy=SMTP)
        mail["From"] = "Facturación Ñandú <fe@ñandú.example>"
        mail["To"] = "compras@x.co"
        mail["Subject"] = "900123456;Ñandú & Compañía S.A.S.;FE1001;01;Línea única; " + "más " * 30
        mail["Date"] = "Mon, 02 Mar 2026 10:00:00 -0500"
        mail["Message-ID"] = "<abc.1@x.example>"
        mail.set_content("Adjuntamos su factura electrónica.")
        mail.add_alternative("<p>Adjuntamos su factura.</p>", subtype="html")
        mail.add_attachment(ZIP, maintype="application", subtype="zip", filename="Facturación.zip")
        mail.add_attachment(XML, maintype="text", subtype="xml", filename="fv09.xml")
        return mail

    def test_what_it_says_about_itself(self):
        mail = self.composed()
        message = self.parsed(mail.as_bytes())
        expected = email.message_from_bytes(mail.as_bytes(), policy=SMTP)["Subject"]
        self.assertEqual(message.subject, expected.strip())
        self.assertTrue(message.subject.startswith("900123456;Ñandú & Compañía S.A.S.;FE1001;"))
        self.assertEqual(message.sender, "Facturación Ñandú <fe@ñandú.example>")
        self.assertEqual(message.message_id, "<abc.1@x.example>")
        utc = datetime.timezone.utc
        self.assertEqual(message.date, datetime.datetime(2026, 3, 2, 15, tzinfo=utc))
        self.assertFalse(message.is_automatic or message.is_bounce or message.problems)

    def test_its_files(self):
        message = self.parsed(self.composed().as_bytes())
        found = [(a.name, a.content, a.content_type) for a in message.attachments]
        self.assertEqual(
            found,
            [
                ("Facturación.zip", ZIP, "application/zip"),
                ("fv09.xml", XML, "text/xml"),
            ],
        )

    def test_line_ends_without_cr(self):
        raw = self.composed().as_bytes().replace(b"\r\n", b"\n")
        self.assertEqual(self.names(raw), ["Facturación.zip", "fv09.xml"])

    def test_a_single_part(self):
        for kind in (b"application/zip", b"application/octet-stream", b"text/plain"):
            raw = zip_part().replace(b"application/zip", kind)
            self.assertEqual([a.content for a in self.parsed(raw).attachments], [ZIP])

    @shared_samples.needs(shared_samples.SYNTHETIC)
    def test_the_same_files_as_the_standard_library_finds(self):
        for path in sorted(shared_samples.SYNTHETIC.glob("*.eml")):
            raw = path.read_bytes()
            expected = [
                (leaf.get_filename(), leaf.get_payload(decode=True))
                for leaf in email.message_from_bytes(raw).walk()
                if leaf.get_filename() and not leaf.is_multipart()
            ]
            with self.subTest(path.name):
                message = self.parsed(raw)
                self.assertEqual([(a.name, a.content) for a in message.attachments], expected)
                self.assertTrue(message.subject and message.sender and message.date)
                self.assertFalse(message.problems)


class TestWhereFilesHide(MessageCase):
    def test_forwarded_as_an_attachment(self):
        inner = multipart(zip_part())
        self.assertEqual(self.names(multipart(part(b"see below"), nested(inner))), ["a.zip"])

    def test_forwarded_several_times(self):
        raw = multipart(zip_part())
        for time_ in range(8):
            raw = multipart(nested(raw), boundary=b"=_%d" % time_)
        self.assertEqual(self.names(raw), ["a.zip"])

    def test_forwarded_with_the_same_boundary(self):
        """RFC 2046 forbids it, and programs do it."""
        self.assertEqual(self.names(multipart(nested(multipart(zip_part())))), ["a.zip"])

    def test_forwarded_in_base64(self):
        inner = base64.encodebytes(multipart(zip_part()))
        encoding = b"Content-Transfer-Encoding: base64"
        for header in (
            b"Content-Type: message/rfc822",
            b'Content-Type: application/octet-stream; name="RV.EML"',
        ):
            with self.subTest(header):
                raw = multipart(part(inner, header, encoding))
                self.assertEqual(self.names(raw), ["a.zip"])

    def test_by_their_bytes_not_by_their_type(self):
        for content in (ZIP, PDF, XML, b"\xef\xbb\xbf" + XML, b"\r\n " + XML, b"Rar!\x1a\x07"):
            for kind in (b"text/plain", b"image/png", b"application/x-foo", b"", b"x"):
                with self.subTest(content[:8], kind=kind):
                    piece = part(
                        base64.encodebytes(content),
                        b"Content-Type: " + kind,
                        b"Content-Transfer-Encoding: BASE64",
                    )
                    found = self.parsed(multipart(piece)).attachments
                    self.assertEqual([a.content for a in found], [content])

    def test_texts_are_no_files(self):
        xhtml = b'<?xml version="1.0"?><!DOCTYPE html><html/>'
        raw = multipart(
            part(b"Buenos dias"),
            part(xhtml, b"Content-Type: text/html"),
            part(b"x", b"Content-Type: text/calendar"),
        )
        self.assertEqual(self.parsed(raw).attachments, ())

    def test_uuencode(self):
        content = os.urandom(100)
        lines = b"".join(binascii.b2a_uu(content[i : i + 45]) for i in range(0, 100, 45))
        text = (
            b"Hola\r\nbegin 644 factura.zip\r\n" + lines.replace(b"\n", b"\r\n") + b"`\r\nend\r\n"
        )
        found = self.parsed(part(text, b"Subject: x")).attachments
        self.assertEqual([(a.name, a.content) for a in found], [("factura.zip", content)])
        raw = multipart(
            part(
                text[6:],
                b"Content-Type: application/zip; name=b.zip",
                b"Content-Transfer-Encoding: x-uuencode",
            )
        )
        found = self.parsed(raw).attachments
        self.assertEqual([(a.name, a.content) for a in found], [("b.zip", content)])
        self.assertEqual(self.names(part(b"begin 644 x\r\n" + b"\xff" * 99)), [])

    def test_boundaries(self):
        """One boundary begins like the other; a part shows the outer one in its middle."""
        inner = multipart(zip_part(b"filename=inner.zip"), boundary=b"abc1", headers=())
        outer = multipart(
            inner, part(b"x --abc y\r\n --abc\r\n--abcd"), zip_part(), boundary=b"abc"
        )
        self.assertEqual(self.names(outer), ["inner.zip", "a.zip"])

    def test_a_boundary_that_is_not_quoted_or_has_spaces_after(self):
        raw = (
            multipart(zip_part())
            .replace(b'"=_b0und"', b"=_b0und")
            .replace(b"--=_b0und\r", b"--=_b0und \t\r")
        )
        self.assertEqual(self.names(raw), ["a.zip"])

    def test_an_end_that_never_came(self):
        raw = multipart(zip_part())
        self.assertEqual(self.names(raw[: raw.index(b"--=_b0und--")]), ["a.zip"])

    def test_quoted_printable(self):
        raw = multipart(
            part(
                b'<?xml version=3D"1.0"?>=\r\n<a>=C3=91</a>',
                b"Content-Type: text/xml",
                b"Content-Transfer-Encoding: quoted-printable",
            )
        )
        content = self.parsed(raw).attachments[0].content
        self.assertEqual(content, '<?xml version="1.0"?><a>Ñ</a>'.encode())


class TestAutomaticMail(MessageCase):
    def flags(self, *headers):
        message = self.parsed(part(b"text", *headers))
        return message.is_automatic, message.is_bounce

    def test_who_writes_by_himself(self):
        automatic, bounce, usual = (True, False), (True, True), (False, False)
        report = b"Content-Type: multipart/report; report-type=%s; boundary=x"
        self.assertEqual(self.flags(b"Auto-Submitted: auto-replied (vacation)"), automatic)
        self.assertEqual(self.flags(b"Return-Path: <>"), automatic)
        self.assertEqual(self.flags(b"Precedence: auto_reply"), automatic)
        self.assertEqual(self.flags(b"X-Autoreply: yes"), automatic)
        self.assertEqual(self.flags(report % b"disposition-notification"), automatic)
        self.assertEqual(self.flags(report % b"delivery-status"), bounce)
        self.assertEqual(self.flags(b"X-Failed-Recipients: a@x.co"), bounce)
        self.assertEqual(self.flags(b"Auto-Submitted: no"), usual)
        self.assertEqual(self.flags(b"Precedence: bulk", b"Return-Path: <a@x.co>"), usual)

    def test_a_bounce_with_an_invoice_in_it_is_still_read(self):
        raw = multipart(
            part(b"could not be delivered"),
            part(b"Status: 5.1.1", b"Content-Type: message/delivery-status"),
            nested(multipart(zip_part())),
            kind=b"report",
            boundary=b"xx",
        )
        message = self.parsed(raw)
        self.assertTrue(message.is_bounce)
        self.assertEqual([a.name for a in message.attachments], ["a.zip"])

    def test_a_backup_copy_of_ours(self):
        raw = b"X-Odoo-Backup-Of: 0001\r\n" + multipart(zip_part())
        self.assertEqual(self.codes(self.parsed(raw)), ["mail_is_backup"])
