"""Lending an authority on one's own page, and both sides see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from vermilion.apps.parties.models import Delegation, Role
from vermilion.base import clock

pytestmark = pytest.mark.django_db
PAGE = "/console/account/delegations/"


def form(receiver, **changes):
    today = clock.today()
    facts = {
        "authority": "approver",
        "receiver": receiver.pk,
        "first": today,
        "last": today + timedelta(days=3),
        "reason": "出差",
        **changes,
    }
    return {name: str(value) for name, value in facts.items()}


def test_lent_seen_by_both_and_taken_back():
    giver, receiver = factories.browser_of(Role.APPROVER, name="梁以宁"), factories.browser_of(Role.CLERK, name="许知白")
    assert receiver.get("/a/").status_code == 403
    assert f'value="{clock.today().isoformat()}"' in giver.get(PAGE).content.decode(), "a date that browsers show"
    assert giver.post(PAGE, form(receiver.staff)).status_code == 302
    assert "委托给 许知白" in giver.get(PAGE).content.decode()
    assert "受 梁以宁 委托" in receiver.get(PAGE).content.decode()
    assert 'name="receiver"' not in receiver.get(PAGE).content.decode(), "who has nothing of her own lends nothing"
    assert receiver.get("/a/").status_code == 200
    assert 'href="/a/"' in receiver.get("/console/").content.decode()
    made = Delegation.objects.get()
    assert made.valid_to - made.valid_from == timedelta(days=4), "the last day counts"
    assert giver.post(reverse("delegation_withdraw", args=[made.pk])).status_code == 302
    assert receiver.get("/a/").status_code == 403
    assert giver.post(reverse("delegation_withdraw", args=[made.pk])).status_code == 409


def test_a_lent_approval_opens_its_pages_only_and_a_foreign_colleague_is_no_choice():
    giver, receiver = factories.browser_of(Role.APPROVER), factories.browser_of(Role.TEMPLATE_EDITOR)
    stranger, administrator = factories.staff(Role.CLERK, of=factories.insurer("other")), factories.staff(Role.ADMINISTRATOR)
    for person in (stranger, administrator):
        assert giver.post(PAGE, form(person)).status_code == 422
    assert giver.post(PAGE, form(receiver.staff, authority="custodian")).status_code == 422
    assert giver.post(PAGE, form(receiver.staff, last=clock.today() - timedelta(days=1))).status_code == 422
    assert not Delegation.objects.exists()
    giver.post(PAGE, form(receiver.staff))
    assert receiver.get("/a/").status_code == 200
    for path in ("/console/seals/", "/console/queue/all/"):
        assert receiver.get(path).status_code == 403
