"""Reading a backup back into an empty home and an empty database."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg
from django.utils.translation import gettext_lazy as _

from vermilion.base import blobs
from vermilion.base.config import Config, config
from vermilion.base.database import conninfo, grants
from vermilion.base.private import make_folder

from .backup import database_running, run_tool
from .backup_format import DUMP, BackupError


def read(folder: Path, manifest: dict[str, Any]) -> None:
    """Restore a backup whose manifest and home ``backup_format`` has checked. Raises :class:`BackupError`."""
    settings = config()
    for name in manifest["files"]:
        part, _slash, rest = name.partition("/")
        if part == "home":
            _copy(folder / name, settings.home / rest)
        elif part == "blobs":
            _copy(folder / name, _blob_folder() / rest)
    with database_running():
        _check_database(settings)
        run_tool(
            settings, "owner", "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            "--dbname", str(conninfo(settings, "owner")["dbname"]), str(folder / DUMP),
        )  # fmt: skip
        with psycopg.connect(**conninfo(settings, "owner")) as connection:
            names = [str(conninfo(settings, role)["user"]) for role in ("app", "keeper")]
            grants.apply(connection, app=names[0], keeper=names[1])


def _check_database(settings: Config) -> None:
    with psycopg.connect(**conninfo(settings, "owner")) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row is None or row[0]:
        raise BackupError(_("数据库不是空的，恢复会覆盖现有数据。"), hint=_("建立一个空的数据库后重试。"))


def _blob_folder() -> Path:
    folder = blobs.local_folder()
    if folder is None:
        raise BackupError(_("备份含有本地文件，而 VERMILION_BLOB_URL 指向别处。"), hint=_("恢复时去掉 VERMILION_BLOB_URL。"))
    return folder


def _copy(source: Path, target: Path) -> None:
    make_folder(target.parent)
    shutil.copyfile(source, target)
    target.chmod(0o600)
