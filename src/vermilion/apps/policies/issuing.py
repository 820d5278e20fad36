"""From an accepted and paid application to a sealed policy: number, typeset, compare, seal, store.

``issue`` is one idempotent function behind one job. Every step looks first whether its result is there, so a process killed between any two
of them leaves a case that the next run finishes; two runs at once take turns on the case's row; number, document and version exist once.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Branch, StaffMember
from vermilion.apps.products import signers
from vermilion.apps.products.models import ProductVersion
from vermilion.apps.seals import sealing
from vermilion.apps.templates.data import common, contract
from vermilion.apps.templates.services import typeset_document
from vermilion.apps.underwriting import services as underwriting
from vermilion.base import children, clock, jobs
from vermilion.base.canonical import digest
from vermilion.base.rows import only
from vermilion.core.pdf.attachments import attached_json

from . import events
from .comparing import FieldDifference, compare
from .errors import DifferenceUnexplained, NumberTaken
from .models import Difference, Invoice, Policy, PolicyStatus, PolicyVersion

KIND = "policy"
NUMBER_TRIES = 5


def start_issuing(case: Case, _order: Any = None) -> None:
    """Ask for the policy of a locked case that has just come to ISSUING."""
    from .tasks import issue_job

    jobs.enqueue(issue_job, lock=f"case:{case.id}", case_id=str(case.id))


def order_policy(
    *,
    product: ProductVersion,
    branch: Branch,
    application: dict[str, Any],
    policy_number: str,
    premium: int,
    concluded_on: Any,
    client_id: str,
    external_id: str,
    language: str = "zh-hans",
) -> Case:
    """A core system has concluded, priced and collected by itself and orders the sealed policy. ``application`` is canonical and checked.

    Raises ExternalIdTaken or NumberTaken. Number, premium (fen) and the day of conclusion are the core's.
    """
    with transaction.atomic():
        case = cases.start_case(
            product=product, branch=branch, channel="api", language=language, client_id=client_id, external_id=external_id
        )
        case = cases.lock(case.id)
        row = cases.save_application(
            case_id=case.id, data=application, sum_insured=int(application["plan"]["sum_insured"]), premium=premium
        )
        cases.present_application(case)
        roles = signers.signers_for(product.definition, application, today=clock.today())
        cases.set_parties(case=case, people=[(role, signers.signer_person(application, role)) for role in roles])
        cases.advance(case, "policy.ordered", actor="core", why={"policy_number": policy_number, "premium": premium})
        case.accepted_at = case.premium_paid_at = clock.now()
        case.save(update_fields=["accepted_at", "premium_paid_at"])
        try:
            with transaction.atomic():
                _make_policy(case, number=policy_number, premium=premium, application=row.data, concluded_on=concluded_on)
        except IntegrityError as error:
            raise NumberTaken() from error
        start_issuing(case)
    return case


def issue(*, case_id: UUID) -> None:
    """Bring a case in ISSUING to SEALED, or to DIFFERENT when the policy departs from the signed application."""
    case = Case.objects.get(pk=case_id)
    if case.state != State.ISSUING:
        return
    with transaction.atomic():
        case = cases.lock(case_id)
        if case.state != State.ISSUING:
            return  # held meanwhile
        version = _first_version(case)
        # One that was held before it was sealed is void, and was about another list.
        given_up = case.documents.filter(kind=KIND, void=True).count()
        subject = f"version-1-{given_up + 1}" if given_up else "version-1"
        document = documents.open_document(case=case, kind=KIND, title=_("电子保单"), subject=subject, language=case.language)
    data = _policy_data(case, version, document)
    made = typeset_document(KIND, data, language=case.language, insurer_id=case.insurer_id, product=case.product.code, bulk=True)
    if _stop_for_differences(document, data):
        return
    if Case.objects.get(pk=case_id).state != State.ISSUING:
        return
    stored = sealing.seal_by_grant(document, made, amount=int(version.fields["application"]["plan"]["sum_insured"]))
    with transaction.atomic():
        case = cases.lock(case_id)
        if not _still(case, document):
            return
        revision = sealing.record_sealed(stored)
        document = revision.document
        version.document = document
        version.save(update_fields=["document"])
        policy = version.policy
        policy.status = PolicyStatus.IN_FORCE
        policy.save(update_fields=["status"])
        case.issued_at = clock.now()
        case.save(update_fields=["issued_at"])
        cases.advance(case, "policy.sealed", actor="keeper", why={"number": policy.number})
        Invoice.objects.get_or_create(policy=policy, defaults={"amount": version.fields["premium"], "requested_at": clock.now()})
        events.tell(case, "policy.sealed", {"sha256": revision.sha256, "document": document.code})
        from .tasks import deliver_job

        jobs.enqueue(deliver_job, lock=f"case:{case.id}", case_id=str(case.id))


def explain_differences(*, case_id: UUID, staff: StaffMember, explanations: dict[str, str]) -> None:
    """A clerk explains each difference ``{path: sentence}``; the policy is then issued, and the acknowledgement names them."""
    with transaction.atomic():
        case = cases.lock(case_id)
        for row in case.differences.filter(explained_at=None):
            text = explanations.get(row.path, "").strip()
            if not text:
                raise DifferenceUnexplained(fields={row.path: DifferenceUnexplained.hint})
            row.content = {**row.content, "explanation": text}
            row.explained_by, row.explained_at = staff, clock.now()
            row.save()
        cases.advance(case, "difference.explained", actor="clerk", why={"by": staff.name, "explanations": explanations})
        start_issuing(case)


def _first_version(case: Case) -> PolicyVersion:
    """Return version 1, made with a fresh number if it is not there; the case is locked."""
    policy = only(Policy.objects.filter(case=case))
    if policy is None:
        row = cases.application(case)
        terms = underwriting.agreed_terms(case)
        policy = _make_policy(
            case,
            number=None,
            premium=terms.new_premium if terms else cases.premium_of(row),
            application=row.data,
            concluded_on=(case.accepted_at or clock.now()).astimezone(clock.SHANGHAI).date(),
            loading_per_mille=terms.terms["loading_per_mille"] if terms else 0,
            exclusions=terms.terms["exclusions"] if terms else [],
        )
    return policy.versions.get(number=1)


def _make_policy(
    case: Case,
    *,
    number: str | None,
    premium: int,
    application: dict[str, Any],
    concluded_on: Any,
    loading_per_mille: int = 0,
    exclusions: list[str] | None = None,
) -> Policy:
    definition = case.product.definition
    paid_on = (case.premium_paid_at or clock.now()).astimezone(clock.SHANGHAI).date()
    begin, end = common.cover_period(application, definition, paid_on=paid_on)
    policy = Policy(case=case, insurer=case.insurer, cover_from=begin, cover_to=end, concluded_on=concluded_on, created_at=clock.now())
    policy.number = number or _free_number(case)
    policy.save(force_insert=True)
    decided = underwriting.latest(case)
    fields = {
        "number": policy.number,
        "application": application,
        "premium": premium,
        "loading_per_mille": loading_per_mille,
        "special_terms": exclusions or [],
        "cover_from": begin,
        "cover_to": end,
        "priced_on": case.applied_at.astimezone(clock.SHANGHAI).date() if case.channel == "api" else (_priced_on(case)),
        "underwritten_by": decided.staff.name if decided and decided.staff else _("自动核保"),
    }
    PolicyVersion.objects.create(
        policy=policy,
        number=1,
        job="submission",
        fields=fields,
        fields_digest=digest(fields),
        premium_delta=premium,
        effective_at=begin,
        recorded_at=clock.now(),
    )
    record(
        stream="case",
        stream_id=case.id,
        type="policy.numbered",
        public={"version": 1, "fields": digest(fields)},
        private={"number": policy.number, "premium": premium},
    )
    return policy


def _priced_on(case: Case) -> Any:
    """Return the day on which ages were counted: the day the confirmation was presented to be signed."""
    presented = cases.application(case).presented_at
    return (presented or clock.now()).astimezone(clock.SHANGHAI).date()


def _free_number(case: Case) -> str:
    """Return a policy number that nobody can guess from another one: insurer, year, twelve random digits."""
    for _try in range(NUMBER_TRIES):
        number = f"{case.insurer.code.upper()[:4]}{clock.today():%Y}{secrets.randbelow(10**12):012d}"
        if not Policy.objects.filter(insurer=case.insurer, number=number).exists():
            return number
    raise NumberTaken()


def _policy_data(case: Case, version: PolicyVersion, document: Document) -> dict[str, Any]:
    fields = version.fields
    return contract.policy(
        document,
        fields["application"],
        number=fields["number"],
        version=version.number,
        concluded_on=version.policy.concluded_on,
        cover_from=version.policy.cover_from,
        cover_to=version.policy.cover_to,
        premium=fields["premium"],
        loading_per_mille=fields["loading_per_mille"],
        paid_at=case.premium_paid_at,
        special_terms=fields["special_terms"],
        underwritten_by=fields["underwritten_by"],
        priced_on=datetime.fromisoformat(fields["priced_on"]).date(),
        confirmation=confirmation_of(case),
    )


def confirmation_of(case: Case) -> Document | None:
    """Return the signed confirmation that counts; a policy ordered by a core system has none."""
    return case.documents.filter(kind="confirmation", void=False, closed_at__isnull=False).order_by("-created_at").first()


def _still(case: Case, document: Document) -> bool:
    """Tell whether a locked case is still being issued, by this document: it may have been held, and even begun anew, meanwhile."""
    return case.state == State.ISSUING and not Document.objects.filter(pk=document.pk, void=True).exists()


def _stop_for_differences(document: Document, data: dict[str, Any]) -> bool:
    """Record what differs from the signed confirmation; return whether something still waits for its explanation."""
    case = document.case
    confirmation = confirmation_of(case)
    if confirmation is None:
        return False
    signed = children.call(attached_json, documents.read(confirmation.revisions.latest("number")))
    terms = underwriting.agreed_terms(case)
    found = compare(signed, data, agreed_premium=terms.premium_after if terms else None)
    with transaction.atomic():
        case = cases.lock(case.id)
        known = {row.path: row for row in case.differences.all()}
        fresh = [item for item in found if not _explained(known.get(item.path), item)]
        if not fresh or not _still(case, document):
            return False
        for item in fresh:
            Difference.objects.update_or_create(
                case=case,
                path=item.path[:120],
                defaults={
                    "content": {"applied": item.applied, "policy": item.policy},
                    "explained_by": None,
                    "explained_at": None,
                    "found_at": clock.now(),
                },
            )
        cases.advance(case, "difference.found", actor="machine", why={"paths": [item.path for item in fresh]})
        events.tell(case, "policy.failed", {"reason": "difference_found"})
    return True


def _explained(row: Difference | None, item: FieldDifference) -> bool:
    return bool(row and row.explained_at and row.content["applied"] == item.applied and row.content["policy"] == item.policy)
