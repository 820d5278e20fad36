"""``vermilion keeper``: a Unix socket (0600), a pool of threads, and the keys."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from django.db import close_old_connections

from vermilion.apps.seals import authorities
from vermilion.apps.seals.errors import KeeperNotReady, KeeperRunning, SealError, SigningFailed
from vermilion.base import confinement, instance
from vermilion.base.clock import now
from vermilion.base.config import config

from . import frames
from .keyring import Keyring
from .operations import Operations

logger = structlog.get_logger("vermilion.keeper")

THREADS = 16
IDLE_SECONDS = 30.0
"""A connection that says nothing for so long gives its thread to others."""


class Server:
    """Serves one socket until :meth:`stop`."""

    def __init__(self, path: Path, operations: Operations | None) -> None:
        self._path = path
        self._operations = operations
        self._stopping = threading.Event()
        self._listening: set[socket.socket] = set()  # connections whose next request has not come
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="keeper")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def bind(self) -> None:
        """Open the socket for this user (and VERMILION_KEEPER_GROUP). A socket that a killed keeper left behind is replaced.

        Raises KeeperRunning: a second keeper would take the socket away from the first, whose end would then remove it.
        """
        if self._somebody_answers():
            self._socket.close()
            raise KeeperRunning()
        with suppress(FileNotFoundError):
            self._path.unlink()
        mask = os.umask(0o177)
        try:
            self._socket.bind(str(self._path))
        finally:
            os.umask(mask)
        group = config().keeper_group
        if group is not None:
            shutil.chown(self._path, group=group)
            self._path.chmod(0o660)
        self._socket.listen(128)
        self._socket.settimeout(0.2)

    def _somebody_answers(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other, suppress(OSError):
            other.connect(str(self._path))
            return True
        return False

    def serve(self) -> None:
        """Accept until stopped, then finish what runs and remove the socket."""
        try:
            while not self._stopping.is_set():
                with suppress(TimeoutError):
                    connection, _ = self._socket.accept()
                    self._pool.submit(self._talk, connection)
        finally:
            self._socket.close()
            with suppress(FileNotFoundError):
                self._path.unlink()
            self._hang_up()
            self._pool.shutdown(wait=True)

    def lock_keys(self, *unused: Any) -> None:
        """Drop all keys from memory (SIGUSR1); the answers say so from now on. What is being signed fails or is finished."""
        if self._operations is not None:
            self._operations.lock()
        logger.warning("keys_dropped")

    def stop(self, *unused: Any) -> None:
        """Ask :meth:`serve` to end."""
        self._stopping.set()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(IDLE_SECONDS)
        with connection, suppress(OSError, frames.FrameError):
            while self._listens(connection):
                request = frames.receive(connection)
                with self._lock:
                    self._listening.discard(connection)
                if request is None:
                    return
                frames.send(connection, *self._answer(*request))

    def _listens(self, connection: socket.socket) -> bool:
        """Note that this connection waits for a request; tell whether it may."""
        with self._lock:
            if not self._stopping.is_set():
                self._listening.add(connection)
            return not self._stopping.is_set()

    def _hang_up(self) -> None:
        """End the waiting of connections that have asked nothing; what is being signed is finished and answered."""
        with self._lock:
            for connection in self._listening:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)

    def _answer(self, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        close_old_connections()
        try:
            if self._operations is None:
                raise KeeperNotReady()
            answer, data = self._operations.answer(head, body)
            return {"ok": True, **answer}, data
        except SealError as error:
            logger.info("refused", op=head.get("op"), permission=head.get("permission"), code=error.code)
            return {"ok": False, "code": error.code}, b""
        except Exception:  # whatever happened, the caller learns that nothing was signed and the log learns why
            logger.exception("failed", op=head.get("op"), permission=head.get("permission"))
            return {"ok": False, "code": SigningFailed.code}, b""
        finally:
            close_old_connections()


def make_operations() -> Operations | None:
    """Open the keyring of this instance; None when its certificates could not yet carry a permanent address."""
    settings = config()
    demo = instance.is_demo()
    if not demo and settings.public_url is None:
        logger.warning("not_ready", reason="VERMILION_PUBLIC_URL is not set, so no certificate authority is made")
        return None
    authorities.configured()  # a wrong file is told at the start, not at the first signature
    keyring = Keyring(settings.home, demo=demo, base_url=settings.base_url)
    keyring.open(now())
    operations = Operations(keyring, now)
    operations.lists()
    return operations


def main() -> int:
    """Run the keeper until SIGTERM or SIGINT. Django is set up with the keeper's database role."""
    os.umask(0o077)
    confinement.shield()
    server = Server(config().keeper_socket, make_operations())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop)
    signal.signal(signal.SIGUSR1, server.lock_keys)
    server.bind()
    logger.info("ready", socket=str(config().keeper_socket))
    server.serve()
    return 0
