"""Going on with a case on another device, and two devices at the same document."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.web.customer import Customer, code_to
from vermilion.apps.chronicle.queries import events
from vermilion.apps.signing.models import AccessLink
from vermilion.base import clock

pytestmark = pytest.mark.django_db(transaction=True)


def offered(customer: Customer) -> str:
    """Return the address that the customer's QR code holds."""
    page = customer.client.post(customer.url("resume/"))
    assert page["Cache-Control"] == "no-store"
    return str(re.search(r"/s/[\w-]{43}/", page.content.decode()).group(0))  # type: ignore[union-attr]


def types(customer: Customer) -> list[str]:
    return [event.type for event in events("case", customer.case.id)]


def test_the_code_opens_once_and_after_the_phone(named: Customer) -> None:
    address = offered(named)
    assert named.get("resume/state/").status_code == 204
    tablet, thief = Client(), Client()
    assert tablet.get(address).status_code == 200  # a look-ahead of a chat program uses nothing up
    assert tablet.post(address)["Location"] == "/s/phone/"
    assert tablet.get(named.url()).status_code == 404
    # The first device is told at once, before anything is shown elsewhere.
    told = named.get("resume/state/").content.decode()
    assert "另一台设备已在" in told
    second = thief.post(address)
    assert second.status_code == 409
    assert "已经用过一次" in second.content.decode()
    tablet.post("/s/phone/", {"send": "1"})
    tablet.post("/s/phone/", {"code": code_to(named.phone)})
    assert tablet.get(named.url()).status_code == 200
    assert {"ceremony.handed_on", "ceremony.moved", "link.used_again"} <= set(types(named))


def test_a_code_lives_minutes_and_a_new_one_ends_the_old(named: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = offered(named), offered(named)
    assert Client().post(old).status_code == 404
    later = clock.now() + timedelta(minutes=6)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        late = Client().post(new)
        assert late.status_code == 410
        assert "重新生成" in late.content.decode()
        assert "二维码已经失效" in named.get("resume/state/").content.decode()
    assert AccessLink.objects.filter(purpose="resume", used_at=None).count() == 2


def test_not_me_ends_the_code(named: Customer) -> None:
    address = offered(named)
    named.client.post(named.url("not-me/"))
    assert Client().post(address).status_code == 404


def test_the_page_with_the_token_is_kept_nowhere(named: Customer) -> None:
    offered(named)
    assert not named.case.page_versions.filter(page__startswith="resume").exists()


def test_a_stranger_gets_no_code(named: Customer) -> None:
    assert Client().post(named.url("resume/")).status_code == 404
    assert Client().get(named.url("resume/state/")).status_code == 404
