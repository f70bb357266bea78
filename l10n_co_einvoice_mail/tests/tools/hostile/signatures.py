"""Signatures that are missing, moved, doubled, weak, somebody else's, or DIAN's in name only."""

import base64
import re
from dataclasses import replace

from cryptography.hazmat.primitives.serialization import Encoding

from .. import builder, certificates, xades
from .cases import ACCEPTED, failed, invoice, mail_of, processed

STRANGER = builder.Party("900999999", "CUALQUIERA SAS")


def signed(number, **style):
    """A package whose document is signed in another style."""
    facts = builder.Document(number=number)
    style = replace(builder.Style(), **style)
    return builder.Package(facts, document=builder.signed_document(facts, style=style))


def altered(number, change):
    """A package whose document `change(document, signature)` made anew."""
    package = invoice(number)
    signature = re.search(rb"<ds:Signature .*</ds:Signature>", package.document, re.DOTALL)[0]
    return builder.Package(package.facts, document=change(package.document, signature))


def answered(number, **answer):
    """A package with another answer in DIAN's name."""
    facts = builder.Document(number=number)
    return builder.Package(facts, answers=(builder.signed_answer(facts, **answer),))


# The document's


@processed("document_unsigned")
def unsigned_invoice(number):
    facts = builder.Document(number=number)
    return builder.Package(facts, document=builder.unsigned(builder.xml(facts))).mail


@failed("document_altered", "document_altered")
def amount_changed_after_signing(number):
    document = builder.tampered(invoice(number).document, ">119000.00<", ">919000.00<")
    return builder.Package(builder.Document(number=number), document=document).mail


@processed("document_changed")
def indented_after_signing(number):
    document = invoice(number).document.replace(b"><cac:", b">\n\t<cac:")
    return builder.Package(builder.Document(number=number), document=document).mail


@failed("document_broken", "document_broken")
def two_signatures(number):
    return altered(number, lambda document, one: document.replace(one, one + one)).mail


@failed("document_broken", "document_broken")
def hundreds_of_signatures(number):
    return altered(number, lambda document, one: document.replace(one, one * 300)).mail


@failed("document_broken", "document_broken")
def signature_moved_to_the_end(number):
    def change(document, signature):
        return document.replace(signature, b"").replace(b"</Invoice>", signature + b"</Invoice>")

    return altered(number, change).mail


@failed("document_broken", "document_broken")
def signed_invoice_inside_a_forged_one(number):
    """The signature is good, of the invoice that it is in."""
    cufe = builder.Document(number=number).cufe

    def change(document, _signature):
        dearer = builder.Line(price="900000.00")
        facts = builder.Document(number=number, lines=(dearer,), unique_code=cufe)
        forged = builder.xml(facts)
        return forged.encode().replace(xades.SIGNATURE_PLACE.encode(), document.partition(b"?>")[2])

    return altered(number, change).mail


@failed("document_broken", "document_broken")
def signature_of_a_part_of_the_document(number):
    """It refers to an element that bears the name, not to the whole."""

    def change(document, _signature):
        content = document.replace(b'URI="">', b'URI="#original">', 1)
        return content.replace(b"<cac:InvoiceLine>", b'<cac:InvoiceLine Id="original">', 1)

    return altered(number, change).mail


@failed("document_broken", "document_broken")
def a_second_key_info(number):
    """It is covered by nothing, and names somebody else."""
    mine = builder.signer_of(builder.SUPPLIER).base64.encode()
    theirs = builder.signer_of(STRANGER).base64.encode()

    def change(document, signature):
        key_info = re.search(rb"<ds:KeyInfo.*</ds:KeyInfo>", signature, re.DOTALL)[0]
        return document.replace(key_info, key_info.replace(mine, theirs) + key_info)

    return altered(number, change).mail


@processed("values_ambiguous")
def two_amounts_to_pay(number):
    facts = builder.Document(number=number)
    second = '<cbc:PayableAmount currencyID="COP">1.00</cbc:PayableAmount><cbc:PayableAmount'
    text = builder.xml(facts).replace("<cbc:PayableAmount", second)
    document = builder.sign(text, builder.signer_of(facts.supplier))
    return builder.Package(facts, document=document).mail


@processed(ACCEPTED)
def amount_in_a_foreign_namespace(number):
    """It is signed, and is nobody's value."""
    facts = builder.Document(number=number)
    foreign = '<e:PayableAmount xmlns:e="urn:e">1.00</e:PayableAmount><cbc:PayableAmount'
    text = builder.xml(facts).replace("<cbc:PayableAmount", foreign)
    document = builder.sign(text, builder.signer_of(facts.supplier))
    return builder.Package(facts, document=document).mail


@processed("document_unchecked")
def signature_of_itself_alone(number):
    return signed(number, references=("keyinfo", "properties")).mail


@processed("document_unchecked")
def signature_through_xslt(number):
    """A transform that could run for ever, or read files."""
    xslt = "http://www.w3.org/TR/1999/REC-xslt-19991116"
    return signed(number, root_transforms=(xades.ENVELOPED, xslt)).mail


@processed("document_unchecked")
def signature_through_xpath(number):
    xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116"
    return signed(number, root_transforms=(xades.ENVELOPED, xpath)).mail


@processed("document_unchecked")
def signature_with_sha1(number):
    return signed(number, digest="sha1", method="sha1").mail


@processed("document_unchecked")
def signature_with_hmac(number):
    method, hmac = xades.METHOD_URI["sha256"].encode(), f"{xades.DS}hmac-sha1".encode()
    return altered(number, lambda document, _signature: document.replace(method, hmac)).mail


@processed("document_unchecked")
def signature_with_a_short_key(number):
    small = certificates.leaf("9001234568", "PEQUEÑO", bits=1024)
    facts = builder.Document(number=number)
    return builder.Package(facts, document=builder.signed_document(facts, small)).mail


@failed("document_broken", "document_broken")
def certificate_of_somebody_else(number):
    mine = builder.signer_of(builder.SUPPLIER).base64.encode()
    theirs = builder.signer_of(STRANGER).base64.encode()
    return altered(number, lambda document, _signature: document.replace(mine, theirs)).mail


@processed("document_unchecked")
def certificate_that_is_none(number):
    mine = builder.signer_of(builder.SUPPLIER).base64.encode()
    return altered(
        number, lambda document, _signature: document.replace(mine, b"AAAA" * 100_000)
    ).mail


@processed("document_unchecked")
def certificate_of_a_version_that_does_not_exist(number):
    """What cryptography raises then is no ValueError; found by fuzzing."""
    certificate = builder.signer_of(builder.SUPPLIER).certificate
    mine = certificate.public_bytes(Encoding.DER)
    version = mine.index(bytes.fromhex("a003020102"))
    theirs = mine[: version + 4] + b"\x7a" + mine[version + 5 :]

    def change(document, _signature):
        return document.replace(base64.b64encode(mine), base64.b64encode(theirs))

    return altered(number, change).mail


@processed("document_unchecked")
def key_info_without_a_canonical_form(number):
    """A relative namespace (xml-c14n, §1.3), signed by somebody who wanted it so."""
    document = signed(number, references=("root", "properties", "keyinfo")).document
    document = document.replace(b"<ds:X509Data>", b"<ds:X509Data xmlns:r='relative'>")
    return builder.Package(builder.Document(number=number), document=document).mail


@processed("document_signer_untrusted")
def signed_by_himself(number):
    """A certificate that nobody issued."""
    name = certificates.subject("PROVEEDOR DE PRUEBA SAS", "9001234568")
    alone = certificates.issue(name, certificates.private_key("himself"))
    facts = builder.Document(number=number)
    return builder.Package(facts, document=builder.signed_document(facts, alone)).mail


@processed("signer_unknown")
def signed_by_a_stranger(number):
    """An intact signature of neither the supplier nor a provider that is known."""
    facts = builder.Document(number=number)
    signer = builder.signer_of(STRANGER)
    return builder.Package(facts, document=builder.signed_document(facts, signer)).mail


@processed(ACCEPTED)
def signed_at_no_time(number):
    return signed(number, signing_time="ayer por la tarde").mail


# DIAN's answer


@failed("answer_forged", "answer_forged")
def answer_signed_by_the_supplier(number):
    return answered(number, signer=builder.signer_of(builder.SUPPLIER)).mail


@processed("dian_signer_untrusted")
def answer_signed_in_dians_name(number):
    """DIAN's NIT in a certificate that he issued himself."""
    name = certificates.subject(certificates.DIAN_NAME, certificates.DIAN_NIT)
    return answered(
        number, signer=certificates.issue(name, certificates.private_key("forger"))
    ).mail


@failed("answer_forged", "answer_forged")
def answer_without_a_signature(number):
    facts = builder.Document(number=number)
    answer = builder.unsigned(builder.xml(builder.answer(facts)))
    return builder.Package(facts, answers=(answer,)).mail


@failed("answer_mismatch", "answer_mismatch")
def answer_about_another_invoice(number):
    other = invoice(f"{number}2")
    return builder.Package(builder.Document(number=number), answers=other.answers).mail


@processed("answer_altered")
def answer_changed_from_rejected_to_validated(number):
    facts = builder.Document(number=number)
    answer = builder.signed_answer(facts, "04")
    answer = builder.tampered(answer, ">04</cbc:ResponseCode>", ">02</cbc:ResponseCode>")
    return builder.Package(facts, answers=(answer,)).mail


@failed("dian_rejected", "dian_rejected")
def rejected_by_dian(number):
    return answered(number, code="04").mail


@processed("dian_answer_unknown")
def answer_of_a_code_that_does_not_exist(number):
    return answered(number, code="99").mail


@processed(ACCEPTED)
def a_hundred_answers(number):
    """One of them is read, and it is DIAN's."""
    package = invoice(number)
    return builder.Package(package.facts, answers=package.answers * 100).mail


@failed("answer_mismatch", *["answer_mismatch"] * 30)
def thirty_containers_of_twenty_answers(number):
    """Each document and each answer is signed: 630 signatures to check."""
    answers = invoice(number).answers * 20
    files = {}
    for item in range(30):
        facts = builder.Document(number=f"{number}{item}")
        document = builder.signed_document(facts)
        files[f"ad{item}.xml"] = builder.attached_document(
            facts, document, answers, is_signed=False
        )
    return mail_of(number, {"z.zip": builder.archive(files)})


@processed("dian_answer_missing")
def answer_that_is_no_xml(number):
    facts = builder.Document(number=number)
    return builder.Package(facts, answers=(b"<ApplicationResponse",)).mail


@processed(ACCEPTED)
def container_signed_by_nobody(number):
    package = invoice(number)
    facts, document = package.facts, package.document
    container = builder.attached_document(facts, document, package.answers, is_signed=False)
    return mail_of(number, {"ad.xml": container})
