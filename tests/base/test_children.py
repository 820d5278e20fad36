"""Work in child processes: limits hold, crashes stay there, nothing of a child is trusted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from tests.base import child_work as work
from vermilion.base import _child, children


@pytest.fixture(autouse=True, scope="module")
def no_child_left() -> Iterator[None]:
    yield
    children.close()


def test_result_and_errors_come_back_as_they_are() -> None:
    assert children.call(work.found) == work.Found(date(2026, 11, 22), ("䶮", "喆"))
    with pytest.raises(work.Refused) as refused:
        children.call(work.refuse)
    assert (str(refused.value.message), refused.value.fields, refused.value.facts) == ("不行", {"name": "为什么"}, {"second": "two"})


def test_unforeseen_error_is_told_without_its_class(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(children.ChildError) as failed:
        children.call(work.fail)
    assert failed.value.code == "child_failed"
    assert "work in a child failed" in caplog.text


def test_endless_loop_is_killed_and_the_next_call_works() -> None:
    with pytest.raises(children.ChildTimeout):
        children.call(work.loop, seconds=0.5)
    assert children.call(work.sleep, 0) > 0


def test_memory_hog_is_stopped() -> None:
    with pytest.raises(children.ChildTooLarge):
        children.call(work.hog, megabytes=512)
    assert children.call(work.big, 10 << 20, megabytes=512) == b"y" * (10 << 20)


def test_what_one_work_left_in_a_child_is_not_taken_from_the_next() -> None:
    children.close()  # earlier tests' children may be larger
    large = children.call(work.grow, 400, megabytes=1024)
    small = children.call(work.who, 100, megabytes=376)
    assert small != large, "a child that holds 400 MB cannot do the work of 376"
    assert children.call(work.who, 100, megabytes=376) == small, "one that is small enough is used again"
    # The one that has the most loaded is taken where both would do, so that the small one stays small and none is ever replaced.
    for _turn in range(3):
        assert children.call(work.who, 100, megabytes=1024) == large
        assert children.call(work.who, 100, megabytes=376) == small
    # When all are too large, one of them is ended.
    for _one in range(children.CHILDREN - 1):
        assert children.call(work.grow, 250, megabytes=500) != large
    assert children.call(work.who, 100, megabytes=376) not in {large, small}


def test_crash_in_native_code_is_a_clear_error() -> None:
    with pytest.raises(children.ChildError) as crashed:
        children.call(work.abort)
    assert crashed.value.code in {"child_crashed", "child_too_large"}
    assert children.call(work.found).names


def test_child_is_reused_and_replaced_after_its_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    children.close()
    assert len({children.call(work.sleep, 0) for _ in range(5)}) == 1
    monkeypatch.setattr(children, "CALLS", 1)
    assert len({children.call(work.sleep, 0) for _ in range(4)}) == 4  # the old one's last call, then three new ones


def test_threads_share_a_bounded_number_of_children() -> None:
    with ThreadPoolExecutor(12) as threads:
        pids = list(threads.map(lambda _: children.call(work.sleep, 0.05), range(24)))
    assert len(pids) == 24
    assert len(set(pids)) <= children.CHILDREN


def test_full_queue_says_busy_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "WAITING", 0)
    taken = [children._pool.take(20, 1024) for _ in range(children.CHILDREN)]
    with pytest.raises(children.ChildBusy):
        children.call(work.sleep, 0, seconds=10_000)  # whoever waits for so long is stopped by the tests' own limit
    for child in taken:
        children._pool.give_back(child, healthy=True)


def test_child_sees_no_secret_and_no_file_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VERMILION_SECRET_KEY", "s" * 60)
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password@localhost/x")
    children.close()
    with (tmp_path / "secret").open("w"):
        environment = children.call(work.environment)
        descriptors = children.call(work.open_files)
    assert not {name for name in environment if name.startswith(("VERMILION_", "DATABASE"))}
    assert len(descriptors) <= 6


@pytest.mark.parametrize("function", [work.sneaky, work.sneaky_error])
def test_hostile_answer_runs_nothing_here(function: object) -> None:
    Path("/tmp/vermilion-owned").unlink(missing_ok=True)
    with pytest.raises(children.ChildError):
        children.call(function)  # type: ignore[arg-type]
    assert not Path("/tmp/vermilion-owned").exists()


def test_oversized_frame_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_child, "LARGEST_ANSWER", 1000)
    with pytest.raises(children.ChildError):
        children.call(work.big, 5000)
    monkeypatch.undo()
    assert children.call(work.big, 5000) == b"y" * 5000


def test_only_importable_functions() -> None:
    with pytest.raises(ValueError):
        children.call(lambda: 1)


def test_a_child_that_is_there_is_asked_again() -> None:
    assert len({children.call(work.sleep, 0) for _ in range(5)}) == 1


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_children_die_with_their_parent(end: signal.Signals) -> None:
    program = textwrap.dedent(
        """
        import sys, threading, time
        from django.conf import settings
        settings.configure(USE_I18N=False)
        from vermilion.base import children
        from tests.base import child_work as work
        print(children.call(work.sleep, 0), flush=True)
        children.call(work.sleep, 30, seconds=60)
        """
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()}
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.send_signal(end)
    parent.wait(10)
    parent.stdout.close()
    for _ in range(50):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child outlived its parent")


def test_forked_process_makes_children_of_its_own() -> None:
    children.close()  # others of the process would be as good as the one that is looked for again
    mine = children.call(work.sleep, 0)
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write_end, str(children.call(work.sleep, 0)).encode())
            children.close()
        finally:
            os._exit(0)
    os.close(write_end)
    os.waitpid(pid, 0)
    theirs = int(os.read(read_end, 100))
    os.close(read_end)
    assert theirs != mine
    assert children.call(work.sleep, 0) == mine
