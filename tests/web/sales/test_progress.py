"""What a salesperson reads of a customer's case: the step, and in one sentence what hinders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests import factories
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.services import rehash_party
from vermilion.apps.cases.transitions import State
from vermilion.apps.conduct import deciding, rules, suspecting, traces
from vermilion.apps.conduct.models import Kind, SharedWith, Suspicion
from vermilion.apps.conduct.traces import Owner
from vermilion.apps.identity.models import IdentityCheck
from vermilion.apps.identity.queries import subject_hash
from vermilion.apps.notices.models import Notice
from vermilion.apps.notices.services import send
from vermilion.base import clock
from vermilion.web.sales import progress

pytestmark = pytest.mark.django_db
HERS, DEVICE = "1" * 64, "d" * 64
ELSEWHERE = "客户用的那台设备不能办理，请客户换用本人的手机。"
UNREACHED = "短信没有送达客户。请核对客户的手机号是否停机或填错。"


def obstacle(case: Case) -> str:
    return progress.of(Case.objects.get(pk=case.pk), "").obstacle


def sentence(case: Case) -> str:
    return progress.of(Case.objects.get(pk=case.pk), "").sentence


def rule(effect: str) -> None:
    values = {name: getattr(rules.rule_of(factories.insurer()), name) for name in rules.FIELDS} | {"effect": effect}
    by, second = factories.staff("compliance"), factories.staff("compliance")
    rules.set_rule(insurer=factories.insurer(), by=by, second=second, **values)


def suspect(case: Case, **facts: Any) -> Suspicion:
    party = case.parties.get(role="policyholder")
    return suspecting.raise_one(case=case, party=party, **{"kind": Kind.PHONE, "digest": party.phone_hash, "customers": 2, **facts})


def check(case: Case, result: str, **facts: Any) -> IdentityCheck:
    party = case.parties.get(role="policyholder")
    facts = {"method": "two_element", "purpose": "identity", **facts}
    about = {"subject_hash": subject_hash(party, facts["method"]), "request_hash": HERS, "provider": "x", "started_at": clock.now()}
    return IdentityCheck.objects.create(case=case, party=party, result=result, details={}, **about, **facts)


def fail(case: Case, to: str, template: str = "sign_link") -> None:
    with transaction.atomic():
        data = {"pickup": "ABC234"} if template == "sign_link" else {"case": case.number}
        send(case=case, template=template, channel="sms", to=to, data=data)
    Notice.objects.filter(case=case).update(state="failed", last_error="number_unknown")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.APPLYING, "客户正在办理：投保前告知。"),
        (State.SIGNING, "等待投保人本人签署。"),
        (State.UNDERWRITING, "公司正在核保"),
        (State.INFORMATION_REQUESTED, "核保需要客户补充资料"),
        (State.AWAITING_PAYMENT, "您不能代缴"),
        (State.ISSUING, "保单正在出具"),
        (State.DIFFERENT, "公司正在核对保单内容"),
        (State.HELD, "公司退还保费后"),
        (State.SEALED, "正在送达客户"),
        (State.DELIVERED, "请提醒客户阅读并签收"),
        (State.ACKNOWLEDGED, "客户已签收保单"),
    ],
)
def test_each_state_has_its_sentence_and_nothing_hinders(state: State, words: str) -> None:
    case = factories.case_in(state)
    assert words in sentence(case)
    assert obstacle(case) == ""


def test_it_waits_for_whose_turn_it_is() -> None:
    case = factories.case_in(State.SIGNING, "group_accident")
    case.signing_tasks.filter(party__role="company_agent").update(position=0)
    case.signing_tasks.filter(party__role="company").update(position=1)
    assert sentence(case) == "等待经办人本人签署。"  # the company's seal is set by what she does
    case.signing_tasks.update(state="accepted")
    assert sentence(case) == "签名已提交，正在写入文件。"


@pytest.mark.parametrize(
    ("blocked", "words"), [("not_me", ""), ("keeper_unavailable", "系统任务停下了，公司人员已经看到，客户不需要做什么。")]
)
def test_what_stopped_the_case_or_the_machine(blocked: str, words: str) -> None:
    case = factories.case_in(State.ISSUING)
    Case.objects.filter(pk=case.pk).update(blocked_by=blocked)
    suspect(case, kind=Kind.DEVICE, digest=DEVICE)
    assert obstacle(case) == words
    assert ("非本人操作" in sentence(case)) == (blocked == "not_me")


def test_signing_is_held_by_rule_or_by_decision_and_not_by_a_report_alone() -> None:
    held, case = "签署已暂停，公司正在核实。请客户本人致电客服热线。", factories.case_in(State.SIGNING)
    found = suspect(case)
    assert obstacle(case) == ""
    rule("block")
    assert obstacle(case) == held
    by = factories.staff("compliance")
    deciding.decide(suspicion_id=found.pk, state="cleared", note="母女", by=by)
    assert obstacle(case) == ""
    deciding.decide(suspicion_id=found.pk, state="confirmed", note="回访否认", by=by)
    rule("report")
    assert obstacle(case) == held
    assert "代签" not in obstacle(case)


@pytest.mark.parametrize("state", [State.APPLYING, State.SIGNING])
def test_a_customer_at_the_salespersons_device_is_told_to_take_her_own_until_she_does(state: State) -> None:
    case, seller = factories.case_in(state), factories.salesperson()
    owner = Owner(SharedWith.SALESPERSON, seller)
    suspecting.raise_one(case=case, party=None, kind=Kind.DEVICE, digest=DEVICE, owner=owner)
    assert obstacle(case) == ELSEWHERE
    if state == State.SIGNING:
        traces.leave(case=case, party=case.parties.get(role="policyholder"), kind=Kind.DEVICE, digest=HERS)
    else:
        with transaction.atomic():
            cases.complete_step(cases.lock(case.pk), "notice", required_before=())
    assert obstacle(case) == ""
    suspecting.raise_one(case=case, party=None, kind=Kind.DEVICE, digest=DEVICE, owner=owner, acted=True)  # and there again
    assert obstacle(case) == ELSEWHERE


def test_a_device_of_many_customers_hinders_only_where_the_rule_holds_it() -> None:
    case = factories.case_in(State.SIGNING)
    suspect(case, kind=Kind.DEVICE, digest=DEVICE)
    assert obstacle(case) == ""
    rule("block")
    assert obstacle(case) == ELSEWHERE


def test_a_message_that_did_not_arrive_until_the_phone_is_corrected() -> None:
    case = factories.case_in(State.SIGNING)
    party = case.parties.get(role="policyholder")
    fail(case, party.personal["phone"])
    assert obstacle(case) == UNREACHED
    party.personal = {**party.personal, "phone": "13900139000"}
    rehash_party(party)
    assert obstacle(case) == ""


def test_what_did_not_reach_staff_is_no_obstacle_of_the_customers() -> None:
    case = factories.case_in(State.SIGNING)
    fail(case, factories.staff("compliance").phone, "suspected_signing")
    assert obstacle(case) == ""


@pytest.mark.parametrize(
    ("result", "facts", "words"),
    [
        ("failed", {}, "客户的实名认证没有通过。请客户本人核对姓名和证件号码后再试。"),
        ("waiting", {"method": "manual"}, "客户的证件正在由公司人员审核。"),
        ("waiting", {"method": "face"}, "客户的实名认证还没有结果，请客户回到原来的页面继续。"),
        ("unavailable", {}, "实名认证服务暂时没有结果，请客户稍后再试。"),
        ("failed", {"purpose": "willingness", "bound_digest": "0" * 64, "method": "face"}, ""),
        ("running", {}, ""),
        ("passed", {}, ""),
    ],
)
def test_who_she_is(result: str, facts: dict[str, str], words: str) -> None:
    case = factories.case_in(State.SIGNING)
    check(case, result, **facts)
    assert obstacle(case) == words


def test_a_check_of_data_that_were_corrected_hinders_no_more() -> None:
    case = factories.case_in(State.SIGNING)
    check(case, "failed")
    party = case.parties.get(role="policyholder")
    party.personal = {**party.personal, "name": "李若晴"}
    rehash_party(party)
    assert obstacle(case) == ""


def test_nothing_hinders_a_case_that_is_over() -> None:
    case = factories.case_in(State.SIGNING)
    fail(case, case.parties.get(role="policyholder").personal["phone"])
    cases.withdraw(case_id=case.pk, actor="policyholder", reason="customer")
    told = progress.of(Case.objects.get(pk=case.pk), "")
    assert (told.obstacle, told.sentence, told.ended, told.remind) == ("", "客户撤回了投保。", True, False)


def test_who_stands_still_for_long_is_marked_where_it_is_the_customers_turn() -> None:
    for state, late in ((State.SIGNING, True), (State.UNDERWRITING, False)):
        case = factories.case_in(state)
        Case.objects.filter(pk=case.pk).update(state_since=clock.now() - timedelta(days=3))
        assert bool(progress.of(Case.objects.get(pk=case.pk), "").stuck) is late
