"""Root and issuing CAs of the built-in CA.

The root's key makes issuing CAs and signs the root's list, nothing else: ``root.pem`` and ``root.crl`` stay, ``root.key`` may be away.
``issuing``, ``issuing-2`` … are issuing CAs: the newest issues, the older ones go on to answer for what they issued.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count, takewhile

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.core.trust import authority, profiles, suites
from vermilion.core.trust.authority import Authority
from vermilion.core.trust.errors import TrustError
from vermilion.core.trust.revocation import Revocation

from .cabinet import Cabinet

DEMO_UNIT = "演示，无法律效力 / Demo, no legal effect"
PRIVATE_UNIT = "仅限自用，非第三方电子认证 / Private use only"
YEAR = timedelta(days=365)
ROOT_LIST_LASTS = timedelta(days=400)
"""The root's list is signed in a ceremony, once a year and a month for those who are late."""
ROOT_LIST_AHEAD = timedelta(days=60)


class RootKeyAway(TrustError):
    """The root's key is not on this machine, and this needs it."""

    code = "root_key_away"


class Hierarchy:
    """The CAs in one :class:`Cabinet`. ``base_url`` stands in certificates for ever."""

    def __init__(self, cabinet: Cabinet, *, demo: bool, base_url: str) -> None:
        self._cabinet = cabinet
        self._demo = demo
        self._base_url = base_url

    @property
    def unit(self) -> str:
        """Return what every name under this CA says about its worth."""
        return DEMO_UNIT if self._demo else PRIVATE_UNIT

    def name(self, role: str, number: int = 1) -> x509.Name:
        """Return the subject of a part of this CA, e.g. ``role`` "根证书 Vermilion Root CA"."""
        word = "演示 Demo" if self._demo else "自建 Private"
        return authority.subject(f"朱印{word}{role}" + (f" {number}" if number > 1 else ""), organisation="Vermilion 朱印", unit=self.unit)

    def root(self, now: datetime) -> x509.Certificate:
        """Return the root certificate; the first caller makes it."""
        if not self._cabinet.has("root"):
            key = self._cabinet.key("root", suites.P256)
            name = self.name("根证书 Vermilion Root CA")
            made = authority.make_root(key, name, now=now, random=secrets.token_bytes, base_url=self._base_url, trial=self._demo)
            self._cabinet.write("root", [made.certificate])
        return self._cabinet.certificate("root")

    @property
    def root_key_here(self) -> bool:
        """Tell whether the root's key is on this machine."""
        return self._cabinet.keys.exists("root")

    def root_authority(self) -> Authority:
        """Return the root able to sign. Raises RootKeyAway, KeyFileError."""
        if not self.root_key_here:
            raise RootKeyAway("the root key was taken away; bring it back with 'vermilion ca root import'")
        return Authority(self._cabinet.keys.load("root"), self._cabinet.certificate("root"), self._base_url, self._demo, "root")

    def issuers(self, now: datetime) -> list[Authority]:
        """Return the issuing CAs, oldest first; without any the root makes one."""
        names = list(takewhile(self._cabinet.has, (_issuing(number) for number in count(1))))
        if not names:
            self.make_issuing(now)
            names = [_issuing(1)]
        load = self._cabinet.keys.load
        return [Authority(load(name), self._cabinet.certificate(name), self._base_url, self._demo, name) for name in names]

    def make_issuing(self, now: datetime) -> x509.Certificate:
        """Make the next issuing CA: new key, new name, new addresses. Raises RootKeyAway."""
        number = next(number for number in count(1) if not self._cabinet.has(_issuing(number)))
        subject = self.name("签发证书 Vermilion Issuing CA", number)
        return self._cabinet.certified(_issuing(number), profiles.ISSUING, subject, self.root_authority(), now, 10 * YEAR)

    def root_list(self, now: datetime) -> bytes | None:
        """Return the root's list (DER), renewed in time if the root's key is here; None where there is neither."""
        path = self._cabinet.folder / "root.crl"
        data = path.read_bytes() if path.exists() else None
        if self.root_key_here and (data is None or _ends(data) - now < ROOT_LIST_AHEAD):
            return self.sign_root_list(now)
        return data

    def sign_root_list(self, now: datetime, more: Sequence[Revocation] = (), lasts: timedelta = ROOT_LIST_LASTS) -> bytes:
        """Sign a list of the root with what stood in the last one and ``more``. Raises RootKeyAway."""
        path = self._cabinet.folder / "root.crl"
        before = [Revocation.of(entry) for entry in x509.load_der_x509_crl(path.read_bytes())] if path.exists() else []
        known = {one.serial for one in before}
        revoked = [*before, *(one for one in more if one.serial not in known)]
        made = self.root_authority().revocation_list(revoked, number=int(now.timestamp()), now=now, lasts=lasts)
        data = made.public_bytes(Encoding.DER)
        temporary = path.with_suffix(".new")
        temporary.write_bytes(data)
        temporary.replace(path)
        return data


def _issuing(number: int) -> str:
    return "issuing" if number == 1 else f"issuing-{number}"


def _ends(revocation_list: bytes) -> datetime:
    ends = x509.load_der_x509_crl(revocation_list).next_update_utc
    assert ends is not None  # noqa: S101 - we wrote it
    return ends
