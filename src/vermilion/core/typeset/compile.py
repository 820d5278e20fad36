"""typst template + data → PDF/A-3b. Runs in a child process in production: typst must not be forked after its first compile."""

from __future__ import annotations

import functools
import json
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import typst

from .errors import MissingGlyphs, TemplateError
from .fonts import FOLDER, missing_in
from .zones import Typeset, Zone

# One Compiler may not serve two threads, but it keeps parsed files and fonts, so each thread keeps its own.
_local = threading.local()


@functools.cache
def _fonts() -> typst.Fonts:
    # Never a font of the machine: the same bytes everywhere, and a missing glyph is an error.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])


def _compiler(root: Path, main: str) -> typst.Compiler:
    compilers: dict[tuple[Path, str], typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if (root, main) not in compilers:
        compilers[root, main] = typst.Compiler(root / main, root=root, font_paths=_fonts())
    return compilers[root, main]


def typeset(
    root: Path, main: str, data: bytes, *, at: datetime, attachment_name: str, inputs: dict[str, str] | None = None, tagged: bool = False
) -> Typeset:
    """Typeset ``root/main`` with ``data`` and return the PDF/A-3b with exactly these data attached as ``attachment_name``.

    ``data`` is the JSON that the template reads as ``sys.inputs.data``; ``inputs`` are further strings (pictures as SVG, the language).
    The same arguments always give the same bytes; ``at`` (aware) is the creation time written into the file. The template leaves
    ``metadata((role:, page:, x:, y:, width:, height:)) <zone>`` (top-left origin, points) and one ``<sheet>`` with pages and page height.
    Raises MissingGlyphs (field and character), TemplateError.
    """
    if missing := missing_in(json.loads(data)):
        raise MissingGlyphs(missing)
    if at.tzinfo is None:
        raise ValueError("at must be aware")
    try:
        compiler = _compiler(root, main)
        pdf = compiler.compile(
            format="pdf",
            pdf_standards=["a-3b"],
            pdf_tags=tagged,
            timestamp=at.astimezone(timezone.utc),
            sys_inputs={**(inputs or {}), "data": data.decode(), "attachment": attachment_name},
        )
        marks = json.loads(compiler.query("<zone>", field="value"))
        sheet = json.loads(compiler.query("<sheet>", field="value", one=True))
    except RuntimeError as error:  # typst's own errors are among them
        where = next(iter(getattr(error, "trace", ())), "")
        raise TemplateError(f"{main}: {getattr(error, 'message', error)} {where}".strip()) from error
    return Typeset(cast("bytes", pdf), tuple(_zone(mark, sheet["height"]) for mark in marks), sheet["pages"])


def _zone(mark: dict[str, Any], page_height: float) -> Zone:
    return Zone(
        role=mark["role"],
        page=mark["page"],
        x=round(mark["x"], 2),
        y=round(page_height - mark["y"] - mark["height"], 2),
        width=round(mark["width"], 2),
        height=round(mark["height"], 2),
    )
