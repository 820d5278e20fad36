"""The texts of one document: values printed, measured, and shown at their places."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

from .errors import DoesNotFit
from .faces import face
from .plan import Plan, Text, Value, Words
from .printing import PRINTERS, Printer
from .skeleton import Path, value_at

SLACK = 0.6  # points by which a text may be wider: digits are not all equally wide, and cells have more air than that
# The typesetter takes out space between these and at the ends of lines.
_PUNCTUATION = frozenset("，。、；：？！（）「」『』《》〈〉“”‘’【】〔〕…—·")


class _Piece(NamedTuple):
    """Fixed letters with the gaps after them, or the value of a number, its letters ``tracking`` apart (1/1000 em)."""

    letters: str
    gaps: tuple[float, ...]
    value: int  # -1: fixed letters
    tracking: float


class _Shown(NamedTuple):
    gap: float
    face: str
    head: str
    scale: float  # points of 1/1000 em
    pieces: tuple[_Piece, ...]


class Drawn(NamedTuple):
    """``operators`` by page, the ``letters`` used of each face in the order of their glyphs, and the values as ``printed``."""

    operators: dict[int, list[str]]
    letters: dict[str, str]
    printed: dict[Value, str]


class Texts:
    """The texts of a plan, made ready for many documents."""

    def __init__(self, plan: Plan) -> None:
        self.english = plan.english
        self.values: dict[Value, tuple[Printer, Path, bool]] = {}
        self.faces: dict[str, list[_Piece]] = {}
        for piece in plan.ground.title:
            self._piece(piece)
        self.lines = [(line, f" {line.y:.3f} Tm", [self._text(text) for text in line.texts]) for line in plan.lines]

    def _text(self, text: Text) -> _Shown:
        pieces = tuple(map(self._piece, text.pieces))
        self.faces.setdefault(text.face, []).extend(pieces)
        return _Shown(text.gap, text.face, text.head, text.size / 1000, pieces)

    def _piece(self, piece: Words | Value) -> _Piece:
        if isinstance(piece, Words):
            return _Piece(piece.text, piece.gaps, -1, 0.0)
        self.values.setdefault(piece, (PRINTERS[piece.printer], piece.path, piece.printer == "plain"))
        return _Piece("", (), list(self.values).index(piece), piece.tracking)

    def draw(self, data: Any) -> Drawn:
        """Return the texts of ``data``. Raises DoesNotFit when one is too wide for its place, or can't be set letter by letter."""
        printed = self._printed(data)
        codes, advances, letters = {}, {}, {}
        for name, shown_with in self.faces.items():
            used = dict.fromkeys("".join([printed[piece.value] if piece.value >= 0 else piece.letters for piece in shown_with]))
            codes[name] = dict(zip(used, _codes(len(used)), strict=False)).__getitem__
            advances[name] = face(name).advances.__getitem__
            letters[name] = "".join(used)
        operators: dict[int, list[str]] = {}
        try:
            for line, height, texts in self.lines:
                shown, end = [], 0.0
                for gap, name, head, scale, pieces in texts:
                    begin = end + gap
                    width, showing = _shown(pieces, printed, codes[name], advances[name], scale)
                    end = begin + width
                    shown.append((head, begin, showing))
                if end > line.widest + SLACK:
                    raise DoesNotFit("a text is wider than its place")
                start = line.x if line.align == "left" else line.x - end if line.align == "right" else line.x - end / 2
                operators.setdefault(line.page, []).extend(
                    [f"{head}{start + begin:.3f}{height}{showing} ET\n" for head, begin, showing in shown]
                )
        except KeyError as error:
            raise DoesNotFit(f"no glyph for U+{ord(error.args[0]):04X}") from error
        return Drawn(operators, letters, dict(zip(self.values, printed, strict=True)))

    def _printed(self, data: Any) -> list[str]:
        texts = []
        for printer, path, plain in self.values.values():
            try:
                text = printer(value_at(data, path), self.english)
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                raise DoesNotFit("a value of another kind") from error
            if plain and not (text.isprintable() and _PUNCTUATION.isdisjoint(text)):
                raise DoesNotFit("a text that is set, not only printed")
            texts.append(text)
        return texts


def _shown(
    pieces: tuple[_Piece, ...], printed: list[str], code: Callable[[str], str], advance: Callable[[str], int], scale: float
) -> tuple[float, str]:
    """Return a text's width in points and the operators that show it. Raises KeyError for a character that the font lacks."""
    if len(pieces) == 1 and pieces[0].value >= 0:  # most are one value
        text, tracking = printed[pieces[0].value], pieces[0].tracking * scale
        width, showing = sum(map(advance, text)) * scale, f"<{''.join(map(code, text))}>Tj"
        return (width + tracking * len(text), f" {tracking:g} Tc{showing} 0 Tc") if tracking else (width, showing)
    letters: list[str] = []
    gaps: list[float] = []
    for fixed, between, value, tracking in pieces:
        letters += fixed if value < 0 else printed[value]
        gaps += between if value < 0 else [tracking] * len(printed[value])
    width = (sum(map(advance, letters)) + sum(gaps)) * scale
    if not any(gaps):
        return width, f"<{''.join(map(code, letters))}>Tj"
    return width, f"[{''.join([f'<{code(letter)}>{-gap:g}' for letter, gap in zip(letters, gaps, strict=True)])}]TJ"


def _codes(count: int) -> tuple[str, ...]:
    """Return the codes of at least ``count`` letters, from 1."""
    return _codes_below(1 << max(9, count.bit_length()))


@functools.cache
def _codes_below(end: int) -> tuple[str, ...]:
    return tuple(f"{code:04X}" for code in range(1, end))
