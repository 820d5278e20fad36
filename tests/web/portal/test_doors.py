"""Links, pick-up codes, foreign cases: what opens, what does not, and what nobody learns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from tests.apps.making import MovingClock
from tests.web.customer import Customer, code_to, pickup_to, text_to
from vermilion.apps.cases.models import CaseParty
from vermilion.apps.chronicle.queries import events
from vermilion.apps.notices.models import Notice
from vermilion.apps.signing import applying, links
from vermilion.apps.signing.models import AccessLink


def party_of(customer: Customer) -> CaseParty:
    party = applying.applicant(customer.case)
    assert party is not None
    return party


def link_of(customer: Customer) -> str:
    with transaction.atomic():
        token, _code = links.make_link(case=customer.case, party=party_of(customer), purpose="apply", hours=72)
    return token


def enter(client: Client, customer: Customer) -> None:
    client.post("/s/phone/", {"send": "1"})
    client.post("/s/phone/", {"code": code_to(customer.phone)})


PAGES = ["", "notice/", "application/", "sign/", "documents/0000000000000000/", "documents/0000000000000000/file.pdf", "not-me/", "pay/"]


@pytest.mark.parametrize("page", PAGES)
def test_a_foreign_case_does_not_exist(named: Customer, page: str) -> None:
    stranger = Client()
    answer = stranger.get(named.url(page))
    unknown = stranger.get(f"/apply/T00000000Z/{page}")
    assert answer.status_code == unknown.status_code == 404
    assert named.application["policyholder"]["name"] not in answer.content.decode()
    assert stranger.post(named.url(page)).status_code == 404


def test_a_preview_of_a_link_consumes_and_tells_nothing(named: Customer) -> None:
    token = link_of(named)
    program = Client()
    right, wrong = program.get(f"/s/{token}/"), program.get(f"/s/{token[:-4]}AAAA/")
    program.head(f"/s/{token}/")
    assert right.status_code == wrong.status_code == 200
    text = right.content.decode()
    for secret in (named.number, named.phone, named.phone[-4:], named.application["policyholder"]["name"], named.definition.name.zh):
        assert secret not in text
    assert AccessLink.objects.get(purpose="apply").used_at is None


def test_a_link_opens_nothing_before_the_phone_is_proven(named: Customer) -> None:
    other = Client()
    assert other.post(f"/s/{link_of(named)}/")["Location"] == "/s/phone/"
    page = other.get("/s/phone/").content.decode()
    assert named.application["policyholder"]["name"] not in page
    assert named.phone not in page
    assert other.get(named.url()).status_code == 404
    other.post("/s/phone/", {"send": "1"})
    assert other.post("/s/phone/", {"code": "000000"}).status_code == 422
    assert other.get(named.url()).status_code == 404
    enter(other, named)
    assert other.get(named.url()).status_code == 200


def test_a_wrong_code_five_times_ends_the_code(named: Customer) -> None:
    other = Client()
    other.post(f"/s/{link_of(named)}/")
    other.post("/s/phone/", {"send": "1"})
    right = code_to(named.phone)
    wrong = "111111" if right != "111111" else "222222"
    answers = [other.post("/s/phone/", {"code": wrong}) for _time in range(5)]
    assert "还可以再试 4 次" in answers[0].content.decode()
    assert "连续输错 5 次" in answers[4].content.decode()
    # A demo may send again at once; the page does not begin to count anew with every wrong try.
    assert 'data-seconds="0"' in answers[4].content.decode()
    assert other.post("/s/phone/", {"code": right}).status_code == 422
    assert other.get(named.url()).status_code == 404


def test_a_pickup_code_is_forgiving_but_a_guess_is_not(named: Customer) -> None:
    with transaction.atomic():
        links.send_link(case=named.case, party=party_of(named), purpose="apply")
    pickup = pickup_to(named.phone, "sign_link")
    other = Client()
    assert other.post("/s/", {"pickup": "ZZZZZZ"}).status_code == 422
    assert other.post("/s/", {"pickup": f" {pickup[:3].lower()} {pickup[3:].lower()} "})["Location"] == "/s/phone/"


def test_the_address_in_the_message_opens_with_one_tap(named: Customer) -> None:
    with transaction.atomic():
        links.send_link(case=named.case, party=party_of(named), purpose="apply")
    pickup = pickup_to(named.phone, "sign_link")
    assert f"/s/{pickup}" in text_to(named.phone)
    other = Client()
    assert other.get(f"/s/{pickup}").status_code == 200
    assert AccessLink.objects.get(purpose="apply").used_at is None
    assert other.post(f"/s/{pickup}")["Location"] == "/s/phone/"


def test_guessing_pickup_codes_is_stopped(shop: object) -> None:
    other = Client()
    statuses = [other.post("/s/", {"pickup": f"ZZZZ{number:02d}"}).status_code for number in range(62)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_an_expired_link_is_sent_anew_to_the_phone_on_record_only(named: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    token = link_of(named)
    AccessLink.objects.update(expires_at=AccessLink.objects.get(purpose="apply").created_at - timedelta(days=1))
    other = Client()
    page = other.post(f"/s/{token}/")
    assert page.status_code == 410
    assert named.phone[-4:] not in page.content.decode()
    before = Notice.objects.count()
    assert other.post("/s/resend/", {"phone": "13900000000"})["Location"] == "/s/resent/"
    assert Notice.objects.count() == before + 1
    assert other.post("/s/", {"pickup": pickup_to(named.phone, "link_resent")})["Location"] == "/s/phone/"
    other.post("/s/resend/")
    assert Notice.objects.filter(template="link_resent").count() == 1  # one tap, one message


def test_a_share_of_a_case_without_a_phone_opens_for_one_device(customer: Customer) -> None:
    with transaction.atomic():
        token, _code = links.make_link(case=customer.case, party=None, purpose="apply", hours=72, pickup=False)
    hers, another = Client(), Client()
    assert hers.post(f"/s/{token}/")["Location"] == customer.url()
    customer.client = hers
    customer.consent()
    hers.post(customer.url("application/policyholder_person/draft/"), {"policyholder.name": "欧阳"})
    assert another.post(f"/s/{token}/").status_code == 404
    assert another.get(customer.url()).status_code == 404
    assert [event.type for event in events("case", customer.case.id)].count("link.used_again") == 1
    hers.post(customer.url("application/policyholder_person/draft/"), {"policyholder.name": "欧阳", "policyholder.phone": customer.phone})
    assert another.post(f"/s/{token}/")["Location"] == "/s/phone/"


def test_a_session_ends(named: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    assert named.get().status_code == 200
    later = time.time() + 3 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert named.get().status_code == 404


def test_a_voided_link_is_unknown(named: Customer) -> None:
    token = link_of(named)
    AccessLink.objects.update(revoked=True)
    assert Client().post(f"/s/{token}/").status_code == 404


def test_pages_are_not_stored_and_not_named_to_others(named: Customer) -> None:
    answer = named.get()
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_forms_need_their_token(named: Customer) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = named.client.cookies
    assert strict.post(named.url("not-me/")).status_code == 403
    assert strict.post("/p/critical_illness/start/").status_code == 403


def test_a_code_sent_long_ago_is_refused(named: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Client()
    other.post(f"/s/{link_of(named)}/")
    other.post("/s/phone/", {"send": "1"})
    MovingClock(monkeypatch).forward(minutes=6)
    assert other.post("/s/phone/", {"code": code_to(named.phone)}).status_code == 422
