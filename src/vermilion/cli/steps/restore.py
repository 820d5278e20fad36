"""Reading a backup back into an empty home and an empty database."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import psycopg
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vermilion.base import master_key
from vermilion.base.config import Config, config
from vermilion.base.database import conninfo, grants
from vermilion.base.private import make_folder

from .backup import DUMP, FORMAT, MANIFEST, BackupError, database_running, file_digest, run_tool


def read(folder: Path) -> None:
    """Restore ``folder``. Raises :class:`BackupError` before anything is written when the backup is damaged or the home is not empty."""
    settings = config()
    manifest = check(folder)
    _check_home(settings)
    _check_master_key(settings, manifest)
    for name in manifest["files"]:
        part, _slash, rest = name.partition("/")
        if part == "home":
            _copy(folder / name, settings.home / rest)
        elif part == "blobs":
            _copy(folder / name, _blob_folder(settings) / rest)
    with database_running():
        _check_database(settings)
        run_tool(
            settings, "owner", "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            "--dbname", str(conninfo(settings, "owner")["dbname"]), str(folder / DUMP),
        )  # fmt: skip
        with psycopg.connect(**conninfo(settings, "owner")) as connection:
            names = [str(conninfo(settings, role)["user"]) for role in ("app", "keeper")]
            grants.apply(connection, app=names[0], keeper=names[1])


def check(folder: Path) -> dict[str, Any]:
    """Return the manifest of a whole, unchanged backup. Raises :class:`BackupError`."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        raise BackupError(format_lazy(_("{folder} 不是完整的备份。"), folder=folder), hint=_("请指定 vermilion backup 写成的文件夹。")) from None
    if manifest.get("format") != FORMAT:
        raise BackupError(_("备份格式不是本版本能读的。"), hint=_("用写备份时的版本恢复。"))
    for name, digest in manifest["files"].items():
        path = folder / name
        if ".." in Path(name).parts or not path.is_file() or file_digest(path) != digest:
            raise BackupError(format_lazy(_("备份中的文件 {name} 缺失或已损坏,没有恢复任何内容。"), name=name), hint=_("请使用另一份备份。"))
    return manifest


def _check_home(settings: Config) -> None:
    allowed = {settings.master_key_path, settings.secrets_folder}
    found = [path for path in settings.home.rglob("*") if path not in allowed] if settings.home.exists() else []
    if found:
        raise BackupError(
            format_lazy(_("{home} 不是空的,恢复会覆盖现有实例。"), home=settings.home), hint=_("把 VERMILION_HOME 设为一个新的文件夹。")
        )
    make_folder(settings.home)


def _check_master_key(settings: Config, manifest: dict[str, Any]) -> None:
    master_key.forget()
    master_key.read(settings.master_key_path)
    if master_key.fingerprint() != manifest["master_key"]:
        raise master_key.MasterKeyError(_("主密钥与备份不符。"))


def _check_database(settings: Config) -> None:
    with psycopg.connect(**conninfo(settings, "owner")) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row is None or row[0]:
        raise BackupError(_("数据库不是空的,恢复会覆盖现有数据。"), hint=_("建立一个空的数据库后重试。"))


def _blob_folder(settings: Config) -> Path:
    from vermilion.base import blobs

    folder = blobs.local_folder()
    if folder is None:
        raise BackupError(_("备份含有本地文件,而 VERMILION_BLOB_URL 指向别处。"), hint=_("恢复时去掉 VERMILION_BLOB_URL。"))
    return folder


def _copy(source: Path, target: Path) -> None:
    make_folder(target.parent)
    shutil.copyfile(source, target)
    target.chmod(0o600)
