"""The use cases of signing, by subject: tasks, reading, proofs of the will, taking a signature or a refusal, writing it into the file.

Taking and writing are two steps. ``accept_signature`` commits everything the signer gave; ``apply_signature`` (a job) makes the event
certificate and the signed revision.
"""

from __future__ import annotations

from .accepting import accept_signature
from .asking import ask_passkey, send_passkey_code, send_willingness_code, start_willingness_face, wording
from .opening import case_closed, case_reopened, open_tasks, void_tasks
from .reading import elsewhere, mark_read, note_outdated, open_ceremony
from .refusing import on_refused, refuse
from .writing import apply_signature, on_completed

__all__ = [
    "accept_signature",
    "apply_signature",
    "ask_passkey",
    "case_closed",
    "case_reopened",
    "elsewhere",
    "mark_read",
    "note_outdated",
    "on_completed",
    "on_refused",
    "open_ceremony",
    "open_tasks",
    "refuse",
    "send_passkey_code",
    "send_willingness_code",
    "start_willingness_face",
    "void_tasks",
    "wording",
]
