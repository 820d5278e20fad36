"""Use cases of underwriting.

``conclude_by_rule`` runs in the transaction in which the last signer signed. What the rules refer, a person decides at the desk, within the
limit of his authority. Changed terms are a document that the customer signs again; a refusal or a postponement sends a notice with reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.products import rating
from vermilion.apps.products import underwriting as product_rules
from vermilion.apps.signing import links
from vermilion.apps.signing.applying import named_applicant
from vermilion.apps.templates.services import check_characters
from vermilion.base import clock, jobs

from .errors import AuthorityExceeded, NothingAsked, OfferInWork, TermsIncomplete
from .models import Conclusion, InformationRequest, UnderwritingDecision

# Our conclusions in the words of the product definition's authority table.
PRODUCT_WORDS: dict[str, Any] = {
    Conclusion.ACCEPT: "accept",
    Conclusion.MODIFY: "modified_terms",
    Conclusion.POSTPONE: "postpone",
    Conclusion.DECLINE: "decline",
}

# What a person may conclude; asking for more is a use case of its own.
BY_PERSON = (*PRODUCT_WORDS, Conclusion.ESCALATE)
LARGEST_LOADING = 3000  # thousandths of the standard premium

_accepted: list[Callable[[Case, int], None]] = []


def on_accepted(handler: Callable[[Case, int], None]) -> None:
    """Register ``handler(case, premium in fen)``, called in the transaction that accepts the risk (site/wiring.py)."""
    _accepted.append(handler)


def conclude_by_rule(case: Case) -> UnderwritingDecision:
    """Let the product's rules judge a case that has just come to UNDERWRITING; what they refer stays in the desk's queue."""
    row = cases.application(case)
    outcome = product_rules.underwrite(case.product.definition, row.data, today=clock.today())
    automatic = {"accept": Conclusion.ACCEPT, "postpone": Conclusion.POSTPONE, "decline": Conclusion.DECLINE}
    conclusion = automatic.get(outcome.conclusion, Conclusion.REFER)
    decision = _record(
        case,
        conclusion=conclusion,
        staff=None,
        authority_needed=outcome.authority or 0,
        terms={"reason": "；".join(hit.reason.zh for hit in outcome.hits), **outcome.as_data()},
    )
    if conclusion == Conclusion.ACCEPT:
        _accept(case, cases.premium_of(row), actor="rule")
    elif conclusion in (Conclusion.POSTPONE, Conclusion.DECLINE):
        _close(case, decision)
    return decision


def decide(
    *,
    case_id: UUID,
    staff: StaffMember,
    conclusion: str,
    reason: str,
    loading_per_mille: int = 0,
    exclusions: list[str] | None = None,
    postponed_until: date | None = None,
) -> UnderwritingDecision:
    """Record a person's conclusion. Raises AuthorityExceeded above the limit, TermsIncomplete when something is missing or out of range,
    OfferInWork when other terms are on their way to the customer.

    ``loading_per_mille`` is the extra premium in thousandths of the standard one. MODIFY starts a notice that the customer signs.
    """
    reason, exclusions = reason.strip(), [text.strip() for text in exclusions or [] if text.strip()]
    if missing := _missing(conclusion, reason, loading_per_mille, exclusions, postponed_until):
        raise TermsIncomplete(fields={missing: TermsIncomplete.hint})
    check_characters({"reason": reason, "exclusions": exclusions})  # they are printed on the notice
    if conclusion != Conclusion.MODIFY:
        loading_per_mille, exclusions = 0, []
    with transaction.atomic():
        case = _at_the_desk(case_id)
        row = cases.application(case)
        definition, sum_insured = case.product.definition, int(row.data["plan"]["sum_insured"])
        wording = PRODUCT_WORDS.get(conclusion)
        if wording and not product_rules.may_conclude(
            definition, level=staff.underwriting_level, sum_insured=sum_insured, conclusion=wording
        ):
            raise AuthorityExceeded()
        needed = product_rules.needed_authority(definition, sum_insured, wording or "accept").level
        premium_after = _premium(case, loading_per_mille) if conclusion == Conclusion.MODIFY else None
        decision = _record(
            case,
            conclusion=conclusion,
            staff=staff,
            authority_needed=needed,
            premium_after=premium_after,
            valid_until=_valid_until(case, conclusion, postponed_until),
            terms={"reason": reason, "loading_per_mille": loading_per_mille, "exclusions": exclusions},
        )
        if conclusion == Conclusion.ACCEPT:
            _accept(case, cases.premium_of(row), actor=Role.UNDERWRITER)
        elif conclusion == Conclusion.MODIFY:
            from .tasks import present_offer_job

            jobs.enqueue(present_offer_job, lock=f"case:{case.id}", decision_id=str(decision.id))
        elif conclusion in (Conclusion.POSTPONE, Conclusion.DECLINE):
            _close(case, decision)
        elif conclusion == Conclusion.ESCALATE:
            cases.clear_block(case_id=case.id)
    return decision


def ask_for_more(*, case_id: UUID, staff: StaffMember, question: str) -> InformationRequest:
    """Ask the policyholder for more; the case waits, with the product's time limit. Raises TermsIncomplete, OfferInWork."""
    if not question.strip():
        raise TermsIncomplete(fields={"question": TermsIncomplete.hint})
    with transaction.atomic():
        case = _at_the_desk(case_id)
        cases.advance(
            case,
            "information.requested",
            actor=Role.UNDERWRITER,
            why={"question": question},
            deadline=cases.days(case.product.definition.times.offer_days),
        )
        asked = InformationRequest.objects.create(case=case, staff=staff, content={"question": question.strip()}, asked_at=clock.now())
        links.send_link(
            case=case, party=named_applicant(case), purpose="inform", template="information_requested", deadline=links.day(case.deadline_at)
        )
    return asked


def give_information(*, case_id: UUID, answer: str) -> InformationRequest:
    """The policyholder answers; the case goes back to the desk."""
    if not answer.strip():
        raise TermsIncomplete(fields={"answer": TermsIncomplete.hint})
    with transaction.atomic():
        case = cases.lock(case_id)
        if case.state != State.INFORMATION_REQUESTED:
            raise NothingAsked()
        asked = case.information_requests.filter(answered_at=None).order_by("-asked_at").first()
        if asked is None:
            raise NothingAsked()
        asked.content = {**asked.content, "answer": answer.strip()[:4000]}
        asked.answered_at = clock.now()
        asked.save()
        cases.advance(case, "information.given", actor="policyholder", why={"answer": answer.strip()[:4000]})
    return asked


def terms_signed(case: Case, document: Document) -> None:
    """The customer signed the changed terms: go on to payment with the new premium. Called by signing, case locked."""
    decision = case.underwriting_decisions.get(pk=document.subject)
    cases.advance(case, "terms.signed", actor="policyholder", deadline=_payment_deadline(case))
    _call_accepted(case, decision.new_premium)


def latest(case: Case) -> UnderwritingDecision | None:
    """Return the conclusion that counts."""
    return case.underwriting_decisions.order_by("-decided_at").first()


def agreed_terms(case: Case) -> UnderwritingDecision | None:
    """Return the modified terms that the customer signed, if any."""
    made = case.underwriting_decisions.filter(conclusion=Conclusion.MODIFY, application_version=cases.application_version(case))
    modified = made.order_by("-decided_at").first()
    # Before there was a consent of its own, the notice itself was signed.
    papers = case.documents.filter(kind__in=("terms_consent", "underwriting_notice"), closed_at__isnull=False, signing_tasks__isnull=False)
    signed = modified and papers.filter(subject=str(modified.id)).exists()
    return modified if signed else None


def offer_in_work(case: Case) -> bool:
    """Tell whether changed terms were concluded whose notice is still being made. One that can't be made may be replaced."""
    newest = latest(case)
    if newest is None or newest.conclusion != Conclusion.MODIFY or case.state != State.UNDERWRITING or case.blocked_by:
        return False
    return newest.application_version == cases.application_version(case)


def _at_the_desk(case_id: UUID) -> Case:
    case = cases.lock(case_id)
    if case.state != State.UNDERWRITING:
        raise cases.TransitionRefused()
    if offer_in_work(case):
        raise OfferInWork()
    return case


def _missing(conclusion: str, reason: str, loading: int, exclusions: list[str], until: date | None) -> str:
    """Return the name of what a conclusion lacks or has wrong, or an empty text."""
    if conclusion not in BY_PERSON:
        return "conclusion"
    if not reason:
        return "reason"
    if conclusion == Conclusion.MODIFY and (not 0 <= loading <= LARGEST_LOADING or not (loading or exclusions)):
        return "loading_per_mille"
    if conclusion == Conclusion.POSTPONE and (until is None or until <= clock.today()):
        return "postponed_until"
    return ""


def _premium(case: Case, loading_per_mille: int) -> int:
    """Return the first payment with the loading, rounded as the policy's table rounds it; ages count on the day of the confirmation."""
    row = cases.application(case)
    presented = (row.presented_at or clock.now()).astimezone(clock.SHANGHAI).date()
    return rating.quote(case.product.definition, row.data, today=presented, loading_per_mille=loading_per_mille).premium


def _accept(case: Case, premium: int, *, actor: str) -> None:
    cases.advance(case, "application.accepted", actor=actor, deadline=_payment_deadline(case))
    _call_accepted(case, premium)


def _call_accepted(case: Case, premium: int) -> None:
    for handler in _accepted:
        handler(case, premium)


def _close(case: Case, decision: UnderwritingDecision) -> None:
    event = "application.postponed" if decision.conclusion == Conclusion.POSTPONE else "application.declined"
    cases.advance(case, event, actor=Role.UNDERWRITER if decision.staff_id else "rule", why={"reason": decision.terms["reason"]})
    from .tasks import send_decision_notice_job

    jobs.enqueue(send_decision_notice_job, lock=f"case:{case.id}", decision_id=str(decision.id))


def _record(
    case: Case, *, conclusion: str, staff: StaffMember | None, authority_needed: int, terms: dict[str, Any], **more: Any
) -> UnderwritingDecision:
    decision = UnderwritingDecision.objects.create(
        case=case,
        application_version=cases.application_version(case),
        conclusion=conclusion,
        staff=staff,
        authority_needed=authority_needed,
        terms=terms,
        decided_at=clock.now(),
        **more,
    )
    record(
        stream="case",
        stream_id=case.id,
        type="underwriting.concluded",
        public={"conclusion": str(conclusion), "by": "staff" if staff else "rule", "decision": str(decision.id)},
        private={"staff": staff.name if staff else None, "terms": terms, "premium_after": more.get("premium_after")},
    )
    return decision


def _valid_until(case: Case, conclusion: str, postponed_until: date | None) -> date | None:
    if conclusion == Conclusion.POSTPONE:
        return postponed_until
    if conclusion == Conclusion.MODIFY:
        return clock.today() + timedelta(days=case.product.definition.times.offer_days)
    return None


def _payment_deadline(case: Case) -> Any:
    return clock.now() + timedelta(hours=case.product.definition.times.payment_hours)


def application_signed(case: Case, _document: Any) -> None:
    """Everybody signed the confirmation: underwriting begins, by rule first. Called by signing, case locked."""
    cases.advance(case, "application.signed", actor="policyholder")
    conclude_by_rule(case)


def terms_refused(case: Case, task: Any) -> None:
    """A signer refused the changed terms: the application ends. Called by signing, case locked."""
    cases.advance(case, "terms.refused", actor=task.party.role, why={"reason": task.refusal})
