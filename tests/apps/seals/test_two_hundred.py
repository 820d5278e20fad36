"""A list as long as a list may be: 200 documents approved by one passkey, sealed in one go, stopped in the middle, gone on with."""

from __future__ import annotations

from collections import Counter

import pytest
from django.urls import reverse

from tests import factories
from tests.apps.seals.requesting import decide, make_request, sheet
from tests.passkeys import phone_of
from vermilion.apps.parties.models import PasskeyChallenge, Role
from vermilion.apps.seals import errors, services, signing
from vermilion.apps.seals.models import SealPermission, SealRequest, SealUse
from vermilion.apps.seals.requests import sealing
from vermilion.apps.seals.requests.making import Incoming
from vermilion.web.staff import totp

COUNT = 200
STOPPED_AFTER = 101  # amid the keeper's seventh group of the list, and amid the fourth job
SIGNED_FOR_NOBODY = -STOPPED_AFTER % signing.GROUP


class Killed(BaseException):
    """What no code of the product catches, as when the process is killed."""


def sheets(count):
    return [Incoming(f"通知 {number}", sheet(number)) for number in range(1, count + 1)]


def uses(request):
    return Counter(SealUse.objects.filter(permission__request=request).values_list("state", flat=True))


def seal_until_killed(request, monkeypatch):
    """Run job after job, until the process dies before it has kept the document after ``STOPPED_AFTER``."""
    with monkeypatch.context() as patch:
        keep, kept = services.mark_stored, []

        def die(**facts):
            if len(kept) == STOPPED_AFTER:
                raise Killed
            kept.append(keep(**facts))

        patch.setattr(services, "mark_stored", die)
        with pytest.raises(Killed):
            for _job in range(COUNT):
                sealing.run(request_id=request.id)


def test_two_hundred_are_approved_by_one_passkey_stopped_midway_and_each_sealed_once(register, monkeypatch):
    clerk, approver = register.staff[0], register.staff[1]
    clerk.roles = [Role.CLERK]
    clerk.save()
    totp.enrol(clerk.user)
    with pytest.raises(errors.ListUnsuitable):
        make_request(register.seal, clerk, files=sheets(COUNT + 1))
    asked = make_request(register.seal, clerk, files=sheets(COUNT))
    decide(asked, approver, phone_of(approver.user))
    assert PasskeyChallenge.objects.filter(purpose="approval", outcome="verified").count() == 1
    assert SealPermission.objects.filter(request=asked).values("shown_digest").distinct().count() == COUNT
    browser = factories.browser(clerk)

    def progress():
        page = browser.get(reverse("console:seal_request_progress", args=[asked.id])).content.decode()
        assert ('hx-trigger="every 2s"' in page) == (SealRequest.objects.get(pk=asked.pk).state == "approved")
        return page

    assert "已用印 0 份，失败 0 份，待用印 200 份，共 200 份" in progress()
    seal_until_killed(asked, monkeypatch)
    assert "已用印 101 份，失败 0 份，待用印 99 份，共 200 份" in progress()
    assert uses(asked) == {"stored": STOPPED_AFTER, "signed": SIGNED_FOR_NOBODY}
    done = dict(asked.items.filter(state="sealed").values_list("pk", "sealed_digest"))
    for _job in range(4):
        sealing.run(request_id=asked.id)
    assert "已用印 200 份，失败 0 份，待用印 0 份，共 200 份" in progress()
    asked.refresh_from_db()
    assert (asked.state, asked.trouble) == ("done", "")
    assert uses(asked) == {"stored": COUNT, "abandoned": SIGNED_FOR_NOBODY}
    stored = SealUse.objects.filter(permission__request=asked, state="stored")
    assert stored.values("permission").distinct().count() == COUNT, "none is sealed twice"
    assert set(stored.values_list("permission__document", "revision_digest")) == set(asked.items.values_list("pk", "sealed_digest"))
    assert dict(asked.items.filter(pk__in=done).values_list("pk", "sealed_digest")) == done, "what was sealed stays as it was"
