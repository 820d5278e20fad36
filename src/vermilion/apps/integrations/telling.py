"""From what happened to a policy to what its insurer's systems are told."""

from __future__ import annotations

import uuid
from typing import Any

from vermilion.apps.cases.models import Case
from vermilion.base.config import config

from .webhooks import publish

# Facts of ``policies.events`` that travel as they are: ours → theirs.
_CARRIED = {"version": "version", "endorsement": "endorsement_number", "reason": "reason", "channel": "channel"}


def policy_event(case: Case, type: str, facts: dict[str, Any]) -> None:
    """Publish one event of ``policies.events`` (registered in ``site/wiring.py``), in the transaction of the fact."""
    payload = {theirs: facts[ours] for ours, theirs in _CARRIED.items() if facts.get(ours) is not None}
    policy = getattr(case, "policy", None)
    if policy is not None:
        payload["policy_number"] = policy.number
        payload["policy_status"] = str(facts.get("status") or policy.status)
    payload["documents"] = _documents(case)
    # All but a failure happen once, or once an endorsement.
    subject = uuid.uuid4().hex if type == "policy.failed" else str(facts.get("endorsement") or "")
    publish(case=case, type=type, payload=payload, subject=subject)


def _documents(case: Case) -> list[dict[str, str]]:
    found = []
    for document in case.documents.filter(void=False).exclude(closed_at=None):
        last = document.revisions.order_by("-number").first()
        if last:
            url = f"{config().base_url}/v/{document.code}"
            found.append({"kind": document.kind, "code": document.code, "sha256": last.sha256, "url": url})
    return found
