"""The texts of one document: values printed, measured, and shown at their places."""

from __future__ import annotations

from typing import Any

from .errors import DoesNotFit
from .faces import face
from .plan import Line, Path, Text, Value, Words, value_at
from .printing import PRINTERS

SLACK = 0.6  # points by which a text may be wider: digits are not all equally wide, and cells have more air than that
# The typesetter takes out space between these and at the ends of lines.
_PUNCTUATION = frozenset("，。、；：？！（）「」『』《》〈〉“”‘’【】〔〕…—·")


class Letters(dict[str, bytes]):
    """The characters that a document uses of a face, each with the code of its glyph; a new one gets the next."""

    def __missing__(self, letter: str) -> bytes:
        code = self[letter] = b"%04X" % (len(self) + 1)
        return code


class Printed:
    """A document's values in print."""

    def __init__(self, data: Any, english: bool) -> None:
        self.data = data
        self.english = english
        self.known: dict[tuple[Path, str], str] = {}

    def __call__(self, value: Value) -> str:
        """Return a value's text. Raises DoesNotFit when it is of another kind, or its text would be set otherwise than letter by letter."""
        key = value.path, value.printer
        if key not in self.known:
            try:
                text = PRINTERS[value.printer](value_at(self.data, value.path), self.english)
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                raise DoesNotFit("a value of another kind") from error
            if value.printer == "plain" and not (text.isprintable() and _PUNCTUATION.isdisjoint(text)):
                raise DoesNotFit("a text that is set, not only printed")
            self.known[key] = text
        return self.known[key]


def operators(line: Line, printed: Printed, letters: dict[str, Letters]) -> bytes:
    """Return the operators that draw a line. Raises DoesNotFit when it is too wide."""
    shown: list[tuple[bytes, float, bytes]] = []  # where each text begins is counted from the line's beginning
    end = 0.0
    for text in line.texts:
        begin = end + text.gap
        width, showing = _shown(text, printed, letters[text.face])
        end = begin + width
        shown.append((text.head, begin, showing))
    if end > line.widest + SLACK:
        raise DoesNotFit("a text is wider than its place")
    start = line.x if line.align == "left" else line.x - end if line.align == "right" else line.x - end / 2
    return b"".join([b"%b%.3f %.3f Tm%b ET\n" % (head, start + begin, line.y, showing) for head, begin, showing in shown])


def _shown(text: Text, printed: Printed, codes: Letters) -> tuple[float, bytes]:
    """Return a text's width in points and the operators that show it."""
    code, advance = codes.__getitem__, face(text.face).width
    if len(text.pieces) == 1 and isinstance(piece := text.pieces[0], Value):  # most are one value
        value = printed(piece)
        width = (advance(value) + piece.tracking * len(value)) * text.size / 1000
        spacing = b" %g Tc" % (piece.tracking * text.size / 1000) if piece.tracking else b""
        return width, b"%b<%b>Tj%b" % (spacing, b"".join(map(code, value)), b" 0 Tc" if spacing else b"")
    letters: list[str] = []
    gaps: list[float] = []
    for piece in text.pieces:
        if isinstance(piece, Words):
            letters += piece.text
            gaps += piece.gaps
        else:
            letters += (value := printed(piece))
            gaps += [piece.tracking] * len(value)
    width = (advance(letters) + sum(gaps)) * text.size / 1000
    if not any(gaps):
        return width, b"<%b>Tj" % b"".join(map(code, letters))
    return width, b"[%b]TJ" % b"".join([b"<%b>%g" % (code(letter), -gap) for letter, gap in zip(letters, gaps, strict=True)])
