"""/badge/<code>: whether this is a genuine salesperson today, in plain words; and reports of suspicion, without an account."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from PIL import Image

from tests import factories
from vermilion.apps.chronicle.queries import events
from vermilion.apps.conduct import reporting
from vermilion.apps.conduct.models import BadgeReport
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties import registering
from vermilion.apps.parties.errors import PortraitUnusable
from vermilion.apps.parties.models import Salesperson
from vermilion.base import clock

pytestmark = pytest.mark.django_db


def photo(size: tuple[int, int] = (600, 800), kind: str = "JPEG") -> bytes:
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    Image.new("RGB", size, (180, 150, 120)).save(target, kind, exif=exif)
    return target.getvalue()


@pytest.fixture
def seller() -> Salesperson:
    factories.product()
    return factories.salesperson()


def page(seller: Salesperson, what: str = "") -> object:
    return Client().get(f"/badge/{seller.badge_code}/{what}")


def test_a_genuine_one_shows_photo_branch_products_and_number(seller):
    registering.set_photo(seller=seller, photo=photo(), by=factories.staff("administrator"))
    shown = page(seller).content.decode()
    for told in ("今日有效", seller.name, seller.licence_no, seller.branch.name, "photo.webp"):
        assert told in shown
    assert seller.phone not in shown
    picture = page(seller, "photo.webp")
    assert picture["Content-Type"] == "image/webp"
    opened = Image.open(io.BytesIO(picture.content))
    assert max(opened.size) <= 640
    assert not opened.getexif()  # where and when it was taken is nobody's business
    assert b"CameraMaker" not in picture.content


@pytest.mark.parametrize(
    ("field", "days", "words"),
    [("valid_to", -1, "已过期"), ("valid_from", 1, "还没有生效"), ("active", None, "已停用")],
)
def test_today_it_is_not_valid_and_says_how(seller, field, days, words):
    registering.set_photo(seller=seller, photo=photo(), by=factories.staff("administrator"))
    Salesperson.objects.filter(pk=seller.pk).update(**{field: days is not None and clock.today() + timedelta(days=days)})
    shown = page(seller).content.decode()
    assert words in shown
    assert "今日有效" not in shown
    assert seller.name not in shown
    assert page(seller, "photo.webp").status_code == 404


def test_an_unknown_badge_gets_the_same_advice(seller):
    answer = Client().get("/badge/nobody/")
    assert answer.status_code == 404
    assert "没有这张工作证" in answer.content.decode()


@pytest.mark.parametrize("data", [b"", b"not a picture", photo((60, 60)), b"%PDF-1.7", photo()[:200]])
def test_what_is_no_photo_changes_nothing(seller, data):
    with pytest.raises(PortraitUnusable):
        registering.set_photo(seller=seller, photo=data, by=factories.staff("administrator"))
    seller.refresh_from_db()
    assert seller.photo_key == ""


def tell(code: str, text: str = "要我转账到个人账户", **more: str) -> object:
    return Client().post(f"/badge/{code}/report/", {"text": text, "contact": "", **more}, REMOTE_ADDR=more.pop("ip", "10.0.0.1"))


def test_a_report_lands_at_compliance_with_notice_and_on_record(seller):
    desk = factories.staff("compliance")
    assert tell(seller.badge_code, contact="13800138000").status_code == 200
    made = BadgeReport.objects.get()
    assert (made.salesperson, made.badge_state, made.content["contact"]) == (seller, "valid", "13800138000")
    assert Notice.objects.get(template="badge_reported").content["to"] == desk.phone
    assert "badge.reported" in [event.type for event in events("staff", seller.pk)]
    assert tell("nobody").status_code == 200  # of a forged badge too
    assert BadgeReport.objects.filter(salesperson=None).get().badge_state == "unknown"


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_an_empty_or_endless_report_is_refused(seller, text):
    assert tell(seller.badge_code, text).status_code == 422
    assert not BadgeReport.objects.exists()


def test_one_address_reports_five_times_an_hour(seller):
    answers = [tell(seller.badge_code).status_code for _time in range(7)]
    assert answers == [200] * 5 + [429] * 2


def test_a_flood_from_everywhere_is_bounded_and_rings_once(seller, monkeypatch):
    monkeypatch.setattr(reporting, "MOST_A_DAY", 4)
    factories.staff("compliance")
    answers = [tell(seller.badge_code, ip=f"10.0.1.{time}").status_code for time in range(8)]
    assert answers == [200] * 4 + [429] * 4
    assert BadgeReport.objects.count() == 4
    assert Notice.objects.filter(template="badge_reported").count() == 1
    assert tell(factories.salesperson().badge_code, ip="10.0.2.1").status_code == 200  # another badge is heard
