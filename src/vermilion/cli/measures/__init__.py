"""What ``vermilion bench`` measures: one module a subject, each with functions that take seconds and return measurements."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measurement:
    """One line of ``bench --json`` (design §5). ``limit`` says what bounds the value, ``peer`` which other program did the same work."""

    name: str
    unit: str
    value: float
    count: int
    seconds: float
    limit: str | None = None
    limit_value: float | None = None
    peer: str | None = None
    peer_value: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the published form; ``cores`` are those that this process may use."""
        return {**asdict(self), "cores": len(os.sched_getaffinity(0))}


@dataclass(frozen=True)
class Timed:
    """How much a repeated piece of work cost: CPU milliseconds a piece, how often and how long it ran."""

    cpu_ms: float
    count: int
    seconds: float


def cpu_time(work: Callable[[int], object], *, seconds: float, least: int = 3) -> Timed:
    """Run ``work(number)`` for about ``seconds`` (at least ``least`` times) and return the CPU time of each.

    CPU time of all threads of this process: what neighbours on the machine do does not change it.
    """
    begin, cpu, count = time.perf_counter(), time.process_time(), 0
    while count < least or time.perf_counter() - begin < seconds:
        work(count)
        count += 1
    return Timed((time.process_time() - cpu) / count * 1000, count, time.perf_counter() - begin)


def each(work: Callable[[int], object]) -> Callable[[Sequence[int]], None]:
    """Return what does ``work`` for one number after the other."""

    def works(numbers: Sequence[int]) -> None:
        for number in numbers:
            work(number)

    return works


def side_by_side(
    works: list[Callable[[Sequence[int]], object]],
    *,
    seconds: float,
    turn: int = 8,
    clock: Callable[[], float] = time.process_time,
    ready: Callable[[int], object] = lambda number: None,
) -> list[Timed]:
    """Run ``works`` in turns, each with ``turn`` numbers, for about ``seconds``; return the CPU time of each for one number.

    What the neighbours on the machine do falls on all of them alike, so their ratios can be believed. ``clock`` counts the CPU seconds of
    all that works. ``ready(number)`` makes what the works need for it; that is not counted, and neither is the first turn, in which a
    process compiles patterns and opens connections once.
    """
    begin, cpu, count = time.perf_counter(), [0.0] * len(works), -turn
    while count <= 0 or time.perf_counter() - begin < seconds:
        numbers = range(count + turn, count + 2 * turn)
        for number in numbers:
            ready(number)
        for index, work in enumerate(works):
            before = clock()
            work(numbers)
            if count >= 0:
                cpu[index] += clock() - before
        count += turn
    passed = time.perf_counter() - begin
    return [Timed(one / count * 1000, count, passed) for one in cpu]


def cpu_clock(process: int) -> int:
    """Return the number of the clock that counts another process's CPU time. Raises OSError when there is no such process."""
    number = ctypes.c_int()
    if error := ctypes.CDLL(None).clock_getcpuclockid(process, ctypes.byref(number)):
        raise OSError(error, os.strerror(error))
    return number.value
