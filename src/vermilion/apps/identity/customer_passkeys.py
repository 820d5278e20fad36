"""A customer's passkey: set up after a fresh code to the phone on record, asked for exactly the document that was shown (ADR 0024's form).

A question lives three minutes and is used up by the first answer, right or wrong. What it binds, and what is kept to check an answer
again, is as for the insurer's people (``parties.passkeys``).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from vermilion.apps.cases.models import CaseParty
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.passkeys import LASTS, RelyingParty
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.base.rows import only
from vermilion.base.vault import keyed_hash
from vermilion.core.trust import passkeys as webauthn
from vermilion.core.trust.passkeys import Assertion, PasskeyRefused

from .errors import PasskeyNotProven, PasskeyUnknown
from .passkey_models import CustomerPasskey, PasskeyQuestion

MOST = 5  # passkeys of one person
Purpose = PasskeyQuestion.Purpose


def subject_of(party: CaseParty) -> str:
    """Return by whom a passkey is found: the person with this name, number and phone, in whichever case."""
    return keyed_hash("passkey_subject", f"{party.name_hash}{party.id_hash}{party.phone_hash}")


def usable(party: CaseParty) -> list[CustomerPasskey]:
    """Return the passkeys by which a party can prove her will."""
    return list(_of(party).filter(removed_at=None).order_by("-created_at")[:MOST])


def remove(*, passkey_id: UUID, party: CaseParty) -> None:
    """Let a passkey of ``party`` prove nothing from now on; what it proved before stays. Raises PasskeyUnknown. Safe to repeat."""
    with transaction.atomic():
        passkey = only(_of(party).select_for_update(no_key=True).filter(pk=passkey_id))
        if passkey is None:
            raise PasskeyUnknown()
        if passkey.removed_at is None:
            passkey.removed_at = clock.now()
            passkey.save(update_fields=["removed_at"])
            # Its owner's present case, and every case in which it signed: each is judged by its own evidence.
            used = passkey.answers.filter(purpose=Purpose.WILLINGNESS, refusal="").values_list("case_id", "party__role")
            signers = {**dict(used), party.case_id: party.role}
            for case_id in sorted(signers):
                facts = {"passkey": str(passkey.id), "signer": signers[case_id] or ""}
                record(stream="case", stream_id=case_id, type="passkey.removed", public=facts)


def last_used(passkey: CustomerPasskey) -> datetime | None:
    """Return when it last proved her will."""
    used = passkey.answers.filter(purpose=Purpose.WILLINGNESS, refusal="").aggregate(last=Max("used_at"))
    last: datetime | None = used["last"]
    return last


def _of(party: CaseParty) -> QuerySet[CustomerPasskey]:
    return CustomerPasskey.objects.filter(insurer_id=party.case.insurer_id, subject_hash=subject_of(party))


def ask(
    *, party: CaseParty, site: RelyingParty, purpose: str, document_id: UUID | None = None, shown_digest: str = "", wording: str = ""
) -> PasskeyQuestion:
    """Make a question that lives three minutes."""
    moment = clock.now()
    return PasskeyQuestion.objects.create(
        case=party.case,
        party=party,
        purpose=purpose,
        subject=str(document_id or ""),
        shown_digest=shown_digest,
        wording_digest=sha256(wording.encode()) if wording else "",
        nonce=secrets.token_hex(32),
        rp_id=site.id,
        origin=site.origin,
        created_at=moment,
        expires_at=moment + LASTS,
    )


def register(*, question_id: UUID, party: CaseParty, client_data: bytes, attestation_object: bytes) -> CustomerPasskey:
    """Keep a new passkey of ``party``. Raises PasskeyNotProven, on record. Not inside a transaction."""
    made: CustomerPasskey | None = None
    with transaction.atomic(durable=True):
        question, reason = opened(question_id, party, Purpose.REGISTER)
        if question and not reason:
            made, reason = _registered(question, party, client_data, attestation_object)
        close(question, party, passkey=made, refusal=reason)
        if made:
            facts = {"passkey": str(made.id), "signer": party.role, "synced": made.synced}
            record(stream="case", stream_id=party.case_id, type="passkey.added", public=facts)
    if made is None:
        raise PasskeyNotProven(reason)
    return made


def _registered(
    question: PasskeyQuestion, party: CaseParty, client_data: bytes, attestation_object: bytes
) -> tuple[CustomerPasskey | None, str]:
    try:
        found = webauthn.check_registration(passkeys.expected(question), client_data=client_data, attestation_object=attestation_object)
    except PasskeyRefused as error:
        return None, error.reason
    if CustomerPasskey.objects.filter(credential_hash=sha256(found.credential_id)).exists():
        return None, "known"
    made = CustomerPasskey.objects.create(
        insurer_id=party.case.insurer_id,
        subject_hash=subject_of(party),
        credential_hash=sha256(found.credential_id),
        data=found.data,
        sign_count=found.sign_count,
        synced=found.synced,
        created_at=clock.now(),
    )
    return made, ""


def judge(
    question: PasskeyQuestion, party: CaseParty, answer: Assertion, *, document_id: UUID, shown_digest: str, wording: str
) -> tuple[CustomerPasskey | None, str]:
    """Return the passkey whose answer holds for exactly this, or why none does. Inside the caller's transaction, question locked."""
    asked = (question.subject, question.shown_digest, question.wording_digest)
    if asked != (str(document_id), shown_digest, sha256(wording.encode())):
        return None, "other_subject"
    rows = CustomerPasskey.objects.select_for_update(no_key=True)
    passkey = rows.filter(credential_hash=sha256(answer.credential_id), insurer_id=party.case.insurer_id).first()
    if passkey is None or passkey.removed_at or passkey.subject_hash != subject_of(party):
        return None, "unknown_passkey"
    try:
        count = webauthn.check_assertion(passkeys.expected(question), answer, data=bytes(passkey.data), sign_count=passkey.sign_count)
    except PasskeyRefused as error:
        return None, error.reason
    passkey.sign_count = count
    passkey.save(update_fields=["sign_count"])
    return passkey, ""


def opened(question_id: UUID, party: CaseParty, purpose: str) -> tuple[PasskeyQuestion | None, str]:
    """Return the locked question and why it cannot be answered (any more); an empty reason when it can."""
    question = PasskeyQuestion.objects.select_for_update(no_key=True).filter(pk=question_id, party=party, purpose=purpose).first()
    if question is None:
        return None, "unknown_challenge"
    if question.used_at is not None:
        return None, "replayed"
    return question, "expired" if question.expires_at <= clock.now() else ""


def close(question: PasskeyQuestion | None, party: CaseParty, *, passkey: CustomerPasskey | None, refusal: str) -> None:
    """Use a question up, and put a refusal on record."""
    if question is not None:
        question.used_at, question.passkey, question.refusal = clock.now(), passkey, refusal[:20]
        question.save()
    if refusal:
        record(stream="case", stream_id=party.case_id, type="passkey.refused", public={"reason": refusal, "signer": party.role})


def forget_unused() -> None:
    """Delete the questions that nobody answered."""
    PasskeyQuestion.objects.filter(used_at=None, expires_at__lt=clock.now() - timedelta(days=1)).delete()
