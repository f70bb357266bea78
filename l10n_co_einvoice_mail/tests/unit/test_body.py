import unittest
from email.message import EmailMessage

from ...mailbox.body import LENGTH, html_and_text


class TestBody(unittest.TestCase):
    def test_both_parts(self):
        mail = EmailMessage()
        mail.set_content("Señores: adjunto la factura.")
        mail.add_alternative("<p>Señores: <b>adjunto</b> la factura.</p>", subtype="html")
        mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="f.pdf")
        html, text = html_and_text(bytes(mail))
        self.assertIn("<b>adjunto</b>", html)
        self.assertEqual(text.strip(), "Señores: adjunto la factura.")

    def test_plain_alone_and_other_charsets(self):
        raw = b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nSe\xf1ores"
        self.assertEqual(html_and_text(raw), ("", "Señores"))

    def test_what_cannot_be_read(self):
        for raw in (
            b"",
            b"\xff" * 100,
            b"Content-Type: text/html; charset=no-such\r\n\r\n<p>x</p>",
            b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
            b"Content-Type: text/plain; charset=utf-16\r\n\r\nx",
        ):
            with self.subTest(raw[:40]):
                self.assertTrue(all(isinstance(part, str) for part in html_and_text(raw)))

    def test_long_text_is_cut(self):
        _html, text = html_and_text(b"\r\n" + b"x" * (LENGTH + 10))
        self.assertEqual(len(text), LENGTH)


if __name__ == "__main__":
    unittest.main()
