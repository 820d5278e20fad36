"""The keeper's folder: keys (``<name>.key``, encrypted, or ``<name>.token`` for one in a PKCS#11 token) and certificates ``<name>.pem``.

Behind a certificate stand its issuers, where they are not ours.

A key that gets a successor keeps its files: ``<name>``, ``<name>.2``, ``<name>.3`` … are generations of one holder.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.base import private
from vermilion.base.config import Config, config
from vermilion.core.trust import profiles, suites
from vermilion.core.trust.authority import Authority
from vermilion.core.trust.errors import KeyStoreError
from vermilion.core.trust.keyfiles import KeyFolder
from vermilion.core.trust.keystores import Keys, TokenStore
from vermilion.core.trust.suites import PrivateKey
from vermilion.core.trust.token import Token


class Cabinet:
    """Keys and certificates in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = private.make_folder(folder)
        settings = config()
        files = KeyFolder(self.folder, private.read_or_make(self.folder / "secret").encode())
        self.keys = Keys(files, TokenStore(self.folder, open_token(settings)), _in_token(settings))

    def path(self, name: str) -> Path:
        """Return where the certificate of ``name`` lies."""
        return self.folder / f"{name}.pem"

    def has(self, name: str) -> bool:
        """Tell whether ``name`` has its certificate."""
        return self.path(name).exists()

    def chain(self, name: str) -> list[x509.Certificate]:
        """Return the certificate of ``name``, and its issuers where they were written behind it."""
        return x509.load_pem_x509_certificates(self.path(name).read_bytes())

    def certificate(self, name: str) -> x509.Certificate:
        """Return the certificate of ``name``."""
        return self.chain(name)[0]

    def write(self, name: str, certificates: Sequence[x509.Certificate]) -> None:
        """Write the certificate of ``name``, once. Raises FileExistsError."""
        private.write_new(self.path(name), b"".join(one.public_bytes(Encoding.PEM) for one in certificates))

    def key(self, name: str, suite: suites.Suite) -> PrivateKey:
        """Return the key ``name``; the first caller makes it. Raises KeyFileError."""
        return self.keys.get_or_make(name, suite)

    def certified(
        self, name: str, profile: profiles.Profile, subject: x509.Name, issuer: Authority, now: datetime, lasts: timedelta
    ) -> x509.Certificate:
        """Return the certificate of ``name``; the first caller makes key and certificate, which ends with its issuer at the latest."""
        if not self.has(name):
            # The key is written before the certificate: after a crash in between, the same key gets its certificate.
            suite = suites.RSA2048 if profile is profiles.ORGANISATION else suites.P256
            certificate = issuer.issue(
                profile,
                subject,
                self.key(name, suite).public_key(),
                not_before=now - profiles.BACKDATE,
                not_after=min(now + lasts, issuer.certificate.not_valid_after_utc),
                random=secrets.token_bytes,
            )
            self.write(name, [certificate])
        return self.certificate(name)

    def current(
        self,
        name: str,
        profile: profiles.Profile,
        subject: x509.Name,
        issuer: Authority,
        now: datetime,
        lasts: timedelta,
        *,
        ahead: timedelta,
        revoked: Collection[int] = (),
    ) -> tuple[PrivateKey, x509.Certificate]:
        """Return key and certificate of the newest generation of ``name``, or of a new one.

        A new one is made when the newest ends within ``ahead``, is among the ``revoked`` (serial numbers), or is of another CA than
        ``issuer``: what a replaced CA issued is worth no more than that CA.
        """
        number = 1
        while self.has(generation(name, number + 1)):
            number += 1
        found = self.certified(generation(name, number), profile, subject, issuer, now, lasts)
        ends = found.not_valid_after_utc
        # A successor that would not outlive it either (its issuer ends) is no use.
        ending = ends - now < ahead and min(now + lasts, issuer.certificate.not_valid_after_utc) > ends
        if ending or found.serial_number in revoked or found.issuer != issuer.certificate.subject:
            number += 1
            found = self.certified(generation(name, number), profile, subject, issuer, now, lasts)
        return self.keys.load(generation(name, number)), found


def open_token(settings: Config) -> Token | None:
    """Return the PKCS#11 token of the settings, which is asked at its first use; None when none is set."""
    if settings.pkcs11_module is None or settings.pkcs11_token is None or settings.pkcs11_pin_file is None:
        return None
    path = settings.pkcs11_pin_file

    def pin() -> str:
        try:
            return private.read_private(path).decode().strip()
        except (OSError, ValueError, private.SecretsError) as error:
            raise KeyStoreError(f"the PIN file {path} can't be read: {error}") from error

    return Token(settings.pkcs11_module, settings.pkcs11_token, pin)


def _in_token(settings: Config) -> Callable[[str], bool]:
    return lambda name: settings.seal_keys == "pkcs11" and name.startswith("seal-")


def generation(name: str, number: int) -> str:
    """Return the name of the ``number``-th key (from 1) of one holder."""
    return name if number == 1 else f"{name}.{number}"


def publish(path: Path, data: bytes) -> None:
    """Replace a file that everybody on this machine who may enter the home may read."""
    private.make_folder(path.parent)
    if path.exists() and path.read_bytes() == data:
        return
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    temporary.write_bytes(data)
    temporary.chmod(0o644)
    os.replace(temporary, path)
