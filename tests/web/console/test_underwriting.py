"""The underwriter's desk: what she sees, what she may decide, and what happens when two decide at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from vermilion.apps.cases.transitions import State
from vermilion.apps.parties.models import Role

pytestmark = pytest.mark.django_db
ILL = {"hypertension": "2021 年确诊，口服药物控制"}
LARGE = 100_000_000  # 1 million yuan: above the first level's limit


def desk(browser, case):
    return browser.get(reverse("console:underwriting_case", args=[case.number])).content.decode()


def decide(browser, case, conclusion, **terms):
    return browser.post(
        reverse("console:underwriting_decide", args=[case.number]), {"conclusion": conclusion, "reason": "已审阅资料", **terms}
    )


def test_the_desk_shows_answers_hits_and_authority():
    case = factories.case_in(State.UNDERWRITING, yes=ILL)
    browser = factories.browser_of(Role.UNDERWRITER, level=1)
    assert case.number in browser.get("/console/underwriting/").content.decode()
    shown = desk(browser, case)
    assert "ci.hypertension" in shown
    assert ILL["hypertension"] in shown
    assert "25%" in shown
    assert "岁" in shown
    personal = case.parties.get(role="policyholder").personal
    assert personal["id_number"] not in shown


def test_no_conclusion_is_chosen_beforehand():
    case = factories.case_in(State.UNDERWRITING, yes=ILL)
    shown = desk(factories.browser_of(Role.UNDERWRITER, level=2), case)
    assert 'name="conclusion" value="accept"' in shown
    assert "checked" not in shown


def test_accepting_asks_for_the_premium():
    case = factories.case_in(State.UNDERWRITING)
    assert decide(factories.browser_of(Role.UNDERWRITER, level=2), case, "accept").status_code == 302
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    assert case.payment_orders.get().state == "open"


def test_above_her_authority_she_can_only_hand_it_up():
    case = factories.case_in(State.UNDERWRITING, sum_insured=LARGE)
    junior, senior = factories.browser_of(Role.UNDERWRITER, level=1), factories.browser_of(Role.UNDERWRITER, level=2)
    assert "超过您的核保权限" in desk(junior, case)
    assert "标准承保（超出您的权限）" in desk(junior, case)
    assert "超出您的权限" not in desk(senior, case)
    refused = decide(junior, case, "accept", reason="血压控制良好，可以承保")
    assert refused.status_code == 403
    # Once, above the form: nothing that she typed is wrong.
    assert list(refused.context["form"].errors) == ["__all__"]
    assert "上报更高权限" in refused.context["form"].non_field_errors()[0]
    assert "需要改正" not in refused.content.decode()
    assert "血压控制良好，可以承保" in refused.content.decode()  # what she wrote is still there
    assert "1,000,000.00" in junior.get("/console/underwriting/").content.decode()
    assert decide(junior, case, "escalate").status_code == 302
    case.refresh_from_db()
    assert case.state == State.UNDERWRITING
    assert "已上报" in senior.get("/console/underwriting/").content.decode()
    assert decide(senior, case, "accept").status_code == 302


def test_the_second_of_two_underwriters_is_told():
    case = factories.case_in(State.UNDERWRITING)
    first, second = (factories.browser_of(Role.UNDERWRITER, level=2) for _one in range(2))
    decide(first, case, "accept")
    late = decide(second, case, "decline")
    assert late.status_code == 409
    assert "已经进入了别的步骤" in late.content.decode()
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    assert case.underwriting_decisions.count() == 1


@pytest.mark.parametrize(
    ("conclusion", "terms", "field"),
    [
        ("modify", {}, "loading_percent"),
        ("modify", {"loading_percent": "301"}, "loading_percent"),
        ("postpone", {}, "postponed_until"),
        ("postpone", {"postponed_until": "2020-01-01"}, "postponed_until"),
        ("accept", {"reason": " "}, "reason"),
        ("nonsense", {}, "conclusion"),
    ],
)
def test_incomplete_terms_are_marked_at_their_field_and_decide_nothing(conclusion, terms, field):
    case = factories.case_in(State.UNDERWRITING)
    answer = decide(factories.browser_of(Role.UNDERWRITER, level=2), case, conclusion, **terms)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not case.underwriting_decisions.exists()


def test_changed_terms_go_to_the_customer_and_wait_there():
    case = factories.case_in(State.UNDERWRITING, yes=ILL)
    browser = factories.browser_of(Role.UNDERWRITER, level=2)
    assert decide(browser, case, "modify", loading_percent="25", exclusions="甲状腺恶性肿瘤\n\n").status_code == 302
    decision = case.underwriting_decisions.get()
    assert decision.terms["loading_per_mille"] == 250
    assert decision.terms["exclusions"] == ["甲状腺恶性肿瘤"]
    shown = desk(browser, case)
    assert "正在生成通知书" in shown
    assert "保存结论" not in shown


def test_asking_for_more_makes_the_case_wait():
    case = factories.case_in(State.UNDERWRITING)
    browser = factories.browser_of(Role.UNDERWRITER, level=1)
    path = reverse("console:underwriting_ask", args=[case.number])
    assert browser.post(path, {"question": ""}).status_code == 422
    assert browser.post(path, {"question": "请提供近六个月的血压记录"}).status_code == 302
    case.refresh_from_db()
    assert case.state == State.INFORMATION_REQUESTED
    assert "请提供近六个月的血压记录" in desk(browser, case)


def test_compliance_reads_and_does_not_decide():
    case = factories.case_in(State.UNDERWRITING, yes=ILL)
    browser = factories.browser_of(Role.COMPLIANCE)
    assert "保存结论" not in desk(browser, case)
    assert decide(browser, case, "accept").status_code == 403


def test_an_empty_application_is_no_error():
    case = factories.case_in(State.APPLYING)
    assert "还没有填完" in desk(factories.browser_of(Role.UNDERWRITER, level=1), case)
