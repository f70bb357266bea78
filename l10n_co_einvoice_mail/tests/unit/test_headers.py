import datetime

from ..tools.messagecase import ZIP, MessageCase, multipart, part, zip_part


class TestNames(MessageCase):
    def name(self, parameter):
        return self.parsed(multipart(zip_part(parameter))).attachments[0].name

    def test_every_way_of_writing_a_name(self):
        cases = {
            b"filename=a.zip": "a.zip",
            b"filename=Factura 12.zip": "Factura 12.zip",
            b'filename="a;b=c.zip"; size=3': "a;b=c.zip",
            b'filename="a\\"b.zip"': 'a"b.zip',
            b'filename="=?UTF-8?Q?Facturaci=C3=B3n=2Ezip?="': "Facturación.zip",
            b'filename="=?utf-8?B?w5E=?=\r\n =?utf-8?B?w7EuemlwCg==?="': "Ññ.zip",
            b"filename*=UTF-8'es'Facturaci%C3%B3n.zip": "Facturación.zip",
            b"filename*=iso-8859-1''Facturaci%F3n.zip; filename=b.zip": "Facturación.zip",
            b'filename*0="Fac"; filename*1="tura.zip"': "Factura.zip",
            b"filename*1*=%B3n.zip; filename*0*=utf-8''Facturaci%C3": "Facturación.zip",
            b"filename*0*=utf-8''Facturaci%C3%B3n; filename*1=\".zip\"": "Facturación.zip",
            b'filename="Facturaci\xc3\xb3n.zip"': "Facturación.zip",
            b'filename="Facturaci\xf3n.zip"': "Facturación.zip",
            b"filename*=no-such''a%C3%B3.zip": "aó.zip",
            b"filename*=idna''xn--a.zip": "xn--a.zip",
            b"FILENAME=A.ZIP": "A.ZIP",
        }
        for parameter, name in cases.items():
            with self.subTest(parameter):
                self.assertEqual(self.name(parameter), name)

    def test_the_type_may_name_it(self):
        raw = multipart(part(ZIP, b'Content-Type: application/zip; name="a.zip"'))
        self.assertEqual(self.names(raw), ["a.zip"])

    def test_names_are_only_labels(self):
        cases = {
            b'filename="../../etc/x.zip"': "x.zip",
            b'filename="C:\\dir\\x.xml"': "x.xml",
            b'filename="C:\\\\dir\\\\x.xml"': "x.xml",
            b'filename="/abs.xml"': "abs.xml",
            b'filename=".."': "",
            b'filename=""': "",
            b"filename*=utf-8''a%00b%0d%0ac%1b.zip": "ab c.zip",
            'filename="x\u202egpj.piz"'.encode(): "xgpj.piz",
            'filename="a\u200b\u2066b.zip"'.encode(): "ab.zip",
            b'filename="' + b"x" * 5000 + b'.zip"': "x" * 116 + ".zip",
        }
        for parameter, name in cases.items():
            with self.subTest(parameter):
                self.assertEqual(self.name(parameter), name)


class TestHeaders(MessageCase):
    def subject(self, raw):
        return self.parsed(b"Subject: " + raw + b"\r\n\r\n").subject

    def test_subjects(self):
        cases = {
            b"plain": "plain",
            b"folded\r\n  twice\r\n\tover": "folded twice over",
            b"=?utf-8?B?Tm90YSBkZSBjcsOpZGl0bw==?=": "Nota de crédito",
            b"=?ISO-8859-1?Q?Factura_electr=F3nica?= No. 1": "Factura electrónica No. 1",
            b"RV: =?utf-8?Q?a?= =?utf-8?Q?_b?= c": "RV: a b c",
            # A character cut in two, as some programs do.
            b"=?utf-8?Q?Facturaci=C3?= =?utf-8?Q?=B3n?=": "Facturación",
            b"=?utf-8*es?Q?espa=C3=B1ol?=": "español",
            b"=?no-such-charset?Q?a=C3=B3?=": "aó",
            b"=?utf-8?B?%%%?=": "",
            b"=?utf-8?B?YWJj?": "=?utf-8?B?YWJj?",
            b"=?utf-7?Q?+2AA-?=": "",
            b"=?x?q??=": "",
            "raw Ñ".encode(): "raw Ñ",
            b"raw \xd1": "raw Ñ",
            b"nul \x00 bell \x07": "nul bell",
            "\u202eoculto\u2066".encode(): "oculto",
        }
        for raw, subject in cases.items():
            with self.subTest(raw):
                self.assertEqual(self.subject(raw), subject)

    def test_message_ids(self):
        cases = {
            b"<a@b>": "<a@b>",
            b"  <a@b> (comment)": "<a@b>",
            b"<[abc>": "<[abc>",
            b"<a b>": "",
            b"no brackets": "",
            b"<" + b"x" * 5000 + b">": "",
        }
        for raw, message_id in cases.items():
            with self.subTest(raw[:20]):
                parsed = self.parsed(b"Message-ID: " + raw + b"\r\n\r\n")
                self.assertEqual(parsed.message_id, message_id)

    def test_dates(self):
        utc = datetime.timezone.utc
        cases = {
            b"Mon, 2 Mar 2026 10:00:00 -0500": datetime.datetime(2026, 3, 2, 15, tzinfo=utc),
            b"2 Mar 2026 10:00:00 -0000": datetime.datetime(2026, 3, 2, 10, tzinfo=utc),
            b"Mon, 2 Mar 2026 10:00:00 (COT)": datetime.datetime(2026, 3, 2, 10, tzinfo=utc),
            b"31 Feb 2026 10:00:00 +0000": None,
            b"31 Dec 9999 23:59:59 -2359": None,
            b"1 Jan 99999999999 00:00:00 +0000": None,
            b"Mon, 2 Mar 2026 10:00:00 +999999999999999999": None,
            b"yesterday": None,
            b"": None,
        }
        for raw, date in cases.items():
            with self.subTest(raw):
                self.assertEqual(self.parsed(b"Date: " + raw + b"\r\n\r\n").date, date)

    def test_missing_headers(self):
        message = self.parsed(b"X-Nothing: here\r\n\r\ntext")
        self.assertEqual(
            (message.subject, message.sender, message.message_id, message.date), ("", "", "", None)
        )

    def test_no_empty_line_no_colon_no_mail(self):
        for raw in (b"", b"\r\n", b"no header at all", b":\r\n: x\r\n\r\n", b"\0" * 100):
            with self.subTest(raw):
                self.assertEqual(self.parsed(raw).attachments, ())
        self.assertEqual(self.codes(self.parsed(b" \r\n")), ["mail_empty"])

    def test_the_first_of_two_counts(self):
        self.assertEqual(self.parsed(b"Subject: a\r\nSubject: b\r\n\r\n").subject, "a")
