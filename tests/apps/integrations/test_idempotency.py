"""One key, one request, done once, answered the same for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tests.apps import making
from tests.at_once import at_once
from vermilion.apps.cases.models import Case
from vermilion.apps.integrations import idempotency, services
from vermilion.apps.integrations.errors import IdempotencyKeyMissing, IdempotencyKeyReused, RequestInProgress
from vermilion.apps.integrations.models import ApiClient, IdempotencyRecord
from vermilion.apps.parties.models import Insurer
from vermilion.base import instance
from vermilion.base.errors import VermilionError

Work = Callable[[], tuple[int, Any]]


class Job:
    """Work that leaves a trace in the database."""

    def __init__(self, insurer: Insurer, status: int = 201, error: BaseException | None = None) -> None:
        self.insurer, self.status, self.error = insurer, status, error
        self.runs = 0

    def __call__(self) -> tuple[int, Any]:
        self.runs += 1
        self.insurer.branches.create(code=f"b{self.runs}", name="x", address="x")
        if self.error:
            raise self.error
        return self.status, {"policy_number": "P1", "holder": "李若晴"}


def done(job: Job) -> int:
    return job.insurer.branches.filter(code__startswith="b").count()


def run(client: ApiClient, job: Work, **options: Any) -> services.Answer:
    request = {"key": "k-1", "method": "POST", "path": "/api/v1/policies", "body": b'{"a":1}', **options}
    return services.run_idempotent(client=client, work=job, **request)


@pytest.fixture
def job(client: ApiClient) -> Job:
    return Job(client.insurer)


def test_the_same_request_again_gets_the_stored_answer(client: ApiClient, job: Job) -> None:
    first = run(client, job)
    again = run(client, job)
    assert first == (201, {"policy_number": "P1", "holder": "李若晴"}, False)
    assert again == (201, {"policy_number": "P1", "holder": "李若晴"}, True)
    assert (job.runs, done(job)) == (1, 1)


@pytest.mark.parametrize("changed", [{"body": b'{"a":2}'}, {"body": b""}, {"path": "/api/v1/cases"}, {"method": "PUT"}])
def test_another_request_with_the_key_is_refused(client: ApiClient, job: Job, changed: dict[str, Any]) -> None:
    run(client, job)
    with pytest.raises(IdempotencyKeyReused) as reused:
        run(client, job, **changed)
    assert (reused.value.status, reused.value.code) == (422, "idempotency_key_reused")
    assert job.runs == 1


@pytest.mark.parametrize("key", [None, "", " ", "a b", "钥匙", "k\n", "k" * 256])
def test_a_key_is_needed(client: ApiClient, job: Job, key: str | None) -> None:
    with pytest.raises(IdempotencyKeyMissing) as missing:
        run(client, job, key=key)
    assert missing.value.status == 400
    assert job.runs == 0


def test_keys_of_different_clients_do_not_meet(client: ApiClient, case: Case, job: Job) -> None:
    other = services.create_client(insurer=case.insurer, branch=case.branch, name="销售平台", scopes=[]).client
    run(client, job)
    assert run(other, job, body=b"other").replayed is False


@pytest.mark.parametrize("error", [VermilionError("refused"), ValueError("defect")])
def test_a_request_that_failed_left_nothing_and_may_be_sent_again(client: ApiClient, job: Job, error: Exception) -> None:
    job.error = error
    with pytest.raises(type(error)):
        run(client, job)
    assert done(job) == 0
    assert not IdempotencyRecord.objects.exists()
    job.error = None
    assert run(client, job, body=b'{"corrected":1}').status == 201


def test_a_server_error_is_not_remembered_and_undone(client: ApiClient, job: Job) -> None:
    job.status = 503
    assert run(client, job).status == 503
    assert done(job) == 0
    job.status = 201
    assert run(client, job) == (201, {"policy_number": "P1", "holder": "李若晴"}, False)


def test_a_refusal_that_the_work_answers_is_remembered(client: ApiClient, job: Job) -> None:
    job.status = 409
    run(client, job)
    assert run(client, job).replayed


def test_bodies_lie_encrypted(client: ApiClient, job: Job) -> None:
    run(client, job, body="李若晴".encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM integrations_idempotencyrecord r")
        row = cursor.fetchone()[0]
    assert "李若晴" not in row
    assert "李若晴".encode().hex() not in row


@pytest.mark.django_db(transaction=True)
class TestCommitted:
    @pytest.fixture(autouse=True)
    def _clean(self, clean_jobs: None) -> None:
        instance.forget()

    def _make(self) -> tuple[ApiClient, Job]:
        case = making.make_case()
        client = services.create_client(insurer=case.insurer, branch=case.branch, name="核心系统", scopes=[]).client
        return client, Job(case.insurer)

    def test_many_at_once_do_it_once(self) -> None:
        client, job = self._make()
        results = at_once(*[lambda: run(client, job)] * 8)
        answers = [result for result in results if isinstance(result, services.Answer)]
        assert {type(result) for result in results} <= {services.Answer, RequestInProgress}
        assert [answer.replayed for answer in answers].count(False) == 1
        assert (job.runs, done(job)) == (1, 1)
        assert run(client, job).replayed

    def test_while_one_works_the_other_is_told_to_wait(self, moving: making.MovingClock) -> None:
        client, job = self._make()
        inside, leave = threading.Event(), threading.Event()
        answers: list[services.Answer] = []

        def slow() -> tuple[int, Any]:
            inside.set()
            assert leave.wait(20)
            return job()

        def first() -> None:
            answers.append(run(client, slow))
            connections.close_all()

        thread = threading.Thread(target=first)
        thread.start()
        assert inside.wait(20)
        with pytest.raises(RequestInProgress) as wait:
            run(client, job)
        assert wait.value.status == 409
        moving.forward(minutes=10)  # slow, but alive: its lock tells
        with pytest.raises(RequestInProgress):
            run(client, job)
        leave.set()
        thread.join()
        assert answers[0].replayed is False
        assert run(client, job).replayed
        assert job.runs == 1

    def test_a_request_whose_process_died_is_taken_over(self, moving: making.MovingClock) -> None:
        client, job = self._make()

        # A killed process leaves the committed record behind and its work undone.
        record: list[IdempotencyRecord] = []

        def remember() -> tuple[int, Any]:
            record.extend(IdempotencyRecord.objects.all())
            raise ValueError("died")

        with pytest.raises(ValueError, match="died"):
            run(client, remember)
        IdempotencyRecord.objects.bulk_create(record)
        with pytest.raises(RequestInProgress):
            run(client, job)
        moving.forward(seconds=31)
        assert run(client, job).status == 201
        assert (job.runs, done(job)) == (1, 1)

    def test_the_slow_one_that_was_overtaken_does_nothing(self, moving: making.MovingClock, monkeypatch: pytest.MonkeyPatch) -> None:
        client, job = self._make()
        claim = idempotency._claim

        def asleep(*args: Any) -> Any:
            result = claim(*args)
            monkeypatch.setattr(idempotency, "_claim", claim)
            moving.forward(minutes=1)  # between claiming and working, somebody else takes over and finishes
            assert run(client, job).status == 201
            return result

        monkeypatch.setattr(idempotency, "_claim", asleep)
        with pytest.raises(RequestInProgress):
            run(client, job)
        assert (job.runs, done(job)) == (1, 1)
        assert run(client, job).replayed

    def test_inside_a_transaction_is_a_defect(self) -> None:
        client, job = self._make()
        with pytest.raises(RuntimeError), transaction.atomic():
            run(client, job)
