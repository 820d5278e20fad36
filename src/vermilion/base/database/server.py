"""The embedded PostgreSQL: initialise, start, stop. One Unix socket, passwords, no TCP.

The package's own helper is not used: it trusts everybody who reaches the socket and loosens the modes of folders.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import structlog
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from .. import private
from ..config import Config
from .connect import DATABASE, password_path, role_name
from .errors import EmbeddedError
from .layout import Layout, layout, major, prepare

logger = structlog.get_logger("vermilion.database")

SUPERUSER = "postgres"
# A crash in the middle of much work is replayed at the next start; it takes as long as it takes, but not for ever.
START_LIMIT_SECONDS = 3600
STOP_LIMIT_SECONDS = 60
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "logging_collector": "on",
    "log_directory": "'../log'",
    "log_filename": "'postgres-%a.log'",
    "log_rotation_age": "'1d'",
    "log_truncate_on_rotation": "on",
    # Details quote the values of the row; the log must not hold personal data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
}


class Server:
    """The embedded server of one instance."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.places: Layout = layout(config)
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, *, tell: Callable[[Any], None] = lambda text: None) -> None:
        """Make the server run and accept connections; attach to one that runs already. Raises :class:`EmbeddedError`."""
        self.places = prepare(self.places, self.config)
        if not (self.places.data / "PG_VERSION").exists():
            tell(_("正在初始化数据库"))
            self._initialise()
        self._check_version()
        if self.pid() is None:
            self._remove_stale()
            self._spawn()
        try:
            self._wait(tell)
            self._make_roles()
        except BaseException:
            if self._child is not None:
                self.stop()  # what we started and cannot use does not stay behind
            raise

    def stop(self) -> None:
        """Stop the server, also one that an earlier process of ours left behind; return when it is down."""
        pid = self.pid()
        if pid is None:
            self._reap()
            return
        for number, limit in ((signal.SIGINT, STOP_LIMIT_SECONDS), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            end = time.monotonic() + limit
            while time.monotonic() < end:
                # Not self.pid(): the server removes its pid file a little before its end.
                if not is_postmaster(pid, self.places.data):
                    self._reap()
                    return
                time.sleep(0.05)
        raise EmbeddedError(format_lazy(_("数据库进程 {value} 无法停止。"), value=pid))

    def pid(self) -> int | None:
        """Return the process id of the running server, or None. A process that only has the old number is not it."""
        try:
            pid = int((self.places.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if is_postmaster(pid, self.places.data) else None

    def superuser(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """Return a connection as the server's superuser; for initialising only."""
        return psycopg.connect(
            dbname=database,
            user=SUPERUSER,
            host=str(self.places.socket_folder),
            password=private.read_or_make(password_path(self.config, "superuser")),
            autocommit=True,
            connect_timeout=10,
        )

    def _initialise(self) -> None:
        """Run ``initdb`` beside the final place and rename, so that a killed attempt leaves nothing that looks whole."""
        places = self.places
        building = Path(tempfile.mkdtemp(dir=places.folder, prefix=".new-"))
        password_file = building.with_suffix(".password")
        try:
            places.own(building)
            private.write_new(password_file, private.read_or_make(password_path(self.config, "superuser")).encode() + b"\n")
            places.own(password_file)
            command = [
                places.program("initdb"), "--pgdata", str(building), "--username", SUPERUSER, "--pwfile", str(password_file),
                "--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            ]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, check=False, **places.as_user())
            if done.returncode:
                raise EmbeddedError(format_lazy(_("数据库初始化失败：{value}"), value=done.stderr.strip()[-500:]))
            with (building / "postgresql.conf").open("a") as file:
                file.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
            building.rename(places.data)
            private.fsync_folder(places.folder)
        finally:
            password_file.unlink(missing_ok=True)
            shutil.rmtree(building, ignore_errors=True)

    def _check_version(self) -> None:
        found = (self.places.data / "PG_VERSION").read_text().strip()
        if found != major():
            raise EmbeddedError(
                format_lazy(_("数据由 PostgreSQL {found} 写成，而安装的是 PostgreSQL {installed}。"), found=found, installed=major()),
                hint=_("用原来的版本执行 vermilion backup，再用新版本 vermilion restore 到新的目录。"),
            )

    def _remove_stale(self) -> None:
        """Remove lock files of a server that is gone: PostgreSQL itself refuses when another process has the number now."""
        for path in (
            self.places.data / "postmaster.pid",
            self.places.socket_folder / ".s.PGSQL.5432.lock",
            self.places.socket_folder / ".s.PGSQL.5432",
        ):
            with suppress(FileNotFoundError):
                path.unlink()
                logger.warning("stale_database_file_removed", file=path.name)

    def _reap(self) -> None:
        """Take note of our child's end: an unreaped one would stay in the process table."""
        if self._child is not None and not is_postmaster(self._child.pid, self.places.data):
            self._child.wait()
            self._child = None

    def _spawn(self) -> None:
        places = self.places
        self._reap()
        handle = os.open(places.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, private.PRIVATE_FILE)
        try:
            # Its own session: Ctrl-C in the terminal must not stop it before those who use it.
            self._child = subprocess.Popen(
                [places.program("postgres"), "-D", str(places.data), "-k", str(places.socket_folder)],
                stdin=subprocess.DEVNULL, stdout=handle, stderr=handle, start_new_session=True, **places.as_user(),
            )  # fmt: skip
        finally:
            os.close(handle)

    def _wait(self, tell: Callable[[Any], None]) -> None:
        start = time.monotonic()
        told = start
        while True:
            try:
                self.superuser().close()
                return
            except psycopg.OperationalError as error:
                reason = str(error)
            if "password authentication failed" in reason:
                raise EmbeddedError(
                    format_lazy(_("数据库口令与 {value} 中的文件不符。"), value=self.config.secrets_folder),
                    hint=_("从备份恢复 secrets 文件夹。"),
                )
            if (self._child is not None and self._child.poll() is not None) or (self._child is None and self.pid() is None):
                raise EmbeddedError(format_lazy(_("数据库没有启动：{value}"), value=self._last_words()))
            now = time.monotonic()
            if now - start > START_LIMIT_SECONDS:
                raise EmbeddedError(_("数据库在一小时内没有就绪。"))
            if now - told > 15:
                told = now
                tell(_("数据库正在恢复上次未正常结束的工作，请稍候"))
            time.sleep(0.05)

    def _last_words(self) -> str:
        """Return the end of what the server wrote."""
        files = [self.places.log, *sorted((self.places.folder / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)]
        for path in reversed(files):
            with suppress(OSError):
                lines = [
                    line for line in path.read_text(errors="replace").splitlines() if "FATAL" in line or "PANIC" in line or "ERROR" in line
                ]
                if lines:
                    return " / ".join(lines[-3:])
        return "-"

    def _make_roles(self) -> None:
        """Make roles and database, or give the roles the passwords of this home again."""
        with self.superuser() as connection:
            for role in ("owner", "app", "keeper"):
                name = role_name(role)  # type: ignore[arg-type]
                if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
                    connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
                password = private.read_or_make(password_path(self.config, role))
                verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
                options = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
                connection.execute(sql.SQL("ALTER ROLE {} " + options).format(sql.Identifier(name), sql.Literal(verifier)))
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER vermilion_owner TEMPLATE template0").format(sql.Identifier(DATABASE)))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO vermilion_app, vermilion_keeper").format(sql.Identifier(DATABASE)))


def is_postmaster(pid: int, data: Path) -> bool:
    """Tell whether process ``pid`` is a living PostgreSQL server on ``data``: not a zombie, not another program with the same number."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return state not in ("Z", "X") and os.path.basename(arguments[0]) == b"postgres" and os.fsencode(data) in arguments
