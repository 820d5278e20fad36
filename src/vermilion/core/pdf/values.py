"""Plain values of a foreign PDF in Python's terms, strictly: what is not plainly one is a Fault, never guessed at."""

from __future__ import annotations

import re
import zlib

from .tokens import BLANK, REGULAR, SPACE, VALUE, Fault, TooComplex, Values

_REFERENCE = re.compile(rb"(\d{1,10}+)%b++(\d{1,5}+)%b++R" % (SPACE, SPACE))
_NUMBERS = re.compile(rb"\d++")


def reference(raw: bytes) -> int | None:
    """Return the object number of a reference, or None."""
    found = _REFERENCE.fullmatch(raw)
    return int(found[1]) if found else None


_ONE_REFERENCE = re.compile(rb"%b*+(\d{1,10}+)%b++\d{1,5}+%b++R(?!%b)" % (SPACE, SPACE, SPACE, REGULAR))


def references(raw: bytes) -> list[int]:
    """Return the numbers of an array of references. Raises Fault for anything else in it."""
    if not raw.startswith(b"["):
        raise Fault(0)
    found = []
    position = 1
    while one := _ONE_REFERENCE.match(raw, position):
        found.append(int(one[1]))
        position = one.end()
    if raw[position:].strip(b"\x00\t\n\x0c\r ") != b"]":
        raise Fault(0)
    return found


_PLAIN_TEXT = re.compile(rb"\(([ -'*-\[\]-~]*)\)")


def plain_text(raw: bytes) -> str | None:
    """Return a literal string of printable ASCII without escapes, or None for any other."""
    found = _PLAIN_TEXT.fullmatch(raw)
    return found[1].decode("ascii") if found else None


def number(raw: bytes) -> int:
    """Return a plain whole number. Raises Fault."""
    if not _NUMBERS.fullmatch(raw):
        raise Fault(0)
    return int(raw)


def numbers(raw: bytes) -> list[int]:
    """Return the numbers of an array of plain whole numbers. Raises Fault."""
    if not raw.startswith(b"["):
        raise Fault(0)
    return [number(one) for one in raw[1:-1].split()]


_KEY = re.compile(rb"%b(?:/(%b*+)|(>>))" % (BLANK, REGULAR))
_ENTRIES = re.compile(rb"%b(?:/(%b*+)%b(%b)|(>>)(?s:.*+)|(?s:.++))" % (BLANK, REGULAR, BLANK, VALUE))
"""One search finds all entries of nearly every dictionary, and last its end with what follows, or what is not understood."""


def dictionary(raw: bytes) -> dict[str, bytes]:
    """Return key (without ``/``, escapes undone) → value of the dictionary ``raw``. Raises Fault, also for a key that stands twice."""
    if not raw.startswith(b"<<"):
        raise Fault(0)
    entries = _ENTRIES.findall(raw, 2)
    if not (entries and entries.pop()[2]):
        return _unusual_dictionary(raw)
    if raw.find(b"#") < 0:  # no name is escaped
        found = {key.decode("latin-1"): value for key, value, _ in entries}
    else:
        found = {plain_name(key): value for key, value, _ in entries}
    if len(found) != len(entries):
        raise Fault(0)
    return found


def _unusual_dictionary(raw: bytes) -> dict[str, bytes]:
    value = Values(raw).value
    found: dict[str, bytes] = {}
    position = 2
    while True:
        key = _KEY.match(raw, position)
        if key is None:
            raise Fault(position)
        if key[2]:
            return found
        name = plain_name(key[1])
        if name in found:
            raise Fault(key.start(1))
        begin, position = value(key.end())
        found[name] = raw[begin:position]


_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def plain_name(raw: bytes) -> str:
    """Return a name with its ``#xx`` escapes undone."""
    if b"#" in raw:
        raw = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), raw)
    return raw.decode("latin-1")


def inflate(raw: bytes, most: int) -> bytes:
    """Return decompressed data. Raises TooComplex when there is more than ``most``, Fault for bad data."""
    engine = zlib.decompressobj()
    try:
        data = engine.decompress(raw, most + 1)
    except zlib.error as error:
        raise Fault(0) from error
    if len(data) > most:
        raise TooComplex
    return data


def decoded(raw: bytes, entries: dict[str, bytes], most: int) -> bytes:
    """Return a stream's data, at most ``most`` bytes. Raises Fault for a filter other than Flate, TooComplex."""
    kind = entries.get("Filter", b"").strip(b"[] \r\n\t")
    if not kind:
        return raw
    if kind != b"/FlateDecode":
        raise Fault(0)
    data = inflate(raw, most)
    parameters = entries.get("DecodeParms", b"").strip(b"[] \r\n\t")
    if not parameters or parameters == b"null":
        return data
    options = dictionary(parameters)
    if number(options.get("Predictor", b"1")) < 10:
        return data
    return _unpredicted(data, number(options.get("Columns", b"1")))


def _unpredicted(data: bytes, columns: int) -> bytes:
    """Undo PNG's filters None, Sub and Up with one byte per sample, all that cross-reference streams are written with."""
    if not 1 <= columns <= 64 or len(data) % (columns + 1):
        raise Fault(0)
    above = bytes(columns)
    rows = []
    for start in range(0, len(data), columns + 1):
        kind, row = data[start], data[start + 1 : start + 1 + columns]
        if kind == 2:
            row = bytes([(a + b) & 255 for a, b in zip(row, above, strict=True)])
        elif kind == 1:
            left, plain = 0, bytearray()
            for value in row:
                left = (left + value) & 255
                plain.append(left)
            row = bytes(plain)
        elif kind != 0:
            raise Fault(0)
        rows.append(row)
        above = row
    return b"".join(rows)
