"""投保确认书: typeset every answer, show the pages, open a task for each signer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Application, Case, Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.products.signers import signers_for
from vermilion.apps.products.wording import Text
from vermilion.apps.templates.data import group, sale
from vermilion.apps.tracing.queries import way
from vermilion.base import clock

from . import applying, opening, papers, tasks
from .company import authority
from .group import queries
from .models import SigningTask

KIND = "confirmation"
# Kept in the language of the document, whatever the page's language is when it is made.
TITLE = gettext_noop("投保确认书")


def present_confirmation(*, case_id: UUID) -> Document:
    """Typeset the confirmation of a complete application and ask everybody who must sign. Safe to repeat.

    The file that is shown already has the empty signature fields: its SHA-256 is the shown digest, and every signed file begins with it.
    """
    with transaction.atomic():
        case = cases.lock(case_id)
        row = cases.application(case)
        if case.state == State.SIGNING:
            return case.documents.get(kind=KIND, subject=_subject(row))
        _require_all_steps(case)
        document = documents.open_document(case=case, kind=KIND, title=TITLE, subject=_subject(row), language=case.language)
    checked = applying.check_form(case, row.data, with_disclosure=True)
    data = sale.confirmation(document, row, pages=_pages(case), declared=[*_authority(case), *_consents_of_insured(case)])
    roles = signers_for(case.product.definition, row.data, today=clock.today())
    in_order = case.product.definition.signing.order == "in_order"
    paper = papers.typeset(case, document, data, roles=roles, in_order=in_order)
    with transaction.atomic():
        case = cases.lock(case_id)
        if case.state == State.SIGNING:
            return document
        # Somebody may have gone back to the form meanwhile, in another tab: a saved draft takes the later steps away.
        _require_all_steps(case)
        if cases.application(case).data != row.data:
            raise cases.TransitionRefused()
        shown = papers.show(paper)
        document = shown.document
        # Ages may have changed since the form was filled in: what the confirmation prints is what is paid.
        cases.present_application(case, premium=checked.quote.premium)
        deadline = clock.now() + timedelta(hours=case.product.definition.times.link_hours)
        cases.advance(
            case, "confirmation.presented", actor=applying.applicant_role(case), why={"document": str(document.id)}, deadline=deadline
        )
        cases.complete_step(case, "confirmation", content_digest=shown.sha256)
        parties = {party.role: party for party in case.parties.all()}
        # The applicant signs in the visit she is in; each further signer is called to a phone of her own.
        opening.open_tasks(case=case, shown=shown, signers=[parties[role] for role in roles], in_order=in_order)
        tasks.keep_form(document)
    return document


def _require_all_steps(case: Case) -> None:
    """Raise StepOutOfOrder unless everything before the confirmation is done."""
    done = applying.done_steps(case)
    missing = [name for name in applying.before(case, "confirmation") if name not in done]
    if missing:
        raise cases.StepOutOfOrder(missing=missing)


def reopen(*, case_id: UUID) -> Case:
    """The applicant corrects something before everybody has signed: the old confirmation is void, and all confirm anew."""
    with transaction.atomic():
        case = cases.reopen_application(case_id=case_id, actor=applying.applicant_role(cases.lock(case_id)))
        # Notice and consents hold for the new version too; what depends on the content is asked again.
        for name in ("notice", "consents"):
            cases.complete_step(case, name)
    return case


def refused(case: Case, task: SigningTask) -> None:
    """A signer refused the confirmation: the application ends, with the reason on record. Called by signing, case locked."""
    cases.advance(case, "case.withdrawn", actor=task.party.role, why={"reason": task.refusal})


def _pages(case: Case) -> list[dict[str, str]]:
    """Return the sale pages shown so far, the last showing of each, for the list in the confirmation."""
    last = {showing.page: showing for showing in way(case)}
    return [{"name": item.page, "digest": item.digest, "shown_at": clock.rfc3339(item.shown_at)} for item in last.values()]


def _authority(case: Case) -> list[Text]:
    """Return what is declared of the written authority of a company's agent, where the product asks for it."""
    if authority.STEP not in applying.own_steps(case):
        return []
    found = authority.standing(case)
    signed = found.document if found.document and found.document.closed_at else None
    digest = signed.revisions.latest("number").sha256 if signed else ""
    representative = str(cases.application(case).data["policyholder"]["company"].get("legal_representative", ""))
    return [authority.paper.declared(signed, digest, representative)]


def _consents_of_insured(case: Case) -> list[Text]:
    """Return what is declared of the consents of a company's insured, where the product asks for them."""
    asked = queries.round_of(case)
    if asked is None:
        return []
    counted = queries.counts(asked)
    left_out = counted.waiting + counted.refused
    return [group.declared(consented=counted.consented, left_out=left_out, document=asked.document, digest=asked.shown_digest)]


def _subject(row: Application) -> str:
    return f"application-{row.version}"
