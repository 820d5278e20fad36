"""The objects that each document has of its own, as bytes, and the file that takes them."""

from __future__ import annotations

import functools
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


def stencil(box: Box, name: bytes) -> bytes:
    """Return the operators that paint a check code."""
    return b"q %b %.3f 0 0 %.3f %.3f %.3f cm%b Do Q\n" % (box.colour, box.width, box.height, box.x, box.y, name)


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
        used = face(name)
        program = used.subset(text)
        tag = bytes(65 + byte % 26 for byte in hashlib.sha256(program).digest()[:6]) + b"+" + name.encode()
        file = self.add(stream(program, b"/Length1 %d" % len(program)))
        descriptor = self.add(b"<</Type/FontDescriptor/FontName/%b%b/FontFile2 %d 0 R>>" % (tag, self.ground.fonts[name], file))
        widths = b" ".join([b"%d" % used.advances[letter] for letter in text])
        descendant = self.add(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            b"/FontDescriptor %d 0 R/DW 0/CIDToGIDMap/Identity/W[1[%b]]>>" % (tag, descriptor, widths)
        )
        unicode = self.add(stream(_to_unicode(text)))
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


def _to_unicode(text: str) -> bytes:
    """Return the map from codes to characters by which a text is copied and searched (ISO 32000-1 §9.10.3)."""
    lines = [b"<%04X> %b" % (code, _meaning(letter)) for code, letter in enumerate(text, 1)]
    blocks = [lines[index : index + 100] for index in range(0, len(lines), 100)]  # as many as a block may have
    return b"\n".join(
        [
            b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap",
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def",
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *[b"%d beginbfchar\n%b\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks],
            b"endcmap CMapName currentdict/CMap defineresource pop end end",
        ]
    )


@functools.lru_cache(maxsize=65536)
def _meaning(letter: str) -> bytes:
    return b"<%b>" % letter.encode("utf-16-be").hex().upper().encode()
