"""A consent taken back after the list was closed: before the premium is paid nobody contracts about her, later her cover is ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest

from tests import life, snapshots
from tests.at_once import at_once
from tests.web.customer import open_shop
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.identity.errors import CodeBoundElsewhere
from vermilion.apps.notices.models import Notice
from vermilion.apps.signing import applying, links, not_me
from vermilion.apps.signing.errors import LinkUnknown
from vermilion.apps.signing.group import answering, collecting, queries, withdrawing
from vermilion.apps.signing.group.errors import NothingToWithdraw
from vermilion.apps.signing.models import AccessLink
from vermilion.base.errors import VermilionError
from vermilion.cli.demo import content

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]


@pytest.fixture
def closed(db: None) -> Case:
    """Return a company's case whose list of six was closed; its confirmation waits to be signed."""

    def close() -> Case:
        open_shop()
        case = life.start("group_accident")
        life.apply(case, content.sample_application("group_accident", count=6))
        return case

    return Case.objects.get(pk=snapshots.state("group, confirmation shown", close).pk)


def member(case: Case, place: int) -> CaseParty:
    return case.parties.get(role="member", position=place)


def test_before_everybody_signed_the_company_goes_on_from_its_list_without_her(closed: Case) -> None:
    party = member(closed, 2)
    shown = closed.documents.get(kind="confirmation")
    assert life.take_back(party) == "list"
    closed.refresh_from_db()
    shown.refresh_from_db()
    assert (closed.state, shown.void, shown.signing_tasks.filter(state="open").exists()) == ("applying", True, False)
    asked = queries.round_of(closed)
    assert asked
    assert (asked.state, queries.counts(asked)) == ("open", queries.Counts(5, 0, 1))
    # What comes before the list need not be done again; the others' consents hold, and so does their sum.
    assert applying.next_step(closed) == collecting.STEP
    collecting.close(case_id=closed.id, seen=queries.counts(asked))
    names = [one["name"] for one in cases.application(closed).data["insured"]]
    assert (len(names), party.personal["name"] in names) == (5, False)
    assert applying.next_step(closed) == "confirmation"
    assert Notice.objects.filter(template="consent_withdrawn", party__role="company_agent").count() == 1
    party.insured_consent.refresh_from_db()
    assert (party.insured_consent.state, party.insured_consent.ending_wanted) == ("withdrawn", False)
    with pytest.raises(NothingToWithdraw):
        life.take_back(party)


@pytest.mark.parametrize("state", ["applying", "underwriting", "information_requested", "offered", "awaiting_payment"])
def test_at_every_step_before_the_payment_it_is_applied_for_anew(closed: Case, state: str) -> None:
    with snapshots.guards_asleep():
        Case.objects.filter(pk=closed.pk).update(state=state)
    order = closed.payment_orders.create(amount=100, currency="CNY", gateway="", created_at=closed.applied_at)
    assert life.take_back(member(closed, 0)) == "list"
    closed.refresh_from_db()
    order.refresh_from_db()
    assert closed.state == "applying"
    assert applying.next_step(closed) == collecting.STEP
    assert order.state == ("open" if state == "applying" else "void")


def test_who_is_insured_already_has_her_cover_ended_by_the_desk(closed: Case) -> None:
    party = member(closed, 1)
    with snapshots.guards_asleep():
        Case.objects.filter(pk=closed.pk).update(state="sealed")
    assert life.take_back(party) == "contract"
    closed.refresh_from_db()
    assert closed.state == "sealed"
    (answer,) = queries.endings(closed)
    assert answer.party == party
    staff = life.staff("clerk")
    withdrawing.mark_ended(answer_id=answer.id, staff=staff)
    first = withdrawing.mark_ended(answer_id=answer.id, staff=life.staff("approver"))
    assert first.ended_by == staff
    assert not queries.endings(closed).exists()
    with pytest.raises(NothingToWithdraw):
        withdrawing.mark_ended(answer_id=member(closed, 0).insured_consent.id, staff=staff)
    with pytest.raises(NothingToWithdraw):
        withdrawing.mark_ended(answer_id=uuid4(), staff=staff)


def test_the_policy_is_paid_for_between_her_code_and_her_withdrawal(closed: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    real = withdrawing.identity.verify_willingness

    def paid_meanwhile(**given):
        made = real(**given)
        with snapshots.guards_asleep():
            Case.objects.filter(pk=closed.pk).update(state="issuing")
        return made

    monkeypatch.setattr(withdrawing.identity, "verify_willingness", paid_meanwhile)
    assert life.take_back(member(closed, 0)) == "hold"
    closed.refresh_from_db()
    assert closed.state == "held"


def test_only_her_own_code_for_just_this_serves_once(closed: Case) -> None:
    first, second = member(closed, 0), member(closed, 1)
    given = {"party_id": first.id, "ip": life.IP, "device": "x"}
    foreign = withdrawing.send_code(party_id=second.id, ip=life.IP)
    with pytest.raises(CodeBoundElsewhere):
        withdrawing.withdraw(**given, code_id=foreign.id, code=life.code_in(foreign))
    # A code that was sent for consenting says another thing.
    other = answering.identity.send_code(
        purpose="willingness",
        phone=first.personal["phone"],
        case=closed,
        party=first,
        bound_digest=first.insured_consent.round.shown_digest,
        wording=answering.wording(first.insured_consent),
        ip=life.IP,
    )
    with pytest.raises(CodeBoundElsewhere):
        withdrawing.withdraw(**given, code_id=other.id, code=life.code_in(other))
    assert first.insured_consent.state == "consented"
    with pytest.raises(NothingToWithdraw):
        withdrawing.send_code(party_id=uuid4(), ip=life.IP)
    with pytest.raises(NothingToWithdraw):  # the agent is nobody's insured
        withdrawing.send_code(party_id=closed.parties.get(role="company_agent").id, ip=life.IP)


def test_two_take_theirs_back_at_once_and_one_of_them_on_two_phones(closed: Case) -> None:
    first, second = member(closed, 0), member(closed, 1)

    def press(party: CaseParty) -> Callable[[], str]:
        code = withdrawing.send_code(party_id=party.id, ip=life.IP)
        return partial(withdrawing.withdraw, party_id=party.id, code_id=code.id, code=life.code_in(code), ip=life.IP, device="x")

    hers = press(first)
    *twice, other = at_once(hers, hers, press(second))
    assert (other, sorted(isinstance(one, VermilionError) for one in twice)) == ("list", [False, True]), twice
    asked = queries.round_of(closed)
    assert asked
    assert queries.counts(asked) == queries.Counts(4, 0, 2)
    assert closed.applications.count() == 2


def test_a_stopped_case_and_an_ended_one_take_nothing_back(closed: Case) -> None:
    not_me.report(case_id=closed.id, party=member(closed, 3), page="x", ip=life.IP, user_agent="x")
    with pytest.raises(CaseStopped):
        withdrawing.send_code(party_id=member(closed, 0).id, ip=life.IP)
    cases.withdraw(case_id=closed.id, actor="company_agent", reason="x")
    with pytest.raises(NothingToWithdraw):
        withdrawing.send_code(party_id=member(closed, 0).id, ip=life.IP)


def test_who_consented_keeps_her_link_and_who_did_not_loses_it(db: None) -> None:
    open_shop()
    case = life.start("group_accident")
    life.walk(case, content.sample_application("group_accident", count=6))
    members = life.ask_insured(case)
    for party in members[:5]:
        life.let_consent(party)
    tokens = [links.make_link(case=case, party=party, purpose="consent", hours=1)[0] for party in (members[0], members[5])]
    asked = queries.round_of(case)
    assert asked
    collecting.close(case_id=case.id, seen=queries.counts(asked))
    assert links.find_by_token(tokens[0]).party == members[0]
    with pytest.raises(LinkUnknown):
        links.find_by_token(tokens[1])
    # Taken back while the list is closed: who was left out then stays out.
    life.take_back(members[0])
    asked.refresh_from_db()
    assert queries.counts(asked) == queries.Counts(4, 0, 1)
    assert not AccessLink.objects.filter(party=members[5], revoked=False).exists()
