"""Private keys at rest: encrypted PKCS#8 files that only their owner can read.

The passphrase of each file is derived from one secret of the keeper and the key's name: a file copied over another one does not open.
"""

from __future__ import annotations

import base64
import os
import re
import stat
import threading
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import suites
from .errors import KeyFileError, KeyGone
from .suites import SoftwareKey

_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]{0,99}$")


def passphrase(secret: bytes | bytearray, name: str) -> bytes:
    """Derive the passphrase of the key ``name`` from the keeper's ``secret`` (at least 32 bytes)."""
    if len(secret) < 32:
        raise KeyFileError("the keeper's secret is shorter than 32 bytes")
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"vermilion key file " + name.encode()).derive(secret)
    return base64.b64encode(derived)


def path_of(folder: Path, name: str, kind: str) -> Path:
    """Return where the file of the key ``name`` lies. Raises KeyFileError for what is no name."""
    if not _NAME.match(name):
        raise KeyFileError(f"not a key name: {name!r}")
    return folder / f"{name}.{kind}"


def write_new(path: Path, data: bytes) -> None:
    """Write a new file of mode 0600 and its folder entry to disk. Raises KeyFileError when it is there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileError(f"the key {path.stem} exists already") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class KeyFolder:
    """A folder (mode 0700) of encrypted key files ``<name>.key`` (mode 0600); each is read once and then held in memory. Thread-safe.

    ``secret`` is taken over and overwritten by :meth:`lock`, so let nobody else keep it.
    """

    def __init__(self, folder: Path, secret: bytes | bytearray) -> None:
        self._folder = folder
        self._secret = bytearray(secret)
        self._held: dict[str, SoftwareKey] = {}
        self._guard = threading.RLock()
        self._locked = False

    def __repr__(self) -> str:
        return f"<KeyFolder {self._folder.name}>"

    def _path(self, name: str) -> Path:
        return path_of(self._folder, name, "key")

    def exists(self, name: str) -> bool:
        """Tell whether there is a key file of this name."""
        return self._path(name).exists()

    def make(self, name: str, suite: suites.Suite) -> SoftwareKey:
        """Make a new key and its file. Raises KeyFileError when the name is taken."""
        key = suite.generate()
        self.save(name, key)
        return key

    def save(self, name: str, key: SoftwareKey) -> None:
        """Write a new key file and its folder entry to disk. Raises KeyFileError when the name is taken."""
        with self._guard:
            self._check()
            write_new(self._path(name), key.encrypted(passphrase(self._secret, name)))
            self._held[name] = key

    def load(self, name: str) -> SoftwareKey:
        """Return the key. Raises KeyFileError when it is missing, readable by others or does not open with the keeper's secret."""
        held = self._held.get(name)
        if held is not None:
            return held
        with self._guard:
            self._check()
            return self._held.get(name) or self._read(name)

    def _read(self, name: str) -> SoftwareKey:
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

    def lock(self) -> None:
        """Drop all keys and overwrite the secret: this object opens nothing any more."""
        with self._guard:
            self._locked = True
            self.forget()
            self._secret[:] = bytes(len(self._secret))

    def _check(self) -> None:
        if self._locked:
            raise KeyGone("the keys were dropped from memory on demand")

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
