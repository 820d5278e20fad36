"""The ways in which an approver may prove herself on a page: passkey, code by SMS, another device; and what she gave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from vermilion.apps.parties import passkeys
from vermilion.base.config import config
from vermilion.web import surroundings
from vermilion.web.staff.passkeys import visit_of
from vermilion.web.webauthn import posted_assertion, relying_party

from . import by_code


def ways(request: HttpRequest, subject: UUID, *, here: str) -> dict[str, Any]:
    """Return which ways are open for ``subject``; ``here``: the path of its page, also when a refused form is shown again."""
    staff, party = request.staff, relying_party(request)  # type: ignore[attr-defined]
    return {
        "by_passkey": party is not None and bool(passkeys.usable(request.user)),
        "passkeys": party is not None,
        "only_passkeys": staff.insurer.passkeys_required,
        "program": surroundings.program(request.headers.get("User-Agent", "")),
        "phone": staff.phone,
        "sms_sent": by_code.was_sent(request, subject),
        "here": here,
        "address": f"{party.origin if party else config().base_url}{here}",
    }


def answered(request: HttpRequest) -> dict[str, Any]:
    """Return who decides, on what was shown to her, and by which answer of her passkey. Raises PasskeyFailed."""
    challenge_id, answer = posted_assertion(request)
    return {**_decider(request), "challenge_id": challenge_id, "answer": answer, "visit": visit_of(request)}


def coded(request: HttpRequest) -> dict[str, Any]:
    """Return who approves what was shown to her, and by which code."""
    return {**_decider(request), "code_id": by_code.code_of(request), "value": request.POST["sms"]}


def _decider(request: HttpRequest) -> dict[str, Any]:
    return {"staff": request.staff, "shown_digest": request.POST.get("shown_digest", "")}  # type: ignore[attr-defined]
