"""The bytes that a signature is over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """A proper byte range: bytes 0…``start`` and ``end``…``stop`` are signed, ``start``…``end`` is the hex string of /Contents."""

    start: int
    end: int
    stop: int

    def digest(self, data: bytes, algorithm: str) -> bytes:
        """Return the digest of the signed bytes. Raises ValueError for an unknown algorithm."""
        state = hashlib.new(algorithm)
        state.update(memoryview(data)[: self.start])
        state.update(memoryview(data)[self.end : self.stop])
        return state.digest()

    def digest_and_whole(self, data: bytes) -> tuple[bytes, bytes]:
        """Return the SHA-256 of the signed bytes and that of all bytes up to ``stop``; what stands before the hole is read once."""
        view = memoryview(data)
        state = hashlib.sha256(view[: self.start])
        whole = state.copy()
        state.update(view[self.end : self.stop])
        whole.update(view[self.start : self.stop])
        return state.digest(), whole.digest()

    def hex_digits(self, data: bytes) -> bytes:
        """Return what stands between ``<`` and ``>``."""
        return data[self.start + 1 : self.end - 1]
