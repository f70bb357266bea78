"""DIAN's rules for the mail with an e-invoice: subject, one archive, names, size."""

import io
import os
import re
import unittest
import zipfile
from dataclasses import replace

from ...dian import sending
from ...dian.archive import File
from ...dian.limits import DEFAULTS
from ...dian.reader import read
from ...dian.recognition import reading_of
from ..tools import builder
from ..tools.shared_samples import SYNTHETIC, needs

NOMENCLATURE = re.compile(r"z\d{10}000\d{2}[0-9a-f]{8}\.zip")


def edocument(name="ad.xml", facts=None, contained=True):
    package = builder.Package(facts or builder.Document(number="SETP990000001"))
    content = package.container if contained else package.document
    return read([File(name, content)]).edocuments[0]


def files(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class TestSubject(unittest.TestCase):
    def test_the_fields_and_their_order(self):
        found = edocument().document
        supplier = found.supplier
        expected = f"{supplier.id_number};{supplier.name};SETP990000001;01;{supplier.trade_name}"
        self.assertEqual(sending.subject(found), expected)
        self.assertEqual(sending.subject(found, "Panadería"), f"{expected};Panadería")

    def test_a_semicolon_in_a_name_does_not_shift_the_fields(self):
        found = edocument().document
        supplier = replace(found.supplier, name="Pan; Vino\n  S.A.S.;", trade_name=None)
        subject = sending.subject(replace(found, supplier=supplier))
        self.assertEqual(
            subject.split(";")[1:],
            ["Pan, Vino S.A.S.", "SETP990000001", "01", "Pan, Vino S.A.S."],
        )

    def test_notes_say_what_they_are(self):
        for facts, code in ((builder.credit_note(), "91"), (builder.debit_note(), "92")):
            note = read([File("n.xml", builder.Package(facts).document)]).edocuments[0]
            self.assertEqual(sending.subject(note.document).split(";")[3], code)

    def test_a_support_document_is_the_buyers(self):
        """Its seller issues no invoices: subject, names and series are those of who bought."""
        for code, prefix in (("05", "ds"), ("95", "na")):
            found = edocument()
            found = replace(found, document=replace(found.document, type_code=code))
            buyer = found.document.customer
            with self.subTest(code):
                nit, name, _number, told, _trade = sending.subject(found.document).split(";")
                self.assertEqual((nit, name, told), (buyer.id_number, buyer.name, code))
                archive = sending.archive(found, b"%PDF-1.4", consecutive=5)
                self.assertTrue(archive.name.startswith(f"z{buyer.id_number:0>10}000"))
                self.assertEqual(list(files(archive.content))[1][:2], prefix)
                self.assertIs(
                    sending.own_document([found], "SETP990000001", buyer.id_number), found
                )


class TestArchive(unittest.TestCase):
    def test_container_and_pdf_named_by_the_annex(self):
        found = edocument()
        archive = sending.archive(found, b"%PDF-1.4")
        self.assertRegex(archive.name, NOMENCLATURE)
        stem = archive.name[1:-4]
        self.assertEqual(list(files(archive.content)), [f"ad{stem}.xml", f"fv{stem}.pdf"])
        self.assertEqual(files(archive.content)[f"ad{stem}.xml"], found.container)

    def test_an_official_name_is_kept(self):
        found = edocument("AD0900470252000250081EAC8.xml")
        self.assertEqual(sending.archive(found).name, "z0900470252000250081eac8.zip")

    def test_the_consecutive_is_the_senders(self):
        nit = f"{builder.SUPPLIER.nit:0>10}"
        year = edocument().document.issue_date.strftime("%y")
        self.assertEqual(sending.file_stem(edocument(), 42), f"{nit}000{year}0000002a")

    def test_series_with_the_same_number_have_files_of_their_own(self):
        names = {
            sending.archive(edocument(facts=builder.Document(number=number)), consecutive=row).name
            for row, number in enumerate(("FES7", "FE7", "NCE7"))
        }
        self.assertEqual(len(names), 3)

    def test_a_bare_document(self):
        stem = sending.file_stem(edocument(contained=False), 7)
        content = sending.archive(edocument(contained=False), consecutive=7).content
        self.assertEqual(list(files(content)), [f"fv{stem}.xml"])

    def test_annexes_that_make_it_too_large_have_no_place(self):
        small, large = File("a.txt", b"1"), File("b.bin", os.urandom(sending.MAX_BYTES))
        for annexes, left in (([small], []), ([small, large], [small, large]), ([], [])):
            with self.subTest(len(annexes)):
                fitted, apart = sending.fitting(edocument(), b"%PDF", annexes, consecutive=1)
                self.assertEqual(apart, left)
                self.assertFalse(fitted.is_too_large)
                self.assertEqual(sending.ANNEXES_NAME in files(fitted.content), annexes == [small])

    def test_annexes_lie_in_an_archive_of_their_own(self):
        annexes = [File("acta.txt", b"1"), File("acta.txt", b"2"), File("sin", b"3")]
        inner = files(sending.archive(edocument(), None, annexes).content)[sending.ANNEXES_NAME]
        self.assertEqual(files(inner), {"acta.txt": b"1", "acta-2.txt": b"2", "sin": b"3"})

    def test_the_limit(self):
        noise = os.urandom(sending.MAX_BYTES)
        self.assertFalse(sending.archive(edocument(), b"%PDF").is_too_large)
        self.assertTrue(sending.archive(edocument(), noise).is_too_large)

    def test_what_is_sent_is_read_again(self):
        found = edocument()
        archive = sending.archive(found, b"%PDF-1.4", [File("acta.txt", b"x")])
        (again,) = read([File(archive.name, archive.content)]).edocuments
        self.assertEqual(again.container, found.container)
        self.assertEqual(again.pdf.content, b"%PDF-1.4")


class TestOwnDocument(unittest.TestCase):
    def test_number_and_issuer_must_be_the_companys(self):
        found = edocument()
        for number, nit, is_found in (
            ("SETP990000001", builder.SUPPLIER.nit, True),
            ("setp-990000001", None, True),
            ("SETP990000002", builder.SUPPLIER.nit, False),
            ("SETP990000001", builder.BUYER.nit, False),
            (False, None, False),
        ):
            with self.subTest(number=number, nit=nit):
                own = sending.own_document([found], number, nit)
                self.assertEqual(own, found if is_found else None)

    def test_the_container_comes_first(self):
        bare, contained = edocument(contained=False), edocument()
        for order in ([bare, contained], [contained, bare]):
            self.assertIs(sending.own_document(order, "SETP990000001", None), contained)


@needs(SYNTHETIC)
class TestSharedSamples(unittest.TestCase):
    def test_samples_are_sent(self):
        for path in sorted(SYNTHETIC.glob("0[1-5]*.xml")):
            with self.subTest(path.name):
                found = reading_of(File(path.name, path.read_bytes()), DEFAULTS)
                document = found.edocuments[0]
                self.assertEqual(len(sending.subject(document.document).split(";")), 5)
                archive = sending.archive(document, b"%PDF-1.4")
                self.assertRegex(archive.name, NOMENCLATURE)
                self.assertFalse(archive.is_too_large)


if __name__ == "__main__":
    unittest.main()
