"""Work in confined child processes: typesetting, page pictures, parsing of foreign files. Never in a web worker itself.

:func:`call` runs an importable function in one of a few spawned, reused children. A child gets a clean environment (no secret of ours),
limits on memory, CPU and file size, no right to write, to connect by TCP or to reach keys (Landlock, where the kernel has it), and dies
when its time is up, when its parent dies, or after ``CALLS`` calls. Children are spawned as
fresh interpreters and never forked, because typst hangs in a child that was forked after a compile.

What comes back from a child is not trusted, since the child may have parsed a hostile file: only plain values, dataclasses and errors of
this package are accepted (see ``_child.py``).
"""

from __future__ import annotations

import atexit
import logging
import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any, TypeVar, cast

from django.utils.translation import gettext_lazy as _

from . import _child
from .config import config
from .confinement import hidden_paths
from .errors import VermilionError

Result = TypeVar("Result")
logger = logging.getLogger(__name__)

CHILDREN = max(2, min(4, os.cpu_count() or 2))  # per process; more would only share the same cores
WAITING = 32  # callers who may wait for a free child; the next one is told that we are busy
CALLS = 2000  # then a child is replaced: typst can open 65,535 files in a process's life, and leaks end here
ROOM = 150  # megabytes that a work finds free in a used child; else it gets a fresh one, which holds as many itself
START_SECONDS = 30  # a child that has not said hello by then is broken
GRACE_SECONDS = 5  # between the child's own alarm and the parent's patience


class ChildError(VermilionError):
    """The work in a child process failed in a way that it did not foresee."""

    code = "child_failed"
    status = 500
    message = _("文件处理失败，没有产生任何结果。")
    hint = _("请重试；如果再次失败，请把错误编号告诉管理员。")


class ChildBusy(ChildError):
    """All children work and the queue is full, or no child became free in time."""

    code = "child_busy"
    status = 503
    message = _("系统正忙，文件尚未处理。")
    hint = _("请稍后再试。")


class ChildTimeout(ChildError):
    """The work did not end within its time limit; the child was killed."""

    code = "child_timeout"
    status = 422
    message = _("文件处理超过时间限制，已经停止。")
    hint = _("请检查文件是否过大或者已经损坏。")


class ChildTooLarge(ChildError):
    """The work needed more memory than allowed."""

    code = "child_too_large"
    status = 422
    message = _("文件处理需要的内存超过限制，已经停止。")
    hint = _("请检查文件是否过大或者已经损坏。")


class ChildCrashed(ChildError):
    """The child ended without an answer. Native code ends so when memory runs out, too."""

    code = "child_crashed"
    message = _("文件处理意外中断，没有产生任何结果。")
    hint = _("请检查文件是否已经损坏；如果再次失败，请联系管理员。")


def call(function: Callable[..., Result], *args: Any, seconds: float = 20, megabytes: int = 1024, **kwargs: Any) -> Result:
    """Run ``function(*args, **kwargs)`` in a child process and return its result.

    ``function`` is importable by its module and name; arguments are picklable; the result is made of plain values, dates, enumerations and
    dataclasses. ``seconds`` limits wall time and CPU time, ``megabytes`` the child's whole address space (an idle interpreter needs
    about 150). Exceptions of ``vermilion`` packages raised by the function are raised here again; any other becomes ChildError, with its
    traceback in the log.
    Raises ChildBusy, ChildTimeout, ChildTooLarge, ChildCrashed.
    """
    if function.__qualname__ != function.__name__:
        raise ValueError(f"{function!r} is not importable by name")
    request = pickle.dumps((function.__module__, function.__name__, args, kwargs, seconds, megabytes), protocol=5)
    return _pool.run(request, seconds, megabytes)


class _Pool:
    """The children of this process.

    A work gets the largest idle one that leaves it room: that has most of it loaded, and the small ones stay fit for works with a narrow
    limit. Else typesetting and verifying in turn would grow both and have them replaced all the time.
    """

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.idle: list[_Child] = []
        self.alive: set[_Child] = set()
        self.starting = 0
        self.waiting = 0

    def run(self, request: bytes, seconds: float, megabytes: int) -> Any:
        child = self.take(seconds, megabytes)
        healthy = False
        try:
            answer = child.ask(request, seconds)
            healthy = child.calls < CALLS
        finally:
            self.give_back(child, healthy=healthy)
        return _child.unpack(answer, ChildError, ChildTooLarge)

    def take(self, seconds: float, megabytes: int) -> _Child:
        """Return a child that is not already as large as ``megabytes`` allow: a limit on memory counts what earlier work left, too."""
        deadline = time.monotonic() + seconds
        with self.condition:
            if not self.idle and len(self.alive) + self.starting >= CHILDREN and self.waiting >= WAITING:
                raise ChildBusy()
            self.waiting += 1
            try:
                while True:
                    self._forget_dead()
                    sizes = {child: child.megabytes() for child in self.idle}
                    fitting = [child for child, size in sizes.items() if size + ROOM <= megabytes]
                    if fitting:
                        chosen = max(fitting, key=sizes.__getitem__)
                        self.idle.remove(chosen)
                        return chosen
                    if self.idle and len(self.alive) + self.starting >= CHILDREN:
                        self._drop(self.idle[0])
                    if len(self.alive) + self.starting < CHILDREN:
                        self.starting += 1
                        break
                    if not self.condition.wait(max(0.0, deadline - time.monotonic())) and time.monotonic() >= deadline:
                        raise ChildBusy()
            finally:
                self.waiting -= 1
        child: _Child | None = None
        try:
            child = _Child()
        finally:
            with self.condition:
                self.starting -= 1
                if child is not None:
                    self.alive.add(child)
                self.condition.notify()
        return child

    def _forget_dead(self) -> None:
        for child in [child for child in self.idle if child.process.poll() is not None]:
            self._drop(child)

    def _drop(self, child: _Child) -> None:
        self.idle.remove(child)
        self.alive.discard(child)
        child.end()

    def give_back(self, child: _Child, *, healthy: bool) -> None:
        if not healthy:
            child.end()
        with self.condition:
            if healthy:
                self.idle.append(child)
            else:
                self.alive.discard(child)
            self.condition.notify()

    def close(self) -> None:
        with self.condition:
            children, self.idle, self.alive = list(self.alive), [], set()
        for child in children:
            child.end()


class _Child:
    """One child process and the pipes to it."""

    def __init__(self) -> None:
        # Nothing of our environment but what an interpreter needs: a hostile file must not find a password there.
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR") if name in os.environ}
        environment |= {"PYTHONPATH": os.pathsep.join(os.path.abspath(path or ".") for path in sys.path), "MALLOC_ARENA_MAX": "2"}
        # What would fetch something (typst its packages) finds nobody, also where the kernel can't forbid connections.
        environment |= dict.fromkeys(
            ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9"
        )
        hidden = [str(path) for path in hidden_paths(config())]
        read_end, answers = os.pipe()
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-X", "utf8", "-c", f"from vermilion.base import _child; _child.serve({answers}, {hidden})"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=(answers,),
                env=environment,
                start_new_session=True,  # Ctrl-C is for the parent, who ends its children in order
            )
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(answers)
        self.requests = cast("IO[bytes]", self.process.stdin)
        self.answers = os.fdopen(read_end, "rb", buffering=0)
        self.calls = 0
        try:
            self._receive(time.monotonic() + START_SECONDS)
        except BaseException:
            self.end()
            raise

    def megabytes(self) -> int:
        """Return the size of its address space, 0 when it is gone."""
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[0]) * resource.getpagesize() // 2**20
        except (OSError, IndexError):
            return 0

    def ask(self, request: bytes, seconds: float) -> bytes:
        self.calls += 1
        try:
            self.requests.write(_child.frame(request))
            self.requests.flush()
        except (BrokenPipeError, OSError) as error:
            raise ChildCrashed(reason=str(error)) from error
        return self._receive(time.monotonic() + seconds + GRACE_SECONDS)

    def _receive(self, deadline: float) -> bytes:
        answer = _child.receive(self.answers.fileno(), deadline)
        if answer is not None:
            return answer
        if time.monotonic() >= deadline:
            raise ChildTimeout()
        try:
            status = self.process.wait(1)
        except subprocess.TimeoutExpired:  # it lives and sent nonsense, such as an answer without end
            raise ChildError(reason="answer refused") from None
        logger.warning("child process ended", extra={"status": status, "calls": self.calls})
        if status in (-signal.SIGALRM, -signal.SIGXCPU):
            raise ChildTimeout()
        if status == -signal.SIGABRT:  # how Rust and C++ end when an allocation fails
            raise ChildTooLarge()
        raise ChildCrashed(status=status)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        try:
            self.requests.close()
        except OSError:  # an unfinished request to a dead child
            pass
        self.answers.close()


_pool = _Pool()


def _forget() -> None:
    """After a fork the children belong to the parent: start with none, without touching theirs."""
    global _pool
    for child in _pool.alive:
        child.process.returncode = 0  # so that nobody here waits for or kills it
    _pool = _Pool()


def close() -> None:
    """End all children of this process. The next call starts new ones."""
    _pool.close()


os.register_at_fork(after_in_child=_forget)
atexit.register(close)
