"""The queues and the case page: what is shown, what is hidden, what leaves a trace."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.db import connection
from django.urls import reverse

from tests import factories
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.transitions import TRANSITIONS, State
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.notices.models import Notice, NoticeState
from vermilion.apps.parties.models import Role
from vermilion.apps.policies import servicing
from vermilion.apps.policies.models import Difference, Endorsement, EndorsementState
from vermilion.apps.signing import applying, links
from vermilion.base import clock
from vermilion.base.validation import mask_name
from vermilion.web.console import words

pytestmark = pytest.mark.django_db


def types(case) -> list[str]:
    return [event.type for event in events("case", case.id)]


def page(browser, name, *arguments, **query) -> str:
    answer = browser.get(reverse(f"console:{name}", args=arguments), query)
    assert answer.status_code == 200, answer.content.decode()[:400]
    return answer.content.decode()


def test_figures_lead_to_their_queues():
    blocked = factories.case_in(State.ISSUING)
    cases.mark_blocked(case_id=blocked.id, code="keeper_unavailable", reason="签章服务暂时无法连接，文件尚未签章。")
    factories.case_in(State.AWAITING_PAYMENT, seed=2)
    browser = factories.browser_of(Role.CLERK)
    operations = page(browser, "operations")
    assert "签章服务暂时无法连接" in operations
    assert reverse("console:queue", args=["sealing-failed"]) in operations
    assert blocked.number in page(browser, "queue", "sealing-failed")
    assert blocked.number not in page(browser, "queue", "payment")


@pytest.mark.parametrize("by", ["number", "policy", "phone", "id", "name"])
def test_a_case_is_found_by_what_people_can_tell(by):
    case = factories.case_in(State.DELIVERED)
    factories.case_in(State.DELIVERED, seed=2)
    personal = case.parties.get(role="policyholder").personal
    text = {
        "number": case.number.lower(),
        "policy": case.policy.number,
        "phone": f"+86 {personal['phone'][:3]} {personal['phone'][3:]}",
        "id": personal["id_number"].lower(),
        "name": personal["name"],
    }[by]
    found = factories.browser_of(Role.CLERK).post("/console/search/", {"q": text})
    assert found["Location"] == reverse("console:case", args=[case.number])


def test_a_part_of_a_phone_finds_nobody():
    case = factories.case_in(State.DELIVERED)
    phone = case.parties.get(role="policyholder").personal["phone"]
    browser = factories.browser_of(Role.CLERK)
    moved = browser.post("/console/queue/all/", {"q": phone[:8]})
    assert case.number not in browser.get(moved["Location"]).content.decode()


def test_a_search_inside_a_queue_keeps_the_filters_and_leaves_no_person_in_the_address():
    case, other = factories.case_in(State.AWAITING_PAYMENT), factories.case_in(State.AWAITING_PAYMENT, seed=2)
    personal = case.parties.get(role="policyholder").personal
    browser = factories.browser_of(Role.CLERK)
    for typed in (personal["phone"], personal["id_number"], personal["name"]):
        moved = browser.post("/console/queue/payment/", {"q": typed, "branch": "SH"})
        assert typed not in unquote(moved["Location"])
        assert "branch=SH" in moved["Location"]
        found = browser.get(moved["Location"]).content.decode()
        assert case.number in found
        assert other.number not in found
        assert typed not in found


def test_a_list_tells_whose_case_it_is_by_a_masked_name_and_a_company_by_its_own():
    case, group = factories.case_in(State.DELIVERED), factories.case_in(State.DELIVERED, "group_accident", seed=2)
    name = case.parties.get(role="policyholder").personal["name"]
    shown = page(factories.browser_of(Role.CLERK), "queue", "all")
    assert mask_name(name) in shown
    assert name not in shown
    assert cases.application(group).data["policyholder"]["name"] in shown


def test_a_search_that_comes_back_from_the_log_in_opens_the_list():
    assert factories.browser_of(Role.CLERK).get("/console/search/")["Location"] == reverse("console:queue", args=["all"])


def test_a_refusal_leads_back_to_the_insurers_own_pages_and_not_to_the_customers():
    shown = factories.browser_of(Role.CLERK).get("/console/seals/").content.decode()
    assert 'href="/console/"' in shown
    assert "客服热线" not in shown


def test_an_issued_policy_is_never_called_finished_while_it_is_in_force_or_changing():
    case = factories.case_in(State.DELIVERED)
    browser = factories.browser_of(Role.SERVICE_DESK)
    cases.advance(cases.lock(case.id), "policy.acknowledged", actor="test")
    assert "保单有效" in page(browser, "case", case.number)
    change = servicing.end_policy(policy_id=case.policy.id, reason="客户要求", staff=browser.staff)
    Endorsement.objects.filter(pk=change.pk).update(state=EndorsementState.APPROVAL)
    assert f"变更 {change.number}：等审批人批准" in page(browser, "case", case.number)


def test_filters_narrow_and_nonsense_does_not_break_the_list():
    case = factories.case_in(State.AWAITING_PAYMENT)
    browser = factories.browser_of(Role.CLERK)
    assert case.number in page(browser, "queue", "all", product="critical_illness", branch="SH", page="-7")
    assert case.number not in page(browser, "queue", "all", age="7")
    assert case.number in page(browser, "queue", "all", age="x", product="nonsense", page="abc")
    assert browser.get("/console/queue/nonsense/").status_code == 404


def test_the_export_has_no_person_in_it_and_no_formula():
    case = factories.case_in(State.DELIVERED)
    cases.mark_blocked(case_id=case.id, code="x", reason="=HYPERLINK(1)")
    answer = factories.browser_of(Role.CLERK).get(reverse("console:queue_csv", args=["all"]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (_header, row) = list(csv.reader(io.StringIO(text)))
    assert row[0] == case.number
    assert row[8] == "'=HYPERLINK(1)"
    personal = case.parties.get(role="policyholder").personal
    for value in (personal["name"], personal["phone"], personal["id_number"]):
        assert value not in text


def test_the_case_page_masks_people_and_records_one_visit():
    case = factories.case_in(State.DELIVERED)
    personal = case.parties.get(role="policyholder").personal
    browser = factories.browser_of(Role.CLERK)
    shown = page(browser, "case", case.number)
    page(browser, "case", case.number)
    assert case.policy.number in shown
    assert "链完整" in shown
    for value in (personal["name"], personal["phone"], personal["id_number"]):
        assert value not in shown
    assert types(case).count("access.staff") == 1


def test_revealing_a_person_is_on_record_each_time():
    case = factories.case_in(State.SIGNING)
    party = case.parties.get(role="policyholder")
    browser = factories.browser_of(Role.SERVICE_DESK)
    path = reverse("console:case_reveal", args=[case.number, party.id])
    whole = browser.post(path).content.decode()
    part = browser.post(path, headers={"HX-Request": "true"}).content.decode()
    assert party.personal["id_number"] in whole
    assert party.personal["id_number"] in part
    assert "<html" not in part
    seen = [event for event in events("case", case.id) if event.type == "access.staff" and event.public["what"] == "party"]
    assert [event.private["name"] for event in seen] == [browser.staff.name] * 2


def test_the_desk_sees_no_documents_and_no_underwriting_reason():
    case = factories.case_in(State.UNDERWRITING, yes={"hypertension": "2021 年确诊"})
    shown = page(factories.browser_of(Role.SERVICE_DESK), "case", case.number)
    assert reverse("console:document", args=[case.documents.get().id]) not in shown
    assert "高血压" not in shown


def test_a_forged_event_shows_a_broken_chain():
    case = factories.case_in(State.SIGNING)
    event = EvidenceEvent.objects.filter(stream__subject=case.id).order_by("seq")[2]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE chronicle_evidenceevent "
            "SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '2026', '2025'), 'UTF8') WHERE id = %s",
            [event.id],
        )
    shown = page(factories.browser_of(Role.COMPLIANCE), "case", case.number)
    assert "链损坏" in shown
    assert "第 2 条存证" in shown


def test_taking_and_handing_over():
    case = factories.case_in(State.UNDERWRITING)
    browser, colleague = factories.browser_of(Role.UNDERWRITER), factories.staff(Role.CLERK)
    admin, stranger = factories.staff(Role.ADMINISTRATOR), factories.staff(Role.CLERK, of=factories.insurer("other"))
    browser.post(reverse("console:case_take", args=[case.number]))
    case.refresh_from_db()
    assert case.owner == browser.staff
    for wrong in (admin.id, stranger.id, "x", ""):
        assert browser.post(reverse("console:case_assign", args=[case.number]), {"staff": wrong}).status_code == 404
    browser.post(reverse("console:case_assign", args=[case.number]), {"staff": colleague.id})
    case.refresh_from_db()
    assert case.owner == colleague


def test_differences_are_explained_one_by_one_before_issuing_goes_on():
    case = factories.case_in(State.DIFFERENT)
    rows = [
        Difference.objects.create(case=case, path=path, content={"applied": "20", "policy": "15"}, found_at=clock.now())
        for path in ("premium.years", "product.plan")
    ]
    browser, path = factories.browser_of(Role.CLERK), reverse("console:case_explain", args=[case.number])
    assert browser.post(path, {f"explanation-{rows[0].id}": "核心系统登记错误，以投保单为准"}).status_code == 422
    case.refresh_from_db()
    assert case.state == State.DIFFERENT
    assert browser.post(path, {f"explanation-{row.id}": "已与客户核对" for row in rows}).status_code == 302
    case.refresh_from_db()
    assert case.state == State.ISSUING
    assert browser.post(path, {}).status_code == 409


def test_a_stopped_case_is_started_again_and_a_healthy_one_is_not():
    blocked, waiting = factories.case_in(State.ISSUING), factories.case_in(State.AWAITING_PAYMENT, seed=2)
    cases.mark_blocked(case_id=blocked.id, code="keeper_unavailable", reason="x")
    browser = factories.browser_of(Role.CLERK)
    assert browser.post(reverse("console:case_retry", args=[blocked.number])).status_code == 302
    assert "machine.retried" in types(blocked)
    assert browser.post(reverse("console:case_retry", args=[waiting.number])).status_code == 409


def test_a_message_that_did_not_arrive_is_sent_again_from_the_case():
    case, browser = factories.case_in(State.AWAITING_PAYMENT), factories.browser_of(Role.CLERK)
    browser.post(reverse("console:service_remind", args=[case.number]))
    Notice.objects.filter(case=case).update(state=NoticeState.FAILED, last_error="sms_refused", last_error_detail="号码停机")
    assert "号码停机" in page(browser, "case", case.number)
    assert browser.post(reverse("console:case_retry", args=[case.number])).status_code == 302
    assert Notice.objects.get(case=case).state == NoticeState.QUEUED
    assert "没有送达客户" not in page(browser, "case", case.number)


def test_a_failure_that_is_made_good_leaves_the_queue():
    case, browser = factories.case_in(State.AWAITING_PAYMENT), factories.browser_of(Role.CLERK)
    links.send_link(case=case, party=case.parties.get(role="policyholder"), purpose="pay", template="link_resent")
    failed = Notice.objects.get(case=case)
    Notice.objects.update(state=NoticeState.FAILED, last_error="sms_refused", created_at=clock.now() - timedelta(hours=1))
    assert case.number in page(browser, "queue", "delivery-failed")
    Notice.objects.update(template="code")
    assert case.number not in page(browser, "queue", "delivery-failed"), "nobody waits for a code of yesterday"
    Notice.objects.update(template="link_resent")
    links.send_link(case=case, party=case.parties.get(role="policyholder"), purpose="pay", template="link_resent")
    assert case.number in page(browser, "queue", "delivery-failed")
    Notice.objects.exclude(pk=failed.pk).update(state=NoticeState.SENT)
    assert case.number not in page(browser, "queue", "delivery-failed"), "the customer was reached since"


def test_withdrawing_needs_a_reason_and_an_open_case():
    case, issued = factories.case_in(State.AWAITING_PAYMENT), factories.case_in(State.DELIVERED, seed=2)
    browser = factories.browser_of(Role.SERVICE_DESK)
    browser.post(reverse("console:case_withdraw", args=[case.number]), {"reason": "  "})
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    browser.post(reverse("console:case_withdraw", args=[case.number]), {"reason": "客户改变主意"})
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    assert browser.post(reverse("console:case_withdraw", args=[issued.number]), {"reason": "x"}).status_code == 409


def test_a_document_is_looked_at_in_the_page_and_downloaded_byte_for_byte():
    case = factories.case_in(State.SIGNING)
    document = case.documents.get()
    browser = factories.browser_of(Role.CLERK)
    shown = page(browser, "document", document.id)
    assert document.revisions.get().sha256 in shown
    picture = browser.get(reverse("console:document_picture", args=[document.id, 1, 1]))
    assert picture.content[:4] == b"RIFF"
    assert browser.get(reverse("console:document_picture", args=[document.id, 1, 9])).status_code == 404
    file = browser.get(reverse("console:document_file", args=[document.id, 1]))
    assert file.content == factories.one_page()
    assert [event.public["what"] for event in events("case", case.id) if event.type == "access.staff"] == ["document"]


def test_a_stored_page_is_shown_without_any_power():
    from vermilion.apps.tracing.services import page_shown

    case = factories.case_in(State.SIGNING)
    html = "<!doctype html><script>alert(1)</script><form action=/x>健康告知</form>"
    shown = page_shown(case=case, party=None, page="disclosure", html=html.encode(), session="s", ip="127.0.0.1", user_agent="test")
    browser = factories.browser_of(Role.COMPLIANCE)
    assert "健康告知" in page(browser, "case_pages", case.number)
    assert shown.version.digest in page(browser, "case_page", case.number, shown.version_id)
    answer = browser.get(reverse("console:case_page_content", args=[case.number, shown.version_id]))
    policy = answer["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src 'none'" in policy
    assert "form-action 'none'" in policy
    other = factories.case_in(State.SIGNING, seed=2)
    assert browser.get(reverse("console:case_page", args=[other.number, shown.version_id])).status_code == 404


def test_only_compliance_lifts_a_stop():
    from vermilion.apps.signing import not_me

    case = factories.case_in(State.SIGNING)
    not_me.report(case_id=case.id, party=None, page="sign", ip="127.0.0.1", user_agent="test")
    clerk, compliance = factories.browser_of(Role.CLERK), factories.browser_of(Role.COMPLIANCE)
    assert "非本人操作" in page(clerk, "case", case.number)
    path = reverse("console:case_lift", args=[case.number])
    assert clerk.post(path, {"reason": "x"}).status_code == 403
    compliance.post(path, {"reason": ""})
    case.refresh_from_db()
    assert case.blocked_by == "not_me"
    compliance.post(path, {"reason": "已电话核实，系误按"})
    case.refresh_from_db()
    assert case.blocked_by == ""


def test_every_recorded_event_has_a_name_at_the_desk():
    folder = Path(words.__file__).parents[2]
    sources = [path.read_text() for part in ("apps", "web") for path in (folder / part).rglob("*.py")]
    named = [re.findall(r'(?:type=|_record\(\w+, )"([a-z_]+\.[a-z_]+)"', text) for text in sources if 'stream="case"' in text]
    recorded = {name for names in named for name in names} | {move.event for move in TRANSITIONS}
    recorded |= {f"step.{step}" for step in (*applying.OWN_STEPS, applying.PHONE)}
    assert len(recorded) > 40
    assert sorted(recorded - set(words.EVENTS)) == []


def test_every_recorded_page_has_a_name_at_the_desk():
    folder = Path(words.__file__).parents[1]
    recorded = {name for path in folder.rglob("*.py") for name in re.findall(r"@(?:traced|own_step)\(\"([a-z._]+)\"", path.read_text())}
    assert len(recorded) > 10
    assert sorted(recorded - set(words.PAGES)) == []
