"""A company's list: everybody on it consents herself, or is not covered. Who guesses, comes twice or late, or was taken off, is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests import factories, life, snapshots
from tests.web.customer import open_shop
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped, StepOutOfOrder, TransitionRefused
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.identity.errors import CodeBoundElsewhere
from vermilion.apps.notices.models import Notice
from vermilion.apps.products.checking import check_application
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.signing import applying, confirmation, links, not_me
from vermilion.apps.signing.errors import DocumentChanged, LinkUnknown, NotRead, StaffPhone
from vermilion.apps.signing.group import answering, collecting, queries
from vermilion.apps.signing.group.errors import ConsentsClosed, ConsentsStillOpen, NoRound, TooFewConsented
from vermilion.apps.signing.group.models import ConsentRound, InsuredConsent
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.cli.demo import content

pytestmark = pytest.mark.django_db
Drain = Callable[..., int]
COUNT = 7


def applied(count: int = COUNT) -> Case:
    """Return a company's case whose agent did everything up to the consents of the people on her list."""
    open_shop()
    case = life.start("group_accident")
    life.walk(case, content.sample_application("group_accident", count=count))
    return case


@pytest.fixture
def case(db: None) -> Case:
    return snapshots.state("group, applied", applied)


@pytest.fixture
def asked(db: None) -> Case:
    """Return the case with everybody asked; no message has left yet."""

    def ask() -> Case:
        case = applied()
        life.ask_insured(case)
        return case

    return snapshots.state("group, asked", ask)


@pytest.fixture
def five(db: None) -> Case:
    """Return the case with five who consented, the least that the product takes, and two who have not answered."""

    def agree() -> Case:
        case = applied()
        for party in life.ask_insured(case)[:5]:
            life.consent(party)
        return case

    return snapshots.state("group, five consented", agree)


def people(case: Case) -> list[CaseParty]:
    return list(case.parties.filter(role="member").order_by("position"))


def round_of(case: Case) -> ConsentRound:
    found = queries.round_of(case)
    assert found
    return found


def counted(case: Case) -> tuple[int, int, int]:
    now = queries.counts(round_of(case))
    return now.consented, now.waiting, now.refused


def close(case: Case) -> queries.Counts:
    return collecting.close(case_id=case.id, seen=queries.counts(round_of(case)))


def give(party: CaseParty, **changes: Any) -> InsuredConsent:
    """Consent by a code of her own, with whatever an attacker changes."""
    digest = str(party.insured_consent.round.shown_digest)
    sent = answering.send_code(party_id=party.id, shown_digest=digest, ip=life.IP)
    given = {"party_id": party.id, "shown_digest": digest, "code_id": sent.id, "code": life.code_in(sent), "ip": life.IP, "device": "x"}
    return answering.consent(**(given | changes))


def later(monkeypatch: pytest.MonkeyPatch, **span: int) -> None:
    moment = clock.now() + timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: moment)


def events(case: Case) -> list[str]:
    return list(EvidenceEvent.objects.filter(stream__subject=case.id).order_by("seq").values_list("type", flat=True))


def test_nobody_is_asked_before_the_agent_and_her_phone_are_proven(case: Case) -> None:
    with pytest.raises(StepOutOfOrder) as refused:
        collecting.open_round(case_id=case.id)
    assert refused.value.facts == {"missing": ["phone"]}
    with pytest.raises(NoRound):
        collecting.remind(case_id=case.id)
    with pytest.raises(StepOutOfOrder):
        confirmation.present_confirmation(case_id=case.id)
    assert not Notice.objects.filter(template="insured_consent").exists()


def test_only_who_consented_is_covered_and_paid_for(five: Case, drain_jobs: Drain) -> None:
    asked, members = five, people(five)
    before = cases.application(asked)
    answering.refuse(party_id=members[5].id, reason="不需要", ip=life.IP, device="x")
    assert counted(asked) == (5, 1, 1)
    with pytest.raises(TransitionRefused):  # the numbers that were confirmed are not those of now
        collecting.close(case_id=asked.id, seen=queries.Counts(4, 2, 1))
    close(asked)
    after = cases.application(asked)
    assert [one["name"] for one in after.data["insured"]] == [party.personal["name"] for party in members[:5]]
    assert after.premium < before.premium
    assert (
        after.premium
        == applying.check_form(asked, before.data | {"insured": before.data["insured"][:5]}, with_disclosure=True).quote.premium
    )
    told = events(asked)
    assert (told.count("insured.consented"), told.count("insured.refused"), told.count("consents.closed")) == (5, 1, 1)
    one = InsuredConsent.objects.get(party=members[0])
    assert one.willingness
    assert (one.willingness.shown_digest, one.willingness.document) == (one.round.shown_digest, one.round.document)
    # The confirmation says to which paper they consented, and lists nobody else.
    assert applying.next_step(asked) == "confirmation"


def test_who_answers_after_the_cut_off_is_told_and_not_covered(asked: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_others = people(asked)
    life.prove_member(first)
    life.prove_member(second)
    digest = round_of(asked).shown_digest
    code = answering.send_code(party_id=first.id, shown_digest=digest, ip=life.IP)
    ConsentRound.objects.update(closes_at=clock.now() + timedelta(minutes=1))
    later(monkeypatch, minutes=2)
    with pytest.raises(ConsentsClosed):
        answering.consent(party_id=first.id, shown_digest=digest, code_id=code.id, code=life.code_in(code), ip=life.IP, device="x")
    with pytest.raises(ConsentsClosed):
        collecting.remind(case_id=asked.id)
    assert counted(asked)[0] == 0
    collecting.extend(case_id=asked.id)
    give(second)
    with pytest.raises(ConsentsStillOpen):
        collecting.extend(case_id=asked.id)
    assert counted(asked)[0] == 1


def test_a_list_closed_between_code_and_consent_is_on_record_as_that(five: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, members = five, people(five)
    life.prove_member(members[5])
    real = answering.identity.verify_willingness

    def closed_meanwhile(**given: Any) -> Any:
        made = real(**given)
        close(asked)
        return made

    monkeypatch.setattr(answering.identity, "verify_willingness", closed_meanwhile)
    with pytest.raises(ConsentsClosed):
        give(members[5])
    assert "consent.overtaken" in events(asked)
    assert len(cases.application(asked).data["insured"]) == 5


def test_each_step_of_hers_is_needed_and_another_ones_code_is_not_hers(asked: Case) -> None:
    first, second, *_others = people(asked)
    digest = round_of(asked).shown_digest
    with pytest.raises(NotRead):
        answering.send_code(party_id=first.id, shown_digest=digest, ip=life.IP)
    with pytest.raises(DocumentChanged):
        answering.mark_read(party_id=first.id, shown_digest="0" * 64)
    answering.mark_read(party_id=first.id, shown_digest=digest)
    with pytest.raises(StepOutOfOrder):
        give(first)
    life.prove_member(first)
    life.prove_member(second)
    foreign = answering.send_code(party_id=second.id, shown_digest=digest, ip=life.IP)
    with pytest.raises(CodeBoundElsewhere):
        give(first, code_id=foreign.id, code=life.code_in(foreign))
    with pytest.raises(ConsentsClosed):  # somebody of whom there is no list
        answering.mark_read(party_id=uuid4(), shown_digest=digest)
    assert counted(asked) == (0, COUNT, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        InsuredConsent.objects.filter(party=first).update(state="consented", answered_at=clock.now())


def test_one_code_consents_once_and_until_the_cut_off_she_may_change_her_mind(asked: Case) -> None:
    party = people(asked)[0]
    digest = life.prove_member(party)
    sent = answering.send_code(party_id=party.id, shown_digest=digest, ip=life.IP)
    given = {"party_id": party.id, "shown_digest": digest, "code_id": sent.id, "code": life.code_in(sent), "ip": life.IP, "device": "x"}
    answering.consent(**given)
    answering.refuse(party_id=party.id, reason="", ip=life.IP, device="x")
    assert counted(asked) == (0, COUNT - 1, 1)
    with pytest.raises(VermilionError, match="code_"):  # on her other phone
        answering.consent(**given)
    give(party)
    assert counted(asked) == (1, COUNT - 1, 0)


def test_too_few_close_nothing(five: Case) -> None:
    asked = five
    answering.refuse(party_id=people(asked)[4].id, reason="", ip=life.IP, device="x")
    with pytest.raises(TooFewConsented):
        close(asked)
    assert len(cases.application(asked).data["insured"]) == COUNT
    assert round_of(asked).state == "open"


def test_a_changed_list_keeps_the_answers_of_who_stays_as_she_was(five: Case, drain_jobs: Drain) -> None:
    drain_jobs()
    asked, members = five, people(five)
    assert {notice.party_id for notice in Notice.objects.filter(template="insured_consent")} == {members[5].id, members[6].id}
    token, _code = links.make_link(case=asked, party=members[6], purpose="consent", hours=1)
    data = content.sample_application("group_accident", count=COUNT + 1)
    del data["insured"][6]  # gone
    del data["insured"][2]  # gone, though she consented
    data["insured"][1]["phone"] = "19912345678"  # the same person, another phone: asked anew
    life.walk(asked, data)
    assert counted(asked) == (3, 1, 0)
    with pytest.raises(LinkUnknown):
        links.find_by_token(token)
    with pytest.raises(ConsentsClosed):
        answering.refuse(party_id=members[6].id, reason="", ip=life.IP, device="x")
    collecting.open_round(case_id=asked.id)
    assert counted(asked) == (3, 3, 0)
    assert ConsentRound.objects.count() == 1
    assert drain_jobs() > 0
    assert Notice.objects.filter(template="insured_consent").count() == 4


def test_other_terms_make_every_consent_void(five: Case) -> None:
    asked, first = five, people(five)[0]
    old = round_of(asked)
    data = content.sample_application("group_accident", count=COUNT)
    data["plan"]["code"] = "c"  # a higher sum
    life.walk(asked, data)
    assert queries.round_of(asked) is None
    with pytest.raises(ConsentsClosed):
        answering.mark_read(party_id=first.id, shown_digest=old.shown_digest)
    collecting.open_round(case_id=asked.id)
    assert counted(asked) == (0, COUNT, 0)
    assert round_of(asked).shown_digest != old.shown_digest
    old.document.refresh_from_db()
    assert old.document.void


def test_reminders_go_to_who_has_not_answered_and_not_too_often(five: Case, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
    drain_jobs()
    asked, members = five, people(five)
    assert collecting.remind(case_id=asked.id) == 0
    answering.refuse(party_id=members[5].id, reason="", ip=life.IP, device="x")
    for hours in range(5, 40, 5):
        with monkeypatch.context() as patch:
            later(patch, hours=hours)
            collecting.remind(case_id=asked.id)
            drain_jobs()
    per_person = [Notice.objects.filter(party=party, template="insured_consent").count() for party in members[4:]]
    assert per_person == [0, 1, queries.MOST_MESSAGES]


def test_messages_killed_in_the_middle_are_sent_once(asked: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "BATCH", 3)
    real, count = links.send_link, 0

    def dies(**given: Any) -> None:
        nonlocal count
        count += 1
        if count == 5:
            raise RuntimeError("killed")
        real(**given)

    asked_id = round_of(asked).id
    with monkeypatch.context() as patch:
        patch.setattr(collecting.links, "send_link", dies)
        assert collecting.send_messages(round_id=asked_id)
        with pytest.raises(RuntimeError):
            collecting.send_messages(round_id=asked_id)
    assert Notice.objects.filter(template="insured_consent").count() == 3
    while collecting.send_messages(round_id=asked_id):
        pass
    sent = Notice.objects.filter(template="insured_consent")
    assert sorted(sent.values_list("party__position", flat=True)) == list(range(COUNT))


def test_a_person_who_knows_nothing_of_it_stops_everything(asked: Case) -> None:
    first, second, *_others = people(asked)
    life.prove_member(second)
    not_me.report(case_id=asked.id, party=first, page="apply_consent", ip=life.IP, user_agent="x")
    for attempt in (
        lambda: give(second),
        lambda: answering.refuse(party_id=second.id, reason="", ip=life.IP, device="x"),
        lambda: collecting.remind(case_id=asked.id),
        lambda: close(asked),
        lambda: collecting.open_round(case_id=asked.id),
    ):
        with pytest.raises(CaseStopped):
            attempt()
    assert not collecting.send_messages(round_id=round_of(asked).id)
    assert Notice.objects.filter(case=asked, template="not_me").exists()


def test_a_salespersons_phone_answers_for_nobody(asked: Case) -> None:
    party = people(asked)[0]
    life.prove_member(party)
    seller = factories.salesperson() if hasattr(factories, "salesperson") else None
    party.personal = {**party.personal, "phone": (seller or life.insurer().salespeople.first()).phone}
    cases.rehash_party(party)
    with pytest.raises(StaffPhone):
        answering.send_code(party_id=party.id, shown_digest=round_of(asked).shown_digest, ip=life.IP)


def test_everybody_who_is_asked_has_a_phone_of_her_own(db: None) -> None:
    definition = content.product("group_accident")
    data = content.sample_application("group_accident")
    data["insured"][0].pop("phone")
    data["insured"][3]["phone"] = data["insured"][2]["phone"]
    data["insured"][4]["phone"] = data["policyholder"]["company"]["agent"]["phone"]
    with pytest.raises(ApplicationInvalid) as refused:
        check_application(definition, data, today=clock.today())
    assert {path for path in refused.value.fields if path.endswith("phone")} == {f"insured.{row}.phone" for row in (0, 3, 4)}


def test_a_list_of_two_hundred_is_asked_and_closed_without_a_query_for_each(db: None, django_assert_max_num_queries: Any) -> None:
    case = applied(200)
    with django_assert_max_num_queries(160):
        life.ask_insured(case)
    assert counted(case) == (0, 200, 0)
    with django_assert_max_num_queries(20):
        assert len(list(queries.answers(round_of(case)))) == 200
