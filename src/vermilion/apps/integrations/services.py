"""The use cases of integrations, by subject: clients, idempotent requests, webhooks."""

from __future__ import annotations

from .clients import NewClient, authenticate, create_client, set_active
from .idempotency import Answer, later_answer, run_idempotent
from .telling import policy_event
from .webhooks import add_endpoint, publish, remove_endpoint, resend, rotate_secret

__all__ = [
    "Answer",
    "NewClient",
    "add_endpoint",
    "authenticate",
    "create_client",
    "later_answer",
    "policy_event",
    "publish",
    "remove_endpoint",
    "resend",
    "rotate_secret",
    "run_idempotent",
    "set_active",
]
