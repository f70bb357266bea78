"""Dataclasses that say where in the XML each of their fields stands.

    @dataclass(frozen=True)
    class Totals:
        payable: Decimal | None = decimal("PayableAmount")

`read(Totals, node)` gives one. A path is a chain of local names, with `@name` at its end for an attribute; of several paths,
and of several elements on one path, the first that has a readable value counts. What is missing is None, what is there but
unreadable is None too and its path is noted in the reading's `malformed`.
"""

import datetime
import functools
import re
from dataclasses import dataclass, field, fields
from decimal import Decimal

from lxml import etree

from .errors import DocumentError
from .limits import Limits
from .text import visible
from .xml import local_name

#: Longest identifier (number, CUFE, NIT, code) and longest free text; DIAN's longest are 96 and 5,000 characters.
CODE_LENGTH = 250
TEXT_LENGTH = 10_000
#: Times without a zone are Colombian (annex 1.9, IssueTime: "-05:00").
COLOMBIA = datetime.timezone(datetime.timedelta(hours=-5))
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_INTEGER = re.compile(r"[0-9]{1,18}")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T.*)?")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6})[0-9]*)?)?\s*(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))?"
)
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass
class Reading:
    """What the reading of one document shares: its limits, and the paths of unreadable values."""

    limits: Limits
    malformed: list[str] = field(default_factory=list)
    groups: int = 0

    def count(self, nodes):
        """Bound the objects that one document can make us build."""
        self.groups += len(nodes)
        if self.groups > self.limits.document_groups:
            raise DocumentError("document_too_long", limit=self.limits.document_groups)
        return nodes


class Node:
    """An element that knows its children by local name; each element is looked at once."""

    __slots__ = ("_children", "element", "reading")

    def __init__(self, element: etree._Element, reading: Reading):
        self.element = element
        self.reading = reading
        self._children = None

    @property
    def children(self) -> "dict[str, list[Node]]":
        """Children by local name, in document order."""
        if self._children is None:
            self._children = {}
            for element in self.element:
                self._children.setdefault(local_name(element), []).append(
                    Node(element, self.reading)
                )
        return self._children

    def all(self, steps: tuple[str, ...]) -> "list[Node]":
        """Every element at the end of the chain of local names `steps`."""
        nodes = [self]
        for name in steps:
            nodes = [child for node in nodes for child in node.children.get(name, ())]
        return nodes

    def first(self, name: str) -> "Node | None":
        """The first child called `name`."""
        found = self.children.get(name)
        return found[0] if found else None


class Path:
    """A chain of local names, perhaps with an attribute: `PartyTaxScheme/CompanyID@schemeName`."""

    __slots__ = ("attribute", "steps", "text")

    def __init__(self, text: str):
        self.text = text
        elements, _at, self.attribute = text.partition("@")
        self.steps = tuple(elements.split("/"))

    def values(self, node: Node):
        """The texts found there, without outer white space; empty ones are none."""
        for found in node.all(self.steps):
            element = found.element
            value = element.get(self.attribute) if self.attribute else element.text
            if value and (value := value.strip()):
                yield value


def read(cls, node: Node, **known):
    """An instance of the dataclass `cls`, its fields read from `node` where their paths say; `known` are given."""
    return cls(**{name: reader(node) for name, reader in _readers(cls)}, **known)


@functools.cache
def _readers(cls):
    return tuple(
        (item.name, item.metadata["reader"]) for item in fields(cls) if "reader" in item.metadata
    )


def _value(convert):
    """A field constructor: the first value on the paths that `convert` accepts (it raises ValueError otherwise)."""

    def constructor(*paths):
        compiled = tuple(Path(path) for path in paths)

        def reader(node):
            for path in compiled:
                for value in path.values(node):
                    try:
                        return convert(value)
                    except ValueError:
                        node.reading.malformed.append(path.text)
            return None

        return field(default=None, metadata={"reader": reader})

    return constructor


def to_code(value: str) -> str:
    """An identifier as it stands; ValueError if it is too long or has characters that nobody sees."""
    if len(value) > CODE_LENGTH or not value.isprintable():
        raise ValueError(value[:CODE_LENGTH])
    return value


def to_text(value: str) -> str:
    """Free text: cut, and without characters that nobody sees."""
    return visible(value[:TEXT_LENGTH])


def to_decimal(value: str) -> Decimal:
    """An xsd:decimal, no exponent and no thousands separator, up to 18 digits on each side."""
    if not _DECIMAL.fullmatch(value):
        raise ValueError(value[:CODE_LENGTH])
    return Decimal(value)


def to_integer(value: str) -> int:
    """A natural number of up to 18 digits."""
    if not _INTEGER.fullmatch(value):
        raise ValueError(value[:CODE_LENGTH])
    return int(value)


def to_date(value: str) -> datetime.date:
    """The date as it is written: a zone or a time behind it changes nothing."""
    found = _DATE.fullmatch(value)
    if not found:
        raise ValueError(value[:CODE_LENGTH])
    return datetime.date(int(found[1]), int(found[2]), int(found[3]))


def to_time(value: str) -> datetime.time:
    """An aware time; Colombian where no zone is written."""
    found = _TIME.fullmatch(value)
    if not found:
        raise ValueError(value[:CODE_LENGTH])
    hour, minute, second, fraction, utc, sign, zone_hours, zone_minutes = found.groups()
    zone = datetime.timezone.utc if utc else COLOMBIA
    if sign:
        offset = datetime.timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        zone = datetime.timezone(-offset if sign == "-" else offset)
    microsecond = int((fraction or "0").ljust(6, "0"))
    return datetime.time(int(hour), int(minute), int(second or 0), microsecond, zone)


def _to_flag(value):
    try:
        return _FLAGS[value.lower()]
    except KeyError:
        raise ValueError(value[:CODE_LENGTH]) from None


code = _value(to_code)
hash_code = _value(lambda value: to_code(value).lower())
text = _value(to_text)
decimal = _value(to_decimal)
integer = _value(to_integer)
day = _value(to_date)
clock = _value(to_time)


def flag(path):
    """A field that is False unless the XML says true."""
    reader = _value(_to_flag)(path).metadata["reader"]
    return field(default=False, metadata={"reader": lambda node: bool(reader(node))})


def texts(path):
    """A field with every text on the path."""
    compiled = Path(path)
    return field(
        default=(),
        metadata={"reader": lambda node: tuple(to_text(value) for value in compiled.values(node))},
    )


def joined(path, separator):
    """A field with every text on the path as one text."""
    compiled = Path(path)

    def reader(node):
        return to_text(separator.join(compiled.values(node))) or None

    return field(default=None, metadata={"reader": reader})


def part(cls, *paths, reader=None):
    """A field that is a dataclass of its own: the first element on the paths, an empty one where there is none."""
    return _nested(
        lambda found, build: build(found[0]) if found else cls(), cls, paths, reader, cls()
    )


def optional(cls, *paths, reader=None):
    """The same, None where there is no such element."""
    return _nested(
        lambda found, build: build(found[0]) if found else None, cls, paths, reader, None
    )


def many(cls, *paths, reader=None):
    """A field with one dataclass for each element on the first of the paths that has any."""
    return _nested(
        lambda found, build: tuple(build(node) for node in found), cls, paths, reader, ()
    )


def flattened(cls, *paths, reader):
    """The same where `reader` gives several for each element."""
    return _nested(
        lambda found, build: tuple(item for node in found for item in build(node)),
        cls,
        paths,
        reader,
        (),
    )


def _nested(shape, cls, paths, reader, default):
    steps = tuple(Path(path).steps for path in paths)
    build = reader or (lambda node: read(cls, node))

    def read_field(node):
        found = next((nodes for path in steps if (nodes := node.all(path))), [])
        return shape(node.reading.count(found), build)

    return field(default=default, metadata={"reader": read_field})
