"""An insured person takes her consent back after the list was closed, by a code of her own bound to the paper (IL 34).

The law lets her do so in writing at any time; it is effective as soon as it is recorded, and nobody has to agree. What follows depends on
how far the contract is. Before the premium is paid the application goes back to the company, to be signed without her. A paid policy that
is not sealed yet is held (``on_held``) until a clerk has had the premium returned; then it goes back too. An endorsement that would add
her goes on without her (``on_withdrawn``). Who is on a sealed policy has her cover ended by an endorsement: the request waits at the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.transitions import BY_EVENT, CLOSED
from vermilion.apps.cases.transitions import State as CaseState
from vermilion.apps.chronicle.services import record
from vermilion.apps.identity import services as identity
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.signing import applying, links
from vermilion.base import clock

from . import collecting, following, queries
from .errors import NothingToWithdraw
from .models import ConsentRound, InsuredConsent
from .queries import State

EVENT, HELD = "consent.withdrawn", "issuing.held"


class Effect(StrEnum):
    """What taking a consent back does now."""

    LIST = "list"  # the company's list is open again, or its application comes back to it
    CHANGE = "change"  # the endorsement that would add her goes on without her
    HOLD = "hold"  # a paid policy is not sealed with her on it: a clerk has the premium returned, then the list is open again
    CONTRACT = "contract"  # she is covered: an endorsement ends that


_held: list[Callable[[Case], None]] = []
_leave_out: list[Callable[[InsuredConsent], bool]] = []


def on_withdrawn(handler: Callable[[InsuredConsent], bool]) -> None:
    """Register who takes somebody out of a change that is not sealed yet; it returns False when it is too late for that."""
    _leave_out.append(handler)


def on_held(handler: Callable[[Case], None]) -> None:
    """Register ``handler(case)``, called when a paid case is held because of somebody who took her consent back, case locked."""
    _held.append(handler)


def may_withdraw(answer: InsuredConsent | None) -> bool:
    """Tell whether she consented to what leads or has led to her being covered, and cannot simply change her answer."""
    if answer is None or answer.state != State.CONSENTED or _has_ended(answer):
        return False
    return not queries.is_answerable(answer) and answer.round.case.state not in CLOSED


def _has_ended(answer: InsuredConsent) -> bool:
    """Tell whether an endorsement has ended her cover; until that takes effect there is something to take back."""
    return answer.ended_at is not None and answer.ended_at <= clock.now()


def effect(case: Case, asked: ConsentRound) -> Effect:
    """Return what taking a consent back would do."""
    if asked.change:
        return Effect.CHANGE
    if case.state in (CaseState.HELD, *BY_EVENT[HELD].sources):
        return Effect.HOLD
    return Effect.LIST if case.state in (CaseState.APPLYING, *BY_EVENT[EVENT].sources) else Effect.CONTRACT


def wording(answer: InsuredConsent) -> str:
    """Return what the code says that it is for; no code of a consent serves here."""
    with translation.override(answer.round.case.language):
        return f"{gettext('撤回')}{gettext(answer.round.document.title)} {answer.round.shown_digest[:8]}"


def send_code(*, party_id: UUID, ip: str) -> Any:
    """Send her a code for taking her consent back; return the OneTimeCode. Raises NothingToWithdraw, CaseStopped."""
    answer = _standing(party_id)
    return identity.send_code(
        purpose="willingness",
        phone=answer.party.personal["phone"],
        case=answer.round.case,
        party=answer.party,
        bound_digest=answer.round.shown_digest,
        wording=wording(answer),
        ip=ip,
    )


def withdraw(*, party_id: UUID, code_id: UUID, code: str, ip: str, device: str) -> Effect:
    """Take her consent back and say what that did. Not inside a transaction. Raises the errors of the code; NothingToWithdraw, CaseStopped.

    Nothing that holds up signing holds this up: it only ever takes cover on her death away, which is hers to decide.
    """
    answer = _standing(party_id)
    proof = identity.verify_willingness(
        party=answer.party,
        document_id=answer.round.document_id,
        code_id=code_id,
        value=code,
        shown_digest=answer.round.shown_digest,
        wording=wording(answer),
        ip=ip,
        device=device,
    )
    with transaction.atomic():
        # Everything that moves a contract holds this lock: she takes it back before the next step, or after it.
        case = cases.lock(answer.round.case_id)
        answer = InsuredConsent.objects.select_related("round__document", "party").get(pk=answer.pk)
        if answer.state != State.CONSENTED or _has_ended(answer) or case.state in CLOSED:
            raise NothingToWithdraw()
        answer.round.case = answer.party.case = case
        done = effect(case, answer.round)
        answer.state, answer.withdrawal, answer.withdrawn_at = State.WITHDRAWN, proof, clock.now()
        answer.details = {**(answer.details or {}), "withdrawal": {"ip": ip, "device": device[:300]}}
        answer.save(update_fields=["state", "withdrawal", "withdrawn_at", "details"])
        if done == Effect.CHANGE and not all(handler(answer) for handler in _leave_out):
            done = Effect.CONTRACT
        record(
            stream="case",
            stream_id=case.id,
            type="insured.withdrew",
            public={
                "round": str(answer.round_id),
                "shown": answer.round.shown_digest,
                "willingness": str(proof.id),
                "person": str(party_id),
                "effect": str(done),
            },
            private={"name": answer.party.personal["name"], "ip": ip, "device": device[:300]},
        )
        if done == Effect.LIST:
            give_back(case, answer.round)
            _tell_company(case, "apply")
        else:
            _tell_company(case, "read")
        if done == Effect.HOLD and case.state != CaseState.HELD:
            cases.advance(case, HELD, actor="member")
            for tell in _held:
                tell(case)
        if done == Effect.CONTRACT:
            answer.ending_wanted = True  # unless an endorsement does so anyhow, the desk sees to it
            answer.save(update_fields=["ending_wanted"])
    return done


def mark_ended(*, answer_id: UUID, staff: StaffMember) -> InsuredConsent:
    """The service desk has had her cover ended. Once: a second click changes nothing."""
    with transaction.atomic():
        found = InsuredConsent.objects.select_related("round").filter(pk=answer_id, round__case__insurer=staff.insurer).first()
        if found is None:
            raise NothingToWithdraw()
        cases.lock(found.round.case_id)
        answer = InsuredConsent.objects.select_related("round__case").get(pk=answer_id)
        if not answer.ending_wanted:
            raise NothingToWithdraw()
        if answer.ended_at is None:
            answer.ended_at, answer.ended_by = clock.now(), staff
            answer.save(update_fields=["ended_at", "ended_by"])
            facts = {"round": str(answer.round_id), "person": str(answer.party_id)}
            record(stream="case", stream_id=answer.round.case_id, type="insured.cover_ended", public=facts, private={"by": staff.name})
    return answer


def end_covers(case: Case, people: list[dict[str, Any]], *, moment: datetime, staff: StaffMember | None) -> list[CaseParty | None]:
    """An endorsement ends the cover of these people at ``moment``: what they consented to is done. Return who consented, in their order.

    Case locked.
    """
    rows = InsuredConsent.objects.filter(round__case=case, state__in=[State.CONSENTED, State.WITHDRAWN], ended_at=None)
    rows = rows.select_related("party__case", "round__case").order_by("party__position")  # of who was asked twice the newest counts
    answers = {following.key_of(answer.party): answer for answer in rows}
    found: list[CaseParty | None] = []
    for person in people:
        answer = answers.get(following.key(person))
        found.append(answer.party if answer else None)
        if answer:
            answer.ended_at, answer.ended_by = moment, staff
            answer.save(update_fields=["ended_at", "ended_by"])
            facts = {"round": str(answer.round_id), "person": str(answer.party_id), "ends": clock.rfc3339(moment)}
            by = {"by": staff.name} if staff else {}
            record(stream="case", stream_id=case.id, type="insured.cover_ended", public=facts, private=by)
    return found


def give_back(case: Case, asked: ConsentRound, *, event: str = EVENT, actor: str = "member") -> None:
    """Let the company of a locked case go on from its list without her: it is open again, and everything before it stays done."""
    before = {step.name: step.digest for step in case.steps.filter(party=None, round=cases.application_version(case))}
    if case.state != CaseState.APPLYING:
        case = cases.reopen_application(case_id=case.id, actor=actor, event=event)
    collecting.reopen_without(case, asked)
    kept = applying.before(case, collecting.STEP)
    for name in kept:
        if name in before:
            cases.complete_step(case, name, content_digest=before[name])
    applying.forget_from(case, collecting.STEP)


def _tell_company(case: Case, purpose: str) -> None:
    agent = applying.applicant(case)
    if agent is not None:
        links.send_link(case=case, party=agent, purpose=purpose, template="consent_withdrawn")


def _standing(party_id: UUID) -> InsuredConsent:
    """Return a consent that may be taken back. Raises NothingToWithdraw, CaseStopped."""
    party = CaseParty.objects.filter(pk=party_id).first()
    answer = queries.answer_of(party) if party else None
    if answer is None or answer.state != State.CONSENTED or _has_ended(answer) or answer.round.case.state in CLOSED:
        raise NothingToWithdraw()
    if answer.round.case.blocked_by == cases.STOPPED:
        raise CaseStopped()
    return answer
