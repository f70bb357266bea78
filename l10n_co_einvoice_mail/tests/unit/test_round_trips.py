"""What was well written comes back as it was, whatever it says and however it is wrapped."""

import base64
import quopri
import unittest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ...dian.archive import File, FileKind, kind_of, unpack
from ...dian.container import open_container
from ...dian.document import parse_document
from ...dian.reader import read
from ...dian.signature import Integrity, verify
from ...dian.xml import parse_xml
from ...mailbox.message import parse_message
from ..tools import builder, writing
from ..tools.hostile.archives import zipped
from ..tools.hostile.cases import multipart
from ..tools.markup import escape
from ..tools.writing import PROPERTY, XML_TEXT

ENCODINGS = {
    "base64": base64.encodebytes,
    "quoted-printable": quopri.encodestring,
    "8bit": bytes,
    "binary": bytes,
}
#: Encodings of an XML, and what it declares then.
XML_ENCODINGS = {
    "utf-8": ("UTF-8", "utf-16", "iso-8859-1", ""),
    "utf-8-sig": ("UTF-8",),
    "utf-16": ("UTF-16", "utf-8", ""),
    "utf-16-le": ("UTF-16",),
    "utf-16-be": ("UTF-16",),
}


class TestMail(unittest.TestCase):
    @PROPERTY
    @given(
        st.lists(st.tuples(st.sampled_from(sorted(ENCODINGS)), writing.file_contents()), max_size=5)
    )
    def test_files(self, parts):
        """Files without an encoding end where a boundary begins, so none has one in it."""
        raw = multipart(
            *(
                b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: %s\n\n%s"
                % (encoding.encode(), ENCODINGS[encoding](content))
                for encoding, content in parts
            )
        )
        found = [part.content for part in parse_message(raw).attachments]
        self.assertEqual(found, [content for _encoding, content in parts])

    @PROPERTY
    @given(st.text(writing.SHOWN, max_size=60), writing.NAMES)
    def test_subject_and_name(self, subject, name):
        """As the standard library writes them."""
        found = parse_message(
            builder.mail(" ".join(subject.split()), {f"{name}.zip": b"PK\x03\x04"})
        )
        self.assertEqual(found.subject, " ".join(subject.split()))
        self.assertEqual([part.name for part in found.attachments], [f"{name}.zip"])

    @PROPERTY
    @given(st.integers(0, 9))
    def test_forwarded(self, levels):
        raw = builder.mail("a", {"z.zip": b"PK\x03\x04"})
        for _level in range(levels):
            raw = multipart(b"Content-Type: message/rfc822\n\n" + raw, boundary=b"b%d" % _level)
        self.assertEqual([part.name for part in parse_message(raw).attachments], ["z.zip"])


PLAIN = st.binary(max_size=200).filter(lambda content: kind_of(content) is FileKind.OTHER)


class TestArchive(unittest.TestCase):
    @PROPERTY
    @given(st.lists(st.tuples(writing.NAMES, PLAIN), min_size=1, max_size=8))
    def test_members(self, members):
        found = unpack(File("z.zip", zipped(members)))
        self.assertEqual(found.problems, ())
        self.assertEqual([(file.name, file.content) for file in found.files], members)


class TestXml(unittest.TestCase):
    @PROPERTY
    @given(XML_TEXT, st.sampled_from(sorted(XML_ENCODINGS)), st.data())
    def test_encodings(self, text, encoding, data):
        declared = data.draw(st.sampled_from(XML_ENCODINGS[encoding]))
        head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
        content = f"{head}<a>{escape(text)}</a>".encode(encoding)
        self.assertEqual(parse_xml(content).text or "", text)

    @PROPERTY
    @given(XML_TEXT, st.sampled_from(["cdata", "escaped", "base64"]))
    def test_containers(self, text, wrapping):
        """The document's bytes come out as they went in, however they are wrapped."""
        inner = f"<Invoice><!--{' ' * 200}--><Note>{escape(text)}</Note></Invoice>"
        written = {
            "cdata": f"<![CDATA[{inner.replace(']]>', ']]]]><![CDATA[>')}]]>",
            "escaped": escape(inner),
            "base64": base64.b64encode(inner.encode()).decode(),
        }[wrapping]
        reference = f"<ExternalReference><Description>{written}</Description></ExternalReference>"
        content = f"<AttachedDocument><Attachment>{reference}</Attachment></AttachedDocument>"
        self.assertEqual(open_container(content.encode()).document, inner.encode())


class TestDocument(unittest.TestCase):
    @PROPERTY
    @given(writing.invoices())
    def test_facts(self, facts):
        document = parse_document(builder.xml(facts).encode())
        self.assertEqual(document.number, facts.number)
        self.assertEqual(document.cufe, facts.cufe)
        self.assertEqual(document.issue_date.isoformat(), facts.issue_date)
        self.assertEqual(document.currency, facts.currency)
        self.assertEqual(document.supplier.id_number, facts.supplier.nit)
        self.assertEqual(document.supplier.name, facts.supplier.name.strip())
        self.assertEqual(document.notes, tuple(note.strip() for note in facts.notes))
        self.assertEqual(document.totals.payable, Decimal(facts.monetary_total["PayableAmount"]))
        self.assertEqual(len(document.lines), len(facts.lines))
        for line, written in zip(document.lines, facts.lines, strict=True):
            self.assertEqual(line.description, written.description.strip())
            self.assertEqual(line.price, Decimal(written.price))
            self.assertEqual(line.quantity, Decimal(written.quantity))
            self.assertEqual(line.amount, written.amount)
            self.assertEqual([tax.scheme for tax in line.taxes], [t.scheme for t in written.taxes])

    @writing.RARE
    @given(writing.invoices())
    def test_signed_and_wrapped(self, facts):
        package = builder.Package(facts)
        self.assertIs(verify(package.document).integrity, Integrity.INTACT)
        (edocument,) = read([File("z.zip", package.archive)]).edocuments
        self.assertEqual((edocument.xml, edocument.pdf.content), (package.document, package.pdf))
        self.assertEqual([answer.xml for answer in edocument.answers], list(package.answers))
        self.assertEqual(edocument.document, parse_document(package.document))
