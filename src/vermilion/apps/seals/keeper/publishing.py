"""What anybody may ask: revocation lists, OCSP answers, the certificates of our CAs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPResponseStatus

from vermilion.apps.seals.errors import AuthorityUnknown
from vermilion.apps.seals.models import CertificateRecord
from vermilion.core.trust import ocsp
from vermilion.core.trust.revocation import Revocation

from . import naming
from .certificates import Answer, Certificates
from .keyring import Keyring

_CRL_MAX_AGE = 24 * 3600.0


class Publishing:
    """Lists and answers about certificates of one :class:`Keyring`. ``clock`` returns the present time (aware)."""

    def __init__(self, keyring: Keyring, certificates: Certificates, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._certificates = certificates
        self._clock = clock
        self._lists: dict[str, bytes] = {}
        self._lists_at = 0.0
        self._lists_time = clock()
        self._revoked = -1

    def crl(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return the revocation list (DER) of a CA by its name, at most a day old and never older than a revocation."""
        after = head.get("after")
        data = self.lists(datetime.fromisoformat(str(after)) if after else None).get(str(head.get("authority")))
        if data is None:
            raise AuthorityUnknown()
        return {}, data

    def lists(self, after: datetime | None = None) -> dict[str, bytes]:
        """Return the current revocation lists; new ones after a day, after a revocation, or when they are from before ``after``.

        A list from after a signature is what proves that its certificate was good then. With new lists the keyring looks at its folder
        again, so a new issuing CA, and successors of what ends or was revoked, are in use from then on.
        """
        revoked = list(CertificateRecord.objects.filter(revoked_at__isnull=False, authority="").order_by("created_at"))
        fresh = time.monotonic() - self._lists_at < _CRL_MAX_AGE and self._revoked == len(revoked)
        if not self._lists or not fresh or (after is not None and self._lists_time < after):
            entries: dict[str, list[Revocation]] = {}
            for one in revoked:
                entries.setdefault(self._issuer_name(one), []).append(_revocation(one))
            self._lists_time = self._clock()
            self._lists = self._keyring.revocation_lists(entries, self._lists_time)
            self._lists_at, self._revoked = time.monotonic(), len(revoked)
            self._certificates.register_own()
        return self._lists

    def _issuer_name(self, record: CertificateRecord) -> str:
        names = {naming.sha256(one.certificate): one.name for one in self._keyring.issuers}
        return names.get(record.issuer_sha256, self._keyring.issuers[0].name)

    def ocsp(self, head: dict[str, Any], body: bytes) -> Answer:
        """Answer an OCSP request (DER); ``until`` tells how long the answer may be kept."""
        request = ocsp.read(body)
        if request is None:
            return {}, ocsp.refusal(OCSPResponseStatus.MALFORMED_REQUEST).der
        responder = next((one for one in self._keyring.responders if one.answers_for(request)), None)
        if responder is None:
            return {}, ocsp.refusal(OCSPResponseStatus.UNAUTHORIZED).der
        answer = responder.respond(request, lambda serial: self._known(serial, responder.issuer), now=self._clock())
        return {"until": answer.until.isoformat()} if answer.until else {}, answer.der

    def _known(self, serial: int, issuer: x509.Certificate) -> Revocation | bool:
        record = CertificateRecord.objects.filter(serial=f"{serial:x}", authority="").first()
        names = {one.name for one in self._keyring.issuers if one.certificate == issuer}
        if record is None or self._issuer_name(record) not in names:
            return False
        return _revocation(record) if record.revoked_at is not None else True

    def certificate(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return the certificate (DER) of a CA by its name."""
        named = {"root": self._keyring.root, **{one.name: one.certificate for one in self._keyring.issuers}}
        certificate = named.get(str(head.get("authority")))
        if certificate is None:
            raise AuthorityUnknown()
        return {}, certificate.public_bytes(Encoding.DER)


def _revocation(record: CertificateRecord) -> Revocation:
    assert record.revoked_at is not None  # noqa: S101 - the callers ask for revoked ones only
    return Revocation(int(record.serial, 16), record.revoked_at, record.revocation_code or "unspecified", record.suspected_since)
