"""One's own policies: how each stands, what it covers, its papers, and what is still to be done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.transitions import ENDED, State
from vermilion.apps.policies import certificates, servicing
from vermilion.apps.policies.errors import PolicyNotFound
from vermilion.apps.policies.models import EndorsementState, FollowUpCall, Policy, PolicyStatus
from vermilion.apps.policies.queries import policies_of, version_in_effect
from vermilion.apps.products import rating
from vermilion.apps.signing.applying import applicant_role
from vermilion.base import clock
from vermilion.web.portal import documents

from .access import mine
from .passkeys import own

TONES = {PolicyStatus.IN_FORCE: "done", PolicyStatus.PREPARING: "active"}
CHANGE_TONES = {EndorsementState.SEALED: "done", EndorsementState.REFUSED: "ended"}


@mine
@require_safe
def policies(request: HttpRequest, ids: list[str]) -> HttpResponse:
    """The list, and what is still under way."""
    found = list(policies_of(ids))
    open_cases = (
        Case.objects.filter(parties__in=ids)
        .exclude(state__in=[*ENDED, State.DELIVERED, State.ACKNOWLEDGED])
        .exclude(pk__in=[policy.case_id for policy in found])
        .select_related("product")
        .defer("product__data")
        .distinct()
        .order_by("-applied_at")
    )
    rows = [{"policy": policy, "tone": TONES.get(policy.status, "ended"), "todo": _todo(policy, ids)} for policy in found]  # type: ignore[call-overload]
    return TemplateResponse(request, "my/policies.html", {"rows": rows, "open_cases": open_cases, "passkeys": own(ids)})


def find(ids: list[str], number: str) -> tuple[Policy, CaseParty]:
    """Return one's own policy and as whom. Raises PolicyNotFound for everybody else's."""
    policy = policies_of(ids).filter(number=number).first()
    if policy is None:
        raise PolicyNotFound()
    parties = list(CaseParty.objects.filter(case=policy.case, pk__in=ids))
    first = applicant_role(policy.case)
    return policy, sorted(parties, key=lambda party: party.role != first)[0]


@mine
@require_safe
def policy_page(request: HttpRequest, ids: list[str], number: str) -> HttpResponse:
    """One policy with everything about it."""
    policy, party = find(ids, number)
    case = policy.case
    request.insurer = case.insurer  # type: ignore[attr-defined]
    version = version_in_effect(policy)
    is_applicant = party.role == applicant_role(case)
    fields = version.fields if version else {}
    application = fields.get("application") or {}
    plan = application.get("plan") or {}
    context: dict[str, Any] = {
        "policy": policy,
        "case": case,
        "case_code": case.number,
        "not_me_url": reverse("apply_stop", args=[case.number]),
        "product": case.product.definition,
        "party": party,
        "is_applicant": is_applicant,
        "tone": TONES.get(policy.status, "ended"),  # type: ignore[call-overload]
        "version": version,
        "premium": fields.get("premium"),
        "premium_name": _premium_name(plan),
        "premium_years": int(plan.get("payment_term") or 1),
        "next_due": _next_due(policy, plan) if is_applicant else None,
        "application": application,
        "insured": application.get("insured") or [],
        "coverages": rating.coverage_schedule(case.product.definition, application) if application else [],
        "documents": documents.listed(case, party),
        "policy_document": version.document if version else None,
        "certificates": is_applicant and bool(certificates.persons(policy)),
        "changes": _changes(policy),
        "invoices": policy.invoices.order_by("requested_at") if is_applicant else [],
        "call": _call(policy) if is_applicant else None,
        "todo": _todo(policy, [str(party.id)]),
        "cooling": policy.status == PolicyStatus.IN_FORCE and bool(policy.cooling_off_until and clock.today() <= policy.cooling_off_until),
        "contact": servicing.contact(policy) if is_applicant and version else None,
        "may_change": is_applicant and policy.status == PolicyStatus.IN_FORCE and _may_change_contact(case),
    }
    return TemplateResponse(request, "my/policy.html", context)


def _premium_name(plan: dict[str, Any]) -> str:
    """Return what the sum on record is: one instalment of several, or all of it."""
    if plan.get("payment_mode") == "monthly":
        return _("每月保险费")
    return _("每年保险费") if plan.get("payment_mode") == "annual" and int(plan.get("payment_term") or 1) > 1 else _("保险费")


def _next_due(policy: Policy, plan: dict[str, Any]) -> date | None:
    """Return when the next instalment is due; None when nothing more is, or the policy is not in force."""
    if policy.status != PolicyStatus.IN_FORCE or "payment_mode" not in plan:
        return None
    start = policy.cover_from.astimezone(clock.SHANGHAI).date()
    years = int(plan.get("payment_term") or 1)
    return rating.next_due(start, payment_mode=plan["payment_mode"], payment_years=years, today=clock.today())


def _call(policy: Policy) -> FollowUpCall | None:
    """Return the follow-up call that was made, or that will be: nobody is called about a policy that has ended."""
    call: FollowUpCall | None = getattr(policy, "follow_up_call", None)
    return call if call and (call.done_at or policy.status == PolicyStatus.IN_FORCE) else None


def _changes(policy: Policy) -> list[dict[str, Any]]:
    """Return the policy's changes, newest first, each with the product's name for it and how it stands."""
    found = policy.endorsements.exclude(state=EndorsementState.WITHDRAWN).order_by("-created_at")
    definition = policy.case.product.definition
    return [
        {"endorsement": change, "rule": definition.servicing_rule(change.kind), "tone": CHANGE_TONES.get(change.state, "active")}  # type: ignore[call-overload]
        for change in found
    ]


def _may_change_contact(case: Case) -> bool:
    rule = case.product.definition.servicing_rule("change_contact")
    return rule is not None and "policyholder" in rule.requested_by


def _todo(policy: Policy, ids: list[str]) -> dict[str, str] | None:
    """Return the one thing that waits for this person, or None."""
    case = policy.case
    signs = (
        case.signing_tasks.filter(party__in=ids, state="open", document__void=False)
        .exclude(document__kind="policy_acknowledgement")
        .exists()
    )
    if signs:
        return {"label": _("有文件待您签署"), "button": _("阅读并签名"), "url": reverse("apply_status", args=[case.number])}
    applies = case.parties.filter(pk__in=ids, role=applicant_role(case)).exists()
    if applies and case.state == State.DELIVERED and case.product.definition.acknowledgement:
        return {"label": _("保单待签收"), "button": _("查收并签收"), "url": reverse("apply_acknowledge", args=[case.number])}
    return None
