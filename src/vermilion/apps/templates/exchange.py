"""A version as one file: a zip with a manifest that names the digest of everything in it. What comes in is measured before it is read."""

from __future__ import annotations

import io
import json
import re
import stat
import zipfile
import zlib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.parties.models import Insurer, StaffMember
from vermilion.base.canonical import canonical, sha256

from . import authoring, fields, files, sources
from .errors import PackageRefused
from .models import Template, TemplateVersion

FORMAT = "vermilion-template/1"
LARGEST = 10 * 1024 * 1024
LARGEST_TOTAL = 12 * 1024 * 1024
MOST_ENTRIES = 100
DEEPEST_JSON = 40
_ENTRY = re.compile(r"files/[a-z0-9/._-]{1,120}|samples/[a-z0-9][a-z0-9._-]{0,60}\.json|manifest\.json|settings\.json")
_EPOCH = (2026, 1, 1, 0, 0, 0)  # the same version gives the same bytes


def export(version: TemplateVersion) -> bytes:
    """Return an insurer's version as a file; the same version always gives the same bytes."""
    content = {f"files/{path}": data for path, data in files.load(version.files).items()}
    content |= {f"samples/{name}.json": canonical(data) for name, data in version.samples.items()}
    content["settings.json"] = canonical(version.settings)
    manifest = {
        "format": FORMAT,
        "kind": version.template.kind,
        "product": version.template.product,
        "name": version.template.name,
        "language": version.language,
        "number": version.number,
        "state": str(version.state),
        "digest": version.digest or "",
        "standard": str(version.standard),
        "note": version.note,
        "engine": sources.content_of(version)["engine"],
        "content": {path: sha256(data) for path, data in sorted(content.items())},
    }
    return _zip(manifest, dict(sorted(content.items())))


def import_package(*, insurer: Insurer, data: bytes, by: StaffMember) -> TemplateVersion:
    """Make a draft of an exported file, or put it in the place of the draft that is there: of the insurer's template for that kind,
    product and language.

    Nothing of the file is believed: it is a draft like any other, and the checks run when it is submitted.
    Raises PackageRefused, FilesRefused, UnknownKind; NotADraft while a version waits for its review.
    """
    manifest, content = opened(data)
    kind, product, language = (_word(manifest, name) for name in ("kind", "product", "language"))
    made = _content(kind, manifest, content)
    with transaction.atomic():
        found = Template.objects.filter(insurer=insurer, kind=kind, product=product).first()
        if found is None:
            name = _word(manifest, "name") or kind
            draft = authoring.create_template(insurer=insurer, kind=kind, product=product, name=name, language=language, by=by)
        else:
            waiting = found.versions.filter(language=language, state__in=authoring.OPEN).first()
            draft = waiting or authoring.new_draft(template_id=found.pk, language=language, by=by)
        return authoring.replace_content(version_id=draft.pk, note=_word(manifest, "note"), by=by, **made)


def _content(kind: str, manifest: dict[str, Any], content: dict[str, bytes]) -> dict[str, Any]:
    """Return what a version is made of. Raises PackageRefused."""
    new_files = {path.removeprefix("files/"): held for path, held in content.items() if path.startswith("files/")}
    samples = {path[len("samples/") : -len(".json")]: _json(held, path) for path, held in content.items() if path.startswith("samples/")}
    settings, schema = _json(content["settings.json"], "settings.json"), _json(new_files.get(f"{kind}/schema.json", b""), "schema.json")
    if problem := fields.schema_problem(schema):
        raise PackageRefused(_("数据结构无效：%(error)s") % {"error": problem})
    if wrong := fields.settings_problems(settings, schema, _json(new_files.get("common/shapes.json", b""), "shapes.json")):
        raise PackageRefused(fields=wrong)
    standard = manifest.get("standard")
    if standard not in TemplateVersion.Standard.values or any(not isinstance(sample, dict) for sample in samples.values()):
        raise PackageRefused()
    return {"new_files": new_files, "settings": settings, "samples": samples, "json_schema": schema, "standard": standard}


def opened(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return a package's manifest and contents, checked against each other. Raises PackageRefused."""
    if len(data) > LARGEST:
        raise PackageRefused(_("文件超过 10 MB。"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            content = _entries(package)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise PackageRefused() from error
    manifest = _json(content.pop("manifest.json", b""), "manifest.json")
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or "settings.json" not in content:
        raise PackageRefused()
    if manifest.get("content") != {path: sha256(held) for path, held in content.items()}:
        raise PackageRefused(_("内容与清单里的摘要不符。"), hint=_("改过其中的文件时，请用 vermilion template import 文件夹 代替。"))
    return manifest, content


def packed(folder: Path) -> bytes:
    """Return the package of a folder in which an exported file was unpacked and changed: the manifest's digests are made anew.

    Raises PackageRefused.
    """
    paths = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()}
    if len(paths) > MOST_ENTRIES or sum(path.stat().st_size for path in paths.values()) > LARGEST_TOTAL:
        raise PackageRefused(_("文件太多或者展开后太大。"))
    content = {name: path.read_bytes() for name, path in paths.items() if _ENTRY.fullmatch(name)}
    manifest = _json(content.pop("manifest.json", b""), "manifest.json")
    if not isinstance(manifest, dict):
        raise PackageRefused()
    return _zip({**manifest, "content": {path: sha256(data) for path, data in content.items()}}, content)


def _zip(manifest: dict[str, Any], content: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for path, data in {"manifest.json": json.dumps(manifest, ensure_ascii=False, indent=1).encode(), **content}.items():
            package.writestr(zipfile.ZipInfo(path, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _entries(package: zipfile.ZipFile) -> dict[str, bytes]:
    infos = package.infolist()
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > LARGEST_TOTAL:
        raise PackageRefused(_("文件太多或者展开后太大。"))
    content: dict[str, bytes] = {}
    for info in infos:
        name = info.filename
        mode = info.external_attr >> 16
        if not _ENTRY.fullmatch(name) or ".." in name or "//" in name or name in content or stat.S_ISLNK(mode) or info.flag_bits & 1:
            raise PackageRefused(_("不允许的文件：%(name)s") % {"name": name[:100]})
        with package.open(info) as source:
            held = source.read(info.file_size + 1)  # what the header says is a claim
        if len(held) != info.file_size:
            raise PackageRefused(_("不允许的文件：%(name)s") % {"name": name[:100]})
        content[name] = held
    return content


def _json(data: bytes, name: str) -> Any:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise PackageRefused(_("不是有效的 JSON：%(name)s") % {"name": name}) from error
    if _depth(found) > DEEPEST_JSON:
        raise PackageRefused(_("嵌套太深：%(name)s") % {"name": name})
    return found


def _depth(node: Any, level: int = 0) -> int:
    if level > DEEPEST_JSON or not isinstance(node, (dict, list)):
        return level
    parts = node.values() if isinstance(node, dict) else node
    return max((_depth(part, level + 1) for part in parts), default=level + 1)


def _word(manifest: dict[str, Any], name: str) -> str:
    value = manifest.get(name, "")
    if not isinstance(value, str) or len(value) > 400 or (name == "product" and not re.fullmatch(r"[a-z0-9_-]{0,40}", value)):
        raise PackageRefused()
    return value
