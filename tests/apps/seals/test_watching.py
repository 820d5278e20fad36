"""Unusual uses are told once, to custodians and compliance, and stay open until somebody looked."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from tests import factories
from tests.web.console.test_seals import DIGEST, seal  # noqa: F401 - a fixture
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Role
from vermilion.apps.seals import errors, watching
from vermilion.apps.seals.models import SealAlert, SealGrant, SealPermission, SealUse
from vermilion.base import clock

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, 30, tzinfo=clock.SHANGHAI)


@pytest.fixture
def grant(seal):  # noqa: F811
    return make_grant(seal)


def make_grant(seal, daily_limit=10):  # noqa: F811
    people = [factories.staff(Role.CUSTODIAN), factories.staff(Role.COMPLIANCE), factories.staff(Role.APPROVER)]
    period = {"valid_from": NOON - timedelta(days=60), "valid_to": NOON + timedelta(days=60)}
    return SealGrant.objects.create(
        seal=seal, document_kinds=["policy"], daily_limit=daily_limit, state="active", requested_by=people[0], requested_at=NOON,
        first_approver=people[1], second_approver=people[2], first_proof={}, second_proof={}, **period,
    )  # fmt: skip


def use(grant, *moments):
    facts = {"template_digest": DIGEST, "data_digest": DIGEST, "shown_digest": DIGEST, "document_kind": "policy"}
    permissions = [
        SealPermission(kind="grant", seal=grant.seal, grant=grant, document=uuid.uuid4(), expires_at=NOON, **facts) for _ in moments
    ]
    SealPermission.objects.bulk_create(permissions)
    SealUse.objects.bulk_create(
        SealUse(permission=one, seal=grant.seal, grant=grant, state="intent", shown_digest=DIGEST, started_at=moment)
        for one, moment in zip(permissions, moments, strict=True)
    )


def kinds():
    return sorted(SealAlert.objects.values_list("kind", flat=True))


def test_eighty_per_cent_of_a_limit_is_told_once_a_day(grant):
    use(grant, *[NOON] * 7)
    assert watching.watch(NOON) == 0
    use(grant, NOON)
    assert watching.watch(NOON) == 1
    assert watching.watch(NOON + timedelta(minutes=1)) == 0
    alert = SealAlert.objects.get()
    assert (alert.kind, alert.count, alert.usual, alert.grant) == ("limit", 8, 10, grant)
    assert Notice.objects.filter(template="seal_alert").count() == 2, "custodian and compliance"
    use(grant, *[NOON + timedelta(days=1)] * 8)
    assert watching.watch(NOON + timedelta(days=1)) == 1


def test_a_use_at_night_is_told_once_a_night(grant):
    use(grant, NOON)
    night = NOON.replace(hour=3)
    assert watching.watch(night) == 0
    use(grant, night)
    assert watching.watch(night) == 1
    assert watching.watch(night + timedelta(hours=1)) == 0
    late = NOON.replace(hour=22)
    use(grant, late)
    assert watching.watch(late + timedelta(minutes=1)) == 1
    assert kinds() == ["hours", "hours"]


def test_three_times_the_usual_hour_is_a_burst_and_a_new_seal_has_no_usual_hour(seal):  # noqa: F811
    grant = make_grant(seal, daily_limit=10_000)
    use(grant, *[NOON] * 13)
    assert watching.watch(NOON + timedelta(minutes=1)) == 0, "nothing to compare with"
    hours = [NOON - timedelta(days=day, hours=hour) for day in range(1, 13) for hour in (0, 1)]
    use(grant, *[hour for hour in hours for _ in range(4)])
    assert watching.watch(NOON + timedelta(minutes=2)) == 1
    alert = SealAlert.objects.get()
    assert (alert.kind, alert.count, alert.usual) == ("burst", 13, 4)
    use(grant, *[NOON + timedelta(hours=1)] * 12)
    assert watching.watch(NOON + timedelta(hours=1, minutes=1)) == 0, "three times is not beyond three times"


def test_who_looked_and_what_she_found_stays(grant):
    use(grant, *[NOON] * 8)
    watching.watch(NOON)
    alert, compliance = SealAlert.objects.get(), factories.browser_of(Role.COMPLIANCE)
    with pytest.raises(errors.ListUnsuitable):
        watching.look(alert_id=alert.pk, by=compliance.staff, finding=" ")
    page = compliance.get("/console/seals/desk/").content.decode()
    assert "今日已用 8 次，限额 10 次" in page
    compliance.post(f"/console/seals/alerts/{alert.pk}/", {"finding": "促销日，正常"})
    page = compliance.get("/console/seals/desk/").content.decode()
    assert "促销日，正常" in page
    assert "今日已用 8 次" not in page
    watching.look(alert_id=alert.pk, by=factories.staff(Role.CUSTODIAN), finding="其他")
    alert.refresh_from_db()
    assert (alert.looked_by, alert.content) == (compliance.staff, {"finding": "促销日，正常"})
