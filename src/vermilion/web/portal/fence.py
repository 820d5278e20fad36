"""What of a case stays closed to somebody who has a rightful link: to a later signer whose turn has not come, where the product hides it;
to one of a company's insured, who sees the paper that she consents to and nothing of the company's; to a salesperson's device, but for the
few pages of a meeting 面对面."""

from __future__ import annotations

from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.signing import applying
from vermilion.apps.signing.group.queries import is_member
from vermilion.apps.signing.models import SigningTask, TaskState

#: Open to everybody with a grant: stopping the case, asking whether something changed, and the page that tells where it is.
ALWAYS = frozenset({"apply_status", "apply_progress", "apply_stop", "apply_stopped"})
#: Open on a salesperson's device too: to stop, to end a meeting, to go on with the customer's own phone.
ON_ANY_DEVICE = frozenset({"apply_stop", "apply_stopped", "apply_own_phone", "apply_meeting_end", "apply_resume", "apply_resume_state"})
#: What a meeting lets a salesperson's device carry: no health answer, no document, no code; of a further signer the handwriting alone.
IN_A_MEETING = ON_ANY_DEVICE | {
    "apply_status",
    "apply_progress",
    "apply_notice",
    "apply_consents",
    "apply_application",
    "apply_section",
    "apply_draft",
    "apply_price",
    "apply_application_notice",
    "apply_exemption",
    "apply_confirmation",
    "apply_sign_status",
    "apply_meeting_sign",
}
#: Led to the page that takes the handwriting alone.
SIGNING = frozenset({"apply_sign", "apply_sign_write"})

#: What an insured person on a company's list may open beside these.
MEMBERS = ALWAYS | {
    "apply_signer_consents",
    "apply_signer_identity",
    "apply_consent",
    "apply_consent_decide",
    "apply_consent_refuse",
    "apply_consent_withdraw",
    "apply_own_phone",
    "apply_resume",
    "apply_resume_state",
    "apply_document",
    "apply_document_file",
    "apply_document_page",
}


def is_hidden(case: Case, party: CaseParty | None) -> bool:
    """Tell whether nothing of the case may be shown to this signer yet."""
    if party is None or not case.product.definition.signing.hidden or party.role == applying.applicant_role(case) or is_member(party):
        return False
    tasks = list(SigningTask.objects.filter(case=case, party=party, document__void=False).exclude(state=TaskState.VOID))
    # Whoever has signed, or may sign now, has seen it.
    return all(task.state == TaskState.OPEN and task.waits_for_others for task in tasks)


def shut(case: Case, party: CaseParty | None, page: str) -> bool:
    """Tell whether the page of this name is closed to her; the status page then says why."""
    if is_member(party):
        return page not in MEMBERS
    return page not in ALWAYS and is_hidden(case, party)
