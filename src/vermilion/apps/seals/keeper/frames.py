"""What goes over the keeper's socket: a JSON object and a binary part, each with its length (big-endian, 4 and 8 bytes) in front.

A byte before the object tells whether the binary part follows it or lies in the memory that the caller shares (:mod:`.shared`).
"""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any, overload

from . import shared

_LENGTHS = struct.Struct(">IQ?")
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_TIMEVAL = struct.Struct("@ll")
Frame = tuple[dict[str, Any], bytes | memoryview]
MAX_HEAD = 64 * 1024
MAX_BODY = 110 * 1024 * 1024
"""A little more than the largest PDF (100 MB)."""


class FrameError(Exception):
    """The other side sent something that is no frame, hung up in the middle of one, or was too slow with it."""


def be_patient(connection: socket.socket, seconds: float) -> None:
    """Let one wait on a connection, for room to send or for what comes, last ``seconds`` at most; then it raises OSError.

    The kernel keeps the time: Python's own time-out would ask for readiness before every call.
    """
    connection.settimeout(None)
    limit = _TIMEVAL.pack(int(seconds), int(seconds % 1 * 1_000_000))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def send(connection: socket.socket, head: dict[str, Any], *body: bytes | memoryview, memory: shared.Memory | None = None) -> None:
    """Send one frame; what ``body`` lists goes one after the other, through ``memory`` where there is one and room in it.

    Raises FrameError for one that nobody would take. After an OSError the other side has not got the whole frame.
    """
    encoded = _encode(head).encode()
    length = sum(map(len, body))
    if len(encoded) > MAX_HEAD or length > MAX_BODY:
        raise FrameError("frame too long")
    if memory is None or not shared.LEAST <= length <= shared.SIZE:
        _send_all(connection, [_LENGTHS.pack(len(encoded), length, False) + encoded, *body])
        return
    descriptor = memory.write(body)
    try:
        _send_all(connection, [_LENGTHS.pack(len(encoded), length, True) + encoded], descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _send_all(connection: socket.socket, parts: Sequence[bytes | memoryview], descriptor: int | None = None) -> None:
    """Send ``parts`` with one call where the other side has room for them, not a byte of them copied here, ``descriptor`` with it."""
    sent = connection.sendmsg(parts) if descriptor is None else socket.send_fds(connection, parts, [descriptor])
    if sent == sum(map(len, parts)):
        return
    waiting = [memoryview(part) for part in parts]
    while True:
        while waiting and sent >= len(waiting[0]):
            sent -= len(waiting.pop(0))
        if not waiting:
            return
        waiting[0] = waiting[0][sent:]
        sent = connection.sendmsg(waiting)


@overload
def receive(connection: socket.socket, *, seconds: float) -> tuple[dict[str, Any], bytes] | None: ...
@overload
def receive(connection: socket.socket, *, seconds: float, memory: shared.Memory) -> Frame | None: ...
def receive(connection: socket.socket, *, seconds: float, memory: shared.Memory | None = None) -> Frame | None:
    """Receive one frame; None when the other side hung up between frames.

    ``seconds``: how long a frame that has begun may take. ``memory``: where the other side may share some; a body that lies there is a
    memoryview. Raises FrameError; OSError when nothing comes (:func:`be_patient`).
    """
    if memory is None or memory.held is not None:
        first = connection.recv(_LENGTHS.size, socket.MSG_WAITALL)
    else:
        first, descriptors, _flags, _address = socket.recv_fds(connection, _LENGTHS.size, 1, socket.MSG_WAITALL | socket.MSG_CMSG_CLOEXEC)
        for descriptor in descriptors:  # one at most
            _take(memory, descriptor)
    if not first:
        return None
    end = time.monotonic() + seconds
    lengths = first + _exactly(connection, _LENGTHS.size - len(first), end)
    head_length, body_length, shares = _LENGTHS.unpack(lengths)
    if head_length > MAX_HEAD or body_length > MAX_BODY:
        raise FrameError("frame too long")
    try:
        head = json.loads(_exactly(connection, head_length, end).decode())
    except ValueError as error:
        raise FrameError("head is not JSON") from error
    if not isinstance(head, dict):
        raise FrameError("head is not an object")
    if not shares:
        return head, _exactly(connection, body_length, end)
    if memory is None or memory.held is None or body_length > shared.SIZE:
        raise FrameError("nothing so long is shared here")
    return head, memoryview(memory.held)[:body_length]


def _take(memory: shared.Memory, descriptor: int) -> None:
    try:
        memory.take(descriptor)
    except shared.NotShareable as error:
        raise FrameError("what was sent is no memory that can be shared") from error


def _exactly(connection: socket.socket, count: int, end: float) -> bytes:
    """Return the next ``count`` bytes: mostly by one call, which ends early by a signal, the time or the other side's end."""
    parts: list[bytes] = []
    while count > 0:
        part = connection.recv(count, socket.MSG_WAITALL)
        if not part:
            raise FrameError("the other side hung up")
        parts.append(part)
        count -= len(part)
        if count and time.monotonic() > end:
            raise FrameError("the other side is too slow")
    return parts[0] if len(parts) == 1 else b"".join(parts)
