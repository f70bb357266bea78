import base64
import binascii
import os
import random
import tracemalloc

from ...mailbox.message import Limits
from ..tools.messagecase import ZIP, MessageCase, multipart, nested, part, zip_part


class TestBounds(MessageCase):
    """Each costs less than two seconds (`parsed`) and a bounded multiple of the mail's size."""

    def test_nested_multiparts(self):
        raw = b"x"
        for depth in range(2000):
            raw = (
                b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth)
                + raw
            )
        message = self.parsed(raw)
        self.assertEqual(self.codes(message), ["mail_too_deep"])

    def test_nested_mails(self):
        raw = b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"Subject: x\r\n\r\n"
        self.assertEqual(self.codes(self.parsed(raw)), ["mail_too_deep"])

    def test_nested_mails_in_base64(self):
        raw = b"Subject: x\r\n\r\n" + b"y" * 10_000
        for _time in range(30):
            head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            raw = head + base64.b64encode(raw)
            if len(raw) > 20_000_000:
                break
        self.parsed(raw)

    def test_many_parts(self):
        for count in (20_000, 100_000):
            raw = multipart(*[b"\r\nx"] * count)
            self.assertEqual(self.codes(self.parsed(raw)), ["mail_too_many_parts"])

    def test_what_comes_before_the_limit_is_read(self):
        message = self.parsed(multipart(zip_part(), *[b"\r\nx"] * 500))
        self.assertEqual([a.name for a in message.attachments], ["a.zip"])
        self.assertEqual(self.codes(message), ["mail_too_many_parts"])

    def test_pictures_give_way_to_invoices(self):
        pictures = [part(b"GIF89a", b"Content-Type: image/gif; name=%d.gif" % i) for i in range(60)]
        message = self.parsed(multipart(*pictures, zip_part()))
        self.assertEqual(len(message.attachments), Limits().attachments)
        self.assertEqual(message.attachments[-1].name, "a.zip")
        self.assertEqual(self.codes(message), ["mail_too_many_attachments"])

    def test_a_subject_of_5_mb(self):
        for raw in (
            b"word " * 1_000_000,
            b"=?utf-8?q?a?= " * 400_000,
            b"=?" * 2_500_000,
            b"a\r\n " * 1_000_000,
            b"(" * 5_000_000,
        ):
            with self.subTest(raw[:15]):
                message = self.parsed(b"Subject: " + raw + b"\r\n" + multipart(zip_part()))
                self.assertEqual([a.name for a in message.attachments], ["a.zip"])

    def test_nested_comments(self):
        for name in (b"From", b"To", b"Sender", b"Date", b"Content-Type", b"Message-ID"):
            with self.subTest(name):
                self.parsed(name + b": " + b"(" * 5000 + b"a" + b")" * 5000 + b"\r\n\r\n")

    def test_header_fields_without_end(self):
        self.parsed(b"X: y\r\n" * 1_000_000 + b"\r\n")
        self.parsed(b"X: y\r\n z\r\n" * 1_000_000)
        self.parsed(b';="' * 2_000_000)

    def test_hostile_parameters(self):
        for raw in (
            b";" * 1_000_000,
            b"; a=" * 300_000,
            b';a="' + b"\\" * 1_000_000,
            b";filename" + b"*" * 1_000_000,
            b"".join(b';filename*%d="x"' % number for number in range(50_000)),
            b"; " + b" " * 1_000_000 + b"x",
        ):
            with self.subTest(raw[:15]):
                self.parsed(b"Content-Disposition: attachment" + raw + b"\r\n\r\nx")
                self.parsed(b"Content-Type: multipart/mixed" + raw + b"\r\n\r\nx")

    def test_hostile_boundaries(self):
        body = b"\r\n--b" * 3_000_000
        for boundary in (b"b", b"", b" ", b"x" * 10_000, b"\xff"):
            with self.subTest(boundary[:5]):
                self.parsed(b'Content-Type: multipart/mixed; boundary="%s"\r\n' % boundary + body)
        self.parsed(b"Content-Type: multipart/mixed; boundary=b\r\n" + b"\r\n--bc" * 2_000_000)

    def test_uuencode_without_end(self):
        self.parsed(b"Subject: x\r\n\r\n" + b"begin 644 a\r\n" * 1_000_000)
        self.parsed(b"Subject: x\r\n\r\n" + b"begin " * 3_000_000)
        line = binascii.b2a_uu(b"x" * 45)
        self.parsed(b"Subject: x\r\n\r\nbegin 644 a\n" + line * 400_000)

    def test_truncated_base64(self):
        for cut in range(1, 5):
            encoded = base64.b64encode(ZIP)[:-cut]
            raw = multipart(
                part(
                    encoded,
                    b"Content-Type: application/zip; name=a.zip",
                    b"Content-Transfer-Encoding: base64",
                )
            )
            with self.subTest(cut):
                message = self.parsed(raw)
                self.assertTrue(ZIP.startswith(message.attachments[0].content))
                self.assertGreaterEqual(len(message.attachments[0].content), len(ZIP) - 3)
        self.assertEqual(self.codes(message), [])
        broken = raw.replace(encoded, encoded[:-1])
        self.assertEqual(self.codes(self.parsed(broken)), ["attachment_damaged"])

    def test_nul_bytes(self):
        raw = multipart(part(b"%PDF\0\0" * 10, b"Content-Type: application/pdf; name=\0a\0.pdf"))
        (found,) = self.parsed(b"\0Subject: \0\r\n" + raw).attachments
        self.assertEqual((found.name, found.content), ("a.pdf", b"%PDF\0\0" * 10))

    def test_30_mb(self):
        content = os.urandom(21 * 1024 * 1024)
        raw = multipart(zip_part(content=content))
        self.assertLess(len(raw), Limits().raw_bytes)
        tracemalloc.start()
        message = self.parsed(raw)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        self.assertEqual(message.attachments[0].content, content)
        self.assertLess(peak, 3 * len(raw))

    def test_above_the_limit_only_the_header_is_read(self):
        raw = b"Subject: x\r\n" + multipart(zip_part())
        message = self.parsed(raw, Limits(raw_bytes=100))
        self.assertEqual(message.subject, "x")
        self.assertEqual((message.attachments, self.codes(message)), ((), ["mail_too_big"]))


class TestAnyBytes(MessageCase):
    def test_mutations_of_a_mail(self):
        """Seeded, so that a failure comes again."""
        chance = random.Random(7)
        seed = multipart(part(b"hola"), nested(multipart(zip_part())), zip_part())
        seed = b"From: =?utf-8?Q?a?= <a@x.co>\r\nDate: Mon, 2 Mar 2026 10:00:00 -0500\r\n" + seed
        for _time in range(1500):
            raw = bytearray(seed)
            for _change in range(chance.randint(1, 12)):
                at = chance.randrange(len(raw))
                raw[at : at + chance.randint(0, 9)] = chance.choice(
                    (
                        b"",
                        b"\r\n",
                        b"\n\n",
                        b"\0",
                        b"--=_b0und",
                        b'"',
                        b";",
                        b"\xff",
                        b"=?",
                        b"(",
                        b"*=",
                    )
                )
            self.parsed(bytes(raw))
