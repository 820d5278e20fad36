"""Trouble on the way to a policy: the case says what stops it, goes on by itself when the trouble is over, and nothing happens twice."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection

from tests import life
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import TransitionRefused
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.policies import acknowledging, issuing, queues, retrying, tasks
from vermilion.apps.policies.errors import DifferenceUnexplained, NothingToRetry
from vermilion.apps.policies.models import Difference, Policy
from vermilion.apps.policies.verifying import judge
from vermilion.apps.seals.errors import KeeperUnavailable, TimestampFailed
from vermilion.apps.seals.models import SealUse
from vermilion.apps.signing.models import SigningTask
from vermilion.apps.signing.tasks import apply_signature_job, finish_accepted_signatures
from vermilion.apps.underwriting import services as underwriting
from vermilion.apps.underwriting.tasks import finish_papers, send_decision_notice_job
from vermilion.base import children, clock
from vermilion.base.blobs import StoreUnavailable
from vermilion.base.jobs.attempts import describe
from vermilion.cli.demo import content
from vermilion.core.pdf.attachments import attached_json

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid(platform, drain_jobs) -> Case:
    """Return a paid case; its issuing job is lost, as a worker's death loses it."""
    case = life.signed("critical_illness", drain_jobs, first=True)
    life.pay(case)
    forget_jobs()
    return case


def forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def grow_old(case: Case) -> None:
    """Let the sweep believe that the case waits for a long time."""
    Case.objects.filter(pk=case.pk).update(state_since=clock.now() - timedelta(minutes=5))


def test_a_policy_waits_for_keeper_timestamps_files_and_database(paid, drain_jobs, monkeypatch):
    with life.without_keeper(), pytest.raises(KeeperUnavailable):
        tasks.issue_job(case_id=str(paid.id))
    paid.refresh_from_db()
    assert (paid.state, paid.blocked_by) == (State.ISSUING, "keeper_unavailable")
    assert paid.blocked_reason
    assert paid in queues.select(Scope(paid.insurer), "sealing-failed")

    with life.without_timestamps(monkeypatch), pytest.raises(TimestampFailed):
        tasks.issue_job(case_id=str(paid.id))
    paid.refresh_from_db()
    assert paid.blocked_by == "timestamp_unavailable"
    failed = SealUse.objects.filter(state="failed").latest("started_at")
    assert (failed.error, failed.level) == ("timestamp_unavailable", "")

    with life.without_files(), pytest.raises(StoreUnavailable):
        tasks.issue_job(case_id=str(paid.id))
    paid.refresh_from_db()
    assert paid.blocked_by == "store_unavailable"

    lose_the_database_after(monkeypatch, issuing, "typeset_document")
    with pytest.raises(OperationalError):
        tasks.issue_job(case_id=str(paid.id))
    connection.close()
    monkeypatch.undo()
    paid.refresh_from_db()
    assert paid.state == State.ISSUING
    assert Policy.objects.get(case=paid).status == "preparing"

    # All is well again: nobody has to do anything.
    grow_old(paid)
    tasks.sweep()
    tasks.sweep()
    assert drain_jobs() > 0
    paid.refresh_from_db()
    assert (paid.state, paid.blocked_by, paid.blocked_reason) == (State.DELIVERED, "", "")
    policy = Policy.objects.get(case=paid)
    pdf = life.newest(policy.versions.get().document)
    judgement = judge(pdf)
    assert (judgement.kind, [one.level for one in judgement.verdict.signatures]) == ("in_force", ["B-T"])
    assert policy.versions.get().document.revisions.count() == 1
    assert SealUse.objects.filter(permission__document=policy.versions.get().document_id, state="stored").count() == 1
    assert [event.type for event in events("case", paid.id)].count("policy.sealed") == 1
    with pytest.raises(NothingToRetry):
        retrying.retry(case_id=paid.id, staff=life.staff("service_desk"))


def lose_the_database_after(monkeypatch, module, name) -> None:
    original = getattr(module, name)

    def losing(*args, **kwargs):
        result = original(*args, **kwargs)
        connection.ensure_connection()
        parameters = {**connection.get_connection_params()}
        parameters = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}
        with psycopg.connect(**parameters) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        return result

    monkeypatch.setattr(module, name, losing)


def test_a_signature_and_a_notice_wait_for_the_keeper(platform, drain_jobs, monkeypatch):
    case = life.start("medical")
    task = SigningTask.objects.get(document=life.apply(case, content.sample_application("medical", seed=52)))
    life.sign(task)
    for trouble, error in ((life.without_keeper(), KeeperUnavailable), (life.without_timestamps(monkeypatch), TimestampFailed)):
        with trouble, pytest.raises(error):
            apply_signature_job(task_id=str(task.id))
    task.refresh_from_db()
    case.refresh_from_db()
    assert (task.state, case.blocked_by) == ("accepted", "timestamp_unavailable")
    assert task.last_error
    assert task.document.revisions.count() == 1, "no lower level instead"
    forget_jobs()
    SigningTask.objects.filter(pk=task.pk).update(accepted_at=clock.now() - timedelta(minutes=5))
    finish_accepted_signatures()
    drain_jobs()
    case.refresh_from_db()
    task.refresh_from_db()
    assert (case.state, case.blocked_by, task.last_error) == (State.AWAITING_PAYMENT, "", "")

    refused = life.signed(
        "critical_illness",
        drain_jobs,
        seed=53,
        change=lambda data: data.update(disclosure=content.samples.answers(content.product("critical_illness"), yes={"heart": "支架"})),
    )
    decision = underwriting.decide(case_id=refused.id, staff=life.staff("underwriter", level=2), conclusion="decline", reason="冠心病")
    with life.without_keeper(), pytest.raises(KeeperUnavailable):
        send_decision_notice_job(decision_id=str(decision.id))
    refused.refresh_from_db()
    assert (refused.state, refused.blocked_by) == (State.DECLINED, "keeper_unavailable")
    forget_jobs()
    type(decision).objects.filter(pk=decision.pk).update(decided_at=clock.now() - timedelta(minutes=5))
    finish_papers()
    drain_jobs()
    refused.refresh_from_db()
    assert (refused.blocked_by, refused.documents.get(kind="decision_notice").revisions.count()) == ("", 1)
    finish_papers()
    assert drain_jobs() == 0


def test_a_policy_that_departs_from_the_signed_application_waits_for_an_explanation(paid, drain_jobs):
    row = cases.application(paid)
    changed = {**row.data, "policyholder": {**row.data["policyholder"], "address": "别处 1 号"}}
    changed["insured"] = [{**row.data["insured"][0], "address": "别处 1 号"}]
    row.data, row.premium = changed, row.premium + 100
    row.save()
    tasks.issue_job(case_id=str(paid.id))
    paid.refresh_from_db()
    assert paid.state == State.DIFFERENT
    assert paid in queues.select(Scope(paid.insurer), "different")
    found = {item.path: item.content for item in Difference.objects.filter(case=paid)}
    assert set(found) == {"insured.0.address", "policyholder.address", "premium.amount"}
    assert found["policyholder.address"]["policy"] == "别处 1 号"
    assert not SealUse.objects.filter(seal__isnull=False).exists(), "nothing is sealed before somebody has explained it"

    clerk = life.staff("clerk")
    partly = dict.fromkeys(list(found)[:2], "录入更正")
    with pytest.raises(DifferenceUnexplained):
        issuing.explain_differences(case_id=paid.id, staff=clerk, explanations=partly)
    assert not Difference.objects.exclude(explained_at=None).exists()
    issuing.explain_differences(case_id=paid.id, staff=clerk, explanations=dict.fromkeys(found, "客户来电更正，见录音"))
    with pytest.raises(TransitionRefused):
        issuing.explain_differences(case_id=paid.id, staff=clerk, explanations={})
    drain_jobs()
    paid.refresh_from_db()
    assert paid.state == State.DELIVERED

    printed = children.call(attached_json, life.newest(acknowledging.present_acknowledgement(case_id=paid.id)))
    # In her words, not in the names of our fields; and with the reason that the clerk gave.
    told = {item["label"]: (item["applied"], item["issued"], item["explanation"]) for item in printed["differences"]}
    assert set(told) == {"被保险人 通讯地址", "投保人 通讯地址", "保险费 每期金额"}
    assert told["投保人 通讯地址"][1:] == ("别处 1 号", "客户来电更正，见录音")
    assert all(value.startswith("¥") for value in told["保险费 每期金额"][:2])
    assert any("逐项说明" in statement for statement in printed["statements"])


def test_no_personal_datum_reaches_leaves_jobs_or_logs(platform, drain_jobs, capfd):
    application = content.sample_application("critical_illness", seed=54, insured="spouse")
    people = [application["policyholder"], application["insured"][0], *application["beneficiaries"], application["account"]]
    fields = ("name", "id_number", "phone", "email", "address", "number")
    private = {str(person[key]) for person in people for key in fields if person.get(key)}
    case = life.acknowledged("critical_illness", drain_jobs, seed=54, insured="spouse")
    assert case.state == State.ARCHIVED
    with connection.cursor() as cursor:
        cursor.execute("SELECT convert_from(leaf, 'UTF8') FROM chronicle_evidenceevent")
        texts = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT args::text || coalesce(lock, '') || coalesce(queueing_lock, '') FROM procrastinate_jobs")
        texts += [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT manifest::text FROM archive_archiveentry")
        texts += [row[0] for row in cursor.fetchall()]
    out, err = capfd.readouterr()
    texts += [out, err]
    assert len(texts) > 60
    assert [(value, text[:200]) for value in private for text in texts if value in text] == []
    # Nor does a failed job's record quote what a foreign error says.
    error = ValueError(application["policyholder"]["id_number"])
    assert application["policyholder"]["id_number"] not in str(describe(error))
