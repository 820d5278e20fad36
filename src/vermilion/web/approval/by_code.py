"""The code by SMS on an approver's pages: which one was sent for what stands in her session."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from vermilion.apps.identity.errors import CodeBoundElsewhere, CodeExhausted, CodeExpired, CodeUsed, CodeWrong
from vermilion.apps.identity.models import OneTimeCode
from vermilion.apps.seals.errors import ApprovalNotProven
from vermilion.base.errors import VermilionError

FAULTS = (CodeWrong, CodeExhausted, CodeExpired, CodeUsed, CodeBoundElsewhere, ApprovalNotProven)
"""What is said at the field, so that she may try again."""
_SENT = "approval.sms"
_NOBODY = UUID(int=0)


def words(error: VermilionError) -> str:
    """Return what is said at the field: what happened, and what to do."""
    return _("%(what)s%(hint)s") % {"what": error.message, "hint": error.hint}


def remember(request: HttpRequest, subject: UUID, code: OneTimeCode) -> None:
    """Keep which code was sent for ``subject``: an endorsement, a grant, a request."""
    request.session[_SENT] = {"about": str(subject), "code": str(code.pk)}


def was_sent(request: HttpRequest, subject: UUID) -> bool:
    """Tell whether a code was sent for it."""
    return bool(request.session.get(_SENT, {}).get("about") == str(subject))


def code_of(request: HttpRequest) -> UUID:
    """Return the code that was sent last; where none was, an id that no code has."""
    return UUID(request.session.get(_SENT, {}).get("code", str(_NOBODY)))


def forget(request: HttpRequest) -> None:
    """Drop it: it was used."""
    request.session.pop(_SENT, None)
