"""Unsigned packages and their reading, for the tests of reading and enclosing."""

import unittest

from ...dian.archive import File
from ...dian.reader import read
from . import builder

INVOICE = builder.Document(number="FE501")
OTHER = builder.Document(number="FE502")


def mail(**attachments):
    """Files of (name with _ for the dot, content) pairs."""
    return [File(".".join(name.rsplit("_", 1)), content) for name, content in attachments.items()]


def zipped(**files):
    return builder.archive({file.name: file.content for file in mail(**files)})


def parts(facts):
    """A document's parts, unsigned: this is about reading."""
    document = builder.unsigned(builder.xml(facts))
    answers = (builder.unsigned(builder.xml(builder.answer(facts))),)
    return builder.Package(
        facts,
        document=document,
        answers=answers,
        container=builder.attached_document(facts, document, answers, is_signed=False),
    )


class ReaderCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first, cls.second = parts(INVOICE), parts(OTHER)

    def read(self, *codes, limits=None, **attachments):
        """What is read of the attachments, whose problems must be `codes`."""
        reading = read(mail(**attachments), *([limits] if limits else []))
        self.assertEqual([problem.code for problem in reading.problems], list(codes))
        return reading.edocuments

    def enclosed(self, edocument):
        pdf = edocument.pdf and edocument.pdf.name
        return pdf, [file.name for file in edocument.annexes]
