"""The compliance desk for 疑似代签 and reports; the administrator's pages of a salesperson; handing cases over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests import factories
from tests.web.badge.test_badge import photo
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.services import rehash_party
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.conduct import reporting, rules, suspecting, traces
from vermilion.apps.conduct.models import ConductRule, FaceToFace, OwnConfirmation, Suspicion
from vermilion.apps.identity.models import Willingness
from vermilion.apps.parties.errors import SecondPersonRefused
from vermilion.apps.parties.models import AccountRequest, Salesperson
from vermilion.apps.signing import facing
from vermilion.base import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def suspected() -> Suspicion:
    first, second = (factories.case_in(State.SIGNING, seed=seed) for seed in (1, 2))
    for case in (first, second):
        party = case.parties.get(role="policyholder")
        traces.leave(case=case, party=party, kind="phone", digest="a" * 64)
        suspecting.compare(case=case, party=party, kind="phone", digest="a" * 64, rule=ConductRule(insurer=case.insurer))
    return Suspicion.objects.get()


def test_a_third_customer_who_came_since_is_told_and_every_signer_who_was_met(suspected):
    third = factories.case_in(State.SIGNING, seed=3)
    party = third.parties.get(role="policyholder")
    traces.leave(case=third, party=party, kind="phone", digest="a" * 64)
    insured = CaseParty(case=suspected.case, role="insured", position=7, personal=suspected.party.personal)
    Suspicion.objects.filter(pk=suspected.pk).update(signers=[str(suspected.party_id), str(rehash_party(insured).pk)])
    shown = factories.browser_of("compliance").get(reverse("console:suspicion", args=[suspected.pk])).content.decode()
    assert "同一手机号用于 2 位客户" in shown
    assert "现在共 3 位客户" in shown
    assert third.number in shown
    assert "投保人、被保险人" in shown


def test_compliance_sees_reason_and_cases_and_decides_with_a_reason(suspected):
    browser = factories.browser_of("compliance")
    listed = browser.get(reverse("console:suspicions")).content.decode()
    assert suspected.case.number in listed
    assert "同一手机号用于 2 位客户" in listed
    path = reverse("console:suspicion", args=[suspected.pk])
    shown = browser.get(path).content.decode()
    for number in Case.objects.values_list("number", flat=True):
        assert number in shown
    decide = reverse("console:suspicion_decide", args=[suspected.pk])
    assert browser.post(decide, {"state": "cleared", "note": " "}).status_code == 422
    assert browser.post(decide, {"state": "cleared", "note": "母女共用手机"}).status_code == 302
    suspected.refresh_from_db()
    assert (suspected.state, suspected.decided_by) == ("cleared", browser.staff)
    assert suspected.case.number not in browser.get(reverse("console:suspicions")).content.decode()
    assert suspected.case.number in browser.get(reverse("console:suspicions") + "?state=cleared").content.decode()
    case_page = browser.get(reverse("console:case", args=[suspected.case.number])).content.decode()
    assert "同一手机号用于 2 位客户" in case_page


def meeting(case: Case, role: str, *, minutes_ago: int, agreed: bool, ended: bool = False) -> FaceToFace:
    asked = clock.now() - timedelta(minutes=minutes_ago)
    given = {"agreed_at": asked + timedelta(minutes=1), "agreed_device": "b" * 64} if agreed else {}
    given |= {"ended_at": asked + timedelta(minutes=9)} if ended else {}
    party = case.parties.get(role=role)
    until = asked + facing.LASTS
    return FaceToFace.objects.create(
        case=case, party=party, salesperson=case.salesperson, device="a" * 64, asked_at=asked, until=until, **given
    )


def test_the_case_page_lists_every_meeting_with_whose_it_was_and_what_was_confirmed():
    seller = factories.salesperson(name="宋晓棠")
    case, other = (factories.case_in(State.SIGNING, sold_by=seller, seed=seed) for seed in (1, 2))
    made = meeting(case, "policyholder", minutes_ago=300, agreed=True, ended=True)
    party, document = made.party, case.documents.get()
    will = Willingness.objects.create(
        case=case, party=party, signer_role=party.role, document=document, shown_digest="0" * 64, method="copied", details={},
        verified_at=clock.now(),
    )  # fmt: skip
    about = {"party": party, "document": document, "shown_digest": "0" * 64, "willingness": will, "device": "b" * 64}
    OwnConfirmation.objects.create(meeting=made, confirmed_at=clock.now(), **about)
    meeting(case, "policyholder", minutes_ago=200, agreed=False)  # ran out
    meeting(other, "policyholder", minutes_ago=3, agreed=False)
    for role in ("compliance", "auditor", "clerk"):
        browser = factories.browser_of(role)
        shown = browser.get(reverse("console:case", args=[case.number])).content.decode()
        listed = shown[shown.index('id="h-conduct"') :].split("</section>")[0]
        assert listed.count("面对面办理 · 宋晓棠 · 投保人") == 2
        assert listed.count("本人手机同意") == listed.count("本人手机确认 · 投保人 · 投保确认书") == 1
        assert "已结束" in listed
        assert "未同意" in listed
        assert "a" * 64 not in listed
        waiting = browser.get(reverse("console:case", args=[other.number])).content.decode()
        assert "等待同意" in waiting
        assert "本人手机确认" not in waiting
    FaceToFace.objects.filter(case=other).update(agreed_at=clock.now(), agreed_device="b" * 64)
    CaseParty.objects.filter(pk=party.pk).update(former=True)  # corrected since: it was hers nevertheless
    assert "进行中" in browser.get(reverse("console:case", args=[other.number])).content.decode()
    assert "宋晓棠 · 投保人" in browser.get(reverse("console:case", args=[case.number])).content.decode()


def test_a_case_without_suspicion_or_meeting_has_no_such_list():
    case = factories.case_in(State.SIGNING)
    assert "h-conduct" not in factories.browser_of("compliance").get(reverse("console:case", args=[case.number])).content.decode()


def test_the_rule_is_changed_within_bounds_by_two_people():
    browser, second = factories.browser_of("compliance"), factories.browser_of("administrator")
    path, values = reverse("console:conduct_rule"), {"effect": "block", "phone_customers": "2", "device_customers": "3"}
    values |= {"payer_customers": "1", "window_days": "90", "device_days": "30"}
    assert browser.get(path).status_code == 200
    assert browser.post(path, {**values, "phone_customers": "0"}).status_code == 422
    for effect in ("report", "block"):  # the newer wish replaces the older one
        assert browser.post(path, {**values, "effect": effect}).status_code == 302
    assert not ConductRule.objects.exists()
    assert "待复核" in browser.get(path).content.decode()
    asked = AccountRequest.objects.get(kind="conduct", state="requested")
    confirm = reverse("console:account_request_confirm", args=[asked.pk])
    assert browser.post(confirm).status_code == 403
    assert factories.browser_of("compliance", of=factories.insurer("other")).post(confirm).status_code == 404
    assert not ConductRule.objects.exists()
    shown = second.get(reverse("console:account_requests")).content.decode()
    for words in ("代签规则", "发现疑似代签时", "只上报合规", "上报并暂停签署", "同一手机号最多用于几位客户"):
        assert words in shown
    assert "同一付款账户最多用于几位客户" not in shown  # stays as it is
    assert second.post(confirm).status_code == 302
    row = ConductRule.objects.get()
    assert (row.effect, row.phone_customers, row.nearby) == ("block", 2, False)
    assert (row.changed_by, row.agreed_by) == (browser.staff, second.staff)
    said = [event.public for event in events("system", row.insurer_id) if event.type == "conduct.rule_changed"]
    assert (said[-1]["by"], said[-1]["second"]) == (str(browser.staff.pk), str(second.staff.pk))
    assert second.post(confirm).status_code == 409


def test_a_rule_that_stays_the_same_asks_nobody():
    browser = factories.browser_of("compliance")
    same = {name: getattr(ConductRule(), name) for name in rules.FIELDS if name != "nearby"}
    browser.post(reverse("console:conduct_rule"), same)
    assert not AccountRequest.objects.exists()


def test_nobody_alone_changes_the_rule_by_the_service_or_by_the_database():
    person = factories.staff("compliance")
    values = {name: getattr(ConductRule(), name) for name in rules.FIELDS}
    with pytest.raises(SecondPersonRefused):
        rules.set_rule(insurer=person.insurer, by=person, second=person, **values)
    with pytest.raises(IntegrityError, match="conduct_rule_two_people"), transaction.atomic():
        ConductRule.objects.create(insurer=person.insurer, changed_by=person, agreed_by=person)


def test_reports_are_handled_once_with_a_note(suspected):
    seller = factories.salesperson()
    made = reporting.report(insurer=seller.insurer, salesperson=seller, code="x", badge_state="valid", text="<b>要我转账</b>")
    browser = factories.browser_of("compliance")
    shown = browser.get(reverse("console:badge_reports")).content.decode()
    assert "&lt;b&gt;要我转账" in shown
    path = reverse("console:badge_report_handle", args=[made.pk])
    browser.post(path, {"note": ""})
    made.refresh_from_db()
    assert made.handled_at is None
    browser.post(path, {"note": "已联系举报人"})
    made.refresh_from_db()
    assert made.content["note"] == "已联系举报人"
    assert "badge.report_handled" in [event.type for event in events("staff", seller.pk)]


def test_the_administrator_keeps_registration_and_photo():
    factories.product()
    seller, browser = factories.salesperson(), factories.browser_of("administrator")
    path = reverse("console:seller", args=[seller.pk])
    form = {"licence_no": "ab-1234 567890", "branch": str(seller.branch_id), "phone": seller.phone, "products": ["critical_illness"]}
    form |= {"valid_from": "2026-01-01", "valid_to": "2027-12-31"}
    assert f'value="{seller.valid_to:%Y-%m-%d}"' in browser.get(path).content.decode()  # a browser shows a date in no other form
    assert browser.post(path, {**form, "licence_no": "12"}).status_code == 422
    assert browser.post(path, {**form, "valid_to": "2025-01-01"}).status_code == 422
    assert browser.post(path, {**form, "licence_no": factories.salesperson().licence_no}).status_code == 422
    assert browser.post(path, form).status_code == 302
    seller.refresh_from_db()
    assert (seller.licence_no, seller.products) == ("AB1234567890", ["critical_illness"])
    browser.post(reverse("console:seller_photo", args=[seller.pk]), {"photo": SimpleUploadedFile("x.jpg", photo())})
    assert browser.get(reverse("console:seller_photo_file", args=[seller.pk]))["Content-Type"] == "image/webp"
    browser.post(reverse("console:seller_photo", args=[seller.pk]), {"photo": SimpleUploadedFile("x.jpg", b"MZ")})
    browser.post(reverse("console:seller_account", args=[seller.pk]), {"account": "6222 0000 1111 2222"})
    assert seller.conduct_traces.get().digest == traces.payer_digest("6222000011112222")
    kinds = [event.type for event in events("staff", seller.pk)]
    assert [kinds.count(f"salesperson.{name}") for name in ("registered", "photo", "account")] == [1, 1, 1]


@pytest.mark.parametrize("role", ["administrator", "clerk"])
def test_cases_are_handed_over_one_or_all(role):
    giver, taker, browser = factories.salesperson(), factories.salesperson(), factories.browser_of(role)
    cases = [factories.case_in(State.SIGNING, sold_by=giver) for _one in range(3)]
    page = browser.get(reverse("console:seller_cases", args=[giver.pk])).content.decode()
    assert all(case.number in page for case in cases)
    path = reverse("console:seller_hand_over", args=[giver.pk])
    browser.post(path, {"taker": str(taker.pk), "case": [cases[0].number]})
    assert Case.objects.filter(salesperson=taker).count() == 1
    browser.post(path, {"taker": str(taker.pk), "all": "1"})
    assert Case.objects.filter(salesperson=taker).count() == 3


def test_a_foreign_taker_or_nonsense_moves_nothing():
    giver, browser = factories.salesperson(), factories.browser_of("administrator")
    factories.case_in(State.SIGNING, sold_by=giver)
    path = reverse("console:seller_hand_over", args=[giver.pk])
    for taker in ("", "x", str(factories.salesperson(of=factories.insurer("other")).pk), str(giver.pk)):
        assert browser.post(path, {"taker": taker, "all": "1"}).status_code == 409
    assert Salesperson.objects.get(pk=giver.pk).cases.count() == 1


def test_suspending_says_what_waits():
    giver, browser = factories.salesperson(), factories.browser_of("administrator")
    factories.case_in(State.SIGNING, sold_by=giver)
    answer = browser.post(reverse("console:user_active", args=[giver.pk]), {"active": "0"}, follow=True)
    assert "1 笔在办业务" in answer.content.decode()
