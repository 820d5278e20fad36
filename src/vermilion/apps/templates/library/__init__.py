"""The templates that ship with the platform: one folder a kind, with what they share in ``common``."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vermilion.base.canonical import digest
from vermilion.core.typeset.fonts import FOLDER as FONTS
from vermilion.core.typeset.fonts import pack_in_use

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

FOLDER = Path(__file__).resolve().parent
LANGUAGES = ("zh-Hans", "en")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # the creation time of samples, so that their bytes never change


@dataclass(frozen=True)
class Entry:
    """One kind in one language. ``content`` is everything that decides how data become pages; ``digest`` stands for it."""

    kind: str
    language: str
    main: str  # path of the typst file inside FOLDER
    content: dict[str, Any]
    digest: str
    schema: dict[str, Any]

    @property
    def standard(self) -> str:
        """What its documents claim, ``pdf_standard`` of the schema. A document that a person or a seal signs stays A-3b: what they draw has
        no tags."""
        return str(self.schema.get("pdf_standard", "a-3b"))

    def problems(self, data: Any) -> dict[str, str]:
        """Return ``{dotted path: what is wrong}``; empty when ``data`` have the declared shape."""
        return {
            ".".join(str(part) for part in error.absolute_path) or "(document)": _told(error)
            for error in _validator(self.kind).iter_errors(data)
        }


@functools.cache
def kinds() -> tuple[str, ...]:
    """Return every kind that has a template, sorted."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/template.typ")))


def entry(kind: str, language: str) -> Entry:
    """Return one template, with the fonts in use. Raises KeyError for an unknown kind or language."""
    pack = pack_in_use()
    return _entry(kind, language, pack.digest if pack else None)


@functools.cache
def _entry(kind: str, language: str, rare_fonts: str | None) -> Entry:
    if kind not in kinds() or language not in LANGUAGES:
        raise KeyError(kind, language)
    paths = [*sorted(FOLDER.glob("common/*")), FOLDER / kind / "template.typ", FOLDER / kind / "schema.json"]
    content = {
        "kind": kind,
        "language": language,
        "engine": f"typst {version('typst')}",
        "fonts": hashlib.sha256((FONTS / "SHA256SUMS").read_bytes()).hexdigest(),
        **({"rare_fonts": rare_fonts} if rare_fonts else {}),
        "files": {str(path.relative_to(FOLDER)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
    }
    schema = json.loads((FOLDER / kind / "schema.json").read_text(encoding="utf-8"))
    return Entry(kind, language, f"{kind}/template.typ", content, digest(content), schema)


def _told(error: ValidationError) -> str:
    """The rule that was broken, without the value: data are personal and errors are logged."""
    if error.validator in ("required", "additionalProperties"):
        return error.message
    return f"breaks {error.validator}: {str(error.validator_value)[:200]}"


@functools.cache
def _validator(kind: str) -> Draft202012Validator:
    # Loaded where data are checked: it takes a tenth of a second, and most processes check none.
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    shapes = json.loads((FOLDER / "common" / "shapes.json").read_text(encoding="utf-8"))
    registry: Registry[Any] = Registry().with_resource("shapes.json", Resource.from_contents(shapes))
    schema = json.loads((FOLDER / kind / "schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, registry=registry)
