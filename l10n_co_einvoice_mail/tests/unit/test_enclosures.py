from dataclasses import replace

from ..tools import builder
from ..tools.reading import INVOICE, ReaderCase, zipped


class TestEnclosures(ReaderCase):
    def test_namesakes(self):
        archive = zipped(
            one_xml=self.first.container,
            two_xml=self.second.container,
            TWO_PDF=builder.pdf("2"),
            one_pdf=builder.pdf("1"),
        )
        one, two = self.read(z_zip=archive)
        self.assertEqual(
            (self.enclosed(one), self.enclosed(two)), (("one.pdf", []), ("TWO.PDF", []))
        )

    def test_number_in_the_name(self):
        one, two = self.read(
            one_xml=self.first.container,
            two_xml=self.second.container,
            b_pdf=builder.pdf("?"),
            **{"Factura FE502_pdf": builder.pdf("2"), "FE501-copia_pdf": builder.pdf("1")},
        )
        self.assertEqual(self.enclosed(one), ("FE501-copia.pdf", ["b.pdf"]))
        self.assertEqual(self.enclosed(two), ("Factura FE502.pdf", ["b.pdf"]))

    def test_a_number_inside_a_longer_one_is_another(self):
        files = {"x_xml": self.first.container, "y_xml": self.second.container}
        for edocument in self.read(
            FE5011_pdf=builder.pdf("?"), FE5021_pdf=builder.pdf("?"), **files
        ):
            self.assertIsNone(edocument.pdf)

    def test_official_names(self):
        serial = "09001234560002600000{}"
        one, two = self.read(
            **{
                f"ad{serial.format('001')}_xml": self.first.container,
                f"ad{serial.format('002')}_xml": self.second.container,
                f"fv{serial.format('002')}_pdf": builder.pdf("2"),
                f"FV{serial.format('001')}_PDF": builder.pdf("1"),
            }
        )
        self.assertIn("001", one.pdf.name)
        self.assertIn("002", two.pdf.name)

    def test_the_pdf_beside_the_document(self):
        one, two = self.read(
            a_zip=zipped(x_xml=self.first.container, doc_pdf=builder.pdf("1")),
            b_zip=zipped(y_xml=self.second.container, doc_pdf=builder.pdf("2")),
        )
        self.assertEqual(one.pdf.content, builder.pdf("1"))
        self.assertEqual(two.pdf.content, builder.pdf("2"))

    def test_a_pdf_elsewhere_if_there_is_one_document(self):
        (edocument,) = self.read(z_zip=zipped(x_xml=self.first.container), doc_pdf=builder.pdf("1"))
        self.assertEqual(self.enclosed(edocument), ("doc.pdf", []))

    def test_the_nearest_namesake(self):
        archive = zipped(x_xml=self.first.container, FE501_pdf=builder.pdf("near"))
        (edocument,) = self.read(FE501_pdf=builder.pdf("far"), z_zip=archive)
        self.assertEqual(edocument.pdf.content, builder.pdf("near"))

    def test_what_the_namesakes_leave(self):
        archive = zipped(
            x_xml=self.first.container,
            y_xml=self.second.container,
            doc_pdf=builder.pdf("2"),
            x_pdf=builder.pdf("1"),
        )
        one, two = self.read(z_zip=archive)
        self.assertEqual(self.enclosed(one), ("x.pdf", []))
        self.assertEqual(self.enclosed(two), ("doc.pdf", []))

    def test_one_pdf_of_two_names(self):
        files = {"x_xml": self.first.container, "y_xml": self.second.container}
        one, two = self.read(**{"FE501 FE502_pdf": builder.pdf("?")}, **files)
        self.assertEqual((one.pdf.name, two.pdf), ("FE501 FE502.pdf", None))

    def test_short_numbers_name_nothing(self):
        short = builder.unsigned(builder.xml(replace(INVOICE, number="7", unique_code="ab" * 48)))
        files = {"x_xml": short, "y_xml": self.second.container}
        for edocument in self.read(**files, **{"anexo 7_pdf": builder.pdf("?")}):
            self.assertIsNone(edocument.pdf)

    def test_nobody_gets_another_one_s_pdf(self):
        archive = zipped(
            x_xml=self.first.container, y_xml=self.second.container, doc_pdf=builder.pdf("?")
        )
        for edocument in self.read(z_zip=archive):
            self.assertEqual(self.enclosed(edocument), (None, ["doc.pdf"]))

    def test_one_pdf_and_the_rest_annexes(self):
        archive = zipped(x_xml=self.first.container, a_pdf=builder.pdf("a"), x_pdf=builder.pdf("x"))
        (edocument,) = self.read(z_zip=archive)
        self.assertEqual(self.enclosed(edocument), ("x.pdf", ["a.pdf"]))

    def test_annexes(self):
        annexes = zipped(a_txt=b"a", b_pdf=builder.pdf("b"))
        archive = zipped(x_xml=self.first.container, x_pdf=builder.pdf("x"), anexos_zip=annexes)
        (edocument,) = self.read(z_zip=archive, remision_txt=b"r", firma_xml=b"<other/>")
        self.assertEqual(
            self.enclosed(edocument), ("x.pdf", ["remision.txt", "firma.xml", "anexos.zip"])
        )
        self.assertEqual(edocument.annexes[2].content, annexes)

    def test_annexes_of_each_archive(self):
        one, two = self.read(
            a_zip=zipped(x_xml=self.first.container, a_txt=b"a"),
            b_zip=zipped(y_xml=self.second.container, b_txt=b"b"),
            both_txt=b"ab",
            FE502_xlsx=b"x",
        )
        self.assertEqual(self.enclosed(one), (None, ["both.txt", "a.txt"]))
        self.assertEqual(self.enclosed(two), (None, ["both.txt", "FE502.xlsx", "b.txt"]))

    def test_a_pile_of_documents_shares_nothing(self):
        pile = {
            f"{number}_xml": builder.Package(replace(INVOICE, number=f"FE{number}")).document
            for number in range(600, 612)
        }
        found = self.read(z_zip=zipped(**pile, lista_txt=b"a", FE600_txt=b"b"))
        self.assertEqual(self.enclosed(found[0]), (None, ["FE600.txt"]))
        self.assertEqual([edocument.annexes for edocument in found[1:]], [()] * 11)

    def test_an_archive_without_documents_is_one_annex(self):
        (edocument,) = self.read(
            x_xml=self.first.container, anexos_zip=zipped(a_txt=b"a", FE501_txt=b"b")
        )
        self.assertEqual(self.enclosed(edocument), (None, ["anexos.zip"]))

    def test_the_only_document_in_an_inner_archive(self):
        inner = zipped(x_xml=self.first.container, x_pdf=builder.pdf("x"), a_txt=b"a")
        (edocument,) = self.read(z_zip=zipped(inner_zip=inner, b_txt=b"b"))
        self.assertEqual(self.enclosed(edocument), ("x.pdf", ["a.txt", "b.txt"]))
