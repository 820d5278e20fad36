"""实名认证: asking a provider who somebody is, within limits, with every question on record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from vermilion.apps.cases.models import CaseParty
from vermilion.apps.cases.services import application, lock
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.base import clock
from vermilion.base.canonical import canonical
from vermilion.base.vault import keyed_hash

from . import providers
from .errors import IdentityAttemptsExhausted, IdentityRunning
from .limits import IDENTITY_FAILURES, IDENTITY_LOST, IDENTITY_QUESTIONS, IDENTITY_VALID, IDENTITY_WINDOW
from .models import CheckMethod, CheckResult, IdentityCheck
from .queries import passed_check, subject_hash


def check_identity(*, party_id: UUID, method: str, ip: str) -> IdentityCheck:
    """Return the answer about a party; an answer that still holds is returned without asking again. Must not run inside a transaction.

    The result is ``passed``, ``failed`` (``reason``: mismatch, number_invalid …) or ``unavailable``; none of them raises. Raises
    IdentityNotConfigured, IdentityAttemptsExhausted, IdentityRunning.
    """
    method = CheckMethod(method)
    provider = providers.provider()
    with transaction.atomic(durable=True):
        party = CaseParty.objects.get(pk=party_id)
        case = lock(party.case_id)
        party = CaseParty.objects.select_related("case").get(pk=party_id)
        known = passed_check(party, method)
        if known:
            return known
        moment = clock.now()
        _check_limits(party, moment)
        subject = _subject(party, method)
        request = {"method": str(method), **subject.__dict__}
        check = IdentityCheck.objects.create(
            case=case,
            party=party,
            method=method,
            provider=provider.name,
            sandbox=provider.sandbox,
            subject_hash=subject_hash(party),
            request_hash=keyed_hash("identity_message", canonical(request).decode()),
            details={"request": request, "ip": ip},
            started_at=moment,
        )
        _record(check, "identity.asked", private={"subject": request, "ip": ip})
    try:
        answer = provider.check(subject, method)
    except providers.ProviderUnavailable:
        answer = providers.Answer("unavailable", "provider_unavailable")
    return _store(check.id, answer)


def open_details(*, check_id: UUID, staff: StaffMember, reason: str) -> dict[str, object]:
    """Return what was asked and answered, for a member of staff with a reason; the look itself is recorded."""
    with transaction.atomic():
        check = IdentityCheck.objects.select_related("case").get(pk=check_id)
        _record(check, "identity.viewed", private={"by": staff.name, "reason": reason})
    return dict(check.details)


def _check_limits(party: CaseParty, moment: datetime) -> None:
    recent = IdentityCheck.objects.filter(party=party, started_at__gt=moment - IDENTITY_WINDOW)
    if recent.filter(result=CheckResult.RUNNING, started_at__gt=moment - IDENTITY_LOST).exists():
        raise IdentityRunning()
    failures = recent.filter(result=CheckResult.FAILED).count()
    if failures >= IDENTITY_FAILURES or recent.filter(~Q(result=CheckResult.PASSED)).count() >= IDENTITY_QUESTIONS:
        raise IdentityAttemptsExhausted()


def _subject(party: CaseParty, method: CheckMethod) -> providers.Subject:
    personal = party.personal
    person = {name: str(personal.get(name) or "") for name in ("name", "id_type", "id_number", "phone")}
    person["id_type"] = person["id_type"] or "resident_id"
    if method != CheckMethod.COMPANY:
        return providers.Subject(**person)
    holder = application(party.case).data.get("policyholder") or {}
    company = holder.get("company") or {}
    return providers.Subject(
        **person,
        company_name=str(holder.get("name") or ""),
        uscc=str(company.get("uscc") or ""),
        legal_representative=str(company.get("legal_representative") or ""),
    )


def _store(check_id: UUID, answer: providers.Answer) -> IdentityCheck:
    with transaction.atomic(durable=True):
        lock(IdentityCheck.objects.values_list("case_id", flat=True).get(pk=check_id))
        check = IdentityCheck.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=check_id)
        moment = clock.now()
        check.result, check.reason, check.assurance = answer.result, answer.reason, answer.assurance
        check.checked_at = moment
        check.expires_at = moment + IDENTITY_VALID if answer.result == CheckResult.PASSED else None
        check.response_hash = keyed_hash("identity_message", canonical(answer.response).decode())
        check.details = {**check.details, "response": answer.response}
        check.save()
        _record(check, "identity.answered", result=str(check.result), reason=check.reason, assurance=check.assurance)
    return check


def _record(check: IdentityCheck, type: str, *, private: dict[str, object] | None = None, **public: object) -> None:
    facts = {"check": str(check.id), "method": str(check.method), "provider": check.provider, "sandbox": check.sandbox, **public}
    record(stream="case", stream_id=check.case_id, type=type, public=facts, private=private)
