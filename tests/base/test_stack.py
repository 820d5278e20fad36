"""Whether calls below a roomy one meet no edge of a block of frames, which shows in the page faults that an edge costs."""

from __future__ import annotations

import resource
import threading
from collections.abc import Callable

import pytest

from vermilion.base.stack import roomy

CALLS = 50
DEPTHS = 400  # a small block holds some hundred calls


def edges() -> int:
    """Return at how many depths of the stack a call costs a page fault each time."""

    def leaf() -> None:
        return None

    def down(depth: int) -> int:
        if depth:
            return down(depth - 1)
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        for _ in range(CALLS):
            leaf()
        return int(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before >= CALLS)

    return sum(down(depth) for depth in range(DEPTHS))


def in_a_thread(work: Callable[[], int]) -> int:
    """Run ``work`` where nobody has made room before it."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def test_calls_meet_no_edge() -> None:
    assert in_a_thread(edges) > 0  # else there is nothing to avoid any more, and base.stack can go
    assert in_a_thread(roomy(edges)) == 0


def test_what_is_called_stays_what_it_is() -> None:
    @roomy
    def add(first: int, *, second: int = 2) -> int:
        """Add."""
        return first + second

    assert (add(1), add(1, second=5), add.__name__, add.__doc__) == (3, 6, "add", "Add.")


def test_an_error_passes() -> None:
    def fail() -> None:
        raise ValueError("so")

    with pytest.raises(ValueError, match="so"):
        roomy(fail)()
