"""An authority is lent for a period, to one who may have it, never lent on, and ends at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests import factories
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties import delegating
from vermilion.apps.parties.errors import DelegationGone, DelegationRefused
from vermilion.apps.parties.models import Role
from vermilion.base import clock

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def giver(db):
    return factories.staff(Role.APPROVER, name="梁以宁")


@pytest.fixture
def receiver(db):
    return factories.staff(Role.CLERK, name="许知白")


def lend(giver, receiver, **changes):
    moment = clock.now()
    facts = {"authority": "approver", "valid_from": moment, "valid_to": moment + 7 * DAY, "reason": "休假", **changes}
    return delegating.delegate(giver=giver, receiver=receiver, **facts)


def standing(person, role=Role.APPROVER, **options):
    return delegating.standing(person=person, role=role, **options)


def test_who_is_lent_an_authority_acts_for_whoever_lent_it_and_both_are_named(giver, receiver):
    assert standing(receiver) is None
    made = lend(giver, receiver)
    right = standing(receiver)
    assert (right.person, right.principal, right.delegation) == (receiver, giver, made)
    assert right.people == {giver.pk, receiver.pk}
    assert right.facts() == {"for": "梁以宁", "delegation": str(made.pk)}
    assert delegating.lenders(receiver) == {"approver": [giver]}
    assert delegating.stand_ins(Role.APPROVER, [giver]) == [receiver]
    assert standing(receiver, Role.CUSTODIAN) is None, "only what was named"
    assert standing(giver).principal is None, "she keeps her own"
    for person in (giver, receiver):
        (event,) = [event for event in events("staff", person.id) if event.type == "delegation.given"]
        assert event.public["delegation"] == str(made.pk)


def test_it_counts_within_its_period_only(giver, receiver, monkeypatch):
    now = clock.now()
    lend(giver, receiver, valid_from=now + DAY, valid_to=now + 2 * DAY)
    assert standing(receiver) is None
    for at, counts in ((now + DAY, True), (now + 2 * DAY - timedelta(seconds=1), True), (now + 2 * DAY, False)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        assert (standing(receiver) is not None) is counts


def test_withdrawn_by_either_it_ends_at_once_and_once(giver, receiver):
    for by in (giver, receiver):
        made = lend(giver, receiver)
        with pytest.raises(DelegationGone):
            delegating.withdraw(delegation_id=made.pk, by=factories.staff(Role.APPROVER))
        delegating.withdraw(delegation_id=made.pk, by=by)
        assert standing(receiver) is None
        with pytest.raises(DelegationGone):
            delegating.withdraw(delegation_id=made.pk, by=by)
    assert [event.public["by"] for event in events("staff", giver.id) if event.type == "delegation.withdrawn"] == [
        str(giver.pk),
        str(receiver.pk),
    ]


def test_who_was_lent_it_cannot_lend_it_on(giver, receiver):
    lend(giver, receiver)
    with pytest.raises(DelegationRefused) as refusal:
        lend(receiver, factories.staff(Role.CLERK))
    assert refusal.value.reason == "not_held"


def test_what_would_break_the_separation_of_duties_is_refused_with_its_sentence(giver, receiver):
    other = factories.staff(Role.CLERK, of=factories.insurer("other"))
    gone = factories.staff(Role.CLERK)
    gone.active = False
    gone.save()
    now = clock.now()
    cases = [
        ("self", giver, {}),
        ("administrator", factories.staff(Role.ADMINISTRATOR), {}),
        ("other_insurer", other, {}),
        ("other_insurer", gone, {}),
        ("not_held", receiver, {"authority": "custodian"}),
        ("not_held", receiver, {"authority": "administrator"}),
        ("reason", receiver, {"reason": " "}),
        ("period", receiver, {"valid_to": now - DAY}),
        ("period", receiver, {"valid_from": now + 3 * DAY, "valid_to": now + 2 * DAY}),
        ("period", receiver, {"valid_to": now + 91 * DAY}),
    ]
    for reason, person, changes in cases:
        with pytest.raises(DelegationRefused) as refusal:
            lend(giver, person, **changes)
        assert refusal.value.reason == reason
    lend(giver, receiver)
    with pytest.raises(DelegationRefused) as refusal:
        lend(giver, receiver)
    assert refusal.value.reason == "overlap"


def test_it_ends_with_the_givers_role_and_with_either_account(giver, receiver):
    lend(giver, receiver)
    giver.roles = [Role.CLERK]
    giver.save()
    assert standing(receiver) is None
    assert not delegating.lenders(receiver)
    giver.roles, giver.active = [Role.APPROVER], False
    giver.save()
    assert standing(receiver) is None
    giver.active = True
    giver.save()
    assert standing(receiver) is not None
    receiver.roles = [Role.ADMINISTRATOR]
    assert standing(receiver) is None, "an administrator uses no seal, not even for another"
    receiver.active = False
    assert standing(receiver) is None


def test_nobody_barred_stands_behind_an_act_in_any_guise(giver, receiver):
    lend(giver, receiver)
    second = factories.staff(Role.APPROVER)
    assert standing(receiver, barred=[giver.pk]) is None, "who asked does not approve through a stand-in"
    assert standing(receiver, barred=[receiver.pk]) is None
    assert standing(giver, barred=[giver.pk]) is None
    lend(second, receiver)
    assert standing(receiver, barred=[giver.pk]).principal == second
    assert standing(receiver, principal=giver.pk).principal == giver
    assert standing(receiver, principal=receiver.pk) is None


def test_not_even_the_application_rewrites_what_was_lent(giver, receiver, as_role):
    as_role("app")
    made = lend(giver, receiver)
    for field, value in (("valid_to", clock.now() + 80 * DAY), ("authority", "custodian"), ("receiver", giver)):
        setattr(made, field, value)
        with pytest.raises(DatabaseError), transaction.atomic():
            made.save()
        made.refresh_from_db()
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()
