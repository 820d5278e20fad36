"""API clients, idempotency, webhooks."""
