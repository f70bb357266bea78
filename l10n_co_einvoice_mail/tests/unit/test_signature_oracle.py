"""The signature check against a general verifier: whatever is altered, the two agree on what is intact."""

import random
import unittest

from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier
from signxml.exceptions import SignXMLException

from ...dian.errors import XmlError
from ...dian.signature import Integrity, verify
from ..tools import builder

ALTERATIONS = 300
LETTERS = b"abcXYZ0189 =/<>\"'&;:#\n"


def is_intact(content):
    try:
        return verify(content).integrity is Integrity.INTACT
    except XmlError:
        return False


def verifies(content, certificate):
    """Does signxml accept it, told only how many references there have to be?"""
    try:
        XMLVerifier().verify(
            content,
            x509_cert=certificate,
            expect_config=SignatureConfiguration(expect_references=3),
        )
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, LookupError):
        return False
    return True


class TestAgainstSignxml(unittest.TestCase):
    def test_no_altered_document_is_intact_to_one_and_not_to_the_other(self):
        chance = random.Random(20260321)
        facts = builder.Document(notes=("Nota con ñ, «comillas» & ampersand",))
        content = builder.signed_document(facts)
        certificate = builder.signer_of(facts.supplier).certificate
        verdicts = {True: 0, False: 0}
        for _number in range(ALTERATIONS):
            altered = bytearray(content)
            position = chance.randrange(len(altered))
            altered[position : position + chance.choice((0, 1, 1, 1))] = bytes(
                [chance.choice(LETTERS)]
            )
            altered = bytes(altered)
            expected = verifies(altered, certificate)
            verdicts[expected] += 1
            self.assertEqual(
                is_intact(altered), expected, altered[max(0, position - 40) : position + 40]
            )
        # Blanks between attributes change nothing: the canonical form drops them.
        self.assertGreater(verdicts[False], ALTERATIONS // 2)

    def test_every_digest_is_understood_alike(self):
        facts = builder.Document()
        certificate = builder.signer_of(facts.supplier).certificate
        for digest in ("sha256", "sha384", "sha512"):
            with self.subTest(digest):
                content = builder.signed_document(facts, style=builder.Style(digest=digest))
                self.assertTrue(verifies(content, certificate))
                self.assertTrue(is_intact(content))
