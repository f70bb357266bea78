"""The ZIP of a pack while it is made: on disk, in turns, so that neither memory nor a time limit bounds its size."""

import contextlib
import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import Any

from . import names, tables

MANIFEST = "SHA256SUMS"
PAGE = "LEAME.html"
WORKBOOK = "libro.xlsx"
#: Most of it is compressed already: ZIPs and PDFs in mails.
LEVEL = 1


class Pack:
    """A pack that is being made in a folder. It may be closed and opened again, and grows.

    Where it was not closed, as in a process that was killed, it is damaged: begin anew in an empty folder.
    """

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.path = folder / "pack.zip"
        self._zip = zipfile.ZipFile(
            self.path, "a", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=LEVEL
        )
        self._manifest = (folder / MANIFEST).open("a", encoding="ascii")
        self._rows = {table.name: tables.Rows(folder, table) for table in tables.TABLES}

    def add(self, name: str, content: bytes) -> str:
        """Put a file into it.

        :param name: made with `names`; unique
        :return: the SHA-256 of the content
        :raise ValueError: the name leads out of the pack, or is there already
        """
        self._check(name)
        self._zip.writestr(name, content)
        return self._note(name, hashlib.sha256(content).hexdigest())

    def row(self, table: tables.Table, **values: Any) -> None:
        """Add a row to one of `tables.TABLES`."""
        self._rows[table.name].add(values)

    def close(self) -> None:
        for rows in self._rows.values():
            rows.close()
        self._manifest.close()
        self._zip.close()

    def finish(self, page: str) -> Path:
        """Add the tables, the page that explains them and the digests of all, and close it.

        :param page: HTML
        :return: the ZIP, in the folder
        """
        for rows in self._rows.values():
            rows.close()
            self._add_file(rows.path.name, rows.path)
        book = self.folder / WORKBOOK
        tables.workbook(self.folder, book)
        self._add_file(WORKBOOK, book)
        self.add(PAGE, page.encode())
        self._manifest.close()
        self._zip.write(self.folder / MANIFEST, MANIFEST)
        self._zip.close()
        return self.path

    def _check(self, name):
        if not names.PATH.fullmatch(name) or name in self._zip.NameToInfo:
            raise ValueError(f"no name for a file in a pack: {name!r}")

    def _add_file(self, name, path):
        self._zip.write(path, name)
        self._note(name, digest(path, "sha256"))

    def _note(self, name, sha256):
        # As `sha256sum` writes it.
        self._manifest.write(f"{sha256}  {name}\n")
        return sha256


def discard(folder: Path) -> None:
    """Throw away what was made of a pack."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)


def digest(path: Path, algorithm: str) -> str:
    """:return: the digest of a file, which is read piece by piece"""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
