"""Changed copies of good files, for the fuzz target: bytes, tokens, objects, tables, ranges, CMS, revisions. Deterministic by seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

_OBJECT = re.compile(rb"(?<![0-9])(\d+) 0 obj\n(.*?)\nendobj\n", re.DOTALL)
_TOKEN = re.compile(
    rb"/[A-Za-z0-9.]+|(?<![0-9A-Za-z])\d+(?![0-9A-Za-z])|<<|>>|\[|\]|\b(?:obj|endobj|stream|endstream|xref|trailer|startxref|R|n|f)\b"
)
_RANGE = re.compile(rb"/ByteRange \[([0-9 ]+)\]")
_CONTENTS = re.compile(rb"/Contents <([0-9a-f]{1000,})>")
_ENTRY = re.compile(rb"\d{10} \d{5} [nf]")
_NUMBER = re.compile(rb"/(?:Prev|Size|Length|Count|Root|Info|P|V|W|Kids) [\[]?(\d+)|startxref\n(\d+)")
_WORDS = (
    b"/Type", b"/Page", b"/Pages", b"/Contents", b"/Annots", b"/AcroForm", b"/Fields", b"/V", b"/AP", b"/N", b"/Perms", b"/DocMDP", b"/P",
    b"/ByteRange", b"/Length", b"/Prev", b"/Root", b"/XRefStm", b"/OpenAction", b"/AA", b"/JS", b"/OCProperties", b"/F 2", b"/Encrypt",
    b"<<", b">>", b"[", b"]", b"null", b"true", b"0", b"1", b"-1", b"99999999999", b"1 0 R", b"obj", b"endobj", b"stream\n", b"endstream",
    b"xref\n", b"trailer", b"startxref", b"%%EOF", b"%PDF-1.7\n", b"#", b"\n", b"\r", b"\x00", b" ", b"(", b")", b"%",
)  # fmt: skip


def startxref(data: bytes) -> int:
    """Return where the file's last table is said to be."""
    return int(re.findall(rb"startxref\s+(\d+)", data)[-1])


def append(data: bytes, objects: dict[int, bytes], listed: Sequence[int] | None = None, trailer: bytes = b"") -> bytes:
    """Append an incremental revision by hand; ``listed`` are the objects that its cross-reference table names (default: all)."""
    size = max(int(value) for value in re.findall(rb"/Size (\d+)", data))
    root = re.findall(rb"/Root (\d+ 0 R)", data)[-1]
    out, offsets = bytearray(data), {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number in objects if listed is None else listed:
        out += b"%d 1\n%010d 00000 n \n" % (number, offsets[number])
    out += b"trailer\n<</Size %d/Root %s/Prev %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        max(size, *objects) + 1 if objects else size,
        root,
        startxref(data),
        trailer,
        table,
    )
    return bytes(out)


def flip(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    out = bytearray(data)
    for _unused in range(choose.choice([1, 1, 1, 2, 5, 50])):
        position = choose.randrange(len(out))
        out[position] = choose.choice([out[position] ^ 1, out[position] ^ 0x20, choose.randrange(256), 0x30, 0x20])
    return bytes(out)


def insert(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    position = choose.randrange(len(data) + 1)
    return data[:position] + choose.choice([choose.randbytes(choose.choice([1, 1, 4, 40])), choose.choice(_WORDS)]) + data[position:]


def delete(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    position = choose.randrange(len(data))
    return data[:position] + data[position + choose.choice([1, 1, 2, 20, 400]) :]


def truncate(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    ends = [match.end() for match in re.finditer(rb"%%EOF|endobj|endstream", data)]
    return data[: choose.choice([choose.randrange(len(data)), choose.choice(ends), len(data) - choose.randrange(1, 60)])]


def extend(choose: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = choose.choice(others)
    return data + choose.choice(
        [
            choose.choice(_WORDS),
            choose.randbytes(choose.randrange(1, 200)),
            other,
            other[choose.randrange(len(other)) :],
            data[-choose.randrange(1, 900) :],
        ]
    )


def token(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    found = list(_TOKEN.finditer(data))
    one = choose.choice(found)
    new = choose.choice([choose.choice(_WORDS), choose.choice(found)[0]])
    if choose.random() < 0.5:
        new = new[: len(one[0])].ljust(len(one[0]))  # the offsets stay right
    return data[: one.start()] + new + data[one.end() :]


def swap(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    objects = list(_OBJECT.finditer(data))
    first, second = sorted(choose.sample(objects, 2), key=lambda one: one.start())
    return data[: first.start(2)] + second[2] + data[first.end(2) : second.start(2)] + first[2] + data[second.end(2) :]


def table(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    entries = list(_ENTRY.finditer(data))
    one = choose.choice(entries)
    new = choose.choice(
        [choose.choice(entries)[0], b"%010d 00000 n" % choose.randrange(len(data)), b"0000000000 00000 f", b"0000000000 65535 f"]
    )
    return data[: one.start()] + new + data[one.end() :]


def number(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    found = choose.choice(list(_NUMBER.finditer(data)))
    group = 1 if found[1] is not None else 2
    value = int(found[group])
    new = choose.choice([value + 1, max(0, value - 1), 0, choose.randrange(len(data)), value * 10])
    return data[: found.start(group)] + b"%d" % new + data[found.end(group) :]


def byte_range(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    found = choose.choice(list(_RANGE.finditer(data)))
    numbers = [int(one) for one in found[1].split()]
    at = choose.randrange(4)
    numbers[at] = choose.choice([numbers[at] + 1, numbers[at] - 1, 0, -1, len(data), choose.randrange(len(data))])
    if choose.random() < 0.2:
        numbers = choose.choice([numbers[:2], [*numbers, 0, 0], numbers[2:] + numbers[:2]])
    new = b" ".join(b"%d" % one for one in numbers).ljust(len(found[1]))
    return data[: found.start(1)] + new + data[found.end(1) :]


def cms(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    found = choose.choice(list(_CONTENTS.finditer(data)))
    raw = bytearray.fromhex(found[1][: len(found[1]) // 2 * 2].decode())  # another mutation may have taken a digit away
    used = max(1, len(raw.rstrip(b"\0")))
    position = choose.randrange(used)
    what = choose.randrange(6)
    if what == 0:
        raw[position] ^= 1 << choose.randrange(8)
    elif what == 1:
        raw[position] = choose.choice([0x30, 0x31, 0x02, 0x04, 0xA0, 0xA1, 0x80, 0x00])
    elif what == 2:
        size = choose.randrange(1, 40)
        raw[position : position + size] = raw[position + size :][:size]
    elif what == 3:
        raw[choose.randrange(used, max(len(raw), used + 1)) % len(raw)] = choose.randrange(1, 256)
    elif what == 4:
        del raw[position : position + choose.choice([1, 8, 100])]
    else:
        raw[position:position] = choose.randbytes(choose.choice([1, 2, 30]))
    digits = bytes(raw).hex().encode()[: len(found[1])].ljust(len(found[1]), b"0")
    if choose.random() < 0.1:
        at = choose.randrange(len(digits) - 40)
        digits = digits[:at] + digits[at : at + 40].upper() + digits[at + 40 :]
    return data[: found.start(1)] + digits + data[found.end(1) :]


def revision(choose: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Append a whole, well-formed later revision: objects changed, added, hidden, taken from elsewhere."""
    found = {int(one[1]): one[2] for one in _OBJECT.finditer(data)}
    foreign = [one[2] for one in _OBJECT.finditer(choose.choice(others))]
    objects: dict[int, bytes] = {}
    for _unused in range(choose.choice([1, 1, 2, 3])):
        target = choose.choice([*found, max(found) + choose.randrange(1, 4)])
        body = choose.choice([found.get(target, b"null"), found.get(target, b"<<>>"), choose.choice(foreign), b"null", b"<< >>", b"[]"])
        if choose.random() < 0.7:
            body = _edited(choose, body)
        objects[target] = body
    listed = [one for one in objects if choose.random() < 0.85]
    extra = choose.choice([b"", b"", b"/Info 1 0 R", b"/ID [<00><00>]", b"/XRefStm 20", b"/Encrypt 1 0 R", b"/Root 1 0 R"])
    return append(data, objects, listed, extra)


def _edited(choose: random.Random, body: bytes) -> bytes:
    tokens = list(_TOKEN.finditer(body))
    if not tokens:
        return body + b" "
    one = choose.choice(tokens)
    new = choose.choice([b"", choose.choice(_WORDS), choose.choice(tokens)[0], one[0] + b" " + choose.choice(_WORDS)])
    return body[: one.start()] + new + body[one.end() :]


def splice(choose: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = choose.choice(others)
    return data[: choose.randrange(len(data))] + other[choose.randrange(len(other)) :]


def front(choose: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return (
        choose.choice([b"\n", b" ", b"%!\n", b"%PDF-1.4\n", b"MZ", b"PK\x03\x04", b"<html>", b"\xef\xbb\xbf", choose.randbytes(4)]) + data
    )


MUTATIONS: tuple[Mutation, ...] = (
    flip, flip, insert, delete, truncate, extend, token, token, swap, table, number,
    byte_range, cms, cms, revision, revision, splice, front,
)  # fmt: skip


def mutant(choose: random.Random, seeds: Sequence[bytes]) -> tuple[str, bytes, bytes]:
    """Return the name of the mutation, the good file and what it became; never one of the good ones or a signed beginning of one."""
    while True:
        seed = choose.choice(seeds)
        mutation = choose.choice(MUTATIONS)
        bad = mutation(choose, seed, seeds)
        if choose.random() < 0.1:
            bad = choose.choice(MUTATIONS)(choose, bad, seeds) if _OBJECT.search(bad) and _usable(bad) else bad
        if not any(bad == one or _signed_beginning(bad, one) for one in seeds):
            return mutation.__name__, seed, bad


def _usable(data: bytes) -> bool:
    patterns = (_RANGE, _CONTENTS, _ENTRY, _NUMBER, re.compile(rb"/Size \d"), re.compile(rb"/Root \d+ 0 R"), re.compile(rb"startxref\s+\d"))
    return all(one.search(data) for one in patterns) and len(list(_OBJECT.finditer(data))) > 2 and b"%%EOF" in data


def _signed_beginning(bad: bytes, good: bytes) -> bool:
    """An earlier signed revision of a good file is a good file."""
    if not good.startswith(bad):
        return False
    return any(sum(int(one) for one in match[1].split()[2:]) == len(bad) for match in _RANGE.finditer(good))
