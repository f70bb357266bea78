import email
import unittest
from dataclasses import replace

from ...dian.archive import File
from ...dian.document import ApplicationResponse
from ...dian.limits import Limits
from ...dian.reader import read
from ..tools import builder, shared_samples
from ..tools.reading import INVOICE, ReaderCase, mail, parts, zipped


class TestDocuments(ReaderCase):
    def test_the_usual_mail(self):
        package = self.first
        (edocument,) = self.read(z_ZIP=package.archive)
        self.assertEqual(edocument.name, f"ad{package.file_stem}.xml")
        self.assertEqual(edocument.document.number, "FE501")
        self.assertEqual(edocument.xml, package.document)
        self.assertEqual(edocument.container, package.container)
        self.assertEqual(edocument.container_facts.number, "FE501")
        self.assertEqual([answer.xml for answer in edocument.answers], list(package.answers))
        self.assertEqual(edocument.answers[0].response.type_code, "02")
        self.assertEqual(edocument.code, INVOICE.cufe)
        self.assertEqual(self.enclosed(edocument), ("FE501.pdf", []))

    def test_wherever_it_is(self):
        container = self.first.container
        for attachments in (
            {"a_xml": container},
            {"a_txt": container},
            {"_": container},
            {"a_zip": zipped(b_xml=container)},
            {"a_bin": zipped(b_dat=zipped(c_xml=container))},
            {"a_zip": builder.archive({"x/y/z.XML": container, "__MACOSX/x/y/._z.XML": b"junk"})},
            {"a_xml": container.decode().encode("utf-16")},
        ):
            (edocument,) = self.read(**attachments)
            self.assertEqual(edocument.document.number, "FE501")
            self.assertEqual(edocument.annexes, ())

    def test_bare_document(self):
        (edocument,) = self.read(fv_xml=self.first.document, factura_pdf=builder.pdf("FE501"))
        self.assertIsNone(edocument.container)
        self.assertIsNone(edocument.container_facts)
        self.assertEqual(edocument.xml, self.first.document)
        self.assertEqual(self.enclosed(edocument), ("factura.pdf", []))

    def test_several(self):
        edocuments = self.read(
            a_zip=zipped(x_xml=self.first.container, y_xml=self.second.container),
            b_xml=builder.unsigned(builder.xml(builder.credit_note())),
        )
        numbers = [edocument.document.number for edocument in edocuments]
        self.assertEqual(numbers, ["FE501", "FE502", "NC55"])

    def test_event(self):
        package = parts(builder.event("030", INVOICE))
        (edocument,) = self.read(z_zip=zipped(ad_xml=package.container))
        self.assertIsInstance(edocument.document, ApplicationResponse)
        self.assertTrue(edocument.document.is_event)
        self.assertEqual(edocument.code, edocument.document.cude)
        self.assertEqual(edocument.answers[0].response.reference.cufe, edocument.code)
        (bare,) = self.read(ar_xml=package.document)
        self.assertEqual((bare.document.type_code, bare.container), ("030", None))

    def test_an_event_of_a_new_kind(self):
        facts = replace(builder.event("030", INVOICE), code="099")
        (edocument,) = self.read(ad_xml=parts(facts).container)
        self.assertEqual(edocument.document.type_code, "099")

    def test_no_document(self):
        for attachments in (
            {},
            {"FE_pdf": builder.pdf("FE1")},
            {"a_xml": b"<a/>", "b_html": b"<!DOCTYPE html><p>", "c_xml": b"<unfinished"},
            {"rss_xml": b"<rss><item/></rss>"},
        ):
            self.assertEqual(self.read(**attachments), ())


class TestTwice(ReaderCase):
    def test_best_evidence_is_kept(self):
        poor = builder.attached_document(INVOICE, self.first.document, (), is_signed=False)
        copies = {
            "bare_xml": self.first.document,
            "poor_xml": poor,
            "z_zip": self.first.archive,
            "again_zip": self.first.archive,
        }
        for names in (list(copies), list(reversed(copies))):
            (edocument,) = self.read(**{name: copies[name] for name in names})
            self.assertEqual(edocument.container, self.first.container)
            self.assertEqual(len(edocument.answers), 1)
            self.assertEqual(self.enclosed(edocument), ("FE501.pdf", []))

    def test_what_lies_beside_any_copy_belongs_to_it(self):
        files = {"bare_xml": self.first.document, "a_zip": zipped(x_xml=self.first.container)}
        (edocument,) = self.read(bare_pdf=builder.pdf("1"), **files)
        self.assertEqual(self.enclosed(edocument), ("bare.pdf", []))

    def test_a_copy_is_no_annex(self):
        files = {"FE501_xml": self.first.document, "z_zip": self.first.archive}
        (edocument,) = self.read(**files, a_txt=b"a", b_txt=b"a", c_txt=b"c")
        self.assertEqual(self.enclosed(edocument), ("FE501.pdf", ["a.txt", "c.txt"]))

    def test_without_a_unique_code_by_the_bytes(self):
        nameless = replace(INVOICE, unique_code="")
        content = builder.unsigned(builder.xml(nameless))
        other = builder.unsigned(builder.xml(replace(nameless, number="FE9")))
        self.assertEqual(len(self.read(a_xml=content, b_xml=content, c_xml=other)), 2)


class TestLooseAnswers(ReaderCase):
    def test_answer_beside_a_bare_document(self):
        (answer,) = self.first.answers
        for names in (("fv_xml", "ar_xml"), ("ar_xml", "fv_xml")):
            files = {"fv_xml": self.first.document, "ar_xml": answer}
            (edocument,) = self.read(**{name: files[name] for name in names})
            self.assertEqual(edocument.document.number, "FE501")
            self.assertEqual([item.xml for item in edocument.answers], [answer])
            self.assertEqual(edocument.annexes, ())

    def test_each_to_its_own(self):
        edocuments = self.read(
            a_xml=self.second.answers[0],
            b_xml=self.first.document,
            c_xml=self.first.answers[0],
            d_xml=self.second.document,
        )
        for edocument, package in zip(edocuments, (self.first, self.second), strict=True):
            self.assertEqual(edocument.answers[0].xml, package.answers[0])

    def test_the_same_answer_again(self):
        (edocument,) = self.read(z_zip=self.first.archive, ar_xml=self.first.answers[0])
        self.assertEqual(len(edocument.answers), 1)

    def test_a_rejection_beside_a_validation_is_not_lost(self):
        rejection = builder.unsigned(builder.xml(builder.answer(INVOICE, "04")))
        (edocument,) = self.read(z_zip=self.first.archive, ar_xml=rejection)
        self.assertEqual([answer.response.type_code for answer in edocument.answers], ["02", "04"])

    def test_answer_alone(self):
        (answer,) = self.first.answers
        self.assertEqual(self.read("answer_alone", ar_xml=answer), ())
        (edocument,) = self.read("answer_alone", ar_xml=answer, fv_xml=self.second.document)
        self.assertEqual(edocument.answers, ())

    def test_container_of_an_answer(self):
        (answer,) = self.first.answers
        wrapped = builder.attached_document(INVOICE, answer, (), is_signed=False)
        (edocument,) = self.read(ad_xml=wrapped, fv_xml=self.first.document)
        self.assertEqual(edocument.answers[0].xml, answer)


class TestProblems(ReaderCase):
    def test_unreadable_answers_leave_the_document(self):
        for answer in (b"<a>", b"<a/>", self.second.document, b"<!DOCTYPE a><a/>"):
            wrapped = builder.attached_document(
                INVOICE, self.first.document, (answer, *self.first.answers), is_signed=False
            )
            (edocument,) = self.read("answer_unreadable", ad_xml=wrapped)
            self.assertEqual(len(edocument.answers), 1)

    def test_broken_documents(self):
        broken = self.first.document[:-20]
        wrapped = builder.attached_document(INVOICE, broken, (), is_signed=False)
        doctype = self.first.container.replace(b"?><", b"?><!DOCTYPE a><", 1)
        for code, content in (
            ("xml_malformed", broken),
            ("xml_malformed", wrapped),
            ("xml_malformed", broken.decode().encode("utf-16")),
            ("xml_doctype", doctype),
            ("container_empty", builder.attached_document(INVOICE, b"", (), is_signed=False)),
            ("document_unknown", builder.attached_document(INVOICE, b"<a/>", (), is_signed=False)),
        ):
            self.assertEqual(self.read(code, factura_xml=content), ())

    def test_official_names_promise_a_document(self):
        official = "ad09001234560002600000001"
        for content, codes in (
            (b"<unfinished", ["xml_malformed"]),
            (b"<other/>", []),
            (b"not even XML", []),
        ):
            self.assertEqual(self.read(*codes, **{f"{official}_xml": content}), ())

    def test_the_others_are_read(self):
        files = {"a_rar": b"Rar!\x1a\x07\x00", "b_zip": b"PK\x03\x04", "z_zip": self.first.archive}
        (edocument,) = self.read("archive_unsupported", "archive_broken", **files)
        self.assertEqual(self.enclosed(edocument), ("FE501.pdf", ["a.rar", "b.zip"]))

    def test_problems_name_their_file(self):
        reading = read(mail(z_zip=zipped(broken_xml=self.first.document[:-20])))
        self.assertEqual(reading.problems[0].file, "broken.xml")

    def test_limits(self):
        many = {f"a{number}_txt": b"x" for number in range(20)}
        self.assertEqual(self.read("files_too_many", limits=Limits(files=10), **many), ())
        small = Limits(xml_bytes=1000)
        self.assertEqual(self.read("xml_too_big", limits=small, a_xml=self.first.document), ())
        lines = Limits(document_groups=3)
        self.assertEqual(
            self.read("document_too_long", limits=lines, a_xml=self.first.document), ()
        )
        budget = Limits(archive_bytes=len(self.first.container) + len(self.first.pdf))
        files = {"a_zip": self.first.archive, "b_zip": self.second.archive}
        self.assertEqual(len(self.read("archive_too_big", limits=budget, **files)), 1)


class TestNeverRaises(ReaderCase):
    def test_wrong_bytes(self):
        content = self.first.container
        for position in range(0, len(content), 397):
            for wrong in (b"<", b"\0", b"&", b"]]>", b"\xff", b"", b"<![CDATA["):
                read(mail(a_xml=content[:position] + wrong + content[position + 1 :]))

    def test_cut_anywhere(self):
        for position in range(0, len(self.first.container), 199):
            read(mail(a_xml=self.first.container[:position]))

    def test_wrong_archives(self):
        content = self.first.archive
        for position in range(0, len(content), 11):
            read(
                mail(
                    a_zip=content[:position]
                    + bytes([content[position] ^ 16])
                    + content[position + 1 :]
                )
            )

    def test_odd_content(self):
        names = ("", "/", "\0", "\ud800.xml", "a" * 5000, "ad" + "0" * 23 + ".xml")
        contents = (b"", b"<", b"\xff\xfe", b"PK\x03\x04", b"<\0", b"\0<", b"<a>" * 100_000)
        reading = read([File(name, content) for name in names for content in contents])
        self.assertEqual(reading.edocuments, ())


@shared_samples.needs(shared_samples.SYNTHETIC)
class TestSamples(unittest.TestCase):
    def test_every_mail(self):
        expected = {"15": ((), ["xml_doctype"]), "16": ((), []), "13": (("FE1001030",), [])}
        for path in sorted(shared_samples.SYNTHETIC.glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes())
            files = [
                File(part.get_filename(), part.get_payload(decode=True))
                for part in message.walk()
                if part.get_filename()
            ]
            reading = read(files)
            numbers = tuple(edocument.document.number for edocument in reading.edocuments)
            problems = [problem.code for problem in reading.problems]
            known = expected.get(path.name[:2])
            if known:
                self.assertEqual((numbers, problems), known, path.name)
            else:
                self.assertEqual((len(numbers), problems), (1, []), path.name)
