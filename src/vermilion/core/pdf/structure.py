"""The bytes after a signed revision: nothing, or whole later revisions in which every object is cross-referenced at its true place.

A reader that finds the cross-reference broken rebuilds it by scanning for ``N G obj`` and would show objects that no table lists. So the
tail is read from its first byte to its last: object, object, …, cross-reference, ``startxref``, ``%%EOF``; anything else is unexplained.
"""

from __future__ import annotations

import re
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionType

_SPACE = re.compile(rb"[\x00\t\n\x0c\r ]*")
_HEADER = re.compile(rb"(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj\b")
_ENDOBJ = re.compile(rb"[\x00\t\n\x0c\r ]*endobj(?![A-Za-z0-9])")
_END = re.compile(rb"startxref[\x00\t\n\x0c\r ]+(\d{1,12})[\x00\t\n\x0c\r ]+%%EOF(\r\n|\r|\n)?")


class Unexplained(Exception):
    """The bytes at ``position`` belong to no complete revision."""

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(f"unexplained bytes at {position}")


def object_end(reader: PdfFileReader, data: bytes, start: int) -> tuple[int, int, int]:
    """Return number, generation and end (behind ``endobj``) of the indirect object at ``start``. Raises Unexplained."""
    header = _HEADER.match(data, start)
    if header is None:
        raise Unexplained(start)
    number, generation = int(header[1]), int(header[2])
    stream = BytesIO(data)
    stream.seek(_skip(data, header.end()))
    try:
        generic.read_object(stream, generic.Reference(number, generation, reader))
    except Exception as error:  # whatever the parser stumbles over, the object is not explained
        raise Unexplained(start) from error
    end = _ENDOBJ.match(data, stream.tell())
    if end is None:
        raise Unexplained(stream.tell())
    return number, generation, end.end()


def check_tail(reader: PdfFileReader, data: bytes, start: int) -> None:
    """Raise Unexplained unless ``data[start:]`` is nothing or complete revisions, in the order of the cross-reference chain."""
    revision = _first_revision_behind(reader, start)
    position = start
    while position < len(data):
        if revision >= reader.xrefs.total_revisions:
            raise Unexplained(position)
        position = _check_revision(reader, data, position, revision)
        revision += 1
    if revision != reader.xrefs.total_revisions:
        raise Unexplained(len(data))


def _first_revision_behind(reader: PdfFileReader, start: int) -> int:
    for revision in range(reader.xrefs.total_revisions):
        if reader.xrefs.get_xref_container_info(revision).declared_startxref >= start:
            return revision
    return int(reader.xrefs.total_revisions)


def _check_revision(reader: PdfFileReader, data: bytes, start: int, revision: int) -> int:
    """Check one revision that begins at ``start``; return where it ends."""
    info = reader.xrefs.get_xref_container_info(revision)
    if info.xref_section_type not in (XRefSectionType.STANDARD, XRefSectionType.STREAM):
        raise Unexplained(start)
    listed = {(number, generation): offset for number, (generation, offset) in reader.xrefs.get_xref_data(revision).standard_xrefs.items()}
    table = info.declared_startxref
    if any(offset < start for offset in listed.values()):
        raise Unexplained(start)  # a table that points back makes old bytes mean something new
    seen: set[tuple[int, int]] = set()
    position = _skip(data, start)
    table_start = _skip(data, table)  # some writers point at the line end before their table
    while position < table_start:
        number, generation, end = object_end(reader, data, position)
        if listed.get((number, generation)) != position or (number, generation) in seen:
            raise Unexplained(position)
        seen.add((number, generation))
        position = _skip(data, end)
    if position != table_start:
        raise Unexplained(position)
    if info.xref_section_type == XRefSectionType.STREAM:
        number, generation, position = object_end(reader, data, position)
        listed.pop((number, generation), None)  # a cross-reference stream may list itself
    else:
        position = _table_end(reader, data, position)
    if set(listed) != seen:
        raise Unexplained(start)
    closing = _END.match(data, _skip(data, position))
    if closing is None or int(closing[1]) != table:
        raise Unexplained(position)
    return closing.end()


_TABLE = re.compile(
    rb"xref[\x00\t\n\x0c\r ]+"
    rb"(?:\d{1,10} \d{1,10}[\x00\t\x0c ]*(?:\r\n|\r|\n)(?:\d{10} \d{5} [fn][ \r\n]{2})*)*"
    rb"[\x00\t\n\x0c\r ]*trailer[\x00\t\n\x0c\r ]*(?=<<)"
)


def _table_end(reader: PdfFileReader, data: bytes, start: int) -> int:
    table = _TABLE.match(data, start)
    if table is None:
        raise Unexplained(start)
    stream = BytesIO(data)
    stream.seek(table.end())
    try:
        generic.read_object(stream, generic.TrailerReference(reader))
    except Exception as error:
        raise Unexplained(start) from error
    return stream.tell()


def _skip(data: bytes, position: int) -> int:
    space = _SPACE.match(data, position)
    return space.end() if space else position
