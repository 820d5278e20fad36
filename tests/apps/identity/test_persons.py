"""``/my/``: a proven phone plus name and ID number finds one's own cases, and teaches a stranger nothing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.apps import making
from vermilion.apps.cases.models import CaseParty
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import codes, services
from vermilion.apps.identity.errors import CodeExhausted, CodeUsed, CodeWrong
from vermilion.apps.identity.models import OneTimeCode

from .conftest import other

Latest = Callable[[], str]


def ask(phone: str = making.PHONE) -> OneTimeCode:
    return services.send_code(purpose="my", phone=phone, ip="203.0.113.7")


def prove(code: OneTimeCode, value: str, *, name: str = making.NAME, id_number: str = making.ID_NUMBER) -> list[UUID]:
    return services.prove_person(code_id=code.id, value=value, name=name, id_number=id_number, ip="203.0.113.7")


def test_all_own_cases_are_found(party: CaseParty, latest_code: Latest) -> None:
    second = making.make_party(making.make_case(party.case.insurer), "insured")
    making.make_party(making.make_case(party.case.insurer), name="王别人", id_number="110101199003072316")
    code = ask()
    assert set(prove(code, latest_code())) == {party.id, second.id}
    assert [event.type for event in events("case", party.case_id)][-1] == "access.proved"
    with pytest.raises(CodeUsed):
        prove(code, latest_code())


def test_letters_and_spaces_of_the_number_are_forgiven(party: CaseParty, latest_code: Latest) -> None:
    assert prove(ask(), latest_code(), name=" 李若晴 ", id_number=" 110105 19491231 002x ") == [party.id]


@pytest.mark.parametrize(
    "wrong", [{"name": "李若青"}, {"id_number": "110101199003072316"}, {"id_number": ""}, {"name": "王五", "id_number": "E12345678"}]
)
def test_a_stranger_gets_the_same_nothing_whatever_is_wrong(party: CaseParty, latest_code: Latest, wrong: dict[str, str]) -> None:
    code = ask()
    assert prove(code, latest_code(), **wrong) == []
    code.refresh_from_db()
    assert (code.tries, code.used_at) == (1, None)
    assert "access.proved" not in [event.type for event in events("case", party.case_id)]


def test_another_phone_does_not_open_it(party: CaseParty, latest_code: Latest) -> None:
    assert prove(ask("13900139000"), latest_code()) == []


def test_an_unknown_phone_gets_a_code_like_any_other(db: None, latest_code: Latest) -> None:
    making.make_insurer()
    code = ask("13900139000")
    assert prove(code, latest_code()) == []


def test_a_typing_error_can_be_mended_with_the_same_code(party: CaseParty, latest_code: Latest) -> None:
    code = ask()
    assert prove(code, latest_code(), name="李若青") == []
    assert prove(code, latest_code()) == [party.id]


def test_searching_ends_after_five_tries(party: CaseParty, latest_code: Latest) -> None:
    code = ask()
    for number in range(5):
        assert prove(code, latest_code(), id_number=f"11010119900307231{number}") == []
    with pytest.raises(CodeExhausted):
        prove(code, latest_code())
    # It belongs to no case, and stands in the ledger all the same.
    (told,) = [event.public for event in events("system", codes.GUESSING) if event.type == "code.guessed"]
    assert (told["code"], told["purpose"], told["why"]) == (str(code.id), "my", "nobody")


def test_a_wrong_code_is_told_before_anything_about_the_person(party: CaseParty, latest_code: Latest) -> None:
    code = ask()
    with pytest.raises(CodeWrong) as known:
        prove(code, other(latest_code()))
    with pytest.raises(CodeWrong) as unknown:
        prove(code, other(latest_code()), name="王五")
    assert (known.value.tries_left, unknown.value.tries_left) == (4, 3)
