"""Mails that are nested, endless, wrongly declared or wrongly encoded."""

import base64
import binascii
import quopri

from .. import builder
from .cases import (
    ACCEPTED,
    MEBIBYTE,
    base64_lines,
    enclosing,
    failed,
    invoice,
    mail_of,
    multipart,
    processed,
)

ZIP_HEADERS = b"Content-Type: application/zip; name=z.zip\nContent-Transfer-Encoding: base64\n\n"


def zip_part(number):
    """The invoice's archive as a part of a mail."""
    return ZIP_HEADERS + base64_lines(invoice(number).archive)


@failed("mail_too_deep")
def multiparts_2000_deep(number):
    """Python's own parser recurses here."""
    start = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        for level in range(2000)
    )
    return start + zip_part(number)


@failed("mail_too_deep")
def multiparts_30_deep(number):
    raw = zip_part(number)
    for level in range(30):
        raw = multipart(raw, boundary=b"b%d" % level, headers=b"")
    return b"Subject: factura\n" + raw


@failed("mail_too_deep")
def mails_30_deep(number):
    raw = multipart(zip_part(number))
    for _level in range(30):
        raw = b"Subject: RV\nContent-Type: message/rfc822\n\n" + raw
    return raw


@failed("mail_too_deep")
def mails_20_deep_of_25_mb(number):
    """As they stand, in no encoding: no copy is made at each level."""
    start = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n\nx\n--b%d\n"
        b"Content-Type: message/rfc822\n\n" % (level, level, level)
        for level in range(21)
    )
    end = b"".join(b"\n--b%d--\n" % level for level in reversed(range(21)))
    return start + b"Subject: %s\n\n" % number.encode() + b"z" * (25 * MEBIBYTE) + end


@processed(ACCEPTED)
def mail_forwarded_five_times(number):
    raw = invoice(number).mail
    for _level in range(5):
        raw = builder.forward(raw)
    return raw


@processed(ACCEPTED)
def mail_attached_as_a_file(number):
    """A forwarded mail as .eml, declared as nothing and in base64."""
    return mail_of(
        number, {"Factura.EML": invoice(number).mail}, content_type="application/octet-stream"
    )


@failed("mail_too_many_parts")
def twenty_thousand_parts(number):
    return multipart(*[b"\n" + number.encode()] * 20_000)


@processed(ACCEPTED)
def a_hundred_pictures_before_the_invoice(number):
    """Pictures give way to what may be an invoice."""
    pictures = {f"image{name:03}.png": b"\x89PNG\r\n\x1a\n" for name in range(100)}
    return mail_of(number, {**pictures, **invoice(number).attachments})


@processed(ACCEPTED)
def parts_of_every_kind(number):
    """Alternative in related in mixed, the archive at the end."""
    texts = multipart(
        b"\nhola",
        b"Content-Type: text/html\n\n<p>hola",
        boundary=b"i",
        headers=b"",
        kind=b"alternative",
    )
    related = multipart(
        texts, b"Content-Type: image/png\n\n\x89PNG", boundary=b"in", headers=b"", kind=b"related"
    )
    return multipart(related, zip_part(number), boundary=b"inn")


@processed(ACCEPTED)
def boundary_never_closed(number):
    return multipart(zip_part(number)).rpartition(b"--=_b--")[0]


@failed("no_edocument")
def multipart_without_a_boundary(number):
    """Nobody can tell the parts of it."""
    return multipart(zip_part(number)).replace(b'; boundary="=_b"', b"")


@failed("no_edocument")
def five_million_false_boundaries(number):
    return multipart(number.encode()).replace(b"--=_b--", b"--=_bx\n" * 3_000_000)


@processed(ACCEPTED)
def signed_by_the_mail_program(number):
    """S/MIME in the open: the signature is one more file."""
    signature = b"Content-Type: application/pkcs7-signature; name=smime.p7s\n\n\x30\x82"
    return multipart(
        multipart(zip_part(number), headers=b"", boundary=b"i"), signature, kind=b"signed"
    )


@failed("no_edocument")
def encrypted_by_the_mail_program(number):
    kind = b"application/pkcs7-mime; smime-type=enveloped-data"
    return enclosing(number, content_type=kind, body=base64_lines(b"\x30\x82" * 500))


@failed("no_edocument")
def kept_elsewhere(number):
    """message/external-body: a link in the place of the file."""
    link = b'Content-Type: message/external-body; access-type=URL; URL="http://x.example/%s"\n\n'
    return multipart(link % number.encode())


# Declared and encoded


@processed(ACCEPTED)
def declared_as_nothing_and_without_a_name(number):
    return enclosing(number, content_type=b"application/octet-stream", disposition=None)


@processed(ACCEPTED)
def declared_as_a_picture(number):
    return enclosing(number, content_type=b"image/png", disposition=b'inline; filename="logo.png"')


@processed(ACCEPTED)
def declared_as_a_text(number):
    return enclosing(number, content_type=b"text/plain", disposition=None)


@processed(ACCEPTED)
def container_as_the_text_of_the_mail(number):
    """The XML itself in the body, in no encoding."""
    return enclosing(
        number,
        content_type=b"text/plain; charset=utf-8",
        disposition=None,
        encoding=b"8bit",
        body=invoice(number).container,
    )


@processed("document_changed")
def invoice_wrapped_by_a_relay(number):
    """Lines that some mail server broke: only white space changed."""
    document = invoice(number).document.replace(b"><cbc:", b">\n<cbc:")
    return enclosing(
        number,
        content_type=b"text/xml; name=fv.xml",
        disposition=None,
        encoding=b"8bit",
        body=document,
    )


@processed(ACCEPTED)
def quoted_printable_container(number):
    return enclosing(
        number,
        content_type=b"text/xml",
        disposition=b'attachment; filename="ad.xml"',
        encoding=b"Quoted-Printable",
        body=quopri.encodestring(invoice(number).container),
    )


@processed(ACCEPTED)
def uuencoded_in_the_text(number):
    content = invoice(number).archive
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"Subject: f\n\nAdjunto.\n\nbegin 644 z.zip\n" + b"".join(lines) + b"`\nend\n"


@processed(ACCEPTED)
def uuencoded_as_declared(number):
    content = invoice(number).archive
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return enclosing(
        number, encoding=b"x-uuencode", body=b"begin 644 z.zip\n" + b"".join(lines) + b"`\nend\n"
    )


@failed("no_edocument")
def uuencoded_lines_of_nothing(number):
    """Each two bytes claim to be 45."""
    return b"Subject: %s\n\nbegin 644 fv.xml\n" % number.encode() + b"M\n" * (9 * MEBIBYTE)


@failed("attachment_damaged")
def base64_cut_off(number):
    """Behind a character that stands for no byte."""
    return enclosing(number, body=base64.b64encode(invoice(number).archive)[:4001])


@processed(ACCEPTED)
def base64_with_rubbish_between(number):
    """White space, other characters and a line of a relay's advertisement are no base64."""
    body = base64_lines(invoice(number).archive)
    return enclosing(number, body=body.replace(b"\n", b" *\r\n !"))


@failed("attachment_damaged")
def base64_of_nothing_but_rubbish(number):
    return enclosing(number, body=b"AAA\0" * (7 * MEBIBYTE) + b"A")


@failed("no_edocument")
def encoding_that_nobody_knows(number):
    """RFC 2045 §6.4: it is to be taken for bytes that mean nothing."""
    return enclosing(number, encoding=b"x-secret")


# Size


@processed(ACCEPTED)
def mail_of_28_mb(number):
    drawing = b"Content-Type: application/pdf; name=plano.pdf\n\n%PDF-1.4" + b"drawing\n" * (
        28 * MEBIBYTE // 9
    )
    return multipart(drawing, zip_part(number))


@failed("mail_too_big")
def mail_of_31_mb(number):
    return multipart(b"\n" + b"x\n" * (31 * MEBIBYTE // 2), zip_part(number))


@failed("no_edocument")
def text_of_29_mb(number):
    return b"Subject: %s\n\n" % number.encode() + b"hola " * (29 * MEBIBYTE // 5)
