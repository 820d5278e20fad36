"""/metrics: figures for this machine, for a token, and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from tests.apps.making import make_case
from vermilion.base.config import Config
from vermilion.site import metrics

pytestmark = pytest.mark.django_db


def test_this_machine_sees_the_cases_by_state():
    case = make_case()
    answer = Client().get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'vermilion_cases{state="applying"} 1.0' in text
    assert case.number not in text


TOKEN = "k7QzR9mX" * 7


@pytest.mark.parametrize(("token", "given", "status"), [(None, "", 404), (TOKEN, "x", 404), (TOKEN, TOKEN, 200)])
@override_settings(ALLOWED_HOSTS=["*"])
def test_another_machine_needs_the_token(monkeypatch, token, given, status):
    monkeypatch.setattr(metrics, "config", lambda: Config(metrics_token=token))
    assert Client().get("/metrics", REMOTE_ADDR="192.0.2.7", headers={"Authorization": f"Bearer {given}"}).status_code == status


@override_settings(ALLOWED_HOSTS=["*"])
def test_behind_a_proxy_loopback_opens_nothing(monkeypatch):
    monkeypatch.setattr(metrics, "config", lambda: Config(trust_proxy=True))
    assert Client().get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404
