"""People whom an endorsement adds to a group's policy consent themselves first, where the product asks for it (IL 34).

The change waits in CONSENTS until everybody has answered or the company closes the list. It then goes on with those who consented: list,
premium and the day it takes effect are reckoned anew. Who takes her consent back before it is sealed is left out again, and what was
signed, waits for approval or was approved is made anew.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.seals import services as seals
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.group import collecting, queries
from vermilion.apps.signing.group.errors import ConsentsClosed
from vermilion.apps.signing.group.models import ConsentRound, InsuredConsent
from vermilion.apps.templates.data import group as paper
from vermilion.base import jobs

from .giving_up import give_up
from .models import Endorsement, EndorsementState, PolicyStatus
from .servicing import OPEN_STATES, Addition, added_content, addition, addition_rule, latest_version, note

KIND = "add_insured"


def proceed(endorsement: Endorsement) -> None:
    """Ask the people of a change that waits for their consents; go on when everybody has answered. Idempotent."""
    policy, content = endorsement.policy, endorsement.content
    data = {**content["application"], "insured": content["application"]["insured"][content["first_added"] :]}
    asked = collecting.open_for_change(
        case_id=policy.case_id,
        change=endorsement.id,
        data=data,
        joining=paper.Joining(policy.number, endorsement.effective_at, policy.cover_to),
        wanted=lambda: Endorsement.objects.filter(pk=endorsement.pk, state=EndorsementState.CONSENTS).exists(),
    )
    if asked is not None and not queries.counts(asked).waiting:
        close(change=endorsement.id)


def close(*, change: UUID, seen: queries.Counts | None = None) -> None:
    """End the asking and go on with who consented. ``seen``: the numbers that the company confirmed; none: everybody has answered.

    Raises ConsentsClosed; TransitionRefused when the numbers are not those of now.
    """
    with transaction.atomic():
        endorsement = _locked(change)
        asked = queries.round_of_change(change)
        if endorsement is None or endorsement.state != EndorsementState.CONSENTS or asked is None:
            if seen is None:
                return  # somebody closed it meanwhile
            raise ConsentsClosed()
        case = endorsement.policy.case
        if case.blocked_by == cases.STOPPED:
            raise cases.CaseStopped()
        counted = queries.counts(asked)
        if seen is not None and counted != seen:
            raise cases.TransitionRefused()
        if seen is None and counted.waiting:
            return  # one of them has changed her mind
        _go_on(endorsement, asked)


def answered(answer: InsuredConsent) -> None:
    """Somebody answered; the last answer lets the change go on. Called by signing, case locked."""
    if answer.round.change and not queries.counts(answer.round).waiting:
        _later(answer.round.case_id, answer.round.change)


def withdrawn(answer: InsuredConsent) -> bool:
    """Leave out of a change somebody who took her consent back; False when it is sealed. Called by signing, case locked."""
    endorsement = _locked(answer.round.change) if answer.round.change else None
    if endorsement is None or endorsement.state not in OPEN_STATES:
        return False
    if endorsement.state != EndorsementState.CONSENTS:
        # The leader's sheet too, also one that waits for her signature still.
        sheets = endorsement.policy.case.documents.filter(kind="approval_sheet", subject__startswith=str(endorsement.id))
        for document in (endorsement.application_document, endorsement.document, *sheets):
            if document is not None:
                signing.void_tasks(document)
                document.void = True
                document.save(update_fields=["void"])
                seals.abandon(document_id=document.id)
        _go_on(endorsement, answer.round)
    return True


def _go_on(endorsement: Endorsement, asked: ConsentRound) -> None:
    """Make the change one of the people who consent now; without any it is given up."""
    policy, case = endorsement.policy, endorsement.policy.case
    content = endorsement.content
    listed = content["asked"]
    agreed = collecting.covered({"insured": listed}, asked)["insured"]
    if not agreed:
        return _give_up(endorsement, "nobody_consented")
    if policy.status != PolicyStatus.IN_FORCE or policy.ended_at:
        return _give_up(endorsement, "policy_ended")
    rule = addition_rule(policy)
    try:
        added = addition(policy, rule, agreed)
    except ApplicationInvalid as error:  # too old meanwhile, or the period is over: no reason to keep anybody to her consent
        return _give_up(endorsement, error.code)
    if asked.state == ConsentRound.State.OPEN:
        collecting.finish(case, asked, premium=added.premium + added.delta)
    endorsement.approved_by = endorsement.approved_at = endorsement.approval_document = None
    content.pop("approval", None)
    endorsement.content = {**content, **_reckoned(added, asked, len(listed)), "turn": content.get("turn", 0) + 1}
    endorsement.premium_delta, endorsement.effective_at = added.delta, added.effective
    endorsement.from_version = latest_version(policy).number
    endorsement.state = EndorsementState.SIGNING if rule.signers else EndorsementState.APPROVAL
    endorsement.application_document = endorsement.document = None
    endorsement.shown_digest = endorsement.last_error = ""
    endorsement.save()
    note(endorsement, "endorsement.consented", {"changes": endorsement.content["changes"]}, round=str(asked.id), people=len(agreed))
    return _later(case.id, endorsement.id)


def _give_up(endorsement: Endorsement, why: str) -> None:
    give_up(endorsement, why)
    note(endorsement, "endorsement.withdrawn", why=why)


def _reckoned(added: Addition, asked: ConsentRound, listed: int) -> dict[str, Any]:
    """Return what the papers of the change say now, with how many consented to which paper."""
    changes, text = added_content(added)
    count = len(added.people)
    told = paper.declared(consented=count, left_out=listed - count, document=asked.document, digest=asked.shown_digest).zh
    return {"application": added.application, "changes": changes, "text": text, "declared": told}


def _locked(change: UUID) -> Endorsement | None:
    found = Endorsement.objects.select_related("policy").filter(pk=change).first()
    if found is None:
        return None
    case: Case = cases.lock(found.policy.case_id)
    rows = Endorsement.objects.select_for_update(of=("self",), no_key=True).select_related("policy", "application_document", "document")
    endorsement = rows.get(pk=change)
    endorsement.policy.case = case
    return endorsement


def _later(case_id: UUID, change: UUID) -> None:
    from .tasks import prepare_endorsement_job

    jobs.enqueue(prepare_endorsement_job, lock=f"case:{case_id}", endorsement_id=str(change))
