"""Whatever the readers are given, they end in what they declare: chance against what somebody spoils on purpose."""

import unittest

from hypothesis import given
from hypothesis import strategies as st

from ...dian.archive import File, label, unpack
from ...dian.container import open_container
from ...dian.document import parse_document
from ...dian.errors import ContainerError, DocumentError, XmlError
from ...dian.nit import check_digit, normalise, same_nit
from ...dian.xml import as_utf8, parse_xml
from ...vocabulary.text import one_line, visible
from ..tools import builder, invariants, writing
from ..tools.writing import PROPERTY

PACKAGE = builder.Package()
DOCUMENTS = [PACKAGE.container, PACKAGE.document, PACKAGE.answers[0]]
CERTIFICATES = writing.certificates_der()


class TestMail(unittest.TestCase):
    @PROPERTY
    @given(st.binary(max_size=500))
    def test_bytes(self, raw):
        invariants.message(raw)

    @PROPERTY
    @given(writing.spoiled(writing.short_mails()))
    def test_spoiled_mails(self, raw):
        invariants.message(raw)

    @PROPERTY
    @given(writing.headers(), st.binary(max_size=200))
    def test_headers(self, headers, body):
        invariants.message(headers + b"\r\n" + body)

    @PROPERTY
    @given(st.text())
    def test_what_is_shown_is_shown_as_it_is(self, text):
        once = one_line(text)
        self.assertEqual(one_line(once), once)
        invariants.assert_storable(once)


class TestFiles(unittest.TestCase):
    @PROPERTY
    @given(st.one_of(st.binary(max_size=500), st.binary(max_size=500).map(b"PK\x03\x04".__add__)))
    def test_bytes(self, content):
        invariants.reading(content)

    @PROPERTY
    @given(writing.spoiled([PACKAGE.archive, *DOCUMENTS]))
    def test_spoiled_files(self, content):
        invariants.reading(content)

    @PROPERTY
    @given(writing.spoiled([PACKAGE.archive]))
    def test_spoiled_archives_keep_their_bounds(self, content):
        unpacked = unpack(File("z.zip", content))
        self.assertTrue(unpacked.files)
        self.assertFalse(any(set(file.name) & set("/\\\0") for file in unpacked.files))

    @PROPERTY
    @given(st.text())
    def test_labels(self, name):
        once = label(name)
        self.assertEqual(label(once), once)
        self.assertTrue(once)
        self.assertLessEqual(len(once), 120)
        self.assertEqual(visible(once), once)


class TestDocuments(unittest.TestCase):
    @PROPERTY
    @given(st.binary(min_size=1, max_size=60))
    def test_rearranged(self, program):
        invariants.grafting(program)


class TestXml(unittest.TestCase):
    @PROPERTY
    @given(st.one_of(st.binary(max_size=300), writing.spoiled(DOCUMENTS)))
    def test_each_reader_raises_its_own(self, content):
        for reader, errors in (
            (parse_xml, XmlError),
            (open_container, (XmlError, ContainerError)),
            (parse_document, (XmlError, DocumentError)),
        ):
            try:
                reader(content)
            except errors as error:
                self.assertTrue(str(error))

    @PROPERTY
    @given(st.one_of(st.binary(max_size=300), writing.spoiled(DOCUMENTS)))
    def test_what_can_be_parsed_is_in_utf_8_once_and_for_all(self, content):
        try:
            settled = as_utf8(content)
            parse_xml(content)
        except XmlError:
            return
        self.assertEqual(as_utf8(settled), settled)

    @PROPERTY
    @given(writing.spoiled(DOCUMENTS))
    def test_signatures(self, content):
        invariants.signature(content)

    @PROPERTY
    @given(writing.spoiled(CERTIFICATES))
    def test_certificates(self, der):
        invariants.certificate(der)


class TestNit(unittest.TestCase):
    @PROPERTY
    @given(st.text())
    def test_any_text(self, text):
        once = normalise(text)
        self.assertEqual(normalise(once.number).number.rstrip(), normalise(once.number).number)
        self.assertIn(once.is_consistent, (True, False))
        self.assertEqual(same_nit(text, text), bool(once.number))

    @PROPERTY
    @given(st.integers(1, 10**15 - 1).map(str))
    def test_spellings_of_one_number(self, number):
        digit = check_digit(number)
        for written in (
            f"{int(number):,}-{digit}".replace(",", "."),
            f"NIT {number}-{digit}",
            f"00{number}",
        ):
            self.assertTrue(same_nit(written, number), written)
        other = str((int(digit) + 1) % 10)
        self.assertFalse(normalise(f"{number}-{other}").is_consistent)
