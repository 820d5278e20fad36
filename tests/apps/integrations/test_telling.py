"""What happened to a policy reaches its insurer's systems with everything they match it by."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from tests.apps import making
from vermilion.apps.cases.models import Case, Revision
from vermilion.apps.integrations.models import WebhookEvent
from vermilion.apps.policies import events
from vermilion.apps.policies.models import Policy
from vermilion.base import clock


@pytest.fixture
def policy(case: Case) -> Policy:
    moment = clock.now()
    return Policy.objects.create(
        case=case,
        insurer=case.insurer,
        number="沪A/2026-000001",
        status="in_force",
        cover_from=moment,
        concluded_on=clock.today(),
        created_at=moment,
    )


@pytest.fixture
def closed(case: Case) -> Revision:
    document, _shown = making.make_document(case)
    data = b"%PDF-1.7 sealed"
    key = making.documents.store_bytes(case, document.id, data)
    return making.documents.add_revision(document=document, kind="sealed", data=data, blob_key=key, closes=True)


def tell(case: Case, type: str, **facts: Any) -> dict[str, Any]:
    with transaction.atomic():
        events.tell(case, type, facts)
    return dict(WebhookEvent.objects.order_by("-created_at")[0].payload)


def test_a_sealed_policy_names_its_documents(case: Case, policy: Policy, closed: Revision) -> None:
    making.make_document(case, b"%PDF-1.7 still open", subject="2")
    told = tell(case, "policy.sealed", sha256=closed.sha256, document=closed.document.code)
    assert told["type"] == "policy.sealed"
    assert told["data"]["policy_number"] == "沪A/2026-000001"
    assert told["data"]["policy_status"] == "in_force"
    (document,) = told["data"]["documents"]
    assert document["sha256"] == closed.sha256
    assert document["url"].endswith(f"/v/{closed.document.code}")


def test_each_endorsement_is_told_and_repeats_are_not(case: Case, policy: Policy) -> None:
    first = tell(case, "policy.endorsed", endorsement="P1-E1", version=2, status="in_force")
    assert (first["data"]["endorsement_number"], first["data"]["version"]) == ("P1-E1", 2)
    assert tell(case, "policy.endorsed", endorsement="P1-E1", version=2, status="in_force") == first
    assert tell(case, "policy.endorsed", endorsement="P1-E2", version=3, status="in_force")["id"] != first["id"]


def test_every_failure_is_told(case: Case) -> None:
    first = tell(case, "policy.failed", reason="difference_found")
    assert first["data"]["reason"] == "difference_found"
    assert "policy_number" not in first["data"]
    assert tell(case, "policy.failed", reason="difference_found")["id"] != first["id"]


@pytest.mark.parametrize("type", ["policy.delivered", "policy.acknowledged", "policy.ended"])
def test_the_other_types_are_told_once(case: Case, policy: Policy, type: str) -> None:
    assert tell(case, type, channel="sms")["id"] == tell(case, type, channel="mail")["id"]
