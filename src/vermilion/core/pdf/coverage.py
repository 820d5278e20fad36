"""Which bytes a signature really covers: everything up to its end except the ``<…>`` of its own /Contents, and nothing else."""

from __future__ import annotations

import re

from pyhanko.pdf_utils import generic
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from . import values
from .anatomy import Anatomy
from .ranges import Range
from .tokens import Fault

_HEX = re.compile(rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*>")


class CoverageFault(Exception):
    """The range is not what it must be; ``code`` is a reason code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read_range(anatomy: Anatomy, signature: EmbeddedPdfSignature) -> Range:
    """Return the signature's range. Raises CoverageFault with ``byte_range``, ``beyond_file`` or ``gap``."""
    data = anatomy.data
    numbers = signature.byte_range
    if not isinstance(numbers, generic.ArrayObject) or len(numbers) != 4 or not all(type(one) is generic.NumberObject for one in numbers):
        raise CoverageFault("byte_range")
    zero, start, end, rest = (int(one) for one in numbers)
    if zero != 0 or not 0 < start < end or rest <= 0:
        raise CoverageFault("byte_range")
    found = Range(start, end, end + rest)
    if found.stop > len(data):
        raise CoverageFault("beyond_file")
    hole = data[start:end]
    if not _HEX.fullmatch(hole):
        raise CoverageFault("gap")
    _check_enclosed(anatomy, signature, found)
    if bytes(signature.pkcs7_content) != _decode(found.hex_digits(data)):
        raise CoverageFault("gap")
    return found


def _check_enclosed(anatomy: Anatomy, signature: EmbeddedPdfSignature, found: Range) -> None:
    """Raise CoverageFault unless the hole is the /Contents of this very signature dictionary, as it stands in the file."""
    reference = signature.sig_field.raw_get("/V")
    if not isinstance(reference, generic.IndirectObject):
        raise CoverageFault("gap")
    place = anatomy.references.places.get(reference.idnum)
    one = anatomy.at(place.where) if place is not None and place.kind == "n" else None
    if one is None or (one.number, one.generation) != (reference.idnum, reference.generation):
        raise CoverageFault("gap")
    if not one.value < found.start < found.end < one.value_end:
        raise CoverageFault("gap")
    # The digits are known to be one hex string by now; reading the dictionary without them saves most of the time.
    without = anatomy.data[one.value : found.start] + b"<>" + anatomy.data[found.end : one.value_end]
    try:
        entries = values.dictionary(without)
    except Fault as error:
        raise CoverageFault("gap") from error
    if entries.get("Contents") != b"<>":
        raise CoverageFault("gap")


def _decode(digits: bytes) -> bytes:
    packed = bytes(digits.translate(None, b"\x00\t\n\x0c\r "))
    if len(packed) % 2:
        packed += b"0"
    return bytes.fromhex(packed.decode("ascii"))
