"""实名认证: asking providers who somebody is, within limits, with every question on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from vermilion.apps.cases.models import CaseParty
from vermilion.apps.cases.services import lock
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.base import clock
from vermilion.base.canonical import canonical
from vermilion.base.vault import keyed_hash

from . import pictures, providers
from .assurance import weaker
from .errors import IdentityAttemptsExhausted, IdentityRunning
from .limits import IDENTITY_FAILURES, IDENTITY_LOST, IDENTITY_QUESTIONS, IDENTITY_VALID, IDENTITY_WINDOW
from .models import CheckMethod, CheckResult, IdentityCheck
from .queries import ABOUT_OTHERS, acting_for, passed_check, subject_hash


@dataclass(frozen=True)
class Terms:
    """What the product says about a question. ``lower``: ``refuse`` or ``tell`` when only a provider that proves less can answer."""

    lower: str = "refuse"
    valid: timedelta = IDENTITY_VALID
    keep_faces: timedelta = timedelta()


USUAL_TERMS = Terms()


def check_identity(*, party_id: UUID, method: str, ip: str, terms: Terms = USUAL_TERMS, bank_card: str = "") -> IdentityCheck:
    """Return the answer about a party; an answer that still holds is returned without asking again. Must not run inside a transaction.

    The result is ``passed``, ``failed`` (``reason``: mismatch, number_invalid …) or ``unavailable``; none of them raises. Raises
    IdentityNotConfigured, IdentityAttemptsExhausted, IdentityRunning.
    """
    method = CheckMethod(method)
    asked = providers.offering(method)
    with transaction.atomic(durable=True):
        party = CaseParty.objects.get(pk=party_id)
        lock(party.case_id)
        party = CaseParty.objects.select_related("case").get(pk=party_id)
        known = passed_check(party, method)
        if known:
            return known
        about = subject(party, method, bank_card=bank_card)
        check = begin(party, method, asked[0], about, ip=ip, terms=terms)
    answer, by, attempts = _ask(asked, about, method, str(check.id), terms)
    with transaction.atomic(durable=True):
        check = locked(check.id)
        check.provider, check.sandbox, check.attempts = by.name, by.sandbox, attempts
        check.cost = sum(one["cost"] for one in attempts)
        check.lowered = answer.result == CheckResult.PASSED and weaker(answer.assurance, asked[0].assurance(method))
        settle(check, answer)
        if check.lowered:
            note(check, "identity.lowered", wanted=asked[0].assurance(method), got=check.assurance)
    return check


def open_details(*, check_id: UUID, staff: StaffMember, reason: str) -> dict[str, object]:
    """Return what was asked and answered, for a member of staff with a reason; the look itself is recorded."""
    with transaction.atomic():
        check = IdentityCheck.objects.select_related("case").get(pk=check_id)
        note(check, "identity.viewed", private={"by": staff.name, "reason": reason})
    return dict(check.details)


def begin(
    party: CaseParty,
    method: str,
    provider: providers.IdentityProvider | None,
    about: providers.Subject,
    *,
    ip: str,
    terms: Terms,
    **fields: Any,
) -> IdentityCheck:
    """Keep a question before it is asked, case locked. ``provider`` None: our own staff. Raises the errors of the limits."""
    moment = clock.now()
    _check_limits(party, moment)
    request = {"method": str(method), **about.values()}
    check = IdentityCheck.objects.create(
        case=party.case,
        party=party,
        method=method,
        provider=provider.name if provider else "staff",
        sandbox=provider.sandbox if provider else False,
        subject_hash=subject_hash(party, method),
        request_hash=keyed_hash("identity_message", canonical(request).decode()),
        rule={"valid_seconds": int(terms.valid.total_seconds()), "keep_faces_seconds": int(terms.keep_faces.total_seconds())},
        started_at=moment,
        details={"request": request, "ip": ip, **fields.pop("details", {})},
        **fields,
    )
    note(check, "identity.asked", private={"subject": request, "ip": ip})
    return check


def subject(party: CaseParty, method: str, *, bank_card: str = "") -> providers.Subject:
    """Return who is asked about, as the case has it now."""
    personal = party.personal
    person = {name: str(personal.get(name) or "") for name in ("name", "id_type", "id_number", "phone")}
    person["id_type"] = person["id_type"] or "resident_id"
    if method == CheckMethod.FOUR_ELEMENT:
        return providers.Subject(**person, bank_card=bank_card)
    return providers.Subject(**person, **(acting_for(party, method) if method in ABOUT_OTHERS else {}))


def locked(check_id: UUID) -> IdentityCheck:
    """Return a check, locked after its case, inside a transaction."""
    lock(IdentityCheck.objects.values_list("case_id", flat=True).get(pk=check_id))
    return IdentityCheck.objects.select_for_update(of=("self",), no_key=True).select_related("case", "party").get(pk=check_id)


def settle(check: IdentityCheck, answer: providers.Answer) -> None:
    """Write the answer to a locked check. A picture of a face is kept only as long as the product's rule says."""
    moment = clock.now()
    check.result, check.reason, check.assurance = answer.result, answer.reason, answer.assurance
    check.checked_at, check.waits_until = moment, None
    passed = answer.result == CheckResult.PASSED
    check.expires_at = moment + timedelta(seconds=check.rule.get("valid_seconds", 0)) if passed else None
    check.response_hash = keyed_hash("identity_message", answer.text)
    check.details = {**check.details, "response": answer.text}
    check.picture_digest = pictures.take(check, answer.picture) if answer.picture else ""
    check.save()
    tries = [f"{one['provider']}: {one['outcome']}" for one in check.attempts]
    note(check, "identity.answered", result=str(check.result), reason=check.reason, assurance=check.assurance, tries=tries)
    pictures.decided(check)


def note(check: IdentityCheck, type: str, *, private: dict[str, object] | None = None, **public: object) -> None:
    """Record a fact about a check."""
    facts = {"check": str(check.id), "method": str(check.method), "provider": check.provider, "sandbox": check.sandbox, **public}
    record(stream="case", stream_id=check.case_id, type=type, public=facts, private=private)


def _ask(
    asked: list[providers.IdentityProvider], about: providers.Subject, method: str, question: str, terms: Terms
) -> tuple[providers.Answer, providers.IdentityProvider, list[dict[str, Any]]]:
    """Ask one provider after the other until one decides. One that proves less than the first is asked only where the product says so."""
    wanted, attempts, last = asked[0].assurance(method), [], asked[0]
    for provider in asked:
        level = provider.assurance(method)
        if weaker(level, wanted) and terms.lower != "tell":
            attempts.append({"provider": provider.name, "outcome": "refused_lower", "cost": 0})
            continue
        last = provider
        try:
            answer = provider.check(about, method, providers.Question(question))
        except providers.ProviderUnavailable as error:
            attempts.append({"provider": provider.name, "outcome": str(error)[:40], "cost": 0})
            continue
        attempts.append({"provider": provider.name, "outcome": str(answer.reason or answer.result), "cost": provider.cost})
        passed = answer.result == CheckResult.PASSED
        return providers.Answer(answer.result, answer.reason, level if passed else "", answer.response, answer.picture), provider, attempts
    return providers.Answer(CheckResult.UNAVAILABLE, "provider_unavailable"), last, attempts


def _check_limits(party: CaseParty, moment: datetime) -> None:
    recent = IdentityCheck.objects.filter(party=party, started_at__gt=moment - IDENTITY_WINDOW)
    if recent.filter(result=CheckResult.RUNNING, started_at__gt=moment - IDENTITY_LOST).exists():
        raise IdentityRunning()
    failures = recent.filter(result=CheckResult.FAILED).count()
    if failures >= IDENTITY_FAILURES or recent.filter(~Q(result=CheckResult.PASSED)).count() >= IDENTITY_QUESTIONS:
        raise IdentityAttemptsExhausted()
