import unittest
from dataclasses import replace

from ...dian import reader
from ...dian.archive import File
from ...dian.content import Content, differences_between
from ...dian.document import parse_document
from ..tools import builder, xades
from ..tools.judging import INVOICE, STRANGER, altered, contained


def only(package):
    files = [File(name, content) for name, content in package.files.items()]
    (edocument,) = reader.read(files).edocuments
    return edocument


def content(package=None):
    return only(package or builder.Package()).content


def under_the_same_cufe(**facts):
    """Another document that goes under the invoice's number and CUFE."""
    return builder.Package(replace(INVOICE, unique_code=INVOICE.cufe, **facts))


class TestSameContent(unittest.TestCase):
    def test_sent_again_or_wrapped_anew(self):
        first = content()
        document = builder.Package().document
        for name, package in {
            "again": builder.Package(),
            "bare": builder.Package(files={"fv.xml": document}),
            "container": contained(is_signed=False),
            "no answer": builder.Package(answers=()),
            "signed at another time": builder.Package(
                document=builder.signed_document(
                    INVOICE, style=builder.Style(signing_time="2026-03-04T00:00:00-05:00")
                )
            ),
            "white space": altered("><cbc:", ">\n<cbc:"),
            "unsigned": builder.Package(document=xades.unsigned(builder.xml(INVOICE))),
            "another digest": builder.Package(
                document=builder.signed_document(INVOICE, style=builder.Style(digest="sha512"))
            ),
        }.items():
            with self.subTest(name):
                self.assertFalse(content(package).differs_from(first))
                self.assertFalse(first.differs_from(content(package)))

    def test_kept_as_text(self):
        for package in (
            builder.Package(),
            builder.Package(document=xades.unsigned(builder.xml(INVOICE))),
        ):
            kept = content(package)
            self.assertEqual(Content.parse(str(kept)), kept)


class TestOneMail(unittest.TestCase):
    """Several copies under one CUFE in one mail."""

    def read(self, *contents):
        files = [File(f"{number}.xml", content) for number, content in enumerate(contents)]
        return reader.read(files).edocuments

    def test_a_copy_that_says_something_else_is_not_dropped(self):
        genuine = builder.Package()
        forged = under_the_same_cufe(lines=(builder.Line(price="999000"),))
        for contents in (
            (genuine.container, forged.container),
            (forged.document, genuine.container),
            (genuine.document, forged.document, genuine.answers[0]),
        ):
            found = self.read(*contents)
            totals = sorted(int(item.document.totals.payable) for item in found)
            self.assertEqual(totals, [119000, 1188810])
            if len(contents) == 3:
                self.assertEqual([len(item.answers) for item in found], [1, 1])

    def test_the_same_twice_is_one(self):
        package = builder.Package()
        self.assertEqual(len(self.read(package.document, package.container, package.container)), 1)

    def test_an_answer_without_a_code_goes_to_no_document(self):
        unnamed = builder.Package(replace(INVOICE, unique_code=" "))
        answer = builder.signed_answer(INVOICE, about_cufe="")
        [found] = self.read(unnamed.document, answer)
        self.assertEqual(found.answers, ())


class TestOtherContent(unittest.TestCase):
    def test_whatever_is_replaced(self):
        first = content()
        for name, facts in {
            "amounts": {"lines": (builder.Line(price="999000"),)},
            "number": {"number": "FE1002"},
            "supplier": {"supplier": STRANGER},
            "buyer": {"customer": STRANGER},
            "line": {"lines": (builder.Line(description="Otra cosa"),)},
            "date": {"issue_date": "2026-03-03"},
            "note": {"notes": ("Consignar en otra cuenta",)},
        }.items():
            with self.subTest(name):
                self.assertTrue(content(under_the_same_cufe(**facts)).differs_from(first))

    def test_signed_otherwise_where_nothing_read_differs(self):
        text = builder.xml(INVOICE).replace(
            "<cbc:LineCountNumeric", "<cbc:Unread/><cbc:LineCountNumeric"
        )
        self.assertIn("<cbc:Unread/>", text)
        other = builder.Package(document=builder.sign(text, builder.signer_of(INVOICE.supplier)))
        self.assertEqual(content(other).facts, content().facts)
        self.assertTrue(content(other).differs_from(content()))

    def test_what_differs(self):
        one = parse_document(builder.unsigned(builder.xml(INVOICE)))
        other = parse_document(
            builder.unsigned(builder.xml(replace(INVOICE, lines=(builder.Line(price="200000"),))))
        )
        found = {item.path: (item.one, item.other) for item in differences_between(one, other)}
        self.assertEqual(found["lines.1.price"], ("100000", "200000"))
        self.assertEqual(found["totals.payable"], ("119000", "238000"))
        self.assertNotIn("number", found)
        self.assertEqual(differences_between(one, one), [])

    def test_what_one_does_not_state(self):
        one = parse_document(builder.unsigned(builder.xml(INVOICE)))
        two = replace(one, lines=one.lines * 2)
        paths = {item.path: (item.one, item.other) for item in differences_between(one, two)}
        self.assertEqual(paths["lines.2.price"], (None, "100000"))
