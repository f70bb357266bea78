"""Dataclasses that say where in the XML each of their fields stands.

    @dataclass(frozen=True)
    class Totals:
        payable: Decimal | None = decimal("PayableAmount")

`read(Totals, element, context)` gives one. A path is a chain of local names, with `@name` at its
end for an attribute; of several paths, and of several elements on one path, the first that has a
readable value counts. What is missing is None; what is there but unreadable is None too, and its
path is noted in the reading's `malformed`; what stands twice where UBL has it once, and not the same,
is noted in `ambiguous`. Elements are read in UBL's own namespaces only.

The paths of a class are merged into one tree of :class:`Step`, so that each element is looked at
once, and what no field asks for (a signature, most of UBL) not at all.
"""

import datetime
import functools
import itertools
import re
from collections.abc import Callable, Sized
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, TypeVar

from lxml import etree

from ..vocabulary.text import visible
from .errors import DocumentError
from .limits import Limits
from .xml import ubl_tags

#: Longest identifier (number, CUFE, NIT, code) and longest free text; DIAN's longest are 96 and
#: 5,000 characters.
CODE_LENGTH = 250
TEXT_LENGTH = 10_000
#: Times without a zone are Colombian (annex 1.9, IssueTime: "-05:00").
#: Elements on the paths below that UBL 2.1 allows several times; those of fields that are lists count as well.
REPEATED = frozenset(
    {
        "AlternativeConditionPrice",
        "BrandName",
        "Description",
        "DocumentReference",
        "InvoicePeriod",
        "LineResponse",
        "ModelName",
        "OrderReference",
        "ParentDocumentLineReference",
        "PartyIdentification",
        "PartyLegalEntity",
        "PartyName",
        "PartyTaxScheme",
        "PaymentID",
        "PaymentMeans",
        "PowerOfAttorney",
        "UBLExtension",
    }
)
DIAN_EXTENSIONS = "DianExtensions"
COLOMBIA = datetime.timezone(datetime.timedelta(hours=-5))
#: What `read` gives: an instance of the class that it is given.
Read = TypeVar("Read")
Elements = TypeVar("Elements", bound=Sized)
#: What a class wants of an element: path -> texts or elements.
Found = dict[str, list]
Reader = Callable[[etree._Element, "Context"], Any]
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_INTEGER = re.compile(r"[0-9]{1,18}")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T.*)?")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6})[0-9]*)?)?"
    r"\s*(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))?"
)
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass
class Context:
    """What the reading of one document shares: its limits, and the paths of unreadable values."""

    limits: Limits
    malformed: dict[str, None] = field(default_factory=dict)  # paths in the order met
    ambiguous: dict[str, None] = field(default_factory=dict)
    groups: int = 0

    def count(self, elements: Elements) -> Elements:
        """Bound the objects that one document can make us build."""
        self.groups += len(elements)
        if self.groups > self.limits.document_groups:
            raise DocumentError("document_too_long", limit=self.limits.document_groups)
        return elements


class Step:
    """One name on the paths of a class: what is wanted there, and what may follow."""

    __slots__ = ("attributes", "elements", "is_dian", "name", "next", "repeats", "tags", "texts")

    def __init__(self, name="", is_dian=False):
        self.name = name
        self.is_dian = is_dian  # inside DIAN's own extension
        self.repeats = name in REPEATED
        self.next: dict[str, Step] = {}
        self.tags: dict[str, Step] = {}  # the same by whole tags
        self.texts: list[str] = []  # paths whose value is the element's text
        self.attributes: list[tuple[str, str]] = []  # path, attribute
        self.elements: list[str] = []  # paths whose elements are read as a class of their own

    def add(self, path: str, is_element: bool, repeats: bool) -> None:
        """Make room for `path` below this step."""
        names, _at, attribute = path.partition("@")
        step = self
        for name in names.split("/"):
            step = step._below(name)
        step.repeats |= repeats
        if is_element:
            step.elements.append(path)
        elif attribute:
            step.attributes.append((path, attribute))
        else:
            step.texts.append(path)

    def _below(self, name):
        if name not in self.next:
            step = self.next[name] = Step(name, self.is_dian or name == DIAN_EXTENSIONS)
            self.tags.update(dict.fromkeys(ubl_tags(name, step.is_dian), step))
        return self.next[name]

    def collect(self, element: etree._Element, found: Found, context: Context) -> None:
        """Add what is below `element` to `found`: path -> values or elements, in document order."""
        once = {}
        for child in element:
            step = self.tags.get(child.tag)
            if step is None:
                continue
            if not step.repeats:
                first = once.get(step)
                if first is None:
                    once[step] = child
                elif not _is_same(first, child):
                    context.ambiguous[step.name] = None
            for path in step.texts:
                _add(found, path, child.text)
            for path, attribute in step.attributes:
                _add(found, path, child.get(attribute))
            for path in step.elements:
                found.setdefault(path, []).append(child)
            if step.next:
                step.collect(child, found, context)


def _is_same(first, child):
    """Does the second one say the same?"""
    return (
        not len(child)
        and not len(first)
        and (first.text, first.attrib) == (child.text, child.attrib)
    )


def _add(found, path, value):
    if value and (value := value.strip()):
        found.setdefault(path, []).append(value)


def read(cls: type[Read], element: etree._Element, context: Context, **known: Any) -> Read:
    """An instance of `cls`, its fields read from `element` where their paths say or `known`.

    A class whose `IS_DIAN` is true is read inside DIAN's own extension, in its namespaces too.
    """
    root, sources = _plan(cls)  # type: ignore[arg-type]  # classes are hashable
    found = {}
    root.collect(element, found, context)
    for name, paths, make in sources:
        for path in paths:
            if path in found:
                known[name] = make(found, context)
                break
    return cls(**known)


@functools.cache
def _plan(cls):
    """The steps of all paths of `cls`, and (name, paths, make) of each field."""
    root, sources = Step(is_dian=getattr(cls, "IS_DIAN", False)), []
    for item in fields(cls):
        if "paths" not in item.metadata:
            continue
        sources.append((item.name, item.metadata["paths"], item.metadata["make"]))
        for path in item.metadata["paths"]:
            root.add(path, item.metadata["is_element"], item.metadata["repeats"])
    return root, tuple(sources)


def _field(paths, make, default, is_element=False, repeats=False):
    """A field that is `make(found, context)` where a path was found, `default` otherwise.

    :param repeats: may UBL's last element on the paths stand there several times?
    """
    how = {"paths": paths, "make": make, "is_element": is_element, "repeats": repeats}
    return field(default=default, metadata=how)


def to_code(value: str) -> str:
    """An identifier; ValueError if it is too long or has characters that nobody sees."""
    if len(value) > CODE_LENGTH or not value.isprintable():
        raise ValueError(value[:CODE_LENGTH])
    return value


def to_text(value: str) -> str:
    """Free text, cut and without characters that nobody sees; ValueError if nothing remains."""
    seen = _shown(value)
    if not seen:
        raise ValueError(value[:CODE_LENGTH])
    return seen


def _shown(value):
    return visible(value[:TEXT_LENGTH]).strip()


def to_decimal(value: str) -> Decimal:
    """An xsd:decimal, no exponent and no thousands separator, up to 18 digits on each side."""
    return Decimal(_matched(_DECIMAL, value)[0])


def to_integer(value: str) -> int:
    """A natural number of up to 18 digits."""
    return int(_matched(_INTEGER, value)[0])


def to_date(value: str) -> datetime.date:
    """The date as it is written: a zone or a time behind it changes nothing."""
    year, month, day_of_month = map(int, _matched(_DATE, value).groups())
    return datetime.date(year, month, day_of_month)


def to_time(value: str) -> datetime.time:
    """An aware time; Colombian where no zone is written."""
    found = _matched(_TIME, value).groups()
    hour, minute, second, fraction, utc, sign, zone_hours, zone_minutes = found
    zone = datetime.timezone.utc if utc else COLOMBIA
    if sign:
        offset = datetime.timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        zone = datetime.timezone(-offset if sign == "-" else offset)
    microsecond = int((fraction or "0").ljust(6, "0"))
    return datetime.time(int(hour), int(minute), int(second or 0), microsecond, zone)


def _matched(pattern, value):
    found = pattern.fullmatch(value) if len(value) <= CODE_LENGTH else None
    if not found:
        raise ValueError(value[:CODE_LENGTH])
    return found


def _to_flag(value):
    try:
        return _FLAGS[value.lower()]
    except KeyError:
        raise ValueError(value[:CODE_LENGTH]) from None


def _value(convert, default=None):
    """A field constructor: the first value on the paths that `convert` takes, no ValueError."""

    def constructor(*paths):
        def make(found, context):
            for path in paths:
                for value in found.get(path, ()):
                    try:
                        return convert(value)
                    except ValueError:
                        context.malformed[path] = None
            return default

        return _field(paths, make, default)

    return constructor


code = _value(to_code)
hash_code = _value(lambda value: to_code(value).lower())
capital_code = _value(lambda value: to_code(value).upper())
text = _value(to_text)
decimal = _value(to_decimal)
integer = _value(to_integer)
day = _value(to_date)
clock = _value(to_time)
flag = _value(_to_flag, default=False)


def texts(path: str) -> Any:
    """A field with every text on the path."""
    return _field(
        (path,), lambda found, _context: tuple(map(_shown, found[path])), (), repeats=True
    )


def joined(path: str, separator: str) -> Any:
    """A field with every text on the path as one text."""

    def make(found, _context):
        return _shown(separator.join(found[path])) or None

    return _field((path,), make, None, repeats=True)


def listed(path: str, separator: str) -> Any:
    """A field with the codes of every text on the path, each of which may list several."""

    def make(found, _context):
        items = separator.join(found[path]).split(separator)
        return tuple(dict.fromkeys(seen for item in items if (seen := _shown(item))))

    return _field((path,), make, (), repeats=True)


def part(cls: type, *paths: str, reader: Reader | None = None) -> Any:
    """A field of a class of its own: the first element on the paths that is not empty."""
    return _single(cls, paths, reader, cls())


def optional(cls: type, *paths: str, reader: Reader | None = None) -> Any:
    """The same, None where there is no such element: `part` gives an empty instance then."""
    return _single(cls, paths, reader, None)


def _single(cls, paths, reader, default):
    build = reader or functools.partial(read, cls)

    def make(found, context):
        elements = (element for path in paths for element in found.get(path, ()))
        filled = next((element for element in elements if len(element)), None)
        return default if filled is None else build(filled, context)

    return _field(paths, make, default, is_element=True)


def many(cls: type, *paths: str) -> Any:
    """A field with one dataclass for each element on the paths."""
    return repeated(lambda element, context: (read(cls, element, context),), *paths)


def repeated(reader: Reader, *paths: str) -> Any:
    """A field with all that `reader(element, context)` gives for each element on the paths."""

    def make(found, context):
        elements = [element for path in paths for element in found.get(path, ())]
        built = (reader(element, context) for element in context.count(elements))
        return tuple(itertools.chain.from_iterable(built))

    return _field(paths, make, (), is_element=True, repeats=True)
