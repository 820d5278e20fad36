"""The templates that ship with the platform: one folder a kind, with what they share in ``common``.

:class:`Entry` is what typesetting needs of any template: one of the library, or an insurer's version (``sources``).
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass, field
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
    main: str  # path of the typst file inside ``root``
    content: dict[str, Any]
    digest: str
    schema: dict[str, Any]
    root: Path = FOLDER
    settings: dict[str, Any] = field(default_factory=dict)
    standard: str = "a-3b"  # what its documents claim; one that a person or a seal signs stays A-3b: what they draw has no tags

    def problems(self, data: Any) -> dict[str, str]:
        """Return ``{dotted path: what is wrong}``; empty when ``data`` have the declared shape."""
        return data_problems(self.root, self.kind, data)


def data_problems(root: Path, kind: str, data: Any) -> dict[str, str]:
    """Return ``{dotted path: what is wrong}`` by the schema of ``kind`` in ``root``."""
    return {
        ".".join(str(part) for part in error.absolute_path) or "(document)": _told(error)
        for error in validator(root, kind).iter_errors(data)
    }


@functools.cache
def kinds() -> tuple[str, ...]:
    """Return every kind that has a template, sorted."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/template.typ")))


@functools.cache
def authored() -> tuple[str, ...]:
    """Return the kinds of which an insurer may have templates of its own: those that are set in its frame, which reads its settings."""
    return tuple(kind for kind in kinds() if "#show: frame.with(" in (FOLDER / kind / "template.typ").read_text(encoding="utf-8"))


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
        **engine(),
        "files": {str(path.relative_to(FOLDER)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
    }
    schema = json.loads((FOLDER / kind / "schema.json").read_text(encoding="utf-8"))
    return Entry(kind, language, f"{kind}/template.typ", content, digest(content), schema, standard=schema.get("pdf_standard", "a-3b"))


def files(kind: str) -> dict[str, bytes]:
    """Return the files that a copy of a kind's template begins with, by path."""
    paths = [*sorted(FOLDER.glob("common/*")), FOLDER / kind / "template.typ", FOLDER / kind / "schema.json"]
    return {str(path.relative_to(FOLDER)): path.read_bytes() for path in paths}


def samples(kind: str) -> dict[str, Any]:
    """Return a kind's samples by name (``sample``, ``sample-group`` …)."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / kind).glob("sample*.json"))}


ENGINE = ("engine", "fonts", "rare_fonts")


def engine() -> dict[str, str]:
    """Return what else decides how a template's pages look: the typesetter's version, the digests of the fonts and of the pack in use."""
    pack = pack_in_use()
    return {**_engine(), **({"rare_fonts": pack.digest} if pack else {})}


@functools.cache
def _engine() -> dict[str, str]:
    return {"engine": f"typst {version('typst')}", "fonts": hashlib.sha256((FONTS / "SHA256SUMS").read_bytes()).hexdigest()}


def current(content: dict[str, Any]) -> bool:
    """Tell whether a version was made for the typesetter and fonts in use."""
    return all(content.get(name) == engine().get(name) for name in ENGINE)


def _told(error: ValidationError) -> str:
    """The rule that was broken, without the value: data are personal and errors are logged."""
    if error.validator in ("required", "additionalProperties"):
        return error.message
    return f"breaks {error.validator}: {str(error.validator_value)[:200]}"


@functools.lru_cache(maxsize=256)
def validator(root: Path, kind: str) -> Draft202012Validator:
    """Return the checker of a kind's data by the schema in ``root``; the files there never change."""
    # Loaded where data are checked: it takes a tenth of a second, and most processes check none.
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    shapes = json.loads((root / "common" / "shapes.json").read_text(encoding="utf-8"))
    registry: Registry[Any] = Registry().with_resource("shapes.json", Resource.from_contents(shapes))
    schema = json.loads((root / kind / "schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, registry=registry)
