"""The objects that each document has of its own, as bytes, and the file that takes them."""

from __future__ import annotations

import hashlib

import numpy as np
from isal import isal_zlib

from .faces import face
from .plan import Box, Ground

QUICK = 1  # of deflate, by ISA-L: as small as zlib makes it, in a sixth of the time


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return ``data`` as a compressed stream with further ``entries``."""
    squeezed = isal_zlib.compress(data, QUICK)
    return b"<</Length %d/Filter/FlateDecode%b>>\nstream\n%b\nendstream" % (len(squeezed), entries, squeezed)


def stencil(box: Box, name: bytes) -> str:
    """Return the operators that paint a check code."""
    place = f"{box.width:.3f} 0 0 {box.height:.3f} {box.x:.3f} {box.y:.3f} cm"
    return f"q {box.colour.decode()} {place}{name.decode()} Do Q\n"


def mask(modules: np.ndarray) -> bytes:
    """Return a check code as a stencil mask (ISO 32000-1 §8.9.6.2): one bit a module, 0 is painted."""
    rows, columns = modules.shape
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ImageMask true/BitsPerComponent 1" % (columns, rows)
    return stream(np.packbits(~modules, axis=1).tobytes(), entries)


class Writer:
    """The ground and what is added to it, closed by one cross-reference table."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.parts = [ground.body]
        self.length = len(ground.body)
        self.offsets = dict(ground.offsets)
        self.next = ground.size

    def add(self, body: bytes) -> int:
        """Add an object and return its number."""
        number, self.next = self.next, self.next + 1
        self.put(number, body)
        return number

    def put(self, number: int, body: bytes) -> None:
        """Add an object of a number that the ground left free."""
        self.offsets[number] = self.length
        part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self.parts.append(part)
        self.length += len(part)

    def font(self, name: str, text: str) -> int:
        """Add the subset of a face for ``text``, whose n-th character is glyph n; return the number of the font (Type 0)."""
        subset = face(name).subset(text)
        program = subset.program
        tag = bytes(65 + byte % 26 for byte in hashlib.sha256(text.encode()).digest()[:6]) + b"+" + name.encode()
        file = self.add(stream(program, b"/Length1 %d" % len(program)))
        descriptor = self.add(b"<</Type/FontDescriptor/FontName/%b%b/FontFile2 %d 0 R>>" % (tag, self.ground.fonts[name], file))
        descendant = self.add(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            b"/FontDescriptor %d 0 R/DW 0/CIDToGIDMap/Identity/W[1[%b]]>>" % (tag, descriptor, b" ".join(subset.advances))
        )
        unicode = self.add(stream(_to_unicode(subset.meanings)))
        return self.add(
            b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
            % (tag, descendant, unicode)
        )

    def finish(self, document: bytes, instance: bytes) -> bytes:
        """Return the file with these two identifiers."""
        table = b"".join([b"%010d 00000 n\r\n" % self.offsets[number] for number in range(1, self.next)])
        end = b"xref\n0 %d\n0000000000 65535 f\r\n%btrailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[(%b)(%b)]>>\nstartxref\n%d\n%%%%EOF" % (
            *(self.next, table, self.next, self.ground.root, self.ground.info[0], document, instance, self.length),
        )
        return b"".join([*self.parts, end])


def _to_unicode(meanings: tuple[bytes, ...]) -> bytes:
    """Return the map from codes, counted from 1, to characters, by which a text is copied and searched (ISO 32000-1 §9.10.3).

    A range of codes does not go beyond those of one first byte.
    """
    ranges = []
    for first in range(0, len(meanings) + 1, 256):
        low, high = max(first, 1), min(first + 255, len(meanings))
        ranges.append(b"<%04X> <%04X> [%b]" % (low, high, b"".join(meanings[low - 1 : high])))
    return b"\n".join(
        [
            b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap",
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def",
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange",
            b"%d beginbfrange" % len(ranges),
            *ranges,
            b"endbfrange",
            b"endcmap CMapName currentdict/CMap defineresource pop end end",
        ]
    )
