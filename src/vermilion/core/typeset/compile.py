"""typst template + data → PDF/A-3. Runs in a child process in production: typst must not be forked after its first compile."""

from __future__ import annotations

import functools
import json
import re
import threading
from collections import OrderedDict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import typst

from .errors import MissingGlyphs, TemplateError
from .fonts import FOLDER, missing_in_json, use_folder
from .zones import Outline, Typeset, Zone

# One Compiler may not serve two threads, but it keeps parsed files and fonts, so each thread keeps its own.
_local = threading.local()
MOST_COMPILERS = 16  # kept a thread; insurers' templates come and go
STANDARDS = {"a-3b": (["a-3b"], False), "a-3a": (["a-3a"], True), "a-3a ua-1": (["a-3a", "ua-1"], True)}
"""Name of a PDF standard → what typst is asked for, and whether the file is tagged."""
_PLACE = re.compile(r"┌─ (?P<file>[^\n]*):(?P<line>\d+):\d+\n")


@functools.cache
def _fonts(pack: Path | None) -> typst.Fonts:
    # Never a font of the machine: the same bytes everywhere, and a missing glyph is an error.
    folders = [FOLDER, *((pack,) if pack else ())]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _compiler(root: Path, main: str, pack: Path | None) -> typst.Compiler:
    compilers: OrderedDict[tuple[Path, str, Path | None], typst.Compiler] = _local.__dict__.setdefault("compilers", OrderedDict())
    key = (root, main, pack)
    if key not in compilers:
        # No package of the machine's either: the folder does not exist. Fetching one is barred by the child's confinement.
        packages = root / "no-packages"
        compilers[key] = typst.Compiler(root / main, root=root, font_paths=_fonts(pack), package_path=packages, package_cache_path=packages)
        if len(compilers) > MOST_COMPILERS:
            compilers.popitem(last=False)
    compilers.move_to_end(key)
    return compilers[key]


def typeset(
    root: Path,
    main: str,
    data: bytes,
    *,
    at: datetime,
    attachment_name: str,
    inputs: dict[str, str] | None = None,
    standard: str = "a-3b",
    pack: Path | None = None,
) -> Typeset:
    """Typeset ``root/main`` with ``data`` and return the PDF/A-3 with exactly these data attached as ``attachment_name``.

    ``data`` is the JSON that the template reads as ``sys.inputs.data``; ``inputs`` are further strings (pictures as SVG, the language,
    ``settings``). The same arguments always give the same bytes; ``at`` (aware) is the creation time written into the file. The template
    leaves ``metadata((role:, page:, x:, y:, width:, height:)) <zone>`` (top-left origin, points) and one ``<sheet>`` with pages and page
    height. ``standard`` is a key of STANDARDS. ``pack`` is a folder of fonts for rare characters; the template finds their families, a
    JSON list, as ``sys.inputs.rare``.
    Raises MissingGlyphs (field and character), TemplateError (with file and line), FontPackError.
    """
    families = use_folder(pack).families if pack else ()  # in a child nobody else says which pack it is
    if missing := missing_in_json(data.decode()):
        raise MissingGlyphs(missing)
    if at.tzinfo is None:
        raise ValueError("at must be aware")
    standards, tagged = STANDARDS[standard]
    try:
        compiler = _compiler(root, main, pack)
        pdf = compiler.compile(
            format="pdf",
            pdf_standards=cast("typst.PDFStandards", standards),
            pdf_tags=tagged,
            timestamp=at.astimezone(timezone.utc),
            sys_inputs={
                **(inputs or {}),
                "rare": json.dumps(families),
                "data": data.decode(),
                "attachment": attachment_name,
            },
        )
        marks = json.loads(compiler.query("<zone>", field="value"))
        sheet = json.loads(compiler.query("<sheet>", field="value", one=True))
    except RuntimeError as error:  # typst's own errors are among them
        raise _told(error, root, main) from error
    return Typeset(cast("bytes", pdf), tuple(_zone(mark, sheet["height"]) for mark in marks), sheet["pages"])


def runs(root: Path, main: str, data: bytes, *, inputs: dict[str, str]) -> bool | None:
    """Typeset, and return True when that came to an end, with a document or an error; None when the file was cut inside brackets."""
    try:
        _compiler(root, main, None).compile(format="pdf", timestamp=0, sys_inputs={**inputs, "data": data.decode(), "attachment": "x.json"})
    except RuntimeError as error:
        return None if str(getattr(error, "message", error)).startswith(("unclosed", "expected", "unexpected")) else True
    return True


def outline(root: Path, main: str, data: bytes, *, inputs: dict[str, str]) -> Outline:
    """Return which sections and named tables the document of ``data`` has. Raises TemplateError."""
    try:
        compiler = _compiler(root, main, None)  # nothing of it is shown
        compiler.compile(
            format="pdf",
            timestamp=0,
            pdf_tags=False,
            sys_inputs={**inputs, "data": data.decode(), "attachment": "x.json", "outline": "yes"},
        )
        sections = json.loads(compiler.query("<own-sections>", field="value"))
        tables = json.loads(compiler.query("<own-table>", field="value"))
    except RuntimeError as error:
        raise _told(error, root, main) from error
    columns: dict[str, dict[str, None]] = {}
    for table in tables:
        columns.setdefault(table["name"], {}).update(dict.fromkeys(table["columns"]))
    return Outline(
        tuple(dict.fromkeys(name for names in sections for name in names)), {name: tuple(found) for name, found in columns.items()}
    )


def _told(error: RuntimeError, root: Path, main: str) -> TemplateError:
    """Return typst's error with the file of the template and the line, without the machine's folders."""
    message = str(getattr(error, "message", error)).replace(str(root), "").replace(str(root).lstrip("/"), "")
    if "package" in message and "download" in message:
        message = "packages are not available here; put what is needed into the template's own files"
    found = _PLACE.search(str(getattr(error, "diagnostic", "")))
    if found is None:
        return TemplateError(f"{main}: {message}", file=main)
    name = str(found["file"])
    # typst prints a path relative to where the process runs.
    file = name.split(f"{root.name}/", 1)[-1] if f"{root.name}/" in name else name
    line = int(found["line"])
    return TemplateError(f"{file}:{line}: {message}", file=file, line=line)


def _zone(mark: dict[str, Any], page_height: float) -> Zone:
    return Zone(
        role=mark["role"],
        page=mark["page"],
        x=round(mark["x"], 2),
        y=round(page_height - mark["y"] - mark["height"], 2),
        width=round(mark["width"], 2),
        height=round(mark["height"], 2),
    )
