"""Landlock (Linux 5.13 and newer): a process gives up rights over files for itself and all it starts, for ever, and needs no privilege.

Only what the kernel offers is here; what a part of the platform may reach stands in :mod:`vermilion.base.confinement`. Landlock allows
and never forbids: to keep one folder out, everything beside the way to it is allowed. So a file that appears later beside that way stays
closed, which is the safe side. See landlock(7) and the kernel's Documentation/userspace-api/landlock.rst.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

READ = EXECUTE | READ_FILE | READ_DIR
# Devices are made by nobody; a new block device would be the whole disk.
WRITE = WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SOCK | MAKE_FIFO | MAKE_SYM | REFER
USE_DEVICE = READ_FILE | WRITE_FILE | IOCTL_DEV

_BIND_TCP, _CONNECT_TCP = 1, 2
_SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1, 2

DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "ptmx")
"""What a program may need of /dev. A disk is a file too."""

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108

_libc = ctypes.CDLL(None, use_errno=True)


class LandlockUnavailable(Exception):
    """The kernel has no Landlock, or it is switched off or forbidden here; ``args`` has its word."""


def version() -> int:
    """Return the kernel's version of the interface (ABI); 0 when there is none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, 0, _VERSION)))


def restrict(*, hidden: Iterable[Path], writable: Iterable[Path], tcp: bool = True) -> int:
    """Confine this process: it may read all but ``hidden``, write below ``writable`` only, and neither trace nor signal a process outside.

    ``tcp=False`` forbids TCP too (from version 4). Paths that are not there are left out. Must be called while the process has one thread:
    others would stay free. Returns the version in force. Raises LandlockUnavailable (nothing changed), ValueError for a writable folder
    above a hidden one.
    """
    if len(os.listdir("/proc/self/task")) > 1:
        raise ValueError("a process with several threads can't be confined as a whole")
    secret = tuple(Path(os.path.realpath(path)) for path in hidden)
    open_for_writing = tuple(Path(os.path.realpath(path)) for path in writable)
    if any(_holds(folder, path) for folder in open_for_writing for path in secret):
        raise ValueError("a writable folder holds a hidden one")
    known = version()
    if not known:
        raise LandlockUnavailable("no Landlock in this kernel")
    ruleset = _make_ruleset(known, tcp=tcp)
    try:
        rights = _file_rights(known)
        for path in _beside(Path("/"), (*secret, Path("/dev"))):
            _allow(ruleset, path, READ & rights)
        _allow(ruleset, Path("/"), READ_DIR)  # names may be seen, also of what is hidden
        for name in DEVICES:
            _allow(ruleset, Path("/dev", name), USE_DEVICE & rights)
        for folder in (SHARED_MEMORY, Path("/dev/pts")):
            # Whoever keeps a home in memory gives up what is shared there: a right to the whole folder would open the home, too.
            shared = not any(_holds(folder, path) for path in secret)
            for path in _beside(folder, secret):
                _allow(ruleset, path, (READ | WRITE if shared else READ) & rights)
        for path in open_for_writing:
            _allow(ruleset, path, (READ | WRITE) & rights)
        _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if _libc.syscall(_RESTRICT_SELF, ruleset, 0):
            raise LandlockUnavailable(os.strerror(ctypes.get_errno()))
    finally:
        os.close(ruleset)
    return known


def _file_rights(known: int) -> int:
    bits = {1: 13, 2: 14, 3: 15, 4: 15}.get(known, 16)
    return (1 << bits) - 1


def _make_ruleset(known: int, *, tcp: bool) -> int:
    network = 0 if tcp or known < 4 else _BIND_TCP | _CONNECT_TCP
    scoped = _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS if known >= 6 else 0
    size = 8 if known < 4 else 16 if known < 6 else 24
    attributes = struct.pack("QQQ", _file_rights(known), network, scoped)[:size]
    ruleset = int(_libc.syscall(_CREATE_RULESET, attributes, size, 0))
    if ruleset < 0:
        raise LandlockUnavailable(os.strerror(ctypes.get_errno()))
    return ruleset


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """Add a rule; a path that went away meanwhile needs none."""
    with suppress(OSError):
        handle = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            mode = os.fstat(handle).st_mode
            if stat.S_ISLNK(mode):  # what it points to has a rule of its own
                return
            allowed = rights if stat.S_ISDIR(mode) else rights & _ON_FILES
            if allowed and _libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", allowed, handle), 0):
                number = ctypes.get_errno()
                if number != errno.EBADFD:  # a file of a kind that needs no permission, such as a socket
                    raise LandlockUnavailable(os.strerror(number))
        finally:
            os.close(handle)


def _beside(folder: Path, secret: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the paths that together hold everything below ``folder`` but ``secret``, as they are now."""
    if folder in secret:
        return
    inside = tuple(path for path in secret if _holds(folder, path))
    if not inside:
        yield folder
        return
    with suppress(OSError):
        for entry in os.scandir(folder):
            if not entry.is_symlink():
                yield from _beside(Path(entry.path), inside)


def _holds(folder: Path, path: Path) -> bool:
    return folder == path or folder in path.parents
