"""How much anybody may send: judged by what the request announces, and counted again while it arrives.

A refused body is neither kept in memory nor written to disk. Its rest is read and dropped, up to a bound: a server that just hangs up is
seen by a browser as a broken connection, and the reason never gets to the person.
"""

from __future__ import annotations

import time
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST = 50 * 1024 * 1024
# The form around the file: boundaries, token, other fields.
AROUND = 64 * 1024
DROP_BYTES = 256 * 1024 * 1024
DROP_SECONDS = 15
PIECE = 64 * 1024


class UploadTooLarge(RequestDataTooBig):
    """More than :data:`LARGEST` in one request; ``web/problems.py`` answers it with 413."""


class BoundedUpload(FileUploadHandler):
    """The first of Django's upload handlers (settings: ``FILE_UPLOAD_HANDLERS``); it stores nothing, it only refuses."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:  # noqa: N803
        """Refuse by the announced length, before anything is parsed. Raises :class:`UploadTooLarge`."""
        if content_length > LARGEST + AROUND:
            drop(input_data)
            raise UploadTooLarge("an upload exceeds the limit")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count the bytes of all files together and pass them on. Raises :class:`UploadTooLarge`."""
        self.received += len(raw_data)
        if self.received > LARGEST:
            raise UploadTooLarge("an upload exceeds the limit")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""


def drop(body: Any) -> None:
    """Read and forget what is still coming, within the bounds."""
    until, left = time.monotonic() + DROP_SECONDS, DROP_BYTES
    while left > 0 and time.monotonic() < until:
        piece = body.read(min(PIECE, left))
        if not piece:
            return
        left -= len(piece)
