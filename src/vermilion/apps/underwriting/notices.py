"""The papers of underwriting: changed terms to sign again, and the notice of postponement or refusal with its reasons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.seals import sealing
from vermilion.apps.signing import links, papers
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.applying import named_applicant
from vermilion.apps.templates.data import contract, sale
from vermilion.apps.templates.services import typeset_document
from vermilion.base import clock
from vermilion.base.canonical import sha256

from .models import Conclusion, UnderwritingDecision

NOTICE, CONSENT, REFUSAL = "underwriting_notice", "terms_consent", "decision_notice"


def present_offer(*, decision_id: UUID) -> None:
    """Tell the changed terms and show a consent to sign that names the notice by digest; the case becomes OFFERED. Idempotent."""
    decision = _get(decision_id)
    case = decision.case
    if not _still_offered(case, decision):
        return
    row = cases.application(case)
    party = named_applicant(case)
    with transaction.atomic():
        notice = documents.open_document(case=case, kind=NOTICE, title=_("核保通知书"), subject=str(decision.id))
        consent = documents.open_document(case=case, kind=CONSENT, title=_("承保条件变更同意书"), subject=str(decision.id))
    # Who agreed to the contract agrees to its change: the policyholder, and an adult insured whose rights it touches (lifecycle.md §5).
    roles = [task.party.role for task in _confirmation(case).signing_tasks.select_related("party").order_by("position")]
    terms = contract.Terms(
        reason=decision.terms["reason"],
        premium_before=cases.premium_of(row),
        premium_after=decision.new_premium,
        loading_per_mille=decision.terms["loading_per_mille"],
        exclusions=decision.terms["exclusions"],
        valid_until=decision.valid_until or clock.today(),
    )
    told = papers.typeset(
        case,
        notice,
        contract.underwriting_notice(
            notice,
            row.data,
            terms,
            decided_on=decision.decided_at.astimezone(clock.SHANGHAI).date(),
            underwriter=decision.staff.name if decision.staff else _("自动核保"),
            confirmation=_confirmation(case),
        ),
    )
    in_order = case.product.definition.signing.order == "in_order"
    asked = papers.typeset(
        case,
        consent,
        contract.terms_consent(
            consent,
            row.data,
            terms,
            notice={"name": notice.title, "code": notice.code, "digest": sha256(told.pdf), "pages": told.made.pages},
            confirmation=_confirmation(case),
            signers=sale.signer_list(row.data, list(case.parties.all()), roles),
        ),
        roles=roles,
        in_order=in_order,
    )
    with transaction.atomic():
        case = cases.lock(case.id)
        if not _still_offered(case, decision):
            return
        papers.show(told, closes=True)
        shown = papers.show(asked)
        cases.advance(case, "terms.offered", actor="underwriter", deadline=cases.days(case.product.definition.times.offer_days))
        parties = {item.role: item for item in case.parties.all()}
        signing.open_tasks(case=case, shown=shown, signers=[parties[role] for role in roles], in_order=in_order)
        until = links.day(decision.valid_until)
        links.send_link(case=case, party=party, purpose="sign", template="terms_offered", channels=("sms", "mail"), deadline=until)


def send_decision_notice(*, decision_id: UUID) -> None:
    """Seal and send the notice that an application was postponed or declined. Idempotent."""
    decision = _get(decision_id)
    case = decision.case
    with transaction.atomic():
        document = documents.open_document(case=case, kind=REFUSAL, title=_("核保决定通知书"), subject=str(decision.id))
        if document.closed_at:
            return
    row = cases.application(case)
    postponed = decision.conclusion == Conclusion.POSTPONE
    data = contract.decision_notice(
        document,
        row.data,
        decision="postpone" if postponed else "decline",
        reason=decision.terms["reason"],
        decided_on=decision.decided_at.astimezone(clock.SHANGHAI).date(),
        postponed_until=decision.valid_until if postponed else None,
        underwriter=decision.staff.name if decision.staff else _("自动核保"),
    )
    made = typeset_document(REFUSAL, data, insurer_id=case.insurer_id, product=case.product.code)
    stored = sealing.seal_by_grant(document, made)
    with transaction.atomic():
        case = cases.lock(case.id)
        document.refresh_from_db()
        if document.closed_at:
            return
        sealing.record_sealed(stored)
        cases.clear_block(case_id=case.id)
        template = "application_postponed" if postponed else "application_declined"
        links.send_link(case=case, party=named_applicant(case), purpose="read", template=template, channels=("sms", "mail"))


def _still_offered(case: Case, decision: UnderwritingDecision) -> bool:
    """Tell whether these terms are the ones that count: a later conclusion or a correction replaces them."""
    newest = case.underwriting_decisions.order_by("-decided_at").first()
    same_application = cases.application_version(case) == decision.application_version
    return case.state == State.UNDERWRITING and newest == decision and same_application


def _get(decision_id: UUID) -> UnderwritingDecision:
    return UnderwritingDecision.objects.select_related(
        "case__product", "case__insurer", "case__branch", "case__data_key", "case__salesperson__branch", "staff"
    ).get(pk=decision_id)


def _confirmation(case: Case) -> Any:
    return case.documents.filter(kind="confirmation", void=False).order_by("-created_at").first()
