"""Headers and names that programs choke on, and mails that nobody wrote by hand."""

from .. import builder
from .cases import (
    ACCEPTED,
    DUPLICATE,
    MEBIBYTE,
    enclosing,
    failed,
    invoice,
    mail_of,
    multipart,
    processed,
)


def named(number, disposition):
    """A mail whose only part calls itself so."""
    return enclosing(number, disposition=b"attachment; " + disposition)


@processed(ACCEPTED)
def subject_of_5_mb(number):
    return enclosing(number, b"Subject: " + b"factura " * (5 * MEBIBYTE // 8) + b"\n")


@processed(ACCEPTED)
def subject_of_5_mb_in_encoded_words(number):
    return enclosing(number, b"Subject: " + b"=?utf-8?q?=C3=A1?= " * (5 * MEBIBYTE // 19) + b"\n")


@processed(ACCEPTED)
def comments_in_comments(number):
    """Python's own parser recurses at 500."""
    comments = b"(" * 50_000 + b")" * 50_000
    return enclosing(number, b"To: %s a@b.co\nFrom: %s c@d.co\n" % (comments, comments))


@processed(ACCEPTED)
def message_id_without_an_end(number):
    return enclosing(number, b"Message-ID: <[abc>\nReferences: <<<>\nIn-Reply-To: [\n")


@processed(ACCEPTED)
def charsets_that_do_not_exist(number):
    return enclosing(
        number,
        b"Subject: =?no-such?Q?Facturaci=F3n?= =?utf-8?X?a?= =?utf-8?B?A?= =?\n",
        content_type=b"application/zip; charset=no-such",
    )


@processed(ACCEPTED)
def charsets_that_compute(number):
    """Codecs of Python's that are none of the mail's."""
    words = (
        b"zlib",
        b"hex",
        b"idna",
        b"punycode",
        b"unicode_escape",
        b"rot13",
        b"utf-7",
        b"undefined",
    )
    return enclosing(
        number, b"Subject: " + b" ".join(b"=?%s?Q?a=2E\\u0041?=" % w for w in words) + b"\n"
    )


@processed(ACCEPTED)
def raw_8_bit_headers(number):
    head = "Subject: Facturación Nº 1\nFrom: Año <a@b.co>\n".encode("latin-1")
    return enclosing(
        number, head, disposition='attachment; filename="Facturación.zip"'.encode("latin-1")
    )


@processed(ACCEPTED)
def controls_and_bidi_in_headers(number):
    head = "Subject: \x1b[31mfac\u202elmx\u2066\u200btura\x07\nFrom: \u202ea <a@b.co>\n"
    return enclosing(number, head.encode())


@processed(ACCEPTED)
def nul_bytes(number):
    raw = enclosing(
        number, b"Subject: fac\0tura\nX: \0\n", disposition=b'attachment; filename="z\0.zip"'
    )
    return raw + b"\0" * 1000


@processed(ACCEPTED)
def line_feeds_alone_and_together(number):
    """Some lines end in LF, some in CR LF."""
    return enclosing(number, b"Subject: a\r\nFrom: a@b.co\n").replace(b"=\n", b"=\r\n")


@processed(ACCEPTED)
def no_header_but_the_type(number):
    """Neither From, Date, Subject nor Message-ID."""
    return enclosing(number, disposition=None)


@processed(ACCEPTED)
def dates_that_never_were(number):
    return enclosing(number, b"Date: Mon, 99 Feb 99999 99:99:99 +9999\n")


@processed(ACCEPTED)
def every_header_twice(number):
    """The first counts."""
    raw = enclosing(number, b"Subject: a\nSubject: b\nFrom: a@b.co\nFrom: c@d.co\n")
    return raw.replace(
        b"\n\n", b"\nContent-Type: text/html\nContent-Transfer-Encoding: 7bit\n\n", 1
    )


@processed(ACCEPTED)
def folded_where_nothing_folds(number):
    return enclosing(
        number, b"Subject:\n\t\n fac\n tura\n", content_type=b"application/zip;\n\tname=\n z.zip"
    )


@failed("no_edocument")
def a_million_header_fields(number):
    """The one that would tell the file stands behind them."""
    return b"X-%s: a\n" % number.encode() + b"X: a\n" * 1_000_000 + enclosing(number)


@processed(ACCEPTED)
def parameters_without_end(number):
    """3,000 parameters and quotes that never close."""
    return enclosing(number, content_type=b"application/zip" + b"; a=b" * 3000 + b'; name="z.zip')


# Names


@processed(ACCEPTED)
def name_in_pieces_with_a_charset(number):
    """RFC 2231: continuations, percent-encoded, with charset and language."""
    pieces = b"filename*0*=iso-8859-1'es'Facturaci%F3n; filename*1*=%20marzo; filename*2=.zip"
    return named(number, pieces)


@processed(ACCEPTED)
def name_in_pieces_that_lie(number):
    """Out of order, twice, negative, endless, in an unknown charset."""
    pieces = b"filename*9999999999=a; filename*1=b; filename*0*=nope'x'%zz%; filename*01=c; filename*-1=d"
    return named(number, pieces)


@processed(ACCEPTED)
def name_in_encoded_words(number):
    return named(number, b'filename="=?UTF-8?Q?Facturaci=C3=B3n=2Ezip?="')


@processed(ACCEPTED)
def name_out_of_its_folder(number):
    return named(number, b'filename="../../../etc/x.zip"; name="C:\\\\Windows\\\\x.zip"')


@processed(ACCEPTED)
def name_that_reads_backwards(number):
    return named(number, 'filename="fac\u202elmx.\u2066\x07\u200bzip\x00\x7f"'.encode())


@processed(ACCEPTED)
def name_of_a_megabyte(number):
    return named(number, b'filename="%s.zip"' % (b"x" * MEBIBYTE))


# Mails that no person wrote, or that hold no invoice


@failed("mail_empty")
def nothing_at_all(number):
    """A mail of no bytes but line ends."""
    return b"\n\n\n"


@failed("no_edocument")
def rubbish(number):
    return bytes(range(256)) * 200 + number.encode()


@failed("no_edocument")
def header_without_an_end(number):
    """The empty line behind the header never comes."""
    return b"Subject: %s\nFrom: a@b.co" % number.encode()


@failed("no_edocument")
def pdf_alone(number):
    return mail_of(number, {"factura.pdf": builder.pdf("Factura", number)})


@failed("no_edocument")
def link_alone(number):
    return mail_of(number, {}, body=f"Descargue su factura: https://portal.example/{number}\n")


@failed("no_edocument")
def web_page_that_looks_like_xml(number):
    page = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'
    return enclosing(
        number, content_type=b"text/html", disposition=None, encoding=b"7bit", body=page
    )


@failed("mail_bounce")
def bounce(number):
    """A report that a mail of ours did not arrive."""
    report = b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.co\nAction: failed\n"
    headers = b"From: MAILER-DAEMON@x.example\nReturn-Path: <>\nSubject: %s\n" % number.encode()
    return multipart(
        b"\nfailed", report, headers=headers, kind=b"report; report-type=delivery-status"
    )


@processed(ACCEPTED)
def bounce_with_an_invoice(number):
    """The supplier's mail came back to somebody who sends it on: the invoice in it counts."""
    original = b"Content-Type: message/rfc822\n\n" + invoice(number).mail
    return multipart(b"\nfailed", original, headers=b"Return-Path: <>\n", kind=b"report")


@failed("mail_automatic")
def answering_machine(number):
    headers = b"Auto-Submitted: auto-replied\nSubject: fuera de la oficina %s\n\n" % number.encode()
    return headers + b"Vuelvo el lunes.\n"


@processed(ACCEPTED)
def invoice_sent_by_a_program(number):
    """Invoicing programs say that they are programs, too."""
    return enclosing(number, b"Auto-Submitted: auto-generated\nPrecedence: bulk\nReturn-Path: <>\n")


@processed(ACCEPTED)
def backup_copy_of_our_own(number):
    """What this system sent to a backup address leads back into the mailbox: a remark says so."""
    return enclosing(number, b"X-Odoo-Backup-Of: <a@b.co>\n")


# The same invoice again

SAME = invoice("FE1999")


@processed(ACCEPTED)
def invoice_for_the_first_time(number):
    return SAME.mail


@processed(DUPLICATE, reason="duplicate")
def invoice_for_the_second_time(number):
    return builder.forward(SAME.mail, f"RV: {number}")


@processed(DUPLICATE, reason="duplicate")
def invoice_for_the_third_time(number):
    """Loose files instead of an archive."""
    return mail_of(number, SAME.files)
