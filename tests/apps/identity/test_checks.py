"""实名认证: the sandbox's rules, limits, outages, and who may look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from tests.apps import making
from tests.at_once import at_once
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import limits, providers, queries, services
from vermilion.apps.identity.errors import IdentityAttemptsExhausted, IdentityNotConfigured, IdentityRunning
from vermilion.apps.identity.models import CheckResult, IdentityCheck
from vermilion.apps.parties.models import Branch, StaffMember
from vermilion.base import instance

IP = "203.0.113.7"


def check(party: CaseParty, method: str = "three_element") -> IdentityCheck:
    return services.check_identity(party_id=party.id, method=method, ip=IP)


class Counting:
    """A provider that counts and answers as told."""

    sandbox = False
    cost = 30

    def __init__(self, name: str = "counting", level: str = "substantial") -> None:
        self.name, self.level = name, level
        self.asked: list[providers.Subject] = []
        self.answer: Any = providers.Answer(CheckResult.PASSED, "", "basic", {"id": "r-1"})

    def assurance(self, method: str) -> str:
        return self.level

    def health(self) -> str:
        return "counting"

    def check(self, subject: providers.Subject, method: str, question: providers.Question) -> providers.Answer:
        self.asked.append(subject)
        if isinstance(self.answer, Exception):
            raise self.answer
        assert isinstance(self.answer, providers.Answer)
        return self.answer


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()
    monkeypatch.setattr(providers, "every", lambda: [made])
    return made


@pytest.mark.parametrize(
    ("changes", "result", "reason"),
    [
        ({}, "passed", ""),
        ({"name": "冒若晴"}, "failed", "mismatch"),
        ({"name": "断若晴"}, "unavailable", "provider_unavailable"),
        ({"id_number": "110105194912310021"}, "failed", "number_invalid"),
        ({"id_type": "passport", "id_number": "E12345678"}, "passed", ""),
        ({"phone": "12345"}, "failed", "number_invalid"),
    ],
)
def test_the_sandbox_has_fixed_rules(demo: None, case: Case, changes: dict[str, str], result: str, reason: str) -> None:
    found = check(making.make_party(case, **changes))
    assert (found.result, found.reason, found.sandbox) == (result, reason, True)
    assert found.assurance == ("sandbox" if result == "passed" else "")
    assert str(queries.explanation(found))
    assert bool(found.expires_at) == (result == "passed")


def test_without_a_provider_the_step_is_closed(case: Case, party: CaseParty) -> None:
    with pytest.raises(IdentityNotConfigured) as closed:
        check(party)
    assert closed.value.status == 503
    assert not IdentityCheck.objects.exists()


def test_the_sandbox_refuses_to_work_outside_a_demo(db: None) -> None:
    with pytest.raises(RuntimeError):
        providers.SandboxIdentity().check(providers.Subject("李若晴", "resident_id", making.ID_NUMBER, making.PHONE), "two_element")


def test_a_passed_check_is_not_asked_again_until_it_expires_or_the_person_changes(
    case: Case, party: CaseParty, counting: Counting, moving: making.MovingClock
) -> None:
    first = check(party)
    assert check(party).id == first.id
    assert len(counting.asked) == 1
    changed = making.make_party(case, name="李若清")
    assert changed.id == party.id
    assert queries.passed_check(changed) is None
    second = check(changed)
    assert second.id != first.id
    assert counting.asked[-1].name == "李若清"
    moving.forward(days=31)
    assert queries.passed_check(changed) is None
    check(changed)
    assert len(counting.asked) == 3


def test_a_stronger_check_answers_for_a_weaker_one_only(party: CaseParty, counting: Counting) -> None:
    check(party, "two_element")
    assert queries.passed_check(party, "two_element")
    assert queries.passed_check(party, "three_element") is None
    check(party, "three_element")
    assert queries.passed_check(party, "two_element").method == "three_element"  # type: ignore[union-attr]


def test_a_provider_in_trouble_is_followed_by_the_next_of_the_same_level(
    party: CaseParty, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting.answer = providers.ProviderUnavailable("timeout")
    second = Counting("second")
    monkeypatch.setattr(providers, "every", lambda: [counting, second])
    found = check(party)
    assert (found.result, found.provider, found.assurance, found.lowered, found.cost) == ("passed", "second", "substantial", False, 30)
    assert [(one["provider"], one["outcome"]) for one in found.attempts] == [("counting", "timeout"), ("second", "passed")]


@pytest.mark.parametrize("lower", ["refuse", "tell"])
def test_less_is_never_proven_in_silence(party: CaseParty, counting: Counting, monkeypatch: pytest.MonkeyPatch, lower: str) -> None:
    counting.answer = providers.ProviderUnavailable("timeout")
    weak = Counting("weak", "basic")
    monkeypatch.setattr(providers, "every", lambda: [counting, weak])
    found = services.check_identity(party_id=party.id, method="three_element", ip=IP, terms=services.Terms(lower=lower))
    told = [event for event in events("case", party.case_id) if event.type == "identity.lowered"]
    if lower == "refuse":
        assert (found.result, found.attempts[1]["outcome"], weak.asked, told) == ("unavailable", "refused_lower", [], [])
    else:
        assert (found.result, found.assurance, found.lowered) == ("passed", "basic", True)
        assert (told[0].public["wanted"], told[0].public["got"]) == ("substantial", "basic")


def test_a_mismatch_is_an_answer_and_nobody_else_is_asked(party: CaseParty, counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    counting.answer = providers.Answer(CheckResult.FAILED, "mismatch")
    second = Counting("second")
    monkeypatch.setattr(providers, "every", lambda: [counting, second])
    assert check(party).result == "failed"
    assert second.asked == []


def test_each_method_holds_as_long_as_the_product_says(party: CaseParty, counting: Counting, moving: making.MovingClock) -> None:
    terms = services.Terms(valid=timedelta(days=2))
    services.check_identity(party_id=party.id, method="three_element", ip=IP, terms=terms)
    moving.forward(days=2, seconds=1)
    assert queries.passed_check(party, "three_element") is None


def test_five_mismatches_a_day(party: CaseParty, counting: Counting, moving: making.MovingClock) -> None:
    counting.answer = providers.Answer(CheckResult.FAILED, "mismatch")
    for _n in range(limits.IDENTITY_FAILURES):
        assert check(party).result == "failed"
    with pytest.raises(IdentityAttemptsExhausted):
        check(party)
    assert len(counting.asked) == limits.IDENTITY_FAILURES
    moving.forward(hours=24, seconds=1)
    assert check(party).result == "failed"


def test_outages_do_not_use_up_the_five_but_have_an_end(party: CaseParty, counting: Counting) -> None:
    counting.answer = providers.ProviderUnavailable("down")
    for _n in range(limits.IDENTITY_QUESTIONS):
        assert check(party).result == "unavailable"
    with pytest.raises(IdentityAttemptsExhausted):
        check(party)


def test_a_question_that_a_dead_process_asked_is_overtaken(party: CaseParty, counting: Counting, moving: making.MovingClock) -> None:
    counting.answer = KeyboardInterrupt()  # dies between question and answer

    def dying(subject: providers.Subject, method: str, question: providers.Question) -> providers.Answer:
        raise KeyboardInterrupt

    counting.check = dying  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        check(party)
    with pytest.raises(IdentityRunning):
        check(party)
    del counting.check  # type: ignore[method-assign]
    counting.answer = providers.Answer(CheckResult.PASSED, "", "basic")
    moving.forward(minutes=2, seconds=1)
    assert check(party).result == "passed"


def test_a_company_is_asked_about_with_its_own_data(demo: None, case: Case) -> None:
    agent = making.make_party(case, "company_agent")
    row = case.applications.get()
    holder = {"name": "上海演示科技有限公司", "company": {"uscc": "91310000MA1K35XQ9T", "legal_representative": "王法"}}
    row.data = {"policyholder": holder}
    row.save()
    failed = check(agent, "company")
    assert (failed.result, failed.reason) == ("failed", "number_invalid")
    assert failed.details["request"]["company_name"] == "上海演示科技有限公司"


def test_nobodys_data_are_in_the_ledger_or_in_clear(demo: None, case: Case, party: CaseParty) -> None:
    check(party)
    leaves = b"".join(bytes(row.leaf) for row in EvidenceEvent.objects.all()).decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM identity_identitycheck c")
        row = cursor.fetchone()[0]
    for datum in (making.NAME, making.ID_NUMBER, making.PHONE, IP):
        assert datum not in leaves
        assert datum not in row
    told = {event.type: event for event in events("case", case.id)}
    assert told["identity.asked"].private["subject"]["id_number"] == making.ID_NUMBER
    assert told["identity.answered"].public["result"] == "passed"
    assert told["identity.answered"].public["sandbox"] is True


def test_who_looks_at_the_details_is_on_record(demo: None, case: Case, party: CaseParty) -> None:
    found = check(party)
    user = get_user_model().objects.create_user("desk")
    branch = Branch.objects.get()
    staff = StaffMember.objects.create(user=user, insurer=case.insurer, branch=branch, name="周敏", phone="13900139001")
    details = services.open_details(check_id=found.id, staff=staff, reason="客户投诉核实")
    assert details["request"]["name"] == making.NAME  # type: ignore[index]
    last = events("case", case.id)[-1]
    assert (last.type, last.private) == ("identity.viewed", {"by": "周敏", "reason": "客户投诉核实"})


@pytest.mark.django_db(transaction=True)
def test_two_at_once_ask_once(clean_jobs: None, counting: Counting) -> None:
    instance.forget()
    party = making.make_party(making.make_case())
    results = at_once(*[lambda: check(party)] * 5)
    assert len(counting.asked) == 1
    assert {type(result).__name__ for result in results} <= {"IdentityCheck", "IdentityRunning"}
    assert IdentityCheck.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_provider_is_asked_outside_a_transaction(clean_jobs: None, counting: Counting) -> None:
    inside: list[bool] = []
    original = counting.check

    def watching(subject: providers.Subject, method: str, question: providers.Question) -> providers.Answer:
        inside.append(connection.in_atomic_block)
        return original(subject, method, question)

    counting.check = watching  # type: ignore[method-assign]
    check(making.make_party(making.make_case()))
    assert inside == [False]
