"""How long answers to the insurer's systems are kept."""

from __future__ import annotations

from datetime import timedelta

from oauth2_provider.models import get_access_token_model

from vermilion.base import clock

from .models import IdempotencyRecord

# No system repeats a request after so long. A case ordered twice is refused for ever by its ``external_id`` and policy number.
KEEP_ANSWERS = timedelta(days=90)


def forget_old_answers() -> int:
    """Delete the answers to requests of long ago, which hold personal data; their keys are free again. Return how many."""
    deleted, _by_model = IdempotencyRecord.objects.filter(created_at__lt=clock.now() - KEEP_ANSWERS).delete()
    return deleted


def forget_expired_tokens() -> int:
    """Delete access tokens that no longer open anything; return how many."""
    deleted, _by_model = get_access_token_model().objects.filter(expires__lt=clock.now()).delete()
    return int(deleted)
