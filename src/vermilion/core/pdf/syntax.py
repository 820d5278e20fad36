"""The little of PDF's syntax (ISO 32000-1, 7.3) that writing behind our own files needs: values are told apart, not interpreted.

A value stays the bytes that stand in the file, so what is copied stays as it was. Strict: anything unusual is a SyntaxFault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import chain

_SPACE = rb"[\x00\t\n\x0c\r ]"
_REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
_TOKEN = re.compile(rb"%b*(<<|>>|\[|\]|\(|/%b*|<[0-9A-Fa-f\x00\t\n\x0c\r ]*>|%b+)" % (_SPACE, _REGULAR, _REGULAR))
_REFERENCE = re.compile(rb"(\d{1,10})%b+(\d{1,5})%b+R(?!%b)" % (_SPACE, _SPACE, _REGULAR))
_OPENING = re.compile(b"%b*<<" % _SPACE)
_IN_STRING = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_UNLIKE_ITSELF = re.compile(r"[()\\]")
_CLOSING = {b"<<": b">>", b"[": b"]"}


def _nested(depth: int) -> bytes:
    """Return a pattern for one value, at most ``depth`` brackets deep and without brackets in strings. Atomic, so it never goes back."""
    number = rb"\d{1,10}+(?:%b++\d{1,5}+%b++R(?!%b)|(?!%b))" % (_SPACE, _SPACE, _REGULAR, _REGULAR)
    string = rb"\((?>[^()\\]++|\\[\x00-\xff])*+\)|<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>"
    atom = rb"/%b*+|%b|%b++|%b" % (_REGULAR, number, _REGULAR, string)
    if depth == 0:
        return b"(?>%b)" % atom
    value = _nested(depth - 1)
    simple = rb"/%b*+|\d{1,10}+ 0 R(?!%b)|\[[^()<>\[\]{}/%%]*+\]" % (_REGULAR, _REGULAR)  # found sooner: name, reference, array of numbers
    return rb"(?>%b|%b|\[(?>%b*+%b)*+%b*+\]|<<(?>%b*+/%b*+%b*+%b)*+%b*+>>)" % (
        simple,
        atom,
        *(_SPACE, value, _SPACE),
        *(_SPACE, _REGULAR, _SPACE, value, _SPACE),
    )


# What nearly every value is, found by one match; the few others are taken apart token by token below. The three patterns are long:
# compiling them takes a tenth of the time in which a process loads the whole platform, so it waits until one is needed.


@cache
def _value() -> re.Pattern[bytes]:
    return re.compile(b"%b*+(%b)" % (_SPACE, _nested(4)))


# One search finds all of a dictionary or array: its parts, and last the closing bracket with what follows, or what is not understood.


@cache
def _entries() -> re.Pattern[bytes]:
    value, rest = _nested(4), rb"(>>)(?s:.*+)|(?s:.++)"
    return re.compile(b"%b*+(?:(/%b*+)%b*+(%b)|%b)" % (_SPACE, _REGULAR, _SPACE, value, rest))


@cache
def _items() -> re.Pattern[bytes]:
    return re.compile(rb"%b*+(?:(%b)|(\]\Z)|(?s:.++))" % (_SPACE, _nested(3)))


class SyntaxFault(ValueError):
    """The bytes are not what this reader knows."""


def value_at(data: bytes, position: int) -> tuple[int, int]:
    """Return start and end of the value that begins at or after ``position``; a reference ``12 0 R`` is one value."""
    if found := _value().match(data, position):
        return found.span(1)
    start, end, token = _next(data, position)
    if token not in _CLOSING:
        if token in (b">>", b"]"):
            raise SyntaxFault(f"a value was expected at {start}")
        return start, end
    waiting = [_CLOSING[token]]
    while waiting:
        _, end, token = _next(data, end)
        if token in _CLOSING:
            waiting.append(_CLOSING[token])
        elif token in (b">>", b"]") and token != waiting.pop():
            raise SyntaxFault(f"brackets do not match at {end}")
    return start, end


def _next(data: bytes, position: int) -> tuple[int, int, bytes]:
    """Return start, end and (for brackets) the token of what follows; strings and references are one token."""
    found = _TOKEN.match(data, position)
    if found is None:
        raise SyntaxFault(f"no value at {position}")
    start, end, token = found.start(1), found.end(1), found[1]
    if token == b"(":
        return start, _string_end(data, end), b""
    if token[:1].isdigit() and (reference := _REFERENCE.match(data, start)):
        return start, reference.end(), b""
    return start, end, token


def _string_end(data: bytes, position: int) -> int:
    depth = 1
    for found in _IN_STRING.finditer(data, position):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    raise SyntaxFault("a string does not end")


def dictionary(raw: bytes) -> dict[bytes, bytes]:
    """Return key (a name, ``/Type``) → value of the dictionary ``raw``. A key that stands twice is a fault."""
    if raw[:2] != b"<<" or value_at(raw, 0)[1] != len(raw):
        raise SyntaxFault("a dictionary was expected")
    return dictionary_at(raw, 0)


def dictionary_at(data: bytes, position: int) -> dict[bytes, bytes]:
    """Return the entries of the dictionary that begins at or after ``position``."""
    start = _OPENING.match(data, position)
    if start is None:
        raise SyntaxFault("a dictionary was expected")
    entries = _entries().findall(data, start.end())
    if not (entries and entries.pop()[2]):
        return _unusual_dictionary(data, start.end())
    found = {key: value for key, value, _end in entries}
    if len(found) != len(entries):
        raise SyntaxFault("a key stands twice")
    return found


def _unusual_dictionary(data: bytes, position: int) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    while True:
        _, position, token = _next(data, position)
        if token == b">>":
            return found
        if not token.startswith(b"/"):
            raise SyntaxFault("a key was expected")
        start, position = value_at(data, position)
        if token in found:
            raise SyntaxFault("a key stands twice")
        found[token] = data[start:position]


def array(raw: bytes) -> list[bytes]:
    """Return the values of the array ``raw``."""
    if not raw.startswith(b"["):
        raise SyntaxFault("an array was expected")
    items = _items().findall(raw, 1)
    if items and items.pop()[1]:
        return [value for value, _end in items]
    found: list[bytes] = []
    position = 1
    while True:
        start, _end, token = _next(raw, position)
        if token == b"]":
            return found
        start, position = value_at(raw, start)
        found.append(raw[start:position])


@lru_cache(maxsize=1024)  # the same few are asked for again and again
def reference(raw: bytes) -> int | None:
    """Return the object number when ``raw`` is a reference of generation 0, else None."""
    if raw[-4:] == b" 0 R" and raw[:-4].isdigit():
        return int(raw[:-4])
    found = _REFERENCE.fullmatch(raw)
    return int(found[1]) if found and int(found[2]) == 0 else None


def cut_at_references(raw: bytes) -> list[bytes | int]:
    """Return ``raw`` in pieces, an object number in place of every reference; strings and names stay as they are."""
    pieces: list[bytes | int] = []
    position = copied = 0
    end = len(raw.rstrip(b"\x00\t\n\x0c\r "))
    while position < end:
        start, position, token = _next(raw, position)
        if not token and (number := reference(raw[start:position])) is not None:
            pieces += [raw[copied:start], number]
            copied = position
    return [*pieces, raw[copied:]]


def string(raw: bytes) -> bytes:
    """Return the bytes of the string ``raw``: literal or hexadecimal."""
    if raw.startswith(b"("):
        return _ESCAPE.sub(_unescaped, raw[1:-1])
    if raw.startswith(b"<") and not raw.startswith(b"<<"):
        digits = raw[1:-1].translate(None, b"\x00\t\n\x0c\r ")
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    raise SyntaxFault("a string was expected")


def text(raw: bytes) -> str:
    """Return the text of the string ``raw``: UTF-16 with its mark or else Latin-1."""
    data = string(raw)
    return data[2:].decode("utf-16-be") if data.startswith(b"\xfe\xff") else data.decode("latin-1")


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found[1]
    if what[:1].isdigit():
        return bytes([int(what, 8) & 0xFF])
    return _ESCAPED.get(what, what)


def write_dictionary(entries: Mapping[bytes, bytes]) -> bytes:
    """Return the dictionary with these values."""
    return b"<< %b >>" % b" ".join(chain.from_iterable(entries.items()))


def write_array(values: Iterable[bytes]) -> bytes:
    """Return the array of these values."""
    return b"[%b]" % b" ".join(values)


def write_reference(number: int) -> bytes:
    """Return a reference to the object ``number``."""
    return b"%d 0 R" % number


def write_text(value: str) -> bytes:
    """Return ``value`` as a string: readable when it is plain ASCII, else UTF-16 in hexadecimal."""
    if value.isascii() and value.isprintable() and not _UNLIKE_ITSELF.search(value):
        return b"(%b)" % value.encode("ascii")
    return b"<feff%b>" % value.encode("utf-16-be").hex().encode("ascii")


def write_number(value: float) -> bytes:
    """Return ``value`` with at most three decimals (points: a third of a micrometre), never in exponent form."""
    return b"%d" % value if value == int(value) else (b"%.3f" % value).rstrip(b"0").rstrip(b".")
