"""One meaning only: does every program find the same objects in the file, whether it follows the cross-references or scans the bytes?

A reader that finds the cross-references broken rebuilds them by scanning, another one does not; one takes the first of two equal keys,
another the last. Each rule here closes one such gap, so that what is verified is what anybody shows. Rules never refuse what merely is
unusual but has one meaning (linearised files, object streams, comments, dead table entries, white space before an object).
"""

from __future__ import annotations

import re

from . import crossrefs, values
from .anatomy import MOST_TREE_DEPTH, Anatomy, Finding, ObjectStream
from .crossrefs import Section
from .keys import doubled_key
from .scan import Object, Scanner
from .tokens import REGULAR, SPACE, Fault, TooComplex, Values

MOST_INFLATED = 32 * 1024 * 1024
"""All object streams of a file together; they hold dictionaries and numbers, not pictures."""
MOST_PAGES = 20_000

_LENGTH_OBJECT = re.compile(rb"%b*+\d{1,10}+%b++\d{1,5}+%b++obj%b++(\d{1,10}+)%b++endobj" % (SPACE, SPACE, SPACE, SPACE, SPACE))
_OBJECT_STREAM = re.compile(rb"/Type%b*+/ObjStm(?!%b)" % (SPACE, REGULAR))
_ELSEWHERE = re.compile(rb"/(?:F|FFilter|FDecodeParms|Ref|OPI|Alternates)(?!%b)|#" % REGULAR)
_KEYS_ELSEWHERE = {"F", "FFilter", "FDecodeParms", "Ref", "OPI", "Alternates"}
"""Of a stream's dictionary (ISO 32000-1, 7.3.8.2, 8.9.5, 8.10.4, 14.11.7): a file to read instead, a page or picture of another file."""
_OBJECT_HEAD = re.compile(rb"(?<![0-9])\d{1,10}%b{1,8}\d{1,5}%b{1,8}obj(?!%b)" % (SPACE, SPACE, REGULAR))
_MARK = b"\xef\xbb\xbf"


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
    findings += _elsewhere(anatomy)
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
    entries = values.dictionary(anatomy.data[one.value : one.value_end])
    content = values.decoded(anatomy.data[one.data : one.data_end], entries, most)
    count, first = values.number(anatomy.resolved(entries["N"])), values.number(anatomy.resolved(entries["First"]))
    pairs = [values.number(word) for word in content[:first].split()]
    if len(pairs) != 2 * count or first > len(content):
        raise Fault(one.start)
    numbers, offsets = pairs[::2], pairs[1::2]
    if len(set(numbers)) != count or offsets != sorted(offsets):
        raise Fault(one.start)
    scanner = Values(content)
    found = []
    for offset, following in zip(offsets, [*offsets[1:], len(content) - first], strict=True):
        begin, end = scanner.value(first + offset)
        if end > first + following:
            raise Fault(one.start)
        found.append(content[begin:end])
    return ObjectStream(numbers, found), len(content)


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


def _elsewhere(anatomy: Anatomy) -> list[Finding]:
    """The data of every stream are in the file and one for all: a signature vouches for nothing that is fetched, or that printers swap."""
    found = []
    for one in anatomy.layout.objects:
        if one.data < 0 or not _ELSEWHERE.search(anatomy.data, one.value, one.value_end):
            continue
        try:
            keys = set(values.dictionary(anatomy.data[one.value : one.value_end]))
        except Fault:
            keys = _KEYS_ELSEWHERE
        if keys & _KEYS_ELSEWHERE:
            found.append(Finding("content_elsewhere", one.start))
    return found


def _pages(anatomy: Anatomy) -> list[Finding]:
    """The page tree is a tree, and its counts are true: programs jump by them."""
    if anatomy.encrypted:
        return []
    try:
        catalog = anatomy.catalog
        top = values.reference(catalog["Pages"])
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
        entries = values.dictionary(self._anatomy.value(number))
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
        kids = values.references(self._anatomy.resolved(entries["Kids"]))
        total = sum(self.leaves(kid, depth + 1) for kid in kids)
        if values.number(self._anatomy.resolved(entries["Count"])) != total:
            raise Fault(0)
        return total
