"""The far side of :mod:`vermilion.base.children`: the loop inside a child, and what may travel back from it."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import importlib
import io
import logging
import os
import pickle
import resource
import select
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from . import landlock
from .stack import roomy

logger = logging.getLogger("vermilion.base.children")

_HEADER = struct.Struct(">Q")
LARGEST_ANSWER = 512 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024  # a child has no reason to write files; a bug must not fill the disk
_PLAIN = {
    "datetime": {"datetime", "date", "time", "timedelta", "timezone"},
    "uuid": {"UUID", "SafeUUID"},
    "decimal": {"Decimal"},
    "builtins": {"set", "frozenset", "bytearray"},
}


# Frames


def frame(payload: bytes) -> bytes:
    """Return ``payload`` with its length before it."""
    return _HEADER.pack(len(payload)) + payload


def receive(descriptor: int, deadline: float | None) -> bytes | None:
    """Read one frame. Returns None at the end of the stream or when ``deadline`` (monotonic; None: never) has passed."""
    header = _read(descriptor, _HEADER.size, deadline)
    if header is None:
        return None
    (length,) = _HEADER.unpack(header)
    return _read(descriptor, length, deadline) if length <= LARGEST_ANSWER else None


def _read(descriptor: int, count: int, deadline: float | None) -> bytes | None:
    parts = bytearray()
    waiter = select.poll()
    waiter.register(descriptor, select.POLLIN)
    while len(parts) < count:
        if deadline is None:
            waiter.poll()
        elif (left := deadline - time.monotonic()) <= 0 or not waiter.poll(left * 1000):
            return None
        part = os.read(descriptor, min(count - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


# In the parent: opening an answer


class _Careful(pickle.Unpickler):
    """Opens what a child sent: it may name nothing but plain types and the dataclasses and enumerations of our own packages."""

    def find_class(self, module: str, name: str) -> Any:
        if name in _PLAIN.get(module, ()):
            return super().find_class(module, name)
        if module.split(".")[0] in {"vermilion", "tests"}:
            found = getattr(importlib.import_module(module), name, None) if "." not in name else None
            if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, enum.Enum)):
                return found
        raise pickle.UnpicklingError(f"a child may not send {module}.{name}")


def unpack(answer: bytes, failed: Callable[..., Exception], too_large: Callable[..., Exception]) -> Any:
    """Return the result in ``answer``, or raise the error in it."""
    try:
        kind, *content = _Careful(io.BytesIO(answer)).load()
    except Exception as error:
        logger.warning("a child's answer was refused: %s", error)
        raise failed(reason="answer refused") from error
    if kind == "result":
        return content[0]
    if kind == "memory":
        raise too_large()
    if kind == "error":
        module, name, args, state = content
        if module.split(".")[0] in {"vermilion", "tests"}:
            cls = getattr(importlib.import_module(module), name, None)
            if isinstance(cls, type) and issubclass(cls, Exception):
                # Not through the constructor: an error is a value here, and its constructor may want other arguments.
                told = cls.__new__(cls)
                told.args = args
                told.__dict__.update(state)
                raise told
    logger.error("work in a child failed", extra={"trace": content[-1] if kind == "failure" else kind})
    raise failed(reason=content[0] if kind == "failure" else "unknown answer")


# In the child


@roomy
def serve(descriptor: int, hidden: Sequence[str] = ()) -> None:
    """Answer requests on standard input until it ends. ``descriptor`` is where the answers go, ``hidden`` what must not be opened here."""
    with contextlib.suppress(landlock.LandlockUnavailable):  # web and workers say so at their start
        landlock.restrict(hidden=[Path(path) for path in hidden], writable=[], tcp=False)
    settings.configure(USE_I18N=False)  # sentences of errors come back in their source language, without the site's settings
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    threading.Thread(target=_follow_parent, daemon=True).start()
    with os.fdopen(descriptor, "wb", buffering=0) as answers:
        _send(answers, b"ready")
        while (request := receive(sys.stdin.fileno(), None)) is not None:
            _send(answers, _answer(request))


def _send(answers: Any, payload: bytes) -> None:
    view = memoryview(frame(payload))
    while view:
        view = view[answers.write(view) :]


def _follow_parent() -> None:
    """End this process as soon as nobody can ask it any more, even in the middle of work."""
    waiter = select.poll()
    waiter.register(0, 0)  # only the hang-up, which is always reported
    waiter.poll()
    os._exit(1)


def _answer(request: bytes) -> bytes:
    module, name, args, kwargs, seconds, megabytes = pickle.loads(request)  # noqa: S301 - from our parent
    try:
        function = getattr(importlib.import_module(module), name)
        with _limits(seconds, megabytes):
            result = function(*args, **kwargs)
            return pickle.dumps(("result", result), protocol=5)
    except MemoryError:
        return pickle.dumps(("memory",))
    except BaseException as error:
        return _describe(error)


def _describe(error: BaseException) -> bytes:
    cls = type(error)
    trace = "".join(traceback.format_exception(error))[-8000:]
    if isinstance(error, Exception) and cls.__module__.split(".")[0] in {"vermilion", "tests"}:
        state = {key: _flat(value) for key, value in error.__dict__.items()}
        try:
            return pickle.dumps(("error", cls.__module__, cls.__name__, tuple(_flat(value) for value in error.args), state))
        except (pickle.PicklingError, TypeError, AttributeError):
            pass
    return pickle.dumps(("failure", f"{cls.__name__}: {error}"[:2000], trace))


def _flat(value: Any) -> Any:
    """Lazy translations become text; plain containers keep their shape."""
    if isinstance(value, dict):
        return {_flat(key): _flat(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_flat(item) for item in value)
    return str(value) if type(value).__name__ == "__proxy__" else value


@contextlib.contextmanager
def _limits(seconds: float, megabytes: int) -> Iterator[None]:
    """Limit the work: the kernel ends the process (SIGALRM, SIGXCPU) even while native code holds it; memory fails at the allocation."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    endless = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + seconds * (os.cpu_count() or 1)) + 1, endless))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024, endless))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (endless, endless))
        resource.setrlimit(resource.RLIMIT_CPU, (endless, endless))
