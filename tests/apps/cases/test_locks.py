"""Two at once on one case: they take turns, one of them wins, and neither waits for the other's commit check (a deadlock once seen)."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.db import IntegrityError, connections, transaction

from tests import factories
from tests.apps.making import make_case
from tests.at_once import at_once
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import StepOutOfOrder, TransitionRefused
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.queries import events
from vermilion.apps.chronicle.services import record
from vermilion.apps.signing import applying, confirmation, papers
from vermilion.apps.tracing.services import page_shown
from vermilion.base import instance
from vermilion.cli.demo import content

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_page_is_shown_while_a_job_holds_the_case():
    case = make_case()
    held, recorded = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def job() -> None:
        try:
            with transaction.atomic():
                cases.lock(case.id)
                held.set()
                recorded.wait(5)
                record(stream="case", stream_id=case.id, type="job.did")
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=job)
    thread.start()
    assert held.wait(10)
    with transaction.atomic():
        page_shown(case=case, party=None, page="status", html=b"<p>1</p>", session="s", ip="127.0.0.1", user_agent="pytest")
        recorded.set()
        thread.join(0.5)  # the job now waits for the stream that this transaction has locked
    thread.join(10)
    assert failures == []
    assert [event.type for event in events("case", case.id)] == ["case.started", "page.shown", "job.did"]


def test_of_many_at_once_one_moves_the_case_and_the_others_are_told():
    case = make_case()
    for event in ("confirmation.presented", "application.signed"):
        with transaction.atomic():
            cases.advance(cases.lock(case.id), event)
    wishes = ["application.accepted", "application.declined", "application.postponed", "terms.offered", "case.withdrawn"]

    def decide(event: str) -> str:
        with transaction.atomic():
            cases.advance(cases.lock(case.id), event, actor="test")
        return event

    outcomes = at_once(*[partial(decide, event) for event in wishes])
    # The winner may have led to a state from which a customer can still withdraw; nothing else follows.
    done = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert done
    assert all(isinstance(outcome, TransitionRefused) for outcome in outcomes if outcome not in done), outcomes
    assert len(set(done) - {"case.withdrawn"}) <= 1
    recorded = [event.type for event in events("case", case.id)][3:]
    assert sorted(recorded) == sorted(done)


def test_who_looked_at_an_old_state_without_a_lock_is_stopped_by_the_database():
    case = make_case()
    stale = Case.objects.get(pk=case.pk)
    with transaction.atomic():
        cases.advance(cases.lock(case.id), "case.withdrawn")
    with pytest.raises(IntegrityError, match="a case cannot go from withdrawn to signing"), transaction.atomic():
        cases.advance(stale, "confirmation.presented")
    assert [event.type for event in events("case", case.id)] == ["case.started", "case.withdrawn"]


def test_one_step_pressed_twice_at_once_is_done_once():
    case = make_case()

    def press() -> None:
        with transaction.atomic():
            cases.complete_step(cases.lock(case.id), "notice")

    assert at_once(*[press] * 4) == [None] * 4
    assert [event.type for event in events("case", case.id)] == ["case.started", "step.notice"]


def test_a_draft_saved_while_the_confirmation_is_typeset_is_not_confirmed_unseen(monkeypatch):
    """Two tabs, or two people: one presses on, the other corrects a field. What is shown must be what is kept."""
    instance.decide(demo=True)
    case = factories.case_in("applying")
    application = content.sample_application("critical_illness", 1)
    way = [
        lambda: applying.confirm_notice(case_id=case.id),
        lambda: applying.give_consents(case_id=case.id, ticked={item.key for item in case.product.definition.consents}),
        lambda: applying.submit_application(case_id=case.id, data={k: v for k, v in application.items() if k != "disclosure"}),
        lambda: applying.submit_disclosure(case_id=case.id, answers=application["disclosure"]),
        lambda: applying.confirm_application_notice(case_id=case.id),
        lambda: applying.confirm_exemption(case_id=case.id),
        lambda: applying.check_identity(case_id=case.id, ip="127.0.0.1"),
    ]
    for step in way:
        step()
    typeset = papers.typeset_document

    def meanwhile(*arguments, **options):
        made = typeset(*arguments, **options)
        holder = {**cases.application(case).data["policyholder"], "address": "上海市徐汇区另一条路 1 号"}
        applying.save_draft(case_id=case.id, data={"policyholder": holder})
        return made

    with monkeypatch.context() as patch:
        patch.setattr(papers, "typeset_document", meanwhile)
        with pytest.raises(StepOutOfOrder):
            confirmation.present_confirmation(case_id=case.id)
    case.refresh_from_db()
    assert case.state == "applying"
    assert applying.next_step(case) == "application"
