"""A leader approves on her phone exactly what she was shown."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories, snapshots
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.models import Role
from vermilion.apps.policies import servicing
from vermilion.apps.policies.models import Endorsement, EndorsementState, Policy
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(db):
    """A surrender that the customer signed, typeset and waiting for approval."""

    def prepare():
        case = factories.case_in(State.DELIVERED)
        policy = Policy.objects.get(case=case)
        made = servicing.end_policy(policy_id=policy.id, reason="客户要求", staff=factories.staff(Role.CLERK, name="沈佳禾"))
        document = factories.paper(case, "endorsement", title="批单", subject=str(made.id))
        made.state, made.document, made.shown_digest = EndorsementState.APPROVAL, document, document.revisions.get().sha256
        made.save()
        return made

    return snapshots.state("approval, a change waits", prepare)


@pytest.fixture
def approver(change):
    return factories.browser_of(Role.APPROVER, name="梁以宁")


def approve(browser, change, **fields):
    data = {"shown_digest": change.shown_digest, "code": totp.present_code(browser.staff.user), **fields}
    return browser.post(reverse("approval:approve", args=[change.id]), data)


def test_list_and_page_say_what_changes_who_asked_and_show_the_document(change, approver):
    assert reverse("approval:approval", args=[change.id]) in approver.get("/a/").content.decode()
    shown = approver.get(reverse("approval:approval", args=[change.id])).content.decode()
    for part in ("有效", "应退金额", "沈佳禾", "客户要求", change.content["text"], change.shown_digest):
        assert part in shown
    assert approver.get(reverse("approval:approval_picture", args=[change.id, 1])).content[:4] == b"RIFF"
    assert approver.get(reverse("approval:approval_picture", args=[change.id, 2])).status_code == 404


def test_approval_binds_the_shown_digest_and_says_how_she_was_proven(change, approver):
    assert approve(approver, change).status_code == 302
    change.refresh_from_db()
    assert (change.state, change.approved_by) == (EndorsementState.SEALING, approver.staff)
    (event,) = [event for event in events("case", change.policy.case_id) if event.type == "endorsement.approved"]
    assert (event.public["shown"], event.public["method"]) == (change.shown_digest, "password+totp")


@pytest.mark.parametrize("code", ["", "000000", "abc"])
def test_a_wrong_code_approves_nothing(change, approver, code):
    answer = approve(approver, change, code=code)
    assert answer.status_code == 422
    assert "动态验证码不正确" in answer.content.decode()
    change.refresh_from_db()
    assert change.state == EndorsementState.APPROVAL


def test_a_code_is_taken_once(change, approver):
    code = totp.present_code(approver.staff.user)
    totp.check_fresh_code(approver.staff.user, code)
    assert approve(approver, change, code=code).status_code == 422


def test_five_wrong_codes_end_the_tries(change, approver):
    for _try in range(5):
        approve(approver, change, code="000000")
    assert approve(approver, change).status_code == 429


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_another_document_than_the_shown_one_is_not_approved(change, approver, digest):
    assert approve(approver, change, shown_digest=digest).status_code == 409
    change.refresh_from_db()
    assert change.state == EndorsementState.APPROVAL


def test_who_asked_cannot_approve(change):
    clerk = change.requested_by
    clerk.roles = [Role.CLERK, Role.APPROVER]
    clerk.save()
    browser = factories.browser(clerk)
    browser.staff = clerk
    assert "须由另一位审批人处理" in browser.get(reverse("approval:approval", args=[change.id])).content.decode()
    assert approve(browser, change).status_code == 403
    assert browser.post(reverse("approval:refuse", args=[change.id]), {"reason": "x"}).status_code == 403
    change.refresh_from_db()
    assert change.state == EndorsementState.APPROVAL


def test_the_second_approver_is_told_and_her_code_is_not_used_up(change, approver):
    second = factories.browser_of(Role.APPROVER)
    approve(approver, change)
    code = totp.present_code(second.staff.user)
    assert approve(second, change, code=code).status_code == 409
    assert totp.check_fresh_code(second.staff.user, code)
    change.refresh_from_db()
    assert change.approved_by == approver.staff


def test_a_refusal_needs_a_reason_and_reaches_the_clerk(change, approver):
    path = reverse("approval:refuse", args=[change.id])
    assert approver.post(path, {"reason": " "}).status_code == 422
    assert approver.post(path, {"reason": "退款账户与投保人不符"}).status_code == 302
    change.refresh_from_db()
    assert change.state == EndorsementState.REFUSED
    shown = factories.browser_of(Role.CLERK).get(reverse("console:policy", args=[change.policy_id])).content.decode()
    assert "退款账户与投保人不符" in shown
    assert approver.post(path, {"reason": "x"}).status_code == 409


def test_the_link_of_the_message_leads_through_the_log_in_and_back(change):
    path = reverse("approval:approval", args=[change.id])
    assert Client().get(path)["Location"] == f"/console/login/?next={path}"


def test_another_insurers_change_does_not_exist(change):
    stranger = factories.browser_of(Role.APPROVER, of=factories.insurer("other"))
    assert str(change.id) not in stranger.get("/a/").content.decode()
    assert stranger.get(reverse("approval:approval", args=[change.id])).status_code == 404
    assert approve(stranger, change).status_code == 404
    assert Endorsement.objects.get().state == EndorsementState.APPROVAL
