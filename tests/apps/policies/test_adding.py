"""People whom an endorsement adds consent first; it goes on with who did, and anew without who takes that back before it is sealed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from tests import life
from vermilion.apps.cases.errors import TransitionRefused
from vermilion.apps.cases.models import CaseParty
from vermilion.apps.notices.models import Notice
from vermilion.apps.policies import adding, endorsing, finishing, servicing, tasks
from vermilion.apps.policies.errors import ApprovalRefused
from vermilion.apps.policies.models import Endorsement, Policy
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.seals.models import SealUse
from vermilion.apps.signing import links
from vermilion.apps.signing.errors import LinkUnknown
from vermilion.apps.signing.group import answering, collecting, queries
from vermilion.apps.signing.group.errors import ConsentsClosed, NothingToWithdraw
from vermilion.apps.signing.models import AccessLink
from vermilion.base import clock
from vermilion.cli.demo import content
from vermilion.core.pdf.attachments import attached_json

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]


@pytest.fixture
def policy(platform, drain_jobs: Drain) -> Policy:
    return Policy.objects.get(case=life.acknowledged("group_accident", drain_jobs, first=True))


@pytest.fixture
def change(policy: Policy, drain_jobs: Drain) -> Endorsement:
    """Return a change that would add three people, who are asked."""
    made = servicing.add_insured(policy_id=policy.id, people=people(3), reason="新入职", staff=life.staff("clerk"))
    drain_jobs()
    return now(made)


def people(count: int) -> list[dict]:
    return content.samples.insured_list(seed=64, count=count, today=clock.today())


def now(change: Endorsement) -> Endorsement:
    return Endorsement.objects.get(pk=change.pk)


def given_up(change: Endorsement) -> str:
    """Return the reason that the company's agent read, once."""
    (notice,) = Notice.objects.filter(template="change_given_up", party__role="company_agent")
    return str(notice.content["body"].partition(f"保单变更{change.number[-4:]}没有办成（")[2].partition("）")[0])


def told(change: Endorsement) -> list[CaseParty]:
    """Return who was told that she is not added after all."""
    rows = Notice.objects.filter(template="added_asking_ended").order_by("created_at")
    return [CaseParty._base_manager.get(pk=notice.party_id) for notice in rows]


def approve(change: Endorsement) -> Endorsement:
    return endorsing.approve(
        endorsement_id=change.id, staff=life.staff("approver"), shown_digest=change.shown_digest, method="password+totp"
    )


def counted(change: Endorsement) -> tuple[int, int, int]:
    asked = queries.round_of_change(change.id)
    assert asked
    found = queries.counts(asked)
    return found.consented, found.waiting, found.refused


def test_everybody_added_is_asked_and_the_last_answer_lets_it_go_on(change: Endorsement, drain_jobs: Drain) -> None:
    assert (change.state, change.application_document, counted(change)) == ("consents", None, (0, 3, 0))
    first, second, third = life.added(change)
    sent = Notice.objects.filter(template="insured_consent", party__in=[first, second, third])
    assert sent.count() == 3
    assert Notice.objects.filter(template="added_insured_asked", party__role="company_agent").count() == 1
    paper = queries.round_of_change(change.id).document
    assert paper.closed_at
    full = change.premium_delta
    life.consent(first)
    life.consent(second)
    drain_jobs()
    assert now(change).state == "consents"
    answering.refuse(party_id=third.id, reason="", ip=life.IP, device="x")
    drain_jobs()
    change = now(change)
    assert change.state == "signing"
    assert 0 < change.premium_delta < full
    listed = [one["name"] for one in change.content["application"]["insured"][change.content["first_added"] :]]
    assert listed == [first.personal["name"], second.personal["name"]]
    assert third.personal["name"] not in change.content["text"]
    assert paper.code in change.content["declared"]
    with pytest.raises(ConsentsClosed):
        answering.refuse(party_id=first.id, reason="", ip=life.IP, device="x")
    assert not AccessLink.objects.filter(party=third, revoked=False).exists()
    # Signed, approved and sealed, the policy has these two and nobody else; the application's own list is not touched by it.
    life.sign_all(change.application_document, drain_jobs)
    change = now(change)
    endorsing.approve(endorsement_id=change.id, staff=life.staff("approver"), shown_digest=change.shown_digest, method="password+totp")
    drain_jobs()
    assert now(change).state == "sealed"
    insured = servicing.latest_version(change.policy).fields["application"]["insured"]
    assert [one["name"] for one in insured[change.content["first_added"] :]] == listed
    assert life.take_back(first) == "contract"
    assert [answer.party for answer in queries.endings(change.policy.case)] == [first]


def test_the_company_closes_what_it_saw_and_who_did_not_answer_falls_out(change: Endorsement, drain_jobs: Drain) -> None:
    first, second, third = life.added(change)
    life.let_consent(first)
    with pytest.raises(TransitionRefused):
        adding.close(change=change.id, seen=queries.Counts(0, 3, 0))
    adding.close(change=change.id, seen=queries.Counts(1, 2, 0))
    drain_jobs()
    change = now(change)
    assert (change.state, len(change.content["application"]["insured"]) - change.content["first_added"]) == ("signing", 1)
    for attempt in (
        lambda: adding.close(change=change.id, seen=queries.Counts(1, 2, 0)),
        lambda: adding.close(change=uuid4(), seen=queries.Counts(1, 2, 0)),
        lambda: answering.refuse(party_id=second.id, reason="", ip=life.IP, device="x"),
    ):
        with pytest.raises(ConsentsClosed):
            attempt()
    adding.proceed(change)  # an old job
    assert now(change).content == change.content
    with pytest.raises(NothingToWithdraw):
        life.take_back(third)


def test_without_any_consent_nobody_is_added_and_nothing_is_signed(change: Endorsement, drain_jobs: Drain) -> None:
    for party in life.added(change):
        answering.refuse(party_id=party.id, reason="", ip=life.IP, device="x")
    drain_jobs()
    assert now(change).state == "withdrawn"
    assert (given_up(change), told(change)) == ("没有人同意", [])  # who refused knows
    assert change.policy.versions.count() == 1
    again = servicing.add_insured(policy_id=change.policy_id, people=people(3), reason="x", staff=life.staff("clerk"))
    drain_jobs()
    assert counted(again) == (0, 3, 0)


def test_who_takes_it_back_before_the_seal_is_left_out_and_what_was_signed_is_made_anew(change: Endorsement, drain_jobs: Drain) -> None:
    first, second, _third = life.added(change)
    change = life.let_added_consent(change, drain_jobs)
    old = change.application_document
    assert life.take_back(first) == "change"
    drain_jobs()
    change = now(change)
    old.refresh_from_db()
    assert (change.state, old.void, old.signing_tasks.filter(state="open").exists()) == ("signing", True, False)
    life.sign_all(change.application_document, drain_jobs)
    change = now(change)
    assert change.state == "approval"
    seen = change.shown_digest
    assert life.take_back(second) == "change"
    with pytest.raises(ApprovalRefused):
        endorsing.approve(endorsement_id=change.id, staff=life.staff("approver"), shown_digest=seen, method="password+totp")
    drain_jobs()
    life.sign_all(now(change).application_document, drain_jobs)
    change = now(change)
    endorsing.approve(endorsement_id=change.id, staff=life.staff("approver"), shown_digest=change.shown_digest, method="password+totp")
    # Approved and not sealed: without anybody left it is given up, and nothing is sealed.
    assert life.take_back(_third) == "change"
    drain_jobs()
    assert (now(change).state, change.policy.versions.count()) == ("withdrawn", 1)


@pytest.mark.parametrize("when", ["before the keeper signs", "after it"])
def test_she_takes_it_back_while_the_approved_endorsement_is_being_sealed(
    change: Endorsement, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    first, *others = life.added(change)
    change = life.let_added_consent(change, drain_jobs)
    life.sign_all(change.application_document, drain_jobs)
    real = endorsing.seals.seal_document

    def overtaken(**given):
        monkeypatch.setattr(endorsing.seals, "seal_document", real)
        sealed = real(**given) if when == "after it" else None
        assert life.take_back(first) == "change"
        return sealed or real(**given)

    monkeypatch.setattr(endorsing.seals, "seal_document", overtaken)
    approved = approve(now(change))
    drain_jobs()
    change = now(change)
    old = approved.document
    old.refresh_from_db()
    assert (change.state, change.approved_by, old.void, old.closed_at) == ("signing", None, True, None)
    # Signed and approved anew, it adds the others, and the sheet is about what was approved now.
    life.sign_all(change.application_document, drain_jobs)
    again = approve(now(change))
    drain_jobs()
    change = now(change)
    assert (change.state, change.document_id) == ("sealed", again.document_id)
    listed = change.content["application"]["insured"][change.content["first_added"] :]
    assert [one["name"] for one in listed] == [one.personal["name"] for one in others]
    assert attached_json(life.newest(change.approval_document))["document"]["digest"] == again.shown_digest
    assert not change.policy.case.documents.filter(kind="approval_sheet", void=False).exclude(pk=change.approval_document_id).exists()
    # What was sealed and never kept does not stand in the register as on its way.
    uses = SealUse.objects.filter(permission__case=change.policy.case_id, permission__document_kind__in=["endorsement", "approval_sheet"])
    assert set(uses.values_list("permission__document_kind", "state")) == {
        ("endorsement", "abandoned"),
        ("endorsement", "stored"),
        ("approval_sheet", "stored"),
    }


def test_the_only_one_who_consented_takes_it_back_and_reads_that_it_counted(change: Endorsement) -> None:
    first = life.added(change)[0]
    life.let_consent(first)
    adding.close(change=change.id, seen=queries.Counts(1, 2, 0))
    assert life.take_back(first) == "change"
    assert now(change).state == "withdrawn"
    first.refresh_from_db()
    answer = queries.answer_of(first)
    assert answer
    assert (answer.state, first.former) == ("withdrawn", False)


def test_a_change_given_up_lets_every_link_and_consent_die(change: Endorsement, drain_jobs: Drain) -> None:
    first, second, _third = life.added(change)
    life.let_consent(first)
    token, _code = links.make_link(case=change.policy.case, party=first, purpose="consent", hours=1)
    servicing.withdraw(endorsement_id=change.id, staff=life.staff("clerk"))
    assert given_up(change) == "申请已撤回"
    assert told(change) == [first, second, _third]
    with pytest.raises(LinkUnknown):
        links.find_by_token(token)
    for party in (first, second):
        with pytest.raises(ConsentsClosed):
            answering.refuse(party_id=party.id, reason="", ip=life.IP, device="x")
        with pytest.raises(NothingToWithdraw):
            life.take_back(party)
    endorsing.prepare(endorsement_id=change.id)
    assert queries.round_of_change(change.id) is None


def test_a_list_that_is_late_is_opened_again_and_the_sweep_finds_what_no_job_finished(
    change: Endorsement, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now() + timedelta(days=6)
    monkeypatch.setattr(clock, "now", lambda: moment)
    with pytest.raises(ConsentsClosed):
        collecting.remind(case_id=change.policy.case_id, change=change.id)
    collecting.extend(case_id=change.policy.case_id, change=change.id)
    drain_jobs()
    assert {answer.times_asked for answer in queries.answers(queries.round_of_change(change.id))} == {2}
    for party in life.added(change):
        life.let_consent(party)
    tasks.sweep()
    drain_jobs()
    change = now(change)
    assert (change.state, change.effective_at > moment) == ("signing", True)


def test_the_change_ends_with_the_policy_and_who_consented_is_told(
    change: Endorsement, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = life.added(change)[0]
    life.let_consent(first)
    adding.close(change=change.id, seen=queries.Counts(1, 2, 0))
    drain_jobs()
    end = change.policy.cover_to
    monkeypatch.setattr(clock, "now", lambda: end)
    assert finishing.expire_policies(end) == 1
    change = now(change)
    assert (change.state, given_up(change), told(change)) == ("withdrawn", "保单已经终止", [first])
    assert not change.application_document.signing_tasks.filter(state="open").exists()


def test_everybody_added_has_a_phone_of_her_own(policy: Policy) -> None:
    wrong = people(3)
    wrong[0].pop("phone")
    wrong[1]["phone"] = policy.case.parties.get(role="company_agent").personal["phone"]
    wrong[2]["phone"] = life.staff("clerk").phone
    with pytest.raises(ApplicationInvalid) as refused:
        servicing.preview_insured(policy_id=policy.id, people=wrong)
    assert set(refused.value.fields) == {f"insured.{row}.phone" for row in range(3)}
