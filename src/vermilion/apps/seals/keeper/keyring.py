"""The keeper's keys and the built-in CA: made at the first run, opened by nobody else.

``$VERMILION_HOME/keeper/`` (0700): ``secret``, ``<name>.key`` (encrypted PKCS#8) and ``<name>.pem`` (its certificate). The root that others
must trust and the revocation lists are written to ``$VERMILION_HOME/trust/``.
"""

from __future__ import annotations

import os
import secrets
import threading
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.base import private
from vermilion.core.trust import authority, profiles, suites
from vermilion.core.trust.authority import Authority
from vermilion.core.trust.cms import Frame
from vermilion.core.trust.keyfiles import KeyFolder
from vermilion.core.trust.revocation import Revocation
from vermilion.core.trust.suites import PrivateKey
from vermilion.core.trust.timestamp import BuiltinTsa

DEMO_UNIT = "演示，无法律效力 / Demo, no legal effect"
PRIVATE_UNIT = "仅限自用，非第三方电子认证 / Private use only"
YEAR = timedelta(days=365)


class Keyring:
    """Opens, makes and holds keys and certificates. Thread-safe. ``base_url`` stands in certificates for ever."""

    def __init__(self, home: Path, *, demo: bool, base_url: str) -> None:
        self.folder = private.make_folder(home / "keeper")
        self._trust = home / "trust"
        self._demo = demo
        self._base_url = base_url
        self._keys = KeyFolder(self.folder, private.read_or_make(self.folder / "secret").encode())
        self._lock = threading.RLock()
        self.root: Authority
        self.issuing: Authority
        self.tsa: BuiltinTsa

    @property
    def trust_class(self) -> str:
        """Return the class under which the root is trusted here."""
        return "trial" if self._demo else "private"

    @property
    def unit(self) -> str:
        """Return what every name under this CA says about its worth."""
        return DEMO_UNIT if self._demo else PRIVATE_UNIT

    def open(self, now: datetime) -> None:
        """Open root, issuing CA and TSA; what is missing is made."""
        word = "演示 Demo" if self._demo else "自建 Private"
        with self._lock:
            self.root = self._open_root(f"朱印{word}根证书 Vermilion Root CA", now)
            issuing = self._certified(
                "issuing", profiles.ISSUING, self._name(f"朱印{word}签发证书 Vermilion Issuing CA"), self.root, now, 10 * YEAR
            )
            self.issuing = Authority(self._keys.load("issuing"), issuing, self._base_url, self._demo)
            tsa = self._certified("tsa", profiles.TSA, self._name(f"朱印{word}时间戳 Vermilion TSA"), self.issuing, now, 5 * YEAR)
            self.tsa = BuiltinTsa(self._keys.load("tsa"), (_der(tsa), _der(issuing)), secrets.token_bytes)
            _publish(self._trust / self.trust_class / "root.pem", self.root.certificate.public_bytes(Encoding.PEM))

    def _name(self, common_name: str) -> x509.Name:
        return authority.subject(common_name, organisation="Vermilion 朱印", unit=self.unit)

    def _open_root(self, common_name: str, now: datetime) -> Authority:
        path = self.folder / "root.pem"
        if not path.exists():
            # The key is written before the certificate: after a crash in between, the same key gets its certificate.
            key = self._key("root", suites.P256)
            root = authority.make_root(
                key, self._name(common_name), now=now, random=secrets.token_bytes, base_url=self._base_url, trial=self._demo
            )
            private.write_new(path, root.certificate.public_bytes(Encoding.PEM))
        return Authority(self._keys.load("root"), _read(path), self._base_url, self._demo, "root")

    def _key(self, name: str, suite: suites.Suite) -> PrivateKey:
        if not self._keys.exists(name):
            self._keys.save(name, suites.generate(suite))
        return self._keys.load(name)

    def _certified(
        self, name: str, profile: profiles.Profile, subject: x509.Name, issuer: Authority, now: datetime, lasts: timedelta
    ) -> x509.Certificate:
        path = self.folder / f"{name}.pem"
        if not path.exists():
            suite = suites.RSA2048 if profile is profiles.ORGANISATION else suites.P256
            key = self._key(name, suite)
            certificate = issuer.issue(
                profile,
                subject,
                key.public_key(),
                not_before=now - profiles.BACKDATE,
                not_after=now + lasts,
                random=secrets.token_bytes,
            )
            private.write_new(path, certificate.public_bytes(Encoding.PEM))
        return _read(path)

    def named(self, name: str, profile: profiles.Profile, subject: x509.Name, now: datetime) -> x509.Certificate:
        """Return the certificate of the long-lived key ``name``, making key and certificate the first time."""
        with self._lock:
            return self._certified(name, profile, subject, self.issuing, now, 2 * YEAR - timedelta(days=1))

    def signer(self, name: str) -> tuple[PrivateKey, x509.Certificate, Frame]:
        """Return key, certificate and CMS frame of the long-lived key ``name``. Raises KeyFileError."""
        with self._lock:
            key = self._keys.load(name)
            certificate = _read(self.folder / f"{name}.pem")
        return key, certificate, self._frame(key, certificate)

    def event_signer(self, subject: x509.Name, binding: bytes, now: datetime) -> tuple[PrivateKey, x509.Certificate, Frame]:
        """Return a fresh key, used once and never written, with a certificate of ten minutes bound to what was shown."""
        key = suites.generate(suites.P256)
        certificate = self.issuing.issue(
            profiles.EVENT,
            subject,
            key.public_key(),
            not_before=now - profiles.BACKDATE,
            not_after=now + timedelta(minutes=10),
            random=secrets.token_bytes,
            binding=binding,
        )
        return key, certificate, self._frame(key, certificate)

    def _frame(self, key: PrivateKey, certificate: x509.Certificate) -> Frame:
        return Frame(key.suite, (_der(certificate), _der(self.issuing.certificate)))

    def revocation_lists(self, revoked: list[Revocation], now: datetime) -> dict[str, bytes]:
        """Sign fresh CRLs of root (always empty) and issuing CA, write them where the verifier looks, and return them (DER)."""
        number = int(now.timestamp())
        lists = {
            "root": self.root.revocation_list([], number=number, now=now).public_bytes(Encoding.DER),
            "issuing": self.issuing.revocation_list(revoked, number=number, now=now).public_bytes(Encoding.DER),
        }
        for name, data in lists.items():
            _publish(self._trust / "crl" / f"{name}.crl", data)
        return lists


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _publish(path: Path, data: bytes) -> None:
    """Replace a file that everybody on this machine who may enter the home may read."""
    private.make_folder(path.parent)
    if path.exists() and path.read_bytes() == data:
        return
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    temporary.write_bytes(data)
    temporary.chmod(0o644)
    os.replace(temporary, path)
