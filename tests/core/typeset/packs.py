"""A pack of fonts with one character that the committed ones lack, small enough for a test."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from vermilion.core.typeset.fonts import SERIF

RARE = "\U00020001"  # Extension B; drawn here as 李, since the look is not the question


def make_pack(folder: Path) -> Path:
    """Write a pack into ``folder`` and return it."""
    font = TTFont(SERIF)
    subsetter = subset.Subsetter(subset.Options(name_IDs=[0, 1, 2, 3, 4, 5, 6], notdef_outline=True))
    subsetter.populate(text="李")
    subsetter.subset(font)
    glyph = font.getBestCmap()[ord("李")]
    wide = CmapSubtable.newSubtable(12)
    wide.platformID, wide.platEncID, wide.language, wide.cmap = 3, 10, 0, {ord(RARE): glyph}
    font["cmap"].tables = [wide]
    for number, value in {1: "Test Rare", 2: "Regular", 4: "Test Rare Regular", 6: "TestRare-Regular"}.items():
        font["name"].setName(value, number, 3, 1, 0x409)
    folder.mkdir(parents=True, exist_ok=True)
    font.save(folder / "rare-a.ttf")
    (folder / "SHA256SUMS").write_text(f"{hashlib.sha256((folder / 'rare-a.ttf').read_bytes()).hexdigest()}  rare-a.ttf\n")
    (folder / "coverage.txt").write_text("20001\n")
    (folder / "families.txt").write_text("Test Rare\n")
    return folder
