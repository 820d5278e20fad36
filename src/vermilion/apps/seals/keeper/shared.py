"""Memory that a caller shares with the keeper, so that a document need not be copied through the socket.

Copying two hundred kilobytes into the kernel and out again also drives what both processes need out of the processor's caches, which costs
more than the copy. The caller can write to the memory at any time: what the keeper finds there it reads once, or copies first.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Sequence

SIZE = 1024 * 1024
"""Room for a policy with pictures. What is larger goes over the socket. Only pages that are used take memory."""
LEAST = 16 * 1024
"""What is smaller goes over the socket with its head, by one call."""


class NotShareable(Exception):
    """The descriptor is not one of memory that stays as long as it is."""


class Memory:
    """The memory of one connection, None until it is used; each of the two sides has one of these."""

    def __init__(self) -> None:
        self.held: mmap.mmap | None = None

    def write(self, parts: Sequence[bytes | memoryview]) -> int | None:
        """Write ``parts`` one after the other; return the memory's descriptor when the other side has yet to get it, else None."""
        descriptor = None
        if self.held is None:
            descriptor = _new()
            self.held = mmap.mmap(descriptor, SIZE)
        position = 0
        for part in parts:
            end = position + len(part)
            self.held[position:end] = part
            position = end
        return descriptor

    def take(self, descriptor: int) -> None:
        """Map the memory of a caller's ``descriptor``, to be read only, and close that. Raises NotShareable.

        Memory that could shrink would end the keeper by a signal when it reads what is gone (memfd_create(2), "File-sealing"); so could
        large pages, when none is left.
        """
        try:
            seals = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS)
            if not seals & fcntl.F_SEAL_SHRINK or os.fstat(descriptor).st_size != SIZE or os.fstatvfs(descriptor).f_bsize != mmap.PAGESIZE:
                raise NotShareable()
            self.held = mmap.mmap(descriptor, SIZE, prot=mmap.PROT_READ)
        except OSError as error:  # what is no memory has no seals
            raise NotShareable() from error
        finally:
            os.close(descriptor)


def _new() -> int:
    descriptor = os.memfd_create("vermilion", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.ftruncate(descriptor, SIZE)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
