"""What the keeper does when asked. Each operation takes the request's head and body and returns the answer's."""

from __future__ import annotations

import hashlib
import secrets
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
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.utils import timezone

from vermilion.apps.seals.errors import (
    AuthorityRefused,
    KeeperLocked,
    KeyDeviceAway,
    NotPrepared,
    PermissionExpired,
    PermissionUnknown,
    PersonCertificateMissing,
    SealError,
    SealNotUsable,
    SigningFailed,
    TimestampFailed,
    UseNotCurrent,
)
from vermilion.apps.seals.models import CertificateRecord, SealPermission, SealUse
from vermilion.base.config import config
from vermilion.core.pdf.fields import Place
from vermilion.core.pdf.probe import blank_page
from vermilion.core.pdf.signing import finish, prepare
from vermilion.core.trust import authority, cms, profiles
from vermilion.core.trust.cms import Frame
from vermilion.core.trust.errors import KeyStoreError, TimestampUnavailable, TrustError
from vermilion.core.trust.outside import CertificateRefused
from vermilion.core.trust.request import certificates_in
from vermilion.core.trust.store import Root, TrustClass, TrustStore
from vermilion.core.trust.suites import PrivateKey
from vermilion.core.trust.timestamp import Token
from vermilion.core.trust.tsa_client import HttpAuthority, LocalAuthority, RemoteAuthority, TimestampClient

from . import batches, judge, naming, outside
from .asked import Asked
from .certificates import Answer, Certificates
from .held import Held
from .judge import Intent
from .keyring import Keyring
from .proofs import Proofs
from .publishing import Publishing

logger = structlog.get_logger("vermilion.keeper")


@dataclass(frozen=True)
class _Signed:
    """A signature that is made but not yet entered."""

    use: SealUse
    cms: bytes
    certificate: x509.Certificate
    token: Token


class Operations:
    """The keeper's services over one :class:`Keyring`. ``clock`` returns the present time (aware)."""

    def __init__(self, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock
        self._timestamps = self._timestamp_client()
        self._event_keys = outside.EventKeys()
        self._certificates = Certificates(keyring, lambda: self._clock())
        self._publishing = Publishing(keyring, self._certificates, lambda: self._clock())
        self._proofs = Proofs(lambda: self._clock())
        self._held = Held()

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

    def answer(self, head: dict[str, Any], body: bytes | memoryview) -> Answer:
        """Do what ``head["op"]`` names. Raises SealError; anything else is a fault of the keeper.

        Only what is to be signed is read where it lies, in memory that the caller can write to.
        """
        operation = {
            "timestamp": self._timestamp,
            "certify_seal": self._certificates.certify_seal,
            "certify_person": self._certificates.certify_person,
            "destroy_seal": self._certificates.destroy_seal,
            "request_seal": self._certificates.request_seal,
            "accept_seal": self._certificates.accept_seal,
            "request_event": self._request_event,
            "know_passkey": self._proofs.know_passkey,
            "make_code": self._proofs.make_code,
            "prove_code": self._proofs.prove_code,
            "tsa": self._tsa,
            "crl": self._publishing.crl,
            "ocsp": self._publishing.ocsp,
            "certificate": self._publishing.certificate,
            "timestamp_health": self._timestamp_health,
            "probe": self._probe,
            "status": self._status,
        }.get(str(head.get("op")))
        if operation is None and head.get("op") != "sign":
            raise SigningFailed()
        if self._keyring.locked and head["op"] != "status":
            raise KeeperLocked()
        return operation(head, bytes(body)) if operation else self._sign(head, memoryview(body))

    def start(self) -> None:
        """Enter our own certificates and make the revocation lists, so that the first who asks does not wait."""
        self._publishing.lists()

    def lock(self) -> None:
        """Drop all keys from memory; whoever asks for a signature from now on is refused."""
        self._keyring.lock()

    def _sign(self, head: dict[str, Any], body: memoryview) -> Answer:
        """Sign each document of the list; refuse, fail and record each as if it had come alone."""
        try:
            parts = batches.parted(head.get("documents"), body)
        except batches.BatchFault as error:
            logger.info("refused", op="sign", reason=str(error))
            raise SigningFailed() from error
        asked = [Asked(UUID(one["permission"]), pdf, int(one["shown_length"])) for one, pdf in parts]
        made = [self._signed(found, one) for found, (one, _pdf) in zip(judge.intend(asked, self._clock(), self._held), parts, strict=True)]
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
            return _Signed(found.use, *self._make(found, head))
        except SealError as error:
            return self._failed(found.use, error)
        except CertificateRefused as error:
            return self._failed(found.use, AuthorityRefused(), str(error))
        except KeyStoreError as error:
            return self._failed(found.use, KeyDeviceAway(), str(error))
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
            "certificate_sha256": naming.sha256(made.certificate),
            "key_id": naming.key_id(made.certificate),
            "level": "B-T",
            "signed_at": made.token.time,
        }
        if not SealUse.objects.filter(pk=made.use.pk, state=SealUse.State.INTENT).update(state=SealUse.State.SIGNED, **facts):
            return {"ok": False, "code": UseNotCurrent.code}, b""
        return {"ok": True, **facts, "use": str(made.use.pk), "signed_at": made.token.time.isoformat()}, made.cms

    def _make(self, found: Intent, head: dict[str, Any]) -> tuple[bytes, x509.Certificate, Token]:
        now, permission = self._clock(), found.permission
        key: PrivateKey
        record: CertificateRecord | None
        if permission.kind == SealPermission.Kind.EVENT and "event_key" in head:
            key, certificate, frame = self._outside_event(permission, head)
        elif permission.kind == SealPermission.Kind.EVENT:
            outside.refuse_builtin(profiles.EVENT)
            subject = naming.event_subject(permission, self._keyring.unit)
            binding = authority.event_binding(bytes.fromhex(permission.shown_digest), str(permission.pk))
            key, certificate, frame = self._keyring.event_signer(subject, binding, now)
            self._certificates.record(certificate, profiles.EVENT, None)
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

        digest = found.asked.digested(key.suite.digest)
        if digest is None:
            raise NotPrepared()
        try:
            signature = cms.sign(frame, key, digest, stamp)
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

    def _timestamp_health(self, head: dict[str, Any], body: bytes) -> Answer:
        """Ask every timestamp authority; return what is wrong with each, by name."""
        return {"faults": self._timestamps.faults(hashlib.sha256(secrets.token_bytes(32)).digest())}, b""

    def _request_event(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return a request (PKCS#10, DER) for a key of one signature; the key waits here for its certificate."""
        outside.authority_for(profiles.EVENT)
        permission = SealPermission.objects.filter(pk=UUID(head["permission"]), kind=SealPermission.Kind.EVENT).first()
        if permission is None:
            raise PermissionUnknown()
        if self._clock() >= permission.expires_at:
            raise PermissionExpired()
        key, request = self._event_keys.make(naming.event_subject(permission, None), self._clock())
        return {"key": key}, request

    def _outside_event(self, permission: SealPermission, head: dict[str, Any]) -> tuple[PrivateKey, x509.Certificate, Frame]:
        now = self._clock()
        key = self._event_keys.take(str(head["event_key"]), now)
        name, given = naming.event_subject(permission, None), certificates_in(str(head["chain"]).encode())
        authority, good = outside.judge(given, key=key.public_key(), name=name, profile=profiles.EVENT, now=now)
        self._certificates.record(good.certificate, profiles.EVENT, None, outside=(authority.name, good))
        chain = (good.certificate, *good.issuers)
        return key, good.certificate, Frame(key.suite, tuple(one.public_bytes(Encoding.DER) for one in chain))

    def _tsa(self, head: dict[str, Any], body: bytes) -> Answer:
        """Answer an RFC 3161 query (DER) as the built-in TSA."""
        return {}, self._keyring.tsa.respond(body, now=self._clock())

    def _probe(self, head: dict[str, Any], body: bytes) -> Answer:
        """Return a blank page of our own, signed and timestamped like any document, by a key that is thrown away."""
        now = self._clock()
        page = blank_page()
        prepared = prepare(page, field=Place("Probe", 0, (0, 0, 100, 100)), at=now, certify=True)
        shown = hashlib.sha256(page).digest()
        subject = naming.subject("Probe", None, self._keyring.unit)
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
            "root_sha256": naming.sha256(certificates[0]),
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


def _certificate_of_person(staff_id: UUID | None) -> CertificateRecord:
    """Return a member of staff's newest certificate. Raises PersonCertificateMissing."""
    known = CertificateRecord.objects.filter(profile=profiles.APPROVER.name, subject_id=staff_id, revoked_at=None).exclude(key_name="")
    newest = known.order_by("-created_at", "-not_before").first()
    if newest is None:
        raise PersonCertificateMissing()
    return newest
