"""The connection to the keeper: one for each thread of each process, kept from one request to the next."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

from . import frames, shared

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 30.0
"""Longer than a slow list of timestamp authorities; a document is signed in well under a second."""
KEPT_SECONDS = 20.0
"""A connection that lay idle for so long is not used again; the keeper lets it go a little later."""

Frame = tuple[dict[str, Any], bytes]


class _Line:
    """An open connection to the keeper at ``path``, of the process that opened it."""

    def __init__(self, path: Path, connection: socket.socket) -> None:
        self._path, self._socket, self._process = path, connection, os.getpid()
        self._patience = 0.0
        self._memory = shared.Memory()
        self._used = time.monotonic()

    def serves(self, path: Path) -> bool:
        """Tell whether a request to ``path`` may go over it: never in a child that inherited it, whose parent uses it too."""
        return self._path == path and self._process == os.getpid() and time.monotonic() - self._used < KEPT_SECONDS

    def send(self, head: dict[str, Any], body: tuple[bytes | memoryview, ...], seconds: float) -> None:
        if seconds != self._patience:
            frames.be_patient(self._socket, seconds)
            self._patience = seconds
        frames.send(self._socket, head, *body, memory=self._memory)

    def receive(self) -> Frame | None:
        answer = frames.receive(self._socket, seconds=self._patience)
        self._used = time.monotonic()
        return answer

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def __del__(self) -> None:
        """Hang up when it is dropped, or its thread ends."""
        self.close()


class _Mine(threading.local):
    line: _Line | None = None


_mine = _Mine()


def ask(path: Path, head: dict[str, Any], *body: bytes | memoryview, seconds: float = ANSWER_SECONDS) -> Frame | None:
    """Send a request to the keeper at ``path`` and return its answer, None when it hung up instead. Raises OSError, FrameError.

    A kept connection may have ended: the keeper restarted, or let it go. Then the request is sent once more over a new one, but only when
    not all of it could be sent over the old one, so that no keeper can have acted on it. Nothing else is ever sent twice.
    What is not kept is hung up at once: an error holds on to it for as long as somebody holds on to the error.
    """
    kept, _mine.line = _mine.line, None  # whatever goes wrong from here on, this connection is not used again
    if kept is not None and kept.serves(path):
        line = kept
        try:
            line.send(head, body, seconds)
        except (BrokenPipeError, ConnectionResetError):
            kept.close()
            line = _opened(path, head, body, seconds)
        except BaseException:
            kept.close()
            raise
    else:
        if kept is not None:
            kept.close()
        line = _opened(path, head, body, seconds)
    try:
        answer = line.receive()
    except BaseException:
        line.close()
        raise
    if answer is not None:
        _mine.line = line
    return answer


def _opened(path: Path, head: dict[str, Any], body: tuple[bytes | memoryview, ...], seconds: float) -> _Line:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line = _Line(path, connection)
    try:
        frames.be_patient(connection, CONNECT_SECONDS)
        connection.connect(str(path))
        line.send(head, body, seconds)
    except BaseException:
        line.close()
        raise
    return line
