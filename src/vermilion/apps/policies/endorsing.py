"""The papers of a change: 批改申请书 to sign, 批单 to approve by its digest, sealing it, the new version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events as evidence
from vermilion.apps.notices.services import send
from vermilion.apps.parties import delegating
from vermilion.apps.parties.delegating import Standing
from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.parties.scoping import scope_of
from vermilion.apps.products.signers import signer_person
from vermilion.apps.seals import resting, weaker
from vermilion.apps.seals import services as seals
from vermilion.apps.seals.errors import SealNotUsable
from vermilion.apps.seals.models import Seal, SealPermission
from vermilion.apps.seals.queries import seal_for
from vermilion.apps.signing import links, papers
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.applying import applicant_role
from vermilion.apps.signing.models import SigningTask
from vermilion.base import clock, jobs
from vermilion.base.canonical import digest
from vermilion.core.typeset import Zone

from . import adding, change_papers, delivery, events, removing
from .errors import ApprovalRefused, NotApprover, PolicyNotFound, SelfApproval
from .finishing import ENDS, end_by_change, finish_later
from .giving_up import give_up
from .models import Endorsement, EndorsementState, Policy, PolicyVersion
from .servicing import latest_version, note

#: Ways to be proven that bind no document and can't be checked again; a passkey's answer does and can.
WEAKER = (weaker.TOTP, weaker.SMS)
APPLICATION, DOCUMENT = "servicing_application", "endorsement"


def prepare(*, endorsement_id: UUID) -> None:
    """Do the machine's next step of a change: typeset the application, or the endorsement, or seal it. Idempotent."""
    endorsement = _get(endorsement_id)
    if endorsement.state == EndorsementState.CONSENTS:
        adding.proceed(endorsement)
    elif endorsement.state == EndorsementState.SIGNING:
        _present_application(endorsement)
    elif endorsement.state in (EndorsementState.APPROVAL, EndorsementState.SEALING):
        _present_document(endorsement)
    if endorsement.state == EndorsementState.SEALING:
        seal(endorsement_id=endorsement_id)
    Endorsement.objects.filter(pk=endorsement_id).exclude(last_error="").update(last_error="")


def application_signed(case: Case, document: Document) -> None:
    """The customer signed the 批改申请书: on to approval. Called by signing, case locked."""
    rows = Endorsement.objects.select_for_update(of=("self",), no_key=True).select_related("policy")
    endorsement = rows.filter(application_document=document).first()
    if endorsement is None or endorsement.state != EndorsementState.SIGNING:
        return  # withdrawn, or to be signed without somebody, while her signature was being written
    rule = case.product.definition.servicing_rule(endorsement.kind)
    endorsement.state = EndorsementState.APPROVAL if rule is None or rule.approval else EndorsementState.SEALING
    endorsement.save(update_fields=["state"])
    note(endorsement, "endorsement.signed", document=str(document.id))
    _later(endorsement)


def application_refused(case: Case, task: SigningTask) -> None:
    """The customer refused to sign the change: it is given up, the policy stays as it is."""
    for endorsement in Endorsement.objects.filter(application_document=task.document):
        endorsement.policy.case = case
        give_up(endorsement, "refused", tell=False)


def approve(
    *, endorsement_id: UUID, staff: StaffMember, shown_digest: str, method: str, proof: dict[str, Any] | None = None
) -> Endorsement:
    """A leader approves exactly the document of ``shown_digest``; who asked can't approve.

    ``method``: how she was proven; ``proof``: what of it is kept with the event, to be checked again (see ``approving``).
    """
    with transaction.atomic():
        endorsement, right = _before_approver(endorsement_id, staff)
        if endorsement.state != EndorsementState.APPROVAL or not shown_digest or endorsement.shown_digest != shown_digest:
            raise ApprovalRefused()
        endorsement.state, endorsement.approved_by, endorsement.approved_at = EndorsementState.SEALING, staff, clock.now()
        kept = {"method": method, "shown": shown_digest, **(proof or {}).get("passkey", {})}  # for the keeper
        endorsement.content = {**endorsement.content, "approval": {"method": method, **right.facts(), "proof": kept}}
        endorsement.save(update_fields=["state", "approved_by", "approved_at", "content"])
        facts = {"by": staff.name, **right.facts(), **(proof or {})}
        note(endorsement, "endorsement.approved", facts, shown=shown_digest, method=method, weaker=method in WEAKER)
        _later(endorsement)
        from .tasks import approval_sheet_job

        jobs.enqueue(approval_sheet_job, endorsement_id=str(endorsement.id))
    return endorsement


def refuse(
    *, endorsement_id: UUID, staff: StaffMember, reason: str, method: str = "session", proof: dict[str, Any] | None = None
) -> Endorsement:
    """A leader refuses, with a reason; the policy stays as it is and the clerk sees why. ``method``, ``proof``: as for ``approve``."""
    with transaction.atomic():
        endorsement, right = _before_approver(endorsement_id, staff)
        if endorsement.state != EndorsementState.APPROVAL or not reason.strip():
            raise ApprovalRefused()
        endorsement.approved_by = staff
        endorsement.content = {**endorsement.content, "comment": reason.strip()[:400], "approval": {"method": method, **right.facts()}}
        endorsement.save()
        give_up(endorsement, "refused", state=EndorsementState.REFUSED)
        facts = {"by": staff.name, **right.facts(), "reason": reason.strip()[:400], **(proof or {})}
        note(endorsement, "endorsement.refused", facts, shown=endorsement.shown_digest, method=method)
    return endorsement


def standing_for(endorsement: Endorsement, staff: StaffMember) -> Standing:
    """Return by what right ``staff`` decides this change: as an approver or for one who lent it. Raises SelfApproval, NotApprover.

    Who asked decides neither herself nor through whom she lent her authority.
    """
    branch = endorsement.policy.case.branch_id
    right = delegating.standing(person=staff, role=Role.APPROVER, branch=branch, barred=[endorsement.requested_by_id])
    if right is None:
        own = staff.pk == endorsement.requested_by_id or delegating.standing(person=staff, role=Role.APPROVER, branch=branch)
        raise SelfApproval() if own else NotApprover()
    return right


def why_resting(endorsement: Endorsement) -> str:
    """Return why the seal that would stand on it can't be used now, in words; empty when it can, or when there never was one."""
    insurer = endorsement.policy.insurer_id
    try:
        return resting.why(seal_for(insurer, DOCUMENT))
    except SealNotUsable:
        newest = Seal.objects.select_related("certificate").filter(insurer=insurer, kind=DOCUMENT).order_by("-created_at").first()
        return resting.why(newest) if newest else ""


def _before_approver(endorsement_id: UUID, staff: StaffMember) -> tuple[Endorsement, Standing]:
    endorsement = _locked(endorsement_id)
    if endorsement.policy.insurer_id != staff.insurer_id:
        raise PolicyNotFound()
    return endorsement, standing_for(endorsement, staff)


def seal(*, endorsement_id: UUID) -> None:
    """Seal the approved document, make the next PolicyVersion, tell the customer at once. Idempotent."""
    endorsement = _get(endorsement_id)
    if endorsement.state != EndorsementState.SEALING:
        return
    policy, document = endorsement.policy, endorsement.document
    if document is None:
        return  # not typeset yet: ``prepare`` does that first
    shown = document.revisions.get(number=1)
    pdf = documents.read(shown)
    with transaction.atomic():
        permission = _permission(endorsement, document)
    zone = _zone(endorsement)
    sealed = seals.seal_document(permission_id=permission.id, pdf=pdf, zone=zone)
    key = documents.store_bytes(policy.case, document.id, sealed.pdf)
    with transaction.atomic():
        endorsement = _locked(endorsement_id)
        if endorsement.state != EndorsementState.SEALING or endorsement.document_id != document.id:
            seals.abandon(document_id=document.id)
            return  # sealed by another run, or made anew without somebody meanwhile
        policy = endorsement.policy
        revision = documents.add_revision(document=document, kind="sealed", data=sealed.pdf, blob_key=key, closes=True)
        seals.mark_stored(use_id=sealed.use_id, revision_digest=revision.sha256)
        version = _next_version(endorsement, document)
        endorsement.state, endorsement.sealed_at, endorsement.last_error = EndorsementState.SEALED, clock.now(), ""
        endorsement.save(update_fields=["state", "sealed_at", "last_error"])
        if endorsement.kind in ENDS:
            end_by_change(policy, kind=endorsement.kind, moment=endorsement.effective_at)
        elif endorsement.kind == "change_contact":
            _follow_contact(policy, version)
        elif endorsement.kind == removing.KIND:
            removing.removed(endorsement)
        note(endorsement, "endorsement.sealed", version=version.number, sha256=revision.sha256)
        _tell_customer(endorsement)
        if policy.case.state == State.ARCHIVED:
            finish_later(policy.case)
        events.tell(policy.case, "policy.endorsed", {"endorsement": endorsement.number, "version": version.number, "status": policy.status})


def _present_application(endorsement: Endorsement) -> None:
    case = endorsement.policy.case
    with transaction.atomic():
        document = documents.open_document(
            case=case, kind=APPLICATION, title=change_papers.titles(endorsement)[0], subject=subject_of(endorsement)
        )
        if document.revisions.exists():
            return
    party = delivery.recipient(case)
    template, data = change_papers.application(endorsement, document, party)
    paper = papers.typeset(case, document, data, template=template, roles=[party.role])
    with transaction.atomic():
        case = cases.lock(case.id)
        if document.revisions.exists() or not _still(endorsement):
            return
        shown = papers.show(paper)
        Endorsement.objects.filter(pk=endorsement.pk).update(application_document=shown.document)
        signing.open_tasks(case=case, shown=shown, signers=[party])
        links.send_link(case=case, party=party, purpose="sign")


def _present_document(endorsement: Endorsement) -> None:
    """Typeset the 批单 and keep it as the revision whose digest the leader approves."""
    case = endorsement.policy.case
    with transaction.atomic():
        document = documents.open_document(
            case=case, kind=DOCUMENT, title=change_papers.titles(endorsement)[1], subject=subject_of(endorsement)
        )
        if document.revisions.exists():
            return
    template, data = change_papers.endorsement_paper(endorsement, document)
    paper = papers.typeset(case, document, data, template=template)
    with transaction.atomic():
        case = cases.lock(case.id)
        if document.revisions.exists() or not _still(endorsement):
            return
        shown = papers.show(paper)
        locked = _locked(endorsement.id)
        zone = paper.made.zone("insurer")
        locked.document, locked.shown_digest = shown.document, shown.sha256
        # Canonical JSON has no floats: hundredths of a point.
        box = [round(value * 100) for value in (zone.x, zone.y, zone.width, zone.height)]
        locked.content = {**locked.content, "zone": {"page": zone.page, "box": box}}
        locked.save(update_fields=["document", "shown_digest", "content"])
        note(locked, "endorsement.presented", shown=shown.sha256)
        if locked.state == EndorsementState.APPROVAL:
            _ask_approvers(locked)


def subject_of(endorsement: Endorsement) -> str:
    """Return what a paper of the change is kept under; one that was made anew without somebody is another document."""
    turn = endorsement.content.get("turn", 1)
    return str(endorsement.id) if turn == 1 else f"{endorsement.id}-{turn}"


def _still(endorsement: Endorsement) -> bool:
    """Tell whether the change is what it was when its paper was made. Case locked."""
    now = Endorsement.objects.select_related("policy__case").get(pk=endorsement.pk)
    return now.state == endorsement.state and now.content.get("turn") == endorsement.content.get("turn")


def _ask_approvers(endorsement: Endorsement) -> None:
    case = endorsement.policy.case
    staff_of = case.insurer.staff.filter(active=True, roles__contains=[Role.APPROVER])
    approvers = [person for person in staff_of if scope_of(person, [Role.APPROVER]).covers(case.branch_id)]
    people = {person.pk: person for person in [*approvers, *delegating.stand_ins(Role.APPROVER, approvers)]}
    for staff in people.values():
        send(
            case=case,
            template="approval_asked",
            channel="sms",
            to=staff.phone,
            # Staff open /a/ after their own log-in; the code only finds the change quickly.
            data={"pickup": endorsement.number[-4:]},
        )


def _permission(endorsement: Endorsement, document: Document) -> SealPermission:
    case = endorsement.policy.case
    if endorsement.approved_by_id:
        return seals.approval_permission(
            seal_id=seal_for(case.insurer_id, DOCUMENT).id,
            approval_id=endorsement.id,
            approved_by=endorsement.approved_by_id,
            document_id=document.id,
            document_kind=DOCUMENT,
            case_id=case.id,
            shown_digest=endorsement.shown_digest,
            proof=proof_of(endorsement),
        )
    return seals.grant_permission(
        insurer_id=case.insurer_id,
        document_kind=DOCUMENT,
        product=case.product.code,
        amount=0,
        document_id=document.id,
        case_id=case.id,
        shown_digest=endorsement.shown_digest,
        template_digest=document.template_digest,
        data_digest=document.data_digest,
    )


def proof_of(endorsement: Endorsement) -> dict[str, Any]:
    """Return what the keeper judges the approval by; of one given before it did so, what stands in the evidence."""
    approval: dict[str, Any] = endorsement.content["approval"]
    if "proof" not in approval:
        said = [one for one in evidence("case", endorsement.policy.case_id) if one.type == "endorsement.approved"]
        mine = [one.private["passkey"] for one in said if one.public.get("shown") == endorsement.shown_digest and "passkey" in one.private]
        return {"method": approval["method"], "shown": endorsement.shown_digest, **(mine[-1] if mine else {})}
    proof: dict[str, Any] = approval["proof"]
    return proof


def _next_version(endorsement: Endorsement, document: Document) -> PolicyVersion:
    policy, old = endorsement.policy, latest_version(endorsement.policy)
    fields = {
        **old.fields,
        "application": endorsement.content["application"],
        # What a contract that ends gives back is no part of what it says.
        "premium": old.fields["premium"] + (0 if endorsement.kind in ENDS else endorsement.premium_delta),
    }
    return PolicyVersion.objects.create(
        policy=policy,
        number=old.number + 1,
        job="cancellation" if endorsement.kind in ENDS else "change",
        fields=fields,
        fields_digest=digest(fields),
        previous_digest=old.fields_digest,
        document=document,
        premium_delta=endorsement.premium_delta,
        effective_at=endorsement.effective_at,
        recorded_at=clock.now(),
    )


def _follow_contact(policy: Policy, version: PolicyVersion) -> None:
    """Messages go to the new phone and mail from now on, and she is found by the new phone."""
    party = delivery.recipient(policy.case)
    person = signer_person(version.fields["application"], applicant_role(policy.case))
    party.personal = {**party.personal, **{key: person[key] for key in ("phone", "email", "address") if key in person}}
    cases.rehash_party(party)


def _tell_customer(endorsement: Endorsement) -> None:
    case = endorsement.policy.case
    links.send_link(case=case, party=delivery.recipient(case), purpose="read", template="endorsement_done", channels=("sms", "mail"))


def _zone(endorsement: Endorsement) -> Zone:
    kept = endorsement.content["zone"]
    x, y, width, height = (value / 100 for value in kept["box"])
    return Zone(role="insurer", page=kept["page"], x=x, y=y, width=width, height=height)


def _later(endorsement: Endorsement) -> None:
    from .tasks import prepare_endorsement_job

    jobs.enqueue(prepare_endorsement_job, lock=f"case:{endorsement.policy.case_id}", endorsement_id=str(endorsement.id))


def _get(endorsement_id: UUID) -> Endorsement:
    return Endorsement.objects.select_related(
        "policy__case__product",
        "policy__case__insurer",
        "policy__case__branch",
        "policy__case__data_key",
        "document",
        "application_document",
        "requested_by",
        "approved_by__insurer",
    ).get(pk=endorsement_id)


def _locked(endorsement_id: UUID) -> Endorsement:
    endorsement = _get(endorsement_id)
    case = cases.lock(endorsement.policy.case_id)
    endorsement = (
        Endorsement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("policy", "document", "application_document", "requested_by")
        .get(pk=endorsement_id)
    )
    endorsement.policy.case = case
    return endorsement
