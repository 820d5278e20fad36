"""Certificates of seals, people and our own services: made, asked for outside, entered in the register, destroyed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.apps.seals.errors import AuthorityRefused, SealNotUsable, SigningFailed
from vermilion.apps.seals.models import CertificateRecord, Seal, SealEnding
from vermilion.core.trust import profiles
from vermilion.core.trust.errors import TrustError
from vermilion.core.trust.outside import Accepted
from vermilion.core.trust.request import certificates_in

from . import naming, outside
from .cabinet import generation
from .keyring import Keyring

Answer = tuple[dict[str, Any], bytes]

_SUBJECTS = {"approver": profiles.APPROVER, "salesperson": profiles.SALESPERSON}


class Certificates:
    """What the keeper does about certificates, over one :class:`Keyring`. ``clock`` returns the present time (aware)."""

    def __init__(self, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock
        self._issuing = threading.Lock()

    def record(
        self,
        certificate: x509.Certificate,
        profile: profiles.Profile,
        subject_id: UUID | None,
        *,
        key_name: str = "",
        outside: tuple[str, Accepted] | None = None,
    ) -> Answer:
        """Enter a certificate, once; of an event's only the facts. ``key_name``: empty for a key used once. ``outside``: whose it is."""
        encoded = certificate.public_bytes(Encoding.DER)
        issuer = next(iter(outside[1].issuers), None) if outside else self._keyring.issuer_of(certificate)
        record, _ = CertificateRecord.objects.get_or_create(
            serial=f"{certificate.serial_number:x}",
            defaults={
                "profile": profile.name,
                "sha256": naming.sha256(certificate),
                "subject_id": subject_id,
                "key_name": key_name,
                "authority": outside[0] if outside else "",
                "issuer": certificate.issuer.rfc4514_string()[:400],
                "issuer_sha256": naming.sha256(issuer) if issuer else "",
                "trust_class": outside[1].trust_class if outside else self._keyring.trust_class,
                "certificate": encoded if key_name else None,
                "not_before": certificate.not_valid_before_utc,
                "not_after": certificate.not_valid_after_utc,
            },
        )
        if record.sha256 != naming.sha256(certificate):
            raise AuthorityRefused()  # two CAs with one serial number: the register could not tell them apart
        return {"record": str(record.pk), "serial": record.serial}, encoded

    def certify_seal(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return the certificate (DER) of a seal, making key and certificate the first time; with ``after``, the one that follows it."""
        seal = Seal.objects.filter(pk=UUID(head["seal"])).first()
        if seal is None or not seal.passed:
            raise SealNotUsable()
        outside.refuse_builtin(profiles.ORGANISATION)
        subject = naming.subject(seal.name, head["organisation"], self._keyring.unit)
        return self._certify(seal.key_name, profiles.ORGANISATION, seal.pk, subject, head.get("after"))

    def certify_person(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return the certificate (DER) of an approver or salesperson, making it the first time; with ``after``, the one that follows it."""
        profile = _SUBJECTS.get(str(head["profile"]))
        if profile is None:
            raise SigningFailed()
        subject_id = UUID(head["subject"])
        subject = naming.subject(head["name"], head["organisation"], self._keyring.unit)
        return self._certify(f"{profile.name}-{subject_id}", profile, subject_id, subject, head.get("after"))

    def _certify(self, name: str, profile: profiles.Profile, subject_id: UUID, subject: x509.Name, after: str | None) -> Answer:
        with self._issuing:  # one at a time, so that two callers get one successor
            known = CertificateRecord.objects.filter(profile=profile.name, subject_id=subject_id, authority="")
            newest = known.order_by("-created_at", "-not_before").first()
            if newest is not None and str(newest.pk) != after and newest.revoked_at is None:
                return {"record": str(newest.pk), "serial": newest.serial}, bytes(newest.certificate or b"")
            # The number counts every key of this holder, wherever its certificate is from.
            number = CertificateRecord.objects.filter(profile=profile.name, subject_id=subject_id).count() + 1
            key_name = generation(name, number)
            certificate = self._keyring.named(key_name, profile, subject, self._clock())
            return self.record(certificate, profile, subject_id, key_name=key_name)

    def request_seal(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return a request (PKCS#10, DER) for the next key of a seal, which is made once."""
        outside.authority_for(profiles.ORGANISATION)
        with self._issuing:
            _seal, subject, key_name = self._next_of(head)
            return {"key_name": key_name}, self._keyring.request(key_name, subject)

    def accept_seal(self, head: dict[str, Any], body: bytes) -> Answer:
        """Take what an outside CA gave for a seal's key, once it was checked; ``refused`` in the answer says what is wrong with it."""
        with self._issuing:
            known = CertificateRecord.objects.filter(key_name=str(head["key_name"]), subject_id=UUID(head["seal"])).first()
            if known is not None:
                return {"record": str(known.pk), "serial": known.serial}, b""
            seal, subject, key_name = self._next_of(head)
            if key_name != head["key_name"]:
                raise SealNotUsable()
            try:
                key, given = self._keyring.public_key(key_name), certificates_in(body)
                authority, good = outside.judge(given, key=key, name=subject, profile=profiles.ORGANISATION, now=self._clock())
            except TrustError as error:
                return {"refused": str(error)}, b""
            self._keyring.keep(key_name, [good.certificate, *good.issuers])
            return self.record(good.certificate, profiles.ORGANISATION, seal.pk, key_name=key_name, outside=(authority.name, good))

    def destroy_seal(self, head: dict[str, Any], body: bytes) -> Answer:
        """Destroy every key of a seal whose destruction two people decided; return how many went now. Safe to repeat."""
        seal = Seal.objects.filter(pk=UUID(head["seal"]), state=Seal.State.DESTROYED).first()
        decided = SealEnding.objects.filter(seal=seal, kind=SealEnding.Kind.DESTROY, state=SealEnding.State.DONE).first()
        if seal is None or decided is None or decided.decided_by_id in (None, decided.requested_by_id):
            raise SealNotUsable()
        with self._issuing:
            return {"destroyed": self._keyring.destroy(seal.key_name)}, b""

    def _next_of(self, head: dict[str, Any]) -> tuple[Seal, x509.Name, str]:
        """Return a seal, its name for an outside CA, and the name of the key that follows those that have certificates."""
        seal = Seal.objects.filter(pk=UUID(head["seal"])).first()
        if seal is None or not seal.passed:
            raise SealNotUsable()
        number = CertificateRecord.objects.filter(profile=profiles.ORGANISATION.name, subject_id=seal.pk).count() + 1
        return seal, naming.subject(seal.name, head["organisation"], None), generation(seal.key_name, number)

    def register_own(self) -> None:
        """Enter the certificates of our TSA and responders, so that OCSP knows them and they can be revoked."""
        for one in self._keyring.own():
            self.record(one.certificate, one.profile, None, key_name=one.key_name)
