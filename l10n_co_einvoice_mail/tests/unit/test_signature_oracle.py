"""The signature check against a general verifier: whatever is altered, the two agree on what is intact."""

import copy
import random
import re
import unittest

from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier
from signxml.exceptions import SignXMLException

from ...dian.errors import XmlError
from ...dian.signature import Integrity, verify
from ..tools import builder

ALTERATIONS = 300
LETTERS = b"abcXYZ0189 =/<>\"'&;:#\n"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
#: What is asked here beyond XML Signature: DIAN's place of the signature, and its XAdES properties.
STRICTER = re.compile(r"signature at|QualifyingProperties")
FACTS = builder.Document(notes=("Nota con ñ, «comillas» & ampersand",))


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
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, LookupError, AttributeError):
        return False
    return True


# What is done to an element; its root may be of another document by then.


def _double(element, _chance):
    element.addnext(copy.deepcopy(element))


def _drop(element, _chance):
    parent, tail, before = element.getparent(), element.tail, element.getprevious()
    parent.remove(element)
    if tail and before is not None:
        before.tail = (before.tail or "") + tail


def _move(element, chance):
    """Into another element; lxml declares its namespaces anew there."""
    inside = set(element.iter())
    places = [item for item in element.getroottree().getroot().iter() if item not in inside]
    places[chance.randrange(len(places))].append(element)


def _swap(element, _chance):
    after = element.getnext()
    if after is not None:
        after.addnext(element)


def _rename(element, _chance):
    element.tag += "x"


def _move_namespace(element, _chance):
    element.tag = "{urn:e}" + etree.QName(element).localname


def _wrap(element, _chance):
    around = etree.Element("{urn:e}e")
    element.addprevious(around)
    around.append(element)


CHANGES = (_double, _drop, _move, _swap, _rename, _move_namespace, _wrap)


class TestAgainstSignxml(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.content = builder.signed_document(FACTS)
        cls.certificate = builder.signer_of(FACTS.supplier).certificate

    def test_no_altered_document_is_intact_to_one_and_not_to_the_other(self):
        chance = random.Random(20260321)
        verdicts = {True: 0, False: 0}
        for _number in range(ALTERATIONS):
            altered = bytearray(self.content)
            position = chance.randrange(len(altered))
            altered[position : position + chance.choice((0, 1, 1, 1))] = bytes(
                [chance.choice(LETTERS)]
            )
            altered = bytes(altered)
            expected = verifies(altered, self.certificate)
            verdicts[expected] += 1
            self.assertEqual(
                is_intact(altered), expected, altered[max(0, position - 40) : position + 40]
            )
        # Blanks between attributes change nothing: the canonical form drops them.
        self.assertGreater(verdicts[False], ALTERATIONS // 2)

    def test_no_element_is_doubled_moved_dropped_or_renamed_unseen(self):
        chance = random.Random(20260322)
        for number in range(ALTERATIONS):
            root = etree.fromstring(self.content)
            elements = list(root.iter("*"))[1:]
            element = elements[chance.randrange(len(elements))]
            self.assert_alike(root, element, CHANGES[number % len(CHANGES)], chance)

    def test_no_part_of_the_signature_is_changed_unseen(self):
        names = {element.tag for element in etree.fromstring(self.content).iter(f"{DS}*")}
        for name in sorted(names):
            for change in CHANGES:
                root = etree.fromstring(self.content)
                self.assert_alike(root, next(root.iter(name)), change, random.Random(1))

    def assert_alike(self, root, element, change, chance):
        described = f"{change.__name__} {element.getroottree().getpath(element)}"
        change(element, chance)
        altered = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        found, expected = verify(altered), verifies(altered, self.certificate)
        with self.subTest(described):
            if expected and STRICTER.search(found.detail):
                self.assertIs(found.integrity, Integrity.BROKEN)
            else:
                self.assertEqual(found.integrity is Integrity.INTACT, expected, found.detail)

    def test_every_digest_is_understood_alike(self):
        for digest in ("sha256", "sha384", "sha512"):
            with self.subTest(digest):
                content = builder.signed_document(FACTS, style=builder.Style(digest=digest))
                self.assertTrue(verifies(content, self.certificate))
                self.assertTrue(is_intact(content))

    def test_namespaces_declared_again(self):
        style = builder.Style(redeclared=("cbc", "again"))
        content = builder.signed_document(FACTS, style=style)
        self.assertTrue(verifies(content, self.certificate))
        self.assertTrue(is_intact(content))
