"""What the operator orders the keeper by hand: drop all keys, use a key that lies in the token."""

from __future__ import annotations

import os
import signal
import socket
import struct
import time
from contextlib import suppress
from uuid import UUID

from vermilion.apps.seals.errors import KeeperUnavailable
from vermilion.base.config import config
from vermilion.core.trust import suites

from . import client
from .cabinet import Cabinet

LOCK_SECONDS = 10.0


def zeroise() -> int:
    """Have the running keeper drop every key from its memory and return its process id when it has.

    By a signal and not over the socket: whoever may ask for signatures must not be able to stop them all. Raises KeeperUnavailable,
    PermissionError for another user than the keeper's (or root).
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(str(config().keeper_socket))
        except OSError as error:
            raise KeeperUnavailable() from error
        pid, _uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    os.kill(pid, signal.SIGUSR1)
    end = time.monotonic() + LOCK_SECONDS
    while time.monotonic() < end:
        with suppress(KeeperUnavailable):
            if client.status()[0].get("locked"):
                return int(pid)
        time.sleep(0.1)
    raise KeeperUnavailable()


def adopt(seal_id: UUID, *, label: str | None, id: str | None) -> str:
    """Put on record that a seal's key is the one in the token under this label or id (hexadecimal); return the suite's label.

    Before the seal gets its certificate. Raises TrustError.
    """
    keys = Cabinet(config().home / "keeper").keys
    key = keys.tokens.adopt(f"seal-{seal_id}", label=label, id=bytes.fromhex(id) if id else None)
    spki = suites.spki_of(key.public_key())
    return suites.of_spki(spki).label
