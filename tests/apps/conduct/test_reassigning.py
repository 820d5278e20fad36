"""Handing a salesperson's cases to a colleague: who may take them, what the customer hears, and two hands at once."""

from __future__ import annotations

from functools import partial

import pytest

from tests import factories
from tests.at_once import at_once
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.services import withdraw
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.conduct import reassigning
from vermilion.apps.conduct.errors import HandOverRefused
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Branch, Salesperson
from vermilion.apps.parties.services import set_salesperson_active
from vermilion.apps.signing import prefilling


def hand(case: Case, giver: Salesperson, taker: Salesperson) -> Case:
    return reassigning.hand_over(case_id=case.pk, giver=giver, taker=taker, by=factories.staff("administrator"))


@pytest.mark.django_db
def test_the_case_changes_hands_on_record_and_the_customer_is_told():
    giver, taker = factories.salesperson(), factories.salesperson()
    case = factories.case_in(State.AWAITING_PAYMENT, sold_by=giver)
    hand(case, giver, taker)
    case.refresh_from_db()
    assert case.salesperson == taker
    event = events("case", case.pk)[-2]
    assert (event.type, event.public["to"]) == ("case.handed_over", str(taker.pk))
    notice = Notice.objects.get(case=case, template="case_handed_over")
    assert taker.name in notice.content["body"]
    assert taker.licence_no[-4:] in notice.content["body"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "why", ["suspended", "expired", "another branch", "another insurer", "another product", "herself", "ended", "not hers"]
)
def test_who_may_not_take_it_does_not_get_it(why):
    giver, taker = factories.salesperson(), factories.salesperson()
    case = factories.case_in(State.UNDERWRITING, sold_by=giver)
    if why == "suspended":
        set_salesperson_active(seller=taker, active=False, by=factories.staff("administrator"))
    elif why == "expired":
        Salesperson.objects.filter(pk=taker.pk).update(valid_to=taker.valid_from)
    elif why == "another branch":
        branch = Branch.objects.create(insurer=taker.insurer, code="CD", name="成都分公司", address="成都市")
        taker = factories.salesperson(branch=branch)
    elif why == "another insurer":
        taker = factories.salesperson(of=factories.insurer("other"))
    elif why == "another product":
        taker = factories.salesperson(products=("medical",))
    elif why == "herself":
        taker = giver
    elif why == "ended":
        Case.objects.filter(pk=case.pk).update(salesperson=giver)
        withdraw(case_id=case.pk, actor="policyholder", reason="x")
    elif why == "not hers":
        Case.objects.filter(pk=case.pk).update(salesperson=factories.salesperson())
    with pytest.raises(HandOverRefused):
        hand(case, giver, taker)
    assert not Notice.objects.filter(template="case_handed_over").exists()


@pytest.mark.django_db
def test_all_open_ones_at_once_but_those_that_she_may_not_sell():
    giver, taker = factories.salesperson(products=("critical_illness", "medical")), factories.salesperson()
    mine = [factories.case_in(State.SIGNING, sold_by=giver), factories.case_in(State.DELIVERED, sold_by=giver)]
    other = factories.case_in(State.SIGNING, "medical", sold_by=giver)
    done, left = reassigning.hand_over_all(giver=giver, taker=taker, by=factories.staff("clerk"), cases=reassigning.open_cases(giver))
    assert (done, left) == (2, [other.number])
    assert set(Case.objects.filter(salesperson=taker)) == set(mine)


@pytest.mark.django_db
def test_the_suspended_cannot_begin_and_her_link_cannot_be_shared_again():
    seller, product = factories.salesperson(), factories.product()
    case, _token = prefilling.start_for_customer(salesperson=seller, product=product, plan="plus")
    seller = set_salesperson_active(seller=seller, active=False, by=factories.staff("administrator"))
    with pytest.raises(prefilling.MayNotSell):
        prefilling.start_for_customer(salesperson=seller, product=product, plan="plus")
    with pytest.raises(prefilling.MayNotSell):
        prefilling.share_again(case=case, salesperson=seller)


@pytest.mark.django_db(transaction=True)
def test_two_hands_at_once_move_it_once():
    giver, takers = factories.salesperson(), [factories.salesperson(), factories.salesperson()]
    case, by = factories.case_in(State.SIGNING, sold_by=giver), factories.staff("administrator")
    moves = [partial(reassigning.hand_over, case_id=case.pk, giver=giver, taker=taker, by=by) for taker in takers]
    assert [isinstance(outcome, HandOverRefused) for outcome in at_once(*moves)].count(True) == 1
    assert [event.type for event in events("case", case.pk)].count("case.handed_over") == 1
