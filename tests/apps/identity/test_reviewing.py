"""人工审核: two pairs of eyes, and papers that are gone when they have been looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.apps import making
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import queries, reviewing, services, tasks
from vermilion.apps.identity.errors import PaperRefused, ReviewDecided, ReviewSamePerson
from vermilion.apps.identity.models import IdentityCheck, Picture, Review
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.parties.scoping import Scope

JPEG = b"\xff\xd8\xff" + b"paper" * 20
PAPERS = {"front": JPEG, "back": JPEG + b"2", "face": JPEG + b"3"}


def ask(party: CaseParty, **options: object) -> IdentityCheck:
    given = {"party_id": party.id, "method": "manual", "papers": PAPERS, "ip": "203.0.113.7", "instead_of": "three_element", **options}
    return services.ask_review(**given)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out who is told of a decision: that needs a product with times (``tests/web/portal/test_proving.py``)."""
    monkeypatch.setattr(reviewing, "_decided", [])


@pytest.fixture
def two(case: Case) -> tuple[StaffMember, StaffMember]:
    factories.insurer()
    return factories.staff("service_desk"), factories.staff("compliance")


def opinion(check: IdentityCheck, staff: StaffMember, *, passed: bool = True) -> IdentityCheck:
    return services.give_opinion(review_id=check.pk, staff=staff, passed=passed, reason="与证件一致")


def test_a_pass_needs_two_people_and_leaves_no_picture(party: CaseParty, two: tuple[StaffMember, StaffMember]) -> None:
    check = ask(party)
    assert (check.result, Picture.objects.count()) == ("waiting", 3)
    assert not any(JPEG in bytes(picture.content) for picture in Picture.objects.all())
    first, second = two
    assert opinion(check, first).result == "waiting"
    assert queries.passed_check(party, "three_element") is None
    with pytest.raises(ReviewSamePerson):
        opinion(check, first)
    assert opinion(check, second).result == "passed"
    held = queries.passed_check(party, "three_element")
    assert held is not None
    assert (held.method, held.instead_of, held.assurance, held.provider) == ("manual", "three_element", "substantial", "staff")
    assert not Picture.objects.exists()
    told = [event.type for event in events("case", party.case_id)]
    assert told.count("identity.opinion") == 2
    assert told.count("identity.picture_deleted") == 3
    with pytest.raises(ReviewDecided):
        opinion(check, factories.staff("clerk"))


def test_either_may_refuse(party: CaseParty, two: tuple[StaffMember, StaffMember]) -> None:
    assert opinion(ask(party), two[0], passed=False).reason == "papers_refused"
    again = ask(party)
    opinion(again, two[0])
    assert opinion(again, two[1], passed=False).result == "failed"
    assert queries.passed_check(party, "three_element") is None


def test_the_database_wants_four_eyes_too(party: CaseParty, two: tuple[StaffMember, StaffMember]) -> None:
    check = ask(party)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=check.pk).update(first_by=two[0], second_by=two[0])


def test_who_changes_her_data_meanwhile_is_not_passed_by_old_papers(party: CaseParty, two: tuple[StaffMember, StaffMember]) -> None:
    check = ask(party)
    opinion(check, two[0])
    making.make_party(party.case, name="李若清")
    with pytest.raises(ReviewDecided):
        opinion(check, two[1])


@pytest.mark.parametrize("papers", [{}, {**PAPERS, "face": b"%PDF-1.7"}, {**PAPERS, "back": b"\xff\xd8\xff" + bytes(5 * 1024 * 1024)}])
def test_what_is_no_photograph_is_not_kept(party: CaseParty, papers: dict[str, bytes]) -> None:
    with pytest.raises(PaperRefused):
        ask(party, papers=papers)
    assert not Picture.objects.exists()
    assert not IdentityCheck.objects.exists()


def test_new_papers_replace_those_that_waited(party: CaseParty, case: Case) -> None:
    old, new = ask(party), ask(party)
    old.refresh_from_db()
    assert old.result == "unavailable"
    assert {review.pk for review in reviewing.waiting(Scope(case.insurer))} == {new.pk}
    assert Picture.objects.exclude(made_for=new).count() == 0


def test_nobody_keeps_papers_that_nobody_judges(party: CaseParty, moving: making.MovingClock) -> None:
    ask(party)
    moving.forward(days=14, seconds=1)
    tasks.forget_pictures()
    assert not Picture.objects.exists()


def test_a_rule_may_keep_papers_for_a_time(party: CaseParty, two: tuple[StaffMember, StaffMember], moving: making.MovingClock) -> None:
    check = ask(party, terms=services.Terms(keep_faces=timedelta(days=3)))
    for staff in two:
        opinion(check, staff)
    assert Picture.objects.count() == 3
    moving.forward(days=3, seconds=1)
    tasks.forget_pictures()
    assert not Picture.objects.exists()


def test_a_companys_authority_is_looked_at_by_two(case: Case, two: tuple[StaffMember, StaffMember]) -> None:
    agent = making.make_party(case, "company_agent")
    check = ask(agent, method="authorisation", papers={"authority": JPEG}, instead_of="")
    for staff in two:
        opinion(check, staff)
    assert queries.passed_check(agent, "authorisation")
    assert queries.passed_check(agent, "company") is None
