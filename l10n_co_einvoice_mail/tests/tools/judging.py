"""Judge a package as if its files came in one mail, and packages that are not as they should be."""

from dataclasses import replace

from ...dian import reader
from ...dian.archive import File
from ...dian.rules import RULES, Context, Evidence, evaluate
from ...dian.trust import TrustStore
from . import builder, certificates

SERVED = frozenset({"800123456-5", "811000000"})
TRUST = TrustStore(certificates.anchors(), frozenset({certificates.dian().fingerprint}))
NOBODY_CONFIRMED = TrustStore(certificates.anchors())
STRANGER = builder.Party("900999999", "CUALQUIERA SAS")
INVOICE = builder.Document()


def judge(package=None, **context):
    """The verdict about the only document of a package, as if its files came in one mail."""
    package = package or builder.Package()
    files = [File(name=name, content=content) for name, content in package.files.items()]
    reading = reader.read(files)
    (edocument,) = reading.edocuments
    known = {"trust": TRUST, "served_nits": SERVED, "subject": package.subject}
    return evaluate(Evidence(edocument, Context(**{**known, **context})))


def codes_of(verdict):
    return [finding.code for finding in verdict.findings]


def sentence(finding):
    """The text a person reads, in English; fails where data is missing."""
    return RULES[finding.code].sentence % finding.data


def answered(facts=INVOICE, code="02", **changes):
    """A package with another answer than the plain one."""
    return builder.Package(facts, answers=(builder.signed_answer(facts, code, **changes),))


def altered(old, new, facts=INVOICE):
    """A package whose document was changed after it was signed."""
    document = builder.tampered(builder.signed_document(facts), old, new)
    return builder.Package(facts, document=document)


def rewritten(old, new, facts=INVOICE):
    """A package whose document was changed before it was signed."""
    text = builder.xml(facts)
    if old not in text:
        raise ValueError(f"{old!r} is not in the document")
    document = builder.sign(text.replace(old, new), builder.signer_of(facts.supplier))
    return builder.Package(facts, document=document)


def signed_by(signer, facts=INVOICE, **style):
    """A package whose document somebody else signed, or otherwise."""
    style = builder.Style(**{"signing_time": "2026-03-02T10:00:01-05:00", **style})
    return builder.Package(facts, document=builder.signed_document(facts, signer, style))


def contained(**wrapping):
    """A package with another container."""
    package = builder.Package()
    container = builder.attached_document(INVOICE, package.document, package.answers, **wrapping)
    return builder.Package(container=container)


def invoice(**facts):
    return builder.Package(replace(INVOICE, **facts))


def self_signed(nit, name):
    subject = certificates.subject(name, nit)
    return certificates.issue(subject, certificates.private_key(name))
