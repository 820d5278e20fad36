"""Jobs live and die with the caller's transaction, run again when they fail, and tell why without personal data."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from vermilion.base import jobs
from vermilion.base.errors import VermilionError
from vermilion.base.jobs.port import Pauses
from vermilion.base.models import JobFailure

seen: list[Any] = []


class Hopeless(VermilionError):
    code = "hopeless"
    message = "这件事重试也没有用。"
    permanent = True


@jobs.task(name="tests.note", queue="seal")
def note(*, case_id: str) -> None:
    seen.append(case_id)


@jobs.task(name="tests.fail", attempts=3)
def fail(*, case_id: str) -> None:
    seen.append(case_id)
    raise RuntimeError("张三 13800000000")


@jobs.task(name="tests.fail_for_good")
def fail_for_good(*, case_id: str) -> None:
    try:
        raise KeyError("13800000000")
    except KeyError as error:
        raise Hopeless() from error


@pytest.fixture(autouse=True)
def _fresh() -> None:
    seen.clear()


def waiting() -> list[str]:
    """Return the waiting jobs of these tests. A worker that ran over the full minute left the sweeps of that minute beside them."""
    return list(ProcrastinateJob.objects.filter(status="todo", task_name__startswith="tests.").values_list("task_name", flat=True))


@pytest.mark.django_db
class TestEnqueue:
    def test_a_roll_back_takes_the_job_along(self) -> None:
        class Stop(Exception):
            pass

        with pytest.raises(Stop), transaction.atomic():
            jobs.enqueue(note, case_id=uuid.uuid4())
            raise Stop
        assert waiting() == []

    def test_one_of_a_queueing_lock_waits_and_the_transaction_stays_usable(self) -> None:
        with transaction.atomic():
            assert jobs.enqueue(note, queueing_lock="case:1", case_id="1")
            assert jobs.enqueue(note, queueing_lock="case:1", case_id="1") is None
            assert jobs.enqueue(note, queueing_lock="case:2", case_id="2")
        assert len(waiting()) == 2

    def test_ids_only(self) -> None:
        for value in ({"name": "张三"}, 1.5, None, ["1"]):
            with pytest.raises(TypeError):
                jobs.enqueue(note, case_id=value)  # type: ignore[arg-type]

    def test_many(self) -> None:
        assert jobs.enqueue_many(note, [{"case_id": uuid.uuid4()} for _number in range(250)]) == 250
        assert len(waiting()) == 250

    def test_drain_runs_what_a_job_enqueues_too(self, drain_jobs: Any) -> None:
        jobs.enqueue(note, case_id="1")
        jobs.enqueue(note, delay_seconds=3600, case_id="later")
        assert drain_jobs() == 1
        assert seen == ["1"]
        assert drain_jobs(delayed=True) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("clean_jobs")
class TestWorker:
    def test_runs_and_is_done(self) -> None:
        jobs.enqueue(note, case_id="1")
        jobs.run_waiting()
        assert seen == ["1"]
        assert ProcrastinateJob.objects.get(task_name="tests.note").status == "succeeded"

    def test_a_failure_is_tried_again_and_told_without_the_exceptions_text(self) -> None:
        job_id = jobs.enqueue(fail, case_id="1")
        for _attempt in range(3):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
            jobs.run_waiting()
        assert seen == ["1", "1", "1"]
        (failed,) = jobs.failed()
        assert (failed.id, failed.error, failed.ids) == (job_id, "RuntimeError", {"case_id": "1"})
        assert "test_jobs.py" in failed.place
        for row in JobFailure.objects.values():
            assert "13800000000" not in str(row)
            assert "张三" not in str(row)
        assert list(JobFailure.objects.values_list("attempt", flat=True)) == [1, 2, 3]

    def test_what_cannot_be_mended_is_not_tried_again_but_can_be_by_hand(self) -> None:
        job_id = jobs.enqueue(fail_for_good, case_id="1")
        jobs.run_waiting()
        (failed,) = jobs.failed()
        assert (failed.code, failed.message, failed.error) == ("hopeless", "这件事重试也没有用。", "Hopeless ← KeyError")
        jobs.retry(failed.id)
        assert waiting() == ["tests.fail_for_good"]
        jobs.run_waiting()
        assert [job.id for job in jobs.failed()] == [job_id]

    def test_retry_of_an_unknown_job(self) -> None:
        with pytest.raises(jobs.JobNotFound):
            jobs.retry(10**9)

    def test_the_job_of_a_dead_worker_is_taken_over(self) -> None:
        jobs.enqueue(note, case_id="1")
        give_to_a_worker(last_seen=31)
        run_reaper()
        jobs.run_waiting()
        assert seen == ["1"]

    def test_the_job_of_a_slow_worker_is_left_alone(self) -> None:
        jobs.enqueue(note, case_id="1")
        give_to_a_worker(last_seen=20)
        run_reaper()
        assert ProcrastinateJob.objects.get(task_name="tests.note").status == "doing"

    def test_a_job_that_kills_its_workers_is_parked(self) -> None:
        jobs.enqueue(note, case_id="1")
        give_to_a_worker(last_seen=31, attempts=5)
        run_reaper()
        (failed,) = jobs.failed()
        assert failed.code == "worker_lost"


def give_to_a_worker(*, last_seen: int, attempts: int = 0) -> None:
    """Let a worker that gave its last sign of life so many seconds ago be at the jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id", [last_seen]
        )
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s, worker_id = %s", [attempts, worker])


def run_reaper() -> None:
    app.tasks["vermilion.base.tasks.reap"].configure().defer(timestamp=0)
    jobs.run_waiting()


def test_pauses_grow_and_end() -> None:
    class Job:
        attempts = 0

    strategy, job = Pauses(4), Job()
    decisions = []
    for attempts in range(4):
        job.attempts = attempts
        decisions.append(strategy.get_retry_decision(exception=RuntimeError(), job=job))  # type: ignore[arg-type]
    assert [decision is not None for decision in decisions] == [True, True, True, False]
    assert strategy.get_retry_decision(exception=Hopeless(), job=Job()) is None  # type: ignore[arg-type]
