"""What a backup looks like, and whether one may be written or restored here; asked before the platform is loaded.

Loading takes seconds and makes the secrets of a first run.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vermilion.base import master_key
from vermilion.base.config import Config
from vermilion.base.errors import VermilionError

MANIFEST = "manifest.json"
DUMP = "database.dump"
FORMAT = 1


class BackupError(VermilionError):
    """A backup could not be written or read."""

    code = "backup"
    status = 500


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a whole, unchanged backup. Raises :class:`BackupError`."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        raise BackupError(
            format_lazy(_("{folder} 不是完整的备份。"), folder=folder), hint=_("请指定 vermilion backup 写成的文件夹。")
        ) from None
    if manifest.get("format") != FORMAT:
        raise BackupError(_("备份格式不是本版本能读的。"), hint=_("用写备份时的版本恢复。"))
    for name, digest in manifest["files"].items():
        path = folder / name
        if ".." in Path(name).parts or not path.is_file() or file_digest(path) != digest:
            raise BackupError(
                format_lazy(_("备份中的文件 {name} 缺失或已损坏，没有恢复任何内容。"), name=name), hint=_("请使用另一份备份。")
            )
    return manifest


def check_target(folder: Path) -> None:
    """See that a backup would be written over nothing. Raises :class:`BackupError`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(format_lazy(_("备份文件夹 {folder} 不是空的。"), folder=folder), hint=_("为每次备份指定一个新的文件夹。"))


def check_home(settings: Config, manifest: dict[str, Any]) -> None:
    """See that the home holds nothing but the backup's master key. Raises :class:`BackupError`, ``MasterKeyError``."""
    allowed = {settings.master_key_path, *settings.master_key_path.parents}
    if settings.home.exists() and any(path not in allowed for path in settings.home.rglob("*")):
        raise BackupError(
            format_lazy(_("{home} 不是空的，恢复会覆盖现有实例。"), home=settings.home),
            hint=_("把 VERMILION_HOME 设为一个新的文件夹，只在其中放好主密钥。"),
        )
    master_key.read(settings.master_key_path)
    if master_key.fingerprint() != manifest["master_key"]:
        raise master_key.MasterKeyError(_("主密钥与备份不符。"))
