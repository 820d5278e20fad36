"""/my/: one's own policies without a link, nobody else's, and for twenty minutes only."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from django.test import Client
from django.utils import translation

from tests import life, snapshots
from tests.web.customer import WECHAT, code_to
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.parties.models import Insurer
from vermilion.apps.policies import finishing
from vermilion.apps.policies.models import Endorsement, Policy
from vermilion.apps.policies.queries import status_of_code
from vermilion.base import clock
from vermilion.cli.demo import content
from vermilion.cli.demo.content import samples
from vermilion.web import dates

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]
NEW_ADDRESS = "上海市浦东新区示范路二百号三栋五零二室"


@pytest.fixture
def policy(platform: Insurer, drain_jobs: Drain) -> Policy:
    """Return a delivered policy of a seeded platform."""

    def deliver() -> Policy:
        definition = next(item for item in content.products() if item.code == "critical_illness")
        case = life.start("critical_illness")
        document = life.apply(case, samples.application(definition))
        life.sign(document.signing_tasks.get())
        drain_jobs()
        life.pay(case)
        drain_jobs()
        return Policy.objects.get(case=case)

    return snapshots.state("my, a delivered policy", deliver)


def holder(case: Case) -> dict[str, str]:
    personal: dict[str, str] = CaseParty.objects.get(case=case, role="policyholder").personal
    return personal


def enter(person: dict[str, str], **changes: str) -> tuple[Client, int]:
    client = Client()
    client.post("/my/enter/", {"phone": person["phone"]})
    data = {"code": code_to(person["phone"]), "name": person["name"], "id_number": person["id_number"], **changes}
    return client, client.post("/my/prove/", data).status_code


def test_the_own_policies_are_found_without_a_link(policy: Policy) -> None:
    client, status = enter(holder(policy.case))
    assert status == 302
    page = client.get("/my/").content.decode()
    assert policy.number in page
    assert "保单待签收" in page
    text = client.get(f"/my/policies/{policy.number}/").content.decode()
    assert "开具中" in text
    due = clock.today() + timedelta(days=1)  # the cover starts on the day after the first payment
    due = due.replace(year=due.year + 1) if (due.month, due.day) != (2, 29) else due.replace(year=due.year + 1, day=28)
    assert f"下次交费日{dates.day(due)}" in re.sub(r"<[^>]+>|\s+", "", text)
    assert "每年保险费" in text  # a sum without its rhythm would read as all there is to pay
    change = client.get(f"/my/policies/{policy.number}/contact/").content.decode()
    for page in (text, change):  # every page of a case: hotline, its code, and "this was not me"
        assert policy.case.number in page
        assert f"/apply/{policy.case.number}/not-me/" in page
    assert client.get(f"/apply/{policy.case.number}/acknowledge/").status_code == 200


@pytest.mark.parametrize("change", [{"name": "张三丰"}, {"id_number": "11010519491231002X"}])
def test_who_does_not_fit_learns_nothing(policy: Policy, change: dict[str, str]) -> None:
    client, status = enter(holder(policy.case), **change)
    assert status == 422
    assert client.get("/my/")["Location"] == "/my/enter/"
    stranger = Client()
    stranger.post("/my/enter/", {"phone": "13700000000"})
    nobody = {"code": code_to("13700000000"), "name": "张三丰", "id_number": "11010519491231002X"}
    # Somebody who is no customer at all reads the same sentence.
    assert "没有找到与手机号、姓名和证件号码都相符的保单" in stranger.post("/my/prove/", nobody).content.decode()


def test_a_period_ends_on_its_last_day() -> None:
    midnight, noon = datetime(2027, 11, 24, 16, tzinfo=timezone.utc), datetime(2027, 11, 24, 4, 30, tzinfo=timezone.utc)
    assert (dates.opening(midnight), dates.closing(midnight)) == ("2027年11月25日 0 时", "2027年11月24日 24 时")
    assert dates.opening(noon) == dates.closing(noon) == "2027年11月24日 12:30"
    with translation.override("en"):
        assert dates.closing(midnight) == "24 November 2027, 24:00"


def test_a_mistyped_code_can_be_typed_again(policy: Policy) -> None:
    person = holder(policy.case)
    client = Client()
    client.post("/my/enter/", {"phone": person["phone"]})
    code = code_to(person["phone"])
    wrong = "000000" if code != "000000" else "111111"
    page = client.post("/my/prove/", {"code": wrong, "name": person["name"], "id_number": person["id_number"]}).content.decode()
    # The page that comes back asks for the same three things under the same names, and has kept what was right.
    form = page.partition("<main")[2].partition("</main>")[0]
    assert re.findall(r'<input[^>]* name="(\w+)"', form) == ["csrfmiddlewaretoken", "code", "name", "id_number"]
    assert person["name"] in page
    assert client.post("/my/prove/", {"code": code, "name": person["name"], "id_number": person["id_number"]}).status_code == 302


def test_nobody_elses_policy_exists(policy: Policy) -> None:
    stranger = Client()
    for path in (f"/my/policies/{policy.number}/", f"/my/policies/{policy.number}/contact/", "/my/"):
        assert stranger.get(path)["Location"] == "/my/enter/"
    client, _status = enter(holder(policy.case))
    assert client.get("/my/policies/HY-0000/").status_code == 404


def test_after_twenty_minutes_everything_is_closed(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _status = enter(holder(policy.case))
    later = time.time() + 21 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.get("/my/")["Location"] == "/my/enter/"
    assert client.get(f"/apply/{policy.case.number}/").status_code == 404


def test_logging_out_closes_everything(policy: Policy) -> None:
    client, _status = enter(holder(policy.case))
    client.post("/my/leave/")
    assert client.get("/my/")["Location"] == "/my/enter/"
    assert client.get(f"/apply/{policy.case.number}/").status_code == 404


def contact(person: dict[str, str], **changes: str) -> dict[str, str]:
    return {key: person.get(key, "") for key in ("phone", "email", "address")} | changes


def test_the_address_is_changed_by_a_code_to_the_phone_on_record(policy: Policy, drain_jobs: Drain) -> None:
    person = holder(policy.case)
    client, _status = enter(person)
    path, wanted = f"/my/policies/{policy.number}/contact/", contact(person, address=NEW_ADDRESS)
    assert client.post(path, contact(person)).status_code == 422  # nothing changed
    assert client.post(path, contact(person, address="短")).status_code == 422
    assert client.post(path, wanted).status_code == 200
    assert client.post(path, wanted | {"code": "000000"}).status_code == 422
    assert not Endorsement.objects.exists()
    # The code approves this change and no other.
    assert client.post(path, wanted | {"code": code_to(person["phone"]), "address": NEW_ADDRESS + "甲"}).status_code == 409
    assert not Endorsement.objects.exists()
    assert client.post(path, wanted | {"code": code_to(person["phone"])}).status_code == 302
    drain_jobs()
    assert policy.versions.order_by("-number")[0].fields["application"]["policyholder"]["address"] == NEW_ADDRESS
    page = f"/my/policies/{policy.number}/"
    assert Endorsement.objects.get().number in client.get(page).content.decode()

    # A change says from when it counts, and one that was refused is not among those that were made, nor looks like it.
    tomorrow = clock.now() + timedelta(days=1)
    Endorsement.objects.update(effective_at=tomorrow)
    assert f"{dates.day(tomorrow)} 起生效" in client.get(page).content.decode()
    assert "未批准" not in client.get(page).content.decode()
    Endorsement.objects.update(state="refused", application_document=policy.case.documents.get(kind="confirmation"))
    assert client.get(page).content.decode().count("未批准") == 2  # the change and the paper that asked for it


def test_a_companys_person_changes_its_contact_herself(platform: Insurer, drain_jobs: Drain) -> None:
    group = Policy.objects.get(case=life.issued("group_accident", drain_jobs, first=True))
    person = CaseParty.objects.get(case=group.case, role="company_agent").personal
    client, _status = enter(person)
    page = client.get(f"/my/policies/{group.number}/").content.decode()
    path = re.search(r'href="(/my/policies/[^"]+/contact/)"', page)
    assert path
    certificates = f"/my/policies/{group.number}/certificates/"
    assert certificates in page
    insured = group.versions.get().fields["application"]["insured"]
    listed = client.get(certificates, {"q": insured[1]["name"]}).content.decode()
    # Who speaks to her phone says what stands on the button (WCAG 2.5.3).
    button = re.search(r'aria-label="([^"]+)">([^<]+)</button>', listed)
    assert button
    assert button[2] in button[1]
    assert insured[1]["name"] in button[1]
    assert client.post(certificates, {"number": "99999"}).status_code == 404
    paper = client.post(certificates, {"number": "2"})
    assert paper.status_code == 302
    assert "保险凭证" in client.get(paper["Location"]).content.decode()
    assert paper["Location"] not in client.get(f"/my/policies/{group.number}/").content.decode()

    address = group.versions.get().fields["application"]["policyholder"]["address"]
    wanted = {"phone": person["phone"], "email": "hr@example.com", "address": NEW_ADDRESS}
    assert address in client.get(path.group(1)).content.decode()
    assert client.post(path.group(1), wanted).status_code == 200
    assert client.post(path.group(1), wanted | {"code": code_to(person["phone"])}).status_code == 302
    drain_jobs()
    page = client.get(f"/my/policies/{group.number}/").content.decode()
    for now in ("联系方式变更", NEW_ADDRESS, "hr@example.com"):
        assert now in page


def test_a_new_phone_is_proven_as_well(policy: Policy) -> None:
    person = holder(policy.case)
    client, _status = enter(person)
    path, wanted = f"/my/policies/{policy.number}/contact/", contact(person, phone="13900139009")
    client.post(path, wanted)
    old, new = code_to(person["phone"]), code_to("13900139009")
    assert client.post(path, wanted | {"code": old, "new_code": "000000"}).status_code == 422
    assert not Endorsement.objects.exists()
    assert client.post(path, wanted | {"code": old, "new_code": new}).status_code == 302
    assert Endorsement.objects.exists()


def test_in_wechat_an_invoice_is_looked_at_not_downloaded(policy: Policy) -> None:
    given = {"policy_number": policy.number, "insurer_id": policy.insurer_id, "invoice_number": "24312000000012345678"}
    code = finishing.receive_invoice(**given, file=b"%PDF-1.7").document.code  # type: ignore[union-attr]
    client, _status = enter(holder(policy.case))
    page, file = f"/my/policies/{policy.number}/", f"documents/{code}/file.pdf"
    assert client.get(page).content.decode().count(file) == 2  # among the papers, and as the invoice
    inside = client.get(page, headers={"User-Agent": WECHAT}).content.decode()
    assert "file.pdf" not in inside
    assert inside.count(f"documents/{code}/") == 2


def test_an_ended_policy_promises_nothing(policy: Policy) -> None:
    client, _status = enter(holder(policy.case))
    today = clock.today()
    Policy.objects.filter(pk=policy.pk).update(cooling_off_from=today, cooling_off_until=today)
    page = f"/my/policies/{policy.number}/"
    text = client.get(page).content.decode()
    assert "在此之前解除合同" in text
    assert "致电或在线回访" in text
    assert status_of_code(policy.versions.get().document.code).starts_at == policy.cover_from
    Policy.objects.filter(pk=policy.pk).update(status="cancelled", ended_at=clock.now())
    text = client.get(page).content.decode()
    assert "在此之前解除合同" not in text
    assert "致电或在线回访" not in text
    assert status_of_code(policy.versions.get().document.code).starts_at is None
