"""保险凭证: what one insured person of a group policy holds. Made and sealed when asked for, once for each version of the policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Document
from vermilion.apps.chronicle.services import record
from vermilion.apps.seals import sealing
from vermilion.apps.templates.data import contract
from vermilion.apps.templates.services import typeset_document

from .errors import NoCertificate, PolicyNotInForce
from .models import Policy, PolicyStatus, PolicyVersion
from .queries import version_in_effect
from .shares import cohorts, key

KIND = "insured_certificate"


def persons(policy: Policy) -> list[dict[str, Any]]:
    """Return the insured persons of a group policy as they are now, in the order of the list; empty when no certificate can be made."""
    version = version_in_effect(policy)
    if version is None or policy.status != PolicyStatus.IN_FORCE or policy.case.product.definition.line != "group_accident":
        return []
    return list(version.fields["application"]["insured"])


def certificate(*, policy_id: UUID, number: int, by: str) -> Document:
    """Return the sealed certificate of the insured person with this number on the list (from 1), made if there is none. Idempotent.

    ``by`` is the role of who asks, for the record. Raises PolicyNotInForce, NoCertificate, and what typesetting and sealing raise.
    """
    policy = (
        Policy.objects.select_related("case__product", "case__insurer", "case__branch", "case__data_key")
        .defer("case__product__data")
        .get(pk=policy_id)
    )
    case, version = policy.case, version_in_effect(policy)
    if policy.status != PolicyStatus.IN_FORCE or version is None:
        raise PolicyNotInForce()
    if not 1 <= number <= len(persons(policy)):
        raise NoCertificate()
    with transaction.atomic():
        document = documents.open_document(case=case, kind=KIND, title=_("保险凭证"), subject=f"{version.id}:{number}")
    if document.closed_at:
        return document
    data = contract.insured_certificate(
        document,
        version.fields["application"],
        policy_no=policy.number,
        version=version.number,
        number=number,
        cover_from=_covered_from(policy, version, number),
        cover_to=_covered_to(policy, version, number),
    )
    made = typeset_document(KIND, data, insurer_id=case.insurer_id, product=case.product.code)
    stored = sealing.seal_by_grant(document, made)
    with transaction.atomic():
        case = cases.lock(case.id)
        document.refresh_from_db()
        if document.closed_at:
            return document  # somebody else asked at the same time
        document = sealing.record_sealed(stored).document
        record(
            stream="case",
            stream_id=case.id,
            type="certificate.issued",
            public={"document": str(document.id), "version": version.number, "number": number, "by": by},
        )
    return document


def _covered_from(policy: Policy, version: PolicyVersion, number: int) -> datetime:
    """Return since when a person is insured: who was added later, since that change took effect."""
    one = key(version.fields["application"]["insured"][number - 1])
    came = next(cohort.version for cohort in cohorts(policy, upto=version.number) if one in cohort.staying)
    return max(came.effective_at, policy.cover_from) if came.number > 1 else policy.cover_from


def _covered_to(policy: Policy, version: PolicyVersion, number: int) -> datetime | None:
    """Return until when: who is taken off by a change that is sealed and not in effect yet, until then."""
    one = key(version.fields["application"]["insured"][number - 1])
    for later in policy.versions.filter(number__gt=version.number).order_by("number"):
        if one not in map(key, later.fields["application"]["insured"]):
            return later.effective_at
    return policy.cover_to
