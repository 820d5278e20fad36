"""Judging many files at once for ``vermilion verify``: folders are searched, two children work side by side, the order stays."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from vermilion.apps.seals.verifying import verify_foreign
from vermilion.base import children
from vermilion.base.clock import now
from vermilion.core.pdf.verdict import Verdict, unreadable
from vermilion.core.pdf.verify import MAX_BYTES
from vermilion.core.trust.store import TrustStore

SUFFIXES = (".pdf", ".ofd")
SIDE_BY_SIDE = 2
MANY = 4  # fewer files do not earn the half second in which a second child starts
AHEAD = 4  # files that are read before their turn to be told; each may have 100 MB


def find(arguments: list[str]) -> list[str]:
    """Return the files to judge: those named, and for a folder every PDF and OFD file below it, sorted. Links to folders are not followed.

    A folder that cannot be listed stands in the result itself, so that it is told as unreadable and never passed over.
    """
    found: list[str] = []
    for argument in arguments:
        if not os.path.isdir(argument):
            found.append(argument)
            continue
        closed: list[str] = []
        below = [
            os.path.join(folder, name)
            for folder, _folders, names in os.walk(argument, onerror=lambda error: closed.append(str(error.filename)))  # noqa: B023
            for name in names
            if name.lower().endswith(SUFFIXES)
        ]
        found += sorted([*below, *closed])
    return found


def judge_all(names: list[str], *, trust: TrustStore, integrity_only: bool) -> Generator[Verdict]:
    """Yield the verdict on each file in the given order. Closing the generator stops what is under way."""
    stopped = threading.Event()

    def judge(name: str) -> Verdict:
        # After Ctrl-C no further child may be started by a thread that still had work.
        return unreadable("not_opened") if stopped.is_set() else _judge(name, trust, integrity_only=integrity_only)

    if len(names) < MANY:
        yield from map(judge, names)
        return
    workers = ThreadPoolExecutor(SIDE_BY_SIDE)
    ahead: deque[Future[Verdict]] = deque()
    try:
        for name in names:
            ahead.append(workers.submit(judge, name))
            if len(ahead) >= AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        stopped.set()
        workers.shutdown(wait=False, cancel_futures=True)
        if any(not one.done() for one in ahead):
            children.close()  # ends the work in them, so that the threads end too


def _judge(name: str, trust: TrustStore, *, integrity_only: bool) -> Verdict:
    path = Path(name)
    try:
        if path.stat().st_size > MAX_BYTES:
            return replace(unreadable("too_large", format="unknown"), file=name)
        data = path.read_bytes()
    except OSError:
        return replace(unreadable("not_opened", format="unknown"), file=name)
    return verify_foreign(data, trust=trust, now=now(), integrity_only=integrity_only, file=name)
