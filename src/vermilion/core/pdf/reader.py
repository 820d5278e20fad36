"""pyHanko's reader as the verifier uses it, linear in two places where pyHanko reads the same bytes over and over or one by one."""

from __future__ import annotations

import binascii
import logging
from io import BytesIO
from typing import Any, NamedTuple

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.generic import DecodePurpose
from pyhanko.pdf_utils.misc import PdfReadError, PdfStreamError
from pyhanko.pdf_utils.reader import PdfFileReader

from .anatomy import Anatomy
from .usages import EarlierRevision

# What it finds odd in a foreign file is a fact of the verdict, not a log entry with foreign content and a stack trace.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

_BLANK = b"\x00\t\n\x0c\r "


def _read_hex_string(stream: Any) -> generic.ByteStringObject | generic.TextStringObject:
    """Read ``<…>`` as pyHanko does, but not digit by digit: a signature has 16,384, a hostile file millions."""
    start = stream.tell() + 1
    stream.seek(start)
    size = 256
    while b">" not in (digits := stream.read(size)):
        if len(digits) < size:
            raise PdfStreamError("a hexadecimal string does not end")
        stream.seek(start)
        size *= 8
    digits = digits[: digits.index(b">")]
    stream.seek(start + len(digits) + 1)
    packed = digits.translate(None, _BLANK)
    try:
        return generic.pdf_string(binascii.unhexlify(packed + b"0" * (len(packed) % 2)))
    except binascii.Error as error:
        raise PdfStreamError("a hexadecimal string holds something else") from error


generic.read_hex_string_from_stream = _read_hex_string


class _Opened(NamedTuple):
    stream: generic.StreamObject
    content: bytes
    numbers: list[int]
    offsets: list[int]


class Reader(PdfFileReader):
    """A strict reader of a file that was taken apart before. Raises pyHanko's errors and builtin ones: catch everything."""

    def __init__(self, anatomy: Anatomy) -> None:
        self._opened: dict[int, _Opened] = {}
        # pyHanko's strict reader takes no hybrid; that the two halves of one agree is known from the anatomy.
        super().__init__(BytesIO(anatomy.data), strict=not anatomy.hybrid)
        self._anatomy = anatomy

    def opens(self) -> bool:
        """Tell whether the file has no password, or the empty one, which every viewer tries without asking."""
        return not self.encrypted or self.decrypt(b"").status != AuthStatus.FAILED

    def get_historical_resolver(self, revision: int) -> EarlierRevision:
        """Return the file as it was at ``revision``."""
        found = self._historical_resolver_cache.get(revision)
        if not isinstance(found, EarlierRevision):
            found = self._historical_resolver_cache[revision] = EarlierRevision(self, revision, self._anatomy)
        return found

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        stream = generic.Reference(stmnum, 0, self).get_object()
        if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
            raise PdfReadError("not an object stream")
        opened = self._opened.get(stmnum)
        if opened is None or opened.stream is not stream:
            opened = self._opened[stmnum] = _open(stream)
        if not 0 <= idx < len(opened.numbers) or opened.numbers[idx] != idnum:
            raise PdfReadError("the object is not where the cross-reference says")
        source = BytesIO(opened.content)
        source.seek(opened.offsets[idx])
        found = generic.read_object(source, generic.Reference(idnum, 0, self))
        if isinstance(found, (generic.StreamObject, generic.IndirectObject)):
            raise PdfReadError("an object stream holds a stream or a reference")
        return found


def _open(stream: generic.StreamObject) -> _Opened:
    content = stream.read_data(DecodePurpose.OBJECT_STREAM)
    first, count = int(stream["/First"]), int(stream["/N"])
    words = [int(word) for word in content[:first].split()[: 2 * count]]
    if len(words) != 2 * count:
        raise PdfReadError("the list of an object stream is too short")
    return _Opened(stream, content, words[::2], [first + offset for offset in words[1::2]])
