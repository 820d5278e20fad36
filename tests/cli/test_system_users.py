"""The parts as system users of their own, set up by the operator's guide's own commands: each can do what it must, and nothing else."""

from __future__ import annotations

import json
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.db import connection

GUIDE = Path(__file__).resolve().parents[2] / "docs/operator.md"


def hindrance() -> str:
    """Return why this can't be tested here; empty when it can."""
    if os.geteuid() != 0:
        return "only root can make system users"
    if not (shutil.which("useradd") and shutil.which("userdel")):
        return "there is no useradd"
    try:
        nobody = pwd.getpwnam("nobody")
        subprocess.run(
            [sys.executable, "-c", "import vermilion"], user=nobody.pw_uid, group=nobody.pw_gid, check=True, capture_output=True, cwd="/"
        )
    except (OSError, KeyError, subprocess.CalledProcessError):
        return "other users can't reach this checkout"
    return ""


@dataclass
class Site:
    """A machine set up as the guide says: two users, a home, a database with three roles."""

    web: str
    keeper: str
    home: Path
    urls: dict[str, str]
    port: int
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, user: str) -> dict[str, str]:
        """Return what the guide puts into this user's environment file: the other's database role with a wrong password."""
        mine = {"app", "keeper"} if user == self.keeper else {"app", "owner"}
        urls = {role: url if role in mine else re.sub(r":[0-9a-f]+@", ":wrong-here@", url) for role, url in self.urls.items()}
        given = {
            "PATH": os.defpath,
            "VERMILION_HOME": str(self.home),
            "VERMILION_PUBLIC_URL": "https://sign.example.cn",
            "VERMILION_PORT": str(self.port),
            "VERMILION_MASTER_KEY_FILE": str(self.home.parent / f"{user}.key"),
            "DATABASE_URL": urls["app"],
            "VERMILION_DATABASE_OWNER_URL": urls["owner"],
            "VERMILION_DATABASE_KEEPER_URL": urls["keeper"],
            "VERMILION_WEB_WORKERS": "1",
        }
        if user == self.keeper:
            given |= {"VERMILION_KEEPER_GROUP": self.web, "VERMILION_SECRET_KEY": secrets.token_urlsafe(48)}
        return given

    def start(self, user: str, *arguments: str) -> subprocess.Popen[str]:
        """Start ``vermilion ARGUMENTS`` as a unit with ``User=`` would: with all groups of the user, nothing of ours."""
        account = pwd.getpwnam(user)
        process = subprocess.Popen(
            [sys.executable, "-m", "vermilion.cli.main", *arguments],
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=os.getgrouplist(user, account.pw_gid),
            env=self.environment(user),
            cwd="/",
            umask=0o077,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.running.append(process)
        return process

    def run(self, user: str, *arguments: str) -> str:
        """Run a command to its end and return what it said."""
        said, _nothing = self.start(user, *arguments).communicate(timeout=120)
        assert self.running.pop().returncode == 0, said
        return said

    def wait(self, part: subprocess.Popen[str], ready: Callable[[], bool]) -> None:
        """Wait until ``part`` is ready."""
        end = time.monotonic() + 120
        while not ready():
            assert part.poll() is None, part.communicate()[0]
            assert time.monotonic() < end
            time.sleep(0.2)

    def answers(self) -> bool:
        """Tell whether the web answers."""
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20) as answer:
            return bool(answer.status == 200)
        return False

    def may_read(self, user: str, path: Path) -> bool:
        """Tell whether the user can read a file or list a folder."""
        account = pwd.getpwnam(user)
        command = ["test", "-r", str(path)]
        groups = os.getgrouplist(user, account.pw_gid)
        return subprocess.run(command, user=account.pw_uid, group=account.pw_gid, extra_groups=groups, check=False).returncode == 0


def commands(site: Site) -> str:
    """Return the commands of the guide that make the users and folders, for this site."""
    (block,) = [one for one in re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL) if "useradd" in one]
    block = block.replace("/srv/vermilion", str(site.home)).replace("/etc/vermilion", str(site.home.parent / "etc"))
    return re.sub(r"(?<![/\w-])vermilion(-keeper)?(?![\w-])", lambda found: site.keeper if found[1] else site.web, block)


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    if reason := hindrance():
        pytest.skip(reason)
    number = secrets.token_hex(3)
    folder = Path(tempfile.mkdtemp(prefix="vermilion-users-"))
    folder.chmod(0o755)
    info = connection.get_connection_params()
    server = Path(info["host"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    roles = {role: secrets.token_hex(16) for role in ("app", "owner", "keeper")}
    urls = {role: f"postgresql://v{number}_{role}:{word}@/v{number}?host={server}" for role, word in roles.items()}
    made = Site(f"vt{number}", f"vtk{number}", folder / "home", urls, port)
    before = {one: one.stat().st_mode for one in (server, server.parent, server / ".s.PGSQL.5432")}
    with psycopg.connect(host=info["host"], user=info["user"], password=info["password"], dbname="postgres", autocommit=True) as admin:
        for role, word in roles.items():
            admin.execute(f"CREATE ROLE v{number}_{role} LOGIN PASSWORD '{word}'")
        admin.execute(f"CREATE DATABASE v{number} OWNER v{number}_owner TEMPLATE template0 ENCODING 'UTF8'")
        admin.execute(f"REVOKE ALL ON DATABASE v{number} FROM PUBLIC")
        admin.execute(f"GRANT CONNECT ON DATABASE v{number} TO v{number}_app, v{number}_keeper")
        for one in before:  # the tests' own server is closed to other users; the operator's is not
            one.chmod(0o777)
        try:
            subprocess.run(["sh", "-ec", commands(made)], check=True)
            for user in (made.web, made.keeper):  # systemd's LoadCredential
                key = folder / f"{user}.key"
                shutil.copy(folder / "etc/master.key", key)
                shutil.chown(key, user)
                key.chmod(0o400)
            yield made
        finally:
            for process in reversed(made.running):
                process.terminate()
            for process in reversed(made.running):
                with suppress(subprocess.TimeoutExpired):
                    process.communicate(timeout=60)
                process.kill()
            for one, mode in before.items():
                one.chmod(mode)
            for user in (made.keeper, made.web):
                subprocess.run(["userdel", user], check=False, capture_output=True)
            admin.execute(f"DROP DATABASE v{number} WITH (FORCE)")
            for role in roles:
                admin.execute(f"DROP ROLE v{number}_{role}")
            shutil.rmtree(folder)


def test_the_parts_work_as_users_of_their_own_and_only_the_keeper_reads_keys(site: Site) -> None:
    site.run(site.web, "migrate")
    parts = {"keeper": site.start(site.keeper, "keeper")}
    site.wait(parts["keeper"], (site.home / "run/keeper.sock").exists)
    parts |= {name: site.start(site.web, name) for name in ("web", "worker")}
    site.wait(parts["web"], site.answers)
    owners = {name: pwd.getpwuid(Path(f"/proc/{part.pid}").stat().st_uid).pw_name for name, part in parts.items()}
    assert owners == {"keeper": site.keeper, "web": site.web, "worker": site.web}

    # Seen from the web's user: the keeper signs a probe over its socket, the trust store is read, every check is well.
    results = {one["name"]: one for one in json.loads(site.run(site.web, "doctor", "--json"))}
    assert results["keeper"]["ok"]
    assert "独立系统用户" in results["isolation"]["detail"]

    closed_to_web = [site.home / "keeper", *(site.home / "keeper").iterdir(), site.home.parent / f"{site.keeper}.key"]
    closed_to_keeper = [site.home / "secrets", site.home / "secrets/django.key", site.home / "blobs", site.home.parent / f"{site.web}.key"]
    shared = [site.home / "run", next((site.home / "trust/private").iterdir()), next((site.home / "trust/crl").iterdir())]
    assert len(closed_to_web) > 4
    for path in closed_to_web:
        assert (site.may_read(site.web, path), site.may_read(site.keeper, path)) == (False, True), path
    for path in closed_to_keeper:
        assert (site.may_read(site.web, path), site.may_read(site.keeper, path)) == (True, False), path
    for path in shared:
        assert (site.may_read(site.web, path), site.may_read(site.keeper, path)) == (True, True), path
    for path in (site.home / "run/keeper.sock", *shared, *closed_to_web, *closed_to_keeper):
        assert not site.may_read("nobody", path), path
