"""Who may open which page and press which button: one table, used by every view, walked by a test.

Whoever administers accounts never decides a case, so that nobody can give herself the right and use it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from vermilion.apps.identity import reviewing
from vermilion.apps.parties import second_person
from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.seals import granting, living, revoking
from vermilion.apps.seals.requests import rules
from vermilion.web.staff.permissions import staff_required

ADMIN, CLERK, UNDERWRITER, CUSTODIAN = Role.ADMINISTRATOR, Role.CLERK, Role.UNDERWRITER, Role.CUSTODIAN
APPROVER, DESK, COMPLIANCE = Role.APPROVER, Role.SERVICE_DESK, Role.COMPLIANCE
EDITOR, CLAIMS, AUDITOR, OPERATOR = Role.TEMPLATE_EDITOR, Role.CLAIMS_CLERK, Role.AUDITOR, Role.OPERATOR

EVERYBODY = frozenset(Role.values)
# Who works with cases; the administrator and the custodian do not.
CASES = frozenset({CLERK, UNDERWRITER, CLAIMS, APPROVER, DESK, COMPLIANCE})
# Documents hold health answers: the service desk does not need them.
PAPERS = frozenset({CLERK, UNDERWRITER, CLAIMS, COMPLIANCE})
# Where a POST only searches: what is sought does not belong into an address.
SEARCHES = frozenset({"search", "queue", "underwriting", "users"})
SEALS = frozenset({CUSTODIAN, APPROVER, COMPLIANCE})
# Who may send documents in for a seal.
ASKERS = frozenset({CLERK, UNDERWRITER, CLAIMS, DESK, CUSTODIAN})
SEAL_APPROVAL = (
    "seal_approval",
    "seal_approval_item",
    "seal_approval_picture",
    "seal_approval_ask",
    "seal_approval_code",
    "seal_approve",
    "seal_refuse",
    "seal_approval_comment",
    "increase",
    "increase_ask",
    "increase_decide",
)
# Who writes a template does not put it in use: another editor or compliance reviews it.
TEMPLATES = frozenset({EDITOR, COMPLIANCE})
WRITERS = frozenset({EDITOR})

#: url name → roles; a name that is not here cannot be a page.
PAGES: dict[str, frozenset[str]] = {
    "operations": EVERYBODY,
    "search": CASES | {AUDITOR},
    "queue": CASES | {AUDITOR},
    "queue_csv": frozenset({CLERK, UNDERWRITER, CLAIMS, DESK, COMPLIANCE}),
    "case": CASES,
    "case_take": frozenset({CLERK, UNDERWRITER, CLAIMS, DESK}),
    "case_assign": frozenset({CLERK, UNDERWRITER}),
    "case_reveal": frozenset({CLERK, UNDERWRITER, CLAIMS, DESK, COMPLIANCE}),
    "case_explain": frozenset({CLERK}),
    "case_retry": frozenset({CLERK, DESK}),
    "case_withdraw": frozenset({CLERK, DESK}),
    "case_lift": frozenset({COMPLIANCE}),
    "case_consents": CASES,
    "case_consents_remind": frozenset({CLERK, DESK}),
    "case_consents_ended": frozenset({CLERK, DESK}),
    "case_consents_refunded": frozenset({CLERK}),
    "case_evidence": frozenset({CLERK, COMPLIANCE}),
    "case_signature": frozenset({CLERK, COMPLIANCE}),
    "case_pages": PAPERS,
    "case_page": PAPERS,
    "case_page_content": PAPERS,
    "document": PAPERS,
    "document_picture": PAPERS,
    "document_file": PAPERS,
    "document_preserved": PAPERS,
    "preserving": frozenset({COMPLIANCE}),
    "preserving_look": frozenset({COMPLIANCE}),
    "underwriting": frozenset({UNDERWRITER, COMPLIANCE, AUDITOR}),
    "underwriting_case": frozenset({UNDERWRITER, COMPLIANCE}),
    "underwriting_decide": frozenset({UNDERWRITER}),
    "underwriting_ask": frozenset({UNDERWRITER}),
    "service": frozenset({DESK, CLERK}),
    "service_case": frozenset({DESK, CLERK}),
    "service_remind": frozenset({DESK, CLERK}),
    "service_follow_up": frozenset({DESK}),
    "service_end": frozenset({DESK, CLERK}),
    **dict.fromkeys(("identity_reviews", "identity_review", "identity_picture", "identity_opinion"), frozenset(reviewing.REVIEWERS)),
    "policy": CASES,
    "policy_add_insured": frozenset({CLERK}),
    "policy_remove_insured": frozenset({CLERK}),
    "policy_insured_template": frozenset({CLERK}),
    "policy_certificate": frozenset({CLERK}),
    "policy_claim": frozenset({CLAIMS}),
    "endorsement_withdraw": frozenset({CLERK}),
    "endorsement_retry": frozenset({CLERK}),
    "seals": SEALS,
    "seal": SEALS,
    "revocation_request": frozenset(revoking.PEOPLE),
    "revocation_confirm": frozenset(revoking.PEOPLE),
    "revocation_reject": frozenset(revoking.PEOPLE),
    "seal_uses": SEALS,
    "seal_desk": SEALS,
    "seal_sheet": SEALS,
    "seal_alert_look": frozenset({CUSTODIAN, COMPLIANCE}),
    "grant_increase": frozenset({CUSTODIAN, CLERK}),
    "seal_uses_pdf": frozenset({CUSTODIAN, COMPLIANCE}),
    "seal_uses_csv": frozenset({CUSTODIAN, COMPLIANCE}),
    "seal_new": frozenset({CUSTODIAN, CLERK}),
    "seal_mine": ASKERS,
    "seal_filing": SEALS,
    "seal_review": frozenset(living.PEOPLE),
    "seal_activate": frozenset(living.PEOPLE),
    "seal_end": frozenset(living.PEOPLE),
    "seal_end_confirm": frozenset(living.PEOPLE),
    "seal_end_reject": frozenset(living.PEOPLE),
    "seal_custodians": frozenset({COMPLIANCE}),
    "seal_drafts": frozenset({COMPLIANCE}),
    "seal_draft": frozenset({COMPLIANCE}),
    "seal_drafts_decide": frozenset({COMPLIANCE}),
    "seal_picture": frozenset({CUSTODIAN}),
    "seal_picture_set": frozenset({CUSTODIAN}),
    "seal_freeze": frozenset({CUSTODIAN}),
    "seal_unfreeze": frozenset({CUSTODIAN, COMPLIANCE}),
    **dict.fromkeys(
        ("seal_requests", "seal_request", "seal_request_progress", "seal_request_item", "seal_request_picture", "seal_request_file"),
        ASKERS | SEALS,
    ),
    "seal_request_comment": ASKERS | SEALS,
    "seal_request_new": ASKERS,
    "seal_request_withdraw": ASKERS,
    "seal_request_retry": ASKERS | SEALS,
    "seal_rules": SEALS,
    "seal_rule_propose": frozenset(rules.PROPOSERS),
    "seal_rule_confirm": frozenset(rules.CONFIRMERS),
    "seal_rule_drop": frozenset({*rules.PROPOSERS, *rules.CONFIRMERS}),
    "seal_rule_end": frozenset({COMPLIANCE}),
    "grant_request": frozenset({CUSTODIAN, CLERK}),
    **dict.fromkeys(("grant", "grant_ask", "grant_code", "grant_approve", "grant_reject"), frozenset(granting.DECIDERS)),
    "grant_revoke": frozenset({CUSTODIAN}),
    "templates": TEMPLATES,
    "template_new": WRITERS,
    "template_import": WRITERS,
    "template": TEMPLATES,
    "template_draft": WRITERS,
    "template_take_over": WRITERS,
    "template_edit": WRITERS,
    "template_preview": WRITERS,
    "template_logo": WRITERS,
    "template_check": WRITERS,
    "template_checks": WRITERS,
    "template_submit": WRITERS,
    "template_delete": WRITERS,
    "template_version": TEMPLATES,
    "template_compare": TEMPLATES,
    "template_export": TEMPLATES,
    "template_publish": TEMPLATES,
    "template_send_back": TEMPLATES,
    "template_retire": TEMPLATES,
    "clauses": TEMPLATES,
    "clause": TEMPLATES,
    "clause_write": WRITERS,
    "jobs": frozenset({ADMIN, OPERATOR}),
    "job_retry": frozenset({ADMIN, OPERATOR}),
    "notices": frozenset({ADMIN, DESK, COMPLIANCE}),
    "notice_resend": frozenset({ADMIN, DESK}),
    "organisation": frozenset({ADMIN, COMPLIANCE}),
    "passkeys_required": frozenset({ADMIN}),
    "branch_new": frozenset({ADMIN}),
    "branch_move": frozenset({ADMIN}),
    "users": frozenset({ADMIN, AUDITOR}),
    "account_requests": frozenset(second_person.CONFIRMERS),
    "account_request_confirm": frozenset(second_person.CONFIRMERS),
    "account_request_reject": frozenset(second_person.CONFIRMERS),
    "account_request_carry_out": frozenset({ADMIN}),
    "user_new": frozenset({ADMIN}),
    "user": frozenset({ADMIN}),
    "user_reset": frozenset({ADMIN}),
    "user_log_ins": frozenset({ADMIN}),
    "user_sign_on": frozenset({ADMIN}),
    "user_active": frozenset({ADMIN}),
    "seller_new": frozenset({ADMIN}),
    **dict.fromkeys(("seller", "seller_photo", "seller_photo_file", "seller_account"), frozenset({ADMIN})),
    **dict.fromkeys(("seller_cases", "seller_hand_over"), frozenset({ADMIN, CLERK})),
    **dict.fromkeys(
        ("suspicions", "suspicion", "suspicion_decide", "conduct_rule", "badge_reports", "badge_report_handle"), frozenset({COMPLIANCE})
    ),
    **dict.fromkeys(SEAL_APPROVAL, frozenset({APPROVER})),
    "approvals": frozenset({APPROVER}),
    "approval": frozenset({APPROVER}),
    "approval_picture": frozenset({APPROVER}),
    "approval_application": frozenset({APPROVER}),
    "approval_ask": frozenset({APPROVER}),
    "approval_code": frozenset({APPROVER}),
    "approve": frozenset({APPROVER}),
    "refuse": frozenset({APPROVER}),
}


#: Which pages open to whom for reading only (GET). An auditor stands nowhere else but where a POST searches.
READS: dict[str, frozenset[str]] = dict.fromkeys(
    (
        "queue_csv", "case", "case_consents",
        "case_pages", "case_page", "case_page_content", "document", "document_picture", "document_file",
        "document_preserved", "preserving", "underwriting_case", "policy", "seals", "seal", "seal_uses", "seal_uses_csv", "templates",
        "template", "template_version", "template_compare", "template_export", "clauses", "clause", "notices", "jobs", "organisation",
        "user", "seller", "seal_requests", "seal_request", "seal_request_progress", "seal_request_item", "seal_request_picture",
        "seal_request_file", "seal_rules", "seal_desk", "seal_sheet", "seal_filing", "seal_drafts",
        "account_requests", "identity_reviews", "seller_photo_file", "suspicions", "suspicion", "conduct_rule", "badge_reports",
    ),
    frozenset({AUDITOR}),
)  # fmt: skip

#: Which pages open to somebody to whom a colleague lent a role (``parties.delegating``); what decides asks by what right she acts.
LENT: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            "approvals",
            "approval",
            "approval_picture",
            "approval_application",
            "approval_ask",
            "approval_code",
            "approve",
            "refuse",
            *SEAL_APPROVAL,
        ),
        frozenset({APPROVER}),
    ),
    **dict.fromkeys(("seals", "seal", "seal_uses", "seal_freeze"), frozenset({CUSTODIAN})),
}


def may(staff: StaffMember, name: str, *, lent: frozenset[str] = frozenset()) -> bool:
    """Tell whether this person may open the page or press the button of that url name. ``lent``: the roles that colleagues lend her."""
    return staff.has(*PAGES[name], *READS.get(name, ())) or bool(LENT.get(name, frozenset()) & lent)


def may_change(staff: StaffMember, name: str) -> bool:
    """Tell whether this person may do more on the page of that url name than read it."""
    return staff.has(*PAGES[name])


def page(name: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Decorate the view of url name ``name``: the table's roles get in; it finds what ``staff_required`` gives."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        lent = LENT.get(name, frozenset())
        reading = staff_required(*sorted(PAGES[name] | READS.get(name, frozenset())), lent=lent)(view)
        changing = staff_required(*sorted(PAGES[name]), lent=lent)(view)

        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return (reading if request.method in ("GET", "HEAD") else changing)(request, *args, **kwargs)

        wrapper.page = name  # type: ignore[attr-defined]
        return wrapper

    return decorate
