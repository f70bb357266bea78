"""Archives that are bombs, lies, locked, broken, of another kind, or only unusual."""

import io
import struct
import warnings
import zipfile
import zlib

from .. import builder
from .cases import ACCEPTED, MEBIBYTE, failed, invoice, mail_of, processed

ZEROS = bytes(MEBIBYTE)
#: APPNOTE 4.3.7 and 4.3.12: the records' first bytes, and offsets of fields in them
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
LOCAL_FLAGS, LOCAL_METHOD = 6, 8
FLAGS, METHOD, CRC, SIZE, OFFSET = 8, 10, 16, 24, 42
BZIP2, DEFLATE64, AES = 12, 9, 99


def zipped(members, method=zipfile.ZIP_DEFLATED):
    """A ZIP of (name, content) pairs; a name may come twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that comes twice
        for name, content in members:
            target.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def patched(content, marker, offset, layout, value):
    """`content` with a field replaced in every record that begins with `marker`."""
    content = bytearray(content)
    position = content.find(marker)
    while position >= 0:
        struct.pack_into(layout, content, position + offset, value)
        position = content.find(marker, position + 4)
    return bytes(content)


def of_method(content, method):
    """The same ZIP, its members declared to be compressed in another way."""
    content = patched(content, LOCAL, LOCAL_METHOD, "<H", method)
    return patched(content, CENTRAL, METHOD, "<H", method)


def locked(content):
    """The same ZIP with the flag of encrypted members."""
    content = patched(content, LOCAL, LOCAL_FLAGS, "<H", 1)
    return patched(content, CENTRAL, FLAGS, "<H", 1)


def nested(depth, members):
    """A ZIP in a ZIP in a ZIP."""
    content = zipped(members)
    for level in range(depth):
        content = zipped([(f"z{level}.zip", content)])
    return content


def archive_mail(number, content):
    return mail_of(number, {"z.zip": content})


@failed("archive_too_big")
def zip_bomb(number):
    """60 KB that hold 60 MB."""
    return archive_mail(number, zipped([("fv.xml", b"<a>" + ZEROS * 60)]))


@failed("archive_too_big")
def zip_bomb_in_layers(number):
    """Each of sixteen inner archives keeps within the limit, not all together."""
    inner = zipped([("fv.xml", ZEROS * 4)])
    return archive_mail(number, zipped([(f"{layer}.zip", inner) for layer in range(16)]))


@processed(ACCEPTED)
def zip_bomb_beside_an_invoice(number):
    """What is read before the limit counts; the rest is a remark."""
    package = invoice(number)
    return archive_mail(number, zipped([*package.files.items(), ("b.bin", ZEROS * 40)]))


@failed("archive_broken")
def zip_directory_lies_about_the_size(number):
    """The directory declares 10 bytes, 5 MB come."""
    content = zipped([("fv.xml", b"<a>" + ZEROS * 5)])
    return archive_mail(number, patched(content, CENTRAL, SIZE, "<L", 10))


@processed(ACCEPTED)
def zip_directory_declares_more_than_there_is(number):
    """Half a gigabyte declared: what is there is read, no memory is set aside for the rest."""
    content = zipped(list(invoice(number).files.items()), zipfile.ZIP_STORED)
    return archive_mail(number, patched(content, CENTRAL, SIZE, "<L", 2**29))


@failed("archive_broken")
def zip_directory_names_another_member(number):
    """The directory says b.xml where a.xml lies."""
    content = bytearray(zipped([("a.xml", b"<a/>")]))
    content[content.rfind(b"a.xml")] = ord("b")
    return archive_mail(number, bytes(content))


@failed("archive_broken")
def zip_members_overlap(number):
    """Every entry of the directory is the same compressed megabyte (CVE-2024-0450)."""
    content = zipped([(f"{name:03}.xml", ZEROS) for name in range(100)])
    return archive_mail(number, patched(content, CENTRAL, OFFSET, "<L", 0))


@failed("archive_broken")
def zip_with_a_wrong_checksum(number):
    """Bits that fell over on the way."""
    content = zipped(list(invoice(number).files.items()))
    return archive_mail(number, patched(content, CENTRAL, CRC, "<L", 0))


@failed("archive_broken")
def zip_cut_in_half(number):
    """The directory stands at the end, and is gone."""
    content = invoice(number).archive
    return archive_mail(number, content[: len(content) // 2])


@failed("archive_encrypted")
def zip_with_a_password(number):
    return archive_mail(number, locked(invoice(number).archive))


@failed("archive_encrypted")
def zip_with_a_password_in_the_manner_of_winzip(number):
    """AES stands as a method of its own, perhaps without the flag."""
    return archive_mail(number, of_method(invoice(number).archive, AES))


@processed(ACCEPTED)
def zip_with_a_password_as_an_annex(number):
    """The invoice is there; that an annex could not be opened is a remark."""
    annex = locked(zipped([("anexo.pdf", builder.pdf("Anexo"))]))
    return mail_of(number, {**invoice(number).attachments, "anexos.zip": annex})


@failed("archive_unsupported")
def zip_of_another_method(number):
    """Deflate64, as Windows writes big archives."""
    return archive_mail(number, of_method(invoice(number).archive, DEFLATE64))


@failed("archive_unsupported")
def zip_of_bzip2(number):
    return archive_mail(number, zipped(list(invoice(number).files.items()), zipfile.ZIP_BZIP2))


@failed("archive_unsupported")
def rar(number):
    return mail_of(number, {"factura.rar": b"Rar!\x1a\x07\x01\x00" + ZEROS[:2000]})


@failed("archive_unsupported")
def rar_named_zip(number):
    return archive_mail(number, b"Rar!\x1a\x07\x00" + ZEROS[:2000])


@failed("archive_unsupported")
def seven_zip(number):
    return mail_of(number, {"factura.7z": b"7z\xbc\xaf\x27\x1c" + ZEROS[:2000]})


@failed("file_gzip")
def gzip_of_an_invoice(number):
    packer = zlib.compressobj(wbits=31)
    content = packer.compress(invoice(number).container) + packer.flush()
    return mail_of(number, {"ad.xml.gz": content})


@failed("file_winmail")
def winmail_dat(number):
    """Outlook's own envelope around the attachments (TNEF)."""
    content = b"\x78\x9f\x3e\x22" + ZEROS[:2000]
    return mail_of(number, {"winmail.dat": content}, content_type="application/ms-tnef")


@failed("archive_too_deep")
def zip_in_zip_in_zip_in_zip(number):
    return archive_mail(number, nested(3, invoice(number).files.items()))


@failed("archive_too_deep")
def zip_thirty_deep(number):
    return archive_mail(number, nested(30, invoice(number).files.items()))


@processed(ACCEPTED)
def zip_in_zip_in_zip(number):
    """A forwarded archive in an archive: odd, and within bounds."""
    return archive_mail(number, nested(2, invoice(number).files.items()))


@failed("archive_too_many")
def zip_of_sixty_thousand_members(number):
    entry = zipped([(f"{number}.xml", b"")])
    start, end = entry.index(CENTRAL), entry.index(END)
    directory = entry[start:end] * 60_000
    counts = (0, 0, 60_000, 60_000, len(directory), start, 0)
    return archive_mail(number, entry[:start] + directory + struct.pack("<4s4H2LH", END, *counts))


@failed("archive_too_many")
def zip_of_201_members(number):
    return archive_mail(number, zipped([(f"{name}.xml", b"<a/>") for name in range(201)]))


@failed("no_edocument")
def zip_without_members(number):
    return archive_mail(number, zipped([]))


@failed("no_edocument")
def zip_that_is_a_spreadsheet(number):
    """An office document is a ZIP of XML files, and no archive of invoices."""
    sheet = zipped([("[Content_Types].xml", b"<a/>"), ("xl/workbook.xml", b"<a/>")])
    return mail_of(number, {"relacion.xlsx": sheet})


@failed("no_edocument")
def zip_inside_a_program(number):
    """A self-extracting archive begins as a program: nobody opens it here."""
    return mail_of(number, {"factura.exe": b"MZ" + ZEROS[:5000] + invoice(number).archive})


@processed(ACCEPTED)
def zip_with_a_zip_of_annexes(number):
    """As the industry agreed on it."""
    annexes = zipped([("remesa.pdf", builder.pdf("Remesa")), ("cumplido.txt", b"Recibido")])
    return archive_mail(number, zipped([*invoice(number).files.items(), ("anexos.zip", annexes)]))


@processed(ACCEPTED)
def zip_with_names_out_of_its_folder(number):
    """Names are labels, never paths."""
    package = invoice(number)
    members = [("../../etc/cron.d/ad.xml", package.container), ("C:\\x\\fv.pdf", package.pdf)]
    return archive_mail(number, zipped([*members, ("/abs.txt", b"x"), ("..", b"y")]))


@processed(ACCEPTED)
def zip_of_a_mac(number):
    package = invoice(number)
    noise = [("__MACOSX/._ad.xml", b"\0\5\x16\7<?xml"), (".DS_Store", b"\0"), ("Thumbs.db", b"\0")]
    return archive_mail(number, zipped([*noise, *package.files.items()]))


@processed(ACCEPTED)
def zip_with_folders_in_capitals(number):
    package = invoice(number)
    members = [("FACTURAS/", b""), ("FACTURAS/MARZO/AD.XML", package.container)]
    return mail_of(number, {"FACTURA.ZIP": zipped([*members, ("FACTURAS/FV.PDF", package.pdf)])})


@processed(ACCEPTED)
def zip_with_unreadable_names(number):
    """Bytes in no encoding, control and bidirectional characters, 60,000 of them."""
    package = invoice(number)
    odd = "a\x00\x1b[2J\u202exml.exe\u2066\u200b" + "x" * 60_000
    members = [("\xf1and\xfa\x80.xml", package.container), (odd, package.pdf)]
    return archive_mail(number, zipped(members))


@processed(ACCEPTED, ACCEPTED)
def zip_of_two_containers(number):
    first, second = invoice(number), invoice(f"{number}2")
    return archive_mail(
        number, zipped([("ad1.xml", first.container), ("ad2.xml", second.container)])
    )


@processed(ACCEPTED, ACCEPTED)
def zip_of_two_members_of_one_name(number):
    first, second = invoice(number), invoice(f"{number}2")
    return archive_mail(number, zipped([("ad.xml", first.container), ("ad.xml", second.container)]))


@failed("xml_malformed", ACCEPTED)
def zip_of_a_good_and_a_broken_container(number):
    """The good one is recorded; a mail with an invoice that nobody could read is not done."""
    first, second = invoice(number), invoice(f"{number}2")
    members = [("ad1.xml", first.container), ("ad2.xml", second.container[:-100])]
    return archive_mail(number, zipped(members))


@processed(ACCEPTED)
def zip_behind_another_zip(number):
    """Two archives one behind the other: the last directory counts."""
    return archive_mail(number, zipped([("a.txt", b"a")]) + invoice(number).archive)


@processed(ACCEPTED)
def zip_with_data_descriptors(number):
    """Sizes stand behind each member, as programs write that do not know them before."""
    buffer = io.BytesIO()
    package = invoice(number)
    with zipfile.ZipFile(_Stream(buffer), "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in package.files.items():
            with target.open(name, "w", force_zip64=True) as member:
                member.write(content)
    return archive_mail(number, buffer.getvalue())


class _Stream(io.RawIOBase):
    """A file that cannot go back, as a network connection cannot."""

    def __init__(self, target):
        self._target = target

    def writable(self):
        return True

    def write(self, data):
        return self._target.write(data)
