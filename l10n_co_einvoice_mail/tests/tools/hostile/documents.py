"""Documents whose facts are nonsense, incomplete, somebody else's, or too long for any database."""

from dataclasses import replace

from .. import builder
from .cases import ACCEPTED, MEBIBYTE, failed, invoice, mail_of, processed

OTHER = builder.Party("901019681", "OTRA EMPRESA SAS")
EMPTY = (
    b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><!-- %s --></Invoice>'
)
STRANGER = builder.Party("900999999", "CUALQUIERA SAS")


def rewritten(number, *changes, **facts):
    """A package whose document says something else, signed by its issuer as it is."""
    document = builder.Document(number=number, **facts)
    text = builder.xml(document)
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{old!r} is not in the document")
        text = text.replace(old, new, 1)
    signed = builder.sign(text, builder.signer_of(document.supplier))
    return builder.Package(document, document=signed)


def without(text, name):
    """The change that takes an element out of the document's text."""
    start, end = f"<{name}>", f"</{name}>"
    return text[text.index(start) : text.index(end) + len(end)], ""


# Several in one mail


@failed("receiver_unknown", ACCEPTED, "receiver_unknown")
def one_for_us_and_one_for_another(number):
    first, second = invoice(number), invoice(f"{number}2", customer=OTHER)
    return mail_of(number, {"z1.zip": first.archive, "z2.zip": second.archive})


@processed(ACCEPTED, ACCEPTED, "dian_answer_missing")
def invoices_in_every_wrapping(number):
    """An archive, a container, a bare invoice with its PDF."""
    packages = [invoice(f"{number}{letter}") for letter in "123"]
    return mail_of(
        number,
        {
            "z.zip": packages[0].archive,
            "ad.xml": packages[1].container,
            f"{number}3.xml": packages[2].document,
            f"{number}3.pdf": packages[2].pdf,
        },
    )


@processed(ACCEPTED)
def the_same_invoice_in_every_wrapping(number):
    package = invoice(number)
    return mail_of(number, {**package.attachments, **package.files, "fv.xml": package.document})


@failed("document_altered", "document_altered")
def one_cufe_and_two_contents(number):
    """A forged copy arrives first: nothing of it is believed."""
    package = invoice(number)
    forged = builder.tampered(package.document, ">119000.00<", ">919000.00<")
    return builder.Package(package.facts, document=forged).mail


@failed("type_unsupported", *["type_unsupported"] * 100)
def a_pile_of_invoices_and_of_files(number):
    """Whose is each of a hundred files that differ in their last bytes?"""
    documents = {f"{item}.xml": EMPTY % f"{number}{item}".encode() for item in range(100)}
    files = {f"x{item}.bin": bytes(300_000) + b"%04d" % item for item in range(95)}
    return mail_of(number, {"z.zip": builder.archive({**documents, **files})})


@processed(ACCEPTED)
def the_invoice_inside_its_pdf_and_beside_it(number):
    """A PDF that carries the XML is a PDF: one document, not two."""
    package = invoice(number)
    carrier = package.pdf + b"\n/EmbeddedFile stream\n" + package.document + b"\nendstream"
    return mail_of(number, {"fv.pdf": carrier, "ad.xml": package.container})


@processed(ACCEPTED)
def answer_beside_the_invoice(number):
    """Loose files: DIAN's answer finds its invoice by the CUFE."""
    package = invoice(number)
    return mail_of(number, {"fv.xml": package.document, "ar.xml": package.answers[0]})


@failed("answer_alone")
def answer_without_an_invoice(number):
    return mail_of(number, {"ar.xml": invoice(number).answers[0]})


# For whom, from whom


@failed("receiver_unknown", "receiver_unknown")
def for_another_company(number):
    return invoice(number, customer=OTHER).mail


@failed("final_consumer", "final_consumer")
def for_the_final_consumer(number):
    consumer = builder.Party("222222222222", "consumidor final", id_type="13")
    return invoice(number, customer=consumer).mail


@failed("receiver_unknown", "receiver_unknown")
def for_nobody(number):
    """The customer is missing altogether."""
    text = builder.xml(builder.Document(number=number))
    return rewritten(number, without(text, "cac:AccountingCustomerParty")).mail


@processed("signer_unknown")
def from_nobody(number):
    """The supplier is missing altogether."""
    text = builder.xml(builder.Document(number=number))
    return rewritten(number, without(text, "cac:AccountingSupplierParty")).mail


@processed(ACCEPTED)
def nit_as_people_write_it(number):
    customer = replace(builder.BUYER, nit="0800.123.456-5", dv="5")
    return invoice(number, customer=customer).mail


@failed("receiver_unknown", "receiver_unknown")
def nit_that_is_a_program(number):
    customer = replace(builder.BUYER, nit="' OR 1=1; DROP TABLE res_partner; --", dv="5")
    return invoice(number, customer=customer).mail


@failed("test_environment", "test_environment")
def from_the_test_environment(number):
    return invoice(number, environment="2").mail


@failed("type_unsupported", "type_unsupported")
def payroll(number):
    return invoice(number, type_code="102").mail


@failed("type_unsupported", "type_unsupported")
def type_that_does_not_exist(number):
    return invoice(number, type_code="<!-- -->99").mail


@processed(ACCEPTED)
def event_about_our_invoice(number):
    sale = builder.Document(number=number, supplier=builder.BUYER, customer=builder.SUPPLIER)
    return builder.Package(builder.event("030", sale)).mail


@failed("event_unrelated", "event_unrelated")
def event_between_others(number):
    sale = builder.Document(number=number, supplier=OTHER, customer=STRANGER)
    return builder.Package(builder.event("030", sale)).mail


# Nonsense


@processed("document_incomplete")
def payable_that_is_no_number(number):
    return rewritten(number, (">119000.00</cbc:PayableAmount>", ">NaN</cbc:PayableAmount>")).mail


@processed("document_incomplete")
def payable_that_no_column_holds(number):
    amount = f">{'9' * 400}</cbc:PayableAmount>"
    return rewritten(number, (">119000.00</cbc:PayableAmount>", amount)).mail


@processed("document_incomplete")
def payable_with_an_exponent(number):
    return rewritten(
        number, (">119000.00</cbc:PayableAmount>", ">1e999999999</cbc:PayableAmount>")
    ).mail


@processed(ACCEPTED)
def payable_of_18_digits(number):
    """It may be read, and contradicts the lines: a remark."""
    amount = f">{'9' * 16}.99</cbc:PayableAmount>"
    return rewritten(number, (">119000.00</cbc:PayableAmount>", amount)).mail


@processed(ACCEPTED)
def quantities_of_nothing(number):
    """Quantity and base quantity of zero: no division comes of it."""
    line = builder.Line(quantity="0.00", base_quantity="0.00")
    return invoice(number, lines=(line, builder.Line())).mail


@processed(ACCEPTED)
def amounts_below_zero(number):
    return invoice(number, lines=(builder.Line(price="-5.00"), builder.Line())).mail


@processed(ACCEPTED)
def tax_of_a_million_percent(number):
    tax = builder.Tax(percent="1000000.00")
    return invoice(number, lines=(builder.Line(taxes=(tax,)), builder.Line())).mail


@processed("document_incomplete")
def dates_that_do_not_exist(number):
    return invoice(number, issue_date="2026-02-31", due_date="0000-00-00").mail


@processed(ACCEPTED)
def dates_of_other_ages(number):
    """A due date in the year 1, a period in the year 9999."""
    return invoice(number, due_date="0001-01-01", period=("9999-12-31", "9999-12-31")).mail


@processed("document_incomplete")
def number_of_10_kb(number):
    return invoice(number * 2000).mail


@failed("cufe_malformed", "cufe_malformed")
def cufe_of_10_kb(number):
    return invoice(number, unique_code="a" * 10_000).mail


@failed("cufe_malformed", "cufe_malformed")
def cufe_of_nothing(number):
    return invoice(number, unique_code="").mail


@failed("cufe_malformed", "cufe_malformed")
def cufe_that_is_a_program(number):
    return invoice(number, unique_code="<script>alert(1)</script>'; DROP TABLE x; --").mail


@processed(ACCEPTED)
def names_of_half_a_megabyte(number):
    long = "Ñ" * (MEBIBYTE // 4)
    supplier = replace(builder.SUPPLIER, name=long, street=long)
    signer = builder.signer_of(builder.SUPPLIER)
    facts = builder.Document(
        number=number, supplier=supplier, lines=(builder.Line(long),), notes=(long,)
    )
    package = builder.Package(facts, document=builder.signed_document(facts, signer))
    return mail_of(number, {"fv.xml": package.document, "ar.xml": package.answers[0]})


@processed(ACCEPTED)
def names_that_nobody_sees(number):
    """Bidirectional and zero-width characters, emoji, markup as text."""
    name = "\u202eSAS\u2066 \u200b\ufeff😀 <script>alert('x')</script> %s %(x)s {y}"
    facts = {
        "supplier": replace(builder.SUPPLIER, name=name),
        "notes": (name,),
        "order_reference": name,
    }
    package = invoice(number, lines=(builder.Line(name, note=name),), **facts)
    signer = builder.signer_of(builder.SUPPLIER)
    signed = builder.signed_document(package.facts, signer)
    return mail_of(number, {"fv.xml": signed, "ar.xml": package.answers[0]})


@processed(ACCEPTED)
def line_breaks_in_a_purchase_order(number):
    """What cannot be an order's number is left out, and said."""
    return invoice(number, order_reference="4500\n0123\t45").mail


@processed(ACCEPTED)
def currency_that_does_not_exist(number):
    return invoice(number, currency="💰").mail


@processed(ACCEPTED)
def units_and_taxes_that_do_not_exist(number):
    line = builder.Line(unit_code="\u202e" * 50, taxes=(builder.Tax("ZZ", "3.00"),))
    return invoice(number, lines=(line,)).mail


@processed("document_incomplete")
def totals_missing(number):
    text = builder.xml(builder.Document(number=number))
    return rewritten(number, without(text, "cac:LegalMonetaryTotal")).mail


@processed(ACCEPTED)
def lines_missing(number):
    text = builder.xml(builder.Document(number=number))
    return rewritten(number, without(text, "cac:InvoiceLine")).mail


@failed("type_unsupported", "type_unsupported")
def everything_missing(number):
    return mail_of(number, {"fv.xml": EMPTY % number.encode()})
