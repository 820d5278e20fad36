"""Companies are checked before they seal; branches are a tree that is moved with record; roles hold in a branch and below."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests import factories
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties import delegating, organising, scoping, services
from vermilion.apps.parties.models import Branch, InsurerAuthentication, Role, StaffMember
from vermilion.apps.parties.organising import NotAuthenticated, OrganisationRefused
from vermilion.apps.parties.services import PersonRefused
from vermilion.apps.seals import services as seals
from vermilion.base import blobs, clock, vault

pytestmark = pytest.mark.django_db
PAPER = [("营业执照.pdf", b"%PDF licence")]


@pytest.fixture
def insurer(db):
    return factories.insurer()


@pytest.fixture
def administrator(insurer):
    return factories.staff(Role.ADMINISTRATOR)


def branch(insurer, code, parent, administrator):
    return organising.add_branch(insurer=insurer, parent=parent, code=code, name=f"机构{code}", address="x", by=administrator)


def test_a_company_is_authenticated_by_documents_that_are_kept(insurer):
    InsurerAuthentication.objects.all()._raw_delete("default")
    assert not organising.is_authenticated(insurer.pk)
    made = organising.authenticate(insurer=insurer, passed=True, by="王核", documents=PAPER, note="许可证 000001")
    assert organising.is_authenticated(insurer.pk)
    assert blobs.get(made.documents[0]["key"]) == b"%PDF licence"
    (event,) = events("system", insurer.pk)
    assert (event.public["result"], event.public["documents"]) == ("passed", [made.documents[0]["sha256"]])
    assert event.private["by"] == "王核"


def test_the_documents_of_an_attempt_that_came_to_nothing_are_filed_again(insurer):
    with pytest.raises(RuntimeError), transaction.atomic():
        organising.authenticate(insurer=insurer, passed=True, by="王核", documents=PAPER)
        raise RuntimeError("the process ends before the commit; the file is there, its key is not")
    vault.forget_keys()
    made = organising.authenticate(insurer=insurer, passed=True, by="王核", documents=PAPER)
    assert blobs.get(made.documents[0]["key"]) == b"%PDF licence"


def test_the_latest_check_counts_and_a_licence_runs_out(insurer, monkeypatch):
    organising.authenticate(insurer=insurer, passed=True, by="王核", documents=PAPER, valid_until=clock.today() + timedelta(days=1))
    assert organising.is_authenticated(insurer.pk)
    now = clock.now()
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: now + timedelta(days=2))
        assert not organising.is_authenticated(insurer.pk)
    organising.authenticate(insurer=insurer, passed=False, by="王核", documents=[])
    assert not organising.is_authenticated(insurer.pk)
    seal = seals.create_seal(
        insurer_id=insurer.pk, kind="policy", name="保单专用章", picture="<svg/>", valid_from=now, valid_to=now + timedelta(days=9)
    )
    with pytest.raises(NotAuthenticated):
        seals.activate_seal(seal_id=seal.pk)


def test_nobody_passes_without_a_name_a_document_or_a_valid_code(insurer):
    for changes in ({"by": " "}, {"documents": []}, {"documents": [("leer.pdf", b"")]}):
        with pytest.raises(OrganisationRefused):
            organising.authenticate(**{"insurer": insurer, "passed": True, "by": "王核", "documents": PAPER, **changes})
    insurer.uscc = insurer.uscc[:-1] + ("0" if insurer.uscc[-1] != "0" else "1")
    with pytest.raises(OrganisationRefused) as refusal:
        organising.authenticate(insurer=insurer, passed=True, by="王核", documents=PAPER)
    assert "uscc" in refusal.value.fields


def test_the_application_cannot_change_who_was_checked(insurer, as_role):
    as_role("app")
    for change in ({"result": "refused"}, {"checked_by": "别人"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            InsurerAuthentication.objects.update(**change)


def test_branches_move_with_record_and_never_into_a_ring(insurer, administrator):
    head = Branch.objects.get(insurer=insurer)
    east = branch(insurer, "E", head, administrator)
    port = branch(insurer, "P", east, administrator)
    assert [(depth, row.code) for depth, row in organising.tree(insurer)] == [(0, "SH"), (1, "E"), (2, "P")]
    for moved, parent in ((head, east), (head, port), (east, port), (east, east)):
        with pytest.raises(OrganisationRefused):
            organising.move_branch(branch=moved, parent=parent, by=administrator)
    with pytest.raises(DatabaseError), transaction.atomic():
        Branch.objects.filter(pk=head.pk).update(parent=port)
    foreign = Branch.objects.get(insurer=factories.insurer("other"))
    with pytest.raises(OrganisationRefused):
        organising.move_branch(branch=port, parent=foreign, by=administrator)
    with pytest.raises(DatabaseError), transaction.atomic():
        Branch.objects.filter(pk=port.pk).update(parent=foreign)
    organising.move_branch(branch=port, parent=head, by=administrator)
    (event,) = [event for event in events("system", insurer.pk) if event.type == "branch.moved"]
    assert (event.public["from"], event.public["to"], event.public["by"]) == ("E", "SH", str(administrator.pk))


def test_a_role_reaches_its_branch_and_what_is_below_and_follows_a_move(insurer, administrator):
    head = Branch.objects.get(insurer=insurer)
    east, west = branch(insurer, "E", head, administrator), branch(insurer, "W", head, administrator)
    port = branch(insurer, "P", east, administrator)
    person = services.create_staff(
        branch=east,
        username="east",
        password="correct horse 9 battery",
        name="东方",
        phone="13900000001",
        roles=["clerk", "approver"],
        places={"clerk": east},
        by=administrator,
    )
    clerk = scoping.scope_of(person, ["clerk"])
    assert (clerk.covers(port.pk), clerk.covers(west.pk), clerk.covers(None)) == (True, False, False)
    assert scoping.scope_of(person, ["approver", "clerk"]).branches is None, "another role of hers holds everywhere"
    assert scoping.scope_of(person, ["underwriter"]).branches == frozenset()
    assert not clerk.holds(scoping.Scope(insurer))
    organising.move_branch(branch=port, parent=west, by=administrator)
    person = StaffMember.objects.get(pk=person.pk)
    assert not scoping.scope_of(person, ["clerk"]).covers(port.pk)


def test_an_approvers_right_and_what_she_lends_end_at_her_branch(insurer, administrator):
    head = Branch.objects.get(insurer=insurer)
    east, west = branch(insurer, "E", head, administrator), branch(insurer, "W", head, administrator)
    approver, colleague = factories.staff(Role.APPROVER), factories.staff(Role.CLERK)
    services.set_staff(staff=approver, roles=["approver"], active=True, underwriting_level=0, by=administrator, places={"approver": east})
    approver = StaffMember.objects.get(pk=approver.pk)
    now = clock.now()
    delegating.delegate(
        giver=approver, receiver=colleague, authority="approver", valid_from=now, valid_to=now + timedelta(days=1), reason="出差"
    )
    for person in (approver, colleague):
        assert delegating.standing(person=person, role=Role.APPROVER, branch=east.pk)
        assert delegating.standing(person=person, role=Role.APPROVER, branch=west.pk) is None
    scope = scoping.scope_of(colleague, ["approver", "compliance"], lending=delegating.lenders(colleague))
    assert scope.branches == {east.pk}


@pytest.mark.parametrize(
    ("roles", "word"),
    [
        (["administrator", "clerk"], "管理员"),
        (["auditor", "compliance"], "审计"),
        (["operator", "custodian"], "运维"),
        (["custodian", "approver"], "印章保管人"),
    ],
)
def test_roles_that_exclude_each_other_are_refused_in_a_sentence_and_by_the_database(insurer, administrator, roles, word):
    person = factories.staff(Role.CLERK)
    with pytest.raises(PersonRefused) as refusal:
        services.set_staff(staff=person, roles=roles, active=True, underwriting_level=0, by=administrator)
    assert word in str(refusal.value.fields["roles"])
    if "approver" not in roles:
        with pytest.raises(DatabaseError), transaction.atomic():
            StaffMember.objects.filter(pk=person.pk).update(roles=roles)
