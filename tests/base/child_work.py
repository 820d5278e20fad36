"""What the tests let a child process do."""

from __future__ import annotations

import mmap
import os
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


@dataclass(frozen=True)
class Found:
    when: date
    names: tuple[str, ...]


class Refused(VermilionError):
    code = "refused"

    def __init__(self, first: str, second: str) -> None:
        super().__init__(_("不行"), fields={first: _("为什么")}, second=second)


class Sneaky:
    """A pickle that runs a program in whoever opens it."""

    def __reduce__(self) -> Any:
        return os.system, ("touch /tmp/vermilion-owned",)


def found() -> Found:
    return Found(date(2026, 11, 22), ("䶮", "喆"))


def refuse() -> None:
    raise Refused("name", second="two")


def fail() -> None:
    raise KeyError("personal")


def loop() -> None:
    while True:
        pass


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def hog() -> int:
    return len(b"x" * (3 << 30))


_kept: list[mmap.mmap] = []


def grow(megabytes: int) -> int:
    """Hold address space until the process ends, as a library's fonts and arenas do; return who did."""
    _kept.append(mmap.mmap(-1, megabytes << 20))
    return os.getpid()


def who(megabytes: int) -> int:
    """Use some memory for a moment; return who did."""
    mmap.mmap(-1, megabytes << 20).close()
    return os.getpid()


def abort() -> None:
    os.abort()


def environment() -> dict[str, str]:
    return dict(os.environ)


def sneaky() -> Sneaky:
    return Sneaky()


def sneaky_error() -> None:
    error = Refused("a", "b")
    error.facts = {"x": Sneaky()}
    raise error


def big(count: int) -> bytes:
    return b"y" * count


def open_files() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/fd")]


def peek(path: str) -> str:
    """Try to read a file, and to write one beside it, in a child process of the platform."""
    try:
        Path(path).read_bytes()
    except OSError as error:
        return type(error).__name__
    try:
        Path(path + ".new").touch()
    except OSError as error:
        return f"read, {type(error).__name__}"
    return "written"


def connect(port: int) -> str:
    """Try to make a TCP connection in a child process of the platform."""
    import socket

    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError as error:
        return type(error).__name__
    return "connected"
