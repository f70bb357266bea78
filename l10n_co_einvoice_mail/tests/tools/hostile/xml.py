"""XML that is dangerous, broken, endless or in another encoding than it says."""

import random

from .. import builder
from ..markup import escape
from .cases import ACCEPTED, MEBIBYTE, failed, invoice, mail_of, processed

INVOICE = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">%s</Invoice>'
DECLARED = b'<?xml version="1.0" encoding="UTF-8"?>'
#: Where something can be put into an invoice without touching what is read of it.
PLACE = b"</cbc:Note>"


def xml_mail(number, content):
    return mail_of(number, {"fv.xml": content})


def stuffed(number, stuff):
    """The signed invoice with something behind its note."""
    return invoice(number).document.replace(PLACE, PLACE + stuff, 1)


def with_doctype(content, doctype):
    return content.replace(b"?>", b"?>" + doctype, 1)


# Entities


@failed("xml_doctype")
def external_entity(number):
    doctype = b'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return xml_mail(
        number, with_doctype(invoice(number).document, doctype).replace(b"FE", b"&x;FE")
    )


@failed("xml_doctype")
def external_dtd(number):
    doctype = b'<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:1/x.dtd">'
    return xml_mail(number, with_doctype(invoice(number).document, doctype))


@failed("xml_doctype")
def parameter_entities(number):
    doctype = b'<!DOCTYPE Invoice [<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;]>'
    return xml_mail(number, with_doctype(invoice(number).document, doctype))


@failed("xml_doctype")
def billion_laughs(number):
    entities = b'<!ENTITY a0 "ja">' + b"".join(
        b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10)
    )
    doctype = b"<!-- not yet --><?x y?>\n<!DOCTYPE Invoice [%s]>" % entities
    return xml_mail(number, with_doctype(invoice(number).document, doctype))


@failed("xml_doctype")
def quadratic_entity(number):
    doctype = b'<!DOCTYPE Invoice [<!ENTITY a "%s">]>' % (b"a" * 50_000)
    return xml_mail(
        number, with_doctype(stuffed(number, b"<a>%s</a>" % (b"&a;" * 50_000)), doctype)
    )


@failed("xml_doctype")
def doctype_in_utf_16(number):
    """Its bytes are no `<!DOCTYPE`."""
    text = with_doctype(invoice(number).document, b"<!DOCTYPE Invoice>").decode()
    return xml_mail(number, text.replace("UTF-8", "UTF-16").encode("utf-16"))


@failed("xml_doctype")
def doctype_in_the_inner_document(number):
    """The container is clean."""
    package = invoice(number)
    inner = with_doctype(package.document, b"<!DOCTYPE Invoice>")
    return xml_mail(number, package.container.replace(package.document, inner))


@failed("xml_malformed")
def entity_without_a_doctype(number):
    return xml_mail(number, stuffed(number, b"<cbc:Note>&secret;</cbc:Note>"))


# Encodings


def _encoded(number, declared, encoding):
    return invoice(number).container.decode().replace("UTF-8", declared, 1).encode(encoding)


@processed(ACCEPTED)
def utf_16(number):
    return xml_mail(number, _encoded(number, "UTF-16", "utf-16"))


@processed(ACCEPTED)
def utf_16_without_its_mark(number):
    return xml_mail(number, _encoded(number, "UTF-16", "utf-16-le"))


@processed(ACCEPTED)
def utf_8_that_says_utf_16(number):
    return xml_mail(number, _encoded(number, "UTF-16", "utf-8"))


@processed(ACCEPTED)
def iso_8859_1(number):
    return xml_mail(number, _encoded(number, "ISO-8859-1", "latin-1"))


@processed(ACCEPTED)
def utf_8_that_says_iso_8859_1(number):
    return xml_mail(number, _encoded(number, "iso-8859-1", "utf-8"))


@processed(ACCEPTED)
def windows_1252_that_says_utf_8(number):
    return xml_mail(number, _encoded(number, "UTF-8", "cp1252"))


@processed(ACCEPTED)
def byte_order_mark_and_empty_lines(number):
    return xml_mail(number, b"\xef\xbb\xbf\r\n\t" + invoice(number).container + b"\n\n \n")


@failed("xml_encoding")
def utf_7(number):
    """7 bits in which a DOCTYPE could hide, with a letter that is no UTF-8."""
    content = invoice(number).document.replace(b"UTF-8", b"UTF-7", 1)
    return xml_mail(number, content.replace(b"<cbc:Note>", b"<cbc:Note>\xff"))


@failed("no_edocument")
def ebcdic(number):
    """Its `<` is another byte: no program takes it for XML."""
    return xml_mail(number, _encoded(number, "cp037", "cp037"))


@failed("xml_encoding")
def utf_16_cut_inside_a_letter(number):
    return xml_mail(number, _encoded(number, "UTF-16", "utf-16")[:-1])


@failed("xml_malformed")
def nul_bytes_in_the_xml(number):
    return xml_mail(number, stuffed(number, b"\0\0\0"))


@failed("xml_malformed")
def characters_that_xml_has_not(number):
    return xml_mail(number, stuffed(number, b"&#0;&#x1F;"))


# Size and shape


@processed("document_changed")
def text_of_9_mb(number):
    """Below every bound, and the signature says that it was put in later."""
    return xml_mail(number, stuffed(number, b"<cbc:Note>%s</cbc:Note>" % (b"y" * 9 * MEBIBYTE)))


@failed("xml_too_big")
def text_of_11_mb(number):
    return xml_mail(number, stuffed(number, b"<cbc:Note>%s</cbc:Note>" % (b"y" * 11 * MEBIBYTE)))


@failed("xml_too_big")
def latin_letters_that_grow(number):
    """6 MB of one byte a letter are 12 MB in UTF-8."""
    letters = b"<cbc:Note>%s</cbc:Note>" % (b"\xf1" * 6 * MEBIBYTE)
    return xml_mail(number, stuffed(number, letters))


@failed("xml_too_big")
def attribute_of_10_mb(number):
    return xml_mail(number, stuffed(number, b'<a b="%s"/>' % (b"x" * 10 * MEBIBYTE)))


@failed("xml_too_big")
def a_hundred_thousand_deep(number):
    return xml_mail(number, stuffed(number, b"<a>" * 100_000 + b"</a>" * 100_000))


@failed("xml_too_big")
def three_hundred_deep(number):
    return xml_mail(number, stuffed(number, b"<a>" * 300 + b"</a>" * 300))


@failed("xml_too_big")
def a_million_elements(number):
    return xml_mail(number, stuffed(number, b"<a/>" * 1_000_000))


@processed("document_changed")
def as_many_elements_as_are_read(number):
    return xml_mail(number, stuffed(number, b"<a Id='x'/>" * 195_000))


@failed("xml_too_big")
def attributes_without_end(number):
    """Canonical form sorts them one by one: minutes for 100,000."""
    names = b" ".join(b"n%d='u'" % name for name in range(100_000))
    return xml_mail(number, stuffed(number, b"<a %s/>" % names))


@processed("document_changed")
def equals_signs_are_no_attributes(number):
    """Text, comments and quotes may hold as many as they like."""
    signs = b"=''" * 500
    return xml_mail(
        number, stuffed(number, b'<a b="%s">%s</a><!--%s-->' % (b"= " * 500, signs, signs))
    )


@failed("xml_too_big")
def namespaces_around_everything(number):
    """Canonical form looks each of them up at each element."""
    names = b" ".join(b"xmlns:n%d='urn:x:%d'" % (name, name) for name in range(60))
    content = stuffed(number, b"<a/>" * 100_000)
    return xml_mail(number, content.replace(b"<Invoice ", b"<Invoice %s " % names, 1))


@failed("xml_too_big")
def namespaces_one_inside_the_other(number):
    start = b"".join(b"<a xmlns:n%d='urn:x'>" % level for level in range(200))
    return xml_mail(number, stuffed(number, start + b"<a/>" * 20_000 + b"</a>" * 200))


@processed("document_changed")
def namespaces_declared_again_and_again(number):
    """As some programs write them, on each element: odd, and cheap."""
    return xml_mail(number, stuffed(number, b"<a xmlns:x='urn:x'/>" * 10_000))


@processed("document_changed")
def everything_at_its_bound(number):
    """A mail of 27 MB, an archive of 30 MB, in it a document of 8 MB in letters of four bytes each."""
    letters = "\N{GRINNING FACE}".encode() * (2 * MEBIBYTE)
    files = {
        "plano.dwg": random.Random(number).randbytes(20 * MEBIBYTE),
        "fv.xml": stuffed(number, b"<a Id='x'/>" * 20_000 + b"<cbc:Note>%s</cbc:Note>" % letters),
    }
    return mail_of(number, {"z.zip": builder.archive(files)})


@failed("document_too_long")
def lines_without_end(number):
    line = b"<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine>"
    content = invoice(number).document
    return xml_mail(
        number, content.replace(b"<cac:InvoiceLine>", line * 31_000 + b"<cac:InvoiceLine>", 1)
    )


@failed("type_unsupported", "type_unsupported", "type_unsupported")
def many_documents_just_within_the_bound(number):
    """Each may be read, not all of them together: the rest is a remark."""
    content = INVOICE % (b"<a/>" * 180_000)
    files = {f"fv{name}.xml": content + b"<!--%d-->" % name for name in range(4)}
    return mail_of(number, files)


@processed("document_changed")
def instructions_between_the_letters_of_a_value(number):
    """They part a text into as many pieces as there may be; putting these together must not take long."""
    return xml_mail(number, stuffed(number, b"<cbc:Note>%s</cbc:Note>" % (b"x<?p?>" * 390_000)))


@processed(ACCEPTED)
def one_invoice_two_hundred_times(number):
    """Each copy is signed; one document comes out of them."""
    container = invoice(number).container
    files = {f"ad{name}.xml": container + b" " * name for name in range(200)}
    return mail_of(number, {"z.zip": builder.archive(files)})


# Broken


@failed("xml_malformed")
def cut_off(number):
    return xml_mail(number, invoice(number).container[:-20])


@failed("xml_malformed")
def two_roots(number):
    return xml_mail(number, invoice(number).document + invoice(number).document.partition(b"?>")[2])


@failed("no_edocument")
def an_order_of_ours(number):
    """UBL, and no document of DIAN's."""
    order = (
        b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"><ID>1</ID></Order>'
    )
    return mail_of(number, {"orden.xml": DECLARED + order})


@failed("no_edocument")
def stylesheet_and_inclusion(number):
    """Nothing is fetched, nothing is run."""
    include = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></a>'
    return mail_of(
        number, {"a.xml": DECLARED + b'<?xml-stylesheet href="http://127.0.0.1:1/"?>' + include}
    )


@processed("dian_answer_missing")
def stylesheet_put_before_an_invoice(number):
    """It is neither signed nor read."""
    sheet = b'?><?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?>'
    return xml_mail(number, invoice(number).document.replace(b"?>", sheet, 1))


# Containers


def _container(number, description):
    package = invoice(number)
    start, _cdata, rest = package.container.partition(b"<![CDATA[")
    return start + description + rest.partition(b"]]>")[2]


@failed("container_empty")
def container_of_nothing(number):
    return xml_mail(number, _container(number, b""))


@failed("container_empty")
def container_of_words(number):
    return xml_mail(number, _container(number, b"Ver adjunto"))


@failed("container_unreadable")
def container_of_broken_base64(number):
    return xml_mail(number, _container(number, b"PD94bWwg" + b"A" * 401))


@failed("document_unknown")
def container_in_a_container(number):
    inner = invoice(number).container.decode()
    return xml_mail(number, _container(number, escape(inner).encode()))


@failed("document_unknown")
def container_of_another_xml(number):
    return xml_mail(number, _container(number, b"&lt;a/&gt;"))


@failed("xml_malformed")
def container_of_a_broken_document(number):
    return xml_mail(number, _container(number, b"&lt;Invoice"))


@processed(ACCEPTED)
def container_with_a_prefix_of_its_own(number):
    """The names of prefixes are nobody's business."""
    package = invoice(number)
    text = package.container.decode()
    unsigned = (
        text[: text.index("<ext:UBLExtensions>")] + text[text.index("</ext:UBLExtensions>") + 20 :]
    )
    head, cdata, rest = unsigned.partition("<![CDATA[")
    head = head.replace("<AttachedDocument", "<x:AttachedDocument").replace(" xmlns=", " xmlns:x=")
    return xml_mail(number, (head + cdata + rest).replace("</Attached", "</x:Attached").encode())
