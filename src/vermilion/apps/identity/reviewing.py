"""人工审核: two members of staff look at the papers of somebody whom no provider can prove. A pass needs both; either may refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from vermilion.apps.cases.models import CaseParty
from vermilion.apps.cases.services import lock
from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.parties.scoping import Scope
from vermilion.base import clock

from . import pictures, providers
from .assurance import USUAL
from .checks import USUAL_TERMS, Terms, begin, locked, note, settle, subject
from .errors import PaperRefused, ReviewDecided, ReviewSamePerson
from .models import CheckMethod, CheckResult, IdentityCheck, Picture, Review
from .queries import subject_hash

REVIEWERS = (Role.SERVICE_DESK, Role.CLERK, Role.COMPLIANCE)
#: Papers that nobody has judged for so long belong to somebody who gave up; they are not kept longer.
LASTS = timedelta(days=14)
#: Which papers a method needs.
PAPERS: dict[str, tuple[str, ...]] = {
    CheckMethod.MANUAL: (Picture.Kind.FRONT, Picture.Kind.BACK, Picture.Kind.FACE),
    CheckMethod.AUTHORISATION: (Picture.Kind.AUTHORITY,),
    CheckMethod.GUARDIAN: (Picture.Kind.FRONT, Picture.Kind.BACK, Picture.Kind.RELATION),
}
_decided: list[Callable[[IdentityCheck], None]] = []


def on_decided(handler: Callable[[IdentityCheck], None]) -> None:
    """Register ``handler(check)``, called in the transaction of the second opinion, case locked (site/wiring.py)."""
    _decided.append(handler)


def ask_review(
    *, party_id: UUID, method: str, papers: dict[str, bytes], ip: str, terms: Terms = USUAL_TERMS, instead_of: str = ""
) -> IdentityCheck:
    """Keep the papers and put them before the staff; what waited before is replaced. Raises PaperRefused, and the limits' errors.

    ``method``: what the papers show (``manual``, ``authorisation``, ``guardian``); ``instead_of``: whose place a manual review takes.
    """
    kinds = PAPERS[CheckMethod(method)]
    if any(not papers.get(kind) for kind in kinds):
        raise PaperRefused()
    with transaction.atomic():
        party = CaseParty.objects.get(pk=party_id)
        lock(party.case_id)
        party = CaseParty.objects.select_related("case").get(pk=party_id)
        for earlier in IdentityCheck.objects.filter(party=party, method=method, result=CheckResult.WAITING).select_related("case", "party"):
            settle(earlier, providers.Answer(CheckResult.UNAVAILABLE, "given_up"))
        check = begin(party, method, None, subject(party, method), ip=ip, terms=terms, instead_of=instead_of)
        for kind in kinds:
            pictures.keep(check, kind, papers[kind])
        check.result, check.waits_until = CheckResult.WAITING, clock.now() + LASTS
        check.save(update_fields=["result", "waits_until"])
        Review.objects.create(made_for=check)
        note(check, "identity.review_asked", instead_of=instead_of)
    return check


def waiting(scope: Scope) -> QuerySet[Review]:
    """Return the reviews that wait, oldest first, of what ``scope`` covers."""
    rows = Review.objects.filter(scope.q("made_for__case__"), made_for__result=CheckResult.WAITING)
    return rows.select_related("made_for__case__branch", "made_for__party", "first_by").order_by("made_for__started_at")


def open_papers(*, review_id: UUID, staff: StaffMember) -> dict[str, str]:
    """Return what the customer told about herself, for somebody who is to judge; the look is recorded."""
    with transaction.atomic():
        check = locked(review_id)
        note(check, "identity.viewed", private={"by": staff.name, "reason": "review"})
    return dict(check.details["request"])


def give_opinion(*, review_id: UUID, staff: StaffMember, passed: bool, reason: str) -> IdentityCheck:
    """Give the first or the second opinion. Raises ReviewDecided, ReviewSamePerson.

    The second agreeing one decides; a refusal by either decides too. ``reason``: what she saw, kept encrypted.
    """
    with transaction.atomic():
        check = locked(review_id)
        review = Review.objects.select_for_update(no_key=True).get(pk=review_id)
        if check.result != CheckResult.WAITING or check.party is None or check.subject_hash != subject_hash(check.party, check.method):
            raise ReviewDecided()
        if review.first_by_id == staff.pk:
            raise ReviewSamePerson()
        note(
            check,
            "identity.opinion",
            order=2 if review.first_by_id else 1,
            passed=passed,
            private={"by": staff.name, "reason": reason[:200]},
        )
        if not passed:
            review.refused_by = staff
            review.save(update_fields=["refused_by"])
            settle(check, providers.Answer(CheckResult.FAILED, "papers_refused"))
        elif review.first_by_id is None:
            review.first_by, review.first_at = staff, clock.now()
            review.save(update_fields=["first_by", "first_at"])
            return check
        else:
            review.second_by, review.second_at = staff, clock.now()
            review.save(update_fields=["second_by", "second_at"])
            settle(check, providers.Answer(CheckResult.PASSED, "", USUAL[check.method]))
        for handler in _decided:
            handler(check)
    return check
