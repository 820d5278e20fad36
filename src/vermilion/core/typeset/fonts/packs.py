"""A pack of fonts for rare characters (Extensions B to F), which an installation may add: 30 MB that most need not carry.

A pack is a folder, made by ``tools/make_rare_fonts.py``: ``*.ttf``, ``SHA256SUMS`` (as of ``sha256sum``), ``coverage.txt`` (ranges of code
points in hexadecimal) and ``families.txt`` (the fonts' family names in the order in which they are asked for a character).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..errors import FontPackError

PARTS = ("SHA256SUMS", "coverage.txt", "families.txt")


@dataclass(frozen=True)
class Pack:
    """Fonts beside the committed ones. ``digest`` stands for all its files; ``coverage`` is the code points that it has."""

    folder: Path
    digest: str
    families: tuple[str, ...]
    coverage: frozenset[int]


def open_pack(folder: Path) -> Pack:
    """Read what a pack says of itself; its fonts are not opened (``damaged`` compares them). Raises FontPackError when a part is wrong."""
    try:
        digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in PARTS)).hexdigest()
        families = tuple((folder / "families.txt").read_text(encoding="utf-8").split("\n"))
        coverage = ranges_in((folder / "coverage.txt").read_text(encoding="ascii"))
        missing = [name for _digest, name in sums_of(folder) if not (folder / name).is_file()]
    except (OSError, ValueError) as error:
        raise FontPackError(f"{folder} holds no pack of fonts: {error}") from error
    families = tuple(name for name in families if name)
    if not families or not coverage or missing:
        raise FontPackError(f"{folder} is no complete pack of fonts: {', '.join(missing) or 'it names no family or no character'}")
    return Pack(folder, digest, families, coverage)


def ranges_in(text: str) -> frozenset[int]:
    """Return the code points of lines such as ``4E00-9FEA`` or ``20AC``. Raises ValueError."""
    found: set[int] = set()
    for line in text.split():
        first, _, last = line.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def sums_of(folder: Path) -> list[tuple[str, str]]:
    """Return digest and name of each line of ``SHA256SUMS``. Raises ValueError for a line of another shape or a name outside the folder."""
    found = []
    for line in (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines():
        digest, name = line.split("  ")
        if "/" in name or name.startswith("."):
            raise ValueError(f"{name!r} is no name of a file in this folder")
        found.append((digest, name))
    return found
