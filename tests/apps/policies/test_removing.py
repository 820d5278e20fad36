"""People taken off a group's policy: by signature, approval and seal, with what of the premium is not earned, and each is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests import life
from tests.web.customer import admitted
from vermilion.apps.notices.models import Notice
from vermilion.apps.policies import certificates, endorsing, removing, servicing, shares
from vermilion.apps.policies.errors import ChangeNotAllowed, ChangeOpen
from vermilion.apps.policies.models import Endorsement, Policy
from vermilion.apps.products import rating
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.signing.group import queries
from vermilion.apps.signing.group.errors import NothingToWithdraw
from vermilion.apps.signing.group.models import ConsentRound, InsuredConsent
from vermilion.base import clock
from vermilion.cli.demo import content
from vermilion.core.pdf.attachments import attached_json
from vermilion.web import dates

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]


@pytest.fixture
def policy(platform, drain_jobs: Drain) -> Policy:
    """Return the policy of a group of eight."""
    return Policy.objects.get(case=life.acknowledged("group_accident", drain_jobs, first=True))


def listed(policy: Policy) -> list[dict[str, Any]]:
    return list(servicing.latest_version(policy).fields["application"]["insured"])


def remove(policy: Policy, *numbers: int) -> Endorsement:
    version = servicing.latest_version(policy).number
    return removing.remove_insured(policy_id=policy.id, version=version, numbers=numbers, reason="离职", staff=life.staff("clerk"))


def seal(change: Endorsement, drain: Drain) -> Endorsement:
    """Let the company sign, a leader approve, and the machine seal."""
    drain()
    life.sign_all(now(change).application_document, drain)
    change = now(change)
    endorsing.approve(endorsement_id=change.id, staff=life.staff("approver"), shown_digest=change.shown_digest, method="password+totp")
    drain()
    return now(change)


def now(change: Endorsement) -> Endorsement:
    return Endorsement.objects.get(pk=change.pk)


def days(policy: Policy) -> tuple[date, date]:
    return shares.cover_days(policy)


def begun(policy: Policy, monkeypatch: pytest.MonkeyPatch, after: int = 100) -> None:
    """Go to a day after the cover has begun."""
    moment = policy.cover_from + timedelta(days=after, hours=10)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_who_leaves_is_taken_off_by_signature_and_approval_and_told(
    policy: Policy, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, premium = listed(policy), servicing.latest_version(policy).fields["premium"]
    change = remove(policy, 2, 4)
    with pytest.raises(ChangeOpen):
        remove(policy, 1)
    drain_jobs()
    asked = attached_json(life.newest(now(change).application_document))
    assert [(row["number"], row["name"]) for row in asked["removed_insured"]] == [(n, before[n - 1]["name"]) for n in (2, 4)]
    assert not Notice.objects.filter(template="cover_removed").exists()
    change = seal(change, drain_jobs)
    assert change.state == "sealed"
    assert listed(policy) == [one for number, one in enumerate(before, start=1) if number not in (2, 4)]
    paper = attached_json(life.newest(change.document))
    assert [row["number"] for row in paper["removed_insured"]] == [2, 4]
    assert paper["premium_difference"] == change.premium_delta < 0
    assert paper["settlement"].startswith("退至投保人账户")
    assert before[1]["name"] in paper["text"]
    # Before the cover has begun everything comes back that was paid for these two.
    definition, application = policy.case.product.definition, servicing.latest_version(policy).fields["application"]
    two = {**application, "insured": [before[1], before[3]]}
    day = shares.priced_on(policy.versions.get(number=1))
    assert -change.premium_delta == rating.quote(definition, two, today=day).annual_premium
    assert servicing.latest_version(policy).fields["premium"] == premium + change.premium_delta
    told = Notice.objects.filter(template="cover_removed")
    assert {notice.party.personal["name"] for notice in told} == {before[1]["name"], before[3]["name"]}
    assert change.effective_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") in told[0].content["body"]
    assert "您的保障已办理终止" in admitted(policy.case, told[0].party).get(f"/apply/{policy.case.number}/").content.decode()
    # Her consent is done; the others' stand.
    for notice in told:
        answer = queries.answer_of(notice.party)
        assert answer
        assert (answer.state, answer.ended_at) == ("consented", change.effective_at)
    first, second = (notice.party for notice in told)
    assert life.take_back(first) == "contract"  # she is covered until midnight
    page = admitted(policy.case, first).get(f"/apply/{policy.case.number}/").content.decode()
    assert "已经终止" not in page
    assert "您的保障自下列时间起终止" in page
    assert dates.moment(change.effective_at) in page
    assert not queries.endings(policy.case).exists()
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: change.effective_at)
        with pytest.raises(NothingToWithdraw):
            life.take_back(second)
    staying = policy.case.parties.get(role="member", position=0)
    assert life.take_back(staying) == "contract"


def test_of_somebody_who_was_asked_twice_the_newest_consent_is_done(policy: Policy, drain_jobs: Drain) -> None:
    person = content.samples.insured_list(seed=64, count=1, today=clock.today())
    changes = []
    for _time in range(2):
        change = servicing.add_insured(policy_id=policy.id, people=person, reason="新入职", staff=life.staff("clerk"))
        changes.append(life.let_added_consent(change, drain_jobs))
        (party,) = life.added(change)
        if len(changes) == 1:
            assert life.take_back(party) == "change"  # she is not added
    seal(changes[1], drain_jobs)
    first = InsuredConsent.objects.get(round__change=changes[0].id)
    for state in ("closed", "void"):  # as the database goes through them, hers comes last
        ConsentRound.objects.filter(pk=first.round_id).update(state=state)
    seal(remove(policy, len(listed(policy))), drain_jobs)
    first.refresh_from_db()
    assert (first.state, first.ended_at) == ("withdrawn", None)
    assert InsuredConsent.objects.get(party=party).ended_at
    assert Notice.objects.get(template="cover_removed").party_id == party.id


def test_who_took_her_consent_back_leaves_the_queue_with_the_endorsement(policy: Policy, drain_jobs: Drain) -> None:
    party = policy.case.parties.get(role="member", position=2)
    life.take_back(party)
    (waiting,) = queries.endings(policy.case)
    seal(remove(policy, 3), drain_jobs)
    waiting.refresh_from_db()
    assert waiting.ended_at
    assert not queries.endings(policy.case).exists()


@pytest.mark.parametrize(
    ("numbers", "version", "sentence"),
    [
        ((), 1, "请选择"),
        ((0,), 1, "清单已经变化"),
        ((9,), 1, "清单已经变化"),
        ((1,), 2, "清单已经变化"),
        (tuple(range(1, 9)), 1, "办理退保"),
    ],
)
def test_a_wrong_choice_is_told_and_changes_nothing(policy: Policy, numbers: tuple[int, ...], version: int, sentence: str) -> None:
    with pytest.raises(ApplicationInvalid) as refused:
        removing.preview_removal(policy_id=policy.id, version=version, numbers=numbers)
    assert sentence in str(refused.value.fields["insured"])
    assert not policy.endorsements.exists()


def test_fewer_than_the_product_asks_for_may_stay(policy: Policy) -> None:
    gone = removing.preview_removal(policy_id=policy.id, version=1, numbers=range(1, 8))
    assert len(gone.application["insured"]) == 1 < policy.case.product.definition.insured_min
    assert 0 < gone.refund < gone.premium


def test_only_by_the_products_rule_and_within_the_period(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(ChangeNotAllowed):
        patch.setattr(removing, "KIND", "surrender_of_nobody")
        remove(policy, 1)
    begun(policy, monkeypatch, after=364)
    with pytest.raises(ApplicationInvalid):
        remove(policy, 1)


def test_each_has_back_what_is_not_earned_of_her_own_part(policy: Policy, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two come later, one of the first leaves: what all of them are worth is what each of them is."""
    first, last = days(policy)
    definition, paid = policy.case.product.definition, servicing.latest_version(policy).fields["premium"]
    begun(policy, monkeypatch)
    today = clock.today()
    whole = rating.surrender_value_unearned(definition, paid, cover_start=first, cover_end=last, ended=today)
    assert servicing._refund(policy, servicing.latest_version(policy), servicing.rule_of(policy, "surrender", by="clerk")) == whole
    people = content.samples.insured_list(seed=64, count=2, today=clock.today())
    added = servicing.add_insured(policy_id=policy.id, people=people, reason="新入职", staff=life.staff("clerk"))
    added = seal(life.let_added_consent(added, drain_jobs), drain_jobs)
    assert added.premium_delta > 0
    begun(policy, monkeypatch, after=200)
    today = clock.today()
    old = rating.surrender_value_unearned(definition, paid, cover_start=first, cover_end=last, ended=today)
    joined = added.effective_at.astimezone(clock.SHANGHAI).date()
    new = rating.surrender_value_unearned(definition, added.premium_delta, cover_start=joined, cover_end=last, ended=today)
    assert shares.unearned(policy, ended=today) == old + new
    apart = [shares.unearned(policy, ended=today, people={shares.key(one)}) for one in listed(policy)]
    assert all(apart)
    assert abs(sum(apart) - old - new) <= len(apart)
    gone = seal(remove(policy, 1), drain_jobs)
    assert -gone.premium_delta == apart[0]
    assert abs(shares.unearned(policy, ended=today) - (old + new - apart[0])) <= 1


def test_a_certificate_says_since_when_and_until_when_she_is_insured(
    policy: Policy, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(policy, monkeypatch)
    people = content.samples.insured_list(seed=64, count=1, today=clock.today())
    added = servicing.add_insured(policy_id=policy.id, people=people, reason="新入职", staff=life.staff("clerk"))
    added = seal(life.let_added_consent(added, drain_jobs), drain_jobs)
    begun(policy, monkeypatch, after=102)
    gone = seal(remove(policy, 1), drain_jobs)
    paper = attached_json(life.newest(certificates.certificate(policy_id=policy.id, number=1, by="clerk")))
    assert paper["cover"]["to"] == certificates.contract.common.moment(gone.effective_at)
    # From the next day on everybody has moved up, and who came later still came later.
    begun(policy, monkeypatch, after=104)
    assert len(certificates.persons(policy)) == 8
    paper = attached_json(life.newest(certificates.certificate(policy_id=policy.id, number=8, by="clerk")))
    assert paper["cover"]["from"] == certificates.contract.common.moment(added.effective_at)
    paper = attached_json(life.newest(certificates.certificate(policy_id=policy.id, number=7, by="clerk")))
    assert paper["cover"]["from"] == certificates.contract.common.moment(policy.cover_from)


def test_people_are_found_by_name_and_number(policy: Policy) -> None:
    first, second = listed(policy)[:2]
    assert removing.numbers_of(policy, [{"name": second["name"], "id_number": second["id_number"].lower()}]) == [2]
    with pytest.raises(ApplicationInvalid) as refused:
        removing.numbers_of(policy, [{"name": first["name"], "id_number": second["id_number"]}, {"name": "甲", "id_number": "1"}])
    assert set(refused.value.fields) == {"insured.0.name", "insured.1.id_number"}
