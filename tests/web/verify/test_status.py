"""``/v/<code>``, the address in a policy's QR code: the status of a document for anyone, and nothing about anybody."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest
from django.test import Client

from tests import factories, life
from vermilion.apps.cases.models import Document
from vermilion.apps.policies import servicing
from vermilion.apps.policies.models import Policy
from vermilion.base import clock
from vermilion.web import limits
from vermilion.web.verify import lookups


def text_of(answer) -> str:
    """Return the page's own part, without the reference number that differs from request to request."""
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert main
    return re.sub(r'[0-9a-f]{32}|(value|href)="[^"]*"', "", main.group(0))


def strings_in(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings_in(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings_in(item)]
    return [value] if isinstance(value, str) else []


def asked(code: str, last_four: str, *, address: str = "127.0.0.1", **headers: str):
    return Client(REMOTE_ADDR=address).post("/verify/policy/", {"code": code, "last_four": last_four}, headers=headers)


def look_up_by_the_last_four(code: str, personal: list[dict], application: dict) -> None:
    """Masked name, product and period for who knows an ID number; one answer to every wrong try, and few tries."""
    holder = application["policyholder"]
    right = holder["id_number"][-4:]
    known = asked("-".join(code[at : at + 4] for at in range(0, 16, 4)).lower(), right.lower())
    assert known.status_code == 200
    page = text_of(known)
    assert f"{holder['name'][0]}**" in page
    for secret in (holder["name"], holder["id_number"], holder["phone"]):
        assert secret not in page
    assert "安康" in page or "重大疾病" in page
    assert "至" in page
    assert "Policyholder" in asked(code, right, **{"Accept-Language": "en"}).content.decode()

    wrong = "0000" if right != "0000" else "1111"
    answers = [asked(code, wrong), asked("0" * 16, right, address="10.0.0.2"), asked("", "", address="10.0.0.3")]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    told = {re.sub(r"<form.*?</form>", "", text_of(answer), flags=re.DOTALL) for answer in answers}
    assert len(told) == 1, "a wrong code and wrong characters get the same answer"
    for odd in ("１２３４５", "12", "12345", "ab\0c", "    ", right + "\n0"):
        assert asked(code, odd, address="10.0.0.4").status_code in (422, 429)
    # Locked, from wherever and with whatever; a code that does not exist is locked just so.
    assert asked(code, right, address="10.0.0.9").status_code == 429
    nowhere = [asked("Z" * 16, "1234", address=f"10.0.1.{at}").status_code for at in range(6)]
    assert nowhere == [422] * 5 + [429]


@pytest.mark.django_db(transaction=True)
def test_the_qr_code_shows_the_status_and_no_person(platform, drain_jobs):
    case = life.issued("critical_illness", drain_jobs, first=True)
    policy = Policy.objects.get(case=case)
    document = policy.versions.get().document
    personal = [party.personal for party in case.parties.all()]
    application = policy.versions.get().fields["application"]
    secrets = {text for text in strings_in([personal, application]) if len(text) >= 2 and not text.isascii()}
    secrets |= {person[key] for person in personal for key in ("id_number", "phone", "email") if person.get(key)}
    secrets -= set(strings_in(application["plan"])) | {case.insurer.name}
    assert len(secrets) > 5

    def look(code: str = document.code, **headers: str) -> str:
        answer = Client().get(f"/v/{code}", headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    page = look()
    assert "这张保单在册，目前有效" in page
    # The code says nothing about the file it was read from: it may be printed on a forged one.
    assert "没有任何改动" not in page
    assert "真实" not in text_of(Client().get(f"/v/{document.code}"))
    assert "二维码可以被复制" in page
    assert f"{policy.number[:6]}…{policy.number[-4:]}" in page
    found = [secret for secret in {*secrets, policy.number, case.number} if secret in page]
    assert found == []
    assert "/documents/" not in page
    assert ".pdf" not in page
    assert "This policy is on our register and in force now" in look(**{"Accept-Language": "en"})

    # As a person types it from paper, and as a program that shows previews asks.
    code = document.code.lower()
    assert "目前有效" in look("-".join(code[at : at + 4] for at in range(0, 16, 4)))
    assert "目前有效" in look(f"{document.code}/")
    assert Client().head(f"/v/{document.code}").status_code == 200
    # Who is logged in or was sent a link sees no more than anybody.
    clerk = factories.browser(life.staff("clerk"))
    assert [secret for secret in secrets if secret in clerk.get(f"/v/{document.code}").content.decode()] == []

    look_up_by_the_last_four(document.code, personal, application)

    change = servicing.change_contact(policy_id=policy.id, contact={"address": "上海市徐汇区示例路 9 号 302 室"})
    drain_jobs()
    change.refresh_from_db()
    assert "已被后来的批单更新" in look()
    page = look(change.document.code)
    assert "这张批单在册，目前有效" in page
    assert "示例路" not in page
    # The time of the seal is the document's own, not the policy's.
    Document.objects.filter(pk=document.pk).update(closed_at=datetime(2020, 6, 1, tzinfo=timezone.utc))
    assert dict(Client().get(f"/v/{document.code}").context["facts"])["签章时间"].startswith("2020年")
    assert not dict(Client().get(f"/v/{change.document.code}").context["facts"])["签章时间"].startswith("2020年")

    Policy.objects.filter(pk=policy.pk).update(status="expired", ended_at=clock.now())
    assert "这张保单已满期" in look()

    Document.objects.filter(pk=document.pk).update(void=True)
    void, unknown = Client().get(f"/v/{document.code}"), Client().get("/v/0000000000000000")
    assert (void.status_code, text_of(void)) == (404, text_of(unknown))


@pytest.mark.django_db
def test_unknown_and_malformed_codes_are_answered_alike_to_everybody():
    shown = factories.case_in("signing").documents.get(kind="confirmation")  # nobody has signed it yet
    codes = [
        "0000000000000000",
        "ZZZZZZZZZZZZZZZZ",
        "x",
        "0" * 200,
        "00000000-00000000-",
        "..%2Fadmin",
        "a/b",
        "' OR 1=1 --",
        "保单",
        shown.code,
    ]
    pages = set()
    for visitor in (Client(), factories.browser_of("clerk"), factories.browser(factories.salesperson())):
        for code in codes:
            answer = visitor.get(f"/v/{code}")
            assert answer.status_code == 404, code
            pages.add(text_of(answer))
    assert len(pages) == 1
    assert "没有这个验真码对应的文件" in pages.pop()
    english = Client().get("/v/x", headers={"Accept-Language": "en"}).content.decode()
    assert "没有这个" not in english
    assert Client().get("/v/%00").status_code == 404  # no address at all, refused before any door
    assert Client().post("/v/0000000000000000").status_code == 405


@pytest.mark.django_db
def test_codes_cannot_be_tried_by_the_thousand(monkeypatch):
    monkeypatch.setattr(lookups, "CODES", limits.Limit("codes-test", 2, 600))
    statuses = [Client().get(f"/v/{code}").status_code for code in ("x", "0000000000000000", "x")]
    assert statuses == [404, 404, 429]
    assert Client(REMOTE_ADDR="10.0.0.7").get("/v/x").status_code == 404
