"""Setting a signature's look by typst. Runs in a child process and needs no Django."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import cast

import typst

from vermilion.core.typeset.errors import MissingGlyphs, TemplateError
from vermilion.core.typeset.fonts import FOLDER, missing_in, use_folder

_STAMP = Path(__file__).with_name("stamp.typ")


@functools.cache
def _fonts(pack: Path | None) -> typst.Fonts:
    folders = [FOLDER, *((pack,) if pack else ())]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def stamp_page(svg: str, lines: list[str], width: float, height: float, pack: Path | None = None) -> bytes:
    """Return a transparent PDF page of ``width`` × ``height`` points: ``svg``, ``lines`` below. Raises MissingGlyphs, TemplateError.

    ``pack`` is a folder of fonts for rare characters: a name is printed here as in the document above it.
    """
    families = use_folder(pack).families if pack else ()
    if missing := missing_in(lines):
        raise MissingGlyphs(missing)
    inputs = {"svg": svg, "lines": json.dumps(lines), "rare": json.dumps(families), "width": f"{width:.3f}", "height": f"{height:.3f}"}
    try:
        compiler = typst.Compiler(_STAMP, root=_STAMP.parent, font_paths=_fonts(pack))
        return cast(bytes, compiler.compile(format="pdf", sys_inputs=inputs, timestamp=0, pdf_tags=False))
    except typst.TypstError as error:
        raise TemplateError(f"the look of a signature cannot be drawn: {error.message}") from error
