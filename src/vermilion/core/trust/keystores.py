"""Where private keys lie: in encrypted files, or in a PKCS#11 token; each key's place is on record and honoured for ever."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from . import tokenkeys
from .errors import KeyGone, KeyStoreError, TrustError
from .keyfiles import KeyFolder, path_of, write_new
from .suites import PrivateKey, SoftwareKey, Suite
from .token import Token
from .tokenkeys import Reference, TokenKey


class KeyStore(Protocol):
    """A place of private keys, each by its name. All methods may be called by several threads; they raise TrustError."""

    def exists(self, name: str) -> bool:
        """Tell whether the store has a key of this name."""

    def make(self, name: str, suite: Suite) -> PrivateKey:
        """Make a new key. The name must be free."""

    def load(self, name: str) -> PrivateKey:
        """Return the key; it is looked up once and then held."""

    def lock(self) -> None:
        """Let go of all keys and of what opens them; until the process is started again nothing is signed."""


class TokenStore:
    """Keys in ``token``. ``folder`` has a file ``<name>.token`` for each: which key it is and its public half, nothing secret."""

    def __init__(self, folder: Path, token: Token | None) -> None:
        self._folder = folder
        self._token = token
        self._held: dict[str, TokenKey] = {}
        self._lock = threading.Lock()

    def exists(self, name: str) -> bool:
        """Tell whether the key of this name lies in a token."""
        return path_of(self._folder, name, "token").exists()

    def make(self, name: str, suite: Suite) -> PrivateKey:
        """Make a key inside the token. Raises KeyStoreError."""
        return self.bind(name, tokenkeys.make(self._opened(), name, suite))

    def bind(self, name: str, reference: Reference) -> PrivateKey:
        """Put on record that ``name`` is the key ``reference`` of the token. Raises KeyFileError when the name is taken."""
        key = TokenKey(self._opened(), reference)
        described = {
            "token": self._opened().label,
            "id": reference.id.hex(),
            "public_key": base64.b64encode(reference.spki).decode(),
        }
        write_new(path_of(self._folder, name, "token"), json.dumps(described, indent=1).encode())
        return key

    def adopt(self, name: str, *, label: str | None, id: bytes | None) -> PrivateKey:
        """Use the key that lies in the token under this label or id. Raises KeyStoreError, KeyFileError."""
        return self.bind(name, tokenkeys.find(self._opened(), label=label, id=id))

    def load(self, name: str) -> PrivateKey:
        """Return the key by its record; the token is asked when it signs. Raises KeyStoreError."""
        with self._lock:
            if name not in self._held:
                try:
                    described = json.loads(path_of(self._folder, name, "token").read_bytes())
                    reference = Reference(bytes.fromhex(described["id"]), base64.b64decode(described["public_key"]))
                    label = str(described["token"])
                except (OSError, ValueError, KeyError, TypeError) as error:
                    raise KeyStoreError(f"the record {name}.token can't be read") from error
                token = self._opened()
                if token.label != label:
                    raise KeyStoreError(f"the key {name} lies in the token {label}, and the token {token.label} is set")
                self._held[name] = TokenKey(token, reference)
            return self._held[name]

    def destroy(self, name: str) -> None:
        """Destroy the key inside the token, if it is still there, then its record. Raises KeyStoreError."""
        self.load(name)
        with self._lock:
            tokenkeys.destroy(self._opened(), self._held.pop(name).reference)
        path_of(self._folder, name, "token").unlink()

    def state(self) -> str:
        """Return ``none`` without a token, ``ready`` when it answers and the PIN is right, else what is wrong."""
        if self._token is None:
            return "none"
        try:
            self._token.check()
        except TrustError as error:
            return str(error)
        return "ready"

    def lock(self) -> None:
        """Log out of the token."""
        if self._token is not None:
            self._token.close()

    def _opened(self) -> Token:
        if self._token is None:
            raise KeyStoreError("the key lies in a PKCS#11 token, and none is set")
        return self._token


class Keys:
    """All keys of one folder, wherever they lie. ``in_token`` decides by its name where a new key is made."""

    def __init__(self, files: KeyFolder, tokens: TokenStore, in_token: Callable[[str], bool] = lambda name: False) -> None:
        self.files = files
        self.tokens = tokens
        self._in_token = in_token
        self._making = threading.RLock()
        self.locked = False

    def exists(self, name: str) -> bool:
        """Tell whether there is a key of this name."""
        return self.files.exists(name) or self.tokens.exists(name)

    def get_or_make(self, name: str, suite: Suite) -> PrivateKey:
        """Return the key ``name``; the first caller makes it, in the store that is meant for it."""
        with self._making:
            self._check()
            if not self.exists(name):
                store: KeyStore = self.tokens if self._in_token(name) else self.files
                return store.make(name, suite)
            return self.load(name)

    def load(self, name: str) -> PrivateKey:
        """Return the key ``name``. Raises TrustError."""
        self._check()
        return self.tokens.load(name) if self.tokens.exists(name) else self.files.load(name)

    def save(self, name: str, key: SoftwareKey) -> None:
        """Write a key that was made elsewhere to a file. Raises KeyFileError when the name is taken."""
        self._check()
        self.files.save(name, key)

    def remove(self, name: str) -> None:
        """Overwrite and remove a key file. Raises KeyFileError when there is none."""
        self.files.remove(name)

    def destroy(self, name: str) -> None:
        """Destroy a key wherever it lies: in the token, or its file. Raises TrustError; then it may be tried again."""
        with self._making:
            self._check()
            if self.tokens.exists(name):
                self.tokens.destroy(name)
            else:
                self.files.remove(name)

    def forget(self, name: str = "") -> None:
        """Drop one key that was read from a file from memory, or all; the next use reads it again."""
        self.files.forget(name)

    def lock(self) -> None:
        """Let go of every key and of what opens them; from now on :class:`.errors.KeyGone`."""
        self.locked = True
        for store in (self.files, self.tokens):
            store.lock()

    def _check(self) -> None:
        if self.locked:
            raise KeyGone("all keys were dropped from memory on demand; start the keeper again to use them")
