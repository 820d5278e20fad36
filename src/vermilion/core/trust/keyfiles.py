"""Private keys at rest: encrypted PKCS#8 files that only their owner can read.

The passphrase of each file is derived from one secret of the keeper and the key's name: a file copied over another one does not open.
"""

from __future__ import annotations

import base64
import os
import re
import stat
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import suites
from .errors import KeyFileError
from .suites import SoftwareKey

_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]{0,99}$")


def passphrase(secret: bytes, name: str) -> bytes:
    """Derive the passphrase of the key ``name`` from the keeper's ``secret`` (at least 32 bytes)."""
    if len(secret) < 32:
        raise KeyFileError("the keeper's secret is shorter than 32 bytes")
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"vermilion key file " + name.encode()).derive(secret)
    return base64.b64encode(derived)


class KeyFolder:
    """A folder (mode 0700) of encrypted key files ``<name>.key`` (mode 0600); each is read once and then held in memory."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._folder = folder
        self._secret = secret
        self._held: dict[str, SoftwareKey] = {}

    def _path(self, name: str) -> Path:
        if not _NAME.match(name):
            raise KeyFileError(f"not a key name: {name!r}")
        return self._folder / f"{name}.key"

    def exists(self, name: str) -> bool:
        """Tell whether there is a key file of this name."""
        return self._path(name).exists()

    def save(self, name: str, key: SoftwareKey) -> None:
        """Write a new key file and its folder entry to disk. Raises KeyFileError when the name is taken."""
        path = self._path(name)
        data = key.encrypted(passphrase(self._secret, name))
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise KeyFileError(f"the key {name} exists already") from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._held[name] = key

    def load(self, name: str) -> SoftwareKey:
        """Return the key. Raises KeyFileError when it is missing, readable by others or does not open with the keeper's secret."""
        held = self._held.get(name)
        if held is not None:
            return held
        path = self._path(name)
        try:
            mode = path.stat().st_mode
            data = path.read_bytes()
        except OSError as error:
            raise KeyFileError(f"the key file {path.name} can't be read: {error.strerror}") from error
        if stat.S_IMODE(mode) & 0o077:
            raise KeyFileError(f"the key file {path.name} is open to others (mode {stat.S_IMODE(mode):o}); it must be 600")
        try:
            key = suites.open_key(data, passphrase(self._secret, name))
        except ValueError as error:
            raise KeyFileError(f"the key file {path.name} does not open with this keeper's secret") from error
        self._held[name] = key
        return key

    def forget(self, name: str = "") -> None:
        """Drop one held key from memory, or all."""
        for one in [name] if name else list(self._held):
            key = self._held.pop(one, None)
            if key is not None:
                key.wipe()

    def remove(self, name: str) -> None:
        """Overwrite and remove a key file, and drop the key from memory. Raises KeyFileError when there is none."""
        path = self._path(name)
        self.forget(name)
        try:
            with path.open("r+b") as file:
                file.write(os.urandom(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except OSError as error:
            raise KeyFileError(f"the key file {path.name} can't be removed: {error.strerror}") from error
