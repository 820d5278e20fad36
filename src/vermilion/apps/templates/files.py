"""The files of insurers' templates: kept in the database by digest, laid out in a private folder named by digest when they are typeset."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_lazy as _

from vermilion.base.canonical import digest, sha256
from vermilion.base.config import config
from vermilion.base.private import make_folder

from .errors import FilesNotLaidOut, FilesRefused
from .models import TemplateFile

NAME = re.compile(r"(?!.*\.\.)[a-z][a-z0-9_-]{0,39}/[a-z0-9][a-z0-9._-]{0,60}\.(typ|json|svg|png)")
"""One folder deep, lower case, nothing that a file system reads as a way up or out."""
MOST_FILES = 60
LARGEST_FILE = 2 * 1024 * 1024
LARGEST_TOTAL = 8 * 1024 * 1024


def check(files: dict[str, bytes], kind: str) -> None:
    """See that files make a template of ``kind``. Raises FilesRefused."""
    for name, data in files.items():
        if not NAME.fullmatch(name):
            raise FilesRefused(_("文件名不允许：%(name)s") % {"name": name[:100]})
        if len(data) > LARGEST_FILE:
            raise FilesRefused(_("文件太大：%(name)s，最多 2 MB。") % {"name": name})
    if len(files) > MOST_FILES or sum(map(len, files.values())) > LARGEST_TOTAL:
        raise FilesRefused(_("模板文件太多或者太大：最多 60 个，共 8 MB。"))
    for needed in (f"{kind}/template.typ", f"{kind}/schema.json", "common/shapes.json"):
        if needed not in files:
            raise FilesRefused(_("缺少文件：%(name)s") % {"name": needed})


def hold() -> None:
    """Let nobody else store or remove files before this transaction ends. Asked before the evidence stream is locked, by everybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('templates files', 0))")


def store(files: dict[str, bytes]) -> dict[str, str]:
    """Keep the bytes and return ``{path: SHA-256}``. Must run in the transaction that saves the version that holds them.

    Nobody removes any of them meanwhile (:func:`forget`).
    """
    hold()
    named = {path: sha256(data) for path, data in sorted(files.items())}
    rows = [TemplateFile(sha256=named[path], data=data, size=len(data)) for path, data in files.items()]
    TemplateFile.objects.bulk_create(rows, ignore_conflicts=True)
    return named


def forget(named: dict[str, str]) -> None:
    """Remove those of these files that no version holds any more: a draft's own. Must run in a transaction that began with :func:`hold`.

    What a version holds the database itself refuses to remove.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM templates_templatefile t WHERE t.sha256 = ANY(%s) AND NOT EXISTS"
            " (SELECT 1 FROM templates_templateversion v, jsonb_each_text(v.files) f WHERE f.value = t.sha256)",
            [sorted(set(named.values()))],
        )


def load(named: dict[str, str]) -> dict[str, bytes]:
    """Return the bytes of ``{path: SHA-256}``. Raises FilesRefused when one is missing or not what its digest says."""
    kept = {row.sha256: bytes(row.data) for row in TemplateFile.objects.filter(sha256__in=set(named.values()))}
    if any(wanted not in kept or sha256(kept[wanted]) != wanted for wanted in named.values()):
        raise FilesRefused(_("模板的文件不完整，或者与登记的摘要不符。"))
    return {path: kept[wanted] for path, wanted in named.items()}


def folder(named: dict[str, str]) -> Path:
    """Return a folder with exactly these files, made anew when it is missing or was touched. Raises FilesRefused, FilesNotLaidOut."""
    try:
        return _folder(named)
    except OSError as error:
        raise FilesNotLaidOut(reason=error.strerror or type(error).__name__) from error


def _folder(named: dict[str, str]) -> Path:
    home = make_folder(config().home / "tmp" / "templates")
    place = home.resolve() / digest(named)
    if _holds(place, named):
        return place
    fresh = Path(tempfile.mkdtemp(dir=home))
    try:
        lay_out(fresh, load(named))
        if place.exists():
            place.rename(fresh.with_name(f"{fresh.name}.old"))
        try:
            fresh.rename(place)
        except OSError:  # another process was quicker
            if not _holds(place, named):
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(fresh.with_name(f"{fresh.name}.old"), ignore_errors=True)
    return place


def lay_out(place: Path, files: dict[str, bytes]) -> None:
    """Write files into an empty folder."""
    for path, data in files.items():
        make_folder((place / path).parent)
        (place / path).write_bytes(data)


def _holds(place: Path, named: dict[str, str]) -> bool:
    found = {}
    for parent, folders, names in os.walk(place):
        if any(os.path.islink(os.path.join(parent, name)) for name in [*folders, *names]):
            return False
        for name in names:
            path = Path(parent, name)
            found[str(path.relative_to(place))] = sha256(path.read_bytes())
    return bool(found) and found == named
