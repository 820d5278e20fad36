"""The company's side: ask every insured person of the list, remind, reopen, close. Closing leaves on the list who consented, no one else.

The list is that of an application, or the people whom an endorsement adds to a policy (``change``; what becomes of it then is told by
``policies.adding``).

A list that changes meanwhile is followed: who stays as she was keeps her answer, who is new is asked, who is gone is taken off. When the
company, the plan, the sum or the period changes, what was asked is void, and everybody is asked anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.services import record
from vermilion.apps.signing import applying, links, papers
from vermilion.apps.templates.data import group as paper
from vermilion.base import clock
from vermilion.base.canonical import digest

from . import queries
from .errors import ConsentsClosed, ConsentsStillOpen, NoRound, TooFewConsented
from .following import dismiss, enqueue, follow, key, key_of, revoke
from .models import ConsentRound
from .queries import Counts, State

KIND = "insured_consent"
TITLE = gettext_noop("被保险人同意书")
STEP = "insured_consents"
PURPOSE = "consent"
#: Messages that one job sends in one transaction.
BATCH = 50


def open_round(*, case_id: UUID) -> ConsentRound:
    """Show the paper and ask everybody on the list of a complete application. Safe to repeat: it then follows the list.

    Raises StepOutOfOrder before the agent and her phone are proven.
    """
    with transaction.atomic():
        case = applying.ready_for(case_id, STEP)
        row = cases.application(case)
        wanted = paper.terms_digest(row.data)
        asked = queries.round_of(case)
        if asked is not None and asked.terms_digest == wanted:
            _reopen(case, asked)
            follow(case, asked, row.data)
            return asked
        number = case.consent_rounds.count() + 1
        document = documents.open_document(case=case, kind=KIND, title=TITLE, subject=f"round-{number}", language=case.language)
    made = papers.typeset(case, document, paper.insured_consent(document, row.data))
    with transaction.atomic():
        case = applying.ready_for(case_id, STEP)
        data = cases.application(case).data
        asked = queries.round_of(case)
        if asked is not None or paper.terms_digest(data) != wanted:
            raise cases.TransitionRefused()  # asked, or changed, in another tab meanwhile
        asked = _show(case, made, wanted)
        follow(case, asked, data)
    return asked


def open_for_change(
    *, case_id: UUID, change: UUID, data: dict[str, Any], joining: paper.Joining, wanted: Callable[[], bool]
) -> ConsentRound | None:
    """Ask the people of ``data["insured"]`` whom an endorsement adds. Safe to repeat.

    ``wanted`` is asked with the case locked: None is returned when the change does not wait for consents any more.
    """
    with transaction.atomic():
        case = cases.lock(case_id)
        asked = queries.round_of_change(change)
        if asked is not None or not wanted():
            return asked
        document = documents.open_document(case=case, kind=KIND, title=TITLE, subject=f"added-{change}", language=case.language)
    made = papers.typeset(case, document, paper.insured_consent(document, data, joining))
    with transaction.atomic():
        case = cases.lock(case_id)
        asked = queries.round_of_change(change)
        if asked is not None or not wanted():
            return asked
        asked = _show(case, made, paper.terms_digest(data), change=change)
        follow(case, asked, data)
        agent = applying.applicant(case)
        if agent is not None:
            links.send_link(case=case, party=agent, purpose="read", template="added_insured_asked")
    return asked


def _show(case: Case, made: papers.Paper, terms: str, *, change: UUID | None = None) -> ConsentRound:
    """Keep the paper as what is consented to, and open the asking. Case locked."""
    shown = papers.show(made, closes=True)
    asked = ConsentRound.objects.create(
        case=case,
        change=change,
        document=shown.document,
        shown_digest=shown.sha256,
        terms_digest=terms,
        opened_at=clock.now(),
        closes_at=_cut_off(case),
    )
    facts = {"round": str(asked.id), "document": str(shown.document_id), "shown": shown.sha256, "terms": terms}
    record(stream="case", stream_id=case.id, type="consents.opened", public=facts | ({"change": str(change)} if change else {}))
    return asked


def remind(*, case_id: UUID, change: UUID | None = None) -> int:
    """Ask those again who have not answered for hours; return how many. Nobody is asked more often than ``queries.MOST_MESSAGES`` times."""
    with transaction.atomic():
        case, asked = _asked(case_id, change)
        if asked.state != ConsentRound.State.OPEN or queries.is_late(asked):
            raise ConsentsClosed()
        count = queries.due(asked).update(wanted_at=clock.now())
        if count:
            record(stream="case", stream_id=case.id, type="consents.reminded", public={"round": str(asked.id), "count": count})
            enqueue(asked)
    return count


def extend(*, case_id: UUID, change: UUID | None = None) -> ConsentRound:
    """Open an asking anew whose cut-off has passed and that was not closed. Raises ConsentsStillOpen."""
    with transaction.atomic():
        case, asked = _asked(case_id, change)
        if asked.state != ConsentRound.State.OPEN:
            raise ConsentsClosed()
        if not queries.is_late(asked):
            raise ConsentsStillOpen()
        asked.closes_at = _cut_off(case)
        asked.save(update_fields=["closes_at"])
        queries.due(asked).update(wanted_at=clock.now())
        enqueue(asked)
        until = clock.rfc3339(asked.closes_at)
        record(stream="case", stream_id=case.id, type="consents.extended", public={"round": str(asked.id), "until": until})
    return asked


def close(*, case_id: UUID, seen: Counts) -> Counts:
    """End the asking: the list and the premium are those of the people who consented. ``seen``: the numbers that were confirmed.

    Raises TooFewConsented; TransitionRefused when somebody answered since the page was shown, so that nobody drops out unseen.
    """
    with transaction.atomic():
        case = applying.ready_for(case_id, STEP)
        _case, asked = _asked(case_id)
        row = cases.application(case)
        if asked.state != ConsentRound.State.OPEN or paper.terms_digest(row.data) != asked.terms_digest:
            raise ConsentsClosed()
        follow(case, asked, row.data)
        counted = queries.counts(asked)
        if counted != seen:
            raise cases.TransitionRefused()
        data = covered(row.data, asked)
        if len(data["insured"]) < case.product.definition.insured_min:
            raise TooFewConsented()
        checked = applying.check_form(case, data, with_disclosure=True)
        cases.save_application(
            case_id=case.id, data=checked.application, sum_insured=checked.quote.sum_insured, premium=checked.quote.premium
        )
        proofs = finish(case, asked, premium=checked.quote.premium)
        cases.complete_step(case, STEP, required_before=applying.before(case, STEP), content_digest=proofs)
    return counted


def finish(case: Case, asked: ConsentRound, *, premium: int) -> str:
    """Close a list as it stands, case locked; return the digest of its proofs.

    Who consented keeps her link: by it she may take her consent back.
    """
    counted = queries.counts(asked)
    asked.state, asked.closed_at = ConsentRound.State.CLOSED, clock.now()
    asked.save(update_fields=["state", "closed_at"])
    revoke(asked.answers.exclude(state__in=[State.REMOVED, State.CONSENTED]))
    proofs = digest(sorted(str(one) for one in asked.answers.filter(state=State.CONSENTED).values_list("willingness_id", flat=True)))
    facts = {
        "round": str(asked.id),
        "shown": asked.shown_digest,
        "consented": counted.consented,
        "waiting": counted.waiting,
        "refused": counted.refused,
        "proofs": proofs,
    }
    record(stream="case", stream_id=case.id, type="consents.closed", public=facts, private={"premium": premium})
    return proofs


def covered(data: dict[str, Any], asked: ConsentRound) -> dict[str, Any]:
    """Return the application with the list of those who consented, in its order."""
    agreed = {key_of(answer.party) for answer in queries.answers(asked) if answer.state == State.CONSENTED}
    return {**data, "insured": [entry for entry in data["insured"] if key(entry) in agreed]}


def send_messages(*, round_id: UUID) -> bool:
    """Send the next messages that are wanted; tell whether more wait. One transaction: killed in it, none of them was sent."""
    with transaction.atomic():
        case_id = ConsentRound.objects.values_list("case_id", flat=True).get(pk=round_id)
        case = cases.lock(case_id)
        asked = ConsentRound.objects.get(pk=round_id)
        if asked.state != ConsentRound.State.OPEN or case.blocked_by == cases.STOPPED:
            return False
        wanted = (
            asked.answers.filter(wanted_at__isnull=False, state=State.WAITING).select_related("party__case").order_by("party__position")
        )
        rows = list(wanted[: BATCH + 1])
        for answer in rows[:BATCH]:
            answer.wanted_at, answer.asked_at, answer.times_asked = None, clock.now(), answer.times_asked + 1
            answer.save(update_fields=["wanted_at", "asked_at", "times_asked"])
            links.send_link(case=case, party=answer.party, purpose=PURPOSE, template="insured_consent")
    return len(rows) > BATCH


def _asked(case_id: UUID, change: UUID | None = None) -> tuple[Case, ConsentRound]:
    case = cases.lock(case_id)
    asked = queries.round_of_change(change) if change else queries.round_of(case)
    if asked is None or asked.case_id != case.id:
        raise NoRound()
    asked.case = case
    if not queries.may_ask(asked):
        raise ConsentsClosed()
    if case.blocked_by == cases.STOPPED:
        raise CaseStopped()
    return case, asked


def _cut_off(case: Case) -> Any:
    return clock.now() + timedelta(hours=case.product.definition.times.link_hours)


def reopen_without(case: Case, asked: ConsentRound) -> None:
    """Go on with a list after somebody on it took her consent back; who was left out when it was closed stays out. Case locked."""
    if asked.state == ConsentRound.State.CLOSED:
        dismiss(asked.answers.filter(state__in=[State.WAITING, State.REFUSED]))
    _reopen(case, asked)


def _reopen(case: Case, asked: ConsentRound) -> None:
    """Go on with a closed asking: the application was corrected since, and asks for the same."""
    if asked.state == ConsentRound.State.CLOSED:
        asked.state, asked.closed_at, asked.closes_at = ConsentRound.State.OPEN, None, _cut_off(case)
        asked.save(update_fields=["state", "closed_at", "closes_at"])
        record(stream="case", stream_id=case.id, type="consents.reopened", public={"round": str(asked.id)})
