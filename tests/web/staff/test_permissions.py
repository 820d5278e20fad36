"""Pages open for the roles they name."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpResponse
from django.test import RequestFactory

from vermilion.apps.parties.models import Branch, Insurer, Role, StaffMember
from vermilion.web.staff import log_ins
from vermilion.web.staff.permissions import StaffForbidden, salesperson_required, staff_required

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> StaffMember:
    insurer = Insurer.objects.create(
        code="huayue", name="华岳人寿", name_en="Huayue", short_name="华岳", uscc="91110000000000000X", address="北京", hotline="95000"
    )
    branch = Branch.objects.create(insurer=insurer, code="bj", name="北京", address="北京")
    user = User.objects.create_user("clerk")
    return StaffMember.objects.create(user=user, insurer=insurer, branch=branch, name="周敏", phone="13800000000", roles=[Role.CLERK])


def ask(user, *roles):
    request = RequestFactory().get("/console/seals/?day=today")
    request.user, request.session = user, {}
    assert user.is_anonymous or log_ins.still_in(request)
    seen = []

    @staff_required(*roles)
    def view(request):
        seen.append((request.staff, request.insurer))
        return HttpResponse("open")

    return view(request), seen


def test_a_stranger_goes_to_the_log_in_and_back(clerk):
    answer, seen = ask(AnonymousUser())
    assert answer["Location"] == "/console/login/?next=/console/seals/%3Fday%3Dtoday"
    assert seen == []


def test_the_view_knows_who_asks(clerk):
    answer, seen = ask(clerk.user, Role.CLERK, Role.CUSTODIAN)
    assert answer.content == b"open"
    assert seen == [(clerk, clerk.insurer)]


def test_the_wrong_role_is_told_which_one_is_needed(clerk):
    with pytest.raises(StaffForbidden) as refusal:
        ask(clerk.user, Role.CUSTODIAN)
    assert refusal.value.status == 403
    assert "印章保管人" in str(refusal.value.message)


def test_who_left_gets_in_nowhere(clerk):
    clerk.active = False
    clerk.save()
    with pytest.raises(StaffForbidden):
        ask(clerk.user)


def test_staff_are_no_salespeople(clerk):
    request = RequestFactory().get("/sales/")
    request.user = clerk.user
    with pytest.raises(StaffForbidden):
        salesperson_required(lambda request: HttpResponse("open"))(request)
