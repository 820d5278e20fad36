"""One-time codes: hashed, five minutes, five tries, quotas (design §5)."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from tests.apps import making
from tests.at_once import at_once
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import limits, services
from vermilion.apps.identity.errors import (
    CodeBoundElsewhere,
    CodeExhausted,
    CodeExpired,
    CodeRefused,
    CodeTooSoon,
    CodeUsed,
    CodeWrong,
)
from vermilion.apps.identity.models import OneTimeCode
from vermilion.apps.notices.models import Notice
from vermilion.base import instance
from vermilion.base.validation import InvalidValue

from .conftest import other

Latest = Callable[[], str]


def send(**options: object) -> OneTimeCode:
    return services.send_code(**{"purpose": "phone", "phone": making.PHONE, "ip": "203.0.113.7", **options})  # type: ignore[arg-type]


def check(code: OneTimeCode, value: str, **options: str) -> OneTimeCode:
    return services.check_code(code_id=code.id, value=value, **{"purpose": "phone", **options})


def test_the_right_code_works_once(case: Case, latest_code: Latest) -> None:
    code = send(case=case)
    assert check(code, latest_code()).used_at
    with pytest.raises(CodeUsed):
        check(code, latest_code())


@pytest.mark.parametrize("spoil", [lambda v: f" {v[:3]} {v[3:]} ", lambda v: "".join(chr(ord(digit) + 0xFEE0) for digit in v)])
def test_spaces_and_full_width_digits_are_forgiven(case: Case, latest_code: Latest, spoil: Callable[[str], str]) -> None:
    code = send(case=case)
    assert check(code, spoil(latest_code()))


def test_five_wrong_tries_end_a_code(case: Case, latest_code: Latest) -> None:
    code = send(case=case)
    left = []
    for _try in range(4):
        with pytest.raises(CodeWrong) as wrong:
            check(code, other(latest_code()))
        left.append(wrong.value.tries_left)
    assert left == [4, 3, 2, 1]
    with pytest.raises(CodeExhausted):
        check(code, other(latest_code()))
    with pytest.raises(CodeExhausted):
        check(code, latest_code())  # even the right one
    refused = [(event.public["tries"], event.public["why"]) for event in events("case", case.id) if event.type == "code.refused"]
    assert refused == [(number, "code_wrong") for number in (1, 2, 3, 4, 5)]


@pytest.mark.parametrize("value", ["", "12345", "１２", "abcdef", "0" * 4000, "'; DROP TABLE", "\x00"])
def test_nonsense_is_a_wrong_try(case: Case, value: str) -> None:
    code = send(case=case)
    with pytest.raises(CodeWrong):
        check(code, value)


def test_a_code_lives_five_minutes(case: Case, latest_code: Latest, moving: making.MovingClock) -> None:
    code = send(case=case)
    moving.forward(minutes=4, seconds=59)
    first = latest_code()
    moving.forward(seconds=1)
    with pytest.raises(CodeExpired):
        check(code, first)
    fresh = send(case=case)
    moving.forward(minutes=4, seconds=59)
    assert check(fresh, latest_code())


def test_a_new_code_replaces_the_one_before(case: Case, latest_code: Latest, moving: making.MovingClock) -> None:
    first = send(case=case)
    value = latest_code()
    moving.forward(seconds=61)
    send(case=case)
    with pytest.raises(CodeExpired):
        check(first, value)


def test_a_code_serves_its_purpose_only(case: Case, latest_code: Latest) -> None:
    code = send(case=case, purpose="my")
    with pytest.raises(CodeExpired):
        check(code, latest_code(), purpose="willingness")
    with pytest.raises(CodeExpired):
        services.check_code(code_id=uuid.uuid4(), value=latest_code(), purpose="my")


def test_a_code_approves_its_digest_only(case: Case, latest_code: Latest) -> None:
    code = send(case=case, bound_digest="a" * 64)
    for digest in ("b" * 64, ""):
        with pytest.raises(CodeBoundElsewhere):
            check(code, latest_code(), bound_digest=digest)
    assert check(code, latest_code(), bound_digest="a" * 64).tries == 2
    why = [event.public["why"] for event in events("case", case.id) if event.type == "code.refused"]
    assert why == ["code_bound_elsewhere"] * 2


def test_a_code_of_another_person_does_not_work(case: Case, latest_code: Latest) -> None:
    mine = send(case=case)
    send(case=case, phone="13900139000")
    with pytest.raises(CodeWrong):
        check(mine, latest_code())


def test_neither_code_nor_phone_nor_address_is_stored_in_clear(case: Case, latest_code: Latest) -> None:
    send(case=case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM identity_onetimecode c")
        row = cursor.fetchone()[0]
    leaves = b"".join(bytes(row.leaf) for row in EvidenceEvent.objects.all()).decode()
    for secret in (latest_code(), making.PHONE, "203.0.113.7"):
        assert f'"{secret}"' not in leaves
        assert secret not in leaves
        assert f",{secret}," not in row
    assert making.PHONE not in row


def test_resending_waits_a_minute(case: Case, moving: making.MovingClock) -> None:
    first = send(case=case)
    moving.forward(seconds=18)
    with pytest.raises(CodeTooSoon) as soon:
        send(case=case, purpose="my")  # another purpose is the same phone
    assert soon.value.retry_after == 42
    assert soon.value.status == 429
    assert "42" in str(soon.value.message)
    # The page counts the same seconds, however often it is loaded anew.
    assert [services.seconds_to_resend(first.id), services.seconds_to_resend(str(first.id)), services.seconds_to_resend("")] == [42, 42, 0]
    moving.forward(seconds=42)
    assert services.seconds_to_resend(first.id) == 0
    assert send(case=case)


def test_quota_per_phone(case: Case, moving: making.MovingClock) -> None:
    for _n in range(limits.NORMAL.phone_hour):
        send(case=case)
        moving.forward(seconds=61)
    with pytest.raises(CodeRefused) as refused:
        send(case=case, ip="203.0.113.8")
    assert refused.value.code == "code_quota_reached"
    assert refused.value.retry_after == 3600 - 5 * 61
    (told,) = [event for event in events("case", case.id) if event.type == "code.withheld"]
    assert told.public["purpose"] == "phone"
    moving.forward(seconds=refused.value.retry_after)
    assert send(case=case)
    assert send(case=case, phone="13900139000")


def test_quota_per_phone_and_day(case: Case, moving: making.MovingClock) -> None:
    for _n in range(limits.NORMAL.phone_day):
        send(case=case)
        moving.forward(minutes=20)
    with pytest.raises(CodeRefused):
        send(case=case)


def test_quota_per_address(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NORMAL", limits.CodeLimits(limits.NORMAL.resend, 5, 10, address_hour=3))
    for number in range(3):
        send(case=case, phone=f"1390013900{number}")
    with pytest.raises(CodeRefused):
        send(case=case, phone="13900139009")
    assert send(case=case, phone="13900139009", ip="203.0.113.8")


def test_a_refused_code_sends_nothing(case: Case) -> None:
    send(case=case)
    with pytest.raises(CodeTooSoon):
        send(case=case)
    assert Notice.objects.count() == OneTimeCode.objects.count() == 1
    assert "code.withheld" not in {event.type for event in events("case", case.id)}  # impatience is no attack


def test_a_demo_waits_less(demo: None, case: Case) -> None:
    assert send(case=case).id != send(case=case).id


@pytest.mark.parametrize("phone", ["", "12345", "110", "+1 202 555 0100", "13800138000; 13900139000"])
def test_only_mobile_numbers_get_codes(case: Case, phone: str) -> None:
    with pytest.raises(InvalidValue):
        send(case=case, phone=phone)


def test_the_wording_stands_in_the_message(case: Case) -> None:
    send(case=case, wording="签署《投保确认书》")
    assert "用于签署《投保确认书》" in Notice.objects.get().content["body"]


def test_a_long_wording_is_shortened_in_the_message(case: Case) -> None:
    send(case=case, wording="华岳" * 60)
    assert "华…。切勿" in Notice.objects.get().content["body"]


def test_the_database_refuses_a_sixth_try(case: Case) -> None:
    code = send(case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        OneTimeCode.objects.filter(pk=code.id).update(tries=6)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Attackers do not take turns."""

    @pytest.fixture(autouse=True)
    def _clean(self, clean_jobs: None) -> None:
        instance.forget()

    def test_twelve_guesses_count_five(self, latest_code: Latest) -> None:
        code = send(case=making.make_case())
        wrong = other(latest_code())
        results = at_once(*[lambda: check(code, wrong)] * 12)
        assert sorted(type(result).__name__ for result in results) == ["CodeExhausted"] * 8 + ["CodeWrong"] * 4
        assert OneTimeCode.objects.get().tries == 5

    def test_the_count_survives_the_callers_error(self, latest_code: Latest) -> None:
        code = send(case=making.make_case())
        with pytest.raises(CodeWrong):
            check(code, other(latest_code()))
        connection.close()
        assert OneTimeCode.objects.get().tries == 1

    def test_a_check_inside_a_transaction_is_a_defect(self, latest_code: Latest) -> None:
        code = send(case=making.make_case())
        with pytest.raises(RuntimeError), transaction.atomic():
            check(code, other(latest_code()))

    def test_the_right_code_works_once_among_many(self, latest_code: Latest) -> None:
        code = send(case=making.make_case())
        right = latest_code()
        results = at_once(*[lambda: check(code, right)] * 6)
        assert sorted(type(result).__name__ for result in results) == ["CodeUsed"] * 5 + ["OneTimeCode"]

    def test_many_requests_send_one_message(self) -> None:
        case = making.make_case()
        results = at_once(*[lambda: send(case=case)] * 6)
        assert sorted(type(result).__name__ for result in results) == ["CodeTooSoon"] * 5 + ["OneTimeCode"]
        assert Notice.objects.count() == 1
