"""Files that try to keep the verifier busy or fill its memory, at any size. ``FILES``: name → function of a size in bytes."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable

_TRACE = b"<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 100 200 300]/Contents<00>>>"


def built(objects: list[bytes], *, root: int = 1, trailer: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """Return a file of these objects, numbered from 1, with a right cross-reference table."""
    parts = [head]
    position = len(head)
    table = [b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)]
    for number, body in enumerate(objects, 1):
        part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        table.append(b"%010d 00000 n \n" % position)
        parts.append(part)
        position += len(part)
    end = b"trailer\n<</Size %d/Root %d 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, trailer, position)
    return b"".join([*parts, *table, end])


def _signed(*more: bytes, pages: bytes = b"<</Type/Pages/Kids[3 0 R]/Count 1>>") -> list[bytes]:
    """Return the objects of a file with one (nonsensical) signature, and ``more`` behind them."""
    form = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>"
    field = b"<</FT/Sig/T(a)/V 5 0 R/Type/Annot/Subtype/Widget/Rect[0 0 0 0]>>"
    return [form, pages, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>", field, _TRACE, *more]


def deep_arrays(size: int) -> bytes:
    return built(_signed(b"[" * (size // 2) + b"]" * (size // 2)))


def deep_dictionaries(size: int) -> bytes:
    return built(_signed(b"<</A" * (size // 6) + b" 1" + b">>" * (size // 6)))


def many_arrays_open(size: int) -> bytes:
    return built(_signed(*[b"[[[[[[[[[[" + b"1 " * 400] * (size // 900)))


def million_objects(size: int) -> bytes:
    return built(_signed(*[b"<</A 1>>"] * (size // 50)))


def objects_no_table_names(size: int) -> bytes:
    good = built(_signed())
    return good[: good.index(b"xref\n0")] + b"9 0 obj\n<<>>\nendobj\n" * (size // 20) + good[good.index(b"xref\n0") :]


def table_loop(size: int) -> bytes:
    data = built(_signed(b"(" + b"x" * size + b")"))
    start = int(data.split(b"startxref\n")[1].split()[0])
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % start)


def prev_chain(size: int) -> bytes:
    data = bytearray(built(_signed()))
    start = int(bytes(data).split(b"startxref\n")[1].split()[0])
    while len(data) < size:
        here = len(data)
        data += b"xref\n0 0\ntrailer\n<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (start, here)
        start = here
    return bytes(data)


def wide_table(size: int) -> bytes:
    count = size // 20
    data = built(_signed())
    head = data[: data.index(b"xref\n0")]
    table = b"xref\n0 %d\n0000000000 65535 f \n" % count + b"0000000009 00000 n \n" * (count - 1)
    return head + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(head))


def _flate(size: int) -> bytes:
    engine = zlib.compressobj(9)
    block = bytes(1 << 20)
    return b"".join([*(engine.compress(block) for _ in range(size >> 20)), engine.flush()])


def object_stream_bomb(size: int) -> bytes:
    packed = _flate(size * 20)
    return built(_signed(b"<</Type/ObjStm/N 9/First 40/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(packed), packed)))


def object_streams_many(size: int) -> bytes:
    packed = zlib.compress(b"".join(b"%d %d " % (number, 0) for number in range(100_000)), 9)
    one = b"<</Type/ObjStm/N 100000/First 900000/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(packed), packed)
    return built(_signed(*[one] * (size // len(one))))


def table_stream_bomb(size: int) -> bytes:
    packed = _flate(size * 20)
    data = built(_signed())
    head = data[: data.index(b"xref\n0")]
    stream = b"9 0 obj\n<</Type/XRef/W[1 8 8]/Size %d/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream\nendobj\n" % (
        size * 10,
        len(packed),
        packed,
    )
    return head + stream + b"startxref\n%d\n%%%%EOF\n" % len(head)


def page_tree_wide(size: int) -> bytes:
    kids = b"3 0 R " * (size // 6)
    return built(_signed(pages=b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, size // 6)))


def page_tree_exponential(size: int) -> bytes:
    nodes = [b"<</Type/Pages/Count 9/Kids[%b]>>" % (b"%d 0 R " % (number + 1) * 40) for number in range(6, 46)]
    return built(_signed(*nodes, b"(" + b"x" * size + b")", pages=b"<</Type/Pages/Kids[6 0 R]/Count 9>>"))


def many_signatures(size: int) -> bytes:
    count = size // 400
    fields = b" ".join(b"%d 0 R" % (3 + 2 * index) for index in range(1, count))
    objects = [b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%b]/SigFlags 3>>>>" % fields, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects.append(b"<</Type/Page/Parent 2 0 R>>")
    for index in range(1, count):
        objects += [_TRACE + b" " * 150, b"<</FT/Sig/T(f%d)/V %d 0 R>>" % (index, 2 + 2 * index)]
    return built(objects)


def many_byte_ranges(size: int) -> bytes:
    return built(_signed(b"(" + b"/ByteRange [0 10 20 30] " * (size // 24) + b")"))


def range_prefixes(size: int) -> bytes:
    """Every range ends elsewhere, and the file can't be read: each beginning might be looked at."""
    ranges = b"".join(b"/ByteRange [0 10 20 %d] " % number for number in range(1000, 1000 + size // 30))
    return b"%PDF-1.7\n1 0 obj\n(" + ranges + b")\nendobj\n/SubFilter /ETSI.CAdES.detached\nstartxref\n0\n%%EOF\n"


def open_strings(size: int) -> bytes:
    return built(_signed())[:-6] + b"\n1 0 obj (" * (size // 10) + b"\nstartxref\n9\n%%EOF\n"


def open_streams(size: int) -> bytes:
    return b"%PDF-1.7\n" + b"1 0 obj<<>>stream\n" * (size // 18) + _TRACE + b"\nstartxref\n9\n%%EOF\n"


def digits_and_spaces(size: int) -> bytes:
    return b"%PDF-1.7\n" + b"1 1 " * (size // 4) + _TRACE + b"\nstartxref\n9\n%%EOF\n"


def white_space(size: int) -> bytes:
    block = b" " * 70_000 + b"x"
    return b"%PDF-1.7\n" + block * (size // len(block)) + _TRACE + b"\nstartxref\n9\n%%EOF\n"


def noise(size: int) -> bytes:
    return b"%PDF-1.7\n" + random.Random(1).randbytes(size) + _TRACE + b"\nstartxref\n9\n%%EOF\n"


def words(size: int) -> bytes:
    block = b"xref trailer startxref %%EOF /ByteRange [ /Contents < obj endobj stream "
    return b"%PDF-1.7\n" + block * (size // len(block)) + _TRACE + b"\nstartxref\n9\n%%EOF\n"


def long_name(size: int) -> bytes:
    return built(_signed(b"/" + b"#41" * (size // 3)))


def many_keys(size: int) -> bytes:
    return built(_signed(b"<<%b>>" % b"".join(b"/K%d#20 %d" % (number, number) for number in range(size // 20))))


def huge_contents(size: int) -> bytes:
    objects = _signed()
    objects[4] = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 100 200 300]/Contents<%b>>>" % (
        b"30" * (size // 2)
    )
    return built(objects)


def later_revisions(size: int) -> bytes:
    """A good signature's place, then revisions that each rewrite every page: much to compare."""
    pages = 400
    kids = b" ".join(b"%d 0 R" % (6 + index) for index in range(pages))
    body = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/A[%b]>>" % (b"1 " * 100)
    data = bytearray(built(_signed(*[body] * pages, pages=b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, pages))))
    start = int(bytes(data).rsplit(b"startxref\n", 1)[1].split()[0])
    while len(data) < size:
        offsets = []
        for index in range(pages):
            offsets.append(len(data))
            data += b"%d 0 obj\n%b\nendobj\n" % (6 + index, body)
        here = len(data)
        data += b"xref\n6 %d\n%b" % (pages, b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
        data += b"trailer\n<</Size %d/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (6 + pages, start, here)
        start = here
    return bytes(data)


FILES: dict[str, Callable[[int], bytes]] = {
    one.__name__: one
    for one in (
        deep_arrays, deep_dictionaries, many_arrays_open, million_objects, objects_no_table_names, table_loop, prev_chain, wide_table,
        object_stream_bomb, object_streams_many, table_stream_bomb, page_tree_wide, page_tree_exponential, many_signatures,
        many_byte_ranges, range_prefixes, open_strings, open_streams, digits_and_spaces, white_space, noise, words, long_name,
        many_keys, huge_contents, later_revisions,
    )
}  # fmt: skip
