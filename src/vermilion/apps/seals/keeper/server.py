"""The keeper's Unix socket (0600): connections that say nothing cost no thread, who asks is answered by one of a few.

The threads share one epoll, in which a connection rings once (``EPOLLONESHOT``) until it is answered: each request goes to one thread
without a queue between, and only that thread ever closes the connection. Who shall go is told by ``shutdown(SHUT_RD)``: what was sent
before it is still answered, what is sent after it fails at the sender, who so knows that nobody acted on it (:mod:`.line`).
Knows no Django, so that ``vermilion bench`` can measure it.
"""

from __future__ import annotations

import os
import select
import shutil
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import structlog

from vermilion.apps.seals.errors import KeeperNotReady, KeeperRunning, SealError, SigningFailed
from vermilion.base.stack import roomy

from . import frames, shared

logger = structlog.get_logger("vermilion.keeper")

THREADS = 16
CONNECTIONS = 256
"""More than web threads and workers of one machine; beyond it who was silent for longest is let go."""
IDLE_SECONDS = 30.0
"""A connection that asks nothing for so long is let go; a request that has begun is here within this time."""
_LOOK_SECONDS = 0.2


def refuse_second(path: Path) -> None:
    """Raise KeeperRunning when somebody answers at the socket ``path``."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other, suppress(OSError):
        other.connect(str(path))
        raise KeeperRunning()


class Service(Protocol):
    """What a server serves; both may be called by many threads at once."""

    def answer(self, head: dict[str, Any], body: bytes | memoryview) -> tuple[dict[str, Any], bytes]:
        """Return the answer to a request; a memoryview is of memory that the caller can still write to. Raises SealError."""
        ...

    def lock(self) -> None:
        """Drop all keys."""
        ...


@dataclass(eq=False)
class _Caller:
    """A connection. ``waits``: nothing of its next request is known to be here; ``since``: when it last got an answer."""

    socket: socket.socket
    memory: shared.Memory = field(default_factory=shared.Memory)
    waits: bool = True
    since: float = field(default_factory=time.monotonic)


class Server:
    """Serves one socket until :meth:`stop`. ``between`` is called before and after each request, in its thread."""

    def __init__(self, path: Path, service: Service | None, *, group: str | None = None, between: Callable[[], None] | None = None) -> None:
        self._path = path
        self._service = service
        self._group = group
        self._between = between or (lambda: None)
        self._stopping = threading.Event()
        self._callers: dict[int, _Caller] = {}  # by file descriptor
        self._changed = threading.Condition()  # guards the callers; told when one has gone
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def bind(self) -> None:
        """Open the socket for this user (and ``group``). A socket that a killed keeper left behind is replaced.

        Raises KeeperRunning: a second keeper would take the socket away from the first, whose end would then remove it.
        """
        try:
            refuse_second(self._path)
        except KeeperRunning:
            self._socket.close()
            raise
        with suppress(FileNotFoundError):
            self._path.unlink()
        mask = os.umask(0o177)
        try:
            self._socket.bind(str(self._path))
        finally:
            os.umask(mask)
        if self._group is not None:
            shutil.chown(self._path, group=self._group)
            self._path.chmod(0o660)
        self._socket.listen(128)
        self._socket.settimeout(_LOOK_SECONDS)

    def serve(self) -> None:
        """Accept until stopped, then finish what runs and remove the socket."""
        self._epoll = select.epoll()
        self._over = os.eventfd(0)
        self._epoll.register(self._over, select.EPOLLIN)
        threads = [threading.Thread(target=self._work, name=f"keeper-{number}") for number in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            while not self._stopping.is_set():
                if self._has_room():
                    self._accept()
        finally:
            self._socket.close()
            with suppress(FileNotFoundError):
                self._path.unlink()
            self._finish()
            os.eventfd_write(self._over, 1)
            for thread in threads:
                thread.join()
            self._epoll.close()
            os.close(self._over)

    def lock_keys(self, *unused: Any) -> None:
        """Drop all keys from memory (SIGUSR1); the answers say so from now on. What is being signed fails or is finished."""
        if self._service is not None:
            self._service.lock()
        logger.warning("keys_dropped")

    def stop(self, *unused: Any) -> None:
        """Ask :meth:`serve` to end; who waits to be let in is refused from now on."""
        self._stopping.set()
        with suppress(OSError):  # wakes it up
            self._socket.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except TimeoutError:
            return
        except OSError as error:
            if self._stopping.is_set():
                return
            # Out of descriptors: those who are in go on.
            logger.warning("not_accepted", reason=str(error))
            self._stopping.wait(_LOOK_SECONDS)
            return
        frames.be_patient(connection, IDLE_SECONDS)
        with self._changed:
            self._callers[connection.fileno()] = _Caller(connection)
        self._epoll.register(connection.fileno(), select.EPOLLIN | select.EPOLLONESHOT)

    def _has_room(self) -> bool:
        """Let those go who were silent for too long, and when all places are taken who was for longest; tell whether one is free."""
        with self._changed:
            waiting = sorted((one for one in self._callers.values() if one.waits), key=lambda one: one.since)
            full = len(self._callers) >= CONNECTIONS
            late = time.monotonic() - IDLE_SECONDS
            for caller in waiting[: max(full, sum(one.since < late for one in waiting))]:
                _let_go(caller)
            if full:
                self._changed.wait(_LOOK_SECONDS)
            return len(self._callers) < CONNECTIONS

    def _finish(self) -> None:
        """Let go of all who have asked nothing; return when all who have asked are answered."""
        with self._changed:
            for caller in self._callers.values():
                if caller.waits:
                    _let_go(caller)
            while self._callers:
                self._changed.wait()

    @roomy
    def _work(self) -> None:
        """Answer one caller after the other until the end."""
        while True:
            for number, _event in self._epoll.poll(maxevents=1):
                if number == self._over:
                    return
                caller, stays = self._callers[number], False
                try:
                    stays = self._serve(caller)
                except (OSError, frames.FrameError):
                    pass  # it hung up or talks nonsense
                except BaseException:  # what ends a request does not end its thread, which others need
                    logger.exception("died")
                finally:
                    if not stays:
                        self._dismiss(number)

    def _serve(self, caller: _Caller) -> bool:
        """Receive and answer one request; tell whether the caller may ask again, for which it is then waited."""
        request = frames.receive(caller.socket, seconds=IDLE_SECONDS, memory=caller.memory)
        if request is None:
            return False
        caller.waits = False
        frames.send(caller.socket, *self._answer(*request))
        with self._changed:
            if self._stopping.is_set():
                return False
            caller.waits, caller.since = True, time.monotonic()
        self._epoll.modify(caller.socket.fileno(), select.EPOLLIN | select.EPOLLONESHOT)
        return True

    def _dismiss(self, number: int) -> None:
        with self._changed:
            self._callers.pop(number).socket.close()
            self._changed.notify_all()

    def _answer(self, head: dict[str, Any], body: bytes | memoryview) -> tuple[dict[str, Any], bytes]:
        self._between()
        try:
            if self._service is None:
                raise KeeperNotReady()
            answer, data = self._service.answer(head, body)
            return {"ok": True, **answer}, data
        except SealError as error:
            logger.info("refused", op=head.get("op"), permission=head.get("permission"), code=error.code)
            return {"ok": False, "code": error.code}, b""
        except Exception:  # whatever happened, the caller learns that nothing was signed and the log learns why
            logger.exception("failed", op=head.get("op"), permission=head.get("permission"))
            return {"ok": False, "code": SigningFailed.code}, b""
        finally:
            self._between()


def _let_go(caller: _Caller) -> None:
    with suppress(OSError):
        caller.socket.shutdown(socket.SHUT_RD)
