"""A page shown while a job holds the case: both go through, neither waits for the other's commit check (a deadlock once seen)."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from tests.apps.making import make_case
from vermilion.apps.cases import services as cases
from vermilion.apps.chronicle.queries import events
from vermilion.apps.chronicle.services import record
from vermilion.apps.tracing.services import page_shown

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
