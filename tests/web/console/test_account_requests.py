"""What gives power over seals and cases is asked by one and agreed to by another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from tests import factories
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties import organising, scoping, second_person
from vermilion.apps.parties.errors import AccountRequestGone
from vermilion.apps.parties.models import AccountRequest, Branch, Role, RoleBinding, StaffMember
from vermilion.base import clock
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db
NEW = {"username": "liangyi", "name": "梁一", "phone": "13900001111", "roles": ["approver"], "underwriting_level": "0"}
WAITING = "/console/users/requests/"


@pytest.fixture
def admin(db):
    return factories.browser_of(Role.ADMINISTRATOR)


@pytest.fixture
def second(db):
    return factories.browser_of(Role.COMPLIANCE)


def act(browser, asked, what):
    return browser.post(reverse(f"console:account_request_{what}", args=[asked.pk]))


def asked_for(admin, **changes):
    answer = admin.post("/console/users/new/", {**NEW, "branch": admin.staff.branch_id, **changes})
    assert answer["Location"] == WAITING
    return AccountRequest.objects.latest("requested_at")


def test_an_approvers_account_is_made_by_who_asked_after_another_agreed(admin, second):
    asked = asked_for(admin)
    assert not StaffMember.objects.filter(user__username="liangyi").exists()
    assert act(admin, asked, "carry_out").status_code == 409, "nobody has agreed"
    assert act(admin, asked, "confirm").status_code == 403, "not by who asked"
    for page in (admin.get(WAITING), second.get(WAITING)):
        assert "梁一" in page.content.decode()
    assert act(second, asked, "confirm").status_code == 302
    assert act(second, asked, "carry_out").status_code == 403, "compliance makes no accounts"
    assert act(factories.browser_of(Role.ADMINISTRATOR), asked, "carry_out").status_code == 403, "the password is for who asked"
    password = act(admin, asked, "carry_out").context["password"]
    staff = StaffMember.objects.get(user__username="liangyi")
    assert staff.roles == ["approver"]
    newcomer = Client()
    assert newcomer.post("/console/login/", {"login": "liangyi", "password": password}).status_code == 302
    assert act(admin, asked, "carry_out").status_code == 409, "once"
    kinds = [event.type for event in events("staff", staff.id)]
    assert kinds == ["staff.created", "account.request_done", "account.logged_in"]


def test_more_power_waits_and_less_does_not(admin, second):
    person = factories.staff(Role.CLERK)
    path = reverse("console:user", args=[person.pk])
    assert admin.post(path, {"roles": ["clerk", "approver"], "underwriting_level": "0"})["Location"] == WAITING
    person.refresh_from_db()
    assert person.roles == ["clerk"]
    assert act(second, AccountRequest.objects.get(), "confirm").status_code == 302
    person.refresh_from_db()
    assert person.roles == ["approver", "clerk"]
    branch = Branch.objects.get(insurer=person.insurer)
    assert admin.post(path, {"roles": ["approver"], "underwriting_level": "0", "place_approver": branch.pk})["Location"] == WAITING
    assert admin.post(path, {"roles": ["clerk"], "underwriting_level": "0"})["Location"] == path
    person.refresh_from_db()
    assert person.roles == ["clerk"]


def test_what_excludes_each_other_is_refused_before_anybody_is_asked(admin):
    person = factories.staff(Role.CUSTODIAN)
    path = reverse("console:user", args=[person.pk])
    answer = admin.post(path, {"roles": ["custodian", "approver"], "underwriting_level": "0"})
    assert (answer.status_code, "保管印章的人不能批准用印" in answer.content.decode()) == (422, True)
    assert admin.post("/console/users/new/", {**NEW, "branch": admin.staff.branch_id, "username": person.user.username}).status_code == 422
    assert not AccountRequest.objects.exists()


def test_a_reset_waits_and_then_takes_everything_away(admin, second):
    person = factories.staff(Role.APPROVER)
    inside = factories.browser(person)
    assert inside.get("/a/").status_code == 200
    assert admin.post(reverse("console:user_reset", args=[person.pk]))["Location"] == WAITING
    assert inside.get("/a/").status_code == 200, "nothing happened yet"
    asked = AccountRequest.objects.get()
    assert act(second, asked, "confirm").status_code == 302
    assert act(admin, asked, "carry_out").status_code == 200
    assert inside.get("/a/").status_code == 302
    assert not totp.is_enrolled(person.user)


def test_who_it_concerns_another_insurer_and_a_smaller_reach_do_not_agree(admin, second):
    admin.post(reverse("console:user_reset", args=[second.staff.pk]))
    asked = AccountRequest.objects.get()
    assert act(second, asked, "confirm").status_code == 403
    stranger = factories.browser_of(Role.COMPLIANCE, of=factories.insurer("other"))
    assert act(stranger, asked, "confirm").status_code == 404
    local = factories.browser_of(Role.COMPLIANCE)
    RoleBinding.objects.create(staff=local.staff, role="compliance", branch=local.staff.branch)
    assert act(local, asked, "confirm").status_code == 403, "her reach is a branch, the other's the company"
    wide = asked_for(admin, username="wide")
    assert act(local, wide, "confirm").status_code == 403


def test_a_request_is_turned_down_taken_back_or_runs_out(admin, second, monkeypatch):
    asked = asked_for(admin)
    assert act(second, asked, "reject").status_code == 302
    assert act(second, asked, "confirm").status_code == 409
    mine = asked_for(admin)
    act(second, mine, "confirm")
    assert act(admin, mine, "reject").status_code == 302
    assert act(admin, mine, "carry_out").status_code == 409
    late, now = asked_for(admin), clock.now()
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: now + timedelta(hours=73))
        with pytest.raises(AccountRequestGone):
            second_person.confirm(request_id=late.pk, by=second.staff, scope=scoping.Scope(second.staff.insurer))


def test_the_database_wants_two_people(admin):
    asked = asked_for(admin)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountRequest.objects.filter(pk=asked.pk).update(state="confirmed", decided_by=admin.staff, decided_at=clock.now())


def test_an_administrator_of_a_branch_gives_nothing_beyond_it(admin):
    head = admin.staff.branch
    below = Branch.objects.create(insurer=admin.staff.insurer, parent=head, code="PD", name="浦东", address="x")
    RoleBinding.objects.create(staff=admin.staff, role="administrator", branch=below)
    other, hers = factories.staff(Role.CLERK), factories.staff(Role.CLERK)
    StaffMember.objects.filter(pk=hers.pk).update(branch=below)
    assert admin.get(reverse("console:user", args=[other.pk])).status_code == 404
    path, form = reverse("console:user", args=[hers.pk]), {"roles": ["clerk"], "underwriting_level": "0", "place_clerk": below.pk}
    assert admin.post(path, form).status_code == 403, "her clerk works for the whole company"
    RoleBinding.objects.create(staff=hers, role="clerk", branch=below)
    assert admin.post(path, {**form, "place_clerk": ""}).status_code == 422
    assert admin.post(path, {**form, "place_clerk": head.pk}).status_code == 422
    assert admin.post(path, form).status_code == 302
    new = {**NEW, "roles": ["clerk"], "branch": head.pk}
    assert admin.post("/console/users/new/", new).status_code == 422
    assert admin.post("/console/users/new/", {**new, "branch": below.pk, "place_clerk": below.pk}).status_code == 200
    assert admin.post(reverse("console:branch_move", args=[head.pk]), {"parent": below.pk}).status_code == 404
    assert admin.post(reverse("console:passkeys_required"), {"required": "1"}).status_code == 403


def test_one_administrator_alone_demands_passkeys_but_does_not_end_the_demand(admin):
    insurer, second = admin.staff.insurer, factories.browser_of(Role.COMPLIANCE)
    path = reverse("console:passkeys_required")
    admin.post(path, {"required": "1"})
    insurer.refresh_from_db()
    assert insurer.passkeys_required
    for _time in range(2):
        assert admin.post(path, {"required": "0"}).status_code == 302
    asked = AccountRequest.objects.get(kind="passkeys", state="requested")
    confirm = reverse("console:account_request_confirm", args=[asked.pk])
    assert admin.post(confirm).status_code == 403
    stranger = factories.browser_of(Role.COMPLIANCE, of=factories.insurer("other"))
    assert stranger.post(confirm).status_code == 404
    insurer.refresh_from_db()
    assert insurer.passkeys_required
    assert "不再要求通行密钥" in second.get(WAITING).content.decode()
    assert second.post(confirm).status_code == 302
    insurer.refresh_from_db()
    assert not insurer.passkeys_required
    said = [event.public for event in events("system", insurer.pk) if event.type == "insurer.passkeys_required"]
    assert said[-1] == {"required": False, "by": str(admin.staff.pk), "second": str(second.staff.pk)}
    with pytest.raises(organising.OrganisationRefused):
        organising.require_passkeys(insurer=insurer, required=False, by=admin.staff, second=admin.staff)
