import base64
import datetime
import unittest

from lxml import etree

from ...dian.container import open_container
from ...dian.document import parse_document
from ...dian.errors import ContainerError, XmlError
from ...dian.limits import Limits
from ...dian.signature import Integrity, verify
from ..tools import builder, shared_samples

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = (
    f'<?xml version="1.0" encoding="UTF-8"?><Invoice xmlns="{UBL}Invoice-2"><ID>Ñ1</ID>'
    "<Note>Una factura es más larga que las palabras de una nota: tiene líneas</Note></Invoice>"
)
ANSWER = f'<ApplicationResponse xmlns="{UBL}ApplicationResponse-2"><ID>7</ID></ApplicationResponse>'


def cdata(content):
    return f"<![CDATA[{content.replace(']]>', ']]]]><![CDATA[>')}]]>"


def described(content, before="<MimeCode>text/xml</MimeCode>"):
    """An Attachment whose description is `content`."""
    return (
        f"<Attachment><ExternalReference>{before}<Description>{content}</Description>"
        "</ExternalReference></Attachment>"
    )


def embedded(content):
    """An Attachment that embeds bytes in base64, in lines."""
    encoded = base64.encodebytes(content).decode()
    return f"<Attachment><EmbeddedDocumentBinaryObject>{encoded}</EmbeddedDocumentBinaryObject></Attachment>"


def line(attachment):
    return (
        "<ParentDocumentLineReference><DocumentReference>"
        f"{attachment}</DocumentReference></ParentDocumentLineReference>"
    )


def container(*content):
    return (
        f'<AttachedDocument xmlns="{UBL}AttachedDocument-2">{"".join(content)}</AttachedDocument>'
    )


def opened(*content):
    return open_container(container(*content).encode())


class TestFacts(unittest.TestCase):
    def test_facts(self):
        facts = builder.Document(number="FE77")
        found = open_container(builder.Package(facts).container)
        self.assertEqual((found.number, found.cufe), ("FE77", facts.cufe))
        self.assertEqual(found.issue_date, datetime.date(2026, 3, 2))
        self.assertEqual((found.sender_nit, found.receiver_nit), ("900123456", "800123456"))
        self.assertEqual(found.environment, "1")
        self.assertEqual(found.verification_codes, ("02",))
        self.assertEqual(len(found.answers), 1)

    def test_nothing_is_stated(self):
        found = opened(described(cdata(INVOICE)))
        self.assertEqual((found.number, found.cufe, found.issue_date), (None, None, None))
        self.assertEqual((found.sender_nit, found.verification_codes), (None, ()))

    def test_number_of_the_answers_line(self):
        found = opened(described(cdata(INVOICE)), line("<ID>FE1</ID><UUID>AB</UUID>"))
        self.assertEqual((found.number, found.cufe), ("FE1", "ab"))

    @shared_samples.needs(shared_samples.SYNTHETIC)
    def test_samples(self):
        for path in shared_samples.SYNTHETIC.glob("*.xml"):
            content = path.read_bytes()
            if b"<AttachedDocument" in content and b"<!DOCTYPE" not in content:
                found = open_container(content)
                document = parse_document(found.document)
                self.assertEqual(found.number, document.number)
                answers = 0 if path.name.startswith("12") else 1
                self.assertEqual(len(found.answers), answers, path.name)


class TestExactBytes(unittest.TestCase):
    """What is handed out is what the signer signed."""

    def test_signed_parts(self):
        for escaped in (False, True):
            package = builder.Package()
            wrapped = builder.attached_document(
                package.facts, package.document, package.answers, escaped=escaped
            )
            found = open_container(wrapped)
            self.assertEqual(found.document, package.document)
            self.assertEqual(found.answers, package.answers)

    def test_outer_white_space_and_byte_order_mark(self):
        for outer in ("\n", "\r\n \t", "\ufeff", "\n\ufeff\n"):
            found = opened(described(cdata(f"{outer}{INVOICE}{outer}")))
            self.assertEqual(found.document, INVOICE.encode())

    def test_mime_code_does_not_matter(self):
        for before in ("", "<MimeCode/>", "<MimeCode>application/pdf</MimeCode>"):
            self.assertEqual(opened(described(cdata(INVOICE), before)).document, INVOICE.encode())

    def test_several_sections(self):
        inner = INVOICE.replace("Ñ1", "<![CDATA[Ñ]]>1")
        self.assertEqual(opened(described(cdata(inner))).document, inner.encode())
        halves = cdata(INVOICE[:70]) + "<!-- -->" + cdata(INVOICE[70:])
        self.assertEqual(opened(described(halves)).document, INVOICE.encode())

    def test_white_space_inside_stays(self):
        inner = INVOICE.replace("<ID>", "\n\t <ID> \n")
        self.assertEqual(opened(described(cdata(inner))).document, inner.encode())

    def test_carriage_returns_are_what_they_were_when_signed(self):
        inner = INVOICE.replace("<ID>", "&#13;\n<ID>")
        self.assertEqual(opened(described(cdata(inner))).document, inner.encode())

    def test_declared_encoding(self):
        """The characters are known; the declaration, which no signature covers, must not change them."""
        signed = etree.tostring(etree.fromstring(INVOICE.encode()), method="c14n")
        for encoding in ("ISO-8859-1", "utf-16", "UTF-16", "windows-1252", "utf-8"):
            found = opened(described(cdata(INVOICE.replace("UTF-8", encoding))))
            parsed = etree.fromstring(found.document)
            self.assertEqual(etree.tostring(parsed, method="c14n"), signed, encoding)

    def test_the_signature_survives_a_wrong_declaration(self):
        facts = builder.Document(notes=("Año ñandú",))
        signed = builder.signed_document(facts)
        for encoding in (b"ISO-8859-1", b"utf-16", b"UTF-8"):
            declaring = signed.replace(b'encoding="UTF-8"', b'encoding="%s"' % encoding)
            self.assertIn(encoding, declaring)
            wrapped = builder.attached_document(facts, declaring, (), is_signed=False)
            found = open_container(b"\xef\xbb\xbf\r\n" + wrapped)
            self.assertIs(verify(found.document).integrity, Integrity.INTACT, encoding)

    def test_container_in_another_encoding(self):
        text = '<?xml version="1.0" encoding="{}"?>' + container(described(cdata(INVOICE)))
        for encoding in ("ISO-8859-1", "utf-16", "windows-1252"):
            found = open_container(text.format(encoding).encode(encoding))
            self.assertEqual(found.document, INVOICE.encode())


class TestOtherPlaces(unittest.TestCase):
    def test_embedded(self):
        for content in (
            INVOICE.encode(),
            b"\xef\xbb\xbf" + INVOICE.encode(),
            b"\n" + INVOICE.encode(),
            b"\r\n" + INVOICE.encode(),
            INVOICE.partition("?>")[2].encode(),
        ):
            found = opened(embedded(content))
            self.assertTrue(content.endswith(found.document))
            self.assertEqual(parse_document(found.document).number, "Ñ1")

    def test_description_in_base64(self):
        encoded = base64.b64encode(INVOICE.encode()).decode()
        self.assertEqual(opened(described(encoded)).document, INVOICE.encode())

    def test_words_and_a_document(self):
        attachment = described("PAGO de la factura").replace("</Attachment>", "")
        found = opened(attachment + embedded(INVOICE.encode()).replace("<Attachment>", ""))
        self.assertEqual(found.document, INVOICE.encode())

    def test_answer_in_a_note(self):
        encoded = base64.b64encode(ANSWER.encode() + b" " * 100).decode()
        found = opened(
            "<Note>PAGO</Note><Note/>",
            f"<Note>ApplicationResponse de validación, base64: {encoded}</Note>",
            embedded(INVOICE.encode()),
        )
        self.assertEqual(found.answers, (ANSWER.encode(),))

    def test_several_answers(self):
        other = ANSWER.replace("7", "8")
        found = opened(
            described(cdata(INVOICE)),
            line(described(cdata(ANSWER)) + described(cdata("\n" + other))),
            line(described("")),
            line(""),
            line(described(cdata(ANSWER))),
        )
        expected = [ANSWER.encode(), other.encode(), ANSWER.encode()]
        self.assertEqual(list(found.answers), expected)

    def test_any_prefix(self):
        inner = described(cdata(INVOICE)).replace("Attachment>", "x.y:Attachment>")
        text = (
            f'<ad:AttachedDocument xmlns:ad="urn:a" xmlns:x.y="urn:b">{inner}</ad:AttachedDocument>'
        )
        self.assertEqual(open_container(text.encode()).document, INVOICE.encode())
        bare = f"<AttachedDocument>{described(cdata(INVOICE))}</AttachedDocument>"
        self.assertEqual(open_container(bare.encode()).document, INVOICE.encode())


class TestHostileContainer(unittest.TestCase):
    def test_empty(self):
        for content in (
            "",
            "<Attachment/>",
            described(""),
            described("Factura"),
            described("PAGO"),
            embedded(b""),
            embedded(b"%PDF-1.4" + b"x" * 1000),
            line(described(cdata(ANSWER))),
        ):
            with self.assertRaises(ContainerError) as caught:
                opened(content)
            self.assertEqual(caught.exception.code, "container_empty")

    def test_no_container(self):
        for content in (INVOICE, ANSWER, "<AttachedDocument/>", "<html/>"):
            with self.assertRaises(ContainerError):
                open_container(content.encode())

    def test_unreadable(self):
        for content in ("P" + "A" * 300, "77u/P" + "A" * 301):
            with self.assertRaises(ContainerError) as caught:
                opened(described(content))
            self.assertEqual(caught.exception.code, "container_unreadable")

    def test_broken_documents_are_handed_out(self):
        self.assertEqual(opened(described(cdata("<a>"))).document, b"<a>")

    def test_no_xml(self):
        for content in (b"", b"<AttachedDocument", b"\0", b"<!DOCTYPE a><AttachedDocument/>"):
            with self.assertRaises(XmlError):
                open_container(content)

    def test_limits(self):
        content = container(described(cdata(INVOICE))).encode()
        with self.assertRaises(XmlError):
            open_container(content, Limits(xml_bytes=100))
        big = container(embedded(INVOICE.encode() + b" " * 4000)).encode()
        self.assertTrue(open_container(big, Limits(xml_bytes=len(big))).document)

    def test_answers_are_bounded(self):
        answers = [line(described(cdata(ANSWER)))] * 30
        self.assertEqual(len(opened(described(cdata(INVOICE)), *answers).answers), 20)

    def test_endless_white_space_in_base64(self):
        content = described("PD94" + " " * 2_000_000 + "!")
        with self.assertRaises(ContainerError):
            opened(content)

    def test_deep_attachments(self):
        nested = "<Attachment>" * 100 + "</Attachment>" * 100
        with self.assertRaises(ContainerError):
            opened(nested)
