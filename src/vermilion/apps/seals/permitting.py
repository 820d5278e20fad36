"""Permissions to sign one document once, on the strength of a grant, an approval, a decision or a Willingness; and what closes their use.

The keeper judges each again before it signs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.chronicle.services import record
from vermilion.base.clock import now

from .errors import GrantExceeded, GrantMissing, GrantNotApproved, NameTooLong, SealError, SealNotUsable, UseNotCurrent
from .granting import is_weaker
from .models import Seal, SealGrant, SealPermission, SealUse

GRANT_USE_WITHIN = timedelta(hours=24)
"""A machine's permission outlives a night of retries, not more."""
STILL_GOOD_FOR = timedelta(minutes=1)
"""What an earlier try's permission must have left to be used again."""
PERSON_USE_WITHIN = timedelta(minutes=30)
"""A person's fresh proof of intent; retries of the same signature fit in."""


@transaction.atomic
def grant_permission(
    *,
    insurer_id: UUID,
    document_kind: str,
    product: str,
    amount: int | None,
    document_id: UUID,
    case_id: UUID | None,
    shown_digest: str,
    template_digest: str,
    data_digest: str,
) -> SealPermission:
    """Permit the machine to set a seal under a standing grant.

    ``amount``: sum insured in fen. ``shown_digest``: SHA-256 (hex) of the complete unsigned PDF. The keeper judges all limits again.
    Raises GrantMissing, GrantNotApproved, GrantExceeded or SealNotUsable.
    """
    moment = now()
    grants = SealGrant.objects.select_related("seal__insurer").filter(
        seal__insurer_id=insurer_id, seal__state=Seal.State.ACTIVE, state=SealGrant.State.ACTIVE
    )
    fitting = [grant for grant in grants.order_by("valid_from", "id") if grant.covers(document_kind, product)]
    if not fitting:
        raise _why_none(insurer_id, document_kind, product)
    fitting = [grant for grant in fitting if not (grant.seal.insurer.passkeys_required and is_weaker(grant))]
    if not fitting:
        raise GrantNotApproved()
    usable = [grant for grant in fitting if _within(grant, amount, moment)]
    if not usable:
        raise GrantExceeded()
    kept = _kept(kind=SealPermission.Kind.GRANT, document=document_id, shown_digest=shown_digest, grant__in=usable)
    return kept or SealPermission.objects.create(
        kind=SealPermission.Kind.GRANT,
        seal=usable[0].seal,
        grant=usable[0],
        case=case_id,
        document=document_id,
        document_kind=document_kind,
        product=product,
        amount=amount,
        shown_digest=shown_digest,
        template_digest=template_digest,
        data_digest=data_digest,
        expires_at=moment + GRANT_USE_WITHIN,
    )


def _why_none(insurer_id: UUID, document_kind: str, product: str) -> SealError:
    """Say why no grant fits: there is one, but its seal is frozen or retired; or there is none."""
    standing = SealGrant.objects.select_related("seal").filter(seal__insurer_id=insurer_id, state=SealGrant.State.ACTIVE)
    for grant in standing.order_by("valid_from", "id"):
        if grant.covers(document_kind, product):
            facts = {"name": grant.seal.name, "state": grant.seal.get_state_display()}
            return SealNotUsable(_("印章“%(name)s”现在是“%(state)s”，不能用印。") % facts)
    return GrantMissing()


def _kept(**facts: Any) -> SealPermission | None:
    """Return the permission that an earlier try of the same signature got, so that one intent never yields two: the keeper uses it once."""
    rows = SealPermission.objects.filter(**facts, expires_at__gt=now() + STILL_GOOD_FOR)
    return rows.exclude(uses__state=SealUse.State.STORED).order_by("-expires_at").first()


def _within(grant: SealGrant, amount: int | None, moment: datetime) -> bool:
    fits = grant.max_amount is None or (amount is not None and amount <= grant.max_amount)
    return fits and grant.valid_from <= moment < grant.valid_to


@transaction.atomic
def approval_permission(
    *,
    seal_id: UUID,
    approval_id: UUID,
    approved_by: UUID,
    document_id: UUID,
    document_kind: str,
    case_id: UUID | None,
    shown_digest: str,
    proof: dict[str, Any],
) -> SealPermission:
    """Permit one use of a seal that a person (StaffMember ``approved_by``) approved for exactly the shown bytes. Raises SealNotUsable.

    ``proof``: what the keeper judges her approval of ``approval_id`` by: "method", "shown" and a passkey's evidence.
    """
    seal = Seal.objects.filter(pk=seal_id).first()
    if seal is None or seal.state != Seal.State.ACTIVE:
        raise SealNotUsable()
    facts = {"kind": SealPermission.Kind.APPROVAL, "document": document_id, "shown_digest": shown_digest, "basis": approval_id}
    kept = _kept(**facts, seal=seal, proof=proof)
    return kept or SealPermission.objects.create(
        **facts,
        seal=seal,
        case=case_id,
        document_kind=document_kind,
        approved_by=approved_by,
        proof=proof,
        expires_at=now() + GRANT_USE_WITHIN,
    )


@transaction.atomic
def staff_permission(
    *,
    staff_id: UUID,
    approval_id: UUID,
    document_id: UUID,
    document_kind: str,
    case_id: UUID | None,
    shown_digest: str,
    proof: dict[str, Any],
) -> SealPermission:
    """Permit one signature with the certificate of a member of staff, on the strength of her own decision ``approval_id``.

    ``proof``: what the keeper judges that decision by, as for :func:`approval_permission`.
    """
    facts: dict[str, Any] = {"kind": SealPermission.Kind.STAFF, "document": document_id, "shown_digest": shown_digest, "basis": approval_id}
    facts |= {"approved_by": staff_id, "proof": proof}
    return _kept(**facts) or SealPermission.objects.create(
        **facts, case=case_id, document_kind=document_kind, expires_at=now() + GRANT_USE_WITHIN
    )


@transaction.atomic
def event_permission(
    *,
    willingness_id: UUID,
    signer_name: str,
    document_id: UUID,
    document_kind: str,
    case_id: UUID | None,
    data_key_id: UUID,
    shown_digest: str,
    organisation: str = "",
    evidence: dict[str, Any] | None = None,
) -> SealPermission:
    """Permit one signature of a person by an event certificate, on the strength of a Willingness bound to the shown bytes.

    ``organisation``: the company that she acts for. ``data_key_id``: the case's, under which the name is kept. ``evidence``: the record of
    her identity check, for an outside CA that wants it. Raises NameTooLong.
    """
    if not signer_name or len(signer_name) > 64 or len(organisation) > 64:
        raise NameTooLong()
    kept = _kept(kind=SealPermission.Kind.EVENT, document=document_id, shown_digest=shown_digest, basis=willingness_id)
    return kept or SealPermission.objects.create(
        kind=SealPermission.Kind.EVENT,
        case=case_id,
        document=document_id,
        document_kind=document_kind,
        basis=willingness_id,
        shown_digest=shown_digest,
        subject={"name": signer_name, "organisation": organisation, "evidence": evidence or {}},
        data_key_id=data_key_id,
        expires_at=now() + PERSON_USE_WITHIN,
    )


@transaction.atomic
def mark_stored(*, use_id: UUID, revision_digest: str) -> SealUse:
    """Close a use: the file is stored, its SHA-256 is ``revision_digest`` (hex). Call it in the transaction that records the Revision.

    Raises UseNotCurrent when another attempt took its place or it is stored already; then the caller's transaction must not stand.
    """
    use = SealUse.objects.select_related("permission").filter(pk=use_id).first()
    if use is None:
        raise UseNotCurrent()
    SealPermission.objects.select_for_update(no_key=True).get(pk=use.permission_id)  # the keeper takes the same lock before it abandons
    changed = SealUse.objects.filter(pk=use_id, state=SealUse.State.SIGNED).update(
        state=SealUse.State.STORED, revision_digest=revision_digest, stored_at=now()
    )
    if not changed:
        raise UseNotCurrent()
    use.refresh_from_db()
    if use.seal_id is not None:
        facts = {
            "document": str(use.permission.document),
            "permission": str(use.permission_id),
            "kind": use.permission.kind,
            "shown_digest": use.shown_digest,
            "revision_digest": revision_digest,
            "certificate_serial": use.certificate_serial,
            "signed_at": use.signed_at,
        }
        record(stream="seal", stream_id=use.seal_id, type="seal.used", private=facts)
    return use


@transaction.atomic
def abandon(*, document_id: UUID) -> None:
    """Close the uses for a document that will never be kept: what was signed of it, if anything, is lost."""
    permissions = SealPermission.objects.select_for_update(no_key=True).filter(document=document_id).order_by("pk")
    SealUse.objects.filter(permission__in=list(permissions), state__in=[SealUse.State.INTENT, SealUse.State.SIGNED]).update(
        state=SealUse.State.ABANDONED
    )
