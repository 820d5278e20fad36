"""What the keeper remembers of grants' approvals, and what it must not."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.apps.seals.test_granting import approve, asked  # noqa: F401 - a fixture
from vermilion.apps.seals.keeper import held as held_module
from vermilion.apps.seals.keeper.held import Held
from vermilion.apps.seals.models import SealGrant


def test_approvals_are_checked_once_for_a_grant_and_anew_for_any_other_row_or_demand(register, asked):  # noqa: F811
    for person in register.staff[1:]:
        approve(SealGrant.objects.get(pk=asked.pk), person)
    grant, held = SealGrant.objects.get(pk=asked.pk), Held()
    assert held.holds(grant, demanded=False)
    with CaptureQueriesContext(
        connection,
    ) as asked_of_the_database:
        assert held.holds(SealGrant.objects.get(pk=asked.pk), demanded=False)
    assert len(asked_of_the_database) == 1, "the row itself, nothing else"
    for name, value in (("daily_limit", 1000), ("first_approver_id", register.staff[0].pk), ("second_proof", {}), ("products", ["x"])):
        forged = SealGrant.objects.get(pk=asked.pk)
        setattr(forged, name, value)
        assert not held.holds(forged, demanded=False), name
    assert not held.holds(register.grant, demanded=True), "approved in a weaker way"
    assert held.holds(grant, demanded=True)


def test_its_memory_is_bounded(register, monkeypatch):
    monkeypatch.setattr(held_module, "MOST", 1)
    held = Held()
    for number in range(3):
        held._good[number] = ()
    assert held.holds(register.grant, demanded=False)
    assert list(held._good) == [register.grant.pk]
