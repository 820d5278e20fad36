"""What is done with the root key by people at the machine: take it away, bring it back, sign the root's list, make an issuing CA.

Works on the keeper's folder, never over its socket: nobody who gets hold of the application may ask for these. The running keeper does not
hold the root key; it learns of a new issuing CA when it is told (:func:`.client.look_again`), nightly, or at its start.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from vermilion.base import private
from vermilion.core.trust import suites
from vermilion.core.trust.errors import KeyFileError
from vermilion.core.trust.revocation import Revocation
from vermilion.core.trust.suites import SoftwareKey

from .cabinet import Cabinet, publish
from .hierarchy import ROOT_LIST_LASTS, Hierarchy

SHORTEST_PASSPHRASE = 12


class Ceremony:
    """The acts. Each raises TrustError (KeyFileError, RootKeyAway) and then has changed nothing."""

    def __init__(self, home: Path, *, demo: bool, base_url: str) -> None:
        self._cabinet = Cabinet(home / "keeper")
        self._trust = home / "trust"
        self.hierarchy = Hierarchy(self._cabinet, demo=demo, base_url=base_url)

    @property
    def begun(self) -> bool:
        """Tell whether there is a CA at all; the keeper makes it at its first start."""
        return self._cabinet.has("root") and self._cabinet.has("issuing")

    def export_root(self, target: Path, passphrase: bytes) -> str:
        """Write the root key, encrypted under ``passphrase``, to a new private file and read it back; return the key's SHA-256 (hex)."""
        root = self.hierarchy.root_authority()
        key = root.key
        if not isinstance(key, SoftwareKey):
            raise KeyFileError("the root key lies in a device; take the device away instead")
        private.write_new(target, key.encrypted(passphrase))
        self._opened(target, passphrase).wipe()
        return suites.SHA256.of(suites.spki_of(key.public_key())).hex()

    def remove_root(self, exported: Path, passphrase: bytes, now: datetime) -> None:
        """Sign a list of the root for the time of its absence, then remove its key. ``exported`` must open and be the same key."""
        self._opened(exported, passphrase).wipe()
        self.sign_list(now)
        self._cabinet.keys.remove("root")

    def import_root(self, exported: Path, passphrase: bytes) -> None:
        """Bring the root key back from an exported file."""
        self._cabinet.keys.save("root", self._opened(exported, passphrase))

    def sign_list(self, now: datetime, revoked: list[Revocation] | None = None, lasts: timedelta = ROOT_LIST_LASTS) -> bytes:
        """Sign the root's list anew, with ``revoked`` added for ever, and put it where the verifier looks; return it (DER)."""
        data = self.hierarchy.sign_root_list(now, revoked or [], lasts)
        publish(self._trust / "crl" / "root.crl", data)
        return data

    def renew_issuing(self, now: datetime) -> x509.Certificate:
        """Make the next issuing CA. What the present one issued stays good; the keeper issues by the new one once it looks."""
        return self.hierarchy.make_issuing(now)

    def issuing_serial(self, name: str) -> int:
        """Return the serial number of an issuing CA by its name. Raises KeyFileError for one that is not there."""
        if not name.startswith("issuing") or not self._cabinet.has(name):
            raise KeyFileError(f"there is no issuing CA called {name}")
        return self._cabinet.certificate(name).serial_number

    def _opened(self, path: Path, passphrase: bytes) -> SoftwareKey:
        """Return the key in an exported file. Raises KeyFileError when it does not open or is not the root's."""
        try:
            key = suites.open_key(private.read_private(path), passphrase)
        except (OSError, ValueError) as error:
            raise KeyFileError(f"{path} can't be opened with this passphrase") from error
        root = suites.spki_of(self._cabinet.certificate("root").public_key())  # type: ignore[arg-type]
        if suites.spki_of(key.public_key()) != root:
            raise KeyFileError(f"{path} holds another key than this instance's root")
        return key
