"""What nobody can use any more goes by itself, with the rights that workers have, and nothing else goes with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from oauth2_provider.models import get_access_token_model
from procrastinate.contrib.django import app

from tests.apps import making
from vermilion.apps.identity import codes
from vermilion.apps.identity import tasks as identity_tasks
from vermilion.apps.identity.models import OneTimeCode, Willingness
from vermilion.apps.integrations import services as integrations
from vermilion.apps.integrations import tasks as integrations_tasks
from vermilion.apps.integrations.models import IdempotencyRecord
from vermilion.base import clock, instance, jobs
from vermilion.web import limits, tasks
from vermilion.web.models import RateCounter

pytestmark = pytest.mark.django_db
MINUTE = "* * * * *"
WHEN = {
    tasks.forget_counts: MINUTE,
    tasks.forget_sessions: jobs.NIGHT,
    identity_tasks.forget_old_codes: jobs.NIGHT,
    integrations_tasks.forget_old: jobs.NIGHT,
}


def test_workers_run_them_by_the_clock():
    app.perform_import_paths()
    planned = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    for task, cron in WHEN.items():
        assert planned[task.name] == cron, task.name
    assert planned["vermilion.base.tasks.clean_up"] == planned["vermilion.base.tasks.forget_old_failures"] == jobs.NIGHT


@pytest.fixture
def moving(monkeypatch):
    return making.MovingClock(monkeypatch)


def test_counts_and_sessions_go_when_their_time_is_over(moving, client, as_role):
    as_role("app")
    limit = limits.Limit("test", 3, 60)
    limits.hit(limit, "a")
    moving.forward(seconds=30)
    limits.hit(limit, "b")
    session = client.session
    session["x"] = 1
    session.save()
    Session.objects.create(session_key="old", session_data="", expire_date=clock.now() - timedelta(days=1))
    moving.forward(seconds=40)
    tasks.forget_counts()
    tasks.forget_sessions()
    assert RateCounter.objects.count() == 1
    assert [row.session_key for row in Session.objects.all()] == [session.session_key]


def test_the_application_can_keep_and_clear_its_counts_and_its_cache(as_role):
    """The cache's table is made by a migration, past Django's models: its rights are easily forgotten."""
    as_role("app")
    limit = limits.Limit("test", 1, 60)
    limits.hit(limit, "a")
    with pytest.raises(limits.TooManyRequests):
        limits.hit(limit, "a")
    limits.clear(limit, "a")
    limits.hit(limit, "a")
    cache.set("key", "value", 60)
    assert cache.get("key") == "value"
    assert cache.add("number", 1)
    assert cache.incr("number") == 2
    cache.delete("key")
    assert cache.get("key") is None
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM web_cache")
        assert cursor.fetchone() == (0,)


def test_old_codes_go_and_those_of_a_signature_stay(moving, as_role):
    instance.decide(demo=True)
    case = making.make_case()
    party = making.make_party(case)
    document, shown = making.make_document(case)
    as_role("app")
    codes.send_code(purpose="phone", phone=making.PHONE, ip="127.0.0.1", case=case, party=party)
    signing = codes.send_code(purpose="willingness", phone=making.PHONE, ip="127.0.0.1", case=case, party=party, bound_digest=shown.sha256)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "BATCH", 1)
        Willingness.objects.create(
            case=case,
            party=party,
            signer_role="policyholder",
            document=document,
            shown_digest=shown.sha256,
            code=signing,
            details={},
            verified_at=clock.now(),
        )
        moving.forward(days=29)
        late = codes.send_code(purpose="my", phone=making.PHONE, ip="127.0.0.1")
        identity_tasks.forget_old_codes()
        assert OneTimeCode.objects.count() == 3
        moving.forward(days=2)
        identity_tasks.forget_old_codes()
    assert set(OneTimeCode.objects.values_list("pk", flat=True)) == {signing.pk, late.pk}


def test_answers_of_long_ago_and_expired_tokens_go(moving, as_role):
    case = making.make_case()
    made = integrations.create_client(insurer=case.insurer, branch=case.branch, name="核心系统", scopes=["policies:write"])
    as_role("app")
    for key in ("old", "new"):
        IdempotencyRecord.objects.create(
            client=made.client,
            key=key,
            method="POST",
            path="/",
            body_hash="0" * 64,
            state="done",
            status=201,
            response={"name": "李若晴"},
            started_at=clock.now(),
            created_at=clock.now(),
        )
        get_access_token_model().objects.create(
            application=made.client.application,
            token=f"token-{key}",
            token_checksum=key,
            expires=clock.now() + timedelta(days=40),
            scope="",
        )
        moving.forward(days=60)
    moving.forward(days=-29)
    integrations_tasks.forget_old()
    assert IdempotencyRecord.objects.get().key == "new"
    assert get_access_token_model().objects.get().expires > clock.now()
