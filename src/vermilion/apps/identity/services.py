"""The use cases of identity, by subject: one-time codes, willingness, identity checks, the search for one's own policies."""

from __future__ import annotations

from .checks import check_identity, open_details
from .codes import check_code, seconds_to_resend, send_code
from .persons import prove_person
from .willing import consume_willingness, verify_willingness

__all__ = [
    "check_code",
    "check_identity",
    "consume_willingness",
    "open_details",
    "prove_person",
    "seconds_to_resend",
    "send_code",
    "verify_willingness",
]
