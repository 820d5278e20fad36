"""Web, workers and children can't reach what is the keeper's alone, and still reach what they need; doctor tells the truth about it.

Everything runs in processes of its own, because what a process gives up it never gets back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.base import child_work
from vermilion.base import checks, children, confinement, landlock
from vermilion.base.config import Config
from vermilion.base.errors import VermilionError

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock, so nothing can be shown")

ENTERS = """
import sys
from vermilion.base import confinement
from vermilion.base.config import config
found = {}
entered = confinement.enter(%r, config())
"""
# Tries everything in ``paths`` and tells what happened to each.
TRIES = """
import json, os, sys
def attempt(what):
    try:
        return what() or "done"
    except OSError as error:
        return error.__class__.__name__
def read(path): os.close(os.open(path, os.O_RDONLY))
def write(path): os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with keys, secrets and what the keeper alone may open."""
    return furnish(tmp_path / "home")


def furnish(home: Path) -> Path:
    for name in ("keeper/secret", "keeper/seal-1.key", "secrets/django.key", "trust/trial/root.pem", "postgres/data/pg_hba.conf"):
        (home / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / name).write_bytes(b"x" * 60)
        (home / name).chmod(0o600)
    for role in ("superuser", "owner", "keeper", "app"):
        (home / "secrets" / f"database-{role}.password").write_text("password")
        (home / "secrets" / f"database-{role}.password").chmod(0o600)
    (home / "instance").write_text("0123456789ab")
    return home


@pytest.fixture
def keeper(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that shields itself as the keeper does and holds a key file open."""
    code = "\n".join((
        "import sys",
        "from vermilion.base import confinement",
        "confinement.shield()",
        "key = open(sys.argv[1], 'rb').read()",
        "print('ready', flush=True)",
        "sys.stdin.read()",
    ))  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(home / "keeper/seal-1.key")], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()
    assert process.stdin is not None
    process.stdin.close()


def run(home: Path, code: str, *arguments: str) -> dict[str, str]:
    """Run ``code`` in a process that entered its confinement as a worker does; it fills ``found``."""
    program = "\n".join((ENTERS % "worker", TRIES, textwrap.dedent(code), "print(json.dumps(found))"))
    environment = {**os.environ, "VERMILION_HOME": str(home), "VERMILION_BLOB_URL": ""}
    done = subprocess.run([sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@needs_landlock
def test_a_worker_opens_no_key_and_nothing_that_leads_to_one(home: Path, keeper: subprocess.Popen[str]) -> None:
    found = run(
        home,
        """
        import ctypes, pathlib, shutil, signal, subprocess
        home, keeper = pathlib.Path(os.environ["VERMILION_HOME"]), sys.argv[1]
        for name in ("keeper/secret", "keeper/seal-1.key", "postgres/data/pg_hba.conf", "secrets/database-superuser.password",
                     "secrets/database-owner.password", "secrets/database-keeper.password"):
            found[name] = attempt(lambda: read(home / name))
        found["new key"] = attempt(lambda: write(home / "keeper/seal-2.key"))
        found["replaced"] = attempt(lambda: os.rename(home / "keeper", home / "tmp/keeper"))
        found["linked"] = attempt(lambda: os.link(home / "keeper/secret", home / "tmp/secret"))
        found["removed"] = attempt(lambda: os.unlink(home / "keeper/secret"))
        os.symlink(home / "keeper/secret", home / "tmp/way")
        found["by a link"] = attempt(lambda: read(home / "tmp/way"))
        found["by its child"] = subprocess.run(["cat", str(home / "keeper/secret")], capture_output=True, text=True).stderr.strip()[-17:]
        for name in ("mem", "environ", "maps", f"root{home}/keeper/secret", f"cwd/../../{home}/keeper/secret"):
            found[name.split("/")[0]] = attempt(lambda: read(f"/proc/{keeper}/{name}"))
        found["traced"] = str(ctypes.CDLL(None).ptrace(16, int(keeper), 0, 0))  # PTRACE_ATTACH
        found["signalled"] = attempt(lambda: os.kill(int(keeper), signal.SIGTERM))
        found["root of trust"] = attempt(lambda: write(home / "trust/trial/evil.pem"))
        found["code"] = attempt(lambda: write(pathlib.Path(confinement.__file__)))
        found["anywhere"] = attempt(lambda: write(pathlib.Path.home() / ".vermilion-test"))
        found["core_pattern"] = attempt(lambda: write("/proc/sys/kernel/core_pattern"))
        found["device"] = attempt(lambda: os.mknod(home / "tmp/disk", 0o60600, os.makedev(254, 0)))
        found["disk"] = attempt(lambda: read(next((str(p) for p in pathlib.Path("/dev").iterdir() if p.is_block_device()), "/dev/mem")))
        """,
        str(keeper.pid),
    )
    assert found.pop("by its child") == "Permission denied"
    assert found.pop("traced") == "-1"
    assert found.pop("linked") in ("OSError", "PermissionError")  # "other device": no file changes from a closed place to an open one
    assert found.pop("disk") in ("PermissionError", "FileNotFoundError")
    assert {name: what for name, what in found.items() if what != "PermissionError"} == {}
    assert keeper.poll() is None, "it lives, and it could read its key"


@needs_landlock
def test_a_worker_reaches_what_it_needs(home: Path) -> None:
    found = run(
        home,
        """
        import pathlib, socket, tempfile
        home = pathlib.Path(os.environ["VERMILION_HOME"])
        found["app's password"] = attempt(lambda: read(home / "secrets/database-app.password"))
        found["django key"] = attempt(lambda: read(home / "secrets/django.key"))
        found["trust"] = attempt(lambda: read(home / "trust/trial/root.pem"))
        def store():
            os.makedirs(home / "blobs/a/b")
            write(home / "blobs/a/b/c")
            os.rename(home / "blobs/a/b/c", home / "blobs/a/d")
        found["blob"] = attempt(store)
        found["static"] = attempt(lambda: write(home / "static/style.css"))
        with tempfile.NamedTemporaryFile() as file:
            found["temporary"] = "done" if file.name.startswith(str(home / "tmp")) else file.name
        found["null"] = attempt(lambda: write("/dev/null"))
        found["random"] = attempt(lambda: read("/dev/urandom"))
        def share():
            write(f"/dev/shm/vermilion-{os.getpid()}")
            os.unlink(f"/dev/shm/vermilion-{os.getpid()}")
        found["shared memory"] = attempt(share)
        found["itself"] = attempt(lambda: read("/proc/self/status"))
        server = socket.create_server(("127.0.0.1", 0))
        found["network"] = attempt(lambda: socket.create_connection(server.getsockname(), 5).close())
        with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as asking:
            found["bind"] = attempt(lambda: listening.bind(str(home / "tmp/s")))
            listening.listen(1)
            found["connect"] = attempt(lambda: asking.connect(str(home / "tmp/s")))
        """,
    )
    assert {name: what for name, what in found.items() if what != "done"} == {}


@needs_landlock
@pytest.mark.skipif(not os.access(landlock.SHARED_MEMORY, os.W_OK), reason="there is no shared memory")
def test_a_home_in_memory_is_kept_from_a_worker_as_any_other() -> None:
    """A worker may else use all shared memory: there the home would be open to it."""
    with tempfile.TemporaryDirectory(dir=landlock.SHARED_MEMORY) as folder:
        found = run(
            furnish(Path(folder) / "home"),
            """
            import pathlib
            home = pathlib.Path(os.environ["VERMILION_HOME"])
            found["landlock"] = str(entered.landlock)
            for name in ("keeper/secret", "keeper/seal-1.key", "secrets/database-owner.password"):
                found[name] = attempt(lambda: read(home / name))
            found["new key"] = attempt(lambda: write(home / "keeper/seal-2.key"))
            found["beside it"] = attempt(lambda: write(home.parent / "x"))
            found["shared"] = attempt(lambda: write(f"/dev/shm/vermilion-{os.getpid()}"))
            found["trust"] = attempt(lambda: read(home / "trust/trial/root.pem"))
            found["tmp"] = attempt(lambda: write(home / "tmp/x"))
            """,
        )
    assert int(found.pop("landlock")) == landlock.version()
    allowed = {"trust", "tmp"}
    assert {name for name, what in found.items() if what == "done"} == allowed
    assert {what for name, what in found.items() if name not in allowed} == {"PermissionError"}


@needs_landlock
def test_a_worker_leaves_no_core_and_root_keeps_no_power(home: Path) -> None:
    found = run(
        home,
        """
        found["landlock"] = str(entered.landlock)
        found["core"] = str(__import__("resource").getrlimit(__import__("resource").RLIMIT_CORE))
        found["capabilities"] = next(line for line in open("/proc/self/status") if line.startswith("CapEff")).split()[1]
        """,
    )
    assert int(found["landlock"]) == landlock.version()
    assert found["core"] == "(0, 0)"
    # Root keeps its way past file modes (the database's socket) and to low ports, and nothing over kernel, disks and processes.
    assert int(found["capabilities"], 16) & ~(1 << 1 | 1 << 10) == 0


@needs_landlock
def test_a_child_that_parses_files_reads_no_key_writes_nothing_and_calls_nobody() -> None:
    import socket

    from vermilion.base.config import config

    key = config().home / "keeper" / "secret"
    key.parent.mkdir(mode=0o700, exist_ok=True)
    if not key.exists():
        key.write_text("x" * 60)
        key.chmod(0o600)
    try:
        assert children.call(child_work.peek, str(key)) == "PermissionError"
        assert children.call(child_work.peek, str(Path(__file__))) == "read, PermissionError"
        with socket.create_server(("127.0.0.1", 0)) as server:
            expected = "PermissionError" if landlock.version() >= 4 else "connected"
            assert children.call(child_work.connect, server.getsockname()[1]) == expected
    finally:
        children.close()


def test_several_threads_can_not_be_confined_as_a_whole(home: Path) -> None:
    code = "\n".join((
        "import threading, time",
        "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
        "from vermilion.base import landlock",
        "try: landlock.restrict(hidden=[], writable=[])",
        "except ValueError as error: print(error)",
    ))  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "threads" in done.stdout


def test_without_landlock_a_process_starts_and_doctor_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The kernel's answer is the only thing that is not real here.
    absent = "from vermilion.base import landlock\nlandlock.version = lambda: 0"
    start = "\n".join((absent, ENTERS % "web", "print(entered.reason, flush=True)", "sys.stdin.read()"))
    environment = {**os.environ, "VERMILION_HOME": str(home), "VERMILION_BLOB_URL": ""}
    process = subprocess.Popen([sys.executable, "-c", start], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert "Landlock" in process.stdout.readline()
        settings = Config(home=home)
        (found,) = confinement.running(settings)
        assert (found.part, found.pid, found.landlock) == ("web", process.pid, 0)
        monkeypatch.setattr(checks, "config", lambda: settings)
        with pytest.raises(VermilionError) as caught:
            checks.check_isolation()
        assert str(process.pid) in str(caught.value.message)
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
    assert list(confinement.running(settings)) == [], "the record of a dead process is removed"
    assert str(landlock.version() or "无") in checks.check_isolation()
