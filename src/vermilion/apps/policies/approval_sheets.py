"""批改审批单: the sheet that says what a leader approved, signed with her own certificate, so that any PDF reader can check it.

Made behind the approval by a job of its own: a sheet that cannot be made holds up nobody's endorsement, and is tried again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Document, Revision
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties import written_names
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals import services as seals
from vermilion.apps.seals.queries import seal_for
from vermilion.apps.seals.signing import place_of
from vermilion.apps.templates.services import typeset_document
from vermilion.base import children, clock
from vermilion.core.pdf.fields import add_signature_fields

from . import change_papers
from .endorsing import DOCUMENT, _get, _locked, proof_of, subject_of
from .models import Endorsement, EndorsementState

KIND, ROLE = "approval_sheet", "approver"
APPROVED = (EndorsementState.SEALING, EndorsementState.SEALED)
RENEW_BEFORE = timedelta(days=30)
# What the signature says of how she was proven; the sheet is Chinese like every document.
METHODS = {
    "passkey": "通行密钥验证",
    "password+totp": "密码加动态验证码（强度低于通行密钥）",
    "password+sms": "登录加短信验证码（强度低于通行密钥）",
}


def make(*, endorsement_id: UUID) -> None:
    """Typeset, sign and keep the sheet of an approved endorsement. Idempotent. Raises the keeper's errors. Not inside a transaction."""
    endorsement = _get(endorsement_id)
    approver = endorsement.approved_by
    if endorsement.state not in APPROVED or approver is None or endorsement.document is None or endorsement.approval_document_id:
        return
    document, shown = _presented(endorsement, approver)
    _certified(approver)
    permission = seals.staff_permission(
        staff_id=approver.id,
        approval_id=endorsement.id,
        document_id=document.id,
        document_kind=KIND,
        case_id=document.case_id,
        shown_digest=shown.sha256,
        proof=proof_of(endorsement),
    )
    signed = seals.sign_by_person(
        permission_id=permission.id,
        pdf=documents.read(shown),
        field=ROLE,
        appearance_svg=written_names.picture_of(approver.user),
        lines=_lines(endorsement),
        is_last=True,
    )
    key = documents.store_bytes(document.case, document.id, signed.pdf)
    with transaction.atomic():
        locked = _locked(endorsement_id)
        if locked.approval_document_id or locked.state not in APPROVED or locked.document_id != endorsement.document_id:
            seals.abandon(document_id=document.id)
            return  # made by another run, or what was approved is void
        revision = documents.add_revision(document=document, kind="signed", data=signed.pdf, blob_key=key, signed_by=ROLE, closes=True)
        seals.mark_stored(use_id=signed.use_id, revision_digest=revision.sha256)
        locked.approval_document = document
        locked.save(update_fields=["approval_document"])
        facts = {"endorsement": str(locked.id), "approved": locked.shown_digest, "sheet": shown.sha256, "signed": revision.sha256}
        record(stream="case", stream_id=document.case_id, type="endorsement.approval_signed", public=facts)


def missing(since: datetime, until: datetime) -> list[UUID]:
    """Return the endorsements approved between two moments whose sheet is not there yet."""
    rows = Endorsement.objects.filter(state__in=APPROVED, approval_document=None, approved_at__gte=since, approved_at__lt=until)
    return list(rows.exclude(approved_by=None).exclude(document=None).values_list("pk", flat=True)[:100])


def _presented(endorsement: Endorsement, approver: StaffMember) -> tuple[Document, Revision]:
    """Return the unsigned sheet, typeset the first time."""
    case = endorsement.policy.case
    with transaction.atomic():
        document = documents.open_document(case=case, kind=KIND, title=_("批改审批单"), subject=subject_of(endorsement))
    first = document.revisions.filter(number=1).first()
    if first is not None:
        return document, first
    data = change_papers.approval_sheet(endorsement, document, approver, seal_for(case.insurer_id, DOCUMENT).name)
    made = typeset_document(KIND, data, insurer_id=case.insurer_id, product=case.product.code)
    place = place_of(made.zone(ROLE), ROLE, closes=True, label=str(_("审批人")))
    pdf = children.call(add_signature_fields, made.pdf, [place])
    key = documents.store_bytes(case, document.id, pdf)
    with transaction.atomic():
        _locked(endorsement.id)
        first = document.revisions.filter(number=1).first()
        if first is None:
            document = documents.made_from(document, template_digest=made.template_digest, data_digest=made.data_digest)
            first = documents.add_revision(document=document, kind="shown", data=pdf, blob_key=key, pages=made.pages)
    return document, first


def _lines(endorsement: Endorsement) -> list[str]:
    assert endorsement.approved_at is not None  # noqa: S101 - an approved one has it
    moment = endorsement.approved_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    approval = endorsement.content.get("approval", {})
    method = str(approval.get("method", ""))
    behalf = [f"受 {approval['for']} 委托"] if approval.get("for") else []
    return [f"{moment} 批准", *behalf, *([METHODS[method]] if method in METHODS else [])]


def _certified(approver: StaffMember) -> None:
    """See that the approver has a certificate that still lasts; it is issued with her first sheet."""
    facts = {"name": approver.name, "organisation": approver.insurer.name}
    kept = seals.issue_person_certificate(profile=ROLE, subject_id=approver.id, **facts)
    if kept.not_after < clock.now() + RENEW_BEFORE:
        seals.renew_person_certificate(record_id=kept.pk, **facts)
