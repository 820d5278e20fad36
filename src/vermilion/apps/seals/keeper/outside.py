"""The keeper's side of outside CAs: keys and requests for them, and the judgement of what they gave."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from cryptography import x509

from vermilion.apps.seals import authorities
from vermilion.apps.seals.authorities import OutsideAuthority
from vermilion.apps.seals.errors import AuthorityUnknown, OutsideCertificateNeeded
from vermilion.base.config import config
from vermilion.core.trust import outside, profiles, suites
from vermilion.core.trust.outside import Accepted
from vermilion.core.trust.request import certificate_request
from vermilion.core.trust.store import TrustStore
from vermilion.core.trust.suites import SoftwareKey

KEY_WAITS = timedelta(minutes=5)
"""How long a key for one signature waits for its certificate."""
MOST_WAITING = 200


class EventKeys:
    """Keys for one signature each that wait for an outside CA; in memory only, taken once, dropped when their time is over."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[SoftwareKey, datetime]] = {}
        self._lock = threading.Lock()

    def make(self, subject: x509.Name, now: datetime) -> tuple[str, bytes]:
        """Return the id of a new key and the request (PKCS#10, DER) for it."""
        key, name = suites.generate(suites.P256), str(uuid4())
        with self._lock:
            for old in [one for one, (_key, since) in self._waiting.items() if now - since > KEY_WAITS]:
                self._waiting.pop(old)[0].wipe()
            if len(self._waiting) >= MOST_WAITING:  # the oldest goes: whoever asked for it tries again
                self._waiting.pop(next(iter(self._waiting)))[0].wipe()
            self._waiting[name] = (key, now)
        return name, certificate_request(key, subject)

    def take(self, name: str, now: datetime) -> SoftwareKey:
        """Return a waiting key, which waits no more. Raises OutsideCertificateNeeded."""
        with self._lock:
            key, since = self._waiting.pop(name, (None, now))
        if key is None or now - since > KEY_WAITS:
            raise OutsideCertificateNeeded()
        return key


def authority_for(profile: profiles.Profile) -> OutsideAuthority:
    """Return the outside CA of a profile. Raises AuthorityUnknown when the built-in CA issues it."""
    found = authorities.for_profile(profile.name)
    if found is None:
        raise AuthorityUnknown()
    return found


def refuse_builtin(profile: profiles.Profile) -> None:
    """Raise OutsideCertificateNeeded where an outside CA issues ``profile``: the built-in one never steps in for it."""
    if authorities.for_profile(profile.name) is not None:
        raise OutsideCertificateNeeded()


def judge(
    given: Sequence[x509.Certificate], *, key: suites.PublicKey, name: x509.Name, profile: profiles.Profile, now: datetime
) -> tuple[OutsideAuthority, Accepted]:
    """Return the CA of ``profile`` and its certificate for ``key``, checked. Raises CertificateRefused, AuthorityUnknown."""
    authority = authority_for(profile)
    accepted = outside.accept(
        given,
        key=key,
        name=name,
        profile=profile,
        issuers=authority.issuer_certificates(),
        trust=TrustStore.load(config().home / "trust"),
        now=now,
    )
    return authority, accepted
