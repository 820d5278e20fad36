"""A consent taken back between the payment and the seal: nothing is issued with her on it, whatever the issuing job does meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests import life, snapshots
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped, TransitionRefused
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.queries import events
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.payments.errors import RefundUnknown
from vermilion.apps.policies import comparing, held, issuing, queues
from vermilion.apps.policies.models import Policy
from vermilion.apps.seals import sealing
from vermilion.apps.seals.models import SealUse
from vermilion.apps.signing import applying, confirmation, not_me
from vermilion.apps.signing.group import collecting, queries

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]


@pytest.fixture
def paid(platform, drain_jobs: Drain) -> Case:
    """Return a company's paid case whose policy nobody has begun to make."""

    def pay() -> Any:
        case = life.signed("group_accident", drain_jobs, first=True)
        life.pay(case)
        return case.pk

    return Case.objects.get(pk=snapshots.state("group, paid and not issued", pay))


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def names(case: Case) -> list[str]:
    return [one["name"] for one in cases.application(case).data["insured"]]


def go_on(case: Case, drain: Drain) -> None:
    """Let the company close its list, sign and pay again, and the policy be made."""
    asked = queries.round_of(case)
    assert asked
    assert applying.next_step(case) == collecting.STEP
    collecting.close(case_id=case.id, seen=queries.counts(asked))
    life.sign_all(confirmation.present_confirmation(case_id=case.id), drain)
    life.pay(now(case))
    drain()


def test_a_paid_policy_waits_at_the_desk_and_is_made_anew_without_her(paid: Case, drain_jobs: Drain) -> None:
    party = paid.parties.filter(role="member").first()
    before, was = paid.payment_orders.get(), names(paid)
    assert life.take_back(party) == "hold"
    drain_jobs()
    case = now(paid)
    assert (case.state, Policy.objects.filter(case=case).exists()) == ("held", False)
    assert list(queues.select(Scope(case.insurer), "cover-endings")) == [case]
    assert Notice.objects.filter(template="consent_withdrawn", party__role="company_agent").count() == 1
    clerk = life.staff("clerk")
    for wrong in ("", "two words", "x" * 65):
        with pytest.raises(RefundUnknown):
            held.refunded(case_id=case.id, staff=clerk, reference=wrong)
    held.refunded(case_id=case.id, staff=clerk, reference="REFUND-1")
    before.refresh_from_db()
    case = now(case)
    assert (before.state, before.refund_reference, before.refunded_by) == ("refunded", "REFUND-1", clerk)
    assert (case.state, case.premium_paid_at, case.accepted_at) == ("applying", None, None)
    assert Notice.objects.filter(template="premium_returned", party__role="company_agent").count() == 1
    with pytest.raises(TransitionRefused):  # a second click
        held.refunded(case_id=case.id, staff=clerk, reference="REFUND-2")
    go_on(case, drain_jobs)
    case = now(case)
    assert case.state == "delivered"
    assert set(was) - {one["name"] for one in case.policy.versions.get().fields["application"]["insured"]} == {party.personal["name"]}
    again = case.payment_orders.get(state="paid")
    assert 0 < again.amount < before.amount
    assert again.amount == case.policy.versions.get().fields["premium"]


@pytest.mark.parametrize("step", ["typeset_document", "compare", "seal_by_grant"])
def test_she_takes_it_back_while_the_policy_is_being_made(
    paid: Case, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (first, second), count = paid.parties.filter(role="member")[:2], len(names(paid))
    module = sealing if step == "seal_by_grant" else issuing
    real = getattr(module, step)

    def overtaken(*given: Any, **named: Any) -> Any:
        made = real(*given, **named)
        monkeypatch.setattr(module, step, real)
        assert life.take_back(first) == "hold"
        return made

    monkeypatch.setattr(module, step, overtaken)
    issuing.issue(case_id=paid.id)
    case = now(paid)
    assert case.state == "held"
    given_up = case.policy
    assert given_up.status == "preparing"
    assert not case.documents.filter(kind="policy", closed_at__isnull=False).exists()
    assert life.take_back(second) == "hold"
    drain_jobs()
    held.refunded(case_id=case.id, staff=life.staff("clerk"), reference="R1")
    go_on(now(case), drain_jobs)
    case = now(case)
    assert (case.state, len(names(case))) == ("delivered", count - 2)
    assert case.policy.number != given_up.number
    sealed = case.documents.get(kind="policy", void=False)
    assert case.policy.versions.get().document == sealed
    assert case.documents.filter(kind="policy", void=True, closed_at=None).count() == 1
    # What was sealed and never kept does not stand in the register as on its way.
    assert set(SealUse.objects.filter(permission__case=case.id, permission__document_kind="policy").values_list("state", flat=True)) == (
        {"stored", "abandoned"} if step == "seal_by_grant" else {"stored"}
    )
    assert {first.personal["name"], second.personal["name"]}.isdisjoint(names(case))


def test_a_job_that_waited_for_the_case_while_it_was_held_makes_no_policy(paid: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(pk: Any) -> Case:
        seen = Case.objects.get(pk=pk)
        monkeypatch.setattr(issuing, "Case", Case)
        life.take_back(paid.parties.filter(role="member").first())
        held.refunded(case_id=paid.id, staff=life.staff("clerk"), reference="R1")
        return seen

    monkeypatch.setattr(issuing, "Case", SimpleNamespace(objects=SimpleNamespace(get=overtaken)))
    issuing.issue(case_id=paid.id)
    assert now(paid).state == "applying"
    assert not Policy.objects.filter(case=paid).exists()


def test_a_job_that_was_overtaken_twice_seals_nothing_of_the_old_list(
    paid: Case, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sealing.seal_by_grant

    def overtaken(*given: Any, **named: Any) -> Any:
        stored = real(*given, **named)
        monkeypatch.setattr(sealing, "seal_by_grant", real)
        life.take_back(paid.parties.filter(role="member").first())
        held.refunded(case_id=paid.id, staff=life.staff("clerk"), reference="R1")
        with snapshots.guards_asleep():
            Case.objects.filter(pk=paid.pk).update(state="issuing")  # signed and paid anew meanwhile
        return stored

    monkeypatch.setattr(sealing, "seal_by_grant", overtaken)
    issuing.issue(case_id=paid.id)
    assert now(paid).state == "issuing"
    assert not paid.documents.filter(kind="policy", closed_at__isnull=False).exists()


def test_a_difference_that_waits_is_held_too_and_what_was_found_goes(paid: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [comparing.FieldDifference("premium", "1", "2")]
    monkeypatch.setattr(issuing, "compare", lambda *_given, **_named: found)
    issuing.issue(case_id=paid.id)
    assert now(paid).state == "different"
    assert life.take_back(paid.parties.filter(role="member").first()) == "hold"
    with pytest.raises(TransitionRefused):
        issuing.explain_differences(case_id=paid.id, staff=life.staff("clerk"), explanations={"premium": "x"})
    held.refunded(case_id=paid.id, staff=life.staff("clerk"), reference="R1")
    assert not paid.differences.exists()
    assert "policy.numbered" in [event.type for event in events("case", paid.id)]


def test_a_stopped_case_waits_for_compliance(paid: Case) -> None:
    first, second, *_others = paid.parties.filter(role="member")
    assert life.take_back(first) == "hold"
    not_me.report(case_id=paid.id, party=second, page="x", ip=life.IP, user_agent="x")
    with pytest.raises(CaseStopped):
        held.refunded(case_id=paid.id, staff=life.staff("clerk"), reference="R1")
