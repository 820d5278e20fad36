"""People added to a policy answer on their own pages; the company counts, reminds and closes; the desk sees it and ends a cover."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import factories, life
from tests.web.customer import code_to, pickup_to
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.parties.models import Role
from vermilion.apps.policies import servicing
from vermilion.apps.policies.models import Endorsement, Policy
from vermilion.apps.signing import links
from vermilion.apps.signing.group import queries
from vermilion.base import clock
from vermilion.cli.demo import content

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def change(platform, drain_jobs: Callable[..., int]) -> Endorsement:
    policy = Policy.objects.get(case=life.acknowledged("group_accident", drain_jobs, first=True))
    people = content.samples.insured_list(seed=64, count=3, today=clock.today())
    made = servicing.add_insured(policy_id=policy.id, people=people, reason="新入职", staff=life.staff("clerk"))
    drain_jobs()
    return Endorsement.objects.get(pk=made.pk)


def browser_of(party: CaseParty, template: str) -> Client:
    client, phone = Client(), party.personal["phone"]
    client.post(f"/s/{pickup_to(phone, template)}/")
    client.post("/s/phone/", {"send": "1"})
    assert client.post("/s/phone/", {"code": code_to(phone)})["Location"] == f"/apply/{party.case.number}/"
    return client


def test_added_people_answer_and_the_company_closes_what_it_saw(change: Endorsement, drain_jobs: Callable[..., int]) -> None:
    case: Case = change.policy.case
    here, agent = f"/apply/{case.number}/", case.parties.get(role="company_agent")
    first, second, third = life.added(change)
    member = browser_of(first, "insured_consent")
    assert "请您决定是否同意" in member.get(here).content.decode()
    assert member.get(here + "added/").status_code in (302, 404)
    assert third.personal["name"] not in member.get(here, follow=True).content.decode()
    life.consent(first)
    assert "您已同意" in member.get(here).content.decode()

    company = browser_of(agent, "added_insured_asked")
    assert here + "added/" in company.get(here).content.decode()
    page = company.get(here + "added/")
    assert (page.context["counts"], len(page.context["rows"])) == (queries.Counts(1, 2, 0), 3)
    assert "没有需要提醒" in company.post(here + "added/", {"remind": "1", "change": change.id}, follow=True).content.decode()
    seen = {"close": "1", "change": change.id, "consented": "1", "waiting": "2", "refused": "0"}
    for wrong in (seen | {"consented": "3", "waiting": "0"}, seen | {"change": "x"}, seen | {"consented": "²"}):
        company.post(here + "added/", wrong)
        assert Endorsement.objects.get(pk=change.pk).state == "consents"
    assert company.post(here + "added/", seen)["Location"] == here
    assert Endorsement.objects.get(pk=change.pk).state == "signing"
    assert company.post(here + "added/", seen)["Location"] == here  # twice
    assert Client().post(f"/s/{pickup_to(second.personal['phone'], 'insured_consent')}/").status_code == 404
    assert Client().get(here + "added/").status_code == 404
    drain_jobs()
    assert "consent/withdraw/" in member.get(here).content.decode()


def test_the_desk_sees_who_is_asked_reminds_and_ends_the_cover_of_who_takes_it_back(change: Endorsement) -> None:
    case = change.policy.case
    clerk = factories.browser_of(Role.CLERK)
    here = reverse("console:case_consents", args=[case.number])
    assert f"{here}?change={change.id}" in clerk.get(reverse("console:policy", args=[change.policy_id])).content.decode()
    assert clerk.get(here, {"change": change.id}).context["counts"] == queries.Counts(0, 3, 0)
    assert clerk.get(here, {"change": "nonsense"}).context["asked"].change is None
    assert clerk.post(here + "remind/", {"change": change.id})["Location"] == f"{here}?change={change.id}"
    insured = case.parties.filter(role="member").order_by("position")[0]
    assert life.take_back(insured) == "contract"
    assert case in clerk.get(reverse("console:queue", args=["cover-endings"])).context["page_obj"].paginator.object_list
    assert "待终止保障" in clerk.get(here).content.decode()
    answer = {"answer": insured.insured_consent.id}
    assert factories.browser_of(Role.UNDERWRITER).post(here + "ended/", answer).status_code == 403
    other = life.added(change)[0].insured_consent
    for given in ({"answer": other.id}, {"answer": "x"}, answer, answer):  # hers who wants nothing, nonsense, hers, twice
        assert clerk.post(here + "ended/", given)["Location"] == here
    insured.insured_consent.refresh_from_db()
    other.refresh_from_db()
    assert (bool(insured.insured_consent.ended_at), other.ended_at) == (True, None)
    with transaction.atomic():
        links.send_link(case=case, party=insured, purpose="consent", template="insured_consent")
    assert "您的撤回已经办结" in browser_of(insured, "insured_consent").get(f"/apply/{case.number}/").content.decode()
