"""意愿认证: turning a one-time code, a face or a sentence written out by hand into the proof that one signature uses up."""

from __future__ import annotations

import json
import math
import re
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from vermilion.apps.cases.models import CaseParty, Revision
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties import passkeys
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.base.errors import VermilionError
from vermilion.core.trust.passkeys import Assertion

from . import codes, customer_passkeys
from .errors import CodeBoundElsewhere, PasskeyNotProven, StatementIncomplete, WillingnessConsumed, WillingnessForeign, WillingnessNotReady
from .limits import FACE_WILL
from .models import CheckResult, IdentityCheck, OneTimeCode, Willingness, WillingnessState
from .queries import subject_hash

PURPOSE = "willingness"
_EVENT_NAMES = {"check_made": "check", "passkey_answer": "challenge"}
SMALLEST = 12.0  # CSS pixels: a drawn 一 is wider, a slip of the finger is not


def verify_willingness(
    *, party: CaseParty, document_id: UUID, code_id: UUID, value: str, shown_digest: str, wording: str, ip: str, device: str = ""
) -> Willingness:
    """Return the Willingness of ``party`` to sign exactly the bytes of ``shown_digest``. Must not run inside a transaction.

    The code must have been sent with purpose ``willingness`` to this party, bound to the same digest and with the same wording. Raises as
    :func:`codes.check_code` does; a try with another document, wording or person counts as a wrong one.
    """
    willingness: Willingness | None = None
    with transaction.atomic(durable=True):
        code, error = codes.judge(code_id, value, PURPOSE, shown_digest)
        if code and not error:
            error = _foreign(code, party, shown_digest, wording)
            if error:
                codes.count_try(code, error.code)
            else:
                codes.use(code)
                willingness = _create(party, document_id, shown_digest, "sms", _proof(wording, ip, device), code=code)
    if error:
        raise error
    assert willingness is not None  # noqa: S101 -- judged without an error
    return willingness


def verify_face(
    *, party: CaseParty, document_id: UUID, check_id: UUID, shown_digest: str, wording: str, ip: str, device: str = ""
) -> Willingness:
    """Return the Willingness that a face check proves: of this person, begun for exactly this file and wording, passed minutes ago, once.

    Raises WillingnessNotReady, WillingnessConsumed. Must not run inside a transaction.
    """
    with transaction.atomic(durable=True):
        check = IdentityCheck.objects.select_for_update(of=("self",), no_key=True).select_related("case").filter(pk=check_id).first()
        fresh = check and check.result == CheckResult.PASSED and check.checked_at and clock.now() - check.checked_at <= FACE_WILL
        if check is None or not fresh or check.party_id != party.id or check.subject_hash != subject_hash(party):
            raise WillingnessNotReady()
        if not shown_digest or check.bound_digest != shown_digest or check.details.get("wording") != wording:
            raise WillingnessNotReady()
        if Willingness.objects.filter(check_made=check).exists():
            raise WillingnessConsumed()
        return _create(party, document_id, shown_digest, "face", _proof(wording, ip, device), check_made=check)


def verify_passkey(
    *,
    party: CaseParty,
    document_id: UUID,
    question_id: UUID,
    answer: Assertion,
    shown_digest: str,
    wording: str,
    ip: str,
    device: str = "",
) -> Willingness:
    """Return the Willingness that a passkey's answer proves, to a question made for exactly this document and wording.

    Raises PasskeyNotProven, which uses the question up and is on record. Must not run inside a transaction.
    """
    willingness: Willingness | None = None
    with transaction.atomic(durable=True):
        question, reason = customer_passkeys.opened(question_id, party, customer_passkeys.Purpose.WILLINGNESS)
        passkey = None
        if question and not reason:
            given = {"document_id": document_id, "shown_digest": shown_digest, "wording": wording}
            passkey, reason = customer_passkeys.judge(question, party, answer, **given)  # type: ignore[arg-type]
        if question and passkey:
            question.client_data, question.authenticator_data = answer.client_data, answer.authenticator_data
            question.signature = answer.signature
        customer_passkeys.close(question, party, passkey=passkey, refusal=reason)
        if question and passkey:
            details = {**_proof(wording, ip, device), "passkey": passkeys.evidence(question)}
            willingness = _create(party, document_id, shown_digest, "passkey", details, passkey_answer=question)
    if willingness is None:
        raise PasskeyNotProven(reason)
    return willingness


def units(statement: str) -> list[str]:
    """Return what is written one by one when a statement is copied: its characters, Latin words and numbers whole; no punctuation."""
    return re.findall(r"[A-Za-z0-9]+|[^\W_]", statement)


def verify_copied(
    *, party: CaseParty, document_id: UUID, shown_digest: str, wording: str, statement: str, drawings: list[Any], ip: str, device: str = ""
) -> Willingness:
    """Return the Willingness of somebody who wrote ``statement`` out by hand: one drawing (signature_pad's ``toData()``) for each unit.

    Nobody judges what the strokes say, only that each is a drawing; they are kept as evidence. Raises StatementIncomplete, and
    WillingnessConsumed for drawings that have served before. Must not run inside a transaction.
    """
    wanted = units(statement)
    if not wanted or not shown_digest or len(drawings) != len(wanted) or not all(_is_drawn(one) for one in drawings):
        raise StatementIncomplete()
    raw = json.dumps(drawings, separators=(",", ":"))
    kept = {**_proof(wording, ip, device), "statement": statement, "strokes": raw}
    try:
        with transaction.atomic(durable=True):
            return _create(party, document_id, shown_digest, "copied", kept, proof_digest=sha256(raw.encode()))
    except IntegrityError as error:  # these drawings have served before, or serve at this very moment
        raise WillingnessConsumed() from error


def _is_drawn(drawing: Any) -> bool:
    try:
        points = [(float(point["x"]), float(point["y"])) for stroke in drawing for point in stroke["points"]]
    except (TypeError, KeyError, ValueError, OverflowError):
        return False
    if len(points) < 3 or not all(math.isfinite(x) and math.isfinite(y) for x, y in points):
        return False
    wide, high = (max(axis) - min(axis) for axis in zip(*points, strict=True))
    return max(wide, high) >= SMALLEST


def consume_willingness(willingness_id: UUID, revision_id: UUID) -> Willingness:
    """Use up a Willingness for the stored revision; runs inside the transaction that records the revision.

    Raises WillingnessConsumed the second time, WillingnessForeign when the revision is of another document.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a willingness is consumed in the transaction that stores the signed revision")
    willingness = Willingness.objects.select_for_update(no_key=True).get(pk=willingness_id)
    if willingness.state == WillingnessState.CONSUMED:
        raise WillingnessConsumed()
    if not Revision.objects.filter(pk=revision_id, document_id=willingness.document_id).exists():
        raise WillingnessForeign()
    willingness.state, willingness.consumed_at, willingness.revision_id = WillingnessState.CONSUMED, clock.now(), revision_id
    willingness.save(update_fields=["state", "consumed_at", "revision"])
    _record(willingness, "willingness.consumed", revision=str(revision_id))
    return willingness


def _foreign(code: OneTimeCode, party: CaseParty, shown_digest: str, wording: str) -> VermilionError | None:
    same = code.party_id == party.id and shown_digest and code.wording_digest == sha256(wording.encode())
    return None if same else CodeBoundElsewhere()


def _proof(wording: str, ip: str, device: str) -> dict[str, Any]:
    return {"wording": wording, "ip": ip, "device": device[:300]}


def _create(
    party: CaseParty, document_id: UUID, shown_digest: str, method: str, details: dict[str, Any], *, proof_digest: str = "", **proof: Any
) -> Willingness:
    willingness = Willingness.objects.create(
        case=party.case,
        party=party,
        signer_role=party.role,
        document_id=document_id,
        shown_digest=shown_digest,
        method=method,
        details=details,
        proof_digest=proof_digest,
        verified_at=clock.now(),
        **proof,
    )
    told: dict[str, object] = {name: details[name] for name in ("wording", "ip", "device", "statement", "passkey") if name in details}
    rests_on = {_EVENT_NAMES.get(name, name): str(value.id) for name, value in proof.items()}
    if proof_digest:
        rests_on["copy"] = proof_digest
    _record(willingness, "willingness.verified", private=told, **rests_on)
    return willingness


def _record(willingness: Willingness, type: str, *, private: dict[str, object] | None = None, **public: object) -> None:
    facts = {
        "willingness": str(willingness.id),
        "document": str(willingness.document_id),
        "shown_digest": willingness.shown_digest,
        "method": willingness.method,
        "signer": willingness.signer_role,
        **public,
    }
    record(stream="case", stream_id=willingness.case_id, type=type, public=facts, private=private)
