"""What holds of the readers whatever they are given. Property tests and the fuzzer call these with bytes of every kind.

Each function raises where it does not hold: an exception that the reader should not let out, or AssertionError.
"""

import contextlib
import copy
import dataclasses
import functools
import re

from cryptography import x509
from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier

from ...dian import rules
from ...dian.archive import File
from ...dian.document import parse_document
from ...dian.errors import XmlError
from ...dian.evidence import Context, Evidence
from ...dian.reader import read
from ...dian.signature import Integrity, verify
from ...dian.trust import ChainState, TrustStore
from ...dian.xml import as_utf8
from ...mailbox.failures import MAIL_REASONS
from ...mailbox.message import DEFAULT_LIMITS, parse_message
from . import builder, certificates

#: What no column stores and no screen shows as it is: controls, lone surrogates.
UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
#: Files are never more than the mail. Uuencoding alone writes zeros in no space at all.
GROWTH = 45
LONGEST = 500
#: Bytes of a grafting's program, and elements of what is grafted: doubling what was doubled has no end.
GRAFTING, BRANCH = 600, 300


def message(raw):
    """A mail is read, its texts can be stored, its problems told; its files are within the limits."""
    found = parse_message(raw)
    names = [attachment.name for attachment in found.attachments]
    for text in (found.message_id, found.subject, found.sender, *names):
        assert_storable(text)
        assert len(text) <= LONGEST
    assert found.date is None or found.date.utcoffset().total_seconds() == 0
    assert len(found.attachments) <= DEFAULT_LIMITS.attachments
    size = sum(len(attachment.content) for attachment in found.attachments)
    assert size <= GROWTH * len(raw)
    for problem in found.problems:
        assert_told(MAIL_REASONS[problem.code], problem.data)


def reading(content):
    """A file is read and each document in it judged; read again, its exact bytes say the same."""
    result = read([File("file", content)])
    for problem in result.problems:
        assert_told(rules.RULES[problem.code], {**problem.data, "file": problem.file})
    for edocument in result.edocuments:
        assert parse_document(edocument.xml) == edocument.document
        for answer in edocument.answers:
            assert parse_document(answer.xml) == answer.response
        for text in texts_of(edocument.document):
            assert_storable(text)
        verdict = rules.evaluate(Evidence(edocument, _context()))
        for finding in verdict.findings:
            assert_told(rules.RULES[finding.code], finding.data)


def grafting(program):
    """A well-formed document whose elements are moved, doubled, dropped and rewritten is read and judged.

    Three bytes are a step: which element, what becomes of it, with what.
    """
    program = program[:GRAFTING]
    texts = _templates()
    root = etree.fromstring(texts[program[0] % len(texts)] if program else texts[0])
    elements = list(root.iter())
    for place, step, other in zip(program[1::3], program[2::3], program[3::3], strict=False):
        one = elements[(place * 7 + other) % len(elements)]
        two = elements[(other * 5 + step) % len(elements)]
        GRAFTS[step % len(GRAFTS)](one, two, VALUES[other % len(VALUES)])
    reading(etree.tostring(root, encoding="UTF-8"))


def _drop(one, _two, _value):
    if one.getparent() is not None:
        one.getparent().remove(one)


def _graft(one, two, _value):
    if sum(1 for _element in one.iter()) <= BRANCH:
        two.append(copy.deepcopy(one))


def _write(one, _two, value):
    one.text = value


def _label(one, _two, value):
    for name in one.keys() or ["schemeName"]:
        one.set(name, value)


def _rename(one, two, _value):
    one.tag = two.tag


GRAFTS = (_drop, _graft, _write, _label, _rename)
VALUES = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1e9",
        "NaN",
        "9" * 18,
        "9" * 400,
        "0.000000000000000001",
        "1,5",
        "01",
        "91",
        "02",
        "04",
    ),
    *(
        "2026-02-31",
        "0000-00-00",
        "9999-12-31",
        "10:00:00-99:99",
        "24:00:00",
        "true",
        "COP",
        "XXX",
        "222222222222",
    ),
    *(
        "800123456",
        "800123456-5",
        "0800.123.456",
        "x" * 300,
        "\u202e\u200b",
        "\xa0",
        "<![CDATA[",
        "a" * 96,
        "ñ" * 5000,
    ),
)


@functools.cache
def _templates():
    """A document of every kind, and a container."""
    package = builder.Package()
    facts = (builder.Document(), builder.credit_note(), builder.debit_note())
    return (
        package.container,
        *map(builder.signed_document, facts),
        package.answers[0],
        builder.signed_document(builder.event("030", package.facts)),
    )


def signature(content):
    """What is intact to us is intact to a general verifier, too."""
    try:
        found = verify(content)
    except XmlError:
        return
    assert (found.certificate is None) == (found.integrity not in SIGNED)
    if found.integrity is Integrity.INTACT:
        config = SignatureConfiguration(
            expect_references=3, verification_time=found.certificate.not_valid_before_utc
        )
        # The schema forbids what nobody signs and nobody reads, such as an Id that is no name.
        given = {"x509_cert": found.certificate, "expect_config": config, "validate_schema": False}
        # signxml stumbles over text behind the SignedProperties, where nothing is signed.
        with contextlib.suppress(etree.XMLSyntaxError):
            XMLVerifier().verify(as_utf8(content), **given)


SIGNED = (Integrity.INTACT, Integrity.ROOT_DIGEST)


def certificate(der):
    """A certificate of any content, over a key that did sign, is told and held against the anchors."""
    try:
        signer = dataclasses.replace(
            _signer(), certificate=x509.load_der_x509_certificate(der), chain=()
        )
        found = verify(builder.signed_document(builder.Document(), signer))
    except (ValueError, TypeError, XmlError, x509.InvalidVersion):
        return  # no certificate, or one whose name the builder cannot write
    if found.certificate is None:
        return
    assert_storable(found.signer_name or "")
    assert (found.signer_nit or "0").isdigit()
    state = _context().trust.chain_state(found.certificate, None, (found.certificate,))
    assert state in ChainState


def texts_of(value):
    """Every text in a dataclass of dataclasses."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for item in dataclasses.fields(value):
            yield from texts_of(getattr(value, item.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)


def assert_storable(text):
    """A database takes it."""
    assert not UNSTORABLE.search(text), text[:LONGEST]


def assert_told(reason, data):
    """The reason's sentence and remedy have all that they name; what fills them can be stored."""
    told = reason.sentence % data + reason.remedy % data
    assert_storable(told)


@functools.cache
def _context():
    trust = TrustStore(certificates.anchors(), frozenset({certificates.dian().fingerprint}))
    return Context(trust=trust, served_nits=frozenset({builder.BUYER.nit}), subject="x")


@functools.cache
def _signer():
    return builder.signer_of(builder.SUPPLIER)


#: By the name under which the fuzzer reports them.
TARGETS = {
    "message": message,
    "reading": reading,
    "grafting": grafting,
    "signature": signature,
    "certificate": certificate,
}
