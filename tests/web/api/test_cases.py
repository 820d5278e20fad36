"""A sales platform starts a case; the customer goes on with it herself, on a form that holds what the platform knew."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import life
from tests.web.api.system import System, problem
from tests.web.customer import code_to
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.models import Insurer, Salesperson
from vermilion.apps.products import paths
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.signing import applying
from vermilion.apps.signing.models import AccessLink
from vermilion.cli.demo import content


def prefilled(product: str = "critical_illness") -> dict[str, Any]:
    """Return a full application without the answers about health."""
    made = content.sample_application(product, seed=3)
    del made["disclosure"]
    return made


def test_the_link_opens_a_form_that_is_filled_in(core: System) -> None:
    known = prefilled()
    started = core.post("cases", {"product": "critical_illness", "external_id": "s-1", "application": known}, key="k").json()
    assert (started["state"], started["external_id"], started["policy_number"]) == ("applying", "s-1", None)
    # The repeat has the same link; reading the case has none, and nowhere does it lie in clear.
    assert core.post("cases", {"product": "critical_illness", "external_id": "s-1", "application": known}, key="k").json() == started
    assert core.get(f"cases/{started['number']}").json()["link"] is None
    token = started["link"]["url"].rstrip("/").rpartition("/")[2]
    assert token not in AccessLink.objects.get().token_hash
    case = Case.objects.get(number=started["number"])
    (event,) = [one for one in events("case", case.id) if one.type == "application.prefilled"]
    assert known["policyholder"]["name"] not in str(event.public)

    # Her phone is known already, so whoever holds the link proves it first.
    phone, number = Client(), known["policyholder"]["phone"]
    assert phone.get(f"/s/{token}/").status_code == 200
    assert phone.post(f"/s/{token}/")["Location"] == "/s/phone/"
    assert phone.get(f"/apply/{started['number']}/").status_code == 404
    phone.post("/s/phone/", {"send": "1"})
    assert phone.post("/s/phone/", {"code": code_to(number)}).status_code == 302
    definition = content.product("critical_illness")
    section = next(item for item in definition.form.sections if item.path == "policyholder")
    ticks = {f"consent.{item.key}": "yes" for item in definition.consents}
    for page in ("notice/", "consents/"):
        assert phone.get(f"/apply/{started['number']}/{page}").status_code == 200
        phone.post(f"/apply/{started['number']}/{page}", ticks)
    page = phone.get(f"/apply/{started['number']}/application/{section.key}/").content.decode()
    assert known["policyholder"]["name"] in page
    assert number in page
    # What she was not asked yet, she is: health is hers alone.
    assert "disclosure" not in cases.application(case).data


class Walker:
    """A customer on a phone who opened the link of a case that a platform filled in, and consented."""

    def __init__(self, core: System, product: str, known: dict[str, Any]) -> None:
        started = core.post("cases", {"product": product, "application": known}).json()
        self.client, self.definition, self.number = Client(), content.product(product), started["number"]
        holder = known["policyholder"]
        number = holder.get("phone") or holder["company"]["agent"]["phone"]
        self.client.post(f"/s/{started['link']['url'].rstrip('/').rpartition('/')[2]}/")
        self.client.post("/s/phone/", {"send": "1"})
        self.client.post("/s/phone/", {"code": code_to(number)})
        for page in ("notice/", "consents/"):
            self.post(page, {f"consent.{item.key}": "yes" for item in self.definition.consents})

    @property
    def case(self) -> Case:
        return Case.objects.get(number=self.number)

    def url(self, page: str) -> str:
        return f"/apply/{self.number}/{page}"

    def get(self, page: str) -> str:
        return self.client.get(self.url(page)).content.decode()

    def post(self, page: str, data: dict[str, Any]) -> HttpResponse:
        self.client.get(self.url(page))
        return self.client.post(self.url(page), data)

    def states(self) -> dict[str, str]:
        return {path: state.partition(":")[0] for path, state in cases.application(self.case).prefilled.items()}

    def steps(self) -> set[str]:
        return set(self.case.steps.values_list("name", flat=True))


def test_what_a_platform_filled_in_is_marked_and_goes_on_only_once_she_has_checked_it(core: System) -> None:
    known = prefilled()
    her = Walker(core, "critical_illness", known)
    section = next(item for item in her.definition.form.sections if item.path == "policyholder")
    page = her.get(f"application/{section.key}/")
    assert "由华岳人寿" in page
    marked = page.count(">代填<")
    assert marked == len(known["policyholder"].keys() - {"kind", "birth_date", "sex"})  # which nobody sees who has an ID number
    row = cases.application(her.case)
    assert known["policyholder"]["name"] not in str(row.prefilled)
    assert set(her.states().values()) == {"given"}

    # She corrects one; its mark goes, also when the draft was kept on the way.
    typed = {name: str(value) for name, value in paths.flatten(known).items() if name.startswith("policyholder.")}
    typed = {name: str(int(value) // 100) if name.endswith("income") else value for name, value in typed.items()}
    typed["policyholder.address"] = "上海市徐汇区漕溪北路 18 号 1203 室"
    her.post(f"application/{section.key}/draft/", typed)
    assert her.post(f"application/{section.key}/", typed).status_code == 302
    assert her.get(f"application/{section.key}/").count(">代填<") == marked - 1
    review = her.get("application/")
    assert f"{known['policyholder']['name']}（代填）" in review
    assert "1203 室（代填" not in review
    refused = her.post("application/", {})
    assert refused.status_code == 422
    assert "代填的内容还没有核对" in refused.content.decode()
    assert "application" not in her.steps()
    assert her.post("application/", {"checked": "1"}).status_code == 302
    assert "application" in her.steps()
    states = her.states()
    assert states.pop("policyholder.address") == "changed"
    assert set(states.values()) == {"checked"}
    (event,) = [one for one in events("case", her.case.id) if one.type == "prefilled.settled"]
    assert event.public["fields"]["policyholder.name"] == "checked"
    # Whoever comes back to it has checked it already.
    assert 'name="checked"' not in her.get("application/")


def test_no_service_takes_what_a_platform_filled_in_unchecked(core: System) -> None:
    her = Walker(core, "critical_illness", prefilled())
    with pytest.raises(ApplicationInvalid) as refused:
        applying.submit_application(case_id=her.case.id, data=cases.application(her.case).data)
    assert "policyholder.name" in refused.value.fields


def test_a_list_that_a_platform_sent_is_one_thing_to_check(core: System) -> None:
    known = prefilled("group_accident")
    her = Walker(core, "group_accident", known)
    section = next(item for item in her.definition.form.sections if item.upload)
    assert her.states()[section.path] == "given"
    assert "由华岳人寿" in her.get(f"application/{section.key}/")
    assert f"{len(known[section.path])}（代填）" in her.get("application/")
    her.post(f"application/{section.key}/", {"remove": "0"})
    assert f"{len(known[section.path]) - 1}（代填" not in her.get("application/")


def test_wrong_values_are_told_and_missing_ones_are_hers(core: System, insurer: Insurer) -> None:
    seller = Salesperson.objects.filter(insurer=insurer).first()
    assert seller
    for path, value, field in (
        ("disclosure", [], "disclosure"),
        ("policyholder", 5, "policyholder"),
        ("insured", "x", "insured"),
        ("policyholder.phone", "123", "policyholder.phone"),
        ("policyholder.phone", seller.phone, "policyholder.phone"),
        ("policyholder.id_number", "11010519491231002X1", "policyholder.id_number"),
        ("policyholder.nickname", "阿三", "policyholder.nickname"),
        ("plan.sum_insured", 1, "plan.sum_insured"),
        ("remark", "加急", "remark"),
    ):
        data = copy.deepcopy(prefilled())
        way, _dot, last = path.rpartition(".")
        (paths.get(data, way) if way else data)[last] = value
        code = "health_answers_refused" if path == "disclosure" else "application_invalid"
        answer = core.post("cases", {"product": "critical_illness", "application": data})
        assert list(problem(answer, 422, code)["fields"]) == [f"application.{field}"], path
    assert not Case.objects.exists()
    for data in ({}, {"policyholder": {}}, {"policyholder": {"name": "张若晴"}}, {"plan": {"code": prefilled()["plan"]["code"]}}):
        started = core.post("cases", {"product": "critical_illness", "application": data})
        assert started.status_code == 201, started.content


def test_who_sells_and_where(core: System, insurer: Insurer) -> None:
    seller = Salesperson.objects.filter(insurer=insurer, products__contains=["critical_illness"]).first()
    assert seller
    body = {"product": "critical_illness", "salesperson": seller.licence_no, "language": "en"}
    number = core.post("cases", body).json()["number"]
    case = Case.objects.get(number=number)
    assert (case.salesperson, case.language, case.channel) == (seller, "en", "api")
    for changes, status, code in (
        ({"salesperson": "NOBODY"}, 422, "salesperson_unknown"),
        ({"branch": "NOWHERE"}, 422, "branch_unknown"),
        ({"product": "nothing"}, 404, "product_not_on_sale"),
        ({"language": "fr"}, 422, "body_invalid"),
    ):
        problem(core.post("cases", {**body, **changes}), status, code)
    Salesperson.objects.filter(pk=seller.pk).update(active=False)
    problem(core.post("cases", body), 422, "salesperson_unknown")


def test_a_case_is_withdrawn_once_and_listed_by_state(core: System) -> None:
    numbers = [core.post("cases", {"product": "medical", "external_id": f"s-{index}"}).json()["number"] for index in range(3)]
    ended = core.post(f"cases/{numbers[0]}/withdrawal", {"reason": "客户改变主意"})
    assert (ended.status_code, ended.json()["state"]) == (200, "withdrawn")
    problem(core.post(f"cases/{numbers[0]}/withdrawal"), 409, "transition_refused")
    assert [one["number"] for one in core.get("cases").json()] == numbers[::-1]
    assert [one["number"] for one in core.get("cases?limit=1").json()] == [numbers[2]]
    assert [one["number"] for one in core.get("cases?state=withdrawn").json()] == [numbers[0]]
    assert [one["number"] for one in core.get("cases?external_id=s-1").json()] == [numbers[1]]
    for query, field in (("state=gone", "state"), ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit")):
        assert list(problem(core.get(f"cases?{query}"), 422, "body_invalid")["fields"]) == [field]


def test_a_group_is_counted_without_naming_anybody(core: System) -> None:
    started = core.post("cases", {"product": "group_accident", "external_id": "g-1"}, key="g").json()
    assert core.get(f"cases/{started['number']}/insured-consents").status_code == 404
    case = Case.objects.get(number=started["number"])
    application = content.sample_application("group_accident", count=5)
    life.walk(case, application)
    life.let_consent(life.ask_insured(case)[0])
    told = core.get(f"cases/{started['number']}/insured-consents").json()
    assert (told["state"], told["consented"], told["waiting"], told["refused"]) == ("open", 1, 4, 0)
    assert not [one["name"] for one in application["insured"] if one["name"] in str(told)]
