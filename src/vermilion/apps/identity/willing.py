"""意愿认证: turning a one-time code into the proof that one signature uses up."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.cases.models import CaseParty, Revision
from vermilion.apps.chronicle.services import record
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.base.errors import VermilionError

from . import codes
from .errors import CodeBoundElsewhere, WillingnessConsumed, WillingnessForeign
from .models import OneTimeCode, Willingness, WillingnessState

PURPOSE = "willingness"


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
                codes.count_try(code)
            else:
                codes.use(code)
                willingness = _create(code, party, document_id, shown_digest, wording, ip, device)
    if error:
        raise error
    assert willingness is not None  # noqa: S101 -- judged without an error
    return willingness


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


def _create(code: OneTimeCode, party: CaseParty, document_id: UUID, shown_digest: str, wording: str, ip: str, device: str) -> Willingness:
    willingness = Willingness.objects.create(
        case=party.case,
        party=party,
        signer_role=party.role,
        document_id=document_id,
        shown_digest=shown_digest,
        method="sms",
        code=code,
        details={"wording": wording, "ip": ip, "device": device[:300]},
        verified_at=clock.now(),
    )
    _record(willingness, "willingness.verified", private={"wording": wording, "ip": ip, "device": device[:300]}, code=str(code.id))
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
