"""保单签收回执: a document of its own, signed by the policyholder, that starts the cooling-off period."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.signing import papers
from vermilion.apps.signing import services as signing
from vermilion.apps.templates.data import contract
from vermilion.base import clock

from . import delivery, difference_words, events
from .errors import NotReadyToAcknowledge, PolicyNotInForce
from .finishing import finish_later
from .issuing import confirmation_of
from .models import Policy, PolicyStatus

KIND = "policy_acknowledgement"
# Kept in the language of the document, whatever the page's language is when it is made.
TITLE = gettext_noop("保单签收回执")


def present_acknowledgement(*, case_id: UUID) -> Document:
    """Return the acknowledgement to sign today. One that was typeset on an earlier day is replaced: it prints when cooling-off ends."""
    with transaction.atomic():
        case = cases.lock(case_id)
        if case.state != State.DELIVERED:
            raise NotReadyToAcknowledge()
        if case.policy.status != PolicyStatus.IN_FORCE:
            raise PolicyNotInForce()
        today = clock.today()
        subject = f"acknowledgement-{today.isoformat()}"
        for old in case.documents.filter(kind=KIND, void=False, closed_at=None).exclude(subject=subject):
            if old.signing_tasks.filter(state="accepted").exists():
                return old
            old.void = True
            old.save(update_fields=["void"])
            signing.void_tasks(old)
        document = documents.open_document(case=case, kind=KIND, title=TITLE, subject=subject)
        if document.revisions.exists():
            return document
    policy = case.policy
    version = policy.versions.get(number=1)
    days = case.product.definition.times.cooling_off_days
    party = delivery.recipient(case)
    paper = papers.typeset(
        case,
        document,
        contract.policy_acknowledgement(
            document,
            version.fields["application"],
            number=policy.number,
            version=version.number,
            delivered_at=case.delivered_at or clock.now(),
            documents=[item for item in (version.document, confirmation_of(case)) if item],
            differences=_explained_differences(case),
            cooling_off=(days, today + timedelta(days=1), today + timedelta(days=days)) if days else None,
            signers=[{"role": party.role, "name": party.personal["name"]}],
        ),
        roles=[party.role],
    )
    with transaction.atomic():
        case = cases.lock(case_id)
        if document.revisions.exists():
            return document
        shown = papers.show(paper)
        signing.open_tasks(case=case, shown=shown, signers=[party])
    return shown.document


def acknowledged(case: Case, document: Document) -> None:
    """The acknowledgement was signed: cooling-off starts tomorrow. Called by signing, case locked."""
    cases.advance(case, "policy.acknowledged", actor=delivery.recipient(case).role, why={"document": str(document.id)})
    policy: Policy = case.policy
    policy.acknowledgement_document = document
    policy.save(update_fields=["acknowledgement_document"])
    task = document.signing_tasks.get()
    signed_on = (task.accepted_at or clock.now()).astimezone(clock.SHANGHAI).date()
    delivery.start_cooling_off(policy, received_on=signed_on, rule="acknowledgement")
    events.tell(case, "policy.acknowledged", {"document": document.code})
    finish_later(case)


def _explained_differences(case: Case) -> list[dict[str, str]]:
    rows = case.differences.exclude(explained_at=None)
    return [
        {
            "label": difference_words.label(row.path),
            "applied": difference_words.shown(row.path, row.content["applied"]),
            "issued": difference_words.shown(row.path, row.content["policy"]),
            "explanation": row.content["explanation"],
        }
        for row in rows
    ]
