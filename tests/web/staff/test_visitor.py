"""What is known of who comes, by one question."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from vermilion.apps.parties import delegating
from vermilion.apps.parties.models import Branch, Role, RoleBinding
from vermilion.apps.parties.scoping import scope_of
from vermilion.base import clock
from vermilion.web.models import StaffLogIn
from vermilion.web.staff import visitor

pytestmark = pytest.mark.django_db


def log_in(user) -> StaffLogIn:
    return StaffLogIn.objects.create(user=user, started_at=clock.now(), seen_at=clock.now())


def test_all_that_a_page_asks_first_comes_by_one_question():
    clerk = factories.staff(Role.CLERK, Role.CUSTODIAN)
    branch = Branch.objects.create(insurer=clerk.insurer, code="CD", name="成都", address="成都市")
    RoleBinding.objects.create(staff=clerk, role=Role.CLERK, branch=branch)
    row = log_in(clerk.user)
    with CaptureQueriesContext(connection) as asked:
        found = visitor.of(clerk.user, row.pk)
        assert (found.staff, found.staff.insurer, found.staff.branch) == (clerk, clerk.insurer, clerk.branch)
        assert (found.staff.roles, found.staff.user, found.seen_at) == (clerk.roles, clerk.user, row.seen_at)
        assert (found.second_factor, found.first_password, found.lent) == (True, False, False)
        assert scope_of(found.staff, [Role.CUSTODIAN]).branches is None
    assert len(asked) == 1
    assert scope_of(found.staff, [Role.CLERK]).branches == {branch.pk}


def test_a_log_in_that_was_ended_or_is_somebody_elses_is_nobodys():
    clerk, other = factories.staff(Role.CLERK), factories.staff(Role.CLERK)
    row = log_in(clerk.user)
    assert visitor.of(other.user, row.pk) is None
    row.ended_at = clock.now()
    row.save()
    assert visitor.of(clerk.user, row.pk) is None


def test_who_left_or_never_was_staff_is_no_member():
    left, seller = factories.staff(Role.CLERK), factories.salesperson()
    left.active = False
    left.save()
    assert visitor.of(left.user, log_in(left.user).pk).staff is None
    assert visitor.of(seller.user, log_in(seller.user).pk).staff is None


def test_a_lent_role_is_told_while_it_lasts():
    giver, receiver = factories.staff(Role.APPROVER), factories.staff(Role.CLERK)
    row, now = log_in(receiver.user), clock.now()
    period = {"valid_from": now - timedelta(hours=1), "valid_to": now + timedelta(hours=1)}
    lent = delegating.delegate(giver=giver, receiver=receiver, authority=Role.APPROVER, reason="x", **period)
    assert visitor.of(receiver.user, row.pk).lent
    assert not visitor.of(giver.user, log_in(giver.user).pk).lent
    delegating.withdraw(delegation_id=lent.pk, by=giver)
    assert not visitor.of(receiver.user, row.pk).lent
