"""Which PDF and which other files of a mail belong to which document.

DIAN's annex puts one document and its PDF into one ZIP (9.1); the industry adds an inner ZIP of
annexes. In real mails there are loose files, several documents in one ZIP and several ZIPs too:
names decide first, then places. Where neither does, no document gets a PDF that may be another's.
"""

import functools
import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .archive import File, FileKind, kind_of

#: DIAN's names for files (annex 1.9, 6.5): kind of document, then NIT, provider, year and
#: consecutive.
OFFICIAL_NAME = re.compile(r"(?:fv|nc|nd|ar|ad|ds|na|z)(\d{15}[0-9a-f]{8})", re.IGNORECASE)
DIGITS = frozenset("0123456789")
#: Numbers shorter than this are found in any name.
NUMBER_LENGTH = 3
#: Documents that share the files beside them which name none: more of them are a pile in which
#: nobody can tell whose a file is, and every bill would get a copy of the whole pile.
SHARING = 10


@dataclass(frozen=True, eq=False)
class Place:
    """Where a document stands: the files that carry it, several if it came twice; its number."""

    files: tuple[File, ...]
    number: str | None

    @functools.cached_property
    def archives(self) -> frozenset:
        """The archives around it, at any depth; None is the mail itself."""
        return frozenset(archive for file in self.files for archive in _around(file))

    @functools.cached_property
    def _stems(self):
        return {_stem(file.name) for file in self.files}

    def names(self, file: File) -> bool:
        """True where the file's name says that it belongs to this document."""
        if _stem(file.name) in self._stems:
            return True
        number = self.number or ""
        return len(number) >= NUMBER_LENGTH and _mentions(file.name, number)

    def holds(self, file: File) -> bool:
        """True where the file lies beside the document."""
        return any(file.archive is carrier.archive for carrier in self.files)


@dataclass(frozen=True)
class Enclosures:
    """What belongs to one document."""

    pdf: File | None
    annexes: tuple[File, ...]


def share_out(places: Sequence[Place], files: Iterable[File]) -> list[Enclosures]:
    """The enclosures of each place, in the same order.

    :param files: everything that may be enclosed: attachments, and what came out of them.
    """
    files = list(dict.fromkeys(files))
    pdfs = _pdfs(places, [file for file in files if kind_of(file.content) is FileKind.PDF])
    annexes = _annexes(places, files, set(pdfs.values()))
    digest = functools.cache(lambda file: hashlib.sha256(file.content).digest())
    return [
        Enclosures(pdfs.get(place), tuple(_once(annexes[place], pdfs.get(place), digest)))
        for place in places
    ]


def _pdfs(places, pdfs):
    """One PDF for one document: its namesake, else one beside it if no other document is there."""
    shared, free = {}, dict.fromkeys(pdfs)

    def give(place, candidates):
        fitting = [pdf for pdf in candidates if pdf in free]
        if fitting and place not in shared:
            shared[place] = min(fitting, key=lambda pdf: not place.holds(pdf))
            del free[shared[place]]

    for place in places:
        give(place, [pdf for pdf in pdfs if place.names(pdf)])
    alone = Counter(
        archive for place in places if place not in shared for archive in _beside(place)
    )
    for place in places:
        give(place, [pdf for pdf in pdfs if place.holds(pdf) and alone[pdf.archive] == 1])
    if len(places) == 1:
        give(places[0], pdfs)
    return shared


def _mentions(name, number):
    """Whether a number stands in a name, and not as a part of a longer one."""
    # No regular expression: each document would compile its own.
    parts = name.lower().split(number.lower())
    return any(
        before[-1:] not in DIGITS and after[:1] not in DIGITS
        for before, after in itertools.pairwise(parts)
    )


def _beside(place):
    return {file.archive for file in place.files}


def _annexes(places, files, pdfs):
    """The other files: of the document they are named after, else of all in the same archive.

    An archive without documents is one annex, not so many members.
    """
    carriers = {file for place in places for file in place.files}
    opened = {archive for place in places for archive in place.archives}
    annexes = {place: [] for place in places}
    for file in files:
        if file in carriers or file in pdfs or file in opened or file.archive not in opened:
            continue
        named = [place for place in places if place.names(file)]
        beside = [place for place in places if file.archive in place.archives]
        for place in named or (beside if len(beside) <= SHARING else ()):
            annexes[place].append(file)
    return annexes


def _once(files, pdf, digest):
    """Without what the mail brought twice, as a forwarded one does."""
    kept = {digest(pdf)} if pdf and files else set()
    for file in files:
        if digest(file) not in kept:
            kept.add(digest(file))
            yield file


def _around(file):
    """The archives around a file, the nearest first, then the mail itself as None."""
    while file:
        file = file.archive
        yield file


@functools.lru_cache(maxsize=1024)
def _stem(name):
    """What files of one document have in common in their names."""
    official = OFFICIAL_NAME.match(name)
    stem = official[1] if official else name.rpartition(".")[0] or name
    return stem.casefold()
