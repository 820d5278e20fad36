"""One meaning only: does every program find the same objects in the file, whether it follows the cross-references or scans the bytes?

A reader that finds the cross-references broken rebuilds them by scanning, another one does not; one takes the first of two equal keys,
another the last. Each rule here closes one such gap, so that what is verified is what anybody shows. Rules never refuse what merely is
unusual but has one meaning (linearised files, object streams, comments, dead table entries, white space before an object).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from . import crossrefs
from .crossrefs import CrossReferences, Section
from .scan import REGULAR, SPACE, Fault, Layout, Object, Scanner, TooComplex

MOST_INFLATED = 32 * 1024 * 1024
"""All object streams of a file together; they hold dictionaries and numbers, not pictures."""
MOST_PAGES = 20_000
MOST_TREE_DEPTH = 64

_LENGTH_OBJECT = re.compile(rb"%b*+\d{1,10}+%b++\d{1,5}+%b++obj%b++(\d{1,10}+)%b++endobj" % (SPACE, SPACE, SPACE, SPACE, SPACE))
_OBJECT_STREAM = re.compile(rb"/Type%b*+/ObjStm(?!%b)" % (SPACE, REGULAR))
_NAME = re.compile(rb"/%b*+" % REGULAR)
_PART = re.compile(
    rb"<<|>>|\[|\]|/%b*+|%b[^()<>\[\]{}/%%]*+|<[^>]*+>"
    rb"|\((?>[^()\\]++|\\[\x00-\xff]|\((?>[^()\\]++|\\[\x00-\xff]|\((?>[^()\\]++|\\[\x00-\xff])*+\))*+\))*+\)|\(|%%[^\r\n]*+"
    % (REGULAR, REGULAR)
)
"""One part of a value that is known to be one; numbers and words that follow each other are one, since none of them is a key."""
_OBJECT_HEAD = re.compile(rb"(?<![0-9])\d{1,10}%b{1,8}\d{1,5}%b{1,8}obj(?!%b)" % (SPACE, SPACE, REGULAR))
_MARK = b"\xef\xbb\xbf"


class Finding(NamedTuple):
    """A reason code and the place in the file that it is about."""

    code: str
    position: int


@dataclass
class ObjectStream:
    """The objects inside one object stream: numbers in order, and each value."""

    numbers: list[int]
    values: list[bytes]


@dataclass
class Anatomy:
    """A file taken apart: what stands in it, what its cross-references say, and where the two disagree."""

    data: bytes
    layout: Layout
    references: CrossReferences
    findings: list[Finding] = field(default_factory=list)
    streams: dict[int, ObjectStream] = field(default_factory=dict)
    by_start: dict[int, Object] = field(default_factory=dict)

    @cached_property
    def encrypted(self) -> bool:
        """Tell whether the file's objects can only be read through a key."""
        return any("Encrypt" in section.trailer for section in self.references.sections)

    @property
    def hybrid(self) -> bool:
        """Tell whether a section is a table with a stream beside it."""
        return any(section.hybrid is not None for section in self.references.sections)

    def at(self, offset: int) -> Object | None:
        """Return the object that begins at ``offset``, or behind white space there, as readers find it."""
        found = self.by_start.get(offset)
        if found is None and 0 < offset < len(self.data) and self.data[offset] in b"\x00\t\n\x0c\r ":
            found = self.by_start.get(_skip(self.data, offset))
        return found

    def value(self, number: int) -> bytes:
        """Return the bytes of an object's value in the newest revision (of a stream its dictionary). Raises Fault when it can't be read."""
        place = self.references.places.get(number)
        if place is not None and place.kind == "n":
            one = self.at(place.where)
            if one is not None and one.number == number:
                return self.data[one.value : one.value_end]
        if place is not None and place.kind == "c":
            holder = self.references.places.get(place.where)
            stream = self.streams.get(holder.where) if holder is not None and holder.kind == "n" else None
            if stream is not None and place.extra < len(stream.numbers) and stream.numbers[place.extra] == number:
                return stream.values[place.extra]
        raise Fault(0)

    def values(self, before: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield number and value of every object of every revision (of a stream its dictionary), those that begin in front of ``before``.

        In an encrypted file without what stands in object streams.
        """
        for one in self.layout.objects:
            if before is None or one.start < before:
                yield one.number, self.data[one.value : one.value_end]
        for start, stream in self.streams.items():
            if before is None or start < before:
                yield from zip(stream.numbers, stream.values, strict=True)

    def resolved(self, raw: bytes) -> bytes:
        """Return ``raw``, or the value that it refers to. Raises Fault."""
        for _ in range(8):
            number = crossrefs.reference(raw)
            if number is None:
                return raw
            raw = self.value(number)
        raise Fault(0)

    def entries(self, raw: bytes) -> dict[str, bytes]:
        """Return the entries of a dictionary, or of the one that ``raw`` refers to. Raises Fault."""
        return crossrefs.dictionary(self.resolved(raw))

    @cached_property
    def catalog(self) -> dict[str, bytes]:
        """Return the entries of the newest catalog. Raises Fault."""
        root = self.references.root
        if root is None:
            raise Fault(0)
        return crossrefs.dictionary(self.value(root))


def dissect(data: bytes) -> Anatomy:
    """Take ``data`` apart. Raises Fault when there are no cross-references to follow, TooComplex beyond the limits."""
    references = crossrefs.read(data)
    places = references.places

    def length_of(number: int) -> int | None:
        place = places.get(number)
        found = _LENGTH_OBJECT.match(data, place.where) if place is not None and place.kind == "n" else None
        return int(found[1]) if found else None

    anatomy = Anatomy(data, Scanner(data, length_of).layout(), references)
    anatomy.by_start = {one.start: one for one in anatomy.layout.objects}
    findings = anatomy.findings
    findings += _header(anatomy)
    findings += _strange(anatomy)
    findings += _listing(anatomy)
    findings += _doubles(anatomy)
    if not anatomy.encrypted:
        findings += _object_streams(anatomy)
    findings += _keys(anatomy)
    findings += _pages(anatomy)
    return anatomy


def _header(anatomy: Anatomy) -> list[Finding]:
    before = anatomy.data[: anatomy.layout.header].removeprefix(_MARK)
    # Some programs count offsets from the header, some from the first byte; and a file of another format may stand in front.
    return [Finding("header", 0)] if before.strip(b"\x00\t\n\x0c\r ") else []


def _strange(anatomy: Anatomy) -> list[Finding]:
    found = []
    for start, end, what in anatomy.layout.strange:
        if what in ("header", "stream_length"):
            found.append(Finding(what, start))
        elif _OBJECT_HEAD.search(anatomy.data, start, end):
            found.append(Finding("hidden_object", start))
    return found


def _listing(anatomy: Anatomy) -> list[Finding]:
    """Every object is listed where it stands; every entry leads to its object; the two halves of a hybrid agree."""
    found = []
    present = {one.number for one in anatomy.layout.objects}
    listed: set[int] = set()
    for section in anatomy.references.sections:
        for part in (section, section.hybrid):
            if part is None:
                continue
            if part.own is not None:
                listed.add(part.found_at)
            if part.doubled:
                found.append(Finding("duplicate_object", part.start))
            for number, place in part.entries.items():
                if place.kind != "n":
                    continue
                one = anatomy.at(place.where)
                if one is not None and (one.number, one.generation) == (number, place.extra):
                    listed.add(one.start)
                elif number in present or one is not None:
                    found.append(Finding("xref_inexact", section.start))
        if section.hybrid is not None and _disagree(section, section.hybrid):
            found.append(Finding("hybrid", section.start))
    found += [Finding("hidden_object", one.start) for one in anatomy.layout.objects if one.start not in listed]
    chain = {section.found_at for section in anatomy.references.sections}
    found += [Finding("hidden_object", table.start) for table in anatomy.layout.tables if table.start not in chain]
    return list(dict.fromkeys(found))


def _disagree(section: Section, hybrid: Section) -> bool:
    return any(
        number in hybrid.entries and hybrid.entries[number].kind != "f" and hybrid.entries[number] != place
        for number, place in section.entries.items()
        if place.kind == "n"
    )


def _doubles(anatomy: Anatomy) -> list[Finding]:
    """No number is used twice between two ends of revisions."""
    found = []
    ends = [end for _, _, end in anatomy.layout.ends]
    seen: set[int] = set()
    following = 0
    for one in anatomy.layout.objects:
        while following < len(ends) and one.start >= ends[following]:
            following += 1
            seen = set()
        if one.number in seen:
            found.append(Finding("duplicate_object", one.start))
        seen.add(one.number)
    return found


def _object_streams(anatomy: Anatomy) -> list[Finding]:
    """An object stream holds exactly what the cross-references say that it holds."""
    found = []
    inflated = 0
    places: dict[tuple[int, int], set[int]] = {}
    for section in anatomy.references.sections:
        for part in (section, section.hybrid):
            for number, place in part.entries.items() if part is not None else ():
                if place.kind == "c":
                    places.setdefault((place.where, place.extra), set()).add(number)
    for one in anatomy.layout.objects:
        if one.data < 0 or not _OBJECT_STREAM.search(anatomy.data, one.value, one.value_end):
            continue
        try:
            stream, size = _object_stream(anatomy, one, MOST_INFLATED - inflated)
        except (Fault, KeyError, ValueError):
            found.append(Finding("object_stream", one.start))
            continue
        inflated += size
        anatomy.streams[one.start] = stream
        wanted = [places.get((one.number, index), set()) for index in range(len(stream.numbers))]
        if any(number not in names for number, names in zip(stream.numbers, wanted, strict=True)):
            found.append(Finding("hidden_object", one.start))
        if any(names - {number} for number, names in zip(stream.numbers, wanted, strict=True)):
            found.append(Finding("xref_inexact", one.start))
    return found


def _object_stream(anatomy: Anatomy, one: Object, most: int) -> tuple[ObjectStream, int]:
    entries = crossrefs.dictionary(anatomy.data[one.value : one.value_end])
    content = crossrefs.decoded(anatomy.data[one.data : one.data_end], entries, most)
    count, first = crossrefs.number(anatomy.resolved(entries["N"])), crossrefs.number(anatomy.resolved(entries["First"]))
    pairs = [crossrefs.number(word) for word in content[:first].split()]
    if len(pairs) != 2 * count or first > len(content):
        raise Fault(one.start)
    numbers, offsets = pairs[::2], pairs[1::2]
    if len(set(numbers)) != count or offsets != sorted(offsets):
        raise Fault(one.start)
    scanner = Scanner(content, lambda _: None)
    values = []
    for offset, following in zip(offsets, [*offsets[1:], len(content) - first], strict=True):
        begin, end = scanner.value(first + offset)
        if end > first + following:
            raise Fault(one.start)
        values.append(content[begin:end])
    return ObjectStream(numbers, values), len(content)


def _keys(anatomy: Anatomy) -> list[Finding]:
    """No dictionary has a key twice, however it is spelled."""
    found = []
    data = anatomy.data
    for one in anatomy.layout.objects:
        if doubled_key(data[one.value : one.value_end]):
            found.append(Finding("duplicate_key", one.start))
    for table in anatomy.layout.tables:
        if doubled_key(data[table.trailer : table.trailer_end]):
            found.append(Finding("duplicate_key", table.start))
    for start, stream in anatomy.streams.items():
        if any(doubled_key(value) for value in stream.values):
            found.append(Finding("duplicate_key", start))
    return found


def doubled_key(value: bytes) -> bool:
    """Tell whether a dictionary inside ``value`` has the same key twice."""
    names = _NAME.findall(value)
    escaped = value.find(b"#") >= 0
    if not escaped and len(names) == len(set(names)):
        return False  # no name stands twice at all; nearly every object ends here
    # Per open bracket: the keys seen (None for an array); a key is awaited when the last thing in a dictionary was a value.
    open_keys: list[set[bytes] | None] = []
    keys: set[bytes] | None = None
    awaited = False
    for token in _parts(value):
        first = token[0]
        if first == 0x2F and awaited:  # "/"
            if escaped:
                token = crossrefs.plain_name(token).encode("latin-1")
            if keys is None or token in keys:
                return True
            keys.add(token)
            awaited = False
        elif token == b"<<" or token == b"[":
            open_keys.append(keys)
            keys = set() if token == b"<<" else None
            awaited = keys is not None
        elif token == b">>" or token == b"]":
            if not open_keys:
                return True  # brackets that do not match: nobody can say whose keys these are
            keys = open_keys.pop()
            awaited = keys is not None
        elif first != 0x25:  # "%"
            awaited = keys is not None
    return False


def _parts(value: bytes) -> list[bytes]:
    parts = _PART.findall(value)
    if b"(" in parts:  # a string with brackets in brackets in brackets in brackets, of which the pattern sees the first only
        return [token for _, _, token in Scanner(value, lambda _: None).tokens(0)]
    return parts


def _pages(anatomy: Anatomy) -> list[Finding]:
    """The page tree is a tree, and its counts are true: programs jump by them."""
    if anatomy.encrypted:
        return []
    try:
        catalog = anatomy.catalog
        top = crossrefs.reference(catalog["Pages"])
        if top is None:
            return [Finding("page_tree", 0)]
        _Pages(anatomy).leaves(top, 0)
    except (Fault, KeyError):
        return [Finding("page_tree", 0)]
    return []


class _Pages:
    def __init__(self, anatomy: Anatomy) -> None:
        self._anatomy = anatomy
        self._nodes: set[int] = set()
        self._pages = 0

    def leaves(self, number: int, depth: int) -> int:
        if number in self._nodes or depth > MOST_TREE_DEPTH:
            raise Fault(0)
        entries = crossrefs.dictionary(self._anatomy.value(number))
        kind = entries.get("Type")
        if "Kids" not in entries:
            if kind == b"/Pages":
                raise Fault(0)
            self._pages += 1
            if self._pages > MOST_PAGES:
                raise TooComplex
            return 1
        if kind == b"/Page":
            raise Fault(0)
        self._nodes.add(number)
        kids = crossrefs.references(self._anatomy.resolved(entries["Kids"]))
        total = sum(self.leaves(kid, depth + 1) for kid in kids)
        if crossrefs.number(self._anatomy.resolved(entries["Count"])) != total:
            raise Fault(0)
        return total


def check_tail(anatomy: Anatomy, start: int) -> int | None:
    """Return None when ``data[start:]`` is nothing or complete, explained revisions; else the first position that is not.

    Complete: object, object, …, cross-reference, ``startxref``, ``%%EOF``. Explained: each object is listed by its own revision's
    cross-reference at its exact offset, which lists nothing else, nothing outside the revision, and holds the place of its
    predecessor in ``/Prev``.
    """
    layout, data = anatomy.layout, anatomy.data
    sections = [one for one in anatomy.references.sections if one.found_at >= start]
    if sections != anatomy.references.sections[: len(sections)]:
        return start
    for begin, end, _what in layout.strange:
        if end > start:
            return max(begin, start)
    objects = [one for one in layout.objects if one.end > start]
    ends = [one for one in layout.ends if one[2] > start]
    tables = [one for one in layout.tables if one.trailer_end > start]
    position = start
    for section in reversed(sections):
        if section.hybrid is not None or section.found_at < position:
            return position
        mine = [one for one in objects if position <= one.start < section.found_at]
        objects = objects[len(mine) :]
        if not _explained(section, mine, anatomy):
            return position
        if section.own is not None:
            if not objects or objects[0].start != section.found_at:
                return section.found_at
            closed = objects.pop(0).end
        else:
            if not tables or tables[0].start != section.found_at:
                return section.found_at
            closed = tables.pop(0).trailer_end
        if not ends or ends[0][1] != section.start or _skip(data, closed) != ends[0][0]:
            return closed
        position = _line_end(data, ends.pop(0)[2])
    return None if position == len(data) and not objects and not tables and not ends else position


def _line_end(data: bytes, position: int) -> int:
    """Return the position behind one line end, which may follow ``%%EOF``."""
    return position + (2 if data.startswith(b"\r\n", position) else data[position : position + 1] in (b"\n", b"\r"))


def _explained(section: Section, mine: list[Object], anatomy: Anatomy) -> bool:
    standing = {one.number: one for one in mine}
    listed = {number: place for number, place in section.entries.items() if place.kind == "n" and number != section.own}
    if Counter(one.number for one in mine) != Counter(listed.keys()):
        return False
    if any((standing[number].start, standing[number].generation) != (place.where, place.extra) for number, place in listed.items()):
        return False
    inside: dict[int, list[tuple[int, int]]] = {}
    for number, place in section.entries.items():
        if place.kind == "c":
            inside.setdefault(place.where, []).append((place.extra, number))
    for holder, contents in inside.items():
        stream = standing.get(holder)
        if stream is None:
            return False  # a table that points back into an old object stream makes old bytes mean something new
        known = anatomy.streams.get(stream.start)
        if known is None:
            if not anatomy.encrypted:
                return False
        elif sorted(contents) != list(enumerate(known.numbers)):
            return False
    return True


def _skip(data: bytes, position: int) -> int:
    while position < len(data) and data[position] in b"\x00\t\n\x0c\r ":
        position += 1
    return position
