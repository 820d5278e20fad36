"""What goes over the keeper's socket: a JSON object and a binary part, each with its length (big-endian, 4 and 8 bytes) in front."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_LENGTHS = struct.Struct(">IQ")
MAX_HEAD = 64 * 1024
MAX_BODY = 110 * 1024 * 1024
"""A little more than the largest PDF (100 MB)."""


class FrameError(Exception):
    """The other side sent something that is no frame, or hung up in the middle of one."""


def send(connection: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """Send one frame."""
    encoded = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    connection.sendall(_LENGTHS.pack(len(encoded), len(body)) + encoded)
    if body:
        connection.sendall(body)


def receive(connection: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """Receive one frame; None when the other side hung up between frames. Raises FrameError."""
    first = connection.recv(_LENGTHS.size)
    if not first:
        return None
    lengths = first + _exactly(connection, _LENGTHS.size - len(first))
    head_length, body_length = _LENGTHS.unpack(lengths)
    if head_length > MAX_HEAD or body_length > MAX_BODY:
        raise FrameError("frame too long")
    try:
        head = json.loads(_exactly(connection, head_length))
    except ValueError as error:
        raise FrameError("head is not JSON") from error
    if not isinstance(head, dict):
        raise FrameError("head is not an object")
    return head, _exactly(connection, body_length)


def _exactly(connection: socket.socket, count: int) -> bytes:
    buffer = bytearray(count)
    view, done = memoryview(buffer), 0
    while done < count:
        received = connection.recv_into(view[done:])
        if not received:
            raise FrameError("the other side hung up")
        done += received
    return bytes(buffer)
