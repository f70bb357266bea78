import io
import struct
import unittest
import zipfile
import zlib

from ...dian.archive import Budget, File, FileKind, kind_of, label, unpack
from ...dian.limits import DEFAULTS, MEBIBYTE, Limits
from ..tools import builder

XML = b"<?xml version='1.0'?><a/>"
#: APPNOTE 4.3.12: offsets in an entry of the central directory
FLAGS, METHOD, SIZE = 8, 10, 24
#: APPNOTE 4.3.7: the same of a local header
LOCAL_FLAGS, LOCAL_METHOD = 6, 8


def zipped(files, method=zipfile.ZIP_DEFLATED):
    """A ZIP of (name, content) pairs."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, content in files:
            target.writestr(name, content)
    return buffer.getvalue()


def patched(content, marker, offset, layout, value, count=-1):
    """`content` with a field of the records that begin with `marker` replaced."""
    content = bytearray(content)
    position = content.find(marker)
    while position >= 0 and count:
        struct.pack_into(layout, content, position + offset, value)
        position = content.find(marker, position + 4)
        count -= 1
    return bytes(content)


def encrypted(content):
    """The same ZIP with the flag of encrypted members."""
    content = patched(content, b"PK\x03\x04", LOCAL_FLAGS, "<H", 1)
    return patched(content, b"PK\x01\x02", FLAGS, "<H", 1)


def crowded(count):
    """A small ZIP whose directory names one member so many times."""
    entry = zipped([("a", b"")])
    start = entry.find(b"PK\x01\x02")
    local, directory = entry[:start], entry[start : start + 47] * count
    counts = (0, 0, count, count, len(directory), len(local), 0)
    return local + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", *counts)


def opened(content, limits=DEFAULTS, name="z.zip"):
    return unpack(File(name, content), limits)


class TestKind(unittest.TestCase):
    def test_by_first_bytes(self):
        for content, kind in (
            (XML, FileKind.XML),
            (b"<a/>", FileKind.XML),
            (b"\xef\xbb\xbf<?xml", FileKind.XML),
            (b"\r\n\t <fe:Invoice", FileKind.XML),
            (b"\n\xef\xbb\xbf\n<!DOCTYPE", FileKind.XML),
            ("<a/>".encode("utf-16"), FileKind.XML),
            ("<a/>".encode("utf-16-be"), FileKind.XML),
            (zipped([("a", b"")]), FileKind.ZIP),
            (zipped([]), FileKind.ZIP),
            (b"%PDF-1.4", FileKind.PDF),
            (b"\0" * 100 + b"%PDF-1.4", FileKind.PDF),
            (b"\0" * 1024 + b"%PDF-1.4", FileKind.OTHER),
            (b"Rar!\x1a\x07\x00", FileKind.RAR),
            (b"Rar!\x1a\x07\x01\x00", FileKind.RAR),
            (b"7z\xbc\xaf\x27\x1c", FileKind.SEVENZIP),
            (b"\x1f\x8b\x08", FileKind.GZIP),
            (b"\x78\x9f\x3e\x22", FileKind.TNEF),
            (b"", FileKind.OTHER),
            (b"PK", FileKind.OTHER),
            (b"< a", FileKind.OTHER),
            (b"a <b/>", FileKind.OTHER),
            (b"\x89PNG\r\n", FileKind.OTHER),
            (b" " * 1_000_000, FileKind.OTHER),
        ):
            self.assertIs(kind_of(content), kind, content[:20])


class TestLabel(unittest.TestCase):
    def test_folders_are_dropped(self):
        for name in ("../../etc/a.xml", "C:\\x\\a.xml", "/a.xml", "..\\a.xml", "a.xml"):
            self.assertEqual(label(name), "a.xml")

    def test_nothing_unseen_remains(self):
        self.assertEqual(label("fac\N{RIGHT-TO-LEFT OVERRIDE}lm\nx.exe\0\n\t"), "faclmx.exe")

    def test_long_names_keep_their_extension(self):
        self.assertEqual(label("x" * 500 + ".xml"), "x" * 116 + ".xml")
        self.assertEqual(len(label("x" * 500)), 120)
        self.assertEqual(len(label("." + "x" * 500)), 120)

    def test_no_name(self):
        for name in ("", "/", "a/", "\N{ZERO WIDTH SPACE}"):
            self.assertEqual(label(name), "unnamed")

    def test_files_are_labelled(self):
        self.assertEqual(File("../a.xml", b"").name, "a.xml")


class TestUnpack(unittest.TestCase):
    def assert_problem(self, unpacked, *codes):
        self.assertEqual([problem.code for problem in unpacked.problems], list(codes))

    def test_no_archive_comes_back_as_itself(self):
        for content in (XML, b"%PDF-1.4", b"", b"anything"):
            file = File("a", content)
            self.assertEqual(unpack(file).files, (file,))
            self.assert_problem(unpack(file))

    def test_members(self):
        unpacked = opened(zipped([("AD1.XML", XML), ("b/c/Á.pdf", b"%PDF-"), ("b/", b"")]))
        self.assertEqual([file.name for file in unpacked.files], ["AD1.XML", "Á.pdf"])
        self.assertEqual([file.path for file in unpacked.files], [("z.zip",)] * 2)
        self.assertEqual(unpacked.files[0].content, XML)
        self.assert_problem(unpacked)

    def test_declared_type_and_name_do_not_matter(self):
        for name in ("factura.pdf", "FACTURA.ZIP", "", "datos.bin"):
            self.assertEqual(opened(zipped([("a.xml", XML)]), name=name).files[0].name, "a.xml")

    def test_stored_members(self):
        self.assertEqual(opened(zipped([("a", XML)], zipfile.ZIP_STORED)).files[0].content, XML)

    def test_what_archivers_add(self):
        names = (
            "__MACOSX/._a.xml",
            "x/__MACOSX/b",
            ".DS_Store",
            "d/Thumbs.db",
            "._a",
            "DESKTOP.INI",
        )
        unpacked = opened(zipped([*((name, XML) for name in names), ("a.xml", XML)]))
        self.assertEqual([file.name for file in unpacked.files], ["a.xml"])

    def test_names_of_members(self):
        names = ("../../x.xml", "C:\\t\\y.xml", "/z.xml", "\N{RIGHT-TO-LEFT OVERRIDE}w.xml")
        unpacked = opened(zipped([(name, b"") for name in names]))
        self.assertEqual(
            [file.name for file in unpacked.files], ["x.xml", "y.xml", "z.xml", "w.xml"]
        )

    def test_utf8_names_without_the_flag(self):
        content = zipped([("Facturación.xml", XML)])
        content = patched(content, b"PK\x03\x04", LOCAL_FLAGS, "<H", 0)
        content = patched(content, b"PK\x01\x02", FLAGS, "<H", 0)
        self.assertEqual(opened(content).files[0].name, "Facturación.xml")
        content = content.replace("ó".encode(), b"\xa2n")  # cp850
        self.assertEqual(opened(content).files[0].name, "Facturaciónn.xml")

    def test_zip_in_zip_is_kept_and_opened(self):
        inner = zipped([("a.txt", b"a")])
        unpacked = opened(zipped([("anexos.zip", inner), ("ad.xml", XML)]))
        self.assertEqual([file.name for file in unpacked.files], ["anexos.zip", "a.txt", "ad.xml"])
        self.assertEqual(unpacked.files[1].path, ("z.zip", "anexos.zip"))
        self.assertIs(unpacked.files[1].archive, unpacked.files[0])

    def test_depth(self):
        content = XML
        for depth in range(5):
            content = zipped([(f"{depth}", content)])
        unpacked = opened(content)
        self.assertEqual([file.name for file in unpacked.files], ["4", "3", "2"])
        self.assert_problem(unpacked, "archive_too_deep")
        self.assertEqual(opened(content, Limits(archive_depth=4)).files[-1].content, XML)

    def test_office_documents_are_no_archives(self):
        for marker in ("[Content_Types].xml", "mimetype"):
            file = File("a.xlsx", zipped([(marker, b""), *((f"{n}.xml", XML) for n in range(150))]))
            self.assertEqual(unpack(file).files, (file,))
            self.assert_problem(unpack(file))

    def test_empty(self):
        file = File("z.zip", zipped([]))
        self.assertEqual(unpack(file).files, (file,))
        self.assert_problem(unpack(file))

    def test_formats_that_nobody_opens(self):
        for content, name in (
            (b"Rar!\x1a\x07\x01\x00", "RAR"),
            (b"7z\xbc\xaf\x27\x1c", "7z"),
        ):
            unpacked = opened(content)
            self.assert_problem(unpacked, "archive_unsupported")
            self.assertEqual(unpacked.problems[0].data, {"format": name})
            self.assertEqual(unpacked.problems[0].file, "z.zip")
            self.assertEqual(len(unpacked.files), 1)

    def test_what_is_no_archive_of_files_has_a_reason_of_its_own(self):
        outlook = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600
        stream = "__properties_version1.0".encode("utf-16-le")
        for content, code in (
            (b"\x1f\x8b\x08", "file_gzip"),
            (b"\x78\x9f\x3e\x22", "file_winmail"),
            (outlook + stream, "file_outlook"),
        ):
            self.assert_problem(opened(content), code)
        self.assert_problem(opened(outlook))  # an old Word document

    def test_encrypted(self):
        unpacked = opened(encrypted(zipped([("a.xml", XML), ("b.xml", XML)])))
        self.assert_problem(unpacked, "archive_encrypted")
        self.assertEqual(unpacked.files[0].name, "z.zip")

    def test_encrypted_members_do_not_stop_the_others(self):
        content = zipped([("a.xml", XML), ("b.xml", XML)])
        content = patched(content, b"PK\x03\x04", LOCAL_FLAGS, "<H", 1, count=1)
        content = patched(content, b"PK\x01\x02", FLAGS, "<H", 1, count=1)
        unpacked = opened(content)
        self.assert_problem(unpacked, "archive_encrypted")
        self.assertEqual([file.name for file in unpacked.files], ["b.xml"])

    def test_methods(self):
        for method, code in (
            (9, "archive_unsupported"),
            (14, "archive_unsupported"),
            (99, "archive_encrypted"),
        ):
            content = patched(zipped([("a.xml", XML)]), b"PK\x01\x02", METHOD, "<H", method)
            self.assert_problem(opened(content), code)

    def test_broken(self):
        content = zipped([("a.xml", XML * 100)])
        for broken in (content[:-30], content[:40], b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18):
            unpacked = opened(broken)
            self.assert_problem(unpacked, "archive_broken")
            self.assertEqual(len(unpacked.files), 1)

    def test_broken_members_do_not_stop_the_others(self):
        content = zipped([("a.xml", XML), ("b.xml", XML)], zipfile.ZIP_STORED)
        unpacked = opened(content.replace(XML, XML[:-1] + b"!", 1))
        self.assert_problem(unpacked, "archive_broken")
        self.assertEqual([file.name for file in unpacked.files], ["b.xml"])

    def test_every_byte_may_be_wrong(self):
        content = zipped([("a.xml", XML), ("b/anexos.zip", zipped([("c", b"c")]))])
        for position, byte in enumerate(content):
            for wrong in (byte ^ 1, byte ^ 128, 0, 255):
                opened(content[:position] + bytes([wrong]) + content[position + 1 :])
        for length in range(len(content)):
            opened(content[:length])


class TestBombs(unittest.TestCase):
    def assert_refused(self, content, code, limits=DEFAULTS):
        unpacked = opened(content, limits)
        self.assertEqual({problem.code for problem in unpacked.problems}, {code})
        return unpacked

    def test_bytes_are_counted_while_they_are_read(self):
        limits = Limits(archive_bytes=5 * MEBIBYTE)
        bomb = zipped([("small.xml", XML), ("zeros.xml", b"\0" * (6 * MEBIBYTE))])
        unpacked = self.assert_refused(bomb, "archive_too_big", limits)
        self.assertEqual([file.name for file in unpacked.files], ["small.xml"])
        self.assertEqual(unpacked.problems[0].data, {"limit": "5"})

    def test_many_small_ones(self):
        limits = Limits(archive_bytes=MEBIBYTE)
        self.assert_refused(
            zipped([(f"{n}", b"\0" * 30_000) for n in range(50)]), "archive_too_big", limits
        )

    def test_exactly_what_is_allowed(self):
        content = zipped([("a", b"a" * 1000), ("b", b"b" * 24)])
        self.assertEqual(len(opened(content, Limits(archive_bytes=1024)).files), 2)
        self.assert_refused(content, "archive_too_big", Limits(archive_bytes=1023))

    def test_declared_sizes_are_not_believed(self):
        content = zipped([("zeros", b"\0" * MEBIBYTE)])
        for declared in (10, 0xFFFFFFF0):
            lying = patched(content, b"PK\x01\x02", SIZE, "<L", declared)
            unpacked = opened(lying, Limits(archive_bytes=1000))
            self.assertEqual(len(unpacked.problems), 1)

    def test_a_bomb_in_many_layers(self):
        content = b"\0" * MEBIBYTE
        for _layer in range(3):
            content = zipped([(f"{n}.zip", content) for n in range(10)])
        unpacked = self.assert_refused(
            content, "archive_too_big", Limits(archive_bytes=20 * MEBIBYTE)
        )
        self.assertLess(sum(len(file.content) for file in unpacked.files), 21 * MEBIBYTE)

    def test_members(self):
        content = zipped([(f"{n}.xml", b"") for n in range(201)])
        unpacked = self.assert_refused(content, "archive_too_many")
        self.assertEqual(unpacked.problems[0].data, {"limit": "200"})
        self.assertEqual(len(opened(content, Limits(archive_members=201)).files), 201)

    def test_sixty_thousand_members(self):
        with zipfile.ZipFile(io.BytesIO(crowded(500))) as archive:
            self.assertEqual(len(archive.infolist()), 500)
        self.assert_refused(crowded(500), "archive_too_many")
        self.assert_refused(crowded(60_000), "archive_too_many")

    def test_files_of_all_layers(self):
        content = zipped(
            [(f"{n}.zip", zipped([(f"{m}", b"") for m in range(20)])) for n in range(20)]
        )
        unpacked = self.assert_refused(content, "archive_too_many", Limits(files=100))
        self.assertLessEqual(len(unpacked.files), 100)

    def test_one_budget_for_several_archives(self):
        budget = Budget(Limits(archive_bytes=1500))
        file = File("z.zip", zipped([("a", b"a" * 1000)]))
        self.assertEqual(unpack(file, DEFAULTS, budget).problems, ())
        self.assertEqual(unpack(file, DEFAULTS, budget).problems[0].code, "archive_too_big")

    def test_members_that_share_their_bytes(self):
        self.assertEqual(len(opened(crowded(1)).files), 1)
        unpacked = self.assert_refused(crowded(2), "archive_broken")
        self.assertEqual([file.name for file in unpacked.files], ["z.zip"])

    def test_a_stream_that_never_ends(self):
        class Endless:
            def read(self, size):
                return b"\0" * size

        with self.assertRaises(Exception) as caught:
            Budget(Limits(archive_bytes=1000)).read(Endless())
        self.assertEqual(caught.exception.code, "archive_too_big")


class TestBuiltArchive(unittest.TestCase):
    def test_a_supplier_s_archive(self):
        package = builder.Package()
        unpacked = opened(package.archive)
        self.assertEqual(
            [kind_of(file.content) for file in unpacked.files], [FileKind.XML, FileKind.PDF]
        )
        self.assertEqual(zlib.crc32(unpacked.files[0].content), zlib.crc32(package.container))
