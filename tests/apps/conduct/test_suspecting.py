"""Phones, devices and payers that customers share: with the insurer's people, with each other, not within a family."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.services import rehash_party
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.conduct import deciding, guarding, noticing, rules, suspecting, traces
from vermilion.apps.conduct.errors import SalespersonDevice, SigningHeld
from vermilion.apps.conduct.models import ConductRule, Effect, Kind, Suspicion, Trace
from vermilion.apps.notices.models import Notice
from vermilion.base import clock

pytestmark = pytest.mark.django_db
DEVICE = traces.device_digest("a phone")


def customer(seed: int, *, phone: str = "") -> CaseParty:
    """Return the policyholder of a case of her own that waits for her signature."""
    party = factories.case_in(State.SIGNING, seed=seed).parties.get(role="policyholder")
    if phone:
        party.personal = {**party.personal, "phone": phone}
        rehash_party(party)
    return party


def look(party: CaseParty, **used: Any) -> list[str]:
    return [f"{one.kind}:{one.shared_with}" for one in suspecting.look(case=party.case, party=party, **used)]


def rule(**changes: Any) -> None:
    row = rules.rule_of(factories.insurer())
    values = {name: getattr(row, name) for name in rules.FIELDS} | changes
    rules.set_rule(insurer=factories.insurer(), by=factories.staff("compliance"), second=factories.staff("compliance"), **values)


def test_one_customer_alone_raises_nothing_however_often_she_comes():
    party = customer(1)
    for _time in range(3):
        assert look(party, device=DEVICE) == []
    assert Trace.objects.count() == 2


def test_a_phone_of_two_customers_is_reported_once_a_case_and_told_once():
    factories.staff("compliance")
    first, second = customer(1, phone="13800138000"), customer(2, phone="13800138000")
    assert look(first) == []
    assert look(second) == ["phone:customers"]
    look(second)
    found = Suspicion.objects.get()
    assert (found.case, found.customers, found.met) == (second.case, 2, 1)
    assert Notice.objects.filter(template="suspected_signing", case=second.case).count() == 1
    assert look(second, acted=True) == ["phone:customers"]
    assert [event.type for event in events("case", second.case_id) if event.type.startswith("suspicion.")] == [
        "suspicion.raised",
        "suspicion.met",
    ]


def signers_of(case: Case, type: str = "suspicion.met") -> list[str]:
    return [event.public["signer"] for event in events("case", case.pk) if event.type == type]


def at_salespersons(party: CaseParty, device: str = DEVICE) -> None:
    with pytest.raises(SalespersonDevice):
        guarding.require_own_device(case=party.case, party=party, device=device)


def test_within_minutes_a_page_looked_at_again_is_nothing_new_but_another_signer_is():
    seller, holder = factories.salesperson(), customer(1)
    insured = CaseParty(case=holder.case, role="insured", position=7, personal={**holder.personal, "id_number": "11010119900101123X"})
    rehash_party(insured)
    traces.leave_as_staff(person=seller, kind=Kind.DEVICE, digest=DEVICE)
    for party in (holder, holder, insured, insured, holder):
        at_salespersons(party)
    found = Suspicion.objects.get()
    assert (found.party, found.met, found.signers) == (holder, 2, [str(holder.pk), str(insured.pk)])
    assert signers_of(holder.case, "suspicion.raised") == ["policyholder"]
    assert signers_of(holder.case) == ["insured"]


def test_another_salesperson_at_the_same_device_is_on_record_at_once():
    first, second, party = factories.salesperson(), factories.salesperson(), customer(1)
    for seller in (first, second):
        traces.leave_as_staff(person=seller, kind=Kind.DEVICE, digest=DEVICE)
        at_salespersons(party)
        at_salespersons(party)
    assert Suspicion.objects.get().salesperson == second
    told = [event.private["person"] for event in events("case", party.case_id) if event.type.startswith("suspicion.")]
    assert told == [str(first.pk), str(second.pk)]


def test_each_case_at_a_salespersons_device_is_found_from_the_other():
    seller, party, other = factories.salesperson(), customer(1), customer(2)
    traces.leave_as_staff(person=seller, kind=Kind.DEVICE, digest=DEVICE)
    for one in (party, other):
        at_salespersons(one)
    sharing = traces.cases_of(insurer_id=seller.insurer_id, kind=Kind.DEVICE, digest=DEVICE)
    assert {case.pk for case in sharing} == {party.case_id, other.case_id}


def test_a_cleared_device_on_which_a_salesperson_logs_in_again_waits_for_compliance_again():
    seller, party, by = factories.salesperson(), customer(1), factories.staff("compliance")
    traces.leave_as_staff(person=seller, kind=Kind.DEVICE, digest=DEVICE)
    at_salespersons(party)
    deciding.decide(suspicion_id=Suspicion.objects.get().pk, state="cleared", note="借给她登录过一次", by=by)
    guarding.require_own_device(case=party.case, party=party, device=DEVICE)
    traces.leave_as_staff(person=seller, kind=Kind.DEVICE, digest=DEVICE)
    at_salespersons(party)
    found = Suspicion.objects.get()
    assert (found.state, found.decided_by, found.content) == ("open", None, {})
    kinds = [event.type for event in events("case", party.case_id) if event.type.startswith("suspicion.")]
    assert kinds == ["suspicion.raised", "suspicion.cleared", "suspicion.reopened"]
    assert Notice.objects.filter(template="suspected_signing", case=party.case).count() == 2


def test_a_family_of_one_case_is_one_customer():
    mother = customer(1)
    child = CaseParty(case=mother.case, role="insured", position=7, personal={**mother.personal, "id_number": "11010120150101123X"})
    rehash_party(child)
    assert look(mother, device=DEVICE) == look(child, device=DEVICE) == []
    other = customer(2)
    assert look(other, device=DEVICE) == []  # two families may share a device by the default rule
    assert look(customer(3), device=DEVICE) == ["device:customers"]


def test_people_on_a_companys_list_are_no_family():
    group = factories.case_in(State.SIGNING, "group_accident")
    agent = group.parties.get(role="company_agent")
    assert look(agent, device=DEVICE) == []
    rule(device_customers=1)
    worker = CaseParty(case=group, role="insured", position=9, personal={**agent.personal, "id_number": "11010119900101123X"})
    assert look(rehash_party(worker), device=DEVICE) == ["phone:customers", "device:customers"]


def test_the_same_person_in_two_cases_is_one_customer():
    first, again = customer(1), customer(1)
    assert first.id_hash == again.id_hash
    rule(device_customers=1)
    assert look(first, device=DEVICE) == look(again, device=DEVICE) == []


def test_beyond_the_window_nothing_is_compared_and_old_traces_go():
    first, second = customer(1), customer(2)
    rule(device_customers=1, window_days=30)
    look(first, device=DEVICE)
    Trace.objects.update(at=clock.now() - timedelta(days=31))
    assert look(second, device=DEVICE) == []
    assert traces.forget_old(clock.now()) == 2


@pytest.mark.parametrize("who", ["salesperson", "staff"])
def test_a_phone_of_the_insurers_people_is_found_by_its_digest(who):
    person = factories.salesperson() if who == "salesperson" else factories.staff("clerk")
    assert look(customer(1, phone=person.phone)) == [f"phone:{who}"]


def test_another_insurers_people_and_customers_are_not_compared():
    stranger = factories.salesperson(of=factories.insurer("other"))
    assert look(customer(1, phone=stranger.phone), device=DEVICE) == []


def test_staffs_device_is_reported_and_by_rule_held_and_another_device_is_the_way_out():
    party, clerk = customer(1), factories.staff("clerk")
    traces.leave_as_staff(person=clerk, kind=Kind.DEVICE, digest=DEVICE)
    case = party.case
    guarding.require_signable(case=case, party=party, device=DEVICE)  # reported only
    rule(effect=Effect.BLOCK)
    with pytest.raises(SigningHeld) as held:
        guarding.require_signable(case=case, party=party, device=DEVICE)
    assert held.value.kind == Kind.DEVICE
    guarding.require_signable(case=case, party=party, device=traces.device_digest("her own"))


def test_a_shared_phone_holds_until_it_is_cleared_and_confirmed_holds_all():
    rule(effect=Effect.BLOCK)
    first, second = customer(1, phone="13800138000"), customer(2, phone="13800138000")
    guarding.require_signable(case=first.case, party=first, device="")
    with pytest.raises(SigningHeld):
        guarding.require_signable(case=second.case, party=second, device="")
    by, found = factories.staff("compliance"), Suspicion.objects.get()
    deciding.decide(suspicion_id=found.pk, state="cleared", note="母女共用", by=by)
    guarding.require_signable(case=second.case, party=second, device="")
    deciding.decide(suspicion_id=found.pk, state="confirmed", note="回访否认", by=by)
    rule(effect=Effect.REPORT)
    with pytest.raises(SigningHeld):
        guarding.require_signable(case=second.case, party=second, device="")
    kinds = [event.type for event in events("case", second.case_id)]
    assert kinds.count("suspicion.cleared") == kinds.count("suspicion.confirmed") == 1


def test_a_corrected_phone_goes_on():
    rule(effect=Effect.BLOCK)
    customer_a, customer_b = customer(1, phone="13800138000"), customer(2, phone="13800138000")
    look(customer_a)
    look(customer_b)
    customer_b.personal = {**customer_b.personal, "phone": "13900139000"}
    guarding.require_signable(case=customer_b.case, party=rehash_party(customer_b), device="")


def test_nearby_is_a_hint_that_never_holds_and_only_where_asked_for():
    seller, party = factories.salesperson(), customer(1)
    here = traces.nearby_digest(ip="10.0.0.1", user_agent="Phone 1")
    noticing.seen(user=seller.user, device=DEVICE, nearby=here)
    assert look(party, nearby=here) == []
    rule(nearby=True, effect=Effect.BLOCK)
    assert look(party, nearby=here) == ["nearby:salesperson"]
    guarding.require_signable(case=party.case, party=party, device="", nearby=here)


def test_a_payer_is_compared_with_staff_and_customers(settings):
    seller, party, other = factories.salesperson(), customer(1), customer(2)
    noticing.account(person=seller, account="6222 0000 1111 2222", by=factories.staff("administrator"))
    suspecting.paid(case=party.case, payer="6222000011112222")
    assert Suspicion.objects.get().salesperson == seller
    suspecting.paid(case=other.case, payer="６２２２000011112222")
    assert set(Suspicion.objects.filter(case=other.case).values_list("shared_with", flat=True)) == {"salesperson", "customers"}


def test_an_account_registered_later_finds_what_it_paid_before():
    party, seller = customer(1), factories.salesperson()
    suspecting.paid(case=party.case, payer="6222000011112222")
    assert not Suspicion.objects.exists()
    noticing.account(person=seller, account="6222 0000 1111 2222", by=factories.staff("administrator"))
    assert Suspicion.objects.get().case == party.case


def test_no_number_stands_in_the_tables():
    party = customer(1, phone="13800138000")
    suspecting.paid(case=party.case, payer="6222000011112222")
    look(party, device=DEVICE)
    for row in Trace.objects.values():
        assert "13800138000" not in str(row)
        assert "6222" not in str(row)[:60]
        assert len(row["digest"]) == len(row["person"]) == 64


def test_a_rule_counts_from_one_and_its_change_is_on_record():
    rule(phone_customers=3)
    changed = [event for event in events("system", factories.insurer().pk) if event.type == "conduct.rule_changed"]
    assert changed[-1].public["after"]["phone_customers"] == 3
    assert Case.objects.count() == 0
    assert ConductRule.objects.get().phone_customers == 3
