"""Make the committed fonts: one-region TrueType subsets of Debian's Noto CJK collections.

The result lies in ``src/vermilion/core/typeset/fonts`` and is committed, so that every installation typesets the same bytes; this recipe
is run only to change the character set or to follow a new Noto release. The same input files give the same output bytes.

Why subsets: the collections hold four regions in 26 MB CFF each. One region with TrueType outlines makes typst and per-document
subsetting faster and files smaller.

Characters: the whole CJK Unified Ideographs block (URO, U+4E00–9FFF) and Extension A as far as Noto draws them, all 8,105 characters of
通用规范汉字表 (General Standard Chinese Characters, 2013; 196 of them lie outside the BMP), Latin, punctuation, kana and common symbols.
The list of the 8,105 is the property ``kTGH`` of the Unihan database, which Debian ships in the package ``unicode-data``.

Needs:  apt-get install fonts-noto-cjk unicode-data     (fonts-noto-cjk 1:20220127+repack1-1, unicode-data 15.0.0-1)
Run:    .venv/bin/python tools/make_fonts.py
"""

from __future__ import annotations

import argparse
import bz2
import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

NOTO = Path("/usr/share/fonts/opentype/noto")
UNIHAN = Path("/usr/share/unicode/Unihan_OtherMappings.txt.bz2")
TARGET = Path(__file__).resolve().parent.parent / "src/vermilion/core/typeset/fonts"
SIMPLIFIED_CHINESE = 2  # index of the face in the Noto CJK collections
FACES = {"Serif": ("Regular", "Bold"), "Sans": ("Regular", "Bold")}
RANGES = (
    (0x20, 0x180),  # Latin
    (0x2000, 0x2070),  # general punctuation
    (0x20AC, 0x20AD),  # euro
    (0x2100, 0x2200),  # letter-like symbols, numerals, arrows
    (0x2200, 0x2270),  # mathematics
    (0x2460, 0x2500),  # enclosed numbers
    (0x25A0, 0x2607),  # shapes, stars
    (0x2E80, 0x2FD6),  # radicals
    (0x3000, 0x3100),  # CJK punctuation, kana
    (0x3220, 0x3244),
    (0x3380, 0x33E0),  # square units
    (0x3400, 0x4DC0),  # Extension A
    (0x4E00, 0xA000),  # URO
    (0xFA0E, 0xFA2A),  # twelve unified ideographs among the compatibility block
    (0xFE30, 0xFE50),
    (0xFF01, 0xFFEF),  # full-width forms
)
# Curly quotation marks are as wide as a Chinese character in the fonts above. English text gets small fonts of its own, all Latin letters
# with narrow marks: a mark from another font than its words would be torn from them by readers that copy.
LATIN = {*range(0x20, 0x180), *range(0x2010, 0x2028)}
QUOTES = {0x2018, 0x2019, 0x201C, 0x201D}
LARGEST = 15_000_000  # bytes; a promise of the project


def standard_table(unihan: Path) -> set[int]:
    """Return the 8,105 code points of 通用规范汉字表 from Unihan's ``kTGH``. Raises ValueError when the file holds another number."""
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        found = {int(line.split("\t")[0][2:], 16) for line in lines if "\tkTGH\t" in line}
    if len(found) != 8105:
        raise ValueError(f"{unihan} lists {len(found)} characters of the standard table, expected 8105")
    return found


def narrowed(font: TTFont, codepoints: Iterable[int]) -> None:
    """Let ``codepoints`` mean the proportional glyphs (feature ``pwid``) that Latin text wants. Raises KeyError where there is none."""
    table = font["GSUB"].table
    numbers = {index for one in table.FeatureList.FeatureRecord if one.FeatureTag == "pwid" for index in one.Feature.LookupListIndex}
    narrow: dict[str, str] = {}
    for index in numbers:
        for part in table.LookupList.Lookup[index].SubTable:
            narrow |= getattr(part, "ExtSubTable", part).mapping
    own = font.getBestCmap()
    meant = {point: narrow[own[point]] for point in codepoints}
    for part in font["cmap"].tables:
        part.cmap.update({point: name for point, name in meant.items() if point in part.cmap})


def one_region(path: Path, codepoints: set[int], *, narrow: Iterable[int] = ()) -> TTFont:
    options = subset.Options(
        font_number=SIMPLIFIED_CHINESE, layout_features=["kern"], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], name_languages=[0x409],
        desubroutinize=True, notdef_outline=True, recommended_glyphs=True, hinting=False, glyph_names=False,
    )  # fmt: skip
    font = subset.load_font(str(path), options)
    font.recalcTimestamp = False  # the same input gives the same bytes
    if narrow:
        narrowed(font, narrow)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codepoints)
    subsetter.subset(font)
    return font


def to_truetype(font: TTFont, max_error: float = 1.0) -> None:
    """Replace cubic CFF outlines by quadratic ones that differ by at most ``max_error`` of 1000 units."""
    order, outlines, glyphs = font.getGlyphOrder(), font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, max_error, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font.recalcBBoxes = True  # the subsetter switches it off
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    for tag in ("CFF ", "VORG", "vhea", "vmtx", "BASE"):
        if tag in font:
            del font[tag]
    table.compile(font)
    maxp = font["maxp"]
    maxp.tableVersion, maxp.maxZones = 0x00010000, 1
    for name in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements", "maxSizeOfInstructions",
        "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth",
    ):  # fmt: skip
        setattr(maxp, name, 0)
    post = font["post"]
    post.formatType, post.extraNames, post.mapping, post.glyphOrder = 3.0, [], {}, order
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\0\1\0\0"


def rename(font: TTFont, family: str, style: str) -> None:
    """Give the subset a family name of its own, so that it is never mistaken for the complete font."""
    for number, value in {1: family, 2: style, 4: f"{family} {style}", 6: f"{family.replace(' ', '')}-{style}"}.items():
        font["name"].setName(value, number, 3, 1, 0x409)


def ranges(codepoints: set[int]) -> list[str]:
    """Return the code points as sorted hexadecimal ranges such as ``4E00-9FEA``."""
    found: list[list[int]] = []
    for point in sorted(codepoints):
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return [f"{first:04X}" if first == last else f"{first:04X}-{last:04X}" for first, last in found]


def make_latin(noto: Path, out: Path, kind: str, style: str) -> str:
    """Write the small font of English text and return its line of SHA256SUMS."""
    font = one_region(noto / f"Noto{kind}CJK-{style}.ttc", LATIN, narrow=QUOTES)
    to_truetype(font)
    rename(font, f"Noto {kind} SC Latin", style)
    target = out / f"Noto{kind}SCLatin-{style}.ttf"
    font.save(target)
    return f"{hashlib.sha256(target.read_bytes()).hexdigest()}  {target.name}"


def main() -> None:
    parser = argparse.ArgumentParser(description="make the committed fonts")
    parser.add_argument("--noto", type=Path, default=NOTO, help="folder of Noto*CJK-*.ttc")
    parser.add_argument("--unihan", type=Path, default=UNIHAN, help="Unihan_OtherMappings.txt.bz2")
    parser.add_argument("--out", type=Path, default=TARGET)
    args = parser.parse_args()
    standard = standard_table(args.unihan)
    wanted = standard.union(*(range(first, end) for first, end in RANGES))
    sums, covered = [], set(range(0x110000))
    for kind, styles in FACES.items():
        for style in styles:
            begin = time.monotonic()
            sums.append(make_latin(args.noto, args.out, kind, style))
            font = one_region(args.noto / f"Noto{kind}CJK-{style}.ttc", wanted)
            to_truetype(font)
            rename(font, f"Noto {kind} SC", style)
            if lost := standard - set(font.getBestCmap()):
                raise SystemExit(f"{len(lost)} characters of the standard table are missing in Noto {kind}")
            covered &= set(font.getBestCmap())
            target = args.out / f"Noto{kind}SC-{style}.ttf"
            font.save(target)
            data = target.read_bytes()
            if len(data) >= LARGEST:
                raise SystemExit(f"{target.name} has {len(data):,} bytes; the limit is {LARGEST:,}")
            sums.append(f"{hashlib.sha256(data).hexdigest()}  {target.name}")
            print(f"{target.name}: {len(data):,} bytes, {time.monotonic() - begin:.0f} s", flush=True)
    (args.out / "coverage.txt").write_text("\n".join(ranges(covered)) + "\n")
    (args.out / "SHA256SUMS").write_text("\n".join(sums) + "\n")


if __name__ == "__main__":
    main()
