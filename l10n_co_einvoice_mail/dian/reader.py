"""From the files of a mail to its documents, each with DIAN's answers, its PDF and its annexes.

Every signature is checked on the tree that is read, each on its own: a container's good one says
nothing about the document inside it, nor the other way round.

Nothing about the content of a file is an exception here: what cannot be read becomes a problem of
that file.
"""

import functools
import hashlib
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .archive import Budget, File, FileKind, Problem, kind_of, unpack
from .container import Container, container_of, is_container
from .content import Content, content_of
from .document import ApplicationResponse, Document, document_of, is_document, is_payroll
from .enclosures import OFFICIAL_NAME, Place, share_out
from .errors import DianError, DocumentError, ReadingError, XmlError
from .limits import DEFAULTS, DOCUMENT_NODES, Limits
from .signature import Signature, signature_of
from .xml import CANONICAL, as_utf8, count_nodes, has_instructions, parse_utf8

#: How a document of DIAN's begins; broken ones are recognised by it.
TELLTALE = re.compile(
    rb"urn:oasis:names:specification:ubl"
    rb"|<(?:[\w.-]{1,20}:)?(?:AttachedDocument|ApplicationResponse|Invoice|CreditNote|DebitNote"
    rb"|NominaIndividual(?:DeAjuste)?)\b"
)
TELLTALE_WITHIN = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """DIAN's answer about a document: the bytes it signed, what they say, and its signature."""

    xml: bytes = field(repr=False)
    response: ApplicationResponse
    signature: Signature


@dataclass(frozen=True)
class EDocument:
    """An electronic document as it arrived.

    :param name: the name of the file that carried it.
    :param xml: the bytes that its issuer signed.
    :param container: the bytes of the AttachedDocument around it, None where it came without.
    """

    name: str
    xml: bytes = field(repr=False)
    document: Document | ApplicationResponse
    signature: Signature
    answers: tuple[Answer, ...] = ()
    container: bytes | None = field(default=None, repr=False)
    container_facts: Container | None = None
    container_signature: Signature | None = None
    pdf: File | None = None
    annexes: tuple[File, ...] = ()

    @property
    def code(self) -> str | None:
        """The document's CUFE or CUDE."""
        return self.document.code

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256, hex, of the bytes that its issuer signed."""
        return hashlib.sha256(self.xml).hexdigest()

    @functools.cached_property
    def content(self) -> Content:
        """What it says, by which copies of one CUFE are told apart."""
        return content_of(self.document, self.signature)

    @property
    def size(self) -> int:
        """Bytes of the document and of all that came with it."""
        files = (self.pdf, *self.annexes) if self.pdf else self.annexes
        contents = (self.xml, self.container or b"", *(answer.xml for answer in self.answers))
        return sum(map(len, contents)) + sum(len(file.content) for file in files)

    @property
    def is_answer(self) -> bool:
        """True of DIAN's answer about another document, False of a document or of an event."""
        document = self.document
        return document.is_response and not document.is_event and not self.answers


@dataclass(frozen=True)
class Reading:
    """What the files of a mail are, and why some could not be understood."""

    edocuments: tuple[EDocument, ...]
    problems: tuple[Problem, ...] = ()


@dataclass
class _Found:
    """A document and the files that carried it."""

    edocument: EDocument
    files: list[File]

    def says_the_same(self, other):
        return not self.edocument.content.differs_from(other.edocument.content)

    def merge(self, other):
        """The same document again: the copy with the better evidence stays."""
        self.files += other.files
        self.edocument = max(self.edocument, other.edocument, key=_evidence)

    def add_answer(self, found):
        """DIAN's answer, an EDocument itself, lay beside the document."""
        if all(found.xml != answer.xml for answer in self.edocument.answers):
            answer = Answer(found.xml, found.document, found.signature)
            answers = (*self.edocument.answers, answer)
            self.edocument = replace(self.edocument, answers=answers)


class _Allowance:
    """What may still be parsed of one mail."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self._nodes_left = limits.xml_nodes

    def take(self, *documents: bytes, counted: int = 0) -> int:
        """Count documents that are about to be parsed, and return what they count.

        :param counted: what was taken for the container that carries them.
        :raises XmlError: `xml_too_big` where no more is left; what is smaller may still follow.
        """
        nodes = sum(max(count_nodes(document), DOCUMENT_NODES) for document in documents)
        if nodes - counted > self._nodes_left:
            limit = self.limits.xml_nodes
            raise XmlError("xml_too_big", detail=f"more than {limit} tags and attributes in a mail")
        self._nodes_left -= max(nodes - counted, 0)
        return nodes


def read(files: Iterable[File], limits: Limits = DEFAULTS) -> Reading:
    """The electronic documents in the attachments of one mail, or in files uploaded together.

    Never raises on content.
    """
    problems = []
    attachments = _within(files, limits, problems)
    unpacked = _unpack_all(attachments, limits, problems)
    allowance = _Allowance(limits)
    found = [
        _Found(edocument, [file])
        for file in unpacked
        if (edocument := _edocument_in(file, allowance, problems))
    ]
    documents = _distinct(item for item in found if not item.edocument.is_answer)
    answers = [item for item in found if item.edocument.is_answer]
    _pair(answers, documents, problems)
    edocuments = _enclose(documents, answers, [*attachments, *unpacked])
    return Reading(tuple(edocuments), tuple(problems))


def _within(files, limits, problems):
    attachments = list(itertools.islice(files, limits.files + 1))
    if len(attachments) > limits.files:
        error = ReadingError("files_too_many", limit=limits.files)
        problems.append(Problem.of(error, attachments.pop().name))
    return attachments


def _unpack_all(attachments, limits, problems):
    budget = Budget(limits)
    unpacked = []
    for attachment in attachments:
        result = unpack(attachment, limits, budget)
        unpacked += result.files
        problems += result.problems
    return unpacked


def _edocument_in(file, allowance, problems):
    """The document that a file is or contains; None of another file."""
    if kind_of(file.content) is not FileKind.XML:
        return None
    try:
        return _edocument_of(file, allowance, problems)
    except DianError as error:
        if _looks_like_document(file):
            problems.append(Problem.of(error, file.name))
        return None


def _edocument_of(file, allowance, problems):
    limits = allowance.limits
    content = as_utf8(file.content, limits)
    counted = allowance.take(content)
    facts, signature = _open(content, limits, _facts_of)
    if facts is None:
        return None
    if not isinstance(facts, Container):
        return EDocument(file.name, content, facts, signature)
    allowance.take(facts.document, *facts.answers, counted=counted)
    answers = tuple(_answers(file, facts, limits, problems))
    document, document_signature = _open(facts.document, limits, document_of)
    return EDocument(
        file.name,
        facts.document,
        document,
        document_signature,
        answers,
        container=content,
        container_facts=facts,
        container_signature=signature,
    )


def _open(content, limits, facts_of):
    """What an XML document says and its signature, from one tree, which is gone then."""
    root = parse_utf8(content, limits, CANONICAL)
    signature = signature_of(root)
    if has_instructions(root):
        del root  # one tree at a time
        root = parse_utf8(content, limits)
    return facts_of(root, limits), signature


def _facts_of(root, limits):
    """A Container, a Document or an ApplicationResponse; None of other XML."""
    if is_container(root):
        return container_of(root, limits)
    if is_payroll(root):
        raise DocumentError("document_payroll")
    return document_of(root, limits) if is_document(root) else None


def _answers(file, facts, limits, problems):
    for xml in facts.answers:
        try:
            yield _answer(xml, limits)
        except DianError as error:
            problems.append(Problem.of(error, file.name))


def _answer(xml, limits):
    try:
        response, signature = _open(xml, limits, document_of)
    except DianError as error:
        raise ReadingError("answer_unreadable", detail=error) from error
    if not response.is_response:
        raise ReadingError("answer_unreadable", detail=response.kind)
    return Answer(xml, response, signature)


def _looks_like_document(file):
    """Broken XML is just an annex unless its name or beginning says that it is one of DIAN's."""
    beginning = file.content[:TELLTALE_WITHIN].replace(b"\0", b"")
    return bool(OFFICIAL_NAME.match(file.name) or TELLTALE.search(beginning))


def _distinct(found):
    """Each document once, in the order of the mail; one without a CUFE is known by its bytes.

    Under one CUFE there may be several that say something else: none of them is dropped.
    """
    documents = {}
    for item in found:
        copies = documents.setdefault(item.edocument.code or item.edocument.xml, [])
        same = next((copy for copy in copies if copy.says_the_same(item)), None)
        if same:
            same.merge(item)
        else:
            copies.append(item)
    return list(itertools.chain.from_iterable(documents.values()))


def _evidence(edocument):
    return bool(edocument.answers), edocument.container is not None


def _pair(answers, documents, problems):
    """Give each loose answer to the document that it is about."""
    by_code = {}
    for item in documents:
        if item.edocument.code:
            by_code.setdefault(item.edocument.code, []).append(item)
    for item in answers:
        response = item.edocument.document
        about = by_code.get(response.reference.cufe) if response.reference else None
        for document in about or ():
            document.add_answer(item.edocument)
        if not about:
            error = ReadingError("answer_alone", number=response.number or "")
            problems.append(Problem.of(error, item.edocument.name))


def _enclose(documents, answers, files):
    """Every document with its PDF and annexes."""
    carriers = {file for item in answers for file in item.files}
    places = [Place(tuple(item.files), item.edocument.document.number) for item in documents]
    enclosures = share_out(places, (file for file in files if file not in carriers))
    return [
        replace(item.edocument, pdf=enclosed.pdf, annexes=enclosed.annexes)
        for item, enclosed in zip(documents, enclosures, strict=True)
    ]
