"""The keeper's keys and the built-in CA: made at the first run, opened by nobody else.

Private keys and certificates lie in ``$VERMILION_HOME/keeper/`` (:mod:`.cabinet`). The root that others must trust and the revocation
lists are written to ``$VERMILION_HOME/trust/``. Opening the keyring uses the root's key where it is needed and there, then lets go of it.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.core.trust import profiles, suites
from vermilion.core.trust.authority import Authority
from vermilion.core.trust.cms import Frame
from vermilion.core.trust.ocsp import Responder
from vermilion.core.trust.request import certificate_request
from vermilion.core.trust.revocation import Revocation
from vermilion.core.trust.store import TrustClass
from vermilion.core.trust.suites import PrivateKey, PublicKey
from vermilion.core.trust.timestamp import BuiltinTsa

from .cabinet import Cabinet, generation, publish
from .hierarchy import YEAR, Hierarchy

OCSP_LASTS = timedelta(days=300)
EVENT_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Own:
    """A certificate that the CA issued to a part of itself."""

    profile: profiles.Profile
    certificate: x509.Certificate
    key_name: str


class Keyring:
    """Opens, makes and holds keys and certificates. Thread-safe. ``base_url`` stands in certificates for ever."""

    def __init__(self, home: Path, *, demo: bool, base_url: str) -> None:
        self._cabinet = Cabinet(home / "keeper")
        self.hierarchy = Hierarchy(self._cabinet, demo=demo, base_url=base_url)
        self._trust = home / "trust"
        self._demo = demo
        self._lock = threading.RLock()
        self.root: x509.Certificate
        self.issuers: list[Authority]
        self.tsa: BuiltinTsa
        self.tsa_certificate: x509.Certificate
        self.responders: list[Responder] = []
        self._frames: dict[str, tuple[x509.Certificate, Frame]] = {}  # by the key's name; what was written for a name stays

    @property
    def issuing(self) -> Authority:
        """Return the CA that issues now."""
        return self.issuers[-1]

    def lock(self) -> None:
        """Let go of every private key and of what opens them. Nothing is signed until the process is started again."""
        self._cabinet.keys.lock()

    @property
    def locked(self) -> bool:
        """Tell whether :meth:`lock` was called."""
        return self._cabinet.keys.locked

    def token_state(self) -> str:
        """Return ``none`` when no PKCS#11 token is set, ``ready`` when it answers, else what is wrong with it."""
        return self._cabinet.keys.tokens.state()

    @property
    def trust_class(self) -> TrustClass:
        """Return the class under which the root is trusted here."""
        return "trial" if self._demo else "private"

    @property
    def unit(self) -> str:
        """Return what every name under this CA says about its worth."""
        return self.hierarchy.unit

    def open(self, now: datetime) -> None:
        """Open root, issuing CAs, TSA and OCSP responders; what is missing or ends soon is made. Raises TrustError."""
        with self._lock:
            self.root = self.hierarchy.root(now)
            self._look_again(now)
            self.hierarchy.root_list(now)
            self._cabinet.keys.forget("root")
            publish(self._trust / self.trust_class / "root.pem", self.root.public_bytes(Encoding.PEM))

    def _look_again(self, now: datetime, revoked: Collection[int] = ()) -> None:
        """Use what a ceremony put into the folder since; make successors of what ends soon or is among the ``revoked``.

        Nothing is changed in place: who signs at this moment ends with what it began with.
        """
        self.issuers = self.hierarchy.issuers(now)
        self._frames = {}
        subject = self.hierarchy.name("时间戳 Vermilion TSA")
        key, certificate = self._cabinet.current("tsa", profiles.TSA, subject, self.issuing, now, 5 * YEAR, ahead=YEAR, revoked=revoked)
        self.tsa = BuiltinTsa(key, tuple(_der(one) for one in self._with_issuers([certificate])), secrets.token_bytes)
        self.tsa_certificate = certificate
        subject = self.hierarchy.name("状态查询 Vermilion OCSP")
        responders = []
        for issuer in (one for one in self.issuers if one.certificate.not_valid_after_utc > now):
            name, ahead = issuer.name.replace("issuing", "ocsp"), OCSP_LASTS / 2
            key, certificate = self._cabinet.current(name, profiles.OCSP, subject, issuer, now, OCSP_LASTS, ahead=ahead, revoked=revoked)
            responders.append(Responder(issuer.certificate, certificate, key))
        self.responders = responders

    def named(self, name: str, profile: profiles.Profile, subject: x509.Name, now: datetime) -> x509.Certificate:
        """Return the certificate of the long-lived key ``name``, making key and certificate the first time."""
        with self._lock:
            return self._cabinet.certified(name, profile, subject, self.issuing, now, 2 * YEAR - timedelta(days=1))

    def request(self, name: str, subject: x509.Name) -> bytes:
        """Return a request (PKCS#10, DER) for the key ``name``, which is made the first time. Raises KeyFileError."""
        with self._lock:
            return certificate_request(self._cabinet.key(name, suites.RSA2048), subject)

    def public_key(self, name: str) -> PublicKey:
        """Return the public half of the key ``name``. Raises KeyFileError."""
        with self._lock:
            return self._cabinet.keys.load(name).public_key()

    def keep(self, name: str, chain: list[x509.Certificate]) -> None:
        """Write the certificate that an outside CA gave for the key ``name``, its issuers behind it; what is written already stays."""
        with self._lock:
            if not self._cabinet.has(name):
                self._cabinet.write(name, chain)

    def destroy(self, name: str) -> int:
        """Destroy the keys of every generation of the holder ``name``, the last first; return how many there were. Raises TrustError."""
        with self._lock:
            found = [name]
            while self._cabinet.keys.exists(generation(name, len(found) + 1)):
                found.append(generation(name, len(found) + 1))
            found = [one for one in found if self._cabinet.keys.exists(one)]
            for one in reversed(found):
                self._cabinet.keys.destroy(one)
                self._frames.pop(one, None)
            return len(found)

    def signer(self, name: str) -> tuple[PrivateKey, x509.Certificate, Frame]:
        """Return key, certificate and CMS frame of the long-lived key ``name``. Raises KeyFileError."""
        with self._lock:
            key = self._cabinet.keys.load(name)
            if name not in self._frames:
                chain = self._with_issuers(self._cabinet.chain(name))
                self._frames[name] = chain[0], Frame(key.suite, tuple(_der(one) for one in chain))
            return key, *self._frames[name]

    def event_signer(self, subject: x509.Name, binding: bytes, now: datetime) -> tuple[PrivateKey, x509.Certificate, Frame]:
        """Return a fresh key, used once and never written, with a certificate of ten minutes bound to what was shown."""
        key = suites.generate(suites.P256)
        certificate = self.issuing.issue(
            profiles.EVENT,
            subject,
            key.public_key(),
            not_before=now - profiles.BACKDATE,
            not_after=now + EVENT_LASTS,
            random=secrets.token_bytes,
            binding=binding,
        )
        return key, certificate, Frame(key.suite, tuple(_der(one) for one in self._with_issuers([certificate])))

    def _with_issuers(self, chain: list[x509.Certificate]) -> list[x509.Certificate]:
        """Return ``chain`` with the issuing CA of ours behind it; the root is left to those who trust it."""
        ours = [one.certificate for one in self.issuers if one.certificate.subject == chain[-1].issuer]
        return [*chain, *ours[:1]]

    def issuer_of(self, certificate: x509.Certificate) -> x509.Certificate | None:
        """Return the issuing CA of ours that issued ``certificate``."""
        return next((one.certificate for one in self.issuers if one.certificate.subject == certificate.issuer), None)

    def root_list_until(self) -> str:
        """Return until when the root's revocation list is good (RFC 3339); empty when there is none."""
        data = self._cabinet.folder / "root.crl"
        until = x509.load_der_x509_crl(data.read_bytes()).next_update_utc if data.exists() else None
        return until.isoformat() if until else ""

    def own(self) -> list[Own]:
        """Return the certificates of the CA's own parts."""
        parts = [Own(profiles.TSA, self.tsa_certificate, "tsa")]
        return [*parts, *(Own(profiles.OCSP, one.certificate, "ocsp") for one in self.responders)]

    def revocation_lists(self, revoked: dict[str, list[Revocation]], now: datetime) -> dict[str, bytes]:
        """Look at the folder again, sign fresh lists of the issuing CAs, write all where the verifier looks, return them (DER) by name.

        ``revoked`` has the revocations by the issuing CA's name. The root's list is the one of the last ceremony.
        """
        number = int(now.timestamp())
        with self._lock:
            self._look_again(now, {one.serial for entries in revoked.values() for one in entries})
            lists = {
                one.name: one.revocation_list(revoked.get(one.name, []), number=number, now=now).public_bytes(Encoding.DER)
                for one in self.issuers
            }
            root = self.hierarchy.root_list(now)
            self._cabinet.keys.forget("root")
        if root is not None:
            lists["root"] = root
        for name, data in lists.items():
            publish(self._trust / "crl" / f"{name}.crl", data)
        return lists


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
