"""``vermilion run`` on a fresh home: start, survive, back up, stop, restore. One instance, one story."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.settings import in_memory
from vermilion.base.config import Config
from vermilion.base.database.server import Server

START_SECONDS = 240


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"timed out: {what}"
        time.sleep(0.2)


class Instance:
    """A home of its own and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LD_LIBRARY_PATH")}
        self.environment = {
            **inherited,
            "LANG": "C.UTF-8",
            "VERMILION_HOME": str(self.home),
            "VERMILION_POSTGRES_FOLDER": str(folder / "pg"),
            "VERMILION_PUBLIC_URL": "https://sign.test",
            "VERMILION_WORKERS": "1",
            "VERMILION_WEB_WORKERS": "1",
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "vermilion.cli.main", *arguments]

    def do(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    def begin(self) -> subprocess.Popen[str]:
        """Start the supervisor and wait for nothing."""
        self.process = subprocess.Popen(
            self.command("run", "--port", str(self.port)), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return self.process

    def start(self) -> None:
        """Start everything and wait until pages are served."""
        process = self.begin()
        wait_for(lambda: self.healthy() or process.poll() is not None, START_SECONDS, "start")
        assert process.poll() is None, process.stdout.read()  # type: ignore[union-attr]

    def start_until(self, words: str) -> str:
        """Start, and return what the supervisor said until it said ``words``."""
        said = ""
        for line in self.begin().stdout:  # type: ignore[union-attr]
            said += line
            if words in line:
                return said
        raise AssertionError(said)

    def database(self) -> Server:
        """Return the server of this instance's database."""
        return Server(Config(home=self.home, postgres_folder=self.folder / "pg", DATABASE_URL=None))

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str]:
        assert self.process is not None
        self.process.send_signal(number)
        said, _nothing = self.process.communicate(timeout=90)
        code, self.process = self.process.returncode, None
        return code, said

    def healthy(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
            return answer.status == 200
        return False

    def processes(self) -> dict[int, str]:
        """Return this instance's processes but the supervisor: those whose environment or command line names its folder."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (self.process is None or int(entry.name) != self.process.pid):
                with suppress(OSError):
                    text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                    if str(self.folder).encode() in text:
                        found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def pids(self, part: str) -> list[int]:
        return [pid for pid, line in self.processes().items() if f"vermilion.cli.main {part}" in line]


def at_once(*calls: Callable[[], subprocess.CompletedProcess[str]]) -> list[subprocess.CompletedProcess[str]]:
    """Run commands that do not disturb one another side by side; return their results in order."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


@pytest.fixture
def instance() -> Iterator[Instance]:
    folder = Path(tempfile.mkdtemp(prefix="vermilion-run-", dir=in_memory()))
    folder.chmod(0o755)  # as /srv: root's database user passes through; the home inside is private
    running = Instance(folder)
    yield running
    if running.process is not None:
        running.stop(signal.SIGTERM)
    for pid in running.processes():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(900)
def test_the_life_of_an_instance(instance: Instance) -> None:
    # A first start whose supervisor is killed leaves only the database; the next one takes it over.
    words = instance.start_until("数据库结构已就绪")
    assert "admin create" in words, "nobody can log in yet"
    wait_for(lambda: instance.pids("web"), 60, "parts are being started")
    instance.process.kill()  # type: ignore[union-attr]
    instance.process.communicate()  # type: ignore[union-attr]
    instance.process = None
    wait_for(lambda: not instance.pids(""), 90, "children ended with their parent")
    orphan = instance.database().pid()
    assert orphan is not None
    instance.start()
    assert instance.database().pid() == orphan

    # Everything is made, for its owner only.
    assert instance.home.stat().st_mode & 0o777 == 0o700
    for path in (instance.home / "secrets").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert instance.pids("keeper")
    assert instance.pids("worker")

    # A second one on the same home, or on a port that is taken, says so and changes nothing.
    second, taken, web, keeper = at_once(
        lambda: instance.do("run", "--port", str(free_port())),
        lambda: instance.do("run", "--port", str(instance.port), VERMILION_HOME=str(instance.folder / "other")),
        lambda: instance.do("web", VERMILION_PORT=str(instance.port)),
        lambda: instance.do("keeper"),
    )
    assert second.returncode == 1
    assert str(instance.process.pid) in second.stderr  # type: ignore[union-attr]
    assert taken.returncode == 1
    assert str(instance.port) in taken.stderr
    assert (web.returncode, keeper.returncode) == (1, 1), "neither part is doubled"
    assert str(instance.port) in web.stderr
    assert "Traceback" not in second.stderr + taken.stderr + web.stderr + keeper.stderr
    assert not (instance.folder / "other" / "postgres").exists()

    # Whatever dies is started again.
    parts = ("worker", "keeper", "web")
    killed = [pid for part in parts for pid in instance.pids(part)]
    for pid in killed:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for part in parts:
        wait_for(lambda part=part: set(instance.pids(part)) - set(killed), 60, f"{part} again")  # type: ignore[misc]
    wait_for(instance.healthy, 60, "healthy again")

    # The doctor finds it well, or says what is not.
    saved = instance.folder / "saved"
    doctor, backup = at_once(lambda: instance.do("doctor", "--json"), lambda: instance.do("backup", str(saved)))
    assert doctor.returncode in (0, 1), doctor.stderr
    results = {row["name"]: row for row in json.loads(doctor.stdout)}
    for name in ("config", "database", "master_key", "disk", "clock", "blobs"):
        assert results[name]["ok"], results[name]

    # A backup has everything but the master key.
    assert backup.returncode == 0, backup.stderr
    assert str(instance.home / "secrets" / "master.key") in backup.stdout
    assert not list(saved.rglob("master.key"))
    assert not list(saved.rglob("database-*.password"))
    secret = (instance.home / "secrets" / "master.key").read_bytes().strip()
    assert all(secret not in path.read_bytes() for path in saved.rglob("*") if path.is_file())
    assert instance.do("backup", str(saved)).returncode == 1, "a backup is never written over"

    # Ctrl-C stops everything, the database too. (The other signals: test_supervisor.py.)
    code, said = instance.stop()
    assert code == 0, said
    assert "Traceback" not in words + said
    wait_for(lambda: not instance.processes(), 10, "all processes gone")

    # Restoring wants an empty home, the right master key and an undamaged backup.
    fresh, keyless, damaged = (instance.folder / name for name in ("fresh", "keyless", "damaged"))
    (fresh / "secrets").mkdir(mode=0o700, parents=True)
    shutil.copy(instance.home / "secrets" / "master.key", fresh / "secrets" / "master.key")
    shutil.copytree(saved, damaged)
    with (damaged / "database.dump").open("r+b") as file:
        file.seek(100)
        file.write(b"\0\1\2\3")
    full, without, refused = at_once(
        lambda: instance.do("restore", str(saved)),
        lambda: instance.do("restore", str(saved), VERMILION_HOME=str(keyless)),
        lambda: instance.do("restore", str(damaged), VERMILION_HOME=str(fresh)),
    )
    assert full.returncode == without.returncode == refused.returncode == 1
    assert str(instance.home) in full.stderr
    assert "master.key" in without.stderr
    assert "database.dump" in refused.stderr

    # And then it is the same instance again: one that is no demo and becomes none, whose tables are the owner's as before.
    restored = instance.do("restore", str(saved), VERMILION_HOME=str(fresh))
    assert restored.returncode == 0, restored.stderr
    instance.home = fresh
    instance.environment["VERMILION_HOME"] = str(fresh)
    demo = instance.do("run", "--demo", "--port", str(instance.port), VERMILION_PUBLIC_URL="")
    assert demo.returncode == 1
    assert "不是演示实例" in demo.stderr
    assert not instance.processes(), "what it started it has stopped again"
    database = instance.database()
    database.start()
    again = {row["name"]: row for row in json.loads(instance.do("doctor", "--json").stdout)}
    database.stop()
    assert again["master_key"]["detail"] == results["master_key"]["detail"]
    for name in ("database", "master_key", "blobs"):
        assert again[name]["ok"], again[name]
