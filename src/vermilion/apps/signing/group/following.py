"""The answers of a list, kept in line with the list while it changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from vermilion.apps.cases.models import Case, CaseParty, PartyRole
from vermilion.apps.chronicle.services import record
from vermilion.apps.notices.services import send
from vermilion.apps.signing.models import AccessLink
from vermilion.apps.templates.data import group as paper
from vermilion.base import clock, jobs
from vermilion.base.vault import keyed_hash

from . import queries
from .models import ConsentRound, InsuredConsent
from .queries import State

_PERSONAL = ("name", "id_type", "id_number", "birth_date", "sex", "phone")
Key = tuple[str, str, str]


def application_changed(case: Case, data: dict[str, Any]) -> None:
    """The form was handed in again, case locked: what it no longer asks for is void, who is gone from the list is taken off it."""
    asked = queries.round_of(case)
    if asked is None:
        return
    if paper.terms_digest(data) == asked.terms_digest:
        _take_off(case, asked, {key(entry) for entry in data["insured"]})
        return
    _void(case, asked, "terms_changed")


def change_ended(case: Case, change: UUID) -> None:
    """An endorsement that would have added people was given up, case locked: nobody is asked for it any more, and no consent counts."""
    asked = queries.round_of_change(change)
    if asked is None:
        return
    # Who has consented, and who was asked and could still answer, is told; who fell out or refused knows already.
    waiting = Q(state=State.WAITING, asked_at__isnull=False) if asked.state == ConsentRound.State.OPEN else Q(pk=None)
    for answer in asked.answers.filter(Q(state=State.CONSENTED) | waiting).select_related("party__case").order_by("party__position"):
        send(case=case, template="added_asking_ended", channel="sms", to=answer.party.personal["phone"], party=answer.party, data={})
    _void(case, asked, "change_ended")


def _void(case: Case, asked: ConsentRound, why: str) -> None:
    asked.state, asked.closed_at = ConsentRound.State.VOID, clock.now()
    asked.save(update_fields=["state", "closed_at"])
    asked.document.void = True
    asked.document.save(update_fields=["void"])
    # Who took her consent back reads on her page that this counted.
    dismiss(asked.answers.exclude(state__in=[State.REMOVED, State.WITHDRAWN]))
    record(stream="case", stream_id=case.id, type="consents.void", public={"round": str(asked.id), "why": why})


def key(entry: dict[str, Any]) -> Key:
    """Return by what a person of the list is the same one: number, name and phone, keyed."""
    hashes = keyed_hash("id_number", str(entry.get("id_number", "")).upper()), keyed_hash("name", str(entry.get("name", "")))
    return (*hashes, keyed_hash("phone", str(entry.get("phone", ""))))


def key_of(party: CaseParty) -> Key:
    """Return the same of somebody who was asked."""
    return party.id_hash, party.name_hash, party.phone_hash


def follow(case: Case, asked: ConsentRound, data: dict[str, Any]) -> None:
    """Bring the answers in line with the list: who is new is asked, who is gone is taken off. Case locked."""
    entries = {key(entry): entry for entry in data["insured"]}
    _take_off(case, asked, set(entries))
    known = {key_of(answer.party) for answer in queries.answers(asked)}
    fresh = [(one, entry) for one, entry in entries.items() if one not in known]
    if not fresh:
        return
    newest = CaseParty._base_manager.filter(case=case, role=PartyRole.MEMBER).aggregate(newest=Max("position"))["newest"]
    start = 0 if newest is None else newest + 1
    people = [
        CaseParty(
            case=case,
            role=PartyRole.MEMBER,
            position=place,
            personal={name: entry[name] for name in _PERSONAL if entry.get(name)},
            id_hash=one[0],
            name_hash=one[1],
            phone_hash=one[2],
        )
        for place, (one, entry) in enumerate(fresh, start=start)
    ]
    CaseParty.objects.bulk_create(people)
    moment = clock.now()
    InsuredConsent.objects.bulk_create(InsuredConsent(round=asked, party=party, wanted_at=moment) for party in people)
    record(
        stream="case",
        stream_id=case.id,
        type="consents.asked",
        public={"round": str(asked.id), "count": len(people)},
        private={"people": [[str(party.id), party.personal["name"]] for party in people]},
    )
    enqueue(asked)


def _take_off(case: Case, asked: ConsentRound, staying: set[Key]) -> None:
    gone = [answer for answer in queries.answers(asked) if key_of(answer.party) not in staying]
    if gone:
        dismiss(asked.answers.filter(pk__in=[answer.pk for answer in gone]))
        people = [str(answer.party_id) for answer in gone]
        record(stream="case", stream_id=case.id, type="consents.taken_off", public={"round": str(asked.id), "people": people})


def dismiss(rows: QuerySet[InsuredConsent]) -> None:
    """Take people off a list: their links die, their answers stay on record as those of former parties."""
    people = list(rows.values_list("party_id", flat=True))
    revoke(rows)
    CaseParty._base_manager.filter(pk__in=people).update(former=True)
    rows.update(state=State.REMOVED, wanted_at=None)


def revoke(rows: QuerySet[InsuredConsent]) -> None:
    """Let the links of these people die."""
    people = list(rows.values_list("party_id", flat=True))
    AccessLink.objects.filter(party__in=people, revoked=False).update(revoked=True)


def enqueue(asked: ConsentRound) -> None:
    """Ask for the messages that are wanted; in the transaction that wants them."""
    from vermilion.apps.signing.tasks import ask_insured_job

    jobs.enqueue(ask_insured_job, lock=f"case:{asked.case_id}", round_id=str(asked.id))
