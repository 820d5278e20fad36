"""What a font of a form says of its codes: whether they are Latin letters for every program, and how wide they are drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic

_SIGNS = re.compile("symbol|dingbat|wingding|webding", re.IGNORECASE)
_AS_ALWAYS = frozenset({(39, "/quotesingle"), (96, "/grave"), (32, "/space")})
_LEAST_WIDTH = 100
"""Thousandths of the size; the narrowest letter of common fonts has 190."""


def entry(dictionary: Any, key: str, default: Any = None) -> Any:
    """Return an entry, or what it refers to."""
    return dictionary[key] if key in dictionary else default  # noqa: SIM401 - pyHanko's get() does not follow a reference


@dataclass(frozen=True)
class Font:
    """``plain``: its codes are Latin letters for every program. ``narrow``: codes that it says to have next to no width."""

    plain: bool
    bytes_per_code: int = 1
    narrow: frozenset[int] = frozenset()


def read_font(fonts: Any, name: str) -> Font | None:
    """Return what is known of the font ``name``; None when there is none, or one of drawings."""
    if name not in fonts or "/Subtype" not in fonts[name]:
        return None
    font = fonts[name]
    kind = str(font["/Subtype"])
    if kind == "/Type0":
        return Font(plain=False, bytes_per_code=2)
    if kind not in ("/Type1", "/TrueType", "/MMType1"):
        return None
    descriptor = entry(font, "/FontDescriptor", {})
    embedded = descriptor.keys() & {"/FontFile", "/FontFile2", "/FontFile3"}
    plain = not embedded and "/ToUnicode" not in font and not _SIGNS.search(str(font["/BaseFont"])) and _is_latin(font)
    first = int(entry(font, "/FirstChar", 0))
    widths = [float(one) for one in entry(font, "/Widths", ())]
    return Font(plain, narrow=frozenset(first + at for at, one in enumerate(widths) if one < _LEAST_WIDTH))


def _is_latin(font: Any) -> bool:
    """Tell whether a font's encoding leaves ASCII as it is: a standard one, or differences as Adobe's programs write them."""
    encoding = entry(font, "/Encoding")
    if not isinstance(encoding, generic.DictionaryObject):
        return encoding is None or str(encoding) in ("/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding", "/PDFDocEncoding")
    code = 0
    for one in entry(encoding, "/Differences", ()):
        if not isinstance(one, generic.NameObject):
            code = int(one)
            continue
        if 32 <= code < 127 and (code, str(one)) not in _AS_ALWAYS:
            return False
        code += 1
    return True
