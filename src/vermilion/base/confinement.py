"""What web, workers and child processes give up at their start, so that none of them can reach the keeper's keys.

The operating system knows all our processes as one user, unless the operator gives the keeper its own. Landlock draws the line inside
that user (docs/adr/0015): nobody but the keeper opens its folder, the PIN of its token or what makes it one (the database server's
superuser, the keeper's role), nobody writes outside the few folders that are written at all, which keeps the code that the keeper will
run tomorrow as it is, and nobody traces or signals a process outside. What a process has given up it never gets back.

Each process leaves a record that it holds locked while it lives; ``vermilion doctor`` reads them.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from . import landlock, private
from .config import Config
from .database.connect import password_path

_PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 4, 24
_CAP_DAC_OVERRIDE, _CAP_NET_BIND_SERVICE, _CAP_LAST = 1, 10, 63
_CAPABILITY_VERSION = 0x20080522
_OLD_SECONDS = 24 * 3600

_libc = ctypes.CDLL(None, use_errno=True)
_record: int | None = None  # held open, and so locked, until this process ends


@dataclass(frozen=True, slots=True)
class Protection:
    """What holds for one process: ``landlock`` is the version in force or 0, then ``reason`` says why."""

    part: str
    pid: int
    uid: int
    landlock: int
    reason: str = ""


def hidden_paths(settings: Config) -> list[Path]:
    """Return what nobody but the keeper may open, whether it is there or not."""
    # The superuser of the database can start programs, which would not be confined; so could whoever writes the server's files.
    roles = [password_path(settings, role) for role in ("superuser", "owner", "keeper")]
    return [*settings.keeper_only, *roles, settings.home / "postgres", settings.postgres_folder]


def enter(part: str, settings: Config) -> Protection:
    """Give up, in this process and all it will start, what ``part`` (``web``, ``worker``) does not need. Call it before threads start.

    Where the kernel has no Landlock the process goes on unprotected; the caller logs the result, and the record tells ``doctor``.
    """
    temporary = _prepare_folders(settings)
    record = _open_record(settings, part)
    no_core_dumps()
    hidden = hidden_paths(settings)
    try:
        known = landlock.restrict(hidden=hidden, writable=_writable(settings, temporary))
        if os.geteuid() == 0:
            _drop_capabilities()
        _prove(settings)
        found = Protection(part, os.getpid(), os.geteuid(), known)
    except landlock.LandlockUnavailable as error:
        found = Protection(part, os.getpid(), os.geteuid(), 0, str(error))
    os.write(record, json.dumps(asdict(found)).encode())
    return found


def no_core_dumps() -> None:
    """Let no dump of this process's memory reach the disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def shield() -> None:
    """For the keeper: no core dumps, and no other process of this user reads or traces its memory, with or without Landlock."""
    no_core_dumps()
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def running(settings: Config) -> Iterator[Protection]:
    """Yield what holds for each web and worker process of this instance that lives now; records of dead ones are removed."""
    for path in sorted(_records(settings).glob("*.json")):
        with suppress(OSError, ValueError, TypeError):
            with path.open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield Protection(**json.load(file))
                    continue
            path.unlink()


def _prepare_folders(settings: Config) -> Path:
    """Make what could not be made later: a confined process makes nothing directly in the home."""
    for name in ("run", "secrets", "static", "trust"):
        private.make_folder(settings.home / name)
    temporary = private.make_folder(settings.home / "tmp")
    for path in temporary.iterdir():  # what a killed process left
        with suppress(OSError):
            if path.is_file() and path.stat().st_mtime < time.time() - _OLD_SECONDS:
                path.unlink()
    tempfile.tempdir = os.environ["TMPDIR"] = str(temporary)
    return temporary


def _writable(settings: Config, temporary: Path) -> list[Path]:
    blobs = settings.blob_folder
    if blobs is not None:
        private.make_folder(blobs)
    return [path for path in (temporary, settings.home / "static", blobs) if path is not None]


def _records(settings: Config) -> Path:
    return settings.run_folder / "parts"


def _open_record(settings: Config, part: str) -> int:
    global _record
    path = private.make_folder(_records(settings)) / f"{part}-{os.getpid()}.json"
    _record = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, private.PRIVATE_FILE)
    fcntl.flock(_record, fcntl.LOCK_EX)
    return _record


def _prove(settings: Config) -> None:
    """Try what must not succeed. Raises LandlockUnavailable when it does."""
    probe = settings.home / "keeper" / f".probe-{os.getpid()}"
    try:
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, private.PRIVATE_FILE))
    except (PermissionError, FileNotFoundError):
        return
    probe.unlink()
    raise landlock.LandlockUnavailable("Landlock is in force, yet the keeper's folder is open")


def _drop_capabilities() -> None:
    """Root without its powers over disks, memory, kernel and other processes; it still reaches the database's socket, and low ports."""
    kept = 1 << _CAP_DAC_OVERRIDE | 1 << _CAP_NET_BIND_SERVICE
    for number in range(_CAP_LAST + 1):
        if not kept >> number & 1:
            _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    if _libc.capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0)):
        raise OSError(ctypes.get_errno(), "capset")
