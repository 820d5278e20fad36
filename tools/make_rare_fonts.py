"""Make a pack of rare-character fonts (Extensions A to F) for an installation that must print such names.

It is not part of the project: 31 MB that most need not carry. The source is Debian's package ``fonts-hanazono`` (HanaMin, under its own
free licence or the SIL Open Font License; Japanese shapes where the regions differ, so look at what you print). Any other TrueType fonts
may be named instead, in the order in which they shall be asked. The same input files give the same output bytes.

Needs:  apt-get install fonts-hanazono                   (20170904-2.1)
Run:    .venv/bin/python tools/make_rare_fonts.py --out "$VERMILION_HOME/fonts"      then restart and ask ``vermilion doctor``
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from make_fonts import TARGET, ranges, rename

from vermilion.core.typeset.fonts.packs import ranges_in

HANAZONO = Path("/usr/share/fonts/truetype/hanazono")
SOURCES = [HANAZONO / "HanaMinA.ttf", HANAZONO / "HanaMinB.ttf"]
IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x2EBE1), (0x30000, 0x323B0))
LETTERS = "ABCDEFGH"


def main() -> None:
    parser = argparse.ArgumentParser(description="make a pack of rare-character fonts")
    parser.add_argument("fonts", type=Path, nargs="*", default=SOURCES, help="TrueType fonts, the first one asked first")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pack, usually $VERMILION_HOME/fonts")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    committed = ranges_in((TARGET / "coverage.txt").read_text(encoding="ascii"))
    left = {point for first, end in IDEOGRAPHS for point in range(first, end)} - committed
    sums, families, covered = [], [], set()
    for letter, source in zip(LETTERS, args.fonts, strict=False):
        font = TTFont(source)
        wanted = left & set(font.getBestCmap())
        if not wanted or "glyf" not in font:
            raise SystemExit(f"{source.name} has no TrueType outline of a character that is missing")
        options = subset.Options(layout_features=[], notdef_outline=True, hinting=False, glyph_names=False, name_IDs=[0, 13, 14])
        options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=wanted)
        font.recalcTimestamp = False
        subsetter.subset(font)
        family = f"Vermilion Rare {letter}"
        rename(font, family, "Regular")
        target = args.out / f"rare-{letter.lower()}.ttf"
        font.save(target)
        left -= wanted
        covered |= wanted
        families.append(family)
        sums.append(f"{hashlib.sha256(target.read_bytes()).hexdigest()}  {target.name}")
        print(f"{target.name}: {len(wanted):,} characters, {target.stat().st_size:,} bytes", flush=True)
    (args.out / "coverage.txt").write_text("\n".join(ranges(covered)) + "\n")
    (args.out / "families.txt").write_text("\n".join(families) + "\n")
    (args.out / "SHA256SUMS").write_text("\n".join(sums) + "\n")


if __name__ == "__main__":
    main()
