"""What the rules refer, people decide: within their authority, once, and the customer signs or is told why not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import life
from tests.at_once import at_once
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import TransitionRefused
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.payments.models import PaymentOrder
from vermilion.apps.policies.models import Policy
from vermilion.apps.policies.verifying import judge
from vermilion.apps.products import rating
from vermilion.apps.signing import confirmation
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.models import SigningTask
from vermilion.apps.underwriting import notices, queries, services
from vermilion.apps.underwriting.errors import AuthorityExceeded, NothingAsked, OfferInWork, TermsIncomplete
from vermilion.apps.underwriting.models import Conclusion, UnderwritingDecision
from vermilion.base import children, clock
from vermilion.cli.demo import content
from vermilion.core.pdf.attachments import attached_json

pytestmark = pytest.mark.django_db(transaction=True)


def answering(**yes):
    """Return what makes the sample answer these questions with yes."""

    def change(application):
        application["disclosure"] = content.samples.answers(content.product("critical_illness"), yes=yes)

    return change


def a_million(application):
    """Ask for a sum above the automatic limit and the first underwriter's."""
    application["plan"]["sum_insured"] = 100_000_000


def test_changed_terms_are_signed_again_and_stand_in_the_policy(platform, drain_jobs):
    case = life.signed("critical_illness", drain_jobs, seed=31, change=answering(hypertension="服药三年，血压 128/80"))
    assert case.state == State.UNDERWRITING
    junior, senior = life.staff("underwriter", level=1), life.staff("underwriter", level=2)
    desk = queries.desk(case, junior)
    assert (desk.suggested, desk.suggested_loading, desk.may) == ("modified_terms", 250, {"accept", "modify"})
    assert [answer.detail for answer in desk.answers if answer.notable] == ["服药三年，血压 128/80"]
    assert case in queries.waiting(Scope(platform))

    for wrong in (
        {"conclusion": "modify", "reason": " ", "loading_per_mille": 250},
        {"conclusion": "modify", "reason": "高血压"},
        {"conclusion": "modify", "reason": "高血压", "loading_per_mille": -100, "exclusions": ["x"]},
        {"conclusion": "modify", "reason": "高血压", "loading_per_mille": 3001, "exclusions": ["x"]},
        {"conclusion": "postpone", "reason": "待查"},
        {"conclusion": "postpone", "reason": "待查", "postponed_until": clock.today()},
        {"conclusion": "refer", "reason": "规则的结论"},
        {"conclusion": "whatever", "reason": "x"},
    ):
        with pytest.raises(TermsIncomplete):
            services.decide(case_id=case.id, staff=senior, **wrong)
    with pytest.raises(AuthorityExceeded):
        services.decide(case_id=case.id, staff=junior, conclusion="decline", reason="拒保")
    assert UnderwritingDecision.objects.filter(case=case).count() == 1

    exclusion = "高血压及其并发症所致的脑中风后遗症，本公司不承担给付责任。"
    services.decide(case_id=case.id, staff=junior, conclusion="modify", reason="告知高血压", loading_per_mille=255, exclusions=[exclusion])
    # Until the customer has seen these terms nobody can put others beside them.
    for other in (Conclusion.ACCEPT, Conclusion.MODIFY):
        with pytest.raises(OfferInWork):
            services.decide(case_id=case.id, staff=senior, conclusion=other, reason="标准体", loading_per_mille=100)
    with pytest.raises(OfferInWork):
        services.ask_for_more(case_id=case.id, staff=senior, question="?")
    drain_jobs()
    case.refresh_from_db()
    assert case.state == State.OFFERED
    assert Notice.objects.filter(case=case, template="terms_offered").exists()

    told, notice = case.documents.get(kind="underwriting_notice"), case.documents.get(kind="terms_consent")
    printed = children.call(attached_json, life.newest(notice))
    assert printed["notice"]["digest"] == told.revisions.get().sha256
    assert not told.signing_tasks.exists()
    assert (printed["reason"], [item["kind"] for item in printed["modifications"]]) == ("告知高血压", ["loading", "exclusion"])
    assert services.agreed_terms(case) is None, "the notice alone agrees to nothing"
    row = cases.application(case)
    standard = rating.quote(content.product("critical_illness"), row.data, today=clock.today())
    loaded = rating.quote(content.product("critical_illness"), row.data, today=clock.today(), loading_per_mille=255)
    assert (printed["premium_before"], printed["premium_after"]) == (standard.premium, loaded.premium)
    life.sign_all(notice, drain_jobs)
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    assert case.accepted_at
    assert PaymentOrder.objects.get(case=case).amount == loaded.premium

    life.pay(case)
    drain_jobs()
    policy = Policy.objects.get(case=case)
    said = children.call(attached_json, life.newest(policy.versions.get().document))
    assert said["premium"]["amount"] == loaded.premium
    assert said["premium"]["loading"] == loaded.premium - standard.premium
    assert said["special_terms"] == [exclusion]
    assert said["underwriting"]["conclusion"] == "modified"
    assert sum(line["premium"] for line in said["coverages"] if "premium" in line) == loaded.annual_premium
    assert policy.versions.get().fields["underwritten_by"] == junior.name


def test_a_sum_above_the_limit_is_handed_up_and_accepted_there(platform, drain_jobs):
    case = life.signed("critical_illness", drain_jobs, seed=32, change=a_million)
    junior, senior = life.staff("underwriter", level=1), life.staff("underwriter", level=2)
    assert (case.state, case.underwriting_decisions.get().authority_needed) == (State.UNDERWRITING, 2)
    assert queries.desk(case, junior).may == frozenset()
    with pytest.raises(AuthorityExceeded):
        services.decide(case_id=case.id, staff=junior, conclusion="accept", reason="标准体")
    services.decide(case_id=case.id, staff=junior, conclusion="escalate", reason="超出权限")
    assert queries.waiting(Scope(platform)).get(pk=case.pk).escalated

    # Two underwriters at once: one conclusion, one payment.
    results = at_once(*[lambda: services.decide(case_id=case.id, staff=senior, conclusion="accept", reason="标准体").conclusion] * 2)
    assert sorted((getattr(one, "code", one) for one in results), key=str) == ["accept", TransitionRefused.code]
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    assert PaymentOrder.objects.filter(case=case).count() == 1
    assert [item.conclusion for item in queries.decisions(case)] == ["accept", "escalate", "refer"]


def test_the_customer_answers_a_question_or_corrects_the_application(platform, drain_jobs):
    case = life.signed("critical_illness", drain_jobs, seed=33, change=answering(organs="乙肝携带"))
    staff = life.staff("underwriter", level=1)
    with pytest.raises(NothingAsked):
        services.give_information(case_id=case.id, answer="主动补充")
    with pytest.raises(TermsIncomplete):
        services.ask_for_more(case_id=case.id, staff=staff, question="  ")
    services.ask_for_more(case_id=case.id, staff=staff, question="请提供最近六个月的肝功能报告。")
    case.refresh_from_db()
    assert (case.state, case.deadline_at.date()) == (State.INFORMATION_REQUESTED, (clock.now() + timedelta(days=10)).date())
    with pytest.raises(TransitionRefused):
        services.decide(case_id=case.id, staff=staff, conclusion="accept", reason="x")
    with pytest.raises(TermsIncomplete):
        services.give_information(case_id=case.id, answer="")
    services.give_information(case_id=case.id, answer="肝功能正常，报告见附。")
    with pytest.raises(NothingAsked):
        services.give_information(case_id=case.id, answer="再说一次")
    case.refresh_from_db()
    assert (case.state, case.deadline_at) == (State.UNDERWRITING, None)
    assert case.information_requests.get().content["answer"] == "肝功能正常，报告见附。"

    # Asked again, she corrects the application instead: the open question falls away with the version that it was about.
    services.ask_for_more(case_id=case.id, staff=staff, question="乙肝五项？")
    confirmation.reopen(case_id=case.id)
    with pytest.raises(NothingAsked):
        services.give_information(case_id=case.id, answer="晚到的回答")
    case.refresh_from_db()
    assert case.state == State.APPLYING


def test_refused_terms_end_the_application(platform, drain_jobs):
    case = life.signed("critical_illness", drain_jobs, seed=34, insured="spouse", change=answering(thyroid="结节 3 级"))
    staff = life.staff("underwriter", level=1)
    services.decide(case_id=case.id, staff=staff, conclusion="modify", reason="甲状腺结节", exclusions=["甲状腺癌除外"])
    drain_jobs()
    notice = case.documents.get(kind="terms_consent")
    first, second = notice.signing_tasks.order_by("position")
    assert (first.party.role, second.party.role) == ("policyholder", "insured"), "who agreed to the contract agrees to its change"
    life.sign(first)
    drain_jobs()
    signing.refuse(task_id=second.id, party_id=second.party_id, reason="不接受除外")
    drain_jobs()
    case.refresh_from_db()
    assert case.state == State.DECLINED
    assert not PaymentOrder.objects.filter(case=case).exists()
    assert not SigningTask.objects.filter(case=case, state="open").exists()


@pytest.mark.parametrize("conclusion", ["decline", "postpone"])
def test_who_is_not_insured_gets_a_sealed_notice_with_the_reason(platform, drain_jobs, conclusion):
    case = life.signed("critical_illness", drain_jobs, seed=35, change=answering(tumour="待查"))
    until = date(clock.today().year + 1, 1, 1) if conclusion == "postpone" else None
    reason = "肺部结节性质未明"
    services.decide(case_id=case.id, staff=life.staff("underwriter", level=2), conclusion=conclusion, reason=reason, postponed_until=until)
    drain_jobs()
    case.refresh_from_db()
    assert case.state == {"decline": State.DECLINED, "postpone": State.POSTPONED}[conclusion]
    document = case.documents.get(kind="decision_notice")
    pdf = life.newest(document)
    printed = children.call(attached_json, pdf)
    assert (printed["decision"], printed["reason"]) == (conclusion, reason)
    assert printed.get("postponed_until") == (until.isoformat() if until else None)
    assert judge(pdf).kind == "genuine"
    sent = Notice.objects.filter(case=case, template__in=["application_declined", "application_postponed"])
    assert sent.exists()
    assert all(reason not in notice.content["body"] for notice in sent), "health stays out of messages"
    notices.send_decision_notice(decision_id=UnderwritingDecision.objects.get(case=case, conclusion=conclusion).id)
    assert document.revisions.count() == 1
    assert Case.objects.get(pk=case.pk).blocked_by == ""
