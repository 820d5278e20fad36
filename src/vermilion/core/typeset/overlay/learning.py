"""Two documents → a plan. Every difference between them must be explained; see the package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import mode
from typing import Any, Literal

from ..zones import Typeset
from . import content, ground
from .content import Code, Item, Page, Run
from .errors import NoPlan
from .faces import face
from .plan import Box, Line, Piece, Plan, Text, Value, Words, resource
from .printing import PRINTERS
from .skeleton import Path, cut, value_at

NEAR = 0.6  # points: kerning, which only the typesetter does, may move a text by that much


@dataclass(frozen=True)
class Specimen:
    """A document typeset in full, what it was made from, and the creation time in the file (aware)."""

    data: dict[str, Any]
    made: Typeset
    at: datetime


@dataclass(frozen=True)
class _Candidate:
    """A value of the data in one way of printing, in both documents."""

    first: str
    second: str
    path: Path
    printer: str


def learn(first: Specimen, second: Specimen, varying: tuple[Path, ...], *, english: bool) -> Plan:
    """Return the plan of two documents whose data differ at every path of ``varying`` and nowhere else.

    Widths between and below those of the two are what the plan holds: the second should be as wide as documents get.
    Raises NoPlan with the difference that nothing explains.
    """
    if first.made.zones != second.made.zones or first.made.pages != second.made.pages:
        raise NoPlan("other pages or zones")
    skeleton = cut(first.data, varying)
    if skeleton != cut(second.data, varying):
        raise NoPlan("the data are not of one shape")
    one, other = content.read(first.made.pdf), content.read(second.made.pdf)
    lines: list[Line] = []
    boxes: list[Box] = []
    fixed: dict[int, bytes] = {}
    explain = _Explaining(list(_candidates(first.data, second.data, varying, english)))
    for index, (left, right) in enumerate(zip(one.pages, other.pages, strict=True)):
        fixed[left.content] = _page(index, left, right, explain, lines, boxes)
    drawn = {line.page for line in lines} | {box.page for box in boxes}
    return Plan(
        english,
        skeleton,
        ground.lay(first, second, one, other, fixed, drawn, explain),
        tuple(lines),
        tuple(boxes),
        first.made.zones,
        first.made.pages,
    )


def shape(data: dict[str, Any], varying: tuple[Path, ...]) -> bytes:
    """Return what documents of one shape have in common: their canonical JSON without the varying values."""
    return b"\0".join(cut(data, varying).constants)


def _candidates(first: Any, second: Any, varying: tuple[Path, ...], english: bool) -> Iterator[_Candidate]:
    # A text may be made of several values that stand together, as the period of cover is.
    for path in [*varying, *dict.fromkeys(path[:-1] for path in varying if len(path) > 1)]:
        one, other = value_at(first, path), value_at(second, path)
        for name, printer in PRINTERS.items():
            try:
                texts = printer(one, english), printer(other, english)
            except (TypeError, ValueError, KeyError, AttributeError):
                continue
            if texts[0] and texts[0] != texts[1]:
                yield _Candidate(*texts, path, name)


def _page(index: int, left: Page, right: Page, explain: _Explaining, lines: list[Line], boxes: list[Box]) -> bytes:
    """Append what is drawn anew on a page; return its content without that."""
    one, other = _joined(left.items), _joined(right.items)
    if len(one) != len(other):
        raise NoPlan(f"page {index + 1}: other things are drawn")
    kept: list[bytes] = []
    pairs = list(zip(one, other, strict=True))
    at = 0
    while at < len(pairs):
        first, second = pairs[at]
        at += 1
        if isinstance(first, Run) and isinstance(second, Run):
            texts = [(first, second)]
            while at < len(pairs) and _follows(texts[-1], pairs[at]):
                texts.append(pairs[at])  # type: ignore[arg-type]
                at += 1
            if all(_alike(*pair) for pair in texts):
                kept += [pair[0].raw for pair in texts]
            else:
                lines.append(_line(index, texts, explain))
        elif isinstance(first, Code) and isinstance(second, Code):
            if (first.x, first.y, first.width, first.height, first.colour) != (
                second.x,
                second.y,
                second.width,
                second.height,
                second.colour,
            ):
                raise NoPlan(f"page {index + 1}: a check code has moved")
            if first.raw == second.raw:
                kept.append(first.raw)
            else:
                name = "qr" if abs(first.width - first.height) < 1 else "barcode"
                boxes.append(Box(index, name, first.x, first.y, first.width, first.height, first.colour))
        elif first == second and isinstance(first, bytes):
            kept.append(first)
        else:
            raise NoPlan(f"page {index + 1}: something is drawn in another way")
    return b"".join(kept)


def _joined(items: tuple[Item, ...]) -> list[Item]:
    """Join what the typesetter cut where one script follows another: where a value ends does not show there."""
    joined: list[Item] = []
    for item in items:
        before = joined[-1] if joined else None
        if isinstance(item, Run) and isinstance(before, Run) and before.text and item.text:
            style = (before.y, before.face, before.size, before.colour)
            if style == (item.y, item.face, item.size, item.colour) and abs(gap := _gap(before, item)) < 0.05 * item.size:
                gaps = (*before.gaps[:-1], before.gaps[-1] + 1000 * gap / item.size, *item.gaps)
                joined[-1] = replace(before, raw=before.raw + item.raw, text=before.text + item.text, gaps=gaps)
                continue
        joined.append(item)
    return joined


def _alike(one: Run, other: Run) -> bool:
    if one.text and other.text:
        return replace(one, raw=b"", gaps=()) == replace(other, raw=b"", gaps=())
    return one.raw == other.raw


def _follows(before: tuple[Run, Run], pair: tuple[object, object]) -> bool:
    """Tell whether a text stands behind the one before it, wherever that ends, and not at a place of its own."""
    one, other = pair
    if not isinstance(one, Run) or not isinstance(other, Run):
        return False
    same_line = one.y == before[0].y and other.y == before[1].y
    return same_line and one.x != other.x and abs(_gap(before[0], one) - _gap(before[1], other)) < NEAR


def _gap(before: Run, run: Run) -> float:
    return run.x - before.x - _width(before)


def _line(index: int, texts: list[tuple[Run, Run]], explain: _Explaining) -> Line:
    """Return how texts are drawn anew that stand one behind the other."""
    drawn = []
    gap = 0.0
    for number, (one, other) in enumerate(texts):
        if (one.face, one.size, one.colour, one.y) != (other.face, other.size, other.colour, other.y):
            raise NoPlan(f"page {index + 1}: {one.text!r} stands elsewhere as {other.text!r}")
        if number:
            gap = (_gap(texts[number - 1][0], one) + _gap(texts[number - 1][1], other)) / 2
        head = f"{one.colour.decode()}\nBT{resource(one.face).decode()} {one.size:g} Tf 1 0 0 1 "
        drawn.append(Text(gap, one.face, one.size, head, explain(one.text, other.text, one.gaps)))
    starts = texts[0][0].x, texts[0][1].x
    ends = texts[-1][0].x + _width(texts[-1][0]), texts[-1][1].x + _width(texts[-1][1])
    align: Literal["left", "right", "center"]
    if abs(starts[0] - starts[1]) < 0.01:
        align, x = "left", starts[0]
    elif abs(ends[0] - ends[1]) < NEAR:
        align, x = "right", sum(ends) / 2
    elif abs(sum(starts[:1] + ends[:1]) - sum(starts[1:] + ends[1:])) < NEAR:
        align, x = "center", (starts[0] + ends[0]) / 2
    else:
        raise NoPlan(f"page {index + 1}: {texts[0][0].text!r} moves")
    return Line(index, align, x, texts[0][0].y, max(ends[0] - starts[0], ends[1] - starts[1]), tuple(drawn))


def _width(run: Run) -> float:
    return (face(run.face).width(run.text) + sum(run.gaps)) * run.size / 1000


class _Explaining:
    """Finds which value a text shows, in document order."""

    def __init__(self, candidates: list[_Candidate]) -> None:
        self.exact: dict[tuple[str, str], list[_Candidate]] = {}
        for candidate in candidates:
            self.exact.setdefault((candidate.first, candidate.second), []).append(candidate)
        # The longest first: a number may hold a shorter one.
        self.inside = sorted(self.exact, key=lambda texts: -len(texts[0]))
        self.last: Path = ()

    def __call__(self, first: str, second: str, gaps: tuple[float, ...] = ()) -> tuple[Piece, ...]:
        """Explain two texts as the same words around one value. Raises NoPlan."""
        gaps = gaps or (0.0,) * len(first)
        if first == second:
            return (Words(first, gaps),)
        for texts in [(first, second)] if (first, second) in self.exact else self.inside:
            at = first.find(texts[0])
            while at >= 0:
                end = at + len(texts[0])
                if second == first[:at] + texts[1] + first[end:]:
                    found = self._nearest(self.exact[texts])
                    inner = gaps[at : end - 1]
                    value = Value(found.path, found.printer, mode(inner) if inner else 0.0)
                    head, tail = Words(first[:at], gaps[:at]), Words(first[end:], gaps[end:])
                    return (*([head] if at else []), value, *([tail] if end < len(first) else []))
                at = first.find(texts[0], at + 1)
        raise NoPlan(f"nothing explains {first!r} and {second!r}")

    def _nearest(self, candidates: list[_Candidate]) -> _Candidate:
        """Of values that look alike, as sexes do, take the one that belongs with the value found before: they stand in one row."""
        found = max(candidates, key=lambda candidate: _shared(candidate.path, self.last))
        if len(candidates) == 1:
            self.last = found.path
        return found


def _shared(path: Path, other: Path) -> int:
    return next((index for index, (one, two) in enumerate(zip(path, other, strict=False)) if one != two), min(len(path), len(other)))
