"""The use cases of identity, by subject: codes, willingness, checks, visits for a face, reviews, the search for one's own policies."""

from __future__ import annotations

from .checks import Terms, check_identity, open_details
from .codes import check_code, seconds_to_resend, send_code
from .faces import ask_result, start_face, take_callback
from .persons import prove_person
from .reviewing import ask_review, give_opinion
from .willing import consume_willingness, verify_copied, verify_face, verify_passkey, verify_willingness

__all__ = [
    "Terms",
    "ask_result",
    "ask_review",
    "check_code",
    "check_identity",
    "consume_willingness",
    "give_opinion",
    "open_details",
    "prove_person",
    "seconds_to_resend",
    "send_code",
    "start_face",
    "take_callback",
    "verify_copied",
    "verify_face",
    "verify_passkey",
    "verify_willingness",
]
