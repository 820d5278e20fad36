"""What follows a signed revision: nothing, or complete revisions each of whose objects its own cross-references explain."""

from __future__ import annotations

from collections import Counter

from .anatomy import Anatomy
from .crossrefs import Section
from .scan import Object
from .tokens import past_space


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
        if not ends or ends[0][1] != section.start or past_space(data, closed) != ends[0][0]:
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
