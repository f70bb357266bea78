import unittest

from lxml import etree

from ...dian.errors import XmlError
from ...dian.limits import DEFAULTS, Limits
from ...dian.xml import as_utf8, children, is_dian, parse_xml, text_as_utf8

NOTE = "Año «niñez» áéíóú €"


def declaring(encoding, body=f"<a>{NOTE}</a>"):
    return f'<?xml version="1.0" encoding="{encoding}"?>{body}'


class TestEncoding(unittest.TestCase):
    """The same characters, whatever the bytes and the declaration say."""

    def assert_read(self, content, expected=NOTE):
        settled = as_utf8(content)
        self.assertEqual(etree.fromstring(settled).text, expected, "any parser reads the bytes")
        self.assertEqual(parse_xml(content).text, expected)
        return settled

    def test_utf8_is_handed_out_as_it_is(self):
        for text in (f"<a>{NOTE}</a>", declaring("UTF-8"), declaring("utf-8")):
            self.assertEqual(self.assert_read(text.encode()), text.encode())

    def test_outer_white_space_and_byte_order_mark(self):
        text = declaring("UTF-8")
        for outer in ("\ufeff", "\n", "\r\n\t ", "\ufeff\n", "\n\ufeff"):
            self.assertEqual(self.assert_read((outer + text + "\n ").encode()), text.encode())

    def test_utf8_that_declares_something_else(self):
        for encoding in (
            "utf-16",
            "UTF-16",
            "ISO-8859-1",
            "windows-1252",
            "utf8",
            "ebcdic",
            "",
            " ",
        ):
            settled = self.assert_read(declaring(encoding).encode())
            self.assertEqual(settled, declaring("UTF-8").encode(), encoding)

    def test_single_quotes_and_standalone_stay(self):
        text = "<?xml version='1.0' encoding='latin1' standalone='no'?><a>ñ</a>"
        settled = self.assert_read(text.encode(), "ñ")
        self.assertTrue(
            settled.startswith(b"<?xml version='1.0' encoding='UTF-8' standalone='no'?>")
        )

    def test_eight_bits(self):
        self.assert_read(declaring("ISO-8859-1", "<a>ñ</a>").encode("latin-1"), "ñ")
        self.assert_read(declaring("windows-1252").encode("cp1252"))
        self.assert_read(declaring("ISO-8859-15", "<a>€</a>").encode("iso-8859-15"), "€")

    def test_eight_bits_that_declare_utf8_or_nothing(self):
        self.assert_read(declaring("UTF-8", "<a>ñ</a>").encode("latin-1"), "ñ")
        self.assert_read(b"<a>\xf1</a>", "ñ")

    def test_utf16(self):
        for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
            self.assert_read(declaring("UTF-16").encode(encoding))
            self.assert_read(f"<a>{NOTE}</a>\r\n".encode(encoding))

    def test_encodings_that_could_hide_something_are_refused(self):
        hidden = '<?xml version="1.0" encoding="{}"?>+ADwAIQ-DOCTYPE a+AD4-<a>\xff</a>'
        for encoding in ("utf-7", "cp037", "utf-32", "shift_jis", "utf-16"):
            with self.assertRaises(XmlError) as caught:
                parse_xml(hidden.format(encoding).encode("latin-1"))
            self.assertEqual(caught.exception.code, "xml_encoding")

    def test_broken_utf16(self):
        for content in (b"\xff\xfe<\x00a\x00>", b"<\x00a\x00\x00\xd8>", b"\xff\xfe<"):
            with self.assertRaises(XmlError):
                parse_xml(content)

    def test_only_a_declaration_is_changed(self):
        text = f'<a>&lt;?xml encoding="latin1"?&gt;{NOTE}</a>'
        self.assertEqual(text_as_utf8(text), text.encode())


class TestHostileXml(unittest.TestCase):
    def assert_refused(self, content, code, limits=DEFAULTS):
        with self.assertRaises(XmlError) as caught:
            parse_xml(content, limits)
        self.assertEqual(caught.exception.code, code)

    def test_doctype(self):
        doctype = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
        for before in (
            "",
            '<?xml version="1.0"?>',
            "\n<!-- <a> -->\n",
            "<?p <a ?>",
            "<?p?><!----><?p?>",
            "\ufeff \n",
        ):
            self.assert_refused((before + doctype).encode(), "xml_doctype")
        self.assert_refused(doctype.encode("utf-16"), "xml_doctype")
        self.assert_refused(declaring("UTF-16", doctype).encode("utf-16-be"), "xml_doctype")

    def test_a_doctype_inside_is_text(self):
        self.assertEqual(parse_xml(b"<a><![CDATA[<!DOCTYPE html>]]></a>").text, "<!DOCTYPE html>")

    def test_many_instructions_before_the_root_are_read_once(self):
        self.assertEqual(parse_xml(b"<?p?>" * 20_000 + b"<a/>").tag, "a")

    def test_unfinished(self):
        for content in (b"", b" ", b"<", b"<!--", b"<?xml", b"<!DOCTYP", b"<a", b"<a>", b"text"):
            self.assert_refused(content, "xml_malformed")

    def test_malformed(self):
        for content in (b"<a>&e;</a>", b"<a>\0</a>", b"<a b=1/>", b"<x:a/>", b"<a/><b/>"):
            self.assert_refused(content, "xml_malformed")

    def test_too_deep(self):
        self.assert_refused(b"<a>" * 300 + b"</a>" * 300, "xml_too_big")

    def test_huge_texts(self):
        huge = b"x" * 10_500_000
        for content in (b"<a>%s</a>", b'<a b="%s"/>', b"<a><![CDATA[%s]]></a>", b"<%s/>"):
            self.assert_refused(content % huge, "xml_too_big")

    def test_limits(self):
        content = b"<a>" + b"<b c='1'/>" * 100 + b"</a>"
        self.assertEqual(len(parse_xml(content)), 100)
        self.assert_refused(content, "xml_too_big", Limits(xml_bytes=len(content) - 1))
        self.assert_refused(content, "xml_too_big", Limits(xml_nodes=201))
        self.assertEqual(len(parse_xml(content, Limits(xml_nodes=202))), 100)

    def test_what_is_shown_of_an_error_is_short_and_visible(self):
        with self.assertRaises(XmlError) as caught:
            parse_xml("<a></b\N{RIGHT-TO-LEFT OVERRIDE}{}>".replace("{}", "c" * 1000).encode())
        detail = caught.exception.data["detail"]
        self.assertLessEqual(len(detail), 200)
        self.assertNotIn("\N{RIGHT-TO-LEFT OVERRIDE}", detail)


class TestNames(unittest.TestCase):
    def test_comments_and_instructions_are_no_part_of_a_value(self):
        self.assertEqual(parse_xml(b"<a>12<!-- x -->34<?p?>56<![CDATA[78]]></a>").text, "12345678")

    def test_children_by_local_name(self):
        root = parse_xml(b'<a xmlns:x="u:1" xmlns:y="u:2"><x:b/><c/><y:b/><b/></a>')
        self.assertEqual(len(list(children(root, "b"))), 3)

    def test_whose_namespace(self):
        for content, expected in (
            (b'<a xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>', True),
            (b'<f:a xmlns:f="http://www.dian.gov.co/contratos/facturaelectronica/v1"/>', True),
            (b'<a xmlns="urn:else"/>', False),
            (b"<a/>", False),
        ):
            self.assertIs(is_dian(parse_xml(content)), expected)
