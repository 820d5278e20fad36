"""Attempts are counted for all processes and forgotten in time."""

from datetime import datetime, timedelta, timezone

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from vermilion.base import clock
from vermilion.web import limits
from vermilion.web.models import RateCounter

pytestmark = pytest.mark.django_db
THREE = limits.Limit("test", 3, 60)
START = datetime(2026, 11, 22, 4, 0, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def _at_start(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: START)


def test_the_fourth_attempt_is_refused_with_the_time_to_wait(monkeypatch):
    for _attempt in range(3):
        limits.hit(THREE, "13800000000")
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(seconds=18))
    with pytest.raises(limits.TooManyRequests) as refusal:
        limits.hit(THREE, "13800000000")
    assert refusal.value.facts["retry_after"] == 42


def test_other_subjects_and_other_limits_count_apart():
    for _attempt in range(3):
        limits.hit(THREE, "13800000000")
    limits.hit(THREE, "13900000000")
    limits.hit(limits.Limit("other", 3, 60), "13800000000")


def test_time_and_success_forget(monkeypatch):
    for _attempt in range(3):
        limits.hit(THREE, "13800000000")
    limits.clear(THREE, "13800000000")
    for _attempt in range(3):
        limits.hit(THREE, "13800000000")
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(seconds=61))
    limits.hit(THREE, "13800000000")
    assert RateCounter.objects.get().count == 1
    assert limits.forget_expired() == 0
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(seconds=200))
    assert limits.forget_expired() == 1


def test_no_phone_number_is_stored():
    limits.hit(THREE, "13800000000")
    assert "13800000000" not in RateCounter.objects.get().key


def test_a_limited_view_counts_posts_by_address():
    view = limits.limited(limits.Limit("view", 1, 60))(lambda request: HttpResponse("ok"))
    factory = RequestFactory()
    for _attempt in range(3):
        assert view(factory.get("/")).status_code == 200
    assert view(factory.post("/")).status_code == 200
    with pytest.raises(limits.TooManyRequests):
        view(factory.post("/"))
    assert view(factory.post("/", REMOTE_ADDR="10.0.0.9")).status_code == 200


def test_the_client_cannot_choose_its_address(settings):
    request = RequestFactory().post("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.1.1.1, 2.2.2.2"})
    settings.SECURE_PROXY_SSL_HEADER = None
    assert limits.client_address(request) == "10.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert limits.client_address(request) == "2.2.2.2"
