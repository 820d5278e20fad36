"""A process killed between any two steps leaves a case that finishes by itself: nothing lost, nothing done twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests import life, snapshots
from tests.at_once import at_once
from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Case, Revision
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import Willingness
from vermilion.apps.policies import issuing
from vermilion.apps.policies.models import Policy, PolicyVersion
from vermilion.apps.seals import services as seals
from vermilion.apps.seals.models import SealPermission, SealUse
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.cli.demo import content

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """Stands for SIGKILL: no handler of the program sees it as an error of its own."""


def kill(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, when: str) -> None:
    """Let the process "die" once, before or after ``module.name`` is called."""
    original = getattr(module, name)
    fired = []

    def dying(*args: Any, **kwargs: Any) -> Any:
        if not fired and when == "before":
            fired.append(1)
            raise Killed
        result = original(*args, **kwargs)
        if not fired:
            fired.append(1)
            raise Killed
        return result

    monkeypatch.setattr(module, name, dying)


SIGNING_STEPS = [
    (seals, "event_permission"),
    (seals, "sign_by_person"),
    (documents, "store_bytes"),
    (documents, "add_revision"),
    (seals, "mark_stored"),
    (identity, "consume_willingness"),
]
ISSUING_STEPS = [
    (issuing, "typeset_document"),
    (seals, "grant_permission"),
    (seals, "seal_document"),
    (documents, "store_bytes"),
    (documents, "add_revision"),
    (seals, "mark_stored"),
]


@pytest.fixture
def signed_by_hand(platform) -> Case:
    def sign() -> Case:
        case = life.start("medical")
        confirmation = life.apply(case, content.sample_application("medical", seed=3))
        life.sign(SigningTask.objects.get(document=confirmation))
        return case

    return snapshots.state("crashes, signed and not yet written", sign)


def test_a_signature_survives_a_kill_at_every_step(signed_by_hand, monkeypatch, drain_jobs):
    task = SigningTask.objects.get(case=signed_by_hand)
    shown = task.document.revisions.get(number=1)
    for module, name in SIGNING_STEPS:
        for when in ("before", "after"):
            with monkeypatch.context() as patch, pytest.raises(Killed):
                kill(patch, module, name, when)
                signing.apply_signature(task_id=task.id)
            task.refresh_from_db()
            assert task.state == TaskState.ACCEPTED
            assert task.willingness.state == "verified"
            assert Revision.objects.filter(document=task.document).count() == 1
    signing.apply_signature(task_id=task.id)
    signing.apply_signature(task_id=task.id)
    task.refresh_from_db()
    assert task.state == TaskState.SIGNED
    assert Willingness.objects.get(pk=task.willingness_id).state == "consumed"
    signed = task.document.revisions.get(number=2)
    assert documents.read(signed).startswith(documents.read(shown))
    assert SealUse.objects.filter(state="stored", permission__document=task.document_id).count() == 1
    # All tries rest on one permission, which the keeper lets be stored once; each used an event key of its own.
    assert SealPermission.objects.filter(document=task.document_id).count() == 1
    serials = list(SealUse.objects.exclude(certificate_serial="").values_list("certificate_serial", flat=True))
    assert len(serials) == len(set(serials))
    drain_jobs()
    signed_by_hand.refresh_from_db()
    assert signed_by_hand.state == State.AWAITING_PAYMENT


def test_issuing_survives_a_kill_at_every_step(signed_by_hand, monkeypatch, drain_jobs):
    drain_jobs()
    life.pay(signed_by_hand)
    case_id = signed_by_hand.id
    for module, name in ISSUING_STEPS:
        for when in ("before", "after"):
            with monkeypatch.context() as patch, pytest.raises(Killed):
                kill(patch, module, name, when)
                issuing.issue(case_id=case_id)
            assert Case.objects.get(pk=case_id).state == State.ISSUING
    drain_jobs()
    case = Case.objects.get(pk=case_id)
    assert case.state in (State.DELIVERED, State.ARCHIVED)
    policy = Policy.objects.get(case=case)
    assert policy.versions.get().document.revisions.count() == 1
    assert SealUse.objects.filter(state="stored", permission__document=policy.versions.get().document_id).count() == 1
    assert [event.type for event in events("case", case.id)].count("policy.sealed") == 1


def test_two_workers_at_once_make_one_policy(signed_by_hand, drain_jobs):
    drain_jobs()
    life.pay(signed_by_hand)
    results = at_once(*[lambda: issuing.issue(case_id=signed_by_hand.id)] * 3)
    assert Policy.objects.filter(case=signed_by_hand).count() == 1
    assert PolicyVersion.objects.filter(policy__case=signed_by_hand).count() == 1
    document = PolicyVersion.objects.get(policy__case=signed_by_hand).document
    assert document.revisions.count() == 1
    assert SealUse.objects.filter(state="stored", permission__document=document.id).count() == 1
    # Whoever came late was told so by an error of ours, or found the work done.
    assert all(type(late).__module__.startswith("vermilion") for late in results if late is not None), results
