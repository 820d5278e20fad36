"""What the keeper does when asked. Each operation takes the request's head and body and returns the answer's."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import httpx
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.ocsp import OCSPResponseStatus
from django.db import transaction
from django.utils import timezone

from vermilion.apps.seals.errors import (
    AuthorityRefused,
    AuthorityUnknown,
    KeeperLocked,
    NameTooLong,
    PermissionExpired,
    PermissionUnknown,
    PersonCertificateMissing,
    SealError,
    SealNotUsable,
    SigningFailed,
    TimestampFailed,
    UseNotCurrent,
)
from vermilion.apps.seals.models import CertificateRecord, Seal, SealEnding, SealPermission, SealUse
from vermilion.base.config import config
from vermilion.core.pdf.fields import Place
from vermilion.core.pdf.probe import blank_page
from vermilion.core.pdf.signing import Prepared, finish, prepare
from vermilion.core.trust import authority, cms, ocsp, profiles
from vermilion.core.trust.cms import Frame
from vermilion.core.trust.errors import TimestampUnavailable, TrustError
from vermilion.core.trust.outside import Accepted, CertificateRefused
from vermilion.core.trust.request import certificates_in
from vermilion.core.trust.revocation import Revocation
from vermilion.core.trust.store import Root, TrustClass, TrustStore
from vermilion.core.trust.suites import PrivateKey
from vermilion.core.trust.timestamp import Token
from vermilion.core.trust.tsa_client import HttpAuthority, LocalAuthority, RemoteAuthority, TimestampClient

from . import batches, judge, outside
from .asked import Asked
from .cabinet import generation
from .judge import Intent
from .keyring import Keyring

logger = structlog.get_logger("vermilion.keeper")

Answer = tuple[dict[str, Any], bytes]


@dataclass(frozen=True)
class _Signed:
    """A signature that is made but not yet entered."""

    use: SealUse
    cms: bytes
    certificate: x509.Certificate
    token: Token


_SUBJECTS = {"approver": profiles.APPROVER, "salesperson": profiles.SALESPERSON}
_CRL_MAX_AGE = 24 * 3600.0


class Operations:
    """The keeper's services over one :class:`Keyring`. ``clock`` returns the present time (aware)."""

    def __init__(self, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock
        self._timestamps = self._timestamp_client()
        self._issuing = threading.Lock()
        self._event_keys = outside.EventKeys()
        self._lists: dict[str, bytes] = {}
        self._lists_at = 0.0
        self._lists_time = clock()

    def _timestamp_client(self) -> TimestampClient:
        listed = config().timestamp_authorities
        if listed:
            client = httpx.Client(trust_env=False)
            authorities: list[RemoteAuthority] = [HttpAuthority(url, client, time.monotonic) for _class, url in listed]
            trust = TrustStore.load(config().home / "trust")
            return TimestampClient(authorities, trust, secrets.token_bytes, self._clock, cast(TrustClass, listed[0][0]))
        local = [LocalAuthority(lambda: self._keyring.tsa, self._clock)]
        own = TrustStore((Root(self._keyring.root, self._keyring.trust_class),))
        return TimestampClient(local, own, secrets.token_bytes, self._clock, self._keyring.trust_class)

    def answer(self, head: dict[str, Any], body: bytes) -> Answer:
        """Do what ``head["op"]`` names. Raises SealError; anything else is a fault of the keeper."""
        operation = {
            "sign": self._sign,
            "timestamp": self._timestamp,
            "certify_seal": self._certify_seal,
            "certify_person": self._certify_person,
            "destroy_seal": self._destroy_seal,
            "request_seal": self._request_seal,
            "accept_seal": self._accept_seal,
            "request_event": self._request_event,
            "tsa": self._tsa,
            "crl": self._crl,
            "ocsp": self._ocsp,
            "certificate": self._certificate,
            "timestamp_health": self._timestamp_health,
            "probe": self._probe,
            "status": self._status,
        }.get(str(head.get("op")))
        if operation is None:
            raise SigningFailed()
        if self._keyring.locked and head["op"] != "status":
            raise KeeperLocked()
        return operation(head, body)

    def lock(self) -> None:
        """Drop all keys from memory; whoever asks for a signature from now on is refused."""
        self._keyring.lock()

    def _sign(self, head: dict[str, Any], body: bytes) -> Answer:
        """Sign each document of the list; refuse, fail and record each as if it had come alone."""
        try:
            parts = batches.parted(head.get("documents"), body)
        except batches.BatchFault as error:
            logger.info("refused", op="sign", reason=str(error))
            raise SigningFailed() from error
        asked = [Asked(UUID(one["permission"]), pdf, int(one["shown_length"])) for one, pdf in parts]
        made = [self._signed(found, one) for found, (one, _pdf) in zip(judge.intend(asked, self._clock()), parts, strict=True)]
        with transaction.atomic() if len(made) > 1 else nullcontext():  # one row needs no transaction of its own, several share one
            answers = [self._entered(one) for one in made]
        for (one, _pdf), (facts, _cms) in zip(parts, answers, strict=True):
            if not facts["ok"]:
                logger.info("refused", op="sign", permission=one["permission"], code=facts["code"])
        heads, signatures = zip(*answers, strict=True) if answers else ((), ())
        return {"documents": batches.listed(heads, [len(one) for one in signatures])}, b"".join(signatures)

    def _signed(self, found: Intent | SealError, head: dict[str, Any]) -> _Signed | SealError:
        if isinstance(found, SealError):
            return found
        try:
            return _Signed(found.use, *self._make(found.permission, found.prepared, head))
        except SealError as error:
            return self._failed(found.use, error)
        except CertificateRefused as error:
            return self._failed(found.use, AuthorityRefused(), str(error))
        except (TrustError, ValueError) as error:
            return self._failed(found.use, SigningFailed(), str(error))
        except Exception as error:  # the others of the list do not suffer from it
            logger.exception("failed", op="sign", permission=str(found.permission.pk))
            return self._failed(found.use, SigningFailed(), type(error).__name__)

    def _failed(self, use: SealUse, error: SealError, detail: str = "") -> SealError:
        cause = detail or str(error.__cause__ or "")
        SealUse.objects.filter(pk=use.pk, state=SealUse.State.INTENT).update(
            state=SealUse.State.FAILED, error=error.code, error_detail=cause[:400]
        )
        return error

    def _entered(self, made: _Signed | SealError) -> Answer:
        """Return what is answered of one document; of a signature its facts, which then stand in the register."""
        if isinstance(made, SealError):
            return {"ok": False, "code": made.code}, b""
        facts = {
            "certificate_serial": f"{made.certificate.serial_number:x}",
            "certificate_sha256": _sha256(made.certificate),
            "key_id": _key_id(made.certificate),
            "level": "B-T",
            "signed_at": made.token.time,
        }
        if not SealUse.objects.filter(pk=made.use.pk, state=SealUse.State.INTENT).update(state=SealUse.State.SIGNED, **facts):
            return {"ok": False, "code": UseNotCurrent.code}, b""
        return {"ok": True, **facts, "use": str(made.use.pk), "signed_at": made.token.time.isoformat()}, made.cms

    def _make(self, permission: SealPermission, prepared: Prepared, head: dict[str, Any]) -> tuple[bytes, x509.Certificate, Token]:
        now = self._clock()
        key: PrivateKey
        record: CertificateRecord | None
        if permission.kind == SealPermission.Kind.EVENT and "event_key" in head:
            key, certificate, frame = self._outside_event(permission, head)
        elif permission.kind == SealPermission.Kind.EVENT:
            outside.refuse_builtin(profiles.EVENT)
            subject = _event_subject(permission, self._keyring.unit)
            binding = authority.event_binding(bytes.fromhex(permission.shown_digest), str(permission.pk))
            key, certificate, frame = self._keyring.event_signer(subject, binding, now)
            self._record(certificate, profiles.EVENT, None)
        elif permission.kind == SealPermission.Kind.STAFF:
            record = _certificate_of_person(permission.approved_by)
            key, certificate, frame = self._keyring.signer(record.key_name)
            self._check_certificate(certificate, record, now)
        elif permission.seal is None:
            raise SealNotUsable()
        else:
            record = permission.seal.certificate
            key, certificate, frame = self._keyring.signer((record.key_name if record else "") or permission.seal.key_name)
            self._check_certificate(certificate, record, now)
        tokens: list[Token] = []

        def stamp(digest: bytes) -> bytes:
            tokens.append(self._timestamps.token(digest))
            return tokens[0].der

        try:
            signature = cms.sign(frame, key, prepared.digested(key.suite.digest), stamp)
        except TimestampUnavailable as error:
            logger.warning("timestamp_unavailable", detail=str(error))
            raise TimestampFailed() from error
        # The signature is judged at the token's time (an event certificate ends in minutes): a slow TSA's token may lie behind its end.
        if not certificate.not_valid_before_utc <= tokens[0].time <= certificate.not_valid_after_utc:
            raise TimestampFailed()
        return signature, certificate, tokens[0]

    def _check_certificate(self, certificate: x509.Certificate, record: CertificateRecord | None, now: datetime) -> None:
        """Raise SealNotUsable for a certificate that is revoked or not valid now; ``record``: what the register says of the key's."""
        serial = f"{certificate.serial_number:x}"
        if record is None or record.serial != serial:
            record = CertificateRecord.objects.filter(serial=serial).first()
        revoked = record is not None and record.revoked_at is not None
        if revoked or not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
            raise SealNotUsable()

    def _timestamp(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return a token over the SHA-256 digest in ``body``."""
        if len(body) != 32:
            raise SigningFailed()
        try:
            token = self._timestamps.token(body)
        except TimestampUnavailable as error:
            raise TimestampFailed() from error
        return {"time": token.time.isoformat(), "builtin": token.builtin}, token.der

    def _record(
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
                "sha256": _sha256(certificate),
                "subject_id": subject_id,
                "key_name": key_name,
                "authority": outside[0] if outside else "",
                "issuer": certificate.issuer.rfc4514_string()[:400],
                "issuer_sha256": _sha256(issuer) if issuer else "",
                "trust_class": outside[1].trust_class if outside else self._keyring.trust_class,
                "certificate": encoded if key_name else None,
                "not_before": certificate.not_valid_before_utc,
                "not_after": certificate.not_valid_after_utc,
            },
        )
        if record.sha256 != _sha256(certificate):
            raise AuthorityRefused()  # two CAs with one serial number: the register could not tell them apart
        return {"record": str(record.pk), "serial": record.serial}, encoded

    def _timestamp_health(self, head: dict[str, Any], body: bytes) -> Answer:
        """Ask every timestamp authority; return what is wrong with each, by name."""
        return {"faults": self._timestamps.faults(hashlib.sha256(secrets.token_bytes(32)).digest())}, b""

    def _certify_seal(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return the certificate (DER) of a seal, making key and certificate the first time; with ``after``, the one that follows it."""
        seal = Seal.objects.filter(pk=UUID(head["seal"])).first()
        if seal is None or not seal.passed:
            raise SealNotUsable()
        outside.refuse_builtin(profiles.ORGANISATION)
        subject = _subject(seal.name, head["organisation"], self._keyring.unit)
        return self._certify(seal.key_name, profiles.ORGANISATION, seal.pk, subject, head.get("after"))

    def _certify_person(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return the certificate (DER) of an approver or salesperson, making it the first time; with ``after``, the one that follows it."""
        profile = _SUBJECTS.get(str(head["profile"]))
        if profile is None:
            raise SigningFailed()
        subject_id = UUID(head["subject"])
        subject = _subject(head["name"], head["organisation"], self._keyring.unit)
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
            return self._record(certificate, profile, subject_id, key_name=key_name)

    def _request_seal(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return a request (PKCS#10, DER) for the next key of a seal, which is made once."""
        outside.authority_for(profiles.ORGANISATION)
        with self._issuing:
            _seal, subject, key_name = self._next_of(head)
            return {"key_name": key_name}, self._keyring.request(key_name, subject)

    def _accept_seal(self, head: dict[str, Any], body: bytes) -> Answer:
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
            return self._record(good.certificate, profiles.ORGANISATION, seal.pk, key_name=key_name, outside=(authority.name, good))

    def _destroy_seal(self, head: dict[str, Any], body: bytes) -> Answer:
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
        return seal, _subject(seal.name, head["organisation"], None), generation(seal.key_name, number)

    def _request_event(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return a request (PKCS#10, DER) for a key of one signature; the key waits here for its certificate."""
        outside.authority_for(profiles.EVENT)
        permission = SealPermission.objects.filter(pk=UUID(head["permission"]), kind=SealPermission.Kind.EVENT).first()
        if permission is None:
            raise PermissionUnknown()
        if self._clock() >= permission.expires_at:
            raise PermissionExpired()
        key, request = self._event_keys.make(_event_subject(permission, None), self._clock())
        return {"key": key}, request

    def _outside_event(self, permission: SealPermission, head: dict[str, Any]) -> tuple[PrivateKey, x509.Certificate, Frame]:
        now = self._clock()
        key = self._event_keys.take(str(head["event_key"]), now)
        name, given = _event_subject(permission, None), certificates_in(str(head["chain"]).encode())
        authority, good = outside.judge(given, key=key.public_key(), name=name, profile=profiles.EVENT, now=now)
        self._record(good.certificate, profiles.EVENT, None, outside=(authority.name, good))
        chain = (good.certificate, *good.issuers)
        return key, good.certificate, Frame(key.suite, tuple(one.public_bytes(Encoding.DER) for one in chain))

    def register_own(self) -> None:
        """Enter the certificates of our TSA and responders, so that OCSP knows them and they can be revoked."""
        for one in self._keyring.own():
            self._record(one.certificate, one.profile, None, key_name=one.key_name)

    def _tsa(self, head: dict[str, Any], body: bytes) -> Answer:
        """Answer an RFC 3161 query (DER) as the built-in TSA."""
        return {}, self._keyring.tsa.respond(body, now=self._clock())

    def _crl(self, head: dict[str, Any], body: bytes) -> Answer:
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
            self.register_own()
        return self._lists

    _revoked = -1

    def _issuer_name(self, record: CertificateRecord) -> str:
        names = {_sha256(one.certificate): one.name for one in self._keyring.issuers}
        return names.get(record.issuer_sha256, self._keyring.issuers[0].name)

    def _ocsp(self, head: dict[str, Any], body: bytes) -> Answer:
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

    def _certificate(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return the certificate (DER) of a CA by its name."""
        named = {"root": self._keyring.root, **{one.name: one.certificate for one in self._keyring.issuers}}
        certificate = named.get(str(head.get("authority")))
        if certificate is None:
            raise AuthorityUnknown()
        return {}, certificate.public_bytes(Encoding.DER)

    def _probe(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return a blank page of our own, signed and timestamped like any document, by a key that is thrown away."""
        now = self._clock()
        page = blank_page()
        prepared = prepare(page, field=Place("Probe", 0, (0, 0, 100, 100)), at=now, certify=True)
        shown = hashlib.sha256(page).digest()
        subject = _subject("Probe", None, self._keyring.unit)
        key, _certificate, frame = self._keyring.event_signer(subject, authority.event_binding(shown, "probe"), now)
        try:
            signature = cms.sign(frame, key, prepared.digested(key.suite.digest), lambda digest: self._timestamps.token(digest).der)
        except TimestampUnavailable as error:
            raise TimestampFailed() from error
        return {}, finish(prepared, signature)

    def _status(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return who we are: names, validity, trust class, where time comes from; the body is root and issuing certificate (PEM)."""
        certificates = [self._keyring.root, self._keyring.issuing.certificate]
        status = {
            "trust_class": self._keyring.trust_class,
            "root_sha256": _sha256(certificates[0]),
            "root_not_after": certificates[0].not_valid_after_utc.isoformat(),
            "root_key_here": self._keyring.hierarchy.root_key_here,
            "root_list_until": self._keyring.root_list_until(),
            "issuing": self._keyring.issuing.name,
            "issuing_not_after": certificates[1].not_valid_after_utc.isoformat(),
            "tsa": [url for _class, url in config().timestamp_authorities] or ["builtin"],
            "locked": self._keyring.locked,
            "token": "locked" if self._keyring.locked else self._keyring.token_state(),
            "time": timezone.now().isoformat(),
        }
        return status, b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def _event_subject(permission: SealPermission, unit: str | None) -> x509.Name:
    return _subject(permission.subject["name"], permission.subject.get("organisation") or None, unit)


def _subject(name: str, organisation: str | None, unit: str | None) -> x509.Name:
    """Return the subject of a certificate. ``unit`` is what the built-in CA says of itself; an outside CA has its own words."""
    if not name or len(name) > 64 or len(organisation or "") > 64:
        raise NameTooLong()
    return authority.subject(name, organisation=organisation, unit=unit)


def _key_id(certificate: x509.Certificate) -> str:
    return hashlib.sha256(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _certificate_of_person(staff_id: UUID | None) -> CertificateRecord:
    """Return a member of staff's newest certificate. Raises PersonCertificateMissing."""
    known = CertificateRecord.objects.filter(profile=profiles.APPROVER.name, subject_id=staff_id, revoked_at=None).exclude(key_name="")
    newest = known.order_by("-created_at", "-not_before").first()
    if newest is None:
        raise PersonCertificateMissing()
    return newest


def _sha256(certificate: x509.Certificate) -> str:
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _revocation(record: CertificateRecord) -> Revocation:
    assert record.revoked_at is not None  # noqa: S101 - the callers ask for revoked ones only
    return Revocation(int(record.serial, 16), record.revoked_at, record.revocation_code or "unspecified", record.suspected_since)
