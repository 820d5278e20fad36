"""What tests of documents share: samples, documents made of them, and their text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pypdfium2

from vermilion.apps.templates import library
from vermilion.apps.templates.services import TypesetDocument, typeset_document

SAMPLES = sorted(path.relative_to(library.FOLDER) for path in library.FOLDER.glob("*/sample*.json"))


def sample(path: Path | str) -> dict[str, Any]:
    return json.loads((library.FOLDER / path).read_text(encoding="utf-8"))


def make(path: Path | str, language: str = "zh-Hans", **changes: Any) -> TypesetDocument:
    return typeset_document(Path(path).parts[0], {**sample(path), **changes}, language=language)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
