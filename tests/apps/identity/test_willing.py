"""意愿认证 binds one person to one document, and serves one signature."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from tests.apps import making
from tests.at_once import at_once
from vermilion.apps.cases.models import Case, CaseParty, Revision
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import services
from vermilion.apps.identity.errors import (
    CodeBoundElsewhere,
    CodeUsed,
    CodeWrong,
    StatementIncomplete,
    WillingnessConsumed,
    WillingnessForeign,
)
from vermilion.apps.identity.models import OneTimeCode, Willingness
from vermilion.apps.identity.willing import units
from vermilion.base import instance

from .conftest import other

Latest = Callable[[], str]
WORDING = "签署《投保确认书》"
IP = "203.0.113.7"


@pytest.fixture
def shown(case: Case) -> Revision:
    return making.make_document(case)[1]


def ask(party: CaseParty, shown: Revision, **options: str) -> OneTimeCode:
    return services.send_code(
        **{  # type: ignore[arg-type]
            "purpose": "willingness",
            "phone": making.PHONE,
            "case": party.case,
            "party": party,
            "bound_digest": shown.sha256,
            "wording": WORDING,
            "ip": IP,
            **options,
        }
    )


def verify(signer: CaseParty, shown: Revision, code: OneTimeCode, value: str, **options: object) -> Willingness:
    return services.verify_willingness(
        **{  # type: ignore[arg-type]
            "party": signer,
            "document_id": shown.document_id,
            "code_id": code.id,
            "value": value,
            "shown_digest": shown.sha256,
            "wording": WORDING,
            "ip": IP,
            "device": "Phone",
            **options,
        }
    )


def sign(shown: Revision, data: bytes = b"%PDF-1.7 shown and signed") -> Revision:
    key = making.documents.store_bytes(shown.document.case, shown.document_id, data)
    return making.documents.add_revision(document=shown.document, kind="signed", data=data, blob_key=key)


def test_willingness_is_verified_and_consumed(case: Case, party: CaseParty, shown: Revision, latest_code: Latest) -> None:
    willingness = verify(party, shown, ask(party, shown), latest_code())
    assert (willingness.state, willingness.details["wording"], willingness.signer_role) == ("verified", WORDING, "policyholder")
    signed = sign(shown)
    used = services.consume_willingness(willingness.id, signed.id)
    assert used.state == "consumed"
    assert used.revision_id == signed.id
    with pytest.raises(WillingnessConsumed):
        services.consume_willingness(willingness.id, signed.id)
    told = {event.type: event for event in events("case", case.id)}
    assert told["willingness.verified"].public["shown_digest"] == shown.sha256
    assert told["willingness.verified"].private["wording"] == WORDING
    assert told["willingness.consumed"].public["revision"] == str(signed.id)


def test_a_used_code_gives_no_second_willingness(party: CaseParty, shown: Revision, latest_code: Latest) -> None:
    code = ask(party, shown)
    verify(party, shown, code, latest_code())
    with pytest.raises(CodeUsed):
        verify(party, shown, code, latest_code())
    assert Willingness.objects.count() == 1


def test_another_document_wording_or_person_is_refused_and_counted(case: Case, shown: Revision, latest_code: Latest) -> None:
    holder, insured = making.set_parties(case=case, people=[("policyholder", making.person()), ("insured", making.person(name="李念"))])
    code = ask(holder, shown)
    for foreign in ({"shown_digest": "b" * 64}, {"wording": "签署别的文件"}, {"party": insured}):
        with pytest.raises(CodeBoundElsewhere):
            verify(holder, shown, code, latest_code(), **foreign)
    code.refresh_from_db()
    assert code.tries == 3
    assert not Willingness.objects.exists()


def test_a_code_without_a_digest_approves_nothing(party: CaseParty, shown: Revision, latest_code: Latest) -> None:
    code = ask(party, shown, bound_digest="")
    with pytest.raises(CodeBoundElsewhere):
        verify(party, shown, code, latest_code(), shown_digest="")


def test_a_wrong_code_gives_nothing(party: CaseParty, shown: Revision, latest_code: Latest) -> None:
    code = ask(party, shown)
    with pytest.raises(CodeWrong):
        verify(party, shown, code, other(latest_code()))
    assert not Willingness.objects.exists()


def test_a_revision_of_another_document_does_not_consume(case: Case, party: CaseParty, shown: Revision, latest_code: Latest) -> None:
    willingness = verify(party, shown, ask(party, shown), latest_code())
    foreign = making.make_document(case, b"%PDF-1.7 other", subject="2")[1]
    for revision in (foreign.id, uuid.uuid4()):
        with pytest.raises(WillingnessForeign):
            services.consume_willingness(willingness.id, revision)


def test_the_database_knows_no_consumed_willingness_without_a_revision(party: CaseParty, shown: Revision, latest_code: Latest) -> None:
    willingness = verify(party, shown, ask(party, shown), latest_code())
    with pytest.raises(IntegrityError), transaction.atomic():
        Willingness.objects.filter(pk=willingness.id).update(state="consumed")


def test_willingness_stays_when_its_party_leaves_the_case(case: Case, party: CaseParty, shown: Revision, latest_code: Latest) -> None:
    willingness = verify(party, shown, ask(party, shown), latest_code())
    making.set_parties(case=case, people=[("insured", making.person())])
    willingness.refresh_from_db()
    assert willingness.party is None
    assert willingness.signer_role == "policyholder"
    assert willingness.details["wording"] == WORDING


@pytest.mark.django_db(transaction=True)
class TestCommitted:
    @pytest.fixture(autouse=True)
    def _clean(self, clean_jobs: None) -> None:
        instance.forget()

    def _verified(self, latest_code: Latest) -> tuple[Willingness, Revision]:
        party = making.make_party(making.make_case())
        with transaction.atomic():
            shown = making.make_document(party.case)[1]
        return verify(party, shown, ask(party, shown), latest_code()), shown

    def test_two_at_once_consume_once(self, latest_code: Latest) -> None:
        willingness, shown = self._verified(latest_code)
        with transaction.atomic():
            signed = sign(shown)

        def consume() -> object:
            with transaction.atomic():
                return services.consume_willingness(willingness.id, signed.id)

        results = at_once(*[consume] * 5)
        assert sorted(type(result).__name__ for result in results) == ["Willingness"] + ["WillingnessConsumed"] * 4

    def test_a_signature_that_rolls_back_leaves_the_willingness(self, latest_code: Latest) -> None:
        willingness, shown = self._verified(latest_code)

        def signing() -> None:
            with transaction.atomic():
                services.consume_willingness(willingness.id, sign(shown).id)
                raise ValueError("keeper")

        with pytest.raises(ValueError, match="keeper"):
            signing()
        willingness.refresh_from_db()
        assert willingness.state == "verified"
        with transaction.atomic():
            services.consume_willingness(willingness.id, sign(shown).id)

    def test_outside_a_transaction_nothing_is_consumed(self, latest_code: Latest) -> None:
        willingness, shown = self._verified(latest_code)
        with pytest.raises(RuntimeError):
            services.consume_willingness(willingness.id, shown.id)


STROKE = [{"points": [{"x": 10.0 + 4 * n, "y": 50.0} for n in range(10)]}]  # 一


def copy(party: CaseParty, shown: Revision, drawings: list[object], statement: str = "我已知晓。", **changes: object) -> Willingness:
    given = {"party": party, "document_id": shown.document_id, "shown_digest": shown.sha256, "wording": "投保确认书", "ip": "203.0.113.7"}
    return services.verify_copied(**{**given, "statement": statement, "drawings": drawings, **changes})  # type: ignore[arg-type]


def moved(by: int) -> list[dict[str, list[dict[str, float]]]]:
    return [{"points": [{"x": point["x"] + by, "y": point["y"]} for point in STROKE[0]["points"]]}]


def test_a_statement_is_copied_sign_by_sign_without_its_points(party: CaseParty, shown: Revision) -> None:
    made = copy(party, shown, [moved(n) for n in range(4)])
    assert (made.method, made.shown_digest, made.details["statement"]) == ("copied", shown.sha256, "我已知晓。")
    assert json.loads(made.details["strokes"])[1][0]["points"][0]["x"] == 11.0
    told = events("case", party.case_id)[-1]
    assert (told.public["copy"], told.private["statement"]) == (made.proof_digest, "我已知晓。")
    with pytest.raises(WillingnessConsumed):  # the same drawing again, for this or any other document
        copy(party, shown, [moved(n) for n in range(4)])
    services.consume_willingness(made.id, shown.id)


@pytest.mark.parametrize(
    "drawings",
    [
        [],
        [STROKE] * 3,
        [STROKE] * 5,
        [STROKE, STROKE, STROKE, []],
        [STROKE, STROKE, STROKE, [{"points": [{"x": 1, "y": 1}] * 9}]],
        [STROKE, STROKE, STROKE, [{"points": [{"x": "nan", "y": 1}, {"x": 1, "y": 2}, {"x": 90, "y": 2}]}]],
        [STROKE, STROKE, STROKE, 7],
        [STROKE, STROKE, STROKE, [{"points": None}]],
    ],
)
def test_what_is_not_written_out_is_no_will(party: CaseParty, shown: Revision, drawings: list[object]) -> None:
    with pytest.raises(StatementIncomplete):
        copy(party, shown, drawings)
    assert not Willingness.objects.exists()


def test_english_is_copied_word_by_word() -> None:
    assert units("I know, and I agree.") == ["I", "know", "and", "I", "agree"]
    assert units("本人于 2026 年已读") == ["本", "人", "于", "2026", "年", "已", "读"]
    assert units("，。") == []
