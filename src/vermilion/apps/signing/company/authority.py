"""授权委托书: what shows that a company's agent may act, signed by its representative and herself, or on paper that two of the staff judge.

It is about company, representative and agent; while these stay, a corrected application needs no new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty, Document, PartyRole
from vermilion.apps.chronicle.services import record
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import CheckMethod, CheckResult, IdentityCheck
from vermilion.apps.identity.queries import latest_check, passed_check, subject_hash
from vermilion.apps.parties.queries import staff_phones
from vermilion.apps.signing import applying, links, opening, papers
from vermilion.apps.signing.models import SigningTask
from vermilion.apps.templates.data import authority as paper
from vermilion.base.rows import only
from vermilion.base.validation import InvalidValue, validate_id_number, validate_phone

from . import sealing
from .errors import AuthorityFaulty, AuthorityMissing

KIND = "authorisation"
TITLE = gettext_noop("授权委托书")
STEP = "authority"
ROLES = ("company_agent", "representative")


@dataclass(frozen=True)
class Standing:
    """How far the authority is: the paper that is being or was signed; the review of an uploaded one; whether either holds."""

    document: Document | None
    tasks: tuple[SigningTask, ...]
    review: IdentityCheck | None
    holds: bool

    @property
    def refused(self) -> bool:
        """Tell whether the review said no."""
        return self.review is not None and self.review.result == CheckResult.FAILED

    @property
    def waiting(self) -> bool:
        """Tell whether two of the staff still have to look."""
        return self.review is not None and self.review.result == CheckResult.WAITING


def standing(case: Case) -> Standing:
    """Return how far the agent's authority is for the application as it is now."""
    subject = paper.subject_of(cases.application(case).data)
    document = case.documents.filter(kind=KIND, subject__startswith=subject, void=False).order_by("-created_at").first()
    tasks = tuple(document.signing_tasks.select_related("party", "document").order_by("party__role")) if document else ()
    agent = applying.named_applicant(case)
    review = latest_check(agent, CheckMethod.AUTHORISATION)
    if review and review.subject_hash != subject_hash(agent, review.method):
        review = None  # of another company or agent
    signed = document is not None and document.closed_at is not None
    return Standing(document, tasks, review, signed or passed_check(agent, CheckMethod.AUTHORISATION) is not None)


def ask_signature(*, case_id: UUID, id_number: str, phone: str) -> Document:
    """Typeset the authority and ask the legal representative, at her own phone, and the agent to sign it, in any order.

    Raises AuthorityFaulty, naming the field; StepOutOfOrder; what was asked before is void.
    """
    with transaction.atomic():
        case = applying.ready_for(case_id, STEP)
        data = cases.application(case).data
        person = _representative(case, data, id_number, phone)
        _void(case, case.documents.filter(kind=KIND, void=False, closed_at=None))
        number = case.documents.filter(kind=KIND).count() + 1
        subject = f"{paper.subject_of(data)}-{number}"
        document = documents.open_document(case=case, kind=KIND, title=TITLE, subject=subject, language=case.language)
    content = paper.authorisation(document, data, person["name"])
    made = papers.typeset(case, document, content, roles=ROLES, in_order=False)
    with transaction.atomic():
        case = applying.ready_for(case_id, STEP)
        if paper.subject_of(cases.application(case).data) != paper.subject_of(data):
            raise cases.TransitionRefused()  # the form changed in another tab
        shown = papers.show(made)
        document = shown.document
        signers = [applying.named_applicant(case), _party(case, person)]
        opening.open_tasks(case=case, shown=shown, signers=signers, in_order=False)
        record(stream="case", stream_id=case.id, type="authority.asked", public={"document": str(document.id), "shown": shown.sha256})
    return document


def ask_review(*, case_id: UUID, scan: bytes, ip: str) -> IdentityCheck:
    """Put the photograph of a stamped authority before two of the staff. Raises PaperRefused and the limits' errors."""
    with transaction.atomic():
        case = applying.ready_for(case_id, STEP)
    agent = applying.named_applicant(case)
    return identity.ask_review(party_id=agent.id, method=CheckMethod.AUTHORISATION, papers={"authority": scan}, ip=ip)


def finish(*, case_id: UUID) -> None:
    """Close the agent's step. Raises AuthorityMissing while nothing shows her authority, SealNotDrawn."""
    with transaction.atomic():
        case = applying.ready_for(case_id, STEP)
        found = standing(case)
        if not found.holds:
            raise AuthorityMissing()
        sealing.picture_of(case)  # better now than when she signs
        signed = found.document if found.document and found.document.closed_at else None
        digest = signed.revisions.latest("number").sha256 if signed else ""
        facts: dict[str, Any] = {"document": str(signed.id)} if signed else {"check": str(found.review.id) if found.review else ""}
        cases.complete_step(case, STEP, required_before=applying.before(case, STEP), content_digest=digest, facts=facts)


def application_changed(case: Case, data: dict[str, Any]) -> None:
    """The form was handed in again, case locked: what is half signed is void, and what names another company or agent too."""
    papers = case.documents.filter(kind=KIND, void=False)
    if not papers.exists():
        return
    _void(case, papers.filter(closed_at=None))
    _void(case, papers.exclude(subject__startswith=paper.subject_of(data)))


def completed(case: Case, document: Document) -> None:
    """Both have signed: the agent is called back to go on. Called by signing, case locked."""
    record(stream="case", stream_id=case.id, type="authority.signed", public={"document": str(document.id)})
    links.send_link(case=case, party=applying.named_applicant(case), purpose="apply", template="link_resent")


def refused(case: Case, task: SigningTask) -> None:
    """One of them refused: the paper is void, the application goes on being filled in. Called by signing, case locked."""
    _void(case, case.documents.filter(pk=task.document_id))
    if task.party.role == PartyRole.REPRESENTATIVE:
        links.send_link(case=case, party=applying.named_applicant(case), purpose="apply", template="link_resent")


def _representative(case: Case, data: dict[str, Any], id_number: str, phone: str) -> dict[str, Any]:
    """Return the legal representative of the form with number and phone; neither may be the agent's, the phone nobody's of the insurer."""
    company = data["policyholder"]["company"]
    errors: dict[str, Any] = {}
    try:
        id_number = validate_id_number(id_number)
        if id_number == company["agent"]["id_number"]:
            errors["id_number"] = _("法定代表人和经办人不能是同一个人；本人就是法定代表人的，请上传法定代表人证明书。")
    except InvalidValue as error:
        errors["id_number"] = error.message
    try:
        phone = validate_phone(phone)
        if phone == company["agent"]["phone"] or phone in staff_phones(case.insurer):
            errors["phone"] = _("请填写法定代表人本人的手机号，不能是经办人或者保险公司人员的。")
    except InvalidValue as error:
        errors["phone"] = error.message
    if errors:
        raise AuthorityFaulty(fields=errors)
    return {"name": company["legal_representative"], "id_type": "resident_id", "id_number": id_number, "phone": phone}


def _party(case: Case, person: dict[str, Any]) -> CaseParty:
    """Return the representative as a party; another one than before takes a place of her own."""
    before = only(case.parties.filter(role=PartyRole.REPRESENTATIVE))
    if before is not None and before.personal != person:
        before.former = True
        before.save(update_fields=["former"])
        before.links.filter(revoked=False).update(revoked=True)
        before = None
    return before or cases.rehash_party(CaseParty(case=case, role=PartyRole.REPRESENTATIVE, personal=person))


def _void(case: Case, papers: Any) -> None:
    for document in papers:
        opening.void_tasks(document)
        document.void = True
        document.save(update_fields=["void"])
        record(stream="case", stream_id=case.id, type="authority.void", public={"document": str(document.id)})
